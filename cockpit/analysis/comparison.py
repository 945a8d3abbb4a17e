"""Comparison: 同比, 环比, 累计 and 可比口径, with the reason wherever a change is not defined."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cockpit.aggregations import aggregate, coverage
from cockpit.aggregations.windows import WindowPair, is_monthly, windows, windows_by_group
from cockpit.calendar import months as m
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.formulas import Flow, Metric
from cockpit.cube.arrays import BoolArray, FloatArray, IntArray
from cockpit.cube.breakdown import Breakdown, ComparedBreakdown, all_keys
from cockpit.cube.cube import Filter
from cockpit.cube.firm_totals import FirmTotals
from cockpit.selection import Compare
from cockpit.snapshot import Repository, Snapshot

_TRAILING_BACK = 11


@dataclass(frozen=True, slots=True)
class Compared:
    """A value and its base in the stored unit; NaN = missing, ``reason`` says why (also why no change).

    ``base`` and ``compared`` are over the same covered months and rows: ``compared`` is the value as far as it has a base,
    by default all of it. ``windows``: the months of each, ``None`` for values that aren't of the catalogue.
    """

    value: float
    base: float
    is_percent: bool
    reason: str = ""
    compared: float | None = None
    windows: WindowPair | None = None

    @property
    def is_comparable(self) -> bool:
        """Whether the value is of the enterprises present on both sides (可比口径): without a base it is of all."""
        return self.windows is not None and self.windows.current.is_comparable

    @property
    def compared_value(self) -> float:
        """The value over what the base is over."""
        return self.value if self.compared is None else self.compared

    @property
    def change(self) -> float:
        """Growth as a fraction, or, for a metric in %, the difference in fractions (÷ 0.01 = 个百分点).

        NaN without a base, and for a growth on a base that is zero or negative.
        """
        if self.is_percent:
            return self.compared_value - self.base
        return (self.compared_value - self.base) / self.base if self.base > 0 else np.nan


def compare_total(data: Snapshot, metric: Metric, period: Period, where: Filter, compare: Compare) -> Compared:
    """Evaluate the ungrouped value and its base, both in the stored unit."""
    pair = windows(data, metric, period, where, compare)
    value = aggregate.total_of_window(data, metric, pair.current, where)
    compared = aggregate.total_of_window(data, metric, pair.compared, where) if pair.is_restricted else value
    base = aggregate.total_of_window(data, metric, pair.base, where)
    reason = _reason(value, compared, base, pair, compare, metric.is_percent)
    return Compared(value, base, metric.is_percent, reason, compared, pair)


def compare_groups(
    data: Snapshot, metric: Metric, period: Period, where: Filter, compare: Compare, by: Grouping
) -> ComparedBreakdown:
    """Evaluate a metric by group with its base, for any grouping of the metric; each group over the months that it covers.

    By month, each month is compared with its own base; months that were reported jointly only stand under the last of them.
    """
    if by is Grouping.MONTH:
        return _by_month(data, metric, period, where, compare)
    whole = windows(data, metric, period, where, compare)
    if not is_monthly(metric):
        values, bases = (aggregate.evaluate_window(data, metric, side, where, by) for side in (whole.current, whole.base))
        keys = all_keys(values, bases)
        return _compared(metric, keys, values.reindex(keys), bases.reindex(keys))
    groups = windows_by_group(data, metric, period, where, compare, by)

    def evaluate(side: str) -> Breakdown:
        return aggregate.evaluate_groups(data, metric, {pair: getattr(pair, side) for pair in groups}, groups, where, by)

    values, bases = evaluate("current"), evaluate("base")
    compared = evaluate("compared") if any(pair.is_restricted for pair in groups) else values
    keys = all_keys(values, bases, compared)
    value, base, over_base = (side.reindex(keys) for side in (values, bases, compared))
    gone = np.isnan(value) & np.isnan(base)
    if gone.any() and not whole.base.is_empty:
        # Of a group that reported nothing any more, what it was.
        base = np.where(gone, aggregate.evaluate_window(data, metric, whole.base, where, by).reindex(keys), base)
    return _compared(metric, keys, value, base, over_base)


def series(
    data: Snapshot, metric: Metric, months: Sequence[int], where: Filter, compare: Compare
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return each month's value, base, and value over what its base is over; NaN = none. Each month has its own base.

    In 可比口径 each month counts the enterprises that reported it and its base.
    """
    months = tuple(months)
    back = {Compare.YOY: -12, Compare.MOM: -1}.get(compare, 0)
    if data.comparable is not Compare.NONE and is_monthly(metric):
        if isinstance(metric.formula, Flow) and back and not coverage.coverage(data, where).runs:
            return _comparable_flows(data, metric, months, where, back)
    else:
        values = aggregate.monthly_at_once(data, metric, months, where)
        if values is not None and not back:
            return values, np.full(len(months), np.nan), values
        if values is not None and _all_pairs_whole(data, metric, months, where, back):
            bases = aggregate.monthly_at_once(data, metric, m.shifted(months, back), where)
            if bases is not None:
                return values, bases, values
    pairs = [compare_total(data, metric, Period(PeriodKind.MONTH, x, x), where, compare) for x in months]
    value, base, compared = (np.array([getattr(pair, name) for pair in pairs]) for name in ("value", "base", "compared_value"))
    return value, base, compared


def _all_pairs_whole(data: Snapshot, metric: Metric, months: tuple[int, ...], where: Filter, back: int) -> bool:
    """Return whether every month that has a base is compared over all of its own months."""
    if not metric.is_trailing or not is_monthly(metric):
        return True
    first = max(m.shift(months[0], back - _TRAILING_BACK), data.cube.first_month)
    needed = m.span(first, min(months[-1], data.cube.newest_month))
    return coverage.coverage(data, where).months.issuperset(needed)


def _comparable_flows(
    data: Snapshot, metric: Metric, months: tuple[int, ...], where: Filter, back: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the same for sums; a month without a base has the value of all enterprises."""
    own, against = data.monthly_pairs(back)
    plain, compared = (_flows(x, metric, months, where) for x in (data, own))
    bases = _flows(against, metric, m.shifted(months, back), where)
    covered = coverage.coverage(data, where).months
    has_base = np.array([month in covered and m.shift(month, back) in covered for month in months])
    values = np.where(has_base, compared, plain)
    return values, np.where(has_base, bases, np.nan), values


def _flows(data: Snapshot, metric: Metric, months: tuple[int, ...], where: Filter) -> FloatArray:
    values = aggregate.monthly_at_once(data, metric, months, where)
    return np.full(len(months), np.nan) if values is None else values


def compare_firms(repository: Repository, data: Snapshot, measure: str, pair: WindowPair) -> FirmTotals:
    """Sum a measure by enterprise over the windows of a comparison: the values over all months, the rest over those compared.

    Enterprises whose joint report doesn't count in the comparison have no base; in 可比口径 only those of both sides remain.
    """
    full = data.as_comparable(Compare.NONE)
    if pair.base.is_empty:
        return repository.firm_totals(full, measure, pair.current.months, ())
    totals = repository.firm_totals(full, measure, pair.compared.months, pair.base.months)
    if pair.compared.is_comparable:
        return totals.in_both_periods
    if pair.compared.months != pair.current.months:
        totals = totals.with_values_of(repository.firm_totals(full, measure, pair.current.months, ()))
    return totals


def changes_of_firms(repository: Repository, data: Snapshot, measure: str, pair: WindowPair) -> FirmTotals:
    """Return the sums of which the changes add up to the whole's: values and bases over the months compared only."""
    full = data.as_comparable(Compare.NONE)
    totals = repository.firm_totals(full, measure, pair.compared.months, pair.base.months)
    return totals.in_both_periods if pair.compared.is_comparable else totals


def _by_month(data: Snapshot, metric: Metric, period: Period, where: Filter, compare: Compare) -> ComparedBreakdown:
    months = period.months
    values, bases, compared = series(data, metric, months, where, compare)
    covered = np.ones(len(months), dtype=np.int64)
    for run in aggregate.joint_periods(data, metric, months, where):
        i = months.index(run.last)
        together = compare_total(data, metric, run, where, compare)
        values, bases, compared = values.copy(), bases.copy(), compared.copy()
        values[i], bases[i], compared[i] = together.value, together.base, together.compared_value
        covered[i] = len(run.months)
    return _select(metric, months, values, bases, compared, covered, ~np.isnan(values))


def months_by(data: Snapshot, metric: Metric, period: Period, where: Filter, by: Grouping) -> dict[str, ComparedBreakdown]:
    """Evaluate each month of the period with the same month of the year before, by group (see ``compare_groups``)."""
    months = period.months
    is_plain = data.comparable is Compare.NONE
    by_group = aggregate.monthly_by_group(data, metric, (*months, *m.shifted(months, -12)), where, by) if is_plain else None
    if by_group is None:
        filters = aggregate.group_filters(data, where, by).items()
        return {key: compare_groups(data, metric, period, group, Compare.YOY, Grouping.MONTH) for key, group in filters}
    size, every = len(months), np.ones(len(months), dtype=np.int64)
    return {
        key: _select(metric, months, v[:size], v[size:], v[:size], every, ~np.isnan(v[:size]))
        for key, v in zip(*by_group, strict=True)
    }


def _select(
    metric: Metric,
    months: tuple[int, ...],
    values: FloatArray,
    bases: FloatArray,
    compared: FloatArray,
    covered: IntArray,
    known: BoolArray,
) -> ComparedBreakdown:
    keys = tuple(month for month, is_known in zip(months, known, strict=True) if is_known)
    return _compared(metric, keys, values[known], bases[known], compared[known], covered[known])


def _compared(
    metric: Metric,
    keys: tuple[Any, ...],
    values: FloatArray,
    bases: FloatArray,
    compared: FloatArray | None = None,
    covered: IntArray | None = None,
) -> ComparedBreakdown:
    compared = values if compared is None else compared
    change = compared - bases
    if not metric.is_percent:
        positive = bases > 0
        change = np.where(positive, change / np.where(positive, bases, 1.0), np.nan)
    counts = np.ones(len(keys), dtype=np.int64) if covered is None else covered
    return ComparedBreakdown(keys, values, bases, compared, change, counts)


def _reason(value: float, compared: float, base: float, pair: WindowPair, compare: Compare, is_percent: bool) -> str:
    if math.isnan(value):
        return pair.current.reason or "所选范围没有数据"
    if compare is Compare.NONE:
        return ""
    before = "上年同期" if compare is Compare.YOY else "上期"
    if math.isnan(base):
        return pair.base.reason or f"{before}没有数据"
    if math.isnan(compared):
        return "本期没有同样月份的数据"
    if base <= 0 and not is_percent:
        return f"{before}为{'零' if base == 0 else '负'}，不算增幅"
    return ""
