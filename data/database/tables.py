"""Tables of the database, derived from the sheet contracts. Standard SQL only: no features of one vendor."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    false,
)

from cockpit.contracts.columns import Column as Field
from cockpit.contracts.columns import Kind, Sheet
from cockpit.contracts.sheets import ADDITIVE_MEASURES, MONTHLY, SHEETS

metadata = MetaData()

_TYPES: dict[Kind, Any] = {
    Kind.MONTH: Integer,
    Kind.YEAR: Integer,
    Kind.DATE: Date,
    Kind.MONEY: BigInteger,
    Kind.NUMBER: Double,
    Kind.COUNT: Double,
    Kind.FLAG: Boolean,
}
#: Columns that every published row has besides its sheet's own: where it comes from.
ORIGIN = ("batch_id", "source_row")


def stored_fields(sheet: Sheet) -> tuple[str, ...]:
    """Return the stored fields of a sheet: its own, and of the monthly sheet ``span``, the number of months a row covers."""
    return (*sheet.fields, "span") if sheet is MONTHLY else sheet.fields


def _column(field: Field) -> Column[Any]:
    return Column(field.field, _TYPES.get(field.kind, Text), nullable=not field.required)


def _columns(sheet: Sheet) -> list[Column[Any]]:
    own = [_column(c) for c in sheet.columns]
    if sheet is MONTHLY:
        own.append(Column("span", Integer, nullable=False))
    return [*own, Column("batch_id", Integer, nullable=False), Column("source_row", Integer, nullable=False)]


def _current(sheet: Sheet) -> Table:
    """Build the table of a sheet's current rows, one a key."""
    return Table(sheet.table, metadata, *_columns(sheet), PrimaryKeyConstraint(*reversed(sheet.keys)))


def _history(sheet: Sheet) -> Table:
    """Build the table of rows that a later batch replaced; withdrawing that batch restores them."""
    return Table(
        f"{sheet.table}_history",
        metadata,
        *_columns(sheet),
        Column("replaced_by", Integer, nullable=False),
        PrimaryKeyConstraint(*reversed(sheet.keys), "replaced_by"),
    )


CURRENT: dict[str, Table] = {s.table: _current(s) for s in SHEETS}
HISTORY: dict[str, Table] = {s.table: _history(s) for s in SHEETS}

enterprise = CURRENT["enterprise"]
monthly = CURRENT["monthly"]
evaluation_input = CURRENT["evaluation_input"]
Index("monthly_by_enterprise", monthly.c.credit_code, monthly.c.month)

batch = Table(
    "batch",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("published_by", Text, nullable=False),
    Column("published_at", DateTime, nullable=False),
    Column("withdrawn_by", Text),
    Column("withdrawn_at", DateTime),
)

batch_sheet = Table(
    "batch_sheet",
    metadata,
    Column("batch_id", Integer, nullable=False),
    Column("table_name", String(32), nullable=False),
    Column("sheet", Text, nullable=False),
    Column("added", Integer, nullable=False),
    Column("replaced", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    PrimaryKeyConstraint("batch_id", "table_name"),
)

#: Batches that contained rows of an earlier batch unchanged: that batch, the owner, can't be withdrawn before them.
batch_confirmation = Table(
    "batch_confirmation",
    metadata,
    Column("batch_id", Integer, nullable=False),
    Column("owner_id", Integer, nullable=False),
    PrimaryKeyConstraint("batch_id", "owner_id"),
)

data_version = Table(
    "data_version",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("batch_id", Integer),  # of a publication or withdrawal
    Column("evaluation_id", Integer),  # of a published evaluation
    Column("action", String(8), nullable=False),
    Column("created_at", DateTime, nullable=False),
)

#: The key of the district whose data these are: one row, from the first data version on.
published_district = Table("published_district", metadata, Column("key", String(64), primary_key=True))

cube = Table(
    "cube",
    metadata,
    Column("month", Integer, nullable=False),
    Column("town", String(64), nullable=False),
    Column("division", String(2), nullable=False),
    Column("chain", String(64), nullable=False),
    Column("stage", String(128), nullable=False),
    Column("role", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("max_span", Integer, nullable=False),
    *(Column(c.field, _TYPES[c.kind]) for c in ADDITIVE_MEASURES),
    Column("staff_months", Double),
    PrimaryKeyConstraint("month", "town", "division", "chain", "stage", "role", "kind"),
)

#: The digest of the cube's rows of each month, written with them (``digests.py``).
cube_digest = Table(
    "cube_digest",
    metadata,
    Column("month", Integer, primary_key=True, autoincrement=False),
    Column("digest", String(40), nullable=False),
)

firm_presence = Table(
    "firm_presence",
    metadata,
    Column("credit_code", String(18), primary_key=True),
    Column("bits", LargeBinary, nullable=False),
)

#: With the facts in another engine: the version there of each month that the cube was summed from (month 0: the newest of
#: all), when it was published (as the engine prints it; NULL = not known), and the batch of the refresh.
facts_month = Table(
    "facts_month",
    metadata,
    Column("month", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("batch_id", Integer, nullable=False),
    Column("published", String(64)),
)

evaluation = Table(
    "evaluation",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("year", Integer, nullable=False),
    Column("policy", Text, nullable=False),
    Column("policy_sha256", String(64), nullable=False),
    Column("summary", Text, nullable=False),
    Column("data_version", Integer, nullable=False),
    Column("published_by", Text, nullable=False),
    Column("published_at", DateTime, nullable=False),
)

evaluation_grade = Table(
    "evaluation_grade",
    metadata,
    Column("evaluation_id", Integer, nullable=False),
    Column("credit_code", String(18), nullable=False),
    Column("evaluation_group", Text, nullable=False),
    Column("base_score", Double),
    Column("score", Double),
    Column("rank", Integer),
    Column("grade", String(8)),
    Column("detail", Text),
    PrimaryKeyConstraint("evaluation_id", "credit_code"),
)

#: Saved what-if evaluations (模拟评价): policies under a name, never grades.
scenario = Table(
    "scenario",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("year", Integer, nullable=False),
    Column("policy", Text, nullable=False),
    Column("saved_by", Text, nullable=False),
    Column("saved_at", DateTime, nullable=False),
)

#: Wall screens (大屏): when each was last online, what it shows, the newest command of the remote, and its token's hash.
wall = Table(
    "wall",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("token_sha256", String(64)),
    Column("created_at", DateTime, nullable=False),
    Column("revoked_at", DateTime),
    Column("seen_at", DateTime),
    Column("scene", String(80)),
    Column("command", Text),
    Column("command_number", Integer, nullable=False),
    Column("names_firms", Boolean, nullable=False, server_default=false()),
)
Index("wall_by_token", wall.c.token_sha256)
