"""The query of the monthly facts, in SQLAlchemy Core for any engine: the GROUP BY that yields the cube."""

from __future__ import annotations

from sqlalchemy import BigInteger, ColumnElement, Double, Select, cast, func, literal_column, select
from sqlalchemy.sql.expression import FromClause

from cockpit.contracts.sheets import ADDITIVE_MEASURES
from data.database.tables import enterprise, monthly

#: Stored measures that the cube sums as they are; staff is weighted by the months that a row covers.
SUMMED = tuple(c.field for c in ADDITIVE_MEASURES)
_FACTS: FromClause = monthly.join(enterprise, monthly.c.credit_code == enterprise.c.credit_code)


def _text_or_empty(column: ColumnElement[str]) -> ColumnElement[str]:
    """Replace NULL by '': a dimension is never NULL in the cube.

    A literal, not a parameter: SELECT and GROUP BY must hold the same expression.
    """
    return func.coalesce(column, literal_column("''"))


DIMENSIONS: dict[str, ColumnElement[str]] = {
    "town": enterprise.c.town,
    "division": func.substr(enterprise.c.industry_code, literal_column("1"), literal_column("2")),
    "chain": enterprise.c.chain,
    "stage": _text_or_empty(enterprise.c.stage),
    "role": _text_or_empty(enterprise.c.role),
    "kind": enterprise.c.kind,
}


def _sum_of(field: str) -> ColumnElement[float]:
    """Sum a stored measure in its own type: PostgreSQL would return a NUMERIC for a sum of BIGINT."""
    return cast(func.sum(monthly.c[field]), BigInteger if field.endswith("_fen") else Double)


def select_cube() -> Select[tuple[object, ...]]:
    """Select the cube from the facts: sums by month and cell, columns in the order of the table ``cube``."""
    columns = [expression.label(name) for name, expression in DIMENSIONS.items()]
    sums = [_sum_of(field).label(field) for field in SUMMED]
    staff = cast(func.sum(monthly.c.staff * monthly.c.span), Double).label("staff_months")
    return (
        select(monthly.c.month, *columns, func.max(monthly.c.span).label("max_span"), *sums, staff)
        .select_from(_FACTS)
        .group_by(monthly.c.month, *DIMENSIONS.values())
    )
