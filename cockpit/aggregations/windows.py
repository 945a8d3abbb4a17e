"""The months of a value and of what it is compared with: those that the selection covers, on both sides the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cockpit import cache
from cockpit.aggregations import coverage as cover
from cockpit.aggregations.coverage import Coverage
from cockpit.calendar import months as m
from cockpit.calendar.periods import Period, PeriodKind, months_label
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.formulas import GradedFirms, LedgerTotal, Metric, PlatformValue, Ratio
from cockpit.cube.counted_rows import CountedRows, left_out
from cockpit.cube.cube import Filter
from cockpit.selection import Compare
from cockpit.snapshot import Snapshot

_WINDOWS = 4096
NO_MONTH_ON_MONTH = "环比只用于月份和短于一年的期间"
TOO_SHORT = "数据不足12个月"


@dataclass(frozen=True, slots=True)
class Window:
    """The covered months that a value is over; none, with the ``reason``, when it has no value.

    ``missing``: months that were asked for and aren't covered. ``counted``: the rows that count, ``None`` = all of the
    months; ``is_base``: which of the two sides of ``counted`` this is.
    """

    months: tuple[int, ...]
    missing: tuple[int, ...] = ()
    reason: str = ""
    counted: CountedRows | None = None
    is_base: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is no value, for which ``reason`` gives the cause."""
        return not self.months

    @property
    def requested(self) -> tuple[int, ...]:
        """All months that were asked for, rising."""
        return tuple(sorted({*self.months, *self.missing}))

    @property
    def label(self) -> str:
        """The covered months by name: 2022年1—2月、4—6月."""
        return cover.covered_label(self.months)

    @property
    def is_comparable(self) -> bool:
        """Whether only the enterprises present on both sides count (可比口径)."""
        return self.counted is not None and self.counted.comparable


@dataclass(frozen=True, slots=True)
class WindowPair:
    """The months of a value, and of a comparison: its base, and the value over the same months (``compared``).

    ``compared`` and ``base`` are equally long, or both empty with the reason in ``base``.
    """

    current: Window
    compared: Window
    base: Window

    @property
    def left_out(self) -> tuple[int, ...]:
        """Covered months of the value that its base doesn't have."""
        return tuple(month for month in self.current.months if month not in self.compared.months)

    @property
    def is_restricted(self) -> bool:
        """Whether the comparison is over other rows than the value."""
        return not self.base.is_empty and (
            self.compared.months != self.current.months or self.compared.counted != self.current.counted
        )


def count_left_out(data: Snapshot, pair: WindowPair, where: Filter) -> int:
    """Count the enterprises of the selection of which a joint report doesn't count in the value or its comparison."""
    cube, counted = data.cube, {side.counted for side in (pair.current, pair.compared) if side.counted is not None}
    if not cube.has_joint_rows or not counted:
        return 0
    flags = np.logical_or.reduce([left_out(cube, data.joint_spans, rows) for rows in counted])
    return int(np.count_nonzero(flags & cube.mask(where)[cube.firm_cell]))


def ledger_of(metric: Metric) -> str:
    """Return the table of the ledger that the metric is computed from; '' for others."""
    first = _first_leaf(metric)
    return first.table if isinstance(first, LedgerTotal) else ""


def is_graded(metric: Metric) -> bool:
    """Return whether the metric counts published grades."""
    return isinstance(metric.formula, Ratio) and isinstance(metric.formula.numerator, GradedFirms)


def is_ledger_metric(metric: Metric) -> bool:
    """Return whether the metric is computed from a ledger alone, whose rows have dates of their own."""
    return isinstance(_first_leaf(metric), LedgerTotal | PlatformValue)


def is_monthly(metric: Metric) -> bool:
    """Return whether the metric is computed from 月度经营."""
    return not is_graded(metric) and not is_ledger_metric(metric)


def _first_leaf(metric: Metric) -> object:
    return metric.formula.numerator if isinstance(metric.formula, Ratio) else metric.formula


def base_period(period: Period, compare: Compare) -> Period | None:
    """Return the period to compare with, else ``None``.

    同比: the same months a year before. 环比: the equally long run just before a month or a run shorter than a year.
    """
    if compare is Compare.YOY:
        return period.shifted(-m.MONTHS_OF_YEAR)
    if compare is Compare.MOM and allows_month_on_month(period):
        return period.shifted(-len(period.months))
    return None


def allows_month_on_month(period: Period) -> bool:
    """Return whether 环比 is defined: for a month and for a run shorter than a year, but not for what is called a year."""
    return period.kind not in (PeriodKind.YEAR, PeriodKind.TTM) and len(period.months) < m.MONTHS_OF_YEAR


def grading_window(data: Snapshot, until: int) -> Window:
    """Return the twelve months of the newest year with a published evaluation, up to year ``until``."""
    year = max((y for y in data.grades if y <= until), default=None)
    return Window(m.span(m.month(year, 1), m.month(year, 12))) if year else Window((), reason="尚无已发布的评价")


def window(data: Snapshot, metric: Metric, period: Period, where: Filter) -> Window:
    """Find the months that ``metric`` covers for ``period``; on comparable data, those that are compared."""
    return windows(data, metric, period, where, data.comparable).current


def windows(data: Snapshot, metric: Metric, period: Period, where: Filter, compare: Compare) -> WindowPair:
    """Find the months of a value, and those that are covered on both sides of its comparison.

    What the value covers doesn't depend on what it is compared with, except in 可比口径, where it is what is compared.
    Trailing metrics cover the twelve months that end with the period, and have no value when the data don't reach back
    so far.
    """
    if is_graded(metric):
        return _graded(data, period, compare)
    first = _first_leaf(metric)
    if isinstance(first, LedgerTotal):
        return _dated(period, compare)
    is_platform = isinstance(first, PlatformValue)

    def compute() -> WindowPair:
        own = cover.platform_coverage(data) if is_platform else cover.coverage(data, where)
        return _pair(data, metric, period, own, compare)

    key = (is_platform, metric.is_trailing, period, where, compare, data.comparable)
    return data.cache.get_or_compute(cache.WINDOWS, key, compute)


def windows_by_group(
    data: Snapshot, metric: Metric, period: Period, where: Filter, compare: Compare, by: Grouping
) -> Mapping[WindowPair, frozenset[str]]:
    """Return the groups that share the months of a value and of its comparison: each group by its own coverage."""
    own = cover.coverage_by_group(data, where, by)
    result: dict[WindowPair, set[str]] = {}
    pairs: dict[Coverage, WindowPair] = {}
    for key, covered in own.items():
        if covered not in pairs:
            pairs[covered] = _pair(data, metric, period, covered, compare)
        result.setdefault(pairs[covered], set()).add(key)
    return {pair: frozenset(keys) for pair, keys in result.items()}


def _graded(data: Snapshot, period: Period, compare: Compare) -> WindowPair:
    current = grading_window(data, m.year_of(period.last))
    if compare is Compare.NONE or current.is_empty:
        return _without_base(current, "未选择对比" if compare is Compare.NONE else current.reason)
    base = grading_window(data, m.year_of(current.months[0]) - 1)
    return WindowPair(current, current, base) if not base.is_empty else _without_base(current, "没有更早的已发布评价")


def _dated(period: Period, compare: Compare) -> WindowPair:
    current, base = Window(period.months), base_period(period, compare)
    return WindowPair(current, current, Window(base.months)) if base else _without_base(current, _no_base_reason(compare))


def _without_base(current: Window, reason: str) -> WindowPair:
    empty = Window((), reason=reason)
    return WindowPair(current, empty, empty)


def _no_base_reason(compare: Compare) -> str:
    return NO_MONTH_ON_MONTH if compare is Compare.MOM else "未选择对比"


def _pair(data: Snapshot, metric: Metric, period: Period, own: Coverage, compare: Compare) -> WindowPair:
    base = base_period(period, compare)
    requested = period.months
    if metric.is_trailing:
        # A period that ends after the data ends with their newest month; one that begins after them has no value.
        is_beyond = not data.cube.months or period.first > data.cube.newest_month
        last = period.last if is_beyond else min(period.last, data.cube.newest_month)
        requested = m.year_to(last)
    back = m.distance(period.first, base.first) if base else 0
    reach = (data.cube.first_month, data.cube.newest_month) if data.cube.months else None
    is_comparable = data.comparable is not Compare.NONE and is_monthly(metric)
    needs_all = metric.is_trailing
    return _find(own, requested, back, reach, needs_all, is_comparable, _no_base_reason(compare))


@lru_cache(_WINDOWS)
def _find(
    own: Coverage,
    requested: tuple[int, ...],
    back: int,
    reach: tuple[int, int] | None,
    needs_all: bool,
    is_comparable: bool,
    without_base: str,
) -> WindowPair:
    """Find the windows of ``requested`` and of the months ``back`` earlier (0: nothing is compared).

    ``needs_all``: both must lie within ``reach``, the first and the newest month of the data.
    """
    current = _covered(own, requested, reach, needs_all=needs_all)
    if not back:
        return _without_base(current, without_base)
    if current.is_empty:
        return _without_base(current, current.reason)
    earlier = m.shifted(requested, back)
    base = _covered(own, earlier, reach, needs_all=needs_all)
    if base.is_empty:
        reason = f"没有{months_label(earlier[0], earlier[-1])}的数据" if base.reason == TOO_SHORT else base.reason
        return _without_base(current, reason)
    months = _common(own, requested, back)
    if not months:
        return _without_base(current, "两期没有同样的月份可比")
    base_months = m.shifted(months, back)
    counted = None
    if is_comparable or own.has_cut_run(months) or own.has_cut_run(base_months):
        counted = CountedRows(months, base_months, is_comparable)
    compared = Window(months, _rest(requested, months), counted=counted)
    against = Window(base_months, _rest(earlier, base_months), counted=counted, is_base=True)
    return WindowPair(compared if is_comparable else current, compared, against)


def _covered(own: Coverage, requested: tuple[int, ...], reach: tuple[int, int] | None, *, needs_all: bool) -> Window:
    if needs_all and reach and (requested[0] < reach[0] or requested[-1] > reach[1]):
        return Window((), requested, TOO_SHORT if requested[0] < reach[0] else _nothing_reported(own, requested))
    months = own.within(requested)
    if not months:
        return Window((), requested, "尚无月度数据" if reach is None else _nothing_reported(own, requested))
    counted = CountedRows(months) if own.has_cut_run(months) else None
    return Window(months, _rest(requested, months), counted=counted)


def _nothing_reported(own: Coverage, requested: tuple[int, ...]) -> str:
    for run in own.runs:
        if set(requested) & set(run) and set(requested) <= set(run):
            return f"{months_label(run[0], run[-1])}合并上报，没有单独的月份数"
    return f"没有{months_label(requested[0], requested[-1])}的数据"


def _common(own: Coverage, requested: tuple[int, ...], back: int) -> tuple[int, ...]:
    """Return those of the months that are covered there and ``back`` earlier; a joint run may be cut by what is left."""
    months = requested
    while True:
        now, before = own.within(months), frozenset(own.within(m.shifted(months, back)))
        both = tuple(month for month in now if m.shift(month, back) in before)
        if both == months:
            return both
        months = both


def _rest(requested: tuple[int, ...], covered: tuple[int, ...]) -> tuple[int, ...]:
    return () if requested == covered else tuple(month for month in requested if month not in covered)
