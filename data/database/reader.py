"""Reads published data into DataFrames with the dtypes of the sheet contracts, empty ones included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Engine, Select, func, select
from sqlalchemy.exc import SQLAlchemyError

from cockpit.contracts.columns import Kind
from cockpit.contracts.sheets import SHEET_BY_TABLE
from cockpit.snapshot import DataVersion
from data.database import statements
from data.database.engine import address_of, failure
from data.database.tables import CURRENT, HISTORY, cube, data_version, enterprise, evaluation, evaluation_grade, firm_presence

_DTYPES: dict[Kind, str] = {
    Kind.MONTH: "int64",
    Kind.YEAR: "Int64",
    Kind.DATE: "datetime64[s]",
    Kind.MONEY: "Int64",
    Kind.NUMBER: "float64",
    Kind.COUNT: "float64",
    Kind.FLAG: "boolean",
}
_DIMENSION_DTYPES = dict.fromkeys(statements.DIMENSIONS, "str")
_ROWS_AT_ONCE = 50_000
_NEWEST_VERSION = f"select max({data_version.c.number.name}) from {data_version.name}"
#: The data version before the first publication.
NO_VERSION = DataVersion(0, datetime(2000, 1, 1, tzinfo=UTC))


def dtypes(table: str) -> dict[str, str]:
    """Map each stored field of a sheet's table to its pandas dtype."""
    own = {c.field: _DTYPES.get(c.kind, "str") for c in SHEET_BY_TABLE[table].columns}
    return own | ({"span": "int64"} if table == "monthly" else {})


def read_frame(connection: Connection, statement: Select[tuple[object, ...]], types: Mapping[str, str]) -> pd.DataFrame:
    """Read the rows of a statement into a frame with exactly the columns and dtypes of ``types``.

    Rows are fetched ``_ROWS_AT_ONCE`` at a time; columns that the statement doesn't return are missing values.
    """
    return read_concatenated(connection, [statement], types)


def read_concatenated(
    connection: Connection, statements: Iterable[Select[tuple[object, ...]]], types: Mapping[str, str]
) -> pd.DataFrame:
    """Read the rows of several statements, one after the other, into a single frame. See ``read_frame``."""
    shared_texts: dict[object, object] = {}
    parts: list[pd.DataFrame] = []
    for statement in statements:
        result = connection.execute(statement)
        names = list(result.keys())
        texts = [i for i, name in enumerate(names) if types.get(name) == "str"]
        for rows in result.partitions(_ROWS_AT_ONCE):
            columns: list[Sequence[object]] = list(zip(*rows, strict=True))
            for i in texts:
                # The driver creates a new string for each row; equal ones are stored once.
                columns[i] = [shared_texts.setdefault(text, text) for text in columns[i]]
            parts.append(_typed_frame(zip(names, columns, strict=True), types))
    if not parts:
        return _typed_frame((), types)
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]


def _typed_frame(columns: Iterable[tuple[str, Sequence[object]]], types: Mapping[str, str]) -> pd.DataFrame:
    """Build a frame of named columns with exactly the columns and dtypes of ``types``."""
    by_name = {name: pd.Series(values, dtype=object) for name, values in columns}
    return pd.DataFrame({name: by_name.get(name, pd.Series(dtype=object)) for name in types}).astype(dict(types))


def current_version(connection: Connection) -> DataVersion:
    """Return the newest data version; ``NO_VERSION`` before the first publication."""
    row = connection.execute(
        select(data_version.c.number, data_version.c.created_at).order_by(data_version.c.number.desc()).limit(1)
    ).first()
    return DataVersion(row.number, row.created_at.replace(tzinfo=UTC)) if row else NO_VERSION


def newest_version_number(engine: Engine) -> int | None:
    """Read the number of the newest data version without a transaction: each request begins with this query.

    ``None`` without a version. Raises ``DatabaseError`` when the database doesn't answer.
    """
    try:
        # Through the driver: a tenth of the cost of a statement of SQLAlchemy's.
        driver = engine.raw_connection()
        try:
            cursor = driver.cursor()
            cursor.execute(_NEWEST_VERSION)
            row = cursor.fetchone()
            cursor.close()
        finally:
            driver.close()
    except (SQLAlchemyError, engine.dialect.loaded_dbapi.Error) as error:
        raise failure(error, "数据库没有回答。请稍后再试。", address_of(engine)) from error
    return int(row[0]) if row and row[0] is not None else None


def data_changed(connection: Connection, since: int) -> bool:
    """Return whether a version after ``since`` changed anything but published evaluations."""
    later = select(data_version.c.number).where(data_version.c.number > since, data_version.c.action != "evaluate").limit(1)
    return connection.execute(later).first() is not None


def read_table(connection: Connection, name: str) -> pd.DataFrame:
    """Read the current rows of a sheet's table, ordered by its key."""
    source = CURRENT[name]
    return read_frame(connection, select(source).order_by(*source.primary_key.columns), dtypes(name))


def read_project_versions(connection: Connection) -> pd.DataFrame:
    """Read every version of the projects' rows: dates, investment, and the batches that brought and replaced it."""
    current, history = CURRENT["project"], HISTORY["project"]
    names = ("project_no", "signed_on", "started_on", "completed_on", "in_production_on", "invested_fen", "batch_id")
    versions = (
        select(*(current.c[name] for name in names)),
        select(*(history.c[name] for name in names), history.c.replaced_by),
    )
    types = {name: kind for name, kind in dtypes("project").items() if name in names}
    return read_concatenated(connection, versions, {**types, "batch_id": "int64", "replaced_by": "float64"})


def read_cube(connection: Connection, months: Sequence[int] | None = None) -> pd.DataFrame:
    """Read the stored cube, or its rows of some months: the columns that ``cockpit.cube.cube.build_cube`` takes."""
    measures = dict.fromkeys((*statements.SUMMED, "staff_months"), "float64")
    types = {"month": "int64", **_DIMENSION_DTYPES, "max_span": "int64", **measures}
    statement = select(cube)
    return read_frame(connection, statement if months is None else statement.where(cube.c.month.in_(list(months))), types)


def read_presence(connection: Connection, towns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read the enterprises (of some towns) that ever reported: ``credit_code``, dimensions, ``land_mu``, presence ``bits``."""
    dimensions = [expression.label(name) for name, expression in statements.DIMENSIONS.items()]
    joined = firm_presence.join(enterprise, firm_presence.c.credit_code == enterprise.c.credit_code)
    statement = select(firm_presence.c.credit_code, *dimensions, enterprise.c.land_mu, firm_presence.c.bits).select_from(joined)
    types = {"credit_code": "str", **_DIMENSION_DTYPES, "land_mu": "float64", "bits": "object"}
    return read_frame(connection, _in_towns(statement, enterprise.c.town, towns), types)


def _in_towns(
    statement: Select[tuple[object, ...]], town: ColumnElement[str], towns: Sequence[str] | None
) -> Select[tuple[object, ...]]:
    return statement if towns is None else statement.where(town.in_(list(towns)))


def read_grades(connection: Connection) -> dict[int, pd.DataFrame]:
    """Read the graded enterprises of each year's newest published evaluation.

    Returns year -> frame ``credit_code, grade`` and dimensions, one row an enterprise with a grade from A to D.
    """
    newest = select(func.max(evaluation.c.id)).group_by(evaluation.c.year)
    dimensions = [expression.label(name) for name, expression in statements.DIMENSIONS.items()]
    joined = evaluation_grade.join(evaluation, evaluation.c.id == evaluation_grade.c.evaluation_id).join(
        enterprise, enterprise.c.credit_code == evaluation_grade.c.credit_code
    )
    statement = (
        select(evaluation.c.year, evaluation_grade.c.credit_code, evaluation_grade.c.grade, *dimensions)
        .select_from(joined)
        .where(evaluation.c.id.in_(newest), evaluation_grade.c.grade.in_(["A", "B", "C", "D"]))
    )
    rows = read_frame(connection, statement, {"year": "int64", "credit_code": "str", "grade": "str", **_DIMENSION_DTYPES})
    return {int(year): part.drop(columns="year").reset_index(drop=True) for year, part in rows.groupby("year")}
