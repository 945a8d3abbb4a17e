"""Read-only access to a bureau's database: whatever its mapping file says, nothing there can be changed.

Two walls: the database itself is told to refuse changes, as far as it can, and a query must be one SELECT by its syntax.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlglot
from sqlalchemy import URL, Connection, Engine, create_engine, inspect, make_url
from sqlglot import expressions as exp

from cockpit.errors import SourceError
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
_SYNTAX = {
    "postgresql": "postgres",
    "mariadb": "mysql",
    "mssql": "tsql",
    "clickhousedb": "clickhouse",
    "kingbase": "postgres",
    "dm": "oracle",
}
_CHANGING = (exp.DML, exp.DDL, exp.Drop, exp.Alter, exp.Command, exp.Into, exp.Lock, exp.Set, exp.Pragma, exp.Attach, exp.Copy)
# Functions that act on the server or beyond it, which a read-only transaction doesn't stop.
_ACTING = re.compile(
    r"dblink|lo_|pg_(?!catalog|typeof|get_|table_is|column_)|set_config|query_to_xml|load_|xp_|sp_|open(?:rowset|query|datasource)"
    r"|sleep|benchmark|get_lock|sys_|utl_|dbms_|readfile|writefile|file$|url$|remote|system$|nextval|setval",
    re.IGNORECASE,
)
_OWN_TABLES = frozenset({"alembic_version", "data_version", "batch_sheet"})
_OWN_FACTS = frozenset({"fact_version", "fact_firm"})
logging.getLogger("sqlglot").setLevel(logging.ERROR)  # its warnings about syntax become our sentence


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


def check_select(text: str, backend: str, title: str) -> None:
    """Refuse a query that is anything but one SELECT; ``backend``: SQLAlchemy's name of the database's kind."""
    try:
        statements = [s for s in sqlglot.parse(text, read=_SYNTAX.get(backend, backend)) if s is not None]
    except ValueError:  # a kind of database whose syntax it does not know
        statements = _parse_generic(text)
    except (sqlglot.errors.SqlglotError, RecursionError):
        statements = []
    if len(statements) != 1 or not isinstance(statements[0], exp.Query) or "/*!" in text:
        raise SourceError(f"“{title}”的 select 必须是一条 SELECT 查询，不能有别的语句。没有执行。")
    for node in statements[0].walk():
        if isinstance(node, _CHANGING):
            raise SourceError(f"“{title}”的 select 里有会改动数据或加锁的写法（{node.key.upper()}）。没有执行，请只写查询。")
        if isinstance(node, exp.Anonymous) and _ACTING.match(node.name):
            raise SourceError(f"“{title}”的 select 用了不允许的函数 {node.name[:40]}。没有执行，请只查询表里的数据。")


def _parse_generic(text: str) -> list[exp.Expr]:
    try:
        return [s for s in sqlglot.parse(text) if s is not None]
    except (sqlglot.errors.SqlglotError, RecursionError):
        return []


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
    if action == sqlite3.SQLITE_FUNCTION and _ACTING.match(second or ""):
        allowed = False
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _refuse_own(connection: Connection, name: str) -> None:
    """Refuse a database with the tables of the cockpit: under whatever address, its own is no source."""
    tables = set(inspect(connection).get_table_names())
    if tables >= _OWN_TABLES or tables >= _OWN_FACTS:
        raise SourceError(f"{name} 里的地址是驾驶舱自己的数据库，不能当作来源。请填某个局的数据库地址。")
