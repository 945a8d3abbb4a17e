"""``AuditLog``: append to the audit, in the transaction of what is recorded or in one of its own; verify its chain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from cockpit.access.audit import (
    RECORD_FIELDS,
    AuditEntry,
    AuditRecord,
    ChainCheck,
    ChainFault,
    ChainPoint,
    chain_start,
    link,
)
from cockpit.errors import AuditError, DatabaseBusyError, DatabaseError
from data.access.audit.anchors import Anchors
from data.access.audit.archive_files import ArchiveFiles
from data.database import reader
from data.database.access_tables import audit_head, audit_record
from data.database.engine import read_connection
from data.database.transactions import write_transaction

_FOLDER = "audit"
#: Records that are read at once.
_PAGE = 5_000
_NO_END = 2**62
_NO_RECORD = "这次操作没有写进审计，所以没有执行，数据保持原样。恢复之前只能查看，不能修改；请管理员检查数据库和磁盘。"


class AuditLog:
    """The audit of a database, its heads and archive in ``folder``, the state folder."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self._folder = engine, folder / _FOLDER

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Run one writing transaction in which ``append`` records what it does: both or none.

        Raises ``AuditError`` before anything is done where the head of the chain couldn't be written, ``DatabaseError`` as
        ``write_transaction``.
        """
        with read_connection(self.engine) as connection:
            anchors = self._anchors(_head(connection).chain)
        anchors.check_writable()
        with write_transaction(self.engine) as connection:
            yield connection
        self.write_head()

    def append(self, connection: Connection, entry: AuditEntry) -> AuditRecord:
        """Append a record in this writing transaction, as its last step: from here on it holds the end of the chain.

        After the commit somebody has to call ``write_head``, as ``transaction`` does. Raises ``AuditError``.
        """
        try:
            head = _head(connection, lock=True)
            version = reader.current_version(connection).number
            record = link(entry, ChainPoint(head.number, head.hash), version)
            connection.execute(insert(audit_record).values(**asdict(record)))
            connection.execute(update(audit_head).values(number=record.number, hash=record.hash))
        except SQLAlchemyError as error:
            raise AuditError(_NO_RECORD) from error
        return record

    def record(self, entry: AuditEntry) -> AuditRecord:
        """Append a record by itself. Raises ``AuditError`` when that can't be done, ``DatabaseBusyError`` when not just now."""
        with _or_read_only(), self.transaction() as connection:
            return self.append(connection, entry)

    def check_writable(self) -> None:
        """Raise ``AuditError`` where nothing can be recorded now, without recording anything."""
        with _or_read_only(), self.transaction() as connection:
            connection.execute(update(audit_head).values(number=audit_head.c.number))

    def write_head(self) -> None:
        """Write the committed head of the chain outside the database. Raises ``AuditError``."""
        with read_connection(self.engine) as connection:
            head = _head(connection)
            time = connection.scalar(select(audit_record.c["at"]).where(audit_record.c.number == head.number))

            def is_on_chain(point: ChainPoint) -> bool:
                if point.number <= head.archived_number:
                    return True  # in the archive, which ``verify`` reads
                stored = connection.scalar(select(audit_record.c.hash).where(audit_record.c.number == point.number))
                return bool(stored == point.hash)

            if time is not None:
                self._anchors(head.chain).write(ChainPoint(head.number, head.hash), time[:10], is_on_chain)

    def write_archived(self, chain: str, end: ChainPoint) -> None:
        """Write outside the database that all up to ``end`` is in the archive. Raises ``AuditError``."""
        self._anchors(chain).write_archived(end)

    def verify(self) -> ChainCheck:
        """Check the whole chain, what is in the archive included; the result names the first fault, if any."""
        with read_connection(self.engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            chain = connection.scalar(select(audit_head.c.chain)) or ""
            anchors, files = self._anchors(chain), self.archive_files(chain)
            points, archived = anchors.points(), anchors.archived()  # before the database, which then is no older
            check = ChainCheck(chain_start(chain), points)
            rows = connection.execute(select(audit_head)).all()
            if len(rows) != 1:
                check.fault = ChainFault(0, "审计的链头不在数据库里，或不止一个：被删去或改动")
                return check
            head = rows[0]
            end = ChainPoint(head.archived_number, head.archived_hash)
            if end.number:
                check.read(files.records(end.number))
                if check.fault is None and (check.last != end or end not in archived):
                    check.fault = ChainFault(check.last.number + 1, "存档之后的第一条记录接不上存档：记录被删去，或链头被改动")
            for page in pages(connection, end.number):
                check.read(page)
            check.finish(ChainPoint(head.number, head.hash))
            if check.fault is None and head.number and not points:
                check.fault = ChainFault(head.number, f"库外留存的链头不在（{anchors.folder}）：被删去，或数据库被换过")
            return check

    def archive_files(self, chain: str) -> ArchiveFiles:
        """Return the archive of the chain of this name."""
        return ArchiveFiles(self._folder / chain)

    def _anchors(self, chain: str) -> Anchors:
        return Anchors(self._folder / chain)


def pages(connection: Connection, after: int, end: int = _NO_END) -> Iterator[list[AuditRecord]]:
    """Read the records behind ``after`` up to ``end`` in the order of their numbers."""
    while True:
        numbered = select(*(audit_record.c[name] for name in RECORD_FIELDS)).order_by(audit_record.c.number).limit(_PAGE)
        within = numbered.where(audit_record.c.number > after, audit_record.c.number <= end)
        records = [AuditRecord(*row) for row in connection.execute(within)]
        if not records:
            return
        yield records
        after = records[-1].number


@contextmanager
def _or_read_only() -> Iterator[None]:
    """Make a database that fails an audit that can't be written; another writer that isn't done yet is only to be waited for."""
    try:
        yield
    except DatabaseBusyError:
        raise
    except DatabaseError as error:
        raise AuditError(_NO_RECORD) from error


def records_between(connection: Connection, after: int, end: int) -> Iterator[AuditRecord]:
    """Read the records behind ``after`` up to ``end``, one by one."""
    for page in pages(connection, after, end):
        yield from page


def _head(connection: Connection, *, lock: bool = False) -> Any:
    """Read the row of the end of the chain; with ``lock`` nobody else appends until this transaction ends."""
    statement = select(
        audit_head.c.chain,
        audit_head.c.number,
        audit_head.c.hash,
        audit_head.c.archived_number,
        audit_head.c.archived_hash,
    )
    row = connection.execute(statement.with_for_update() if lock else statement).first()
    if row is None:
        raise AuditError("审计的链头不在数据库里，被删去或没有建立。恢复之前只能查看，不能修改；请从备份恢复。")
    return row
