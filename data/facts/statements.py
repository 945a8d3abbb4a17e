"""The questions to the facts engine, each one SELECT in SQLAlchemy Core that any engine understands.

GROUP BY always holds the area: facts that are divided among servers by area are then summed where they lie. A row counts
in the version that the cube was made from (``Versions``), so an answer fits the page whatever is published meanwhile.
The area stands first, for SQLite would else follow an index that begins like the GROUP BY, row by row through the file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import chain as joined
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, false, func, literal, or_, select

from cockpit.cube import DIMENSIONS, MEASURES
from cockpit.enterprise_file import MONTH_MEASURES, WINDOW_MEASURES
from data.facts.tables import MEASURED, fact, fact_firm, fact_version
from data.statements import SUMMED

#: Month -> the version that its rows are read in; month 0 -> the newest version of all.
Versions = Mapping[int, int]
Run = tuple[int, int]
Statement = Select[Any]
#: Codes in one statement: 256 KB of text, which the strictest engine takes.
MOST_NAMED = 10_000
#: The cube's dimensions. Its town is the area shown first: a province's cube knows its cities, and stays small.
_PLACES = (fact.c.area.label("town"), *(fact.c[name] for name in DIMENSIONS[1:]))
_KEYS = (fact.c.area, *(fact.c[name] for name in DIMENSIONS[1:]))
#: Measure -> (expression over a row, what divides it to give the catalogue's unit).
VALUES: dict[str, tuple[ColumnElement[Any], float]] = {
    name: (fact.c[stored], unit) for name, (stored, unit) in MEASURES.items() if stored in MEASURED
} | {
    "staff": (fact.c.staff, 1.0),
    "staff_months": (fact.c.staff * fact.c.span, 1.0),
    "staffed": (case((fact.c.staff.is_not(None), fact.c.span)), 1.0),
    "covered": (fact.c.span, 1.0),
}


def versions() -> Statement:
    """The newest number of each month that was ever published."""
    return select(fact_version.c.month, func.max(fact_version.c.number).label("number")).group_by(fact_version.c.month)


def still_there(chosen: Versions) -> Statement:
    """Of these versions those that have not been taken away, as (month, number)."""
    numbers = sorted({number for month, number in chosen.items() if month})
    return select(fact_version.c.month, fact_version.c.number).where(fact_version.c.number.in_(numbers))


def seen(chosen: Versions, months: Collection[int]) -> ColumnElement[bool]:
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


def cube_rows(chosen: Versions, months: Collection[int], *more: ColumnElement[bool]) -> Statement:
    """The cube's one GROUP BY: columns of the table ``cube``, and how many rows each sum is of."""
    sums = [_sum(fact.c[name], name).label(name) for name in SUMMED]
    staff = func.sum(fact.c.staff * fact.c.span).label("staff_months")
    return (
        select(fact.c.month, *_PLACES, func.max(fact.c.span).label("max_span"), *sums, staff, func.count().label("row_count"))
        .where(seen(chosen, months), *more)
        .group_by(*_KEYS, fact.c.month)
    )


def codes_in_both(chosen: Versions, months: Sequence[int], base_months: Sequence[int]) -> Statement:
    """Codes of the enterprises with rows in both month sets."""
    both = [func.max(case((fact.c.month.in_(list(some)), 1), else_=0)) == 1 for some in (months, base_months)]
    every = seen(chosen, [*months, *base_months])
    return select(fact.c.credit_code).where(every).group_by(fact.c.area, fact.c.credit_code).having(and_(*both))


def comparable_cube_rows(
    chosen: Versions, months: Sequence[int], base_months: Sequence[int], both: Collection[str], others: Collection[str]
) -> Statement:
    """The cube over the enterprises ``both`` with rows in both month sets; ``others``: all the rest.

    The shorter list is named, so that shards still sum where the rows lie; two long ones are left to the engine.
    """
    if len(others) <= MOST_NAMED:
        wanted = fact.c.credit_code.not_in(sorted(others))
    elif len(both) <= MOST_NAMED:
        wanted = fact.c.credit_code.in_(sorted(both))
    else:
        wanted = fact.c.credit_code.in_(codes_in_both(chosen, months, base_months))
    return cube_rows(chosen, _all(chosen), wanted)


def firm_sums(field: str, chosen: Versions, months: Sequence[int], base_months: Sequence[int]) -> Statement:
    """``credit_code, value, base``: sums of a stored field by enterprise (and town) over two sets of months."""

    def over(some: Sequence[int]) -> ColumnElement[Any]:
        return _sum(case((fact.c.month.in_(list(some)), fact.c[field])), field)

    return (
        select(fact.c.credit_code, over(months).label("value"), over(base_months).label("base"))
        .where(seen(chosen, [*months, *base_months]))
        .group_by(fact.c.area, fact.c.credit_code)
    )


def firm_months(chosen: Versions, code: str) -> Statement:
    """The months of one enterprise."""
    columns = [VALUES[name][0].label(name) for name in MONTH_MEASURES]
    mine = and_(fact.c.credit_code == code, seen(chosen, _all(chosen)))
    return select(fact.c.month, fact.c.span, *columns).where(mine).order_by(fact.c.month)


def chain_firms(chosen: Versions, chain: str, kind: str, windows: Sequence[Run]) -> Statement:
    """Sums of every firm of a chain over each of the windows (first, last month): ``{measure}_{window}``."""
    sums = [
        func.sum(case((fact.c.month.between(*window), VALUES[name][0]))).label(f"{name}_{i}")
        for i, window in enumerate(windows)
        for name in WINDOW_MEASURES
    ]
    months = [month for month in _all(chosen) if any(first <= month <= last for first, last in windows)]
    return (
        select(fact.c.credit_code, *_PLACES, *sums)
        .where(fact.c.chain == chain, fact.c.kind == kind, seen(chosen, months))
        .group_by(*_KEYS, fact.c.credit_code)
    )


def chain_medians(chosen: Versions, chain: str, kind: str, measure: str, run: Run) -> Statement:
    """The middle value of a chain's firms by month and span: the engine ranks them and hands over one or two of them."""
    value = VALUES[measure][0]
    alike = (fact.c.month, fact.c.span)
    months = [month for month in _all(chosen) if run[0] <= month <= run[1]]
    place = func.row_number().over(partition_by=alike, order_by=value).label("place")
    firms = func.count().over(partition_by=alike).label("firms")
    ranked = (
        select(*alike, value.label("value"), place, firms)
        .where(fact.c.chain == chain, fact.c.kind == kind, value.is_not(None), seen(chosen, months))
        .subquery()
    )
    return (
        select(ranked.c.month, ranked.c.span, func.avg(ranked.c.value).label("median"), func.max(ranked.c.firms).label("firms"))
        .where((2 * ranked.c.place).between(ranked.c.firms, ranked.c.firms + 2))
        .group_by(ranked.c.month, ranked.c.span)
        .order_by(ranked.c.month, ranked.c.span)
    )


def presence(chosen: Versions, months: Sequence[int]) -> Statement:
    """By enterprise and span the months with a row, as a sum of powers of two: bit i = ``months[i]``, 60 at most."""
    bits = cast(func.sum(_power(list(enumerate(months)))), BigInteger).label("bits")
    return (
        select(fact.c.credit_code, fact.c.span, bits)
        .where(seen(chosen, months))
        .group_by(fact.c.area, fact.c.credit_code, fact.c.span)
    )


def register_changes(after: int, upto: int) -> Statement:
    """Rows of the register of the versions after ``after`` up to ``upto``, older before newer."""
    return select(fact_firm).where(fact_firm.c.version > after, fact_firm.c.version <= upto).order_by(fact_firm.c.version)


def _all(chosen: Versions) -> list[int]:
    return sorted(month for month in chosen if month)


def _sum(value: ColumnElement[Any], stored: str) -> ColumnElement[Any]:
    """A sum in the measure's own type: PostgreSQL would make a NUMERIC of a sum of BIGINT."""
    total = func.sum(value)
    return cast(total, BigInteger) if stored.endswith("_fen") else total


def _power(at: list[tuple[int, int]]) -> ColumnElement[Any]:
    """2 to the place of the row's month, found by halving: few comparisons a row, and no operator of one engine's own."""
    if len(at) == 1:
        return literal(2 ** at[0][0], BigInteger)
    middle = len(at) // 2
    return case((fact.c.month < at[middle][1], _power(at[:middle])), else_=_power(at[middle:]))
