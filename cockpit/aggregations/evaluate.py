"""The one place that evaluates a metric: sums of the cube and of ledgers, and ratios of sums."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from cockpit import cache
from cockpit.aggregations import ledgers, sums
from cockpit.calendar import months as m
from cockpit.calendar.periods import Period, PeriodKind, months_label
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.formulas import (
    AverageStaff,
    FirmCount,
    Flow,
    GradedFirms,
    LandArea,
    Leaf,
    LedgerTotal,
    Metric,
    PlatformValue,
    Ratio,
)
from cockpit.cube.arrays import FloatArray
from cockpit.cube.breakdown import EMPTY_BREAKDOWN, TOTAL, Breakdown, all_keys
from cockpit.cube.cube import Filter
from cockpit.errors import UsageError
from cockpit.snapshot import Snapshot

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
        covered = extend_to_joint_months(data, wanted, where)
        return covered if covered.is_empty or covered.months == wanted else Window((), "合并上报的月份跨在12个月的边上")
    if period.last < cube.first_month or period.first > cube.newest_month:
        return Window((), "该期间没有数据")
    return extend_to_joint_months(data, period.months, where)


def evaluation_window(data: Snapshot, until: int) -> Window:
    """The year of the newest published evaluation not after year ``until``, as its twelve months."""
    year = max((y for y in data.grades if y <= until), default=None)
    return Window(m.span(m.month(year, 1), m.month(year, 12))) if year else Window((), "尚无已发布的评价")


def extend_to_joint_months(data: Snapshot, months: Sequence[int], where: Filter) -> Window:
    """Add the months that joint rows of ``months`` cover as well; an empty window where one would be cut in two."""
    runs = _joint_runs(data, where)
    if not runs:
        return Window(tuple(months))
    covered = set(months)
    grown = True
    while grown:
        grown = False
        for first, last in runs:
            run = set(m.span(first, last))
            if last in covered and not run <= covered:
                covered |= run
                grown = True
    for first, last in runs:
        if last not in covered and covered & set(m.span(first, last)):
            return Window((), f"{months_label(first, last)}合并上报，没有单独的月份数")
    return Window(tuple(sorted(covered)))


def _joint_runs(data: Snapshot, where: Filter) -> list[tuple[int, int]]:
    """(first, last month) of each run of months that a row of the selection covers jointly."""
    cube = data.cube
    if not cube.has_joint_rows:
        return []

    def compute() -> list[tuple[int, int]]:
        longest = cube.span[cube.mask(where)].max(axis=0, initial=0)
        return [(m.shift(cube.months[i], 1 - int(longest[i])), cube.months[i]) for i in np.flatnonzero(longest > 1)]

    return data.cache.get_or_compute(cache.SUMS, ("joint runs", where), compute)


def evaluate(data: Snapshot, metric: Metric, period: Period, where: Filter, by: Grouping | None = None) -> Breakdown:
    """``metric`` in its stored unit for ``period``, one value a group (one value under ``TOTAL`` if ``by`` is None).

    Missing is NaN: nothing reported, a denominator that is zero or negative, no period. Groups are keys of
    the dimension in sorted order, only those that occur under ``where``; by month: every month of the
    period with data, each evaluated for itself (joint months under the last of them).
    Raises ``UsageError`` for a grouping that the metric doesn't know.
    """
    if by is not None and by not in metric.groupings:
        raise UsageError(f"指标“{metric.name}”不能按{by}分组；可以按：{'、'.join(sorted(metric.groupings))}。")
    if by is Grouping.MONTH:
        return _by_month(data, metric, period, where)
    return evaluate_window(data, metric, window(data, metric, period, where), where, by)


def ratio_terms(
    data: Snapshot, metric: Metric, months: Sequence[int], where: Filter, by: Grouping | None
) -> tuple[Breakdown, Breakdown]:
    """Numerator and denominator of a ratio metric, by the same groups; ``TypeError`` for other metrics."""
    formula = metric.formula
    if not isinstance(formula, Ratio):
        raise TypeError(f"{metric.key} is not a ratio")
    above = _leaf(data, formula.numerator, months, where, by)
    below = _leaf(data, formula.denominator, months, where, by)
    keys = all_keys(above, below)
    return Breakdown(keys, above.reindex(keys)), Breakdown(keys, below.reindex(keys))


def total(data: Snapshot, metric: Metric, period: Period, where: Filter) -> float:
    """The ungrouped figure in the stored unit; NaN when missing."""
    covered = window(data, metric, period, where)
    return total_months(data, metric, covered, where)


def total_months(data: Snapshot, metric: Metric, covered: Window, where: Filter) -> float:
    """The ungrouped figure over a window; NaN when it is empty."""
    if covered.is_empty:
        return math.nan
    return float(evaluate_months(data, metric, covered.months, where, None).values[0])


def evaluate_window(data: Snapshot, metric: Metric, covered: Window, where: Filter, by: Grouping | None) -> Breakdown:
    """``metric`` over a window; no group (NaN for the whole) when it is empty."""
    if covered.is_empty:
        return Breakdown((TOTAL,), np.array([np.nan])) if by is None else EMPTY_BREAKDOWN
    return evaluate_months(data, metric, covered.months, where, by)


def evaluate_months(data: Snapshot, metric: Metric, months: Sequence[int], where: Filter, by: Grouping | None) -> Breakdown:
    """``metric`` over exactly these months (already closed and, for trailing metrics, twelve)."""
    formula = metric.formula
    if not isinstance(formula, Ratio):
        return _leaf(data, formula, months, where, by)
    if by is None:  # a page asks for dozens of single figures: two numbers need no arrays of groups
        leaves = (formula.numerator, formula.denominator)
        whole, of = (float(_leaf(data, leaf, months, where, None).values[0]) for leaf in leaves)
        return Breakdown((TOTAL,), np.array([whole / of if of > 0 else np.nan]))
    above, below = ratio_terms(data, metric, months, where, by)
    positive = below.values > 0
    return Breakdown(above.keys, np.where(positive, above.values / np.where(positive, below.values, 1.0), np.nan))


def monthly_at_once(data: Snapshot, metric: Metric, months: Sequence[int], where: Filter) -> FloatArray | None:
    """Each month's figure by itself, NaN where there is none; all at once, for the metrics that allow it.

    ``None`` for the others, and where months were reported jointly: those go one by one.
    """
    formula = metric.formula
    leaves = (formula.numerator, formula.denominator) if isinstance(formula, Ratio) else (formula,)
    if needs_no_cube(metric):
        by_month: Callable[..., FloatArray | None] = _by_date
    elif data.cube.is_empty or _joint_runs(data, where):
        return None
    else:
        by_month = _by_year if metric.is_trailing else _by_itself
    found = [by_month(data, leaf, months, where) for leaf in leaves]
    known = [figures for figures in found if figures is not None]
    if len(known) < len(leaves):
        return None
    above, *below = known
    return np.where(below[0] > 0, above / np.where(below[0] > 0, below[0], 1.0), np.nan) if below else above


def _by_date(data: Snapshot, leaf: Leaf, months: Sequence[int], where: Filter) -> FloatArray | None:
    return ledgers.by_month(data, leaf, months, where) if isinstance(leaf, LedgerTotal) else None


def _by_itself(data: Snapshot, leaf: Leaf, months: Sequence[int], where: Filter) -> FloatArray | None:
    return sums.flow_by_month(data, leaf.measure, months, where, None)[1][0] if isinstance(leaf, Flow) else None


def _by_year(data: Snapshot, leaf: Leaf, months: Sequence[int], where: Filter) -> FloatArray | None:
    """Over the twelve months that end with each month; NaN where the data don't reach back so far."""
    if not isinstance(leaf, Flow | LandArea):
        return None
    cube, found = data.cube, np.full(len(months), np.nan)
    first = m.shift(cube.first_month, _MONTHS_OF_YEAR - 1)
    whole = [i for i, month in enumerate(months) if first <= month <= cube.newest_month]
    ends = [months[i] for i in whole]
    if ends and isinstance(leaf, Flow):
        found[whole] = sums.flow_by_year(data, leaf.measure, ends, where)
    elif ends:
        found[whole] = sums.land_by_year(data, ends, where)
    return found


def monthly_by_group(
    data: Snapshot, metric: Metric, months: Sequence[int], where: Filter, by: Grouping
) -> tuple[tuple[str, ...], FloatArray] | None:
    """Groups and their figures [group, month] at once, NaN where there is none, for sums of months.

    ``None`` for other metrics, and where months were reported jointly: those groups go one by one (``monthly``).
    """
    formula = metric.formula
    if not isinstance(formula, Flow) or _joint_runs(data, where):
        return None
    return sums.flow_by_month(data, formula.measure, months, where, by)


def group_filters(data: Snapshot, where: Filter, by: Grouping) -> dict[str, Filter]:
    """The groups that occur under ``where``, each as a filter of its own."""
    return {key: where.with_key(sums.COLUMN[by], key) for key in sums.group_index(data, where, by).keys}


def monthly(data: Snapshot, metric: Metric, months: Sequence[int], where: Filter) -> FloatArray:
    """Each month's figure by itself, NaN where there is none."""
    figures = monthly_at_once(data, metric, months, where)
    if figures is None:
        alone = (Period(PeriodKind.MONTH, month, month) for month in months)
        figures = np.array([total(data, metric, month, where) for month in alone])
    return figures


def _by_month(data: Snapshot, metric: Metric, period: Period, where: Filter) -> Breakdown:
    figures = monthly(data, metric, period.months, where)
    there = ~np.isnan(figures)
    return Breakdown(tuple(month for month, is_there in zip(period.months, there, strict=True) if is_there), figures[there])


def is_graded(metric: Metric) -> bool:
    """Whether the metric counts published grades."""
    return isinstance(metric.formula, Ratio) and isinstance(metric.formula.numerator, GradedFirms)


def needs_no_cube(metric: Metric) -> bool:
    """Whether the metric comes from a ledger alone, whose rows carry dates of their own."""
    formula = metric.formula
    first = formula.numerator if isinstance(formula, Ratio) else formula
    return isinstance(first, LedgerTotal | PlatformValue)


def _leaf(data: Snapshot, leaf: Leaf, months: Sequence[int], where: Filter, by: Grouping | None) -> Breakdown:
    match leaf:
        case Flow(measure):
            return sums.flow(data, measure, months, where, by)
        case AverageStaff():
            return sums.staff(data, months, where, by)
        case LandArea():
            return sums.land(data, months, where, by)
        case FirmCount():
            return sums.firms(data, months[-1], where, by)
        case GradedFirms(grades):
            return ledgers.graded(data, grades, m.year_of(months[-1]), where, by)
        case LedgerTotal():
            return ledgers.ledger(data, leaf, months, where, by)
        case PlatformValue():
            return ledgers.platform(data, leaf, months)
