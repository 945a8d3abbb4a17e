"""The platform month by month: members, capacity offered and matched, orders, new tax (时尚E家)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from cockpit import cache, formatting
from cockpit.analysis.comparison import Compared
from cockpit.calendar import months as m
from cockpit.calendar.periods import months_label
from cockpit.district.terms import LevelTerms
from cockpit.selection import COMPARE_LABELS
from cockpit.sentences.changes import change_terms
from cockpit.sentences.superlatives import largest_name, value_text
from cockpit.views.context import ViewContext
from cockpit.views.parts import Caption
from cockpit.views.platform import records as platform_records
from cockpit.views.platform.records import MATCHING, MEMBERS, MONEY, NEW_TAX, PlatformRecords

_LONG, _SHORT = 36, 24


@dataclass(frozen=True, slots=True)
class PlatformMonth:
    """A month of the district's platform; NaN = not reported. Members as of its end, capacity in 万件, money in 万元.

    ``nation``: members nationwide; ``covered`` 2: January and February reported together; ``tax_so_far``: new tax summed
    since the platform brought the first; ``rate_before``: the matching rate (fraction) of the same month a year before.
    """

    month: int
    covered: int
    members: float
    nation: float
    digitised: float
    offered: float
    matched: float
    rate_before: float
    orders: float
    order_value: float
    buyers: float
    new_tax: float
    tax_so_far: float

    @property
    def rate(self) -> float:
        """Return 产能匹配率, a fraction."""
        return self.matched / self.offered if self.offered > 0 else math.nan


@dataclass(frozen=True, slots=True)
class PlatformSeries:
    """Months for a chart. ``known``: whether anything was ever published; ``points`` empty: none to show."""

    points: tuple[PlatformMonth, ...]
    known: bool
    insight: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class PlatformOrders:
    """Orders over the period: value (万元), number, and buyers of the last month; months for the chart."""

    value: Compared
    number: Compared
    buyers: Compared
    monthly: PlatformSeries


@dataclass(frozen=True, slots=True)
class PlatformTax:
    """New tax in 万元: of the period, and summed since month ``since`` (0 = none yet); months for the chart."""

    period: Compared
    total: float
    since: int
    monthly: PlatformSeries


def members(ctx: ViewContext) -> PlatformSeries:
    """Compute members of the district and nationwide, and those digitally converted, by month."""
    records = platform_records.load_records(ctx)
    points = _points(records, ctx, _LONG)
    definition = f"{MEMBERS.definition_for(ctx.terms)}全国含{ctx.terms.own}；数字化改造企业为月末累计数。"
    caption = platform_records.caption(ctx, None, _months_label(points), definition)
    return PlatformSeries(points, records.is_known, _members_insight(points, ctx.terms), caption)


def _members_insight(points: tuple[PlatformMonth, ...], terms: LevelTerms) -> str:
    known = [p for p in points if not math.isnan(p.members)]
    if not known:
        return ""
    first, last = known[0], known[-1]
    until = f"截至{_month_label(last.month)}" if last.month != points[-1].month else ""
    parts = [f"{until}{terms.own}{formatting.format_count(last.members)}家"]
    if last.month != first.month:
        grown = last.members - first.members
        moved = f"{'增加' if grown > 0 else '减少'}{formatting.format_count(abs(grown))}家" if grown else "没有增减"
        parts[0] += f"，{_month_label(first.month)}以来{moved}"
    if last.nation > 0:
        parts.append(f"占全国成员的{formatting.format_percent(last.members / last.nation)}")
    if last.members > 0 and not math.isnan(last.digitised):
        parts.append(f"{formatting.format_percent(last.digitised / last.members)}完成数字化改造")
    return "，".join(parts)


def capacity(ctx: ViewContext) -> PlatformSeries:
    """Compute capacity offered and matched, and the rate between them, by month."""
    records = platform_records.load_records(ctx)
    points = _points(records, ctx, _SHORT)
    whole = platform_records.matching(ctx)
    caption = platform_records.caption(ctx, MATCHING, _months_label(points), MATCHING.definition_for(ctx.terms))
    return PlatformSeries(points, records.is_known, _capacity_insight(points, whole, ctx), caption)


def _capacity_insight(points: tuple[PlatformMonth, ...], whole: Compared, ctx: ViewContext) -> str:
    if math.isnan(whole.value):
        return ""
    covered = platform_records.covered_months(ctx, "offered", "matched")
    parts = [f"{covered}每100件产能匹配{formatting.format_rounded(whole.value * 100, 1)}件"]
    if not math.isnan(whole.change):
        parts.append(f"{COMPARE_LABELS[ctx.compare]}{change_terms(MATCHING).verb(whole.change)}")
    rates = [(str(p.month), p.rate) for p in points if not math.isnan(p.rate)]
    last = points[-1]
    if largest_name(rates, formatting.format_percent) == str(last.month):
        parts.append(f"{m.number_of(last.month)}月{formatting.format_percent(last.rate)}，为{len(rates)}个月最高")
    return "，".join(parts)


def orders(ctx: ViewContext) -> PlatformOrders:
    """Compute orders, their value and the buyers met, of the period and by month."""
    records = platform_records.load_records(ctx)
    points = _points(records, ctx, _SHORT)
    value, number = platform_records.flow(ctx, "order_value"), platform_records.flow(ctx, "orders")
    buyers = platform_records.stock(ctx, "buyers")
    definition = "平台撮合的订单数和订单金额，期内各月之和；对接买手为当月数，各月不相加（同一买手可能多月出现）。"
    caption = platform_records.caption(ctx, None, _months_label(points), definition)
    return PlatformOrders(value, number, buyers, PlatformSeries(points, records.is_known, _orders_insight(ctx), caption))


def _orders_insight(ctx: ViewContext) -> str:
    """Say number and value of the orders over the months that report both, what one is worth, and which grew faster."""
    value = platform_records.flow(ctx, "order_value", with_column="orders")
    number = platform_records.flow(ctx, "orders", with_column="order_value")
    if math.isnan(value.value) or math.isnan(number.value):
        return ""
    covered = platform_records.covered_months(ctx, "orders", "order_value")
    if not number.value and not value.value:
        return f"{covered}没有订单"
    parts = [f"{covered}共{formatting.format_count(number.value)}单、{value_text(MONEY, value.value)}"]
    if number.value > 0:
        parts.append(f"每单{formatting.format_rounded(value.value / number.value, 1)}万元")
    if not math.isnan(value.change) and not math.isnan(number.change):
        ahead = formatting.percent_gap(value.change, number.change)
        versus = f"{'高于' if ahead > 0 else '低于'}订单数" if ahead else "与订单数持平"
        parts.append(f"订单额{COMPARE_LABELS[ctx.compare]}增速{versus}")
    return "，".join(parts)


def new_tax(ctx: ViewContext) -> PlatformTax:
    """Compute new tax by month and accumulated."""
    records = platform_records.load_records(ctx)
    points = _points(records, ctx, _LONG)
    since, total = ctx.full.cache.get_or_compute(cache.PLATFORM_TAX, ctx.period.last, lambda: _tax_so_far(records))
    period = platform_records.flow(ctx, "new_tax")
    shown = tuple(p for p in points if p.month >= since) if since else ()
    definition = f"{NEW_TAX.definition_for(ctx.terms)}累计自第一个有新增税收的月份起，逐月相加，可为负。"
    caption = platform_records.caption(ctx, NEW_TAX, _months_label(shown), definition)
    insight = ""
    if since:
        insight = f"{months_label(since, since)}起累计{value_text(NEW_TAX, total)}"
        if not math.isnan(period.value):
            insight += f"，其中{platform_records.covered_months(ctx, 'new_tax')}{value_text(NEW_TAX, period.value)}"
    return PlatformTax(period, total, since, PlatformSeries(shown, records.is_known, insight, caption))


def _tax_so_far(records: PlatformRecords) -> tuple[int, float]:
    """Return the first month with new tax (0 = none yet), and the sum since then in 万元 (NaN: nothing was reported)."""
    tax = records.district["new_tax"].dropna()
    since = int(tax.index[tax != 0][0]) if (tax != 0).any() else 0
    return since, float(tax.sum()) if since else (0.0 if len(tax) else math.nan)


def _points(records: PlatformRecords, ctx: ViewContext, most: int) -> tuple[PlatformMonth, ...]:
    """Return the months to the period's end, at most ``most``, from the first that was reported."""
    return ctx.full.cache.get_or_compute(
        cache.PLATFORM_MONTHS, (ctx.period.last, most), lambda: _months(records, ctx.period.last, most)
    )


def _months(records: PlatformRecords, last: int, most: int) -> tuple[PlatformMonth, ...]:
    if records.district.empty:
        return ()
    known = [int(month) for month in records.district.index]
    taxes = records.district["new_tax"].fillna(0.0).cumsum()
    shown = m.span(max(known[0], m.shift(last, 1 - most)), last)
    return tuple(_point(records, known, taxes, month) for month in shown)


def _point(records: PlatformRecords, known: list[int], taxes: pd.Series, month: int) -> PlatformMonth:
    def value(column: str, month: int) -> float:
        return float(records.district[column].get(month, math.nan))

    before = m.shift(month, -12)
    offered = value("offered", before)
    return PlatformMonth(
        month,
        platform_records.covers(known, month) if month in known else 1,
        value("members", month),
        float(records.nation["members"].get(month, math.nan)),
        value("digitised", month),
        value("offered", month),
        value("matched", month),
        value("matched", before) / offered if offered > 0 else math.nan,
        value("orders", month),
        value("order_value", month),
        value("buyers", month),
        value("new_tax", month),
        float(taxes[taxes.index <= month].iloc[-1]),
    )


def _months_label(points: tuple[PlatformMonth, ...]) -> str:
    return months_label(points[0].month, points[-1].month) if points else ""


def _month_label(month: int) -> str:
    return f"{m.year_of(month)}年{m.number_of(month)}月"
