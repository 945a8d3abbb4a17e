"""Writes a version into a facts engine: for synthetic data, tests and benchmarks; a data centre has loaders of its own.

With shards, the rows of each area are written to their server directly: the coordinator would insert them row by row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Engine, delete, func, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateTable

from cockpit.cube.cube import DIMENSIONS
from cockpit.errors import DatabaseError
from data.database.bulk import RowValues, load_rows
from data.database.engine import write_connection
from data.database.transactions import utc_now
from data.facts.tables import MEASURE_FIELDS, fact, fact_firm, fact_version, partition_ddl

FACT_COLUMNS = ("month", "credit_code", "version", "area", *DIMENSIONS, "span", *MEASURE_FIELDS)
FIRM_COLUMNS = tuple(fact_firm.columns.keys())
_AREA = FACT_COLUMNS.index("area")


class FactsWriter:
    """A new version. It is invisible before ``finish``; one that was interrupted is simply written again."""

    def __init__(self, engine: Engine, shards: Mapping[str, Engine] | None = None) -> None:
        """``shards``: area -> the server that stores its rows, when it is not ``engine`` itself."""
        self._engine = engine
        self._shards = shards or {}
        self._written: set[int] = set()
        self._stores = list({id(e): e for e in self._shards.values()}.values()) or [engine]
        for store, tables in [(engine, (fact_firm, fact_version)), *((s, (fact,)) for s in self._stores)]:
            with write_connection(store) as connection, connection.begin():
                for table in tables:
                    connection.execute(CreateTable(table, if_not_exists=True))
        with engine.connect() as connection:
            self.number: int = (connection.scalar(select(func.max(fact_version.c.number))) or 0) + 1

    def month(self, month: int, chunks: Iterable[Iterable[RowValues]]) -> int:
        """Write all rows of a month (``FACT_COLUMNS``) chunk by chunk; returns how many."""
        for store in self._stores:
            with write_connection(store) as connection, connection.begin():
                if store.dialect.name == "postgresql":
                    connection.exec_driver_sql(partition_ddl(month))
                connection.execute(delete(fact).where(fact.c.month == month, fact.c.version == self.number))
        written = 0
        for chunk in chunks:
            by_store: defaultdict[int, list[RowValues]] = defaultdict(list)
            for row in chunk:
                by_store[id(self._shards.get(row[_AREA], self._stores[0]))].append(row)
            for store in self._stores:
                with write_connection(store) as connection, connection.begin():
                    load_rows(connection, fact, FACT_COLUMNS, by_store[id(store)])
                written += len(by_store[id(store)])
        self._written.add(month)
        return written

    def firms(self, rows: Iterable[RowValues]) -> None:
        """Write the register's new and changed rows (``FIRM_COLUMNS``)."""
        with write_connection(self._engine) as connection, connection.begin():
            connection.execute(delete(fact_firm).where(fact_firm.c.version == self.number))
            load_rows(connection, fact_firm, FIRM_COLUMNS, rows)

    def finish(self, months: Collection[int]) -> int:
        """Make the version visible; returns its number."""
        # PostgreSQL's planner would expect a new version to have a few rows, and the whole table where all months are summed.
        stale = [f"{fact.name}_{month}" for month in sorted(self._written)] if self.number > 1 else [fact.name]
        for store in self._stores:
            if stale and store.dialect.name == "postgresql":
                with write_connection(store) as connection, connection.begin():
                    connection.exec_driver_sql(f"analyze {', '.join(stale)}")
        now = utc_now()
        rows: list[dict[str, Any]] = [{"number": self.number, "month": month, "published_at": now} for month in months or (0,)]
        with write_connection(self._engine) as connection, connection.begin():
            connection.execute(insert(fact_version), rows)
        return self.number


def is_empty(engine: Engine) -> bool:
    """Return whether nothing was ever published there. Raises ``DatabaseError`` when it can't be written to.

    The table is created where there is none: who will write later learns now that it can.
    """
    try:
        with write_connection(engine) as connection, connection.begin():
            connection.execute(CreateTable(fact_version, if_not_exists=True))
            return connection.execute(select(fact_version.c.number).limit(1)).first() is None
    except SQLAlchemyError as error:
        url = engine.url.render_as_string(hide_password=True)
        raise DatabaseError(f"事实库不能写入：{url}。请检查它是否在运行、用户有没有写入的权限。") from error
