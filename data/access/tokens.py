"""Tokens for programs: named, expiring, never wider than their account, stored as digests."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from cockpit.access.access import Access
from cockpit.access.audit import Actor, AuditAction, AuditEntry, Detail
from cockpit.access.narrowing import is_within, known_scope, narrow
from cockpit.access.permissions import LABELS, Permission
from cockpit.access.scope import Scope, parse_scope
from cockpit.errors import DatabaseBusyError, UsageError
from cockpit.names import token_name
from data.access.accounts import ACCOUNT_COLUMNS, Account, access_of, account_of
from data.access.store import CLOCK_TOLERANCE, AccessStore, new_token, token_digest
from data.database.access_tables import account, api_token
from data.database.engine import read_connection
from data.database.transactions import write_transaction

#: Tokens of an account that work at a time, and the days that one may be valid for.
MAX_TOKENS, MAX_DAYS = 20, 365
#: When a token was last used is recorded at most this often.
_RECORD_EVERY = timedelta(minutes=1)
#: What a token begins with: a person, and a program that looks for secrets in files, recognises it.
_PREFIX = "cockpit_"


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token of an account; times are UTC."""

    id: int
    name: str
    permissions: tuple[str, ...]
    scope: Scope
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


def issue(
    store: AccessStore,
    one: Account,
    access: Access,
    name: str,
    permissions: Sequence[Permission],
    scope: Sequence[str],
    days: int,
    actor: Actor,
    now: datetime,
) -> str:
    """Issue a token with some of the rights of ``access``, those of ``one``; returns it, shown only now.

    ``scope``: names of areas; none = the account's. Raises ``UsageError`` for rights or areas that the account doesn't have,
    none at all, a name that the account has a token of, too many tokens and too many days.
    """
    name = token_name(name)
    chosen = _checked(store, access, permissions, scope, days)
    token = _PREFIX + new_token()
    with store.audit.transaction() as connection:
        _check_number(connection, one, name, now)
        values = {
            "token_sha256": token_digest(token),
            "account_id": one.id,
            "name": name,
            "permissions": ",".join(sorted(permissions)),
            "areas": ",".join(chosen.areas) or None,
            "sheets": ",".join(chosen.sheets) or None,
            "created_at": now,
            "expires_at": now + timedelta(days=days),
        }
        connection.execute(insert(api_token).values(values))
        detail: dict[Detail, str | int] = {
            Detail.CHANGE: "新建",
            Detail.PERMISSIONS: "、".join(LABELS[permission] for permission in permissions),
            Detail.DAYS: days,
        }
        store.audit.append(connection, AuditEntry(now, actor, AuditAction.TOKEN, f"{one.name}/{name}", detail=detail))
    return token


def _check_number(connection: Connection, one: Account, name: str, now: datetime) -> None:
    """Raise ``UsageError`` where the account has a token of this name, or too many."""
    current = (api_token.c.account_id == one.id, api_token.c.revoked_at.is_(None), api_token.c.expires_at > now)
    if connection.scalar(select(api_token.c.id).where(*current, api_token.c.name == name)) is not None:
        raise UsageError(f"已有名为“{name}”的令牌。请换一个名称，或先停用它。")
    if (connection.scalar(select(func.count()).select_from(api_token).where(*current)) or 0) >= MAX_TOKENS:
        raise UsageError(f"每个账号最多{MAX_TOKENS}个有效的令牌。请先停用不用的。")


def _checked(store: AccessStore, access: Access, permissions: Sequence[Permission], scope: Sequence[str], days: int) -> Scope:
    """Return the scope that was named. Raises ``UsageError`` as ``issue``."""
    if not 1 <= days <= MAX_DAYS:
        raise UsageError(f"令牌的有效期是1—{MAX_DAYS}天，现为{days}天。")
    if not permissions:
        raise UsageError("请至少给令牌一项权限。")
    if missing := [LABELS[one] for one in permissions if not access.may(one)]:
        raise UsageError(f"令牌的权限不能超出账号的：账号没有“{'、'.join(missing)}”。")
    chosen = parse_scope(scope, access.scope.sheets, store.district) if scope else access.scope
    if not is_within(chosen, access.scope, store.district):
        raise UsageError("令牌的范围不能超出账号的范围。")
    return chosen


def find_token(store: AccessStore, token: str, now: datetime) -> Access | None:
    """Return the rights of a token: its own that its account has today. ``None`` for an unknown, expired or revoked one."""
    own_columns = (column for column in api_token.c if column is not api_token.c.account_id)
    statement = select(*own_columns, *ACCOUNT_COLUMNS).join_from(api_token, account, api_token.c.account_id == account.c.id)
    is_valid = (
        api_token.c.revoked_at.is_(None),
        api_token.c.expires_at > now,
        api_token.c.created_at <= now + CLOCK_TOLERANCE,
        account.c.disabled_at.is_(None),
    )
    with read_connection(store.engine) as connection:
        row = connection.execute(statement.where(api_token.c.token_sha256 == token_digest(token), *is_valid)).first()
        if row is None:
            return None
        access = access_of(store, connection, account_of(row), now)
    _record_use(store, row, now)
    own = _token(row)
    scope = known_scope(own.scope.areas, own.scope.sheets, store.district)
    if scope is None:
        return Access(access.account, frozenset())
    known = frozenset(one for one in Permission if one in own.permissions)
    return narrow(access, known, scope, store.district)


def _record_use(store: AccessStore, row: Any, now: datetime) -> None:
    if row.last_used_at is None or now - row.last_used_at >= _RECORD_EVERY:
        with suppress(DatabaseBusyError), write_transaction(store.engine, wait=False) as connection:
            connection.execute(update(api_token).where(api_token.c.id == row.id).values(last_used_at=now))


def list_tokens(store: AccessStore, account_id: int) -> list[ApiToken]:
    """Return an account's tokens, the newest first."""
    statement = select(api_token).where(api_token.c.account_id == account_id).order_by(api_token.c.id.desc())
    with read_connection(store.engine) as connection:
        return [_token(row) for row in connection.execute(statement)]


def revoke(store: AccessStore, one: Account, token_id: int, actor: Actor, now: datetime) -> None:
    """Revoke a token of an account. Raises ``UsageError`` where the account has no such token that works."""
    with store.audit.transaction() as connection:
        own = (api_token.c.account_id == one.id, api_token.c.id == token_id, api_token.c.revoked_at.is_(None))
        name = connection.scalar(select(api_token.c.name).where(*own))
        if name is None:
            raise UsageError("没有这个令牌，或已经停用。")
        connection.execute(update(api_token).where(*own).values(revoked_at=now))
        entry = AuditEntry(now, actor, AuditAction.TOKEN, f"{one.name}/{name}", detail={Detail.CHANGE: "停用"})
        store.audit.append(connection, entry)


def _token(row: Any) -> ApiToken:
    areas, sheets = (tuple(text.split(",")) if text else () for text in (row.areas, row.sheets))
    names = tuple(row.permissions.split(","))
    return ApiToken(
        row.id, row.name, names, Scope(areas, sheets), row.created_at, row.expires_at, row.last_used_at, row.revoked_at
    )
