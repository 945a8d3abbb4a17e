"""How fresh the data are, and whether the newest month is reported completely."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

from cockpit.aggregations import aggregate
from cockpit.aggregations.coverage import covered_label
from cockpit.aggregations.windows import count_left_out, windows
from cockpit.calendar import months as m
from cockpit.calendar.periods import Period, PeriodKind, months_label
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.cube import Filter
from cockpit.formatting import format_count, format_local_time
from cockpit.selection import Compare
from cockpit.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Freshness:
    """How fresh the data of the screen are. ``overdue_days`` > 0: a newer month was due that many days ago."""

    data_month: str
    published: str
    version: int
    overdue_days: int
    due_month: str
    is_demonstration: bool


def freshness(data: Snapshot, today: date) -> Freshness:
    """Determine the freshness on ``today``: the month after the newest is due ``stale_after_days`` after that month's end.

    Demonstration data stand for a past year by intent and are never overdue.
    """
    if data.cube.is_empty:
        return Freshness(
            "暂无数据", format_local_time(data.version.published_at), data.version.number, 0, "", data.district.demonstration
        )
    newest = data.cube.newest_month
    due = m.shift(newest, 1)
    after = m.shift(due, 1)
    end_of_due = date(m.year_of(after), m.number_of(after), 1) - timedelta(days=1)
    deadline = end_of_due + timedelta(days=data.district.thresholds.stale_after_days)
    overdue = 0 if data.district.demonstration else max((today - deadline).days, 0)
    return Freshness(
        f"{m.year_of(newest)}年{m.number_of(newest)}月",
        format_local_time(data.version.published_at),
        data.version.number,
        overdue,
        f"{m.year_of(due)}年{m.number_of(due)}月",
        data.district.demonstration,
    )


_FEWEST_REPORTED = 0.9


def coverage_notice(data: Snapshot, period: Period, where: Filter) -> str:
    """Return a sentence when the period's last month is only partly reported: under 90 % of the month before; else ''."""
    last, before = (aggregate.total(data, METRICS["firms"], _month(x), where) for x in (period.last, m.shift(period.last, -1)))
    if math.isnan(last) or math.isnan(before) or last >= _FEWEST_REPORTED * before:
        return ""
    month = months_label(period.last, period.last)
    counts = f"{month}只有{format_count(last)}家规上企业有数据（上月{format_count(before)}家）"
    return f"{counts}，增减主要来自缺报；可切换到“可比口径”比较。"


def coverage_notices(data: Snapshot, period: Period, where: Filter, compare: Compare) -> tuple[str, ...]:
    """Say which months of the period, and of what it is compared with, the selection doesn't cover of 月度经营."""
    pair = windows(data, METRICS["output"], period, where, compare)
    if pair.current.is_empty:
        return ()
    first, newest = data.cube.first_month, data.cube.newest_month
    outside = [month for month in pair.current.missing if not first <= month <= newest]
    missing = tuple(month for month in pair.current.missing if first <= month <= newest)
    shown = pair.current.label
    notices = []
    if outside:
        notices.append(f"月度数据为{months_label(first, newest)}，月度指标只含{shown}；有日期的台账按所选期间统计。")
    if missing:
        notices.append(f"缺{covered_label(missing)}的月度数据（所选范围没有企业上报），合计只含{shown}，对比只用两期都有的月份。")
    if pair.left_out and not pair.base.is_empty:
        before = "上年同期" if compare is Compare.YOY else "上期"
        back = m.distance(pair.compared.months[0], pair.base.months[0])
        lacking = covered_label(m.shifted(pair.left_out, back))
        notices.append(f"{before}缺{lacking}的月度数据，增减只按{pair.compared.label}计算。")
    if firms := count_left_out(data, pair, where):
        notices.append(f"{firms:,}家企业的1—2月合并上报，未计入单月数字和单月对比；1—2月合计包含这些企业。")
    return tuple(notices)


def _month(month: int) -> Period:
    return Period(PeriodKind.MONTH, month, month)
