"""Sessions: who is logged in, kept on the server; the browser has a random token, the database its digest."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from cockpit.access.access import Access
from cockpit.access.audit import Actor, AuditAction, AuditEntry, Detail
from cockpit.access.permissions import Permission, is_sensitive
from cockpit.errors import DatabaseBusyError
from data.access.accounts import ACCOUNT_COLUMNS, Account, access_of, account_of, pending, rights_of
from data.access.store import CLOCK_TOLERANCE, AccessStore, new_token, token_digest
from data.database.access_tables import account, login_session
from data.database.engine import read_connection
from data.database.transactions import write_transaction

#: How long a session lasts unused, that of an administrator or a clerk, and in all.
IDLE, SENSITIVE_IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(minutes=15), timedelta(hours=8)
#: When a session was last used is recorded at most this often.
_RECORD_EVERY = timedelta(minutes=1)
_MAX_ADDRESS, _MAX_BROWSER = 64, 200


@dataclass(frozen=True, slots=True)
class Client:
    """Where a login comes from: the client's address and its browser."""

    address: str
    browser: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """A login. ``pending``: what the account has to do before ``access`` has any rights (``password``, ``totp``)."""

    id: int
    account: Account
    access: Access
    pending: str


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """A login as its account's list of sessions shows it; times are UTC."""

    id: int
    created_at: datetime
    last_used_at: datetime
    client: Client


#: Built once: it runs with every request.
_BY_TOKEN = (
    select(login_session.c.id, login_session.c.created_at, login_session.c.last_used_at, *ACCOUNT_COLUMNS)
    .join_from(login_session, account, login_session.c.account_id == account.c.id)
    .where(login_session.c.token_sha256 == bindparam("digest"))
)


def begin(connection: Connection, account_id: int, client: Client, now: datetime) -> str:
    """Begin a session in this writing transaction and return its token; sessions past their end are removed."""
    connection.execute(delete(login_session).where(login_session.c.created_at < now - ABSOLUTE))
    token = new_token()
    values = {
        "token_sha256": token_digest(token),
        "account_id": account_id,
        "created_at": now,
        "last_used_at": now,
        "address": client.address[:_MAX_ADDRESS],
        "browser": client.browser[:_MAX_BROWSER],
    }
    connection.execute(insert(login_session).values(values))
    return token


def find_session(store: AccessStore, token: str, now: datetime) -> Session | None:
    """Find the session of a token, and record that it was used; ``None`` for an unknown or ended one.

    A disabled account has none. A clock that was set back makes none last longer: what was used later than now has ended.
    """
    with read_connection(store.engine) as connection:
        row = connection.execute(_BY_TOKEN, {"digest": token_digest(token)}).first()
        if row is None:
            return None
        one = account_of(row)
        permissions, _ = rights_of(store, connection, one)
        idle = idle_limit(permissions)
        if one.disabled_at is not None or not _is_current(row.created_at, row.last_used_at, idle, now):
            return None
        access, task = access_of(store, connection, one, now), pending(store, one, permissions, now)
    if now - row.last_used_at >= _RECORD_EVERY:
        _record_use(store, row.id, now)
    return Session(row.id, one, access, task)


def idle_limit(permissions: Iterable[Permission]) -> timedelta:
    """Return how long a session with these rights lasts unused."""
    return SENSITIVE_IDLE if is_sensitive(permissions) else IDLE


def _is_current(created: datetime, last_used: datetime, idle: timedelta, now: datetime) -> bool:
    is_past = created <= now + CLOCK_TOLERANCE and last_used <= now + CLOCK_TOLERANCE
    return is_past and now - created < ABSOLUTE and now - last_used < idle


def _record_use(store: AccessStore, session_id: int, now: datetime) -> None:
    """Record a use; not while a publication writes, which the reader would have to wait for."""
    with suppress(DatabaseBusyError), write_transaction(store.engine, wait=False) as connection:
        connection.execute(update(login_session).where(login_session.c.id == session_id).values(last_used_at=now))


def list_sessions(store: AccessStore, account_id: int, now: datetime, idle: timedelta = IDLE) -> list[SessionSummary]:
    """Return an account's sessions that haven't ended, ``idle`` after their last use included, the newest first."""
    own = (
        login_session.c.account_id == account_id,
        login_session.c.created_at > now - ABSOLUTE,
        login_session.c.last_used_at > now - idle,
    )
    statement = select(login_session).where(*own).order_by(login_session.c.created_at.desc())
    with read_connection(store.engine) as connection:
        return [
            SessionSummary(row.id, row.created_at, row.last_used_at, Client(row.address, row.browser))
            for row in connection.execute(statement)
        ]


def renew(connection: Connection, session: Session) -> str:
    """Give a session a new token, and end the account's others, after a change of its password; it ends when it would have."""
    token = new_token()
    _end_others(connection, session)
    own = update(login_session).where(login_session.c.id == session.id)
    connection.execute(own.values(token_sha256=token_digest(token)))
    return token


def log_out(store: AccessStore, session: Session, actor: Actor, now: datetime) -> None:
    """End a session."""
    with store.audit.transaction() as connection:
        connection.execute(delete(login_session).where(login_session.c.id == session.id))
        store.audit.append(connection, AuditEntry(now, actor, AuditAction.LOGOUT, session.account.name))


def end_others(store: AccessStore, session: Session, actor: Actor, now: datetime) -> int:
    """End the account's other sessions; returns how many."""
    with store.audit.transaction() as connection:
        number = _end_others(connection, session)
        detail: dict[Detail, str | int] = {Detail.CHANGE: "结束其他会话", Detail.ROWS: number}
        store.audit.append(connection, AuditEntry(now, actor, AuditAction.SESSION, session.account.name, detail=detail))
    return number


def _end_others(connection: Connection, session: Session) -> int:
    same_account = login_session.c.account_id == session.account.id
    return connection.execute(delete(login_session).where(same_account, login_session.c.id != session.id)).rowcount
