"""Counters that many processes raise at the same time: rows made when they are first needed, and locked until the commit."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, delete, insert, select
from sqlalchemy.exc import IntegrityError


def subject_digest(name: str) -> str:
    """Return how a name or address is stored: somebody may have typed a password where the name belongs."""
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()


def locked_row(connection: Connection, table: Table, key: dict[str, str], initial: dict[str, Any]) -> Row[Any]:
    """Return the row with this key, made with ``initial`` where there is none; nobody else changes it until the commit."""
    same = and_(*(table.c[name] == value for name, value in key.items()))
    statement = select(table).where(same).with_for_update()
    row = connection.execute(statement).first()
    if row is None:
        with suppress(IntegrityError), connection.begin_nested():  # another process has made it meanwhile
            connection.execute(insert(table).values(key | initial))
        row = connection.execute(statement).one()
    return row


def remove_old(connection: Connection, table: Table, column: str, before: datetime) -> None:
    """Remove the rows whose time is earlier than ``before``, except those that somebody is using."""
    old = select(table.c.kind, table.c.subject).where(table.c[column] < before).with_for_update(skip_locked=True)
    for row in connection.execute(old).all():
        connection.execute(delete(table).where(table.c.kind == row.kind, table.c.subject == row.subject))
