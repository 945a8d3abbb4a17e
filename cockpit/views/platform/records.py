"""The platform's monthly figures (时尚E家): what every panel of the view starts from."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit import cache
from cockpit.analysis import comparison
from cockpit.analysis.comparison import Compared
from cockpit.calendar import months as m
from cockpit.calendar.periods import Period, months_label
from cockpit.catalogue.formulas import Metric
from cockpit.catalogue.metrics import METRICS
from cockpit.contracts.sheets import FEN_PER_WAN
from cockpit.cube.cube import Filter
from cockpit.selection import Compare
from cockpit.views.context import ViewContext, restriction_notes
from cockpit.views.parts import Caption

HERE, NATION = "本区", "全国"
#: The catalogue's figures of the platform.
MEMBERS, MATCHING, NEW_TAX = METRICS["platform_members"], METRICS["capacity_matching"], METRICS["platform_new_tax"]
#: Unit in which the catalogue shows money.
MONEY = METRICS["signed_investment"]


@dataclass(frozen=True)
class PlatformRecords:
    """Rows by month: ``here`` of the district, ``nation`` of the whole country; counts, 万件, and money in 万元.

    Columns: members, digitised, offered, matched, orders, order_value, buyers, new_tax.
    """

    here: pd.DataFrame
    nation: pd.DataFrame

    @property
    def is_known(self) -> bool:
        """Whether anything was handed in for the district."""
        return not self.here.empty


def load_records(ctx: ViewContext) -> PlatformRecords:
    """The platform's rows up to the period's end."""

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


def covers(known: Sequence[int], month: int) -> int:
    """Months that the row of ``month`` stands for among the ``known`` ones.

    2 for a February without a January, where earlier months were told: both were reported together.
    """
    joint = m.number_of(month) == 2 and m.shift(month, -1) not in known and any(k < month for k in known)
    return 2 if joint else 1


@dataclass(frozen=True, slots=True)
class MonthCoverage:
    """Months with a row (``told``), and all that they stand for (``covered``)."""

    told: tuple[int, ...]
    covered: tuple[int, ...]


def within(known: Sequence[int], months: Sequence[int]) -> MonthCoverage:
    """The rows of ``months``; a February told with January covers both."""
    told = tuple(sorted(set(known) & set(months)))
    covered = {month for t in told for month in m.span(m.shift(t, 1 - covers(known, t)), t)}
    return MonthCoverage(told, tuple(sorted(covered)))


def flow(ctx: ViewContext, column: str) -> Compared:
    """Sum of a column over the period, and over the same months of the base."""
    return _found(ctx, column, lambda now: _over(now.here, (column,), ctx.period, ctx.compare, is_percent=False))


def matching(ctx: ViewContext) -> Compared:
    """产能匹配率: Σ matched ÷ Σ offered, over the months that tell both."""
    return _found(ctx, "matching", lambda now: _over(now.here, ("matched", "offered"), ctx.period, ctx.compare, is_percent=True))


def stock(ctx: ViewContext, column: str) -> Compared:
    """A column as of the period's last month, and of the base's."""
    return _found(ctx, f"{column} at the end", lambda now: _at_end(now.here, column, ctx.period, ctx.compare))


def nation(ctx: ViewContext, column: str) -> Compared:
    """As ``stock``, of the whole country."""
    return _found(ctx, f"{column} of the nation", lambda now: _at_end(now.nation, column, ctx.period, ctx.compare))


def _found(ctx: ViewContext, what: str, find: Callable[[PlatformRecords], Compared]) -> Compared:
    """A figure, worked out once a period and comparison: filters don't touch the platform's."""
    return ctx.full.cache.get_or_compute(cache.PLATFORM_VALUES, (what, ctx.period, ctx.compare), lambda: find(load_records(ctx)))


def _at_end(here: pd.DataFrame, column: str, period: Period, compare: Compare) -> Compared:
    value = float(here[column].get(period.last, np.nan))
    base = comparison.base_period(period, compare)
    before = float(here[column].get(base.last, np.nan)) if base else np.nan
    return Compared(value, before, False, _reason(value, before, period.last, base, compare, never=True))


def _over(here: pd.DataFrame, columns: tuple[str, ...], period: Period, compare: Compare, *, is_percent: bool) -> Compared:
    """The first column's sum, over the second's if there is one. The base covers the figure's months, or has none."""
    rows = here[list(columns)].dropna()
    known = [int(month) for month in rows.index]
    now = within(known, period.months)
    value = _value(rows.loc[list(now.told)])
    base = comparison.base_period(period, compare)
    before, never = np.nan, True
    if base:
        back = m.distance(period.first, base.first)
        wanted = m.shifted(now.covered, back)
        found = within(known, wanted)
        before = _value(rows.loc[list(found.told)]) if found.covered == wanted else np.nan
        never = not found.told
    return Compared(value, before, is_percent, _reason(value, before, period.last, base, compare, never=never))


def _value(rows: pd.DataFrame) -> float:
    if rows.empty:
        return np.nan
    first, *other = (float(rows[c].sum()) for c in rows)
    if not other:
        return first
    return first / other[0] if other[0] > 0 else np.nan


def _reason(value: float, before: float, last: int, base: Period | None, compare: Compare, *, never: bool) -> str:
    """Why there is no figure or no change; ``never``: no month of the base was told."""
    if np.isnan(value):
        return f"{months_label(last, last)}没有上报"
    if base is None:
        return ""
    words = "上年同期" if compare is Compare.YOY else "上期"
    if np.isnan(before):
        return f"{words}没有数据" if never else f"{words}月份不齐"
    return f"{words}为零" if before == 0 else ""


def caption(ctx: ViewContext, metric: Metric | None, period: str, definition: str) -> Caption:
    """The sentence under a panel of the platform's own figures: they belong to the whole district."""
    said = ctx.caption(metric, period=period, where=Filter())
    notes = restriction_notes(MEMBERS, Filter(ctx.where.towns, ctx.where.divisions), ctx.terms)
    return dataclasses.replace(said, scope=f"{ctx.district.name} · 平台全部成员", definition=definition, notes=notes)
