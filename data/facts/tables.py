"""The facts engine's three tables: the contract with whoever fills it. Only what every SQL engine has.

Nothing is ever changed in place. Whoever publishes writes whole months under a new version number, the register's
changed rows under the same number, and last, in one statement, the rows of ``fact_version`` that make them seen.
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
from cockpit.contracts.sheets import MONTHLY

facts = MetaData()

#: A dimension that is not known: neither NULL nor the empty text, which some engines take for the same.
UNKNOWN = "-"
#: Fields of the measures, in the order of the sheet.
MEASURE_FIELDS = tuple(c.field for c in MONTHLY.columns[3:])
_MONEY = {c.field for c in MONTHLY.columns if c.kind is Kind.MONEY}


def _places() -> list[Column[str]]:
    lengths = {"area": 64, "town": 64, "division": 2, "chain": 64, "stage": 128, "role": 16, "kind": 16}
    return [Column(name, String(length), nullable=False) for name, length in lengths.items()]


#: One row an enterprise and month, its place as the register has it; ``area``: the area that the cockpit shows first which
#: holds the town (itself, where towns are shown first), so a province is summed by city. A row covers ``span`` months up to
#: its own, all of one year. Seen when ``fact_version`` has the row (version, month) and none with a greater number.
#: Whoever reads names the months, so the key serves every question, and on PostgreSQL a month has a table of its own: its
#: key stays small, and writing or reading a month costs the same however many months there are.
fact = Table(
    "fact",
    facts,
    Column("month", Integer, nullable=False),
    Column("credit_code", String(18), nullable=False),
    Column("version", Integer, nullable=False),
    *_places(),
    Column("span", SmallInteger, nullable=False),
    *(Column(name, BigInteger if name in _MONEY else Double) for name in MEASURE_FIELDS),
    PrimaryKeyConstraint("month", "credit_code", "version"),
    sqlite_with_rowid=False,
    postgresql_partition_by="LIST (month)",
)


def partition(month: int) -> str:
    """PostgreSQL's statement that makes room for a month; nothing happens where there is room already."""
    return f"CREATE TABLE IF NOT EXISTS {fact.name}_{month} PARTITION OF {fact.name} FOR VALUES IN ({month})"


#: The register: an enterprise is as its row with the greatest version says; ``active`` 0 takes it out.
fact_firm = Table(
    "fact_firm",
    facts,
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

#: The months that a version brought anew, one row each; month 0 alone for a version of the register only.
fact_version = Table(
    "fact_version",
    facts,
    Column("number", Integer, nullable=False),
    Column("month", Integer, nullable=False),
    Column("published_at", DateTime, nullable=False),
    PrimaryKeyConstraint("number", "month"),
)
