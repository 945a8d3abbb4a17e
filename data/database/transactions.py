"""Writing transactions: all or nothing, one writer at a time; and the data versions that they end in."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from cockpit.errors import DatabaseBusyError
from data.database import reader
from data.database.district import record_district
from data.database.engine import BUSY, address_of, connect, failure, write_connection
from data.database.tables import batch, data_version

log = logging.getLogger(__name__)
#: The number of PostgreSQL's lock for ``exclusive``, and how often it is tried.
_ADVISORY_LOCK = 0x636F636B
_LOCK_PAUSE_SECONDS = 0.5
#: Held by the thread of a process that writes for a request, and for how long another one waits for it.
_TURN = threading.Lock()
_TURN_SECONDS = 3.0


@contextmanager
def write_transaction(engine: Engine, *, wait: bool = True) -> Iterator[Connection]:
    """Run one writing transaction that changes no business data. When the database fails, it is rolled back.

    Raises ``DatabaseError``; ``DatabaseBusyError`` when another writer doesn't finish in time, at once where not to ``wait``.
    SQLite has one writer at a time; elsewhere only those of the same rows wait for each other.
    """
    try:
        with write_connection(engine, wait=wait) as connection, connection.begin():
            yield connection
    except SQLAlchemyError as error:
        sentence = "数据库没有完成这次操作，数据保持原样。请稍后重试；仍不成功，请查看日志。"
        raise failure(error, sentence, address_of(engine)) from error


@contextmanager
def transaction(engine: Engine, *, wait: bool = True) -> Iterator[Connection]:
    """Run one writing transaction, as ``write_transaction``, that no other one of these runs beside.

    Writers go one after another: what one reads, no other changes until it is done. SQLite has one writer anyway;
    elsewhere the row of the first data version is the lock that all of them take.
    """
    with write_transaction(engine, wait=wait) as connection:
        first = select(data_version.c.number).order_by(data_version.c.number).limit(1)
        connection.execute(first.with_for_update(nowait=not wait))
        yield connection


@contextmanager
def request_turn(engine: Engine) -> Iterator[None]:
    """Let one thread of the process at a time write for a request: while it waits for the database, others go on answering.

    Raises ``DatabaseBusyError`` when the turn doesn't come soon.
    """
    if not _TURN.acquire(timeout=_TURN_SECONDS):
        raise DatabaseBusyError(BUSY, address_of(engine))
    try:
        yield
    finally:
        _TURN.release()


def new_version(
    connection: Connection, action: str, now: datetime, *, batch_id: int | None = None, evaluation_id: int | None = None
) -> int:
    """Add the next data version and return its number. ``action``: publish | withdraw | evaluate | facts.

    Raises ``DatabaseError`` when the database holds the data of another district.
    """
    record_district(connection)
    version = reader.current_version(connection).number + 1
    row = {"number": version, "batch_id": batch_id, "evaluation_id": evaluation_id, "action": action, "created_at": now}
    connection.execute(insert(data_version).values(row))
    return version


def utc_now() -> datetime:
    """Return the time as the tables store it: UTC, without its zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def next_batch_id(connection: Connection) -> int:
    """Return the id for a new batch: ids are numbered from 1 without gaps."""
    return (connection.scalar(select(func.max(batch.c.id))) or 0) + 1


def checkpoint(engine: Engine) -> None:
    """Truncate SQLite's write-ahead log: it would otherwise stay as large as the largest publication.

    What was committed before stays so whatever happens here: a failure is a warning that names the disk.
    """
    if engine.dialect.name != "sqlite":
        return
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("pragma wal_checkpoint(truncate)")
    except (SQLAlchemyError, engine.dialect.loaded_dbapi.Error) as error:
        log.warning(
            "已经完成，数据是新的；但数据库的日志文件没有收回（%s-wal），可能是磁盘满了（%s）。请检查磁盘空间，下次发布时会再收回。",
            engine.url.database,
            getattr(error, "orig", error),
        )


@contextmanager
def exclusive(engine: Engine) -> Iterator[None]:
    """Let one process at a time in, for as long as several transactions take; the others wait. A process that dies lets go.

    Works between processes of one computer on SQLite, and of all computers on PostgreSQL; else it does nothing.
    """
    name = engine.url.database
    if engine.dialect.name == "sqlite" and name and name != ":memory:":
        with open(f"{name}.lock", "a", opener=owner_only) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
    elif engine.dialect.name == "postgresql":
        with connect(engine) as connection:
            while not connection.exec_driver_sql(f"select pg_try_advisory_lock({_ADVISORY_LOCK})").scalar():
                connection.rollback()
                time.sleep(_LOCK_PAUSE_SECONDS)
            connection.rollback()  # the lock is the session's, no transaction need stay open
            try:
                yield
            finally:
                connection.exec_driver_sql(f"select pg_advisory_unlock({_ADVISORY_LOCK})")
                connection.rollback()
    else:
        yield


def owner_only(path: str, flags: int) -> int:
    """Open a file, for ``open(opener=)``; a new one may be read by its owner only."""
    return os.open(path, flags, 0o600)
