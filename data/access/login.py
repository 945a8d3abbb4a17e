"""Log in with account, password and one-time code: one answer, after the same time, for whatever of them is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from cockpit.access.audit import Actor, AuditAction, AuditEntry
from cockpit.access.passwords import fold
from cockpit.access.quotas import QuotaKind
from cockpit.errors import LoginError, UsageError
from data.access import passwords, second_factor, sessions
from data.access.accounts import Account, find_account
from data.access.limits import attempts, lockout, quotas
from data.access.sessions import Client, Session
from data.access.store import AccessStore
from data.database.access_tables import account
from data.database.engine import read_connection

_WRONG = "账号、密码或动态验证码不对。"
_MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What is verified: the account that was named, if there is one, its hash, and whether the code is right for it."""

    account: Account | None
    password_hash: str | None
    is_code_right: bool


def log_in(store: AccessStore, name: str, password: str, code: str, client: Client, now: datetime) -> str:
    """Begin a session and return its token.

    Raises ``LoginError`` with the same sentence for an unknown or disabled account and a wrong password or code, with another
    one while account or address is locked, and ``QuotaError`` for too many logins.
    """
    folded = fold(name.strip())[:_MAX_NAME]
    quotas.take(store.engine, QuotaKind.LOGIN, client.address, now)
    actor = _actor(store, folded, client)
    attempts.reserve(store, folded, actor, now)
    candidate = _find(store, folded, code, now)
    is_right = passwords.matches(candidate.password_hash, password) and candidate.is_code_right
    one = candidate.account
    if is_right and one is not None and one.disabled_at is None:
        token = _begin(store, one, candidate.password_hash or "", password, code, client, now)
        if token is not None:
            return token
    attempts.refuse(store, folded, actor, now)
    raise LoginError(_WRONG)


def _find(store: AccessStore, folded: str, code: str, now: datetime) -> _Candidate:
    with read_connection(store.engine) as connection:
        one = find_account(connection, folded)
        if one is None:
            return _Candidate(None, None, is_code_right=False)
        stored = connection.scalar(select(account.c.password_hash).where(account.c.id == one.id))
        return _Candidate(one, stored, second_factor.is_right(connection, store, one.id, code, now))


def _begin(
    store: AccessStore, one: Account, password_hash: str, password: str, code: str, client: Client, now: datetime
) -> str | None:
    """Begin the session of an account; ``None`` where it was changed, or the code used, since both were verified."""
    actor = Actor(one.name, client.address)
    with store.audit.transaction() as connection:
        local = (account.c.issuer.is_(None), account.c.disabled_at.is_(None))
        same = (account.c.id == one.id, account.c.password_hash == password_hash, *local)
        if connection.execute(update(account).where(*same).values(revision=account.c.revision)).rowcount != 1:
            return None
        if not second_factor.use_code(connection, store, one.id, code, now):
            return None
        connection.execute(update(account).where(account.c.id == one.id).values(logged_in_at=now))
        passwords.replace_outdated_hash(connection, one.id, password_hash, password)
        lockout.forget(connection, fold(one.name), now)
        token = sessions.begin(connection, one.id, client, now)
        store.audit.append(connection, AuditEntry(now, actor, AuditAction.LOGIN, one.name))
    return token


def _actor(store: AccessStore, folded: str, client: Client) -> Actor:
    """Return whom the audit names: the account only where there is one, for what was typed may be a password."""
    with read_connection(store.engine) as connection:
        one = find_account(connection, folded)
    return Actor(one.name if one is not None else "（没有这个账号）", client.address)


def verify_password(store: AccessStore, session: Session, password: str, client: Client, now: datetime) -> None:
    """Verify that who is logged in still knows the password, before something that would outlast the session.

    Raises ``UsageError`` when it isn't right or a provider's, ``LoginError`` while account or address is locked: guesses count.
    """
    one, actor = session.account, Actor(session.account.name, client.address)
    if one.issuer is not None:
        raise UsageError("您用单位账号登录，密码由单位的系统管理，请在那里修改。")
    attempts.reserve(store, fold(one.name), actor, now)
    with read_connection(store.engine) as connection:
        stored = connection.scalar(select(account.c.password_hash).where(account.c.id == one.id))
    if not passwords.matches(stored, password):
        attempts.refuse(store, fold(one.name), actor, now)
        raise UsageError("现在的密码不对。")
    with store.audit.transaction() as connection:
        lockout.forget(connection, fold(one.name), now)


def change_password(store: AccessStore, session: Session, old: str, new: str, client: Client, now: datetime) -> str:
    """Change the password of who is logged in; the account's other sessions end, this one gets the token that is returned.

    Raises ``UsageError`` when the old password isn't right or the new one breaks a rule; ``LoginError`` while it is locked.
    """
    one, actor = session.account, Actor(session.account.name, client.address)
    verify_password(store, session, old, client, now)
    hashed = passwords.new_hash(store, one.id, one.name, new)
    with store.audit.transaction() as connection:
        passwords.store_hash(connection, one.id, hashed, now)
        token = sessions.renew(connection, session)
        store.audit.append(connection, AuditEntry(now, actor, AuditAction.PASSWORD, one.name))
    return token
