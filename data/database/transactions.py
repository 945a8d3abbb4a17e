"""Writing transactions: whole or not at all, each ending in a new data version."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import SQLAlchemyError

from cockpit.errors import DatabaseError
from data.database import reader
from data.database.engine import writing
from data.database.tables import data_version


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One writing transaction; a failure of the database leaves everything as before and says so.

    Writers take turns: what one reads, no other changes until it is done. SQLite has one writer anyway; elsewhere
    the first data version is the lock that all of them take.
    """
    try:
        with writing(engine) as connection, connection.begin() as begun:
            connection.execute(select(data_version.c.number).order_by(data_version.c.number).limit(1).with_for_update())
            yield connection
            if not begun.is_active:
                return
    except SQLAlchemyError as error:
        raise DatabaseError("数据库没有完成这次操作，数据保持原样。请稍后重试；仍不成功，请查看日志。") from error


def new_version(
    connection: Connection, action: str, now: datetime, *, batch_id: int | None = None, evaluation_id: int | None = None
) -> int:
    """Raise the data version; ``action`` publish | withdraw | evaluate | facts."""
    version = reader.current_version(connection).number + 1
    row = {"number": version, "batch_id": batch_id, "evaluation_id": evaluation_id, "action": action, "created_at": now}
    connection.execute(insert(data_version).values(row))
    return version


def checkpoint(engine: Engine) -> None:
    """Give SQLite's log back to the file: it would otherwise stay as large as the largest publication."""
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("pragma wal_checkpoint(truncate)")
