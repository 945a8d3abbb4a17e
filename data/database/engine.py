"""The database engine: SQLite with real transactions, or any other URL; errors are reported in plain Chinese."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from cockpit.errors import DatabaseBusyError, DatabaseError

_MIGRATIONS = Path(__file__).parent.parent / "migrations"
#: How long a writer on SQLite waits for another one, unless the URL says it (``?timeout=``).
_WAIT_SECONDS = 30
#: SQLSTATE of PostgreSQL: another transaction holds the lock.
_LOCK_NOT_AVAILABLE = "55P03"
logging.getLogger("alembic").setLevel(logging.WARNING)  # it would report at every start


def open_engine(url: str) -> Engine:
    """Create the engine for a database URL, and the folder of an SQLite file. No connection is opened yet.

    Raises ``DatabaseError`` for a URL that SQLAlchemy can't read or has no driver for.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return create_engine(parsed, pool_pre_ping=True)
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        waits = {} if "timeout" in parsed.query else {"timeout": _WAIT_SECONDS}
        engine = create_engine(parsed, connect_args=waits)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise DatabaseError(
            "数据库地址写法不对。SQLite 写作 sqlite:///文件路径，PostgreSQL 写作 postgresql+psycopg://用户:密码@主机/库名。"
        ) from error
    except OSError as error:
        raise DatabaseError(f"数据库文件夹无法建立：{Path(parsed.database or '').parent}。请检查路径和权限。") from error
    _make_sqlite_transactional(engine)
    return engine


def _make_sqlite_transactional(engine: Engine) -> None:
    """Give SQLite snapshots and rollback: the driver's defaults begin a transaction too late and commit DDL.

    A writer (execution option ``write``) takes the lock at BEGIN: upgrading a read lock later fails at once
    when another has written meanwhile.
    """

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=wal", "synchronous=normal"):
            connection.execute(f"pragma {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("write", False):
            connection.exec_driver_sql("BEGIN")
        elif options["wait"]:
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


def connect(engine: Engine) -> Connection:
    """Open a connection; ``DatabaseError`` when the database can't be reached."""
    try:
        return engine.connect()
    except SQLAlchemyError as error:
        raise failure(error, _unreachable(engine)) from error


def failure(error: SQLAlchemyError, otherwise: str) -> DatabaseError:
    """Describe a failed operation: that another one is writing, where this is why, else ``otherwise``."""
    cause = getattr(error, "orig", None)
    if "database is locked" in str(cause) or getattr(cause, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
        return DatabaseBusyError("数据库正由另一个操作写入（例如发布或评价），这次没有轮到，数据保持原样。请等它完成后重试。")
    return DatabaseError(otherwise)


def _unreachable(engine: Engine) -> str:
    """Describe a database that doesn't answer. Names the URL, never the password."""
    url = engine.url.render_as_string(hide_password=True)
    if engine.dialect.name == "sqlite":
        return f"数据库文件打不开：{url}。请检查路径、权限，以及它是否真是 SQLite 数据库。"
    return f"数据库连不上：{url}。请检查数据库是否已启动、地址和密码是否正确。"


def upgrade_schema(engine: Engine) -> bool:
    """Migrate the schema to the newest revision; ``True`` when there was something to migrate. Else no writer is waited for.

    Raises ``DatabaseError`` when a newer program has created the database, when it can't be reached, and when a migration fails.
    """
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    try:
        with connect(engine) as connection:
            if not _is_behind(connection, scripts):
                return False
        with write_connection(engine) as connection, connection.begin():
            if not _is_behind(connection, scripts):  # another process has migrated it meanwhile
                return False
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            return True
    except SQLAlchemyError as error:
        raise failure(error, _unreachable(engine)) from error


def _is_behind(connection: Connection, scripts: ScriptDirectory) -> bool:
    """Return whether there is something to migrate; ``DatabaseError`` when a newer program has created the database."""
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is not None and revision not in {s.revision for s in scripts.walk_revisions()}:
        raise DatabaseError("数据库由更新版本的程序建立，本程序不能使用。请升级程序，或改用另一个数据库。")
    return revision != scripts.get_current_head()
