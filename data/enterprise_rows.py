"""Questions about one enterprise and about the firms of its chain. What is asked is decided by the database, not here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Double, Select, Text, and_, case, cast, func, literal, or_, select, union_all

from cockpit.contracts import MONTHLY
from cockpit.cube import MEASURES
from cockpit.enterprise_file import MONTH_MEASURES, WINDOW_MEASURES, EnterpriseFile, Origin
from data import reader, statements
from data.tables import CURRENT, batch, batch_sheet, enterprise, evaluation_input, monthly

Run = tuple[int, int]
#: Measure -> (expression over a row of the monthly figures, what divides it to give the catalogue's unit).
_MEASURES: dict[str, tuple[ColumnElement[float], float]] = {
    name: (monthly.c[column], unit) for name, (column, unit) in MEASURES.items() if column in MONTHLY.fields
} | {
    "staff": (monthly.c.staff, 1.0),
    "staff_months": (monthly.c.staff * monthly.c.span, 1.0),
    "staffed": (case((monthly.c.staff.is_not(None), monthly.c.span)), 1.0),
    "covered": (monthly.c.span, 1.0),
}
_PLACE = ("credit_code", "name", "town", "division", "stage", "role", "land_mu")


def enterprise_file(connection: Connection, code: str) -> EnterpriseFile | None:
    """What is on file about ``code``; ``None`` when the register doesn't know it. Two statements."""
    origins = _origins(connection, code)
    if not any(o.table == enterprise.name for o in origins):
        return None
    columns = [_MEASURES[name][0].label(name) for name in MONTH_MEASURES]
    rows = select(monthly.c.month, monthly.c.span, *columns).where(monthly.c.credit_code == code).order_by(monthly.c.month)
    types = {"month": "int64", "span": "int64", **dict.fromkeys(MONTH_MEASURES, "float64")}
    found = reader.frame(connection, rows, types)
    for name in MONTH_MEASURES:
        found[name] /= _MEASURES[name][1]
    return EnterpriseFile(code, found, origins)


def _origins(connection: Connection, code: str) -> tuple[Origin, ...]:
    """Batch, sheet and row of every current row of the enterprise, and of the projects that it invests in."""
    remediation, project = CURRENT["remediation"], CURRENT["project"]
    own = select(enterprise.c.name).where(enterprise.c.credit_code == code).scalar_subquery()
    parts = [
        (enterprise, literal(""), enterprise.c.credit_code == code),
        (monthly, cast(monthly.c.month, Text), monthly.c.credit_code == code),
        (evaluation_input, cast(evaluation_input.c.year, Text), evaluation_input.c.credit_code == code),
        (remediation, remediation.c.kind, remediation.c.credit_code == code),
        (project, project.c.project_no, project.c.investor == own),
    ]
    rows = union_all(
        *(
            select(literal(t.name).label("name"), cast(key, Text).label("key"), t.c.batch_id, t.c.source_row).where(mine)
            for t, key, mine in parts
        )
    ).subquery()
    in_sheet = and_(batch_sheet.c.batch_id == rows.c.batch_id, batch_sheet.c.table_name == rows.c.name)
    told = (
        select(rows, batch_sheet.c.sheet, batch.c.name.label("file"), batch.c.published_by, batch.c.published_at)
        .select_from(rows.join(batch, batch.c.id == rows.c.batch_id).outerjoin(batch_sheet, in_sheet))
        .order_by(rows.c.name, rows.c.key)
    )
    return tuple(
        Origin(r.name, r.key, r.sheet or "", r.source_row, r.batch_id, r.file, r.published_by, r.published_at.replace(tzinfo=UTC))
        for r in connection.execute(told)
    )


def chain_firms(connection: Connection, chain: str, kind: str, windows: Sequence[Run]) -> pd.DataFrame:
    """Sums of every firm of a chain with a row in one of the windows (first, last month); see ``Repository.chain_firms``."""
    sums = [
        cast(func.sum(case((monthly.c.month.between(*window), _MEASURES[name][0]))), Double).label(f"{name}_{i}")
        for i, window in enumerate(windows)
        for name in WINDOW_MEASURES
    ]
    identity = {name: statements.DIMENSIONS[name] if name in statements.DIMENSIONS else enterprise.c[name] for name in _PLACE}
    statement = (
        select(*(column.label(name) for name, column in identity.items()), *sums)
        .select_from(enterprise.join(monthly, monthly.c.credit_code == enterprise.c.credit_code))
        .where(enterprise.c.chain == chain, enterprise.c.kind == kind, or_(*(monthly.c.month.between(*w) for w in windows)))
        .group_by(*identity.values())
    )
    types = dict.fromkeys(_PLACE, "str") | {"land_mu": "float64"} | {c.name: "float64" for c in sums}
    rows = reader.frame(connection, statement, types).sort_values("credit_code").reset_index(drop=True)
    for i in range(len(windows)):
        for name in WINDOW_MEASURES:
            rows[f"{name}_{i}"] /= _MEASURES[name][1]
    return rows


def chain_medians(connection: Connection, chain: str, kind: str, measure: str, run: Run) -> pd.DataFrame:
    """The middle value of the firms of a chain, by month and span; see ``Repository.chain_medians``.

    The database ranks the firms and hands over one or two of them a month: their mean is the median.
    """
    value, unit = _MEASURES[measure]
    alike = (monthly.c.month, monthly.c.span)
    ranked = (
        select(
            monthly.c.month,
            monthly.c.span,
            cast(value, Double).label("value"),
            func.row_number().over(partition_by=alike, order_by=value).label("place"),
            func.count().over(partition_by=alike).label("firms"),
        )
        .select_from(monthly.join(enterprise, monthly.c.credit_code == enterprise.c.credit_code))
        .where(enterprise.c.chain == chain, enterprise.c.kind == kind, monthly.c.month.between(*run), value.is_not(None))
        .subquery()
    )
    middle = (2 * ranked.c.place).between(ranked.c.firms, ranked.c.firms + 2)
    statement: Select[tuple[object, ...]] = (
        select(ranked.c.month, ranked.c.span, func.avg(ranked.c.value).label("median"), func.max(ranked.c.firms).label("firms"))
        .where(middle)
        .group_by(ranked.c.month, ranked.c.span)
        .order_by(ranked.c.month, ranked.c.span)
    )
    types = {"month": "int64", "span": "int64", "median": "float64", "firms": "int64"}
    return reader.frame(connection, statement, types).assign(median=lambda rows: rows["median"] / unit)
