"""Accounts: who there is, with which roles and scope, and what both come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from cockpit.access.access import Access
from cockpit.access.audit import Actor, AuditAction, AuditEntry, Detail
from cockpit.access.narrowing import known_scope
from cockpit.access.passwords import fold
from cockpit.access.permissions import Permission, needs_second_factor
from cockpit.access.roles import check_separation, permissions_of
from cockpit.access.scope import Scope, parse_scope, scope_name
from cockpit.errors import AccessError, UsageError
from data.access.store import AccessStore
from data.database.access_tables import account, account_role, account_scope, api_token, invitation, login_session
from data.database.engine import read_connection

_AREA, _SHEET = "area", "sheet"
#: Accounts, by revision, whose rights a worker remembers.
_CACHED_ACCOUNTS = 1_000
#: For how long a login vouches for a provider's account: its tokens outlive a session, and whoever left logs in no more.
CONFIRMED_FOR = timedelta(days=30)
#: How a scope of everything is written in commands.
EVERYTHING = ("全部", "全区")


@dataclass(frozen=True, slots=True)
class Account:
    """An account; times are UTC. ``revision`` rises with each change of its roles or scope.

    ``issuer``: the provider that vouches for who it is and whose groups give its rights; ``None`` = a local account.
    """

    id: int
    name: str
    revision: int
    has_password: bool
    has_second_factor: bool
    password_changed_at: datetime | None
    created_at: datetime
    disabled_at: datetime | None
    logged_in_at: datetime | None
    issuer: str | None


@dataclass(frozen=True, slots=True)
class AccountRights:
    """An account with its roles (keys) and scope as stored."""

    account: Account
    roles: tuple[str, ...]
    scope: Scope


#: The columns that ``account_of`` reads.
ACCOUNT_COLUMNS = (
    account.c.id.label("account_id"),
    account.c.name.label("account_name"),
    account.c.revision,
    account.c.password_hash,
    account.c.password_changed_at,
    account.c.totp_secret,
    account.c.created_at.label("account_created_at"),
    account.c.disabled_at,
    account.c.logged_in_at,
    account.c.issuer,
)


def account_of(row: Any) -> Account:
    """Build the account of a row with ``ACCOUNT_COLUMNS``."""
    return Account(
        row.account_id,
        row.account_name,
        row.revision,
        row.password_hash is not None,
        row.totp_secret is not None,
        row.password_changed_at,
        row.account_created_at,
        row.disabled_at,
        row.logged_in_at,
        row.issuer,
    )


def list_accounts(store: AccessStore) -> tuple[AccountRights, ...]:
    """Return all accounts with their rights, ordered by name."""
    roles: dict[int, list[str]] = {}
    scopes: dict[int, dict[str, list[str]]] = {}
    with read_connection(store.engine) as connection:
        rows = connection.execute(select(*ACCOUNT_COLUMNS).order_by(account.c.name)).all()
        for number, role in connection.execute(select(account_role.c.account_id, account_role.c.role).order_by("role")):
            roles.setdefault(number, []).append(role)
        names = select(account_scope.c.account_id, account_scope.c.kind, account_scope.c.name).order_by("name")
        for number, kind, name in connection.execute(names):
            scopes.setdefault(number, {_AREA: [], _SHEET: []})[kind].append(name)
    order = list(store.district.by_key)
    nothing: dict[str, list[str]] = {_AREA: [], _SHEET: []}
    listed = []
    for one in map(account_of, rows):
        own = scopes.get(one.id, nothing)
        scope = _ordered(Scope(tuple(own[_AREA]), tuple(own[_SHEET])), order)
        listed.append(AccountRights(one, tuple(roles.get(one.id, ())), scope))
    return tuple(listed)


def read_account_rights(store: AccessStore, one: Account) -> AccountRights:
    """Return an account with its rights, as ``list_accounts`` does."""
    with read_connection(store.engine) as connection:
        roles, scope = read_rights(connection, one.id)
    return AccountRights(one, roles, _ordered(scope, list(store.district.by_key)))


def _ordered(scope: Scope, order: Sequence[str]) -> Scope:
    """Return the scope with its areas in this order, unknown ones behind."""
    return Scope(tuple(sorted(scope.areas, key=lambda key: order.index(key) if key in order else len(order))), scope.sheets)


def find_account(connection: Connection, name: str) -> Account | None:
    """Find an account by its name, whatever case or width it is written in; ``None`` when there is none."""
    row = connection.execute(select(*ACCOUNT_COLUMNS).where(account.c.folded == fold(name.strip()))).first()
    return None if row is None else account_of(row)


def require_account(connection: Connection, name: str) -> Account:
    """Find an account by its name; ``UsageError`` when there is none."""
    match = find_account(connection, name)
    if match is None:
        raise UsageError(f"没有账号“{name.strip()[:40]}”。请对照账号的列表核对名称。")
    return match


def read_rights(connection: Connection, account_id: int) -> tuple[tuple[str, ...], Scope]:
    """Read an account's roles and scope as stored."""
    roles = connection.scalars(select(account_role.c.role).where(account_role.c.account_id == account_id).order_by("role"))
    keys = tuple(roles)
    scope = select(account_scope.c.kind, account_scope.c.name).where(account_scope.c.account_id == account_id)
    names: dict[str, list[str]] = {_AREA: [], _SHEET: []}
    for kind, name in connection.execute(scope.order_by("name")):
        names[kind].append(name)
    return keys, Scope(tuple(names[_AREA]), tuple(names[_SHEET]))


def rights_of(store: AccessStore, connection: Connection, one: Account) -> tuple[frozenset[Permission], Scope | None]:
    """Return what the account's roles and scope come to in the roles and the district of today.

    A role or area that was removed from them gives nothing; scope ``None`` = no area remains.
    """
    key = (one.id, one.revision)
    rights = store.rights.get(key)
    if rights is None:
        roles, stored = read_rights(connection, one.id)
        permissions = permissions_of(store.roles.by_key[role] for role in roles if role in store.roles.by_key)
        check_separation(permissions)
        rights = permissions, known_scope(stored.areas, stored.sheets, store.district)
        if len(store.rights) >= _CACHED_ACCOUNTS:
            store.rights.clear()
        store.rights[key] = rights
    return rights


def access_of(store: AccessStore, connection: Connection, one: Account, now: datetime) -> Access:
    """Return the rights of an account; none while it is disabled, unconfirmed, or something is pending (see ``pending``)."""
    permissions, scope = rights_of(store, connection, one)
    if scope is None or one.disabled_at is not None or _is_unconfirmed(one, now) or pending(store, one, permissions, now):
        return Access(one.name, frozenset())
    return Access(one.name, permissions, scope)


def _is_unconfirmed(one: Account, now: datetime) -> bool:
    """Return whether its provider hasn't vouched for the account for so long that its tokens, too, have no rights any more."""
    return one.issuer is not None and (one.logged_in_at is None or now - one.logged_in_at > CONFIRMED_FOR)


def pending(store: AccessStore, one: Account, permissions: frozenset[Permission], now: datetime) -> str:
    """Return what an account has to do before it has any rights: ``password`` (change it), ``totp`` (set it up), or nothing."""
    if one.issuer is not None:
        return ""  # password and second factor are the provider's
    age = store.max_password_age
    changed = one.password_changed_at
    if not one.has_password or (age is not None and (changed is None or now - changed > age)):
        return "password"
    return "totp" if needs_second_factor(permissions) and not one.has_second_factor else ""


def access_by_name(store: AccessStore, name: str, now: datetime) -> Access:
    """Return the rights of the account of this name.

    Raises ``UsageError`` for an unknown one, ``AccessError`` for a disabled one.
    """
    with read_connection(store.engine) as connection:
        one = require_account(connection, name)
        if one.disabled_at is not None:
            raise AccessError(f"账号“{one.name}”已停用。")
        permissions, scope = rights_of(store, connection, one)
    return Access(one.name, permissions, scope) if scope is not None else Access(one.name, frozenset())


def checked_rights(
    store: AccessStore, roles: Sequence[str], scope: Sequence[str], sheets: Sequence[str]
) -> tuple[list[str], Scope]:
    """Return the keys of the roles, and the scope, that were named.

    Raises ``UsageError`` for unknown names, and for roles of two administrations.
    """
    chosen = store.roles.find([name.strip() for name in roles if name.strip()])
    areas = [name.strip() for name in scope if name.strip() and name.strip() not in EVERYTHING]
    titles = [name.strip() for name in sheets if name.strip() and name.strip() not in EVERYTHING]
    return [role.key for role in chosen], parse_scope(areas, titles, store.district)


def set_roles(
    store: AccessStore,
    name: str,
    roles: Sequence[str],
    scope: Sequence[str] | None,
    sheets: Sequence[str] | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Give an account these roles, and scope and sheets unless they are ``None``; its sessions end.

    Raises ``UsageError`` for unknown names and for two administrations; nothing is changed then.
    """
    with store.audit.transaction() as connection:
        one = require_account(connection, name)
        if one.issuer is not None:
            raise UsageError(f"账号“{one.name}”的角色和范围来自单位的用户组，没有更改。请改用户组，或区县配置里的 groups.yaml。")
        stored = read_rights(connection, one.id)[1]
        areas_before = stored.areas if scope is None else scope
        keys, chosen = checked_rights(store, roles, areas_before, stored.sheets if sheets is None else sheets)
        write_rights(connection, one.id, keys, chosen)
        end_sessions(connection, one.id)
        areas, detail = scope_name(chosen, store.district), rights_detail(store, keys, chosen)
        store.audit.append(connection, AuditEntry(now, actor, AuditAction.ROLES, one.name, areas, detail=detail))


def write_rights(connection: Connection, account_id: int, roles: Sequence[str], scope: Scope) -> None:
    """Write an account's roles and scope, and raise its revision."""
    connection.execute(update(account).where(account.c.id == account_id).values(revision=account.c.revision + 1))
    for table in (account_role, account_scope):
        connection.execute(delete(table).where(table.c.account_id == account_id))
    if roles:
        connection.execute(insert(account_role), [{"account_id": account_id, "role": role} for role in roles])
    names = [(_AREA, key) for key in scope.areas] + [(_SHEET, title) for title in scope.sheets]
    if names:
        connection.execute(insert(account_scope), [{"account_id": account_id, "kind": k, "name": n} for k, n in names])


def disable(store: AccessStore, name: str, actor: Actor, now: datetime) -> None:
    """Disable an account: its sessions end, its links and tokens stop working. Raises ``UsageError`` for an unknown name."""
    with store.audit.transaction() as connection:
        one = require_account(connection, name)
        connection.execute(update(account).where(account.c.id == one.id).values(disabled_at=now))
        end_sessions(connection, one.id)
        revoke_links(connection, one.id, now)
        entry = AuditEntry(now, actor, AuditAction.ACCOUNT, one.name, detail={Detail.CHANGE: "停用"})
        store.audit.append(connection, entry)


def enable(store: AccessStore, name: str, actor: Actor, now: datetime) -> None:
    """Enable a disabled account again, with the password that it had. Raises ``UsageError`` for an unknown name."""
    with store.audit.transaction() as connection:
        one = require_account(connection, name)
        connection.execute(update(account).where(account.c.id == one.id).values(disabled_at=None))
        store.audit.append(connection, AuditEntry(now, actor, AuditAction.ACCOUNT, one.name, detail={Detail.CHANGE: "启用"}))


def end_sessions(connection: Connection, account_id: int) -> None:
    """End all sessions of an account."""
    connection.execute(delete(login_session).where(login_session.c.account_id == account_id))


def revoke_links(connection: Connection, account_id: int, now: datetime) -> None:
    """Make all links and tokens of an account invalid."""
    links = update(invitation).where(invitation.c.account_id == account_id, invitation.c.used_at.is_(None))
    connection.execute(links.values(used_at=now))
    tokens = update(api_token).where(api_token.c.account_id == account_id, api_token.c.revoked_at.is_(None))
    connection.execute(tokens.values(revoked_at=now))


def rights_detail(store: AccessStore, roles: Sequence[str], scope: Scope) -> dict[Detail, str]:
    """Return what the audit records of rights that are given, besides the areas."""
    names = "、".join(store.roles.by_key[key].name for key in roles)
    return {Detail.ROLES: names, Detail.SHEETS: "、".join(scope.sheets)}
