"""The one place where metrics are evaluated: sums of the cube and of ledgers, and ratios of sums."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from cockpit import cache
from cockpit.aggregations import ledger_sums, sums
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


@dataclass(frozen=True, slots=True)
class Window:
    """The months that a value really covers, or why there are none.

    Where January and February were reported together, a period that takes in February covers both
    months (``months`` is then longer than the period), and January alone has no value.
    """

    months: tuple[int, ...]
    reason: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is no value, for which ``reason`` gives the cause."""
        return not self.months


def window(data: Snapshot, metric: Metric, period: Period, where: Filter) -> Window:
    """Find the months that ``metric`` covers for ``period``.

    Trailing metrics cover the twelve months that end with the period, and have no value when the data
    do not reach back so far or a joint report crosses an end.
    """
    if is_graded(metric):
        return grading_window(data, m.year_of(period.last))
    if is_ledger_metric(metric):
        return Window(period.months)
    cube = data.cube
    if cube.is_empty:
        return Window((), "尚无月度数据")
    if metric.is_trailing:
        trailing = m.year_to(period.last)
        if trailing[0] < cube.first_month or trailing[-1] > cube.newest_month:
            return Window((), "数据不足12个月")
        covered = extend_to_joint_months(data, trailing, where)
        return covered if covered.is_empty or covered.months == trailing else Window((), "合并上报的月份跨在12个月的边上")
    if period.last < cube.first_month or period.first > cube.newest_month:
        return Window((), "该期间没有数据")
    return extend_to_joint_months(data, period.months, where)


def grading_window(data: Snapshot, until: int) -> Window:
    """Return the twelve months of the newest year with a published evaluation, up to year ``until``."""
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


def evaluate_metric(data: Snapshot, metric: Metric, period: Period, where: Filter, by: Grouping | None = None) -> Breakdown:
    """Evaluate ``metric`` in its stored unit for ``period``: a value a group, or one under ``TOTAL`` if ``by`` is None.

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
    """Return numerator and denominator of a ratio metric, by the same groups; raises ``TypeError`` for other metrics."""
    formula = metric.formula
    if not isinstance(formula, Ratio):
        raise TypeError(f"{metric.key} is not a ratio")
    numerators = _leaf(data, formula.numerator, months, where, by)
    denominators = _leaf(data, formula.denominator, months, where, by)
    keys = all_keys(numerators, denominators)
    return Breakdown(keys, numerators.reindex(keys)), Breakdown(keys, denominators.reindex(keys))


def total(data: Snapshot, metric: Metric, period: Period, where: Filter) -> float:
    """Return the ungrouped value in the stored unit; NaN when missing."""
    covered = window(data, metric, period, where)
    return total_months(data, metric, covered, where)


def total_months(data: Snapshot, metric: Metric, covered: Window, where: Filter) -> float:
    """Return the ungrouped value over a window; NaN when it is empty."""
    if covered.is_empty:
        return math.nan
    return float(evaluate_months(data, metric, covered.months, where, None).values[0])


def evaluate_window(data: Snapshot, metric: Metric, covered: Window, where: Filter, by: Grouping | None) -> Breakdown:
    """Evaluate ``metric`` over a window; no group (NaN for the total) when it is empty."""
    if covered.is_empty:
        return Breakdown((TOTAL,), np.array([np.nan])) if by is None else EMPTY_BREAKDOWN
    return evaluate_months(data, metric, covered.months, where, by)


def evaluate_months(data: Snapshot, metric: Metric, months: Sequence[int], where: Filter, by: Grouping | None) -> Breakdown:
    """Evaluate ``metric`` over exactly these months (joint ones included and, for trailing metrics, twelve)."""
    formula = metric.formula
    if not isinstance(formula, Ratio):
        return _leaf(data, formula, months, where, by)
    if by is None:  # a page asks for dozens of single values: two numbers need no arrays of groups
        leaves = (formula.numerator, formula.denominator)
        numerator, denominator = (float(_leaf(data, leaf, months, where, None).values[0]) for leaf in leaves)
        return Breakdown((TOTAL,), np.array([numerator / denominator if denominator > 0 else np.nan]))
    numerators, denominators = ratio_terms(data, metric, months, where, by)
    return Breakdown(numerators.keys, _quotient(numerators.values, denominators.values))


def monthly_at_once(data: Snapshot, metric: Metric, months: Sequence[int], where: Filter) -> FloatArray | None:
    """Return each month's own value, NaN where there is none; all at once, for the metrics that allow it.

    ``None`` for the others, and where months were reported jointly: those go one by one.
    """
    formula = metric.formula
    leaves = (formula.numerator, formula.denominator) if isinstance(formula, Ratio) else (formula,)
    if is_ledger_metric(metric):
        by_month: Callable[..., FloatArray | None] = _by_date
    elif data.cube.is_empty or _joint_runs(data, where):
        return None
    else:
        by_month = _trailing if metric.is_trailing else _by_itself
    terms = [values for leaf in leaves if (values := by_month(data, leaf, months, where)) is not None]
    if len(terms) < len(leaves):
        return None
    return _quotient(*terms) if len(terms) > 1 else terms[0]


def _quotient(numerators: FloatArray, denominators: FloatArray) -> FloatArray:
    """NaN for a denominator that is zero or negative."""
    positive = denominators > 0
    return np.where(positive, numerators / np.where(positive, denominators, 1.0), np.nan)


def _by_date(data: Snapshot, leaf: Leaf, months: Sequence[int], where: Filter) -> FloatArray | None:
    return ledger_sums.by_month(data, leaf, months, where) if isinstance(leaf, LedgerTotal) else None


def _by_itself(data: Snapshot, leaf: Leaf, months: Sequence[int], where: Filter) -> FloatArray | None:
    return sums.flow_by_month(data, leaf.measure, months, where, None)[1][0] if isinstance(leaf, Flow) else None


def _trailing(data: Snapshot, leaf: Leaf, months: Sequence[int], where: Filter) -> FloatArray | None:
    """Over the twelve months that end with each month; NaN where the data don't reach back so far."""
    if not isinstance(leaf, Flow | LandArea):
        return None
    cube, values = data.cube, np.full(len(months), np.nan)
    first = m.shift(cube.first_month, m.MONTHS_OF_YEAR - 1)
    indices = [i for i, month in enumerate(months) if first <= month <= cube.newest_month]
    ends = [months[i] for i in indices]
    if ends and isinstance(leaf, Flow):
        values[indices] = sums.trailing_flow(data, leaf.measure, ends, where)
    elif ends:
        values[indices] = sums.trailing_land(data, ends, where)
    return values


def monthly_by_group(
    data: Snapshot, metric: Metric, months: Sequence[int], where: Filter, by: Grouping
) -> tuple[tuple[str, ...], FloatArray] | None:
    """Return the groups and their values [group, month] at once, NaN where there is none, for sums of months.

    ``None`` for other metrics, and where months were reported jointly: those groups go one by one (``monthly``).
    """
    formula = metric.formula
    if not isinstance(formula, Flow) or _joint_runs(data, where):
        return None
    return sums.flow_by_month(data, formula.measure, months, where, by)


def group_filters(data: Snapshot, where: Filter, by: Grouping) -> dict[str, Filter]:
    """Return the groups of ``by`` that occur under ``where``: key -> ``where`` restricted to that group."""
    return {key: where.with_key(sums.COLUMN[by], key) for key in sums.group_index(data, where, by).keys}


def monthly(data: Snapshot, metric: Metric, months: Sequence[int], where: Filter) -> FloatArray:
    """Return each month's own value, NaN where there is none."""
    values = monthly_at_once(data, metric, months, where)
    if values is None:
        periods = (Period(PeriodKind.MONTH, month, month) for month in months)
        values = np.array([total(data, metric, period, where) for period in periods])
    return values


def _by_month(data: Snapshot, metric: Metric, period: Period, where: Filter) -> Breakdown:
    values = monthly(data, metric, period.months, where)
    known = ~np.isnan(values)
    return Breakdown(tuple(month for month, is_known in zip(period.months, known, strict=True) if is_known), values[known])


def is_graded(metric: Metric) -> bool:
    """Return whether the metric counts published grades."""
    return isinstance(metric.formula, Ratio) and isinstance(metric.formula.numerator, GradedFirms)


def is_ledger_metric(metric: Metric) -> bool:
    """Return whether the metric is computed from a ledger alone, whose rows have dates of their own."""
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
            return ledger_sums.graded(data, grades, m.year_of(months[-1]), where, by)
        case LedgerTotal():
            return ledger_sums.ledger(data, leaf, months, where, by)
        case PlatformValue():
            return ledger_sums.platform(data, leaf, months)
