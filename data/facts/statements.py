"""The queries of the facts engine, each one SELECT in SQLAlchemy Core that any engine understands.

GROUP BY always contains the area: facts that are partitioned among servers by area are then summed on their server. It
comes first: SQLite would otherwise follow an index that begins like the GROUP BY, row by row through the file. A row
counts in the version that the cube was summed from (``VersionNumbers``), so a result fits the page whatever is published
meanwhile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from itertools import chain as flattened
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, String, and_, cast, false, func, or_, select

from cockpit.cube.cube import DIMENSIONS, stored
from cockpit.cube.firm_months import COLUMNS
from cockpit.enterprise_file import MONTH_MEASURES
from data.database.statements import SUMMED
from data.facts.tables import fact, fact_firm, fact_version

#: Month -> the version in which its rows are read; month 0 -> the newest version of all.
VersionNumbers = Mapping[int, int]
Statement = Select[Any]
#: The cube's dimensions. Its town is the area of the top level: a province's cube knows its cities, and stays small.
_DIMENSIONS = (fact.c.area.label("town"), *(fact.c[name] for name in DIMENSIONS[1:]))
_GROUP_BY = (fact.c.area, *(fact.c[name] for name in DIMENSIONS[1:]))
#: The time as text: whatever its type in the engine, it is only compared with itself.
_MONTH_VERSION = (fact_version.c.month, fact_version.c.number, cast(fact_version.c.published_at, String).label("published"))
#: Columns of ``select_month_rows`` after code and town: those of ``cockpit.cube.firm_months.COLUMNS``.
MONTH_COLUMNS = tuple(fact.c[name] for name in COLUMNS)


class MonthVersion(NamedTuple):
    """A version of a month. ``published``: when, which distinguishes it from the same number in an engine that was rebuilt."""

    number: int
    published: str


#: Month -> its version; month 0 -> the newest version of all.
MonthVersions = Mapping[int, MonthVersion]


def select_month_versions() -> Statement:
    """Select ``month, number, published``: the newest version of each published month."""
    newest = (
        select(fact_version.c.month, func.max(fact_version.c.number).label("number")).group_by(fact_version.c.month).subquery()
    )
    same = and_(fact_version.c.month == newest.c.month, fact_version.c.number == newest.c.number)
    return select(*_MONTH_VERSION).select_from(fact_version.join(newest, same))


def select_available_versions(versions: VersionNumbers) -> Statement:
    """Select those of the versions that still exist; columns as ``select_month_versions``."""
    numbers = sorted({number for month, number in versions.items() if month})
    return select(*_MONTH_VERSION).where(fact_version.c.number.in_(numbers))


def rows_in_versions(versions: VersionNumbers, months: Collection[int]) -> ColumnElement[bool]:
    """Build the condition for the rows of these months, each in its version."""
    by_number: defaultdict[int, list[int]] = defaultdict(list)
    for month in sorted(set(months)):
        if month in versions:
            by_number[versions[month]].append(month)
    conditions = [and_(fact.c.version == number, fact.c.month.in_(some)) for number, some in sorted(by_number.items())]
    if len(conditions) < 2:
        return conditions[0] if conditions else false()
    # The list of all months lets the engine use the key; the rest filters what that returns.
    return and_(fact.c.month.in_(sorted(flattened(*by_number.values()))), or_(*conditions))


def select_cube(versions: VersionNumbers, months: Collection[int]) -> Statement:
    """Select the cube by one GROUP BY: the columns of the table ``cube``, and ``row_count``, the rows summed."""
    sums = [_sum(fact.c[name], name).label(name) for name in SUMMED]
    staff = func.sum(fact.c.staff * fact.c.span).label("staff_months")
    return (
        select(fact.c.month, *_DIMENSIONS, func.max(fact.c.span).label("max_span"), *sums, staff, func.count().label("row_count"))
        .where(rows_in_versions(versions, months))
        .group_by(*_GROUP_BY, fact.c.month)
    )


def select_month_rows(month: int, number: int) -> Statement:
    """Select ``credit_code, town`` and ``MONTH_COLUMNS`` of every row of a month."""
    return select(fact.c.credit_code, fact.c.town, *MONTH_COLUMNS).where(rows_in_versions({month: number}, [month]))


def select_firm_months(versions: VersionNumbers, code: str) -> Statement:
    """Select the months of one enterprise: ``month, span`` and ``MONTH_MEASURES``, by month."""
    columns = [fact.c[stored(name)[0]].label(name) for name in MONTH_MEASURES]
    mine = and_(fact.c.credit_code == code, rows_in_versions(versions, sorted(month for month in versions if month)))
    return select(fact.c.month, fact.c.span, *columns).where(mine).order_by(fact.c.month)


def select_register_changes(after: int, upto: int) -> Statement:
    """Select the register rows of the versions after ``after`` up to ``upto``, older before newer."""
    return select(fact_firm).where(fact_firm.c.version > after, fact_firm.c.version <= upto).order_by(fact_firm.c.version)


def _sum(value: ColumnElement[Any], name: str) -> ColumnElement[Any]:
    """Sum a measure in its own type: PostgreSQL would return a NUMERIC for a sum of BIGINT."""
    total = func.sum(value)
    return cast(total, BigInteger) if name.endswith("_fen") else total
