"""The one place where metrics are evaluated: sums of the cube and of ledgers, and ratios of sums."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from cockpit.aggregations import coverage, ledger_sums, sums
from cockpit.aggregations import windows as periods
from cockpit.aggregations.windows import Window, WindowPair, is_ledger_metric, is_monthly
from cockpit.calendar import months as m
from cockpit.calendar.periods import Period, PeriodKind
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
from cockpit.selection import Compare
from cockpit.snapshot import Snapshot


def evaluate_metric(data: Snapshot, metric: Metric, period: Period, where: Filter, by: Grouping | None = None) -> Breakdown:
    """Evaluate ``metric`` in its stored unit for ``period``: a value a group, or one under ``TOTAL`` if ``by`` is None.

    Missing is NaN: nothing reported, a denominator that is zero or negative, no period. Groups are keys of
    the dimension in sorted order, only those that occur under ``where``, each over the months that it covers; by month:
    every month of the period with data, each evaluated for itself (months that were reported jointly only under the last of
    them). Raises ``UsageError`` for a grouping that the metric doesn't know.
    """
    if by is not None and by not in metric.groupings:
        raise UsageError(f"指标“{metric.name}”不能按{by}分组；可以按：{'、'.join(sorted(metric.groupings))}。")
    if by is Grouping.MONTH:
        return _by_month(data, metric, period, where)
    if by is None or not is_monthly(metric):
        return evaluate_window(data, metric, periods.window(data, metric, period, where), where, by)
    pairs = periods.windows_by_group(data, metric, period, where, data.comparable, by)
    return evaluate_groups(data, metric, {pair: pair.current for pair in pairs}, pairs, where, by)


def evaluate_groups(
    data: Snapshot,
    metric: Metric,
    sides: Mapping[WindowPair, Window],
    groups: Mapping[WindowPair, frozenset[str]],
    where: Filter,
    by: Grouping,
) -> Breakdown:
    """Evaluate the groups that share windows over one side of them; NaN for groups whose side is empty."""
    if len(sides) == 1:
        [side] = sides.values()
        if not side.is_empty:
            return evaluate_window(data, metric, side, where, by)
    result: dict[str, float] = {}
    by_side: dict[Window, set[str]] = {}
    for pair, side in sides.items():
        by_side.setdefault(side, set()).update(groups[pair])
    for side, keys in by_side.items():
        values = {} if side.is_empty else dict(evaluate_window(data, metric, side, where, by).items())
        result |= {key: values.get(key, math.nan) for key in keys}
    return Breakdown.from_items(sorted(result.items()))


def ratio_terms(
    data: Snapshot, metric: Metric, covered: Window, where: Filter, by: Grouping | None
) -> tuple[Breakdown, Breakdown]:
    """Return numerator and denominator of a ratio metric over a window, by the same groups.

    Raises ``TypeError`` for other metrics.
    """
    formula = metric.formula
    if not isinstance(formula, Ratio):
        raise TypeError(f"{metric.key} is not a ratio")
    data = _counted(data, covered)
    numerators = _leaf(data, formula.numerator, covered, where, by)
    denominators = _leaf(data, formula.denominator, covered, where, by)
    keys = all_keys(numerators, denominators)
    return Breakdown(keys, numerators.reindex(keys)), Breakdown(keys, denominators.reindex(keys))


def total(data: Snapshot, metric: Metric, period: Period, where: Filter) -> float:
    """Return the ungrouped value in the stored unit; NaN when missing."""
    return total_of_window(data, metric, periods.window(data, metric, period, where), where)


def total_of_window(data: Snapshot, metric: Metric, covered: Window, where: Filter) -> float:
    """Return the ungrouped value over a window; NaN when it is empty."""
    return float(evaluate_window(data, metric, covered, where, None).values[0])


def evaluate_window(data: Snapshot, metric: Metric, covered: Window, where: Filter, by: Grouping | None) -> Breakdown:
    """Evaluate ``metric`` over exactly a window's months and rows; no group (NaN for the total) when it is empty."""
    if covered.is_empty:
        return Breakdown((TOTAL,), np.array([np.nan])) if by is None else EMPTY_BREAKDOWN
    formula = metric.formula
    if not isinstance(formula, Ratio):
        return _leaf(_counted(data, covered), formula, covered, where, by)
    if by is None:  # a page asks for dozens of single values: two numbers need no arrays of groups
        data, leaves = _counted(data, covered), (formula.numerator, formula.denominator)
        numerator, denominator = (float(_leaf(data, leaf, covered, where, None).values[0]) for leaf in leaves)
        return Breakdown((TOTAL,), np.array([numerator / denominator if denominator > 0 else np.nan]))
    numerators, denominators = ratio_terms(data, metric, covered, where, by)
    return Breakdown(numerators.keys, _quotient(numerators.values, denominators.values))


def _counted(data: Snapshot, covered: Window) -> Snapshot:
    """Return the snapshot over the rows that count in a window."""
    return data if covered.counted is None else data.counted(covered.counted)[covered.is_base]


def monthly_at_once(data: Snapshot, metric: Metric, months: Sequence[int], where: Filter) -> FloatArray | None:
    """Return each month's own value, NaN where there is none; all at once, for the metrics that allow it.

    ``None`` for the others, and where months were reported jointly: those go one by one.
    """
    formula = metric.formula
    leaves = (formula.numerator, formula.denominator) if isinstance(formula, Ratio) else (formula,)
    if is_ledger_metric(metric):
        by_month: Callable[..., FloatArray | None] = _by_date
    elif data.cube.is_empty or coverage.coverage(data, where).runs:
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
    if not isinstance(formula, Flow) or coverage.coverage(data, where).runs:
        return None
    return sums.flow_by_month(data, formula.measure, months, where, by)


def group_filters(data: Snapshot, where: Filter, by: Grouping) -> dict[str, Filter]:
    """Return the groups of ``by`` that occur under ``where``: key -> ``where`` restricted to that group."""
    return {key: where.with_key(sums.COLUMN[by], key) for key in sums.group_index(data, where, by).keys}


def monthly(data: Snapshot, metric: Metric, months: Sequence[int], where: Filter) -> FloatArray:
    """Return each month's own value, NaN where there is none; of months reported jointly, what was reported by itself."""
    is_plain = data.comparable is Compare.NONE or not is_monthly(metric)
    values = monthly_at_once(data, metric, months, where) if is_plain else None
    if values is None:
        values = np.array([total(data, metric, Period(PeriodKind.MONTH, month, month), where) for month in months])
    return values


def joint_periods(data: Snapshot, metric: Metric, months: Sequence[int], where: Filter) -> tuple[Period, ...]:
    """Return the runs among the months of which everything was reported jointly: they have a value together only."""
    if metric.is_trailing or not is_monthly(metric) or data.cube.is_empty:
        return ()
    own = coverage.coverage(data, where)
    runs = (run for run in own.runs if own.only_joint(run) and set(run) <= set(months))
    return tuple(Period(PeriodKind.RANGE, run[0], run[-1]) for run in runs)


def _by_month(data: Snapshot, metric: Metric, period: Period, where: Filter) -> Breakdown:
    values = dict(zip(period.months, monthly(data, metric, period.months, where).tolist(), strict=True))
    for run in joint_periods(data, metric, period.months, where):
        values[run.last] = total(data, metric, run, where)
    return Breakdown.from_items([(month, value) for month, value in values.items() if not math.isnan(value)])


def _leaf(data: Snapshot, leaf: Leaf, covered: Window, where: Filter, by: Grouping | None) -> Breakdown:
    months = covered.months
    match leaf:
        case Flow(measure):
            return sums.flow(data, measure, months, where, by)
        case AverageStaff():
            return sums.staff(data, months, where, by)
        case LandArea():
            return sums.land(data, months, where, by)
        case FirmCount():
            # In 可比口径 the enterprises are those of both sides, whichever month they reported.
            return sums.firms(data, months if covered.is_comparable else months[-1:], where, by)
        case GradedFirms(grades):
            return ledger_sums.graded(data, grades, m.year_of(months[-1]), where, by)
        case LedgerTotal():
            return ledger_sums.ledger(data, leaf, months, where, by)
        case PlatformValue():
            return ledger_sums.platform(data, leaf, months)
