"""The facts engine as the cockpit sees it: read only, each question with a time limit, faults told in plain Chinese."""

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

Rows = Sequence[Any]
_T = TypeVar("_T")
#: Questions at the same time. One that never comes back keeps its place, so a dead engine can't eat up the threads.
_AT_ONCE = 8
_WAIT_FOR_A_PLACE = 2.0
#: A refresh sums millions of rows: it may take so many times longer than a question of a page.
_LONGER = 10
_PART = 10_000
_MAPPED = 2**33
_UNTOUCHED = "企业一级的数字暂时查不到；只看汇总的页面不受影响。"


class FactsClient:
    """Asks the engine in a thread of its own: not every driver comes back when a server has frozen."""

    def __init__(self, engine: Engine, seconds: float, place: str) -> None:
        """``place``: where it is, as told to people, without the password."""
        self._engine = engine
        self._place = place
        self._seconds = seconds
        self._places = threading.BoundedSemaphore(_AT_ONCE)

    @property
    def engine(self) -> Engine:
        """The engine itself."""
        return self._engine

    def limit(self, long_running: bool = False) -> float:
        """Seconds that a question may take; a refresh, which reads millions of rows, waits longer."""
        return self._seconds * (_LONGER if long_running else 1)

    def month_versions(self) -> dict[int, MonthVersion]:
        """``Editions`` as they are now; empty before the first."""
        rows = self._within(lambda c: c.execute(statements.select_month_versions()).all())
        found = {int(r.month): MonthVersion(int(r.number), r.published) for r in rows}
        return found | {0: max(found.values())} if found else {}

    def version_numbers(self) -> dict[int, int]:
        """``Versions`` as they are now; empty before the first."""
        return {month: edition.number for month, edition in self.month_versions().items()}

    def query(self, statement: Statement, chosen: VersionNumbers | None = None, *, long_running: bool = False) -> Rows:
        """The rows of a statement about these versions.

        Raises ``DatabaseError`` when there is no answer in time; ``StaleSnapshotError`` when the versions are being taken
        away: their rows in ``fact_version`` go first, so if these are still there after the answer, it was whole.
        """

        def work(connection: Connection) -> Rows:
            rows: Rows = connection.execute(statement).all()
            if chosen:
                there = {(row.month, row.number) for row in connection.execute(statements.select_available_versions(chosen))}
                if not there >= {pair for pair in chosen.items() if pair[0]}:
                    raise _taken_away()
            return rows

        return self._within(work, self.limit(long_running))

    def stream(
        self, statement: Statement, month: int, edition: MonthVersion, take: Callable[[Rows], None], *, long_running: bool = False
    ) -> None:
        """Hand the rows of a statement about a month to ``take``, a part at a time. Raises as ``ask``."""

        def work(connection: Connection) -> None:
            for rows in connection.execute(statement, execution_options={"yield_per": _PART}).partitions():
                take(rows)
            there = connection.execute(statements.select_available_versions({month: edition.number}))
            if (month, *edition) not in {tuple(row) for row in there}:
                raise _taken_away()

        self._within(work, self.limit(long_running))

    def dispose(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _within(self, work: Callable[[Connection], _T], seconds: float | None = None) -> _T:
        limit = seconds or self.limit()
        if not self._places.acquire(timeout=_WAIT_FOR_A_PLACE):
            raise DatabaseError(f"事实库还没有回答前面的 {_AT_ONCE} 个查询（{self._place}）。{_UNTOUCHED}请稍后重试。")
        answer: Future[_T] = Future()
        open_now: list[Connection] = []
        threading.Thread(target=self._run, args=(work, answer, open_now), name="facts", daemon=True).start()
        try:
            return answer.result(limit)
        except TimeoutError as error:
            threading.Thread(target=_cancel, args=(open_now,), name="facts-cancel", daemon=True).start()
            told = f"事实库 {limit:g} 秒内没有回答，查询已停止（{self._place}）。"
            raise DatabaseError(f"{told}{_UNTOUCHED}请稍后重试；一再如此，请数据中心检查事实库。") from error
        except SQLAlchemyError as error:
            reason = str(error.orig if isinstance(error, DBAPIError) else error).strip().partition("\n")[0]
            told = f"事实库没有回答（{self._place}）。"
            raise DatabaseError(f"{told}{_UNTOUCHED}请数据中心检查事实库是否在运行、三张表是否齐全。原因：{reason}") from error

    def _run(self, work: Callable[[Connection], _T], answer: Future[_T], open_now: list[Connection]) -> None:
        try:
            with self._engine.connect() as connection:
                open_now.append(connection)
                found = work(connection)
            answer.set_result(found)
        except BaseException as error:  # whatever it is, it belongs to whoever asked
            answer.set_exception(error)
        finally:
            self._places.release()


def open_facts_client(url: str, seconds: float) -> FactsClient:
    """The facts engine at a URL. No connection is opened yet. Raises ``DatabaseError`` for a URL that is none."""
    try:
        parsed = make_url(url)
        place = parsed.render_as_string(hide_password=True)
        if parsed.get_backend_name() == "sqlite":
            return FactsClient(_sqlite(parsed), seconds, place)
        return FactsClient(create_engine(parsed, pool_pre_ping=True, connect_args=_arguments(parsed, seconds)), seconds, place)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise DatabaseError(
            "事实库地址（COCKPIT_FACTS_URL）写法不对，或没有安装它的驱动。写法如 sqlite:///文件路径、"
            "postgresql+psycopg://用户:密码@主机/库名；其他引擎见 docs/facts.md。"
        ) from error


def _arguments(url: URL, seconds: float) -> dict[str, Any]:
    """PostgreSQL: read only, no endless statement, sums made by the shards; a dead server is noticed soon."""
    if url.get_backend_name() != "postgresql" or not url.get_driver_name().startswith("psycopg"):
        return {}
    options = {
        "default_transaction_read_only": "on",
        "statement_timeout": int(seconds * _LONGER * 1000),
        "enable_partitionwise_aggregate": "on",
        "enable_partitionwise_join": "on",
    }
    alive = {"connect_timeout": 3, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
    return {"options": " ".join(f"-c {name}={value}" for name, value in options.items()), **alive}


def _sqlite(url: URL) -> Engine:
    """An SQLite file that must be there and is only read; each question sees one state of it."""
    if url.database in (None, "", ":memory:"):
        raise ArgumentError("no file")
    file = f"file:{quote(str(Path(str(url.database)).absolute()))}"
    engine = create_engine(url.set(database=file, query={"mode": "rw", "uri": "true"}))

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        # Read through the system's own cache: with SQLite's two megabytes a sum over millions of rows reads them many times.
        for pragma in ("query_only=on", f"mmap_size={_MAPPED}"):
            connection.execute(f"pragma {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def _taken_away() -> StaleSnapshotError:
    return StaleSnapshotError("事实库已换上更新的数据，驾驶舱正在跟上，请稍后重试。")


def _cancel(open_now: list[Connection]) -> None:
    """Ask the engine to stop working for a question that nobody waits for any more."""
    for connection in open_now:
        driver: Any = connection.connection.driver_connection if not connection.closed else None
        for name in ("interrupt", "cancel"):
            if hasattr(driver, name):
                getattr(driver, name)()
                break
