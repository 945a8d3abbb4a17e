"""Read-only access to a bureau's database: whatever its mapping file says, nothing there can be changed.

The database itself refuses changes, as far as it can; ``one_select`` refuses a query that isn't one SELECT by its syntax.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, inspect, make_url

from cockpit.errors import SourceError
from data.loaders.sources.acting_functions import ACTING
from data.sandbox.files import is_regular

_CONNECT_SECONDS = 10
_LONGEST_VALUE = 16 * 2**20  # bytes of one value
_STEPS = 100_000  # of SQLite's machine between two looks at the clock
_PRAGMAS = frozenset(
    {"read_uncommitted", "table_info", "table_xinfo", "table_list", "index_list", "index_info", "foreign_key_list"}
)
_ALLOWED = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE, sqlite3.SQLITE_TRANSACTION}
)
#: Statements that make other databases refuse changes and endless queries in this session; seconds are filled in.
_SESSION = {
    "mysql": ("set session transaction read only", "set session max_execution_time = {milliseconds}"),
    "mariadb": ("set session transaction read only", "set session max_statement_time = {seconds}"),
    "oracle": ("set transaction read only",),
}
_OWN_TABLES = frozenset({"alembic_version", "data_version", "batch_sheet"})
_OWN_FACTS = frozenset({"fact_version", "fact_firm"})


@contextmanager
def connect_read_only(url: str, name: str, seconds: float) -> Iterator[Connection]:
    """Connect to a bureau's database in a read-only transaction whose statements end after ``seconds``.

    ``name``: of the mapping file. Raises ``SourceError`` for the cockpit's own database, and for a SQLite file that does not
    exist, since connecting would create it; SQLAlchemy's errors for an address that is none or that nothing answers at.
    """
    address = make_url(url)
    engine = _sqlite_engine(address, name, seconds) if address.get_backend_name() == "sqlite" else _engine(address, seconds)
    try:
        with engine.connect() as connection:  # never committed
            for statement in _SESSION.get(connection.dialect.name, ()):
                connection.exec_driver_sql(statement.format(seconds=int(seconds), milliseconds=int(seconds * 1000)))
            _refuse_own(connection, name)
            yield connection
    finally:
        engine.dispose()


def _engine(address: URL, seconds: float) -> Engine:
    if address.get_backend_name() != "postgresql":
        return create_engine(address)
    milliseconds = int(seconds * 1000)
    options = f"-c default_transaction_read_only=on -c statement_timeout={milliseconds} -c lock_timeout={_CONNECT_SECONDS}s"
    arguments = {"options": options, "connect_timeout": _CONNECT_SECONDS}
    return create_engine(address, connect_args=arguments).execution_options(postgresql_readonly=True)


def _sqlite_engine(address: URL, name: str, seconds: float) -> Engine:
    file = address.database
    if not file or not is_regular(Path(file)):
        raise SourceError(f"{name} 里的数据库文件不存在：{file or '（没有写文件）'}。")
    uri = f"file:{quote(str(Path(file).resolve()))}?mode=ro"

    def connect() -> Any:
        connection = sqlite3.connect(uri, uri=True, timeout=_CONNECT_SECONDS, check_same_thread=False)
        connection.execute("pragma query_only = on")
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
        deadline = time.monotonic() + seconds
        connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
        connection.set_authorizer(_authorize)
        return connection

    return create_engine("sqlite://", creator=connect)


def _authorize(action: int, first: str | None, second: str | None, *_: object) -> int:
    allowed = action in _ALLOWED or (action == sqlite3.SQLITE_PRAGMA and first in _PRAGMAS)
    if action == sqlite3.SQLITE_FUNCTION and ACTING.match(second or ""):
        allowed = False
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _refuse_own(connection: Connection, name: str) -> None:
    """Refuse a database with the tables of the cockpit: under whatever address, its own is no source."""
    tables = set(inspect(connection).get_table_names())
    if tables >= _OWN_TABLES or tables >= _OWN_FACTS:
        raise SourceError(f"{name} 里的地址是驾驶舱自己的数据库，不能当作来源。请填某个局的数据库地址。")
