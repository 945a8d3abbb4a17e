"""Lock-out: after five failures an account, and an address, has to wait ten minutes, whether the account exists or not."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, delete, update

from data.access.limits.counters import locked_row, remove_old, subject_digest
from data.database.access_tables import login_failure

MAX_FAILURES, LOCKED_FOR = 5, timedelta(minutes=10)
_FORGOTTEN_AFTER = timedelta(days=1)


class Subject(StrEnum):
    """What is locked."""

    ACCOUNT = "account"
    ADDRESS = "address"


def is_locked(connection: Connection, subject: Subject, name: str, now: datetime) -> bool:
    """Return whether there have been too many failures, the last one less than ten minutes ago."""
    return _failures(connection, subject, name, now) >= MAX_FAILURES


def count_failure(connection: Connection, subject: Subject, name: str, now: datetime) -> int:
    """Count a failure and return how many there are now."""
    number = _failures(connection, subject, name, now) + 1
    _write(connection, subject, name, number, now)
    return number


def take_back(connection: Connection, subject: Subject, name: str, now: datetime) -> None:
    """Count one failure less."""
    number = _failures(connection, subject, name, now)
    if number:
        _write(connection, subject, name, number - 1, now)


def forget(connection: Connection, name: str, now: datetime) -> None:
    """Forget the failures of an account that has logged in, and all that are long past."""
    own = (login_failure.c.kind == Subject.ACCOUNT.value, login_failure.c.subject == subject_digest(name))
    connection.execute(delete(login_failure).where(*own))
    remove_old(connection, login_failure, login_failure.c.last_at.name, now - _FORGOTTEN_AFTER)


def _failures(connection: Connection, subject: Subject, name: str, now: datetime) -> int:
    """Return the failures that count; until the commit nobody else counts one of the same subject."""
    key = {"kind": subject.value, "subject": subject_digest(name)}
    row = locked_row(connection, login_failure, key, {"failures": 0, "last_at": now})
    if row.last_at > now:  # the clock was set back: nobody waits longer for that than from now on
        _write(connection, subject, name, row.failures, now)
    return int(row.failures) if now - row.last_at < LOCKED_FOR else 0


def _write(connection: Connection, subject: Subject, name: str, failures: int, now: datetime) -> None:
    same = (login_failure.c.kind == subject.value, login_failure.c.subject == subject_digest(name))
    connection.execute(update(login_failure).where(*same).values(failures=failures, last_at=now))
