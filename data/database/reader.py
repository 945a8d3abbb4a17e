"""Reading published data into frames typed by contract, empty ones included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Engine, Select, func, select

from cockpit.contracts.columns import Kind
from cockpit.contracts.sheets import SHEET_BY_TABLE
from cockpit.snapshot import DataVersion
from data.database import statements
from data.database.tables import CURRENT, cube, data_version, enterprise, evaluation, evaluation_grade, firm_presence

_DTYPES: dict[Kind, str] = {
    Kind.MONTH: "int64",
    Kind.YEAR: "Int64",
    Kind.DATE: "datetime64[s]",
    Kind.MONEY: "Int64",
    Kind.NUMBER: "float64",
    Kind.COUNT: "float64",
    Kind.FLAG: "boolean",
}
_PLACE = dict.fromkeys(statements.DIMENSIONS, "str")
_PART = 50_000
_NEWEST = f"select max({data_version.c.number.name}) from {data_version.name}"
#: Before the first publication: nothing published, at no time.
NOTHING = DataVersion(0, datetime(2000, 1, 1, tzinfo=UTC))


def dtypes(table: str) -> dict[str, str]:
    """Field -> pandas dtype of a sheet's table."""
    own = {c.field: _DTYPES.get(c.kind, "str") for c in SHEET_BY_TABLE[table].columns}
    return own | ({"span": "int64"} if table == "monthly" else {})


def frame(connection: Connection, statement: Select[tuple[object, ...]], types: Mapping[str, str]) -> pd.DataFrame:
    """Rows of a statement as a frame with just these columns and dtypes; a million rows a part at a time."""
    return frames(connection, [statement], types)


def frames(connection: Connection, statements: Iterable[Select[tuple[object, ...]]], types: Mapping[str, str]) -> pd.DataFrame:
    """Rows of several statements, one after the other, as a single frame."""
    words: dict[object, object] = {}
    parts: list[pd.DataFrame] = []
    for statement in statements:
        result = connection.execute(statement)
        names = list(result.keys())
        texts = [i for i, name in enumerate(names) if types.get(name) == "str"]
        for rows in result.partitions(_PART):
            columns: list[Sequence[object]] = list(zip(*rows, strict=True))
            for i in texts:
                # The driver makes a text anew for each row; each is kept once.
                columns[i] = [words.setdefault(word, word) for word in columns[i]]
            parts.append(_frame_of(zip(names, columns, strict=True), types))
    if not parts:
        return _frame_of((), types)
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]


def _frame_of(columns: Iterable[tuple[str, Sequence[object]]], types: Mapping[str, str]) -> pd.DataFrame:
    """Named columns as a frame with just these columns and dtypes."""
    found = {name: pd.Series(values, dtype=object) for name, values in columns}
    return pd.DataFrame({name: found.get(name, pd.Series(dtype=object)) for name in types}).astype(dict(types))


def current_version(connection: Connection) -> DataVersion:
    """The newest data version; ``NOTHING`` before the first publication."""
    row = connection.execute(
        select(data_version.c.number, data_version.c.created_at).order_by(data_version.c.number.desc()).limit(1)
    ).first()
    return DataVersion(row.number, row.created_at.replace(tzinfo=UTC)) if row else NOTHING


def newest_number(engine: Engine) -> int | None:
    """Number of the newest data version, asked without a transaction: for the look that each request begins with.

    ``None`` without a version, and where the database doesn't answer: ``current_version`` tells what is wrong.
    """
    with suppress(Exception):
        # Through the driver: a tenth of what a statement of SQLAlchemy's costs.
        driver = engine.raw_connection()
        try:
            cursor = driver.cursor()
            cursor.execute(_NEWEST)
            row = cursor.fetchone()
            cursor.close()
        finally:
            driver.close()
        return int(row[0]) if row and row[0] is not None else None
    return None


def figures_changed(connection: Connection, since: int) -> bool:
    """Whether a version after ``since`` changed anything but published evaluations."""
    later = select(data_version.c.number).where(data_version.c.number > since, data_version.c.action != "evaluate").limit(1)
    return connection.execute(later).first() is not None


def table(connection: Connection, name: str) -> pd.DataFrame:
    """Current rows of a sheet's table, ordered by key."""
    source = CURRENT[name]
    return frame(connection, select(source).order_by(*source.primary_key.columns), dtypes(name))


def cube_rows(connection: Connection, towns: Sequence[str] | None = None) -> pd.DataFrame:
    """The stored cube, or its part of some towns; columns of ``cockpit.cube.cube.build_cube``."""
    measures = dict.fromkeys((*statements.SUMMED, "staff_months"), "float64")
    types = {"month": "int64", **_PLACE, "max_span": "int64", **measures}
    return frame(connection, _of_towns(select(cube), cube.c.town, towns), types)


def presence(connection: Connection, towns: Sequence[str] | None = None) -> pd.DataFrame:
    """Enterprises (of some towns) that ever reported: ``credit_code``, dimensions, ``land_mu`` and presence ``bits``."""
    places = [expression.label(name) for name, expression in statements.DIMENSIONS.items()]
    joined = firm_presence.join(enterprise, firm_presence.c.credit_code == enterprise.c.credit_code)
    statement = select(firm_presence.c.credit_code, *places, enterprise.c.land_mu, firm_presence.c.bits).select_from(joined)
    types = {"credit_code": "str", **_PLACE, "land_mu": "float64", "bits": "object"}
    return frame(connection, _of_towns(statement, enterprise.c.town, towns), types)


def _of_towns(
    statement: Select[tuple[object, ...]], town: ColumnElement[str], towns: Sequence[str] | None
) -> Select[tuple[object, ...]]:
    return statement if towns is None else statement.where(town.in_(list(towns)))


def grades(connection: Connection) -> dict[int, pd.DataFrame]:
    """Year -> ``credit_code, grade`` and dimensions of the graded enterprises in its newest published evaluation."""
    newest = select(func.max(evaluation.c.id)).group_by(evaluation.c.year)
    places = [expression.label(name) for name, expression in statements.DIMENSIONS.items()]
    joined = evaluation_grade.join(evaluation, evaluation.c.id == evaluation_grade.c.evaluation_id).join(
        enterprise, enterprise.c.credit_code == evaluation_grade.c.credit_code
    )
    statement = (
        select(evaluation.c.year, evaluation_grade.c.credit_code, evaluation_grade.c.grade, *places)
        .select_from(joined)
        .where(evaluation.c.id.in_(newest), evaluation_grade.c.grade.in_(["A", "B", "C", "D"]))
    )
    rows = frame(connection, statement, {"year": "int64", "credit_code": "str", "grade": "str", **_PLACE})
    return {int(year): part.drop(columns="year").reset_index(drop=True) for year, part in rows.groupby("year")}
