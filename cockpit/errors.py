"""Typed errors of the cockpit.

Every message is plain Chinese: what is wrong, where, and what to do. Nothing here is ever shown with
a traceback; callers at the edge (command line, web) print ``str(error)``.
"""

from __future__ import annotations

from collections.abc import Sequence


class CockpitError(Exception):
    """Base of all errors that a user may meet; ``str()`` is a sentence for that user."""


class UsageError(CockpitError):
    """The request itself is wrong: an unknown metric, town, period or option."""


class AccessError(CockpitError):
    """The account lacks a right; the message doesn't tell whether what was asked for exists."""


class LoginError(CockpitError):
    """Who asks couldn't be identified; the message is the same for an unknown account and for a wrong password or code.

    Whom a provider has verified may know more: that the account is disabled, or that no group gives it a right.
    """


class ProviderError(CockpitError):
    """An identity provider or directory can't be reached, or its response can't be used; local accounts log in all the same."""


class QuotaError(CockpitError):
    """Too many logins, uploads, exports or calls; ``seconds``: how long to wait."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class AuditError(CockpitError):
    """An action can't be recorded, so it isn't done: until it can, the service only reads."""


class SecretsError(CockpitError):
    """The file of the secret key is missing a right, weak, or not ours; nothing starts with it."""


class SettingsError(CockpitError):
    """A setting (environment variable or ``.env`` line) has a value that can't be used."""


class DistrictError(CockpitError):
    """The district pack is missing or faulty; the message names the path of each fault."""


class AddressError(CockpitError):
    """The server can't listen on the address that was set."""


class DatabaseError(CockpitError):
    """The database can't be reached, or its schema is newer than this program.

    ``address``: its address, for the operator at the command line and the log; ``str()``, which readers see, doesn't name it.
    """

    def __init__(self, message: str, address: str = "") -> None:
        super().__init__(message)
        self.address = address


class DamagedCubeError(DatabaseError):
    """The stored sums of some months (yyyymm) aren't those that were published."""

    def __init__(self, months: Sequence[int]) -> None:
        named = "、".join(f"{month // 100}-{month % 100:02d}" for month in months[:12])
        more = f"等{len(months)}个月" if len(months) > 12 else ""
        super().__init__(f"数据库里的月度汇总与发布时不一致（{named}{more}），没有显示。请运行 cli.py doctor 查看怎么办。")
        self.months = tuple(months)


class DatabaseBusyError(DatabaseError):
    """Another process is writing, and this one's turn didn't come."""


class SourceError(CockpitError):
    """A file or a bureau's database can't be read at all."""


class PublishingError(CockpitError):
    """A batch can't be published or withdrawn; the message says why and what comes first."""


class StaleSnapshotError(CockpitError):
    """A newer data version was published between two reads of one answer; read again."""


class PolicyError(CockpitError):
    """An evaluation policy is faulty, or doesn't fit the data; the message names the location."""
