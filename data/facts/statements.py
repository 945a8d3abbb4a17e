"""The questions to the facts engine, each one SELECT in SQLAlchemy Core that any engine understands.

GROUP BY always holds the area: facts that are divided among servers by area are then summed where they lie. A row counts
in the version that the cube was made from (``Versions``), so an answer fits the page whatever is published meanwhile.
The area stands first, for SQLite would else follow an index that begins like the GROUP BY, row by row through the file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from itertools import chain as joined
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, String, and_, cast, false, func, or_, select

from cockpit.cube.cube import DIMENSIONS, stored
from cockpit.cube.firm_months import COLUMNS
from cockpit.enterprise_file import MONTH_MEASURES
from data.database.statements import SUMMED
from data.facts.tables import fact, fact_firm, fact_version

#: Month -> the version that its rows are read in; month 0 -> the newest version of all.
VersionNumbers = Mapping[int, int]
Statement = Select[Any]
#: The cube's dimensions. Its town is the area shown first: a province's cube knows its cities, and stays small.
_PLACES = (fact.c.area.label("town"), *(fact.c[name] for name in DIMENSIONS[1:]))
_KEYS = (fact.c.area, *(fact.c[name] for name in DIMENSIONS[1:]))
#: As text: whatever clock and type the engine has, an edition is only ever compared with itself.
_EDITION = (fact_version.c.month, fact_version.c.number, cast(fact_version.c.published_at, String).label("published"))
#: Columns of ``month_rows`` after code and town: those of ``cockpit.cube.firm_months.COLUMNS``.
MONTH_ROWS = tuple(fact.c[name] for name in COLUMNS)


class MonthVersion(NamedTuple):
    """A version of a month. ``published``: when, which tells it from one of the same number in an engine that was rebuilt."""

    number: int
    published: str


#: Month -> its edition; month 0 -> that of the newest version of all.
MonthVersions = Mapping[int, MonthVersion]


def select_month_versions() -> Statement:
    """``month, number, published``: the newest edition of each month that was ever published."""
    newest = (
        select(fact_version.c.month, func.max(fact_version.c.number).label("number")).group_by(fact_version.c.month).subquery()
    )
    same = and_(fact_version.c.month == newest.c.month, fact_version.c.number == newest.c.number)
    return select(*_EDITION).select_from(fact_version.join(newest, same))


def select_available_versions(chosen: VersionNumbers) -> Statement:
    """Of these versions those that have not been taken away, as in ``versions``."""
    numbers = sorted({number for month, number in chosen.items() if month})
    return select(*_EDITION).where(fact_version.c.number.in_(numbers))


def rows_in_versions(chosen: VersionNumbers, months: Collection[int]) -> ColumnElement[bool]:
    """Rows of these months, each in its version."""
    by_number: defaultdict[int, list[int]] = defaultdict(list)
    for month in sorted(set(months)):
        if month in chosen:
            by_number[chosen[month]].append(month)
    parts = [and_(fact.c.version == number, fact.c.month.in_(some)) for number, some in sorted(by_number.items())]
    if len(parts) < 2:
        return parts[0] if parts else false()
    # The list of all months leads to the rows by the key; the rest only sorts out.
    return and_(fact.c.month.in_(sorted(joined(*by_number.values()))), or_(*parts))


def select_cube(chosen: VersionNumbers, months: Collection[int]) -> Statement:
    """The cube's one GROUP BY: columns of the table ``cube``, and how many rows each sum is of."""
    sums = [_sum(fact.c[name], name).label(name) for name in SUMMED]
    staff = func.sum(fact.c.staff * fact.c.span).label("staff_months")
    return (
        select(fact.c.month, *_PLACES, func.max(fact.c.span).label("max_span"), *sums, staff, func.count().label("row_count"))
        .where(rows_in_versions(chosen, months))
        .group_by(*_KEYS, fact.c.month)
    )


def select_month_rows(month: int, number: int) -> Statement:
    """``credit_code, town`` and ``MONTH_ROWS`` of every row of a month."""
    return select(fact.c.credit_code, fact.c.town, *MONTH_ROWS).where(rows_in_versions({month: number}, [month]))


def select_firm_months(chosen: VersionNumbers, code: str) -> Statement:
    """The months of one enterprise."""
    columns = [fact.c[stored(name)[0]].label(name) for name in MONTH_MEASURES]
    mine = and_(fact.c.credit_code == code, rows_in_versions(chosen, _all(chosen)))
    return select(fact.c.month, fact.c.span, *columns).where(mine).order_by(fact.c.month)


def select_register_changes(after: int, upto: int) -> Statement:
    """Rows of the register of the versions after ``after`` up to ``upto``, older before newer."""
    return select(fact_firm).where(fact_firm.c.version > after, fact_firm.c.version <= upto).order_by(fact_firm.c.version)


def _all(chosen: VersionNumbers) -> list[int]:
    return sorted(month for month in chosen if month)


def _sum(value: ColumnElement[Any], name: str) -> ColumnElement[Any]:
    """A sum in the measure's own type: PostgreSQL would make a NUMERIC of a sum of BIGINT."""
    total = func.sum(value)
    return cast(total, BigInteger) if name.endswith("_fen") else total
