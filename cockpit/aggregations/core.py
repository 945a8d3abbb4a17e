"""The one place that evaluates a metric: sums of the cube and of ledgers, and ratios of sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit import months as m
from cockpit.aggregations import ledgers
from cockpit.cube import MEASURES, BoolArray, Cube, Filter, FloatArray, IntArray
from cockpit.dimensions import Grouping
from cockpit.errors import UsageError
from cockpit.metrics import Firms, Flow, Graded, Land, Leaf, Ledger, Metric, Platform, Ratio, Staff
from cockpit.periods import Period, PeriodKind, months_label
from cockpit.snapshot import Snapshot

#: Grouping -> the cube's dimension.
_DIMENSION = {
    Grouping.TOWN: "town",
    Grouping.INDUSTRY: "division",
    Grouping.CHAIN: "chain",
    Grouping.STAGE: "stage",
    Grouping.ROLE: "role",
}
WHOLE = ""  # the group key of an ungrouped figure
_MONTHS_OF_YEAR = 12


@dataclass(frozen=True, slots=True)
class Window:
    """The months that a figure really covers, or why there are none.

    Where January and February were reported together, a period that takes in February covers both
    months (``months`` is then longer than asked), and January alone has no figure.
    """

    months: tuple[int, ...]
    reason: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is no figure; ``reason`` says why."""
        return not self.months


def window(data: Snapshot, metric: Metric, period: Period, where: Filter) -> Window:
    """The months behind ``metric`` for ``period``.

    Trailing metrics cover the twelve months that end with the period, and have no figure when the data
    do not reach back so far or a joint report crosses an end.
    """
    if is_graded(metric):
        return evaluation_window(data, m.year_of(period.last))
    if needs_no_cube(metric):
        return Window(period.months)
    cube = data.cube
    if cube.is_empty:
        return Window((), "尚无月度数据")
    if metric.is_trailing:
        wanted = m.span(m.shift(period.last, 1 - _MONTHS_OF_YEAR), period.last)
        if wanted[0] < cube.first_month or wanted[-1] > cube.newest_month:
            return Window((), "数据不足12个月")
        covered = close(cube, wanted, where)
        return covered if covered.is_empty or covered.months == wanted else Window((), "合并上报的月份跨在12个月的边上")
    if period.last < cube.first_month or period.first > cube.newest_month:
        return Window((), "该期间没有数据")
    return close(cube, period.months, where)


def evaluation_window(data: Snapshot, until: int) -> Window:
    """The year of the newest published evaluation not after year ``until``, as its twelve months."""
    year = max((y for y in data.grades if y <= until), default=None)
    return Window(m.span(m.month(year, 1), m.month(year, 12))) if year else Window((), "尚无已发布的评价")


def close(cube: Cube, months: Sequence[int], where: Filter) -> Window:
    """``months`` widened by the months that their joint rows cover as well."""
    wanted = set(months)
    blocks = _joint_blocks(cube, where)
    grown = True
    while grown:
        grown = False
        for first, last in blocks:
            block = set(m.span(first, last))
            if last in wanted and not block <= wanted:
                wanted |= block
                grown = True
    for first, last in blocks:
        if last not in wanted and wanted & set(m.span(first, last)):
            return Window((), f"{months_label(first, last)}合并上报，没有单独的月份数")
    return Window(tuple(sorted(wanted)))


def _joint_blocks(cube: Cube, where: Filter) -> list[tuple[int, int]]:
    longest = cube.blocks[cube.mask(where)].max(axis=0, initial=0)
    return [(m.shift(cube.months[i], 1 - int(longest[i])), cube.months[i]) for i in np.flatnonzero(longest > 1)]


def evaluate(data: Snapshot, metric: Metric, period: Period, where: Filter, by: Grouping | None = None) -> pd.Series:
    """``metric`` in its stored unit for ``period``, one value a group (one value under ``WHOLE`` if ``by`` is None).

    Missing is NaN: nothing reported, a denominator that is zero or negative, no period. Groups are keys of
    the dimension in sorted order, only those that occur under ``where``; by month: every month of the
    period with data, each evaluated for itself (joint months under the last of them).
    Raises ``UsageError`` for a grouping that the metric doesn't know.
    """
    if by is not None and by not in metric.groupings:
        raise UsageError(f"指标“{metric.name}”不能按{by}分组；可以按：{'、'.join(sorted(metric.groupings))}。")
    if by is Grouping.MONTH:
        return _by_month(data, metric, period, where)
    covered = window(data, metric, period, where)
    if covered.is_empty:
        return pd.Series({WHOLE: np.nan}) if by is None else pd.Series(dtype="float64")
    return evaluate_months(data, metric, covered.months, where, by)


def evaluate_months(data: Snapshot, metric: Metric, months: Sequence[int], where: Filter, by: Grouping | None) -> pd.Series:
    """``metric`` over exactly these months (already closed and, for trailing metrics, twelve)."""
    formula = metric.formula
    if isinstance(formula, Ratio):
        return divide(_leaf(data, formula.numerator, months, where, by), _leaf(data, formula.denominator, months, where, by))
    return _leaf(data, formula, months, where, by)


def terms(
    data: Snapshot, metric: Metric, months: Sequence[int], where: Filter, by: Grouping | None
) -> tuple[pd.Series, pd.Series]:
    """Numerator and denominator of a ratio metric, each a series by group; ``TypeError`` for other metrics."""
    formula = metric.formula
    if not isinstance(formula, Ratio):
        raise TypeError(f"{metric.key} is not a ratio")
    numerator = _leaf(data, formula.numerator, months, where, by)
    denominator = _leaf(data, formula.denominator, months, where, by)
    groups = numerator.index.union(denominator.index)
    return numerator.reindex(groups), denominator.reindex(groups)


def divide(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """Quotient by group; NaN where the denominator is missing, zero or negative."""
    groups = numerator.index.union(denominator.index)
    below = denominator.reindex(groups)
    return numerator.reindex(groups) / below.where(below > 0)


def total(data: Snapshot, metric: Metric, period: Period, where: Filter) -> float:
    """The ungrouped figure in the stored unit; NaN when missing."""
    return float(evaluate(data, metric, period, where)[WHOLE])


def _by_month(data: Snapshot, metric: Metric, period: Period, where: Filter) -> pd.Series:
    figures = {}
    for month in period.months:
        alone = Period(PeriodKind.MONTH, month, month)
        value = total(data, metric, alone, where)
        if not np.isnan(value):
            figures[month] = value
    return pd.Series(figures, dtype="float64")


def is_graded(metric: Metric) -> bool:
    """Whether the metric counts published grades."""
    return isinstance(metric.formula, Ratio) and isinstance(metric.formula.numerator, Graded)


def needs_no_cube(metric: Metric) -> bool:
    """Whether the metric comes from a ledger alone, whose rows carry dates of their own."""
    formula = metric.formula
    first = formula.numerator if isinstance(formula, Ratio) else formula
    return isinstance(first, Ledger | Platform)


def _leaf(data: Snapshot, leaf: Leaf, months: Sequence[int], where: Filter, by: Grouping | None) -> pd.Series:
    match leaf:
        case Flow(measure):
            return _flow(data.cube, measure, months, where, by)
        case Staff():
            return _staff(data.cube, months, where, by)
        case Land():
            return _land(data.cube, months, where, by)
        case Firms():
            return _firms(data.cube, months[-1], where, by)
        case Graded(grades):
            return ledgers.graded(data.grades, grades, months, where, by)
        case Ledger():
            return ledgers.ledger(data.ledgers, leaf, months, where, by)
        case Platform():
            return ledgers.platform(data.ledgers, leaf, months)


def _flow(cube: Cube, measure: str, months: Sequence[int], where: Filter, by: Grouping | None) -> pd.Series:
    keep = cube.mask(where)
    part = cube.values[measure][np.ix_(np.flatnonzero(keep), cube.positions(months))]
    return _sum_rows(cube, part, keep, by) / MEASURES[measure][1]


def _staff(cube: Cube, months: Sequence[int], where: Filter, by: Grouping | None) -> pd.Series:
    """Σ staff × months covered ÷ number of months covered, by group."""
    keep = cube.mask(where)
    columns = cube.positions(months)
    part = cube.values["staff_months"][np.ix_(np.flatnonzero(keep), columns)]
    sums = _sum_rows(cube, part, keep, by)
    codes, _ = _codes(cube, keep, by)
    covered = np.zeros((len(sums), len(columns)), dtype=bool)
    spans = np.where(np.isnan(part), 0, cube.blocks[np.ix_(np.flatnonzero(keep), columns)])
    for back in range(int(spans.max(initial=0))):
        # a row of month j that covers two months also covers month j - 1
        reach = spans > back
        shifted = np.zeros_like(reach)
        shifted[:, : reach.shape[1] - back] = reach[:, back:]
        np.logical_or.at(covered, codes, shifted)
    count = covered.sum(axis=1)
    return sums / np.where(count > 0, count, np.nan)


def _land(cube: Cube, months: Sequence[int], where: Filter, by: Grouping | None) -> pd.Series:
    keep = cube.mask(where)
    there = keep[cube.firm_cell] & cube.present[:, cube.positions(months)].any(axis=1)
    return _sum_firms(cube, np.where(there, cube.firm_land, np.nan), keep, by)


def _firms(cube: Cube, month: int, where: Filter, by: Grouping | None) -> pd.Series:
    keep = cube.mask(where)
    there = keep[cube.firm_cell] & cube.present[:, cube.positions([month])].any(axis=1)
    counts = _sum_firms(cube, there.astype(np.float64), keep, by)
    return counts.fillna(0.0)


def _codes(cube: Cube, keep: BoolArray, by: Grouping | None) -> tuple[IntArray, tuple[str, ...]]:
    """Group code of each kept cell and the keys of the groups that occur."""
    if by is None:
        return np.zeros(int(keep.sum()), dtype=np.int64), (WHOLE,)
    codes, keys = cube.codes[_DIMENSION[by]]
    used, compact = np.unique(codes[keep], return_inverse=True)
    return compact, tuple(keys[u] for u in used)


def _sum_rows(cube: Cube, part: FloatArray, keep: BoolArray, by: Grouping | None) -> pd.Series:
    """Sum over months and cells by group; a group without any reported value is NaN."""
    codes, keys = _codes(cube, keep, by)
    there = ~np.isnan(part)
    sums = np.bincount(codes, np.where(there, part, 0.0).sum(axis=1), len(keys))
    seen = np.bincount(codes, there.any(axis=1), len(keys)) > 0
    return pd.Series(np.where(seen, sums, np.nan), index=list(keys))


def _sum_firms(cube: Cube, amounts: FloatArray, keep: BoolArray, by: Grouping | None) -> pd.Series:
    """Sum over enterprises (NaN = not counted) by group of their cell."""
    codes, keys = _codes(cube, keep, by)
    group_of_cell = np.full(len(keep), -1)
    group_of_cell[keep] = codes
    group = group_of_cell[cube.firm_cell]
    counted = (group >= 0) & ~np.isnan(amounts)
    sums = np.bincount(group[counted], amounts[counted], len(keys))
    seen = np.bincount(group[counted], minlength=len(keys)) > 0
    return pd.Series(np.where(seen, sums, np.nan), index=list(keys))
