"""Passwords: hashed with argon2id, few at a time, and not one of the last again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import Connection, delete, insert, select, update

from cockpit.access.passwords import REMEMBERED, check_password
from cockpit.errors import QuotaError, UsageError
from data.access.store import AccessStore
from data.database.access_tables import account, former_password
from data.database.engine import read_connection

#: Each hash takes 64 MiB and some 50 ms: more at once would only wait for each other.
_PARALLEL, _WAIT_SECONDS = 2, 10
_slots = BoundedSemaphore(_PARALLEL)
_hasher = PasswordHasher()
_COMMON = Path(__file__).parent / "common_passwords.txt"


@cache
def _common_passwords() -> frozenset[str]:
    return frozenset(_COMMON.read_text("utf-8").split())


@cache
def dummy_hash() -> str:
    """Return a hash that no password fits: what an account without one is verified against, for the time that it takes."""
    with _slot():
        return _hasher.hash(__name__)


@contextmanager
def _slot() -> Iterator[None]:
    if not _slots.acquire(timeout=_WAIT_SECONDS):
        raise QuotaError(f"现在登录的人太多，请{_WAIT_SECONDS}秒后再试。", _WAIT_SECONDS)
    try:
        yield
    finally:
        _slots.release()


def _encoded(password: str) -> bytes:
    """Return what is hashed; a request may hold halves of characters, which have no UTF-8."""
    return password.encode("utf-8", "surrogatepass")


def matches(password_hash: str | None, password: str) -> bool:
    """Return whether the hash is this password's; it takes as long where there is none."""
    dummy = dummy_hash()
    with _slot():
        try:
            _hasher.verify(password_hash or dummy, _encoded(password))
        except VerifyMismatchError:
            return False
    return password_hash is not None


def new_hash(store: AccessStore, account_id: int, name: str, password: str) -> str:
    """Check a new password by the rules and against the last ones, and hash it. Raises ``UsageError``."""
    terms = [term for term in re.split(r"[^a-z]+", store.district.key) if term]
    check_password(password, name, _common_passwords(), (*terms, store.district.name, store.district.short))
    with read_connection(store.engine) as connection:
        current = connection.scalar(select(account.c.password_hash).where(account.c.id == account_id))
        former = _former(connection, account_id)[: REMEMBERED - (current is not None)]
    if any(matches(old, password) for old in (current, *former) if old is not None):
        raise UsageError(f"这个密码用过：最近{REMEMBERED}个密码不能再用。请换一个。")
    with _slot():
        return _hasher.hash(_encoded(password))


def _former(connection: Connection, account_id: int) -> list[str]:
    newest_first = select(former_password.c.password_hash).order_by(former_password.c.id.desc())
    return list(connection.scalars(newest_first.where(former_password.c.account_id == account_id)))


def store_hash(connection: Connection, account_id: int, password_hash: str | None, now: datetime) -> None:
    """Replace an account's password by this hash, ``None`` for none; the one before is remembered as long as it counts."""
    before = connection.scalar(select(account.c.password_hash).where(account.c.id == account_id))
    if before is not None:
        connection.execute(insert(former_password).values(account_id=account_id, password_hash=before))
    newest = select(former_password.c.id).where(former_password.c.account_id == account_id)
    ids = list(connection.scalars(newest.order_by(former_password.c.id.desc())))
    connection.execute(delete(former_password).where(former_password.c.id.in_(ids[REMEMBERED:])))
    values = {"password_hash": password_hash, "password_changed_at": None if password_hash is None else now}
    connection.execute(update(account).where(account.c.id == account_id).values(**values))


def replace_outdated_hash(connection: Connection, account_id: int, stored: str, password: str) -> None:
    """Hash a password that was just verified again where the library's defaults have become stronger since."""
    if _hasher.check_needs_rehash(stored):
        with _slot():
            renewed = _hasher.hash(_encoded(password))
        connection.execute(update(account).where(account.c.id == account_id).values(password_hash=renewed))
