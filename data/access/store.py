"""``AccessStore``: what the modules of this package share: database and audit, keys, roles, district."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Engine, select

from cockpit.access.permissions import Permission, administrations
from cockpit.access.roles import Roles, permissions_of
from cockpit.access.scope import Scope
from cockpit.district.district import District
from cockpit.errors import DistrictError
from cockpit.settings import Settings
from data.access.audit.log import AuditLog
from data.access.keys import KeyFile
from data.access.roles_file import load_roles
from data.database.access_tables import account, account_role
from data.database.engine import read_connection

_TOKEN_BYTES = 32
#: What a clock may go back by, as it does when it is set by the network; a session that began later than that is none.
CLOCK_TOLERANCE = timedelta(minutes=1)


@dataclass(frozen=True)
class AccessStore:
    """``max_password_age``: after which a password has to be changed; ``None`` = never.

    ``rights``: what an account's roles and scope come to, by its id and revision.
    """

    audit: AuditLog
    keys: KeyFile
    roles: Roles
    district: District
    max_password_age: timedelta | None = None
    rights: dict[tuple[int, int], tuple[frozenset[Permission], Scope | None]] = field(default_factory=dict, compare=False)

    @property
    def engine(self) -> Engine:
        """The database."""
        return self.audit.engine


def open_store(settings: Settings, engine: Engine, district: District) -> AccessStore:
    """Open the store of a district's accounts; its key is made at the first start.

    Raises ``SecretsError`` for a key that may not be used, ``DistrictError`` for faulty roles, also where they give an account
    two of the three administrations.
    """
    roles = load_roles(settings.district)
    keys = KeyFile(settings.state)
    keys.create()
    age = timedelta(days=settings.password_days) if settings.password_days else None
    store = AccessStore(AuditLog(engine, settings.state), keys, roles, district, age)
    check_separation(store)
    return store


def check_separation(store: AccessStore) -> None:
    """Raise ``DistrictError`` for accounts that the roles of today give two administrations: the file has been changed."""
    roles_by_account: dict[str, list[str]] = {}
    statement = select(account.c.name, account_role.c.role).join_from(
        account, account_role, account.c.id == account_role.c.account_id
    )
    with read_connection(store.engine) as connection:
        for name, role in connection.execute(statement):
            roles_by_account.setdefault(name, []).append(role)
    faults = []
    for name, keys in sorted(roles_by_account.items()):
        own = administrations(permissions_of(store.roles.by_key[key] for key in keys if key in store.roles.by_key))
        if len(own) > 1:
            faults.append(f"  账号“{name}”（{'、'.join(keys)}）会兼有{'和'.join(own)}")
    if faults:
        raise DistrictError("\n".join(["roles.yaml 让一个账号兼有两种管理员（三员分立），没有启用：", *faults]))


def new_token() -> str:
    """Return a new secret of 256 random bits, for a link, a session or a program."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def token_digest(token: str) -> str:
    """Return what is stored of a token; it has too many random bits for anybody to find it by trying."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
