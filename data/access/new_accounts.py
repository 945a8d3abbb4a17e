"""New accounts: their row, and a name that nobody has."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from cockpit.access.groups import ProviderIdentity
from cockpit.access.passwords import fold
from cockpit.errors import UsageError
from cockpit.names import MAX_ACCOUNT
from cockpit.printable import printable
from data.access.accounts import find_account, require_account
from data.database.access_tables import account

#: Accounts of a district, disabled ones included.
MAX_ACCOUNTS = 10_000
#: Who has no name that can be one here.
_NAMELESS = "单位用户"
#: What separates names in commands, and marks whom the audit names that is no account.
_SEPARATORS = re.compile(r"[\s,、;:()]+")


def insert_account(connection: Connection, name: str, now: datetime, identity: ProviderIdentity | None = None) -> int:
    """Insert an account without rights and return its id; ``identity``: whom a provider vouches for, ``None`` = a local account.

    Raises ``UsageError`` where there are too many.
    """
    if (connection.scalar(select(func.count()).select_from(account)) or 0) >= MAX_ACCOUNTS:
        raise UsageError(f"已有{MAX_ACCOUNTS:,}个账号，没有再添加。请先清理。")
    values = {"name": name, "folded": fold(name), "revision": 0, "created_at": now}
    if identity is not None:
        values |= {"issuer": identity.issuer, "subject": identity.subject}
    connection.execute(insert(account).values(values))
    return require_account(connection, name).id


def free_name(connection: Connection, name: str) -> str:
    """Return a name that no account has: that of the provider, with a number where it is somebody else's already."""
    plain = _SEPARATORS.sub(".", printable(unicodedata.normalize("NFKC", name))).strip(".")[:MAX_ACCOUNT] or _NAMELESS
    names = (plain, *(f"{plain[: MAX_ACCOUNT - 6]}#{number}" for number in range(2, 10_002)))
    return next(one for one in names if find_account(connection, one) is None)
