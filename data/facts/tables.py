"""The facts engine's three tables: the contract with the data centre that fills it. Standard SQL only.

Rows are never updated. A publisher writes whole months under a new version number, the changed rows of the register under the
same number, and last, in one statement, the rows of ``fact_version`` that make them visible.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Double,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
)

from cockpit.contracts.columns import Kind
from cockpit.contracts.sheets import MONTHLY, MONTHLY_MEASURES

facts_metadata = MetaData()

#: An unknown dimension: neither NULL nor the empty text, which some engines don't distinguish.
UNKNOWN = "-"
#: Fields of the measures, in the order of the sheet.
MEASURE_FIELDS = tuple(c.field for c in MONTHLY_MEASURES)
_MONEY = {c.field for c in MONTHLY.columns if c.kind is Kind.MONEY}


def _dimension_columns() -> list[Column[str]]:
    lengths = {"area": 64, "town": 64, "division": 2, "chain": 64, "stage": 128, "role": 16, "kind": 16}
    return [Column(name, String(length), nullable=False) for name, length in lengths.items()]


#: One row an enterprise and month, its dimensions as in the register; ``area``: the area of the cockpit's top level that
#: contains the town (the town itself, where towns are the top level), so a province is summed by city. A row covers ``span``
#: months up to its own, all of one year. Visible when ``fact_version`` has the row (version, month) and none with a greater
#: number. Queries name their months, so the primary key serves them all, and on PostgreSQL each month has a partition of its
#: own: its key stays small, and writing or reading a month costs the same however many months there are.
fact = Table(
    "fact",
    facts_metadata,
    Column("month", Integer, nullable=False),
    Column("credit_code", String(18), nullable=False),
    Column("version", Integer, nullable=False),
    *_dimension_columns(),
    Column("span", SmallInteger, nullable=False),
    *(Column(name, BigInteger if name in _MONEY else Double) for name in MEASURE_FIELDS),
    PrimaryKeyConstraint("month", "credit_code", "version"),
    sqlite_with_rowid=False,
    postgresql_partition_by="LIST (month)",
)


def partition_ddl(month: int) -> str:
    """Return PostgreSQL's statement that creates the partition of a month unless it exists."""
    return f"CREATE TABLE IF NOT EXISTS {fact.name}_{month} PARTITION OF {fact.name} FOR VALUES IN ({month})"


#: The register: of each enterprise, the row with the greatest version counts; ``active`` 0 removes it.
fact_firm = Table(
    "fact_firm",
    facts_metadata,
    Column("credit_code", String(18), nullable=False),
    Column("version", Integer, nullable=False),
    Column("active", SmallInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("town", String(64), nullable=False),
    Column("industry_code", String(8), nullable=False),
    Column("chain", String(64), nullable=False),
    Column("stage", String(128), nullable=False),
    Column("role", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("land_mu", Double, nullable=False),
    Column("park", Text),
    Column("founded_on", Integer),  # yyyymmdd
    Column("platform_member", SmallInteger),
    PrimaryKeyConstraint("credit_code", "version"),
)

#: The months that a version published, one row each; month 0 alone for a version of the register only.
fact_version = Table(
    "fact_version",
    facts_metadata,
    Column("number", Integer, nullable=False),
    Column("month", Integer, nullable=False),
    Column("published_at", DateTime, nullable=False),
    PrimaryKeyConstraint("number", "month"),
)
