"""The database engine: SQLite with real transactions, or any other URL; errors are reported in plain Chinese."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from cockpit.errors import DatabaseBusyError, DatabaseError
from data.database.outage import outage_of

_MIGRATIONS = Path(__file__).parent.parent / "migrations"
#: How long a writer on SQLite waits for another one, unless the URL says it (``?timeout=``).
_WAIT_SECONDS = 30
#: How long a reader waits: on SQLite only for whoever has locked the whole file, on PostgreSQL for a migration.
_READER_WAIT_SECONDS = 2
#: How long a connection to PostgreSQL may take, and a reading statement there.
_CONNECT_SECONDS, _STATEMENT_SECONDS = 3, 60
#: What each kind of failure means, by the name of SQLite's error or PostgreSQL's SQLSTATE, and what to do.
_FAILURES = {
    "SQLITE_FULL": "磁盘已满，没有写入，数据保持原样。请腾出空间后重试。",
    "53100": "数据库服务器的磁盘已满，没有写入，数据保持原样。请腾出空间后重试。",
    "SQLITE_READONLY": "数据库是只读的，没有写入，数据保持原样。请检查数据库文件和所在文件夹的权限。",
    "25006": "数据库是只读的，没有写入，数据保持原样。请检查数据库服务器的状态。",
    "SQLITE_CORRUPT": "数据库文件已损坏，读不出完整的数据。请停止服务，运行 cli.py doctor 查看，然后从备份恢复。",
    "SQLITE_NOTADB": "这个文件不是 SQLite 数据库，或者已损坏。请检查 COCKPIT_DATABASE_URL；确实是它，请从备份恢复。",
    "XX001": "数据库里有损坏的数据页，读不出完整的数据。请运行 cli.py doctor 查看，然后从备份恢复。",
    "XX002": "数据库里有损坏的索引，读不出完整的数据。请让管理员重建索引，或从备份恢复。",
    "SQLITE_IOERR": "磁盘读写出错，数据保持原样。请检查磁盘和所在文件夹，然后运行 cli.py doctor。",
    "57014": "数据库超过时限没有回答，已停止这次查询。请稍后重试。",
}
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED", "55P03")
BUSY = "数据库正由另一个操作写入（例如发布或评价），这次没有轮到，数据保持原样。请等它完成后重试。"
logging.getLogger("alembic").setLevel(logging.WARNING)  # it would report at every start


def open_engine(url: str) -> Engine:
    """Create the engine for a database URL, and the folder of an SQLite file. No connection is opened yet.

    Raises ``DatabaseError`` for a URL that SQLAlchemy can't read or has no driver for.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return _with_limits(create_engine(parsed, pool_pre_ping=True, **_connect_options(parsed)))
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        waits = None if "timeout" in parsed.query else (_READER_WAIT_SECONDS, _WAIT_SECONDS)
        engine = create_engine(parsed, connect_args={"timeout": waits[0]} if waits else {})
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise DatabaseError(
            "数据库地址写法不对。SQLite 写作 sqlite:///文件路径，PostgreSQL 写作 postgresql+psycopg://用户:密码@主机/库名。"
        ) from error
    except OSError as error:
        raise DatabaseError(f"数据库文件夹无法建立：{Path(parsed.database or '').parent}。请检查路径和权限。") from error
    _make_sqlite_transactional(engine, waits)
    return engine


def _connect_options(url: URL) -> dict[str, Any]:
    """Return what limits the time to connect, and to notice that the server has gone; nothing where the URL says it."""
    if url.get_driver_name() != "psycopg" or "connect_timeout" in url.query:
        return {}
    alive = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 10_000}
    return {"connect_args": {"connect_timeout": _CONNECT_SECONDS, **alive}}


def _with_limits(engine: Engine) -> Engine:
    """Give reading statements on PostgreSQL a time limit; a writer's take as long as they need."""
    if engine.dialect.name != "postgresql":
        return engine

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"set statement_timeout = '{_STATEMENT_SECONDS}s'")
            cursor.execute(f"set lock_timeout = '{_READER_WAIT_SECONDS}s'")
        connection.commit()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("write", False):
            connection.exec_driver_sql("set local statement_timeout = 0")
            connection.exec_driver_sql("set local lock_timeout = 0")

    return engine


def _make_sqlite_transactional(engine: Engine, waits: tuple[int, int] | None) -> None:
    """Give SQLite snapshots and rollback: the driver's defaults begin a transaction too late and commit DDL.

    A writer (execution option ``write``) takes the lock at BEGIN: upgrading a read lock later fails at once
    when another has written meanwhile. ``waits``: seconds that a reader and a writer wait for a lock; ``None``: as the URL says.
    """

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=wal", "synchronous=normal"):
            connection.execute(f"pragma {pragma}")

    if waits is not None:

        @event.listens_for(engine, "checkin")
        def _checkin(connection: Any, record: Any) -> None:
            if connection is not None and record.info.pop("write", False):
                connection.execute(f"pragma busy_timeout={waits[0] * 1000}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("write", False):
            connection.exec_driver_sql("BEGIN")
        elif options["wait"]:
            if waits is not None:
                connection.connection.record_info["write"] = True  # type: ignore[index]  # None only once it is detached
                connection.exec_driver_sql(f"pragma busy_timeout={waits[1] * 1000}")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            milliseconds = connection.exec_driver_sql("pragma busy_timeout").scalar_one()
            connection.exec_driver_sql("pragma busy_timeout=0")
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            finally:
                connection.exec_driver_sql(f"pragma busy_timeout={milliseconds}")


def write_connection(engine: Engine, *, wait: bool = True) -> Connection:
    """Open a connection for writing transactions; on SQLite they also survive a power cut (synchronous=full).

    ``wait``: on SQLite, for another writer to finish. Raises ``DatabaseError`` when the database can't be reached.
    """
    connection = connect(engine).execution_options(write=True, wait=wait)
    if engine.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("pragma synchronous=full")
    return connection


def connect(engine: Engine, *, anyway: bool = False) -> Connection:
    """Open a connection; ``DatabaseError`` when the database can't be reached.

    While it is known not to answer, this is raised at once, unless to be tried ``anyway``.
    """
    if not anyway and outage_of(engine).is_open():
        raise DatabaseError("数据库暂时没有回答。请稍后再试。")
    try:
        return engine.connect()
    except SQLAlchemyError as error:
        raise failure(error, _UNREACHABLE, address_of(engine)) from error


@contextmanager
def read_connection(engine: Engine, *, anyway: bool = False) -> Iterator[Connection]:
    """Open a connection to read from, as ``connect``; ``DatabaseError`` also when the database fails meanwhile."""
    try:
        with connect(engine, anyway=anyway) as connection:
            yield connection
    except SQLAlchemyError as error:
        raise failure(error, "数据库没有完成这次查询。请稍后再试。", address_of(engine)) from error


def failure(error: Exception, otherwise: str, address: str = "") -> DatabaseError:
    """Describe a failed operation by its cause: another one is writing, the disk is full, …; else by ``otherwise``.

    ``address``: the database, for the operator only (``DatabaseError.address``).
    """
    cause = getattr(error, "orig", None) or error
    names = (str(getattr(cause, "sqlite_errorname", None) or ""), str(getattr(cause, "sqlstate", None) or ""))
    if any(name.startswith(busy) for name in names for busy in _BUSY):
        return DatabaseBusyError(BUSY, address)
    known = next((text for name in names for code, text in _FAILURES.items() if name.startswith(code)), otherwise)
    return DatabaseError(known, address)


#: What everybody may read of a database that doesn't answer; where it is stands in the log only.
_UNREACHABLE = "数据库连不上。请稍后再试；管理员请检查它是否已启动，以及 COCKPIT_DATABASE_URL 写的地址、密码或文件路径。"


def address_of(engine: Engine) -> str:
    """Return the URL of the database, without the password."""
    return engine.url.render_as_string(hide_password=True)


def _create_privately(engine: Engine) -> None:
    """Create the file of a new SQLite database so that only its owner may read it; its log files get the same mode."""
    name = engine.url.database
    if engine.dialect.name == "sqlite" and name and name != ":memory:" and not name.startswith("file:"):
        with suppress(OSError):  # it exists, or can't be created: connecting says why
            os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def upgrade_schema(engine: Engine) -> bool:
    """Migrate the schema to the newest revision; ``True`` when there was something to migrate. Else no writer is waited for.

    Raises ``DatabaseError`` when a newer program has created the database, when it can't be reached, and when a migration fails.
    """
    from data.database.digests import record_missing_digests  # which reads by this module

    _create_privately(engine)
    try:
        with connect(engine) as connection:
            if not is_behind(connection):
                return False
        with write_connection(engine) as connection, connection.begin():
            if not is_behind(connection):  # another process has migrated it meanwhile
                return False
            config = _migrations()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            record_missing_digests(connection)
            return True
    except SQLAlchemyError as error:
        raise failure(error, _UNREACHABLE, address_of(engine)) from error


def is_behind(connection: Connection) -> bool:
    """Return whether there is something to migrate; ``DatabaseError`` when a newer program has created the database."""
    scripts = ScriptDirectory.from_config(_migrations())
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is not None and revision not in {s.revision for s in scripts.walk_revisions()}:
        raise DatabaseError("数据库由更新版本的程序建立，本程序不能使用。请升级程序，或改用另一个数据库。")
    return revision != scripts.get_current_head()


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config
