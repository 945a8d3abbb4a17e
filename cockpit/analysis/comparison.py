"""Comparison: 同比, 环比, 累计 and 可比口径, with the reason wherever a change is not defined."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from cockpit.aggregations import aggregate
from cockpit.calendar import months as m
from cockpit.calendar.periods import Period, PeriodKind, months_label
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.formulas import Metric
from cockpit.cube.arrays import FloatArray, IntArray
from cockpit.cube.breakdown import ComparedBreakdown, all_keys
from cockpit.cube.cube import Filter
from cockpit.selection import Compare
from cockpit.snapshot import Repository, Snapshot


@dataclass(frozen=True, slots=True)
class WindowPair:
    """Months of a value and of its base, or the reason why one of them has none."""

    current: aggregate.Window
    base: aggregate.Window


@dataclass(frozen=True, slots=True)
class Compared:
    """A value and its base in the stored unit; NaN = missing, ``reason`` says why (also why no change)."""

    value: float
    base: float
    is_percent: bool
    reason: str = ""

    @property
    def change(self) -> float:
        """Growth as a fraction, or, for a metric in %, the difference in fractions (÷ 0.01 = 个百分点).

        NaN without a base, and for a growth on a base that is zero or negative.
        """
        if self.is_percent:
            return self.value - self.base
        return (self.value - self.base) / self.base if self.base > 0 else np.nan


def base_period(period: Period, compare: Compare) -> Period | None:
    """Return the period to compare with: the same months a year before, or the equally long run just before, else ``None``."""
    if compare is Compare.YOY:
        return period.shifted(-12)
    if compare is Compare.MOM:
        return period.shifted(-len(period.months))
    return None


def windows(data: Snapshot, metric: Metric, period: Period, where: Filter, compare: Compare) -> WindowPair:
    """Find the months of a value and of its base, which covers the same months, joint reports included, or has none.

    What the value covers never depends on what it is compared with.
    """
    current = aggregate.window(data, metric, period, where)
    base = base_period(period, compare)
    if base is None:
        return WindowPair(current, aggregate.Window((), "未选择对比"))
    if current.is_empty:
        return WindowPair(current, aggregate.Window((), current.reason))
    if aggregate.is_graded(metric):
        return WindowPair(current, aggregate.grading_window(data, m.year_of(current.months[0]) - 1))
    if aggregate.is_ledger_metric(metric):
        return WindowPair(current, aggregate.Window(base.months))
    back = m.distance(period.first, base.first)
    return WindowPair(current, _base_window(data, m.shifted(current.months, back), where))


def _base_window(data: Snapshot, expected: tuple[int, ...], where: Filter) -> aggregate.Window:
    if expected[0] < data.cube.first_month:
        return aggregate.Window((), f"没有{months_label(expected[0], expected[-1])}的数据")
    covered = aggregate.extend_to_joint_months(data, expected, where)
    if covered.is_empty or covered.months == expected:
        return covered
    return aggregate.Window((), f"{months_label(covered.months[0], covered.months[-1])}有合并上报，不能与所选月份单独对比")


def compare_total(data: Snapshot, metric: Metric, period: Period, where: Filter, compare: Compare) -> Compared:
    """Evaluate the ungrouped value and its base, both in the stored unit."""
    pair = windows(data, metric, period, where, compare)
    value = aggregate.total_months(data, metric, pair.current, where)
    base = aggregate.total_months(data, metric, pair.base, where)
    return Compared(value, base, metric.is_percent, _reason(value, base, pair, compare, metric.is_percent))


def compare_groups(
    data: Snapshot, metric: Metric, period: Period, where: Filter, compare: Compare, by: Grouping
) -> ComparedBreakdown:
    """Evaluate a metric by group with its base, for any grouping of the metric.

    By month, each month is compared with its own base; joint months stand under the last of them.
    """
    if by is Grouping.MONTH:
        return _by_month(data, metric, period, where, compare)
    pair = windows(data, metric, period, where, compare)
    values, bases = (aggregate.evaluate_window(data, metric, side, where, by) for side in (pair.current, pair.base))
    keys = all_keys(values, bases)
    return _compared(metric, keys, values.reindex(keys), bases.reindex(keys))


def comparable_snapshot(repository: Repository, data: Snapshot, period: Period, compare: Compare) -> Snapshot:
    """Return the snapshot over the enterprises present both in ``period`` and in its base (可比口径)."""
    base = base_period(period, compare)
    return repository.comparable(data, period.months, base.months) if base else data


def _by_month(data: Snapshot, metric: Metric, period: Period, where: Filter, compare: Compare) -> ComparedBreakdown:
    values = aggregate.monthly_at_once(data, metric, period.months, where)
    if values is not None:
        back = {Compare.YOY: -12, Compare.MOM: -1}.get(compare)
        bases = aggregate.monthly_at_once(data, metric, m.shifted(period.months, back), where) if back else None
        return _compare_months(metric, period.months, values, np.full(len(values), np.nan) if bases is None else bases)
    pairs = [windows(data, metric, Period(PeriodKind.MONTH, month, month), where, compare) for month in period.months]
    values = np.array([aggregate.total_months(data, metric, pair.current, where) for pair in pairs])
    bases = np.array([aggregate.total_months(data, metric, pair.base, where) for pair in pairs])
    covered = np.array([1 if metric.is_trailing else len(pair.current.months) for pair in pairs])
    return _compare_months(metric, period.months, values, bases, covered)


def months_by(data: Snapshot, metric: Metric, period: Period, where: Filter, by: Grouping) -> dict[str, ComparedBreakdown]:
    """Evaluate each month of the period with the same month of the year before, by group (see ``compare_groups``)."""
    months = period.months
    by_group = aggregate.monthly_by_group(data, metric, (*months, *period.shifted(-12).months), where, by)
    if by_group is not None:
        size = len(months)
        return {key: _compare_months(metric, months, values[:size], values[size:]) for key, values in zip(*by_group, strict=True)}
    filters = aggregate.group_filters(data, where, by).items()
    return {key: compare_groups(data, metric, period, group, Compare.YOY, Grouping.MONTH) for key, group in filters}


def _compare_months(
    metric: Metric, months: tuple[int, ...], values: FloatArray, bases: FloatArray, covered: IntArray | None = None
) -> ComparedBreakdown:
    known = ~np.isnan(values)
    keys = tuple(month for month, is_known in zip(months, known, strict=True) if is_known)
    return _compared(metric, keys, values[known], bases[known], None if covered is None else covered[known])


def _compared(
    metric: Metric, keys: tuple[Any, ...], values: FloatArray, bases: FloatArray, covered: IntArray | None = None
) -> ComparedBreakdown:
    change = values - bases
    if not metric.is_percent:
        positive = bases > 0
        change = np.where(positive, change / np.where(positive, bases, 1.0), np.nan)
    return ComparedBreakdown(keys, values, bases, change, np.ones(len(keys), dtype=np.int64) if covered is None else covered)


def _reason(value: float, base: float, pair: WindowPair, compare: Compare, is_percent: bool) -> str:
    if math.isnan(value):
        return pair.current.reason or "所选范围没有数据"
    if compare is Compare.NONE:
        return ""
    before = "上年同期" if compare is Compare.YOY else "上期"
    if math.isnan(base):
        return pair.base.reason or f"{before}没有数据"
    if base <= 0 and not is_percent:
        return f"{before}为{'零' if base == 0 else '负'}，不算增幅"
    return ""
