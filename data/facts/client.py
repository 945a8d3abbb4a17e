"""Client of the facts engine: read only, each query with a time limit, errors reported in plain Chinese."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from cockpit.errors import DatabaseError, StaleSnapshotError
from data.facts import statements
from data.facts.statements import MonthVersion, Statement, VersionNumbers

ResultRows = Sequence[Any]
_T = TypeVar("_T")
#: Concurrent queries. One that never returns still counts, so a frozen engine can't use up the threads.
_MAX_CONCURRENT = 8
#: Seconds that a query waits for one of the others to end.
_QUEUE_SECONDS = 2.0
#: Factor on the time limit of a page's query for a refresh, which sums millions of rows.
_LONG_RUNNING_FACTOR = 10
_ROWS_AT_ONCE = 10_000
_MMAP_BYTES = 2**33
_UNAFFECTED = "企业一级的数字暂时查不到；只看汇总的页面不受影响。"


class FactsClient:
    """Queries of the facts engine, each in a thread of its own: not every driver returns when a server has frozen."""

    def __init__(self, engine: Engine, seconds: float, url: str) -> None:
        """``seconds``: time limit of a query. ``url``: the engine's address in error messages, without the password."""
        self._engine = engine
        self._url = url
        self._seconds = seconds
        self._slots = threading.BoundedSemaphore(_MAX_CONCURRENT)

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine, for its dialect and URL; queries go through the client."""
        return self._engine

    def limit(self, long_running: bool = False) -> float:
        """Return the time limit in seconds, of a page's query or (``long_running``) of a refresh."""
        return self._seconds * (_LONG_RUNNING_FACTOR if long_running else 1)

    def month_versions(self) -> dict[int, MonthVersion]:
        """Read the newest ``MonthVersions``; empty before the first publication."""
        rows = self._run_with_timeout(lambda c: c.execute(statements.select_month_versions()).all())
        versions = {int(r.month): MonthVersion(int(r.number), r.published) for r in rows}
        return versions | {0: max(versions.values())} if versions else {}

    def version_numbers(self) -> dict[int, int]:
        """Read the newest ``VersionNumbers``; empty before the first publication."""
        return {month: version.number for month, version in self.month_versions().items()}

    def query(self, statement: Statement, numbers: VersionNumbers | None = None, *, long_running: bool = False) -> ResultRows:
        """Return the rows of a statement about the versions ``numbers``.

        Raises ``DatabaseError`` without a result in time; ``StaleSnapshotError`` when the versions are being deleted: their
        rows in ``fact_version`` are deleted first, so if these still exist after the query, its result is complete.
        """

        def run(connection: Connection) -> ResultRows:
            rows: ResultRows = connection.execute(statement).all()
            if numbers:
                available = {(row.month, row.number) for row in connection.execute(statements.select_available_versions(numbers))}
                if not available >= {pair for pair in numbers.items() if pair[0]}:
                    raise _stale_error()
            return rows

        return self._run_with_timeout(run, self.limit(long_running))

    def stream(
        self,
        statement: Statement,
        month: int,
        version: MonthVersion,
        on_rows: Callable[[ResultRows], None],
        *,
        long_running: bool = False,
    ) -> None:
        """Pass the rows of a statement about a month to ``on_rows``, ``_ROWS_AT_ONCE`` at a time. Raises as ``query``."""

        def run(connection: Connection) -> None:
            for rows in connection.execute(statement, execution_options={"yield_per": _ROWS_AT_ONCE}).partitions():
                on_rows(rows)
            available = connection.execute(statements.select_available_versions({month: version.number}))
            if (month, *version) not in {tuple(row) for row in available}:
                raise _stale_error()

        self._run_with_timeout(run, self.limit(long_running))

    def dispose(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _run_with_timeout(self, run: Callable[[Connection], _T], seconds: float | None = None) -> _T:
        limit = seconds or self.limit()
        if not self._slots.acquire(timeout=_QUEUE_SECONDS):
            raise DatabaseError(f"事实库还没有回答前面的{_MAX_CONCURRENT}个查询（{self._url}）。{_UNAFFECTED}请稍后重试。")
        future: Future[_T] = Future()
        connections: list[Connection] = []
        threading.Thread(target=self._run, args=(run, future, connections), name="facts", daemon=True).start()
        try:
            return future.result(limit)
        except TimeoutError as error:
            threading.Thread(target=_cancel, args=(connections,), name="facts-cancel", daemon=True).start()
            summary = f"事实库 {limit:g} 秒内没有回答，查询已停止（{self._url}）。"
            raise DatabaseError(f"{summary}{_UNAFFECTED}请稍后重试；一再如此，请数据中心检查事实库。") from error
        except SQLAlchemyError as error:
            reason = str(error.orig if isinstance(error, DBAPIError) else error).strip().partition("\n")[0]
            summary = f"事实库没有回答（{self._url}）。"
            raise DatabaseError(
                f"{summary}{_UNAFFECTED}请数据中心检查事实库是否在运行、三张表是否齐全。原因：{reason}"
            ) from error

    def _run(self, run: Callable[[Connection], _T], future: Future[_T], connections: list[Connection]) -> None:
        try:
            with self._engine.connect() as connection:
                connections.append(connection)
                result = run(connection)
            future.set_result(result)
        except BaseException as error:  # of whatever kind: the thread that waits for the result raises it
            future.set_exception(error)
        finally:
            self._slots.release()


def open_facts_client(url: str, seconds: float) -> FactsClient:
    """Create the client of the facts engine at a URL. No connection is opened yet.

    Raises ``DatabaseError`` for a URL that SQLAlchemy can't read or has no driver for.
    """
    try:
        parsed = make_url(url)
        address = parsed.render_as_string(hide_password=True)
        if parsed.get_backend_name() == "sqlite":
            return FactsClient(_sqlite_engine(parsed), seconds, address)
        return FactsClient(
            create_engine(parsed, pool_pre_ping=True, connect_args=_connect_args(parsed, seconds)), seconds, address
        )
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise DatabaseError(
            "事实库地址（COCKPIT_FACTS_URL）写法不对，或没有安装它的驱动。写法如 sqlite:///文件路径、"
            "postgresql+psycopg://用户:密码@主机/库名；其他引擎见 docs/facts.md。"
        ) from error


def _connect_args(url: URL, seconds: float) -> dict[str, Any]:
    """Return psycopg's arguments: read only, a time limit, sums computed by the shards, a dead server detected soon."""
    if url.get_backend_name() != "postgresql" or not url.get_driver_name().startswith("psycopg"):
        return {}
    options = {
        "default_transaction_read_only": "on",
        "statement_timeout": int(seconds * _LONG_RUNNING_FACTOR * 1000),
        "enable_partitionwise_aggregate": "on",
        "enable_partitionwise_join": "on",
    }
    alive = {"connect_timeout": 3, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
    return {"options": " ".join(f"-c {name}={value}" for name, value in options.items()), **alive}


def _sqlite_engine(url: URL) -> Engine:
    """Create the engine of an SQLite file that must exist and is only read; each query sees one state of it."""
    if url.database in (None, "", ":memory:"):
        raise ArgumentError("no file")
    file = f"file:{quote(str(Path(str(url.database)).absolute()))}"
    engine = create_engine(url.set(database=file, query={"mode": "rw", "uri": "true"}))

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        # Read through the page cache of the system: with SQLite's own 2 MB, a sum over millions of rows reads them many times.
        for pragma in ("query_only=on", f"mmap_size={_MMAP_BYTES}"):
            connection.execute(f"pragma {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def _stale_error() -> StaleSnapshotError:
    return StaleSnapshotError("事实库已换上更新的数据，驾驶舱正在跟上，请稍后重试。")


def _cancel(connections: list[Connection]) -> None:
    """Cancel a query whose caller has given up waiting."""
    for connection in connections:
        driver: Any = connection.connection.driver_connection if not connection.closed else None
        for name in ("interrupt", "cancel"):
            if hasattr(driver, name):
                getattr(driver, name)()
                break
