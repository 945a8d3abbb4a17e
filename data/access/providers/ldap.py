"""Log in at a directory (LDAP v3): find who has the name, then bind as them; passwords only ever travel over TLS."""

from __future__ import annotations

import logging
import secrets
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ldap3 import AUTO_BIND_NONE, NONE, SUBTREE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPException, LDAPOperationResult, LDAPSASLPrepError, LDAPSizeLimitExceededResult
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import escape_rdn

from cockpit.access.groups import ProviderIdentity
from data.access.providers.provider import CONNECT_SECONDS, RESPONSE_SECONDS, provider_slot, unreachable, unusable

log = logging.getLogger(__name__)

_TLS, _PLAIN_PORT, _TLS_PORT = "ldaps", 389, 636
#: Groups of a person, at most; some servers end at 1,000.
_MAX_GROUPS = 1_000
_GROUP_NAME = "cn"


@dataclass(frozen=True, slots=True)
class LdapSettings:
    """A directory: ``user`` searches below ``base``; ``account``, ``identifier``: names of attributes; ``ca``: a file.

    ``condition``: a filter that a person has to fit, ``group_condition``: one for their groups, with ``{dn}`` and ``{account}``.
    """

    url: str
    label: str
    ca: str
    user: str
    password: str
    base: str
    account: str
    condition: str
    identifier: str
    group_base: str
    group_condition: str


class _StrictTls(Tls):  # type: ignore[misc]
    """TLS by the standard library's defaults; ldap3 would turn its check of the host's name off and make one of its own."""

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
        """See ``Tls``."""
        context = ssl.create_default_context(cafile=self.ca_certs_file)
        connection.socket = context.wrap_socket(
            connection.socket, do_handshake_on_connect=do_handshake, server_hostname=connection.server.host
        )


@dataclass(frozen=True, slots=True)
class _Person:
    dn: str
    account: str
    identifier: str


@dataclass(frozen=True)
class LdapDirectory:
    """The directory of ``settings``; a connection a login."""

    settings: LdapSettings

    @property
    def label(self) -> str:
        """See ``Directory``."""
        return self.settings.label

    @property
    def issuer(self) -> str:
        """See ``Directory``: the tree, whichever server holds it."""
        return f"ldap:{self.settings.base.casefold()}"

    def verify(self, name: str, password: str) -> ProviderIdentity | None:
        """See ``Directory``. An empty password is never sent: a server takes it for nobody's, and agrees."""
        if not name or not password or _has_half_character(name + password):
            return None
        with provider_slot(self.label), self._bound(self.settings.user, self.settings.password) as connection:
            person = self._find(connection, name)
            if not self._is_password(person.dn if person else self._nobody(), password) or person is None:
                return None
            groups = self._groups(connection, person)
        return ProviderIdentity(self.issuer, person.identifier, person.account, groups)

    @contextmanager
    def _bound(self, user: str, password: str) -> Iterator[Connection]:
        """Connect, over TLS, and bind as the user that searches. Raises ``ProviderError``."""
        try:
            connection = self._connected(user, password)
        except (LDAPException, OSError) as error:
            raise unreachable(self.label, error) from error
        try:
            connection.bind()
            yield connection
        except LDAPOperationResult as error:
            raise unusable(self.label, error) from error
        except (LDAPException, OSError) as error:
            raise unreachable(self.label, error) from error
        finally:
            _close(connection)

    def _connected(self, user: str, password: str) -> Connection:
        parts = urlsplit(self.settings.url)
        is_tls = parts.scheme == _TLS
        port = parts.port or (_TLS_PORT if is_tls else _PLAIN_PORT)
        tls = _StrictTls(validate=ssl.CERT_REQUIRED, ca_certs_file=self.settings.ca or None)
        server = Server(parts.hostname, port, is_tls, get_info=NONE, tls=tls, connect_timeout=CONNECT_SECONDS)
        connection = Connection(
            server,
            user or None,
            password or None,
            auto_bind=AUTO_BIND_NONE,
            auto_referrals=False,
            raise_exceptions=True,
            read_only=True,
            receive_timeout=RESPONSE_SECONDS,
            check_names=False,
        )
        try:
            connection.open()
            if not is_tls:
                connection.start_tls()
        except (LDAPException, OSError):
            _close(connection)
            raise
        return connection

    def _find(self, connection: Connection, name: str) -> _Person | None:
        """Find the one person with this name; ``None`` for nobody, and for more than one."""
        own = self.settings
        condition = f"(&({own.account}={escape_filter_chars(name)}){own.condition})"
        try:
            entries = _search(connection, own.base, condition, [own.account, own.identifier], 2)
        except LDAPSizeLimitExceededResult:
            return None
        if len(entries) != 1:
            return None
        account, identifier = (_first(entries[0], attribute) for attribute in (own.account, own.identifier))
        if not identifier:
            raise unusable(self.label, f"{entries[0]['dn']} has no {own.identifier}")
        return _Person(entries[0]["dn"], account or name, identifier)

    def _nobody(self) -> str:
        """Return a name that nobody has: to bind as takes as long as with a wrong password."""
        return f"{self.settings.account}={escape_rdn(secrets.token_hex(8))},{self.settings.base}"

    def _is_password(self, dn: str, password: str) -> bool:
        """Bind as a person on a connection of its own."""
        connection = self._connected(dn, password)
        try:
            connection.bind()
        except (LDAPOperationResult, LDAPSASLPrepError):  # whatever is against it: wrong, locked, expired, a control character
            return False
        finally:
            _close(connection)
        return True

    def _groups(self, connection: Connection, person: _Person) -> tuple[str, ...]:
        """Return the person's groups, each by its name and by its DN."""
        own = self.settings
        names = {"{dn}": escape_filter_chars(person.dn), "{account}": escape_filter_chars(person.account)}
        condition = own.group_condition
        for mark, text in names.items():
            condition = condition.replace(mark, text)
        entries = _search(connection, own.group_base or own.base, condition, [_GROUP_NAME], _MAX_GROUPS)
        return tuple(name for entry in entries for name in (_first(entry, _GROUP_NAME), entry["dn"]) if name)


def _search(connection: Connection, base: str, condition: str, attributes: Sequence[str], limit: int) -> list[dict[str, Any]]:
    """Search the whole tree below ``base``; what the server only refers to isn't followed."""
    connection.search(base, condition, SUBTREE, attributes=list(attributes), size_limit=limit, time_limit=RESPONSE_SECONDS)
    return [entry for entry in connection.response if entry["type"] == "searchResEntry"]


def _first(entry: dict[str, Any], attribute: str) -> str:
    """Return the first value of an attribute, whatever case its name has, as text; binary ones (objectGUID) in hexadecimal."""
    values: list[bytes] = next((v for name, v in entry["raw_attributes"].items() if name.casefold() == attribute.casefold()), [])
    if not values:
        return ""
    try:
        text: str = values[0].decode()
    except UnicodeDecodeError:
        return str(values[0].hex())
    return text if text.isprintable() else str(values[0].hex())


def _has_half_character(text: str) -> bool:
    """Return whether there is half a character in the text, which has no UTF-8 and is in nobody's name."""
    return any("\ud800" <= character <= "\udfff" for character in text)


def _close(connection: Connection) -> None:
    """Close a connection, its socket included: one that was never fully open ldap3 would leave to the garbage collector."""
    socket = connection.socket
    try:
        connection.unbind()
    except (LDAPException, OSError) as error:
        log.debug("the directory has closed the connection already: %s", error)
    if socket is not None:
        socket.close()
