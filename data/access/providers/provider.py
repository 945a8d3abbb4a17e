"""What an identity provider is to the product: one that people are sent to, or a directory that verifies a password."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Protocol
from urllib.parse import urlsplit

from cockpit.access.groups import GroupGrant, ProviderIdentity
from cockpit.errors import ProviderError

log = logging.getLogger(__name__)

#: Seconds to connect to a provider, and to wait for its response.
CONNECT_SECONDS, RESPONSE_SECONDS = 3, 6
#: Threads of a worker that may wait for a provider at a time: one that hangs must not stop the pages.
_PARALLEL = 2
#: Names of this computer.
_LOCAL = ("127.0.0.1", "::1", "localhost")
_slots = BoundedSemaphore(_PARALLEL)


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the browser is sent to log in, and what ``finish`` needs to know again: encrypted in a cookie meanwhile."""

    address: str
    secrets: Mapping[str, str]


class RedirectProvider(Protocol):
    """A provider that the browser is sent to, and comes back from with a response in the address."""

    @property
    def key(self) -> str:
        """Its name in addresses, in lower-case letters."""
        ...

    @property
    def label(self) -> str:
        """Its name on the login page."""
        ...

    def begin(self, return_address: str) -> Departure:
        """Return where to send the browser. Raises ``ProviderError``."""
        ...

    def finish(self, return_address: str, secrets: Mapping[str, str], response: Mapping[str, str]) -> ProviderIdentity:
        """Return whom the provider has verified; ``response``: the query that the browser came back with.

        Raises ``LoginError`` for a response that isn't one to these ``secrets``, ``ProviderError``.
        """
        ...


class Directory(Protocol):
    """A directory that verifies an account's password."""

    @property
    def label(self) -> str:
        """Its name on the login page."""
        ...

    @property
    def issuer(self) -> str:
        """What its identities are told apart by from those of others."""
        ...

    def verify(self, name: str, password: str) -> ProviderIdentity | None:
        """Return who has this name and password; ``None`` for whatever is wrong of them. Raises ``ProviderError``."""
        ...


@dataclass(frozen=True)
class Providers:
    """All that is configured; ``address``: that of the cockpit as browsers know it, '' = that of the request."""

    redirecting: tuple[RedirectProvider, ...] = ()
    directory: Directory | None = None
    grants: tuple[GroupGrant, ...] = ()
    address: str = ""

    def find(self, key: str) -> RedirectProvider | None:
        """Find a provider by its name in addresses."""
        return next((one for one in self.redirecting if one.key == key), None)


def is_safe(address: str) -> bool:
    """Return whether nobody on the network can read or change what an address responds: https, or this computer."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL))


@contextmanager
def provider_slot(label: str) -> Iterator[None]:
    """Let few threads at a time wait for a provider; whoever comes while they do is asked to try again."""
    if not _slots.acquire(timeout=CONNECT_SECONDS):
        raise unreachable(label, "all slots are taken")
    try:
        yield
    finally:
        _slots.release()


def unreachable(label: str, reason: object) -> ProviderError:
    """Return the error of a provider that doesn't respond; the log has the reason."""
    log.warning("the identity provider can't be reached: %s", reason)
    return ProviderError(f"{label}现在连不上，请稍后再试。有本地账号的，可以用本地账号登录。")


def unusable(label: str, reason: object) -> ProviderError:
    """Return the error of a provider whose response can't be used; the log has the reason."""
    log.error("the response of the identity provider can't be used: %s", reason)
    return ProviderError(f"{label}的回复不能用，没有登录。请系统管理员查看日志。有本地账号的，可以用本地账号登录。")
