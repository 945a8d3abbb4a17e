"""The platform's monthly records (时尚E家): what every panel of the view starts from."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pandas as pd

from cockpit import cache
from cockpit.aggregations.coverage import covered_label
from cockpit.aggregations.windows import NO_MONTH_ON_MONTH, base_period
from cockpit.analysis.comparison import Compared
from cockpit.calendar import months as m
from cockpit.calendar.periods import Period, PeriodKind, months_label
from cockpit.catalogue.formulas import Metric
from cockpit.catalogue.metrics import METRICS
from cockpit.contracts.sheets import FEN_PER_WAN
from cockpit.cube.cube import Filter
from cockpit.selection import Compare
from cockpit.views.context import ViewContext, restriction_notes
from cockpit.views.parts import Caption

_T = TypeVar("_T")
HERE, NATION = "本区", "全国"
#: The catalogue's metrics of the platform.
MEMBERS, MATCHING, NEW_TAX = METRICS["platform_members"], METRICS["capacity_matching"], METRICS["platform_new_tax"]
#: A metric whose scales the platform's money is shown in (stored in 万元).
MONEY = METRICS["signed_investment"]


@dataclass(frozen=True)
class PlatformRecords:
    """Records by month: ``district`` its own, ``nation`` of the whole country; counts, 万件, and money in 万元.

    Columns: members, digitised, offered, matched, orders, order_value, buyers, new_tax.
    """

    district: pd.DataFrame
    nation: pd.DataFrame

    @property
    def is_known(self) -> bool:
        """Whether anything was published for the district."""
        return not self.district.empty


def load_records(ctx: ViewContext) -> PlatformRecords:
    """Return the platform's records up to the period's end."""

    def build() -> PlatformRecords:
        rows = ctx.full.ledgers["platform"]
        rows = rows[rows["month"] <= ctx.period.last]
        return PlatformRecords(_by_month(rows, HERE), _by_month(rows, NATION))

    return ctx.full.cache.get_or_compute(cache.PLATFORM, ctx.period.last, build)


def _by_month(rows: pd.DataFrame, area: str) -> pd.DataFrame:
    own = rows[rows["area"] == area].set_index("month").sort_index()
    return pd.DataFrame(
        {
            "members": own["members"].astype("float64"),
            "digitised": own["digitised"].astype("float64"),
            "offered": own["capacity_offered_wan"].astype("float64"),
            "matched": own["capacity_matched_wan"].astype("float64"),
            "orders": own["orders"].astype("float64"),
            "order_value": own["order_fen"].astype("float64") / FEN_PER_WAN,
            "buyers": own["buyers"].astype("float64"),
            "new_tax": own["new_tax_fen"].astype("float64") / FEN_PER_WAN,
        }
    )


def covers(reported: Sequence[int], month: int) -> int:
    """Count the months that the row of ``month`` covers; ``reported``: all months with a row, whichever cells it fills.

    2 for a February without a January, where earlier months were reported: both were reported together.
    """
    joint = m.number_of(month) == 2 and m.shift(month, -1) not in reported and any(k < month for k in reported)
    return 2 if joint else 1


@dataclass(frozen=True, slots=True)
class MonthCoverage:
    """Months with a row that has the value (``reported``), and all that these cover (``covered``)."""

    reported: tuple[int, ...]
    covered: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _ReportedMonths:
    """Months whose row has a value (``known``), among all that have a row (``every``)."""

    known: tuple[int, ...]
    every: tuple[int, ...]

    def run(self, month: int) -> tuple[int, ...]:
        """Return the months that the row of ``month`` covers."""
        return m.span(m.shift(month, 1 - covers(self.every, month)), month)

    def within(self, months: Sequence[int]) -> MonthCoverage:
        """Return which of ``months`` have a row with the value; a February reported with January covers both."""
        reported = tuple(sorted(set(self.known) & set(months)))
        return MonthCoverage(reported, tuple(sorted({month for last in reported for month in self.run(last)})))

    def whole_rows(self, side: MonthCoverage, months: set[int]) -> set[int]:
        """Return the months of the rows that cover nothing but ``months``."""
        rows = (self.run(last) for last in side.reported)
        return {month for row in rows if set(row) <= months for month in row}


def _reported(here: pd.DataFrame, columns: Sequence[str]) -> _ReportedMonths:
    """Find the months that have a value in every one of the columns."""
    known = here[list(columns)].dropna().index
    return _ReportedMonths(tuple(int(month) for month in known), tuple(int(month) for month in here.index))


def covered_months(ctx: ViewContext, *columns: str) -> str:
    """Name the months of the period with a row that has a value in every one of the columns: 2022年1—2月、4—6月."""

    def label(records: PlatformRecords) -> str:
        covered = _reported(records.district, columns).within(ctx.period.months).covered
        return covered_label(covered, whole_year=ctx.period.kind is PeriodKind.YEAR) or ctx.period.label

    return _cached(ctx, " and ".join(("months of", *columns)), label)


def flow(ctx: ViewContext, column: str, *, with_column: str = "") -> Compared:
    """Return the sum of a column over the period, and over the same months of the base.

    ``with_column``: only over months that report this one as well.
    """

    def compute(records: PlatformRecords) -> Compared:
        here = records.district
        here = here.assign(**{column: here[column].where(here[with_column].notna())}) if with_column else here
        return _over(here, (column,), ctx.period, ctx.compare, is_percent=False)

    return _cached(ctx, f"{column} with {with_column}", compute)


def matching(ctx: ViewContext) -> Compared:
    """Return 产能匹配率: Σ matched ÷ Σ offered, over the months that report both."""
    columns = ("matched", "offered")
    return _cached(ctx, "matching", lambda records: _over(records.district, columns, ctx.period, ctx.compare, is_percent=True))


def stock(ctx: ViewContext, column: str) -> Compared:
    """Return a column as of the period's last month, and of the base's."""
    return _cached(ctx, f"{column} at the end", lambda records: _at_end(records.district, column, ctx.period, ctx.compare))


def nation(ctx: ViewContext, column: str) -> Compared:
    """Return the same as ``stock`` for the whole country."""
    return _cached(ctx, f"{column} of the nation", lambda records: _at_end(records.nation, column, ctx.period, ctx.compare))


def _cached(ctx: ViewContext, name: str, compute: Callable[[PlatformRecords], _T]) -> _T:
    """Compute a value once a period and comparison: filters don't restrict the platform's."""
    key = (name, ctx.period, ctx.compare)
    return ctx.full.cache.get_or_compute(cache.PLATFORM_VALUES, key, lambda: compute(load_records(ctx)))


def _at_end(here: pd.DataFrame, column: str, period: Period, compare: Compare) -> Compared:
    value = float(here[column].get(period.last, math.nan))
    base = base_period(period, compare)
    before = float(here[column].get(base.last, math.nan)) if base else math.nan
    return Compared(value, before, False, _reason(value, before, period.last, base, compare, never=True))


def _over(here: pd.DataFrame, columns: tuple[str, ...], period: Period, compare: Compare, *, is_percent: bool) -> Compared:
    """Return the first column's sum, divided by the second's if there is one; compared on the months reported on both sides."""
    rows = here[list(columns)].dropna()
    reported = _reported(here, columns)
    now = reported.within(period.months)
    value = _value(rows.loc[list(now.reported)])
    base = base_period(period, compare)
    before, compared, never = math.nan, value, True
    if base:
        back = m.distance(period.first, base.first)
        then = reported.within(m.shifted(now.covered, back))
        never = not then.reported
        both = _on_both_sides(reported, now, then, back)
        if both.reported:
            compared = _value(rows.loc[list(both.reported)])
            before = _value(rows.loc[list(reported.within(m.shifted(both.covered, back)).reported)])
    return Compared(value, before, is_percent, _reason(value, before, period.last, base, compare, never=never), compared)


def _on_both_sides(reported: _ReportedMonths, now: MonthCoverage, then: MonthCoverage, back: int) -> MonthCoverage:
    """Return the months of ``now`` that ``then`` has ``back`` earlier; a row that covers two months only with both."""
    covered, earlier = set(now.covered), set(then.covered)
    while True:
        both = {month for month in covered if m.shift(month, back) in earlier}
        covered = {month for month in both if month in reported.whole_rows(now, both)}
        earlier = {m.shift(month, back) for month in covered}
        earlier &= reported.whole_rows(then, earlier)
        if {m.shift(month, back) for month in covered} == earlier:
            return MonthCoverage(tuple(last for last in now.reported if last in covered), tuple(sorted(covered)))


def _value(rows: pd.DataFrame) -> float:
    if rows.empty:
        return math.nan
    first, *other = (float(rows[c].sum()) for c in rows)
    if not other:
        return first
    return first / other[0] if other[0] > 0 else math.nan


def _reason(value: float, before: float, last: int, base: Period | None, compare: Compare, *, never: bool) -> str:
    """Say why there is no value or no change; ``never``: no month of the base was reported."""
    if math.isnan(value):
        return f"{months_label(last, last)}没有上报"
    if base is None:
        return NO_MONTH_ON_MONTH if compare is Compare.MOM else ""
    base_label = "上年同期" if compare is Compare.YOY else "上期"
    if math.isnan(before):
        return f"{base_label}没有数据" if never else f"{base_label}月份不齐"
    return f"{base_label}为零" if before == 0 else ""


def caption(ctx: ViewContext, metric: Metric | None, period: str, definition: str) -> Caption:
    """Build the caption of a panel of the platform's own values: they are the whole district's."""
    whole = ctx.caption(metric, period=period, where=Filter())
    notes = restriction_notes(MEMBERS, Filter(ctx.where.towns, ctx.where.industries), ctx.terms)
    return dataclasses.replace(whole, scope=f"{ctx.district.name} · 平台全部成员", definition=definition, notes=notes)
