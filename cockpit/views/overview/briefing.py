"""The month in one paragraph (本月解读), written from the values of the selection."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cockpit import formatting
from cockpit.aggregations import aggregate
from cockpit.aggregations.windows import Window, WindowPair, windows
from cockpit.analysis import comparison, targets
from cockpit.analysis.targets import Pace
from cockpit.calendar import months as m
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.formulas import Metric
from cockpit.catalogue.metrics import METRICS
from cockpit.catalogue.names import group_name, short_firm
from cockpit.cube import splits
from cockpit.selection import Compare
from cockpit.views.context import ViewContext
from cockpit.views.parts import Caption

_TARGETED = ("output", "value_added", "tax", "green_investment")


@dataclass(frozen=True, slots=True)
class Remark:
    """A line under the month's paragraph: ``level`` ok | amber | red, a sentence, and the page that shows why."""

    level: str
    text: str
    link_label: str
    link: str


@dataclass(frozen=True, slots=True)
class Briefing:
    """The month in words: a headline, one ``paragraph`` as (text, emphasised) in order (empty without data), and remarks."""

    headline: str
    paragraph: tuple[tuple[str, bool], ...]
    remarks: tuple[Remark, ...]
    caption: Caption


Segments = tuple[tuple[str, bool], ...]


def briefing(ctx: ViewContext) -> Briefing:
    """Write headline, paragraph and remarks on the newest month of the selection's period.

    The month is compared with the same month of the year before (with the month before when the
    selection compares so). Percentages that differ are differenced as shown.
    """
    output = METRICS["output"]
    last = ctx.last_month
    month = Period(PeriodKind.MONTH, last, last)
    pair = windows(ctx.data, output, month, ctx.where, _compare(ctx))
    now = comparison.compare_total(ctx.data, output, month, ctx.where, _compare(ctx))
    label = _month_label(pair.current, last)
    chains = _points(ctx, output, pair, Grouping.CHAIN)
    headline = _headline(ctx, label, now, chains)
    caption = ctx.caption(output, period=f"{m.year_of(last)}年{label}")
    if math.isnan(now.value):
        return Briefing(headline, (), _remarks(ctx), caption)
    paragraph = (
        *_opening(ctx, label, now),
        *_drivers(ctx, output, pair, now, chains),
        *_year(ctx),
    )
    return Briefing(headline, paragraph, _remarks(ctx), caption)


def _compare(ctx: ViewContext) -> Compare:
    return Compare.YOY if ctx.compare is Compare.NONE else ctx.compare


def _month_label(current: Window, last: int) -> str:
    if len(current.months) > 1:
        return f"{m.number_of(current.months[0])}—{m.number_of(last)}月"
    return f"{m.number_of(last)}月"


def _points(ctx: ViewContext, metric: Metric, pair: WindowPair, by: Grouping) -> list[tuple[str, float]]:
    """Return (short name, percentage points of growth) of each part, largest first; empty without a base."""
    if pair.compared.is_empty or pair.base.is_empty:
        return []
    now = aggregate.evaluate_window(ctx.data, metric, pair.compared, ctx.where, by)
    before = aggregate.evaluate_window(ctx.data, metric, pair.base, ctx.where, by)
    points = [(key, value * 100) for key, value in splits.split_sum(now, before).items() if not math.isnan(value)]
    return [(group_name(ctx.district, by, key)[1], value) for key, value in sorted(points, key=lambda p: -p[1])]


def _headline(ctx: ViewContext, label: str, now: comparison.Compared, chains: list[tuple[str, float]]) -> str:
    output = METRICS["output"]
    if math.isnan(now.value):
        return f"{label}没有所选范围的数据"
    if math.isnan(now.change):
        return f"{label}规上工业总产值{_joined(output, now.value)}"
    versus = _versus(ctx)
    moved = float(formatting.round_half_up(now.change * 100, 1))
    if moved == 0:
        return f"{label}产值与{'上年同期' if versus == '同比' else '上期'}持平"
    lead = f"{label}产值{versus}{'增长' if moved > 0 else '下降'}{abs(moved)}%"
    if not chains or len(chains) < 2:
        return lead
    if moved > 0:
        share = chains[0][1] / (now.change * 100)
        return f"{lead}，{chains[0][0]}贡献{formatting.share_phrase(share)}" if 1 / 3 < share <= 1 else lead
    return f"{lead}，{chains[-1][0]}拖累最大"


def _versus(ctx: ViewContext) -> str:
    return "同比" if _compare(ctx) is Compare.YOY else "环比"


def _joined(metric: Metric, value: float) -> str:
    return str(formatting.format_value(metric, value)).replace(" ", "")


def _opening(ctx: ViewContext, label: str, now: comparison.Compared) -> Segments:
    output = METRICS["output"]
    area = "、".join(ctx.district.town(t).name for t in ctx.selection.towns) or ctx.terms.whole
    segments: list[tuple[str, bool]] = [(f"{label}{area}规上工业总产值", False), (_joined(output, now.value), True)]
    if math.isnan(now.change):
        return (*segments, (f"，{now.reason}。" if now.reason else "。", False))
    segments += [(f"，{_versus(ctx)}", False), (formatting.format_change(now.change, is_percent=False), True)]
    if len(ctx.period.months) > 1:
        whole = ctx.total(output)
        if not math.isnan(whole.change):
            gap = formatting.round_half_up(now.change * 100, 1) - formatting.round_half_up(whole.change * 100, 1)
            covered = ctx.label(output)
            text = f"比{covered}{'高' if gap > 0 else '低'}{abs(gap)}个百分点" if gap else f"与{covered}持平"
            segments.append((f"，{text}", False))
    return (*segments, ("。", False))


def _drivers(
    ctx: ViewContext, metric: Metric, pair: WindowPair, now: comparison.Compared, chains: list[tuple[str, float]]
) -> Segments:
    if math.isnan(now.change) or not chains:
        return ()
    up = now.change >= 0
    verb = "拉动" if up else "拖累"
    name, points = chains[0] if up else chains[-1]
    segments: list[tuple[str, bool]] = [
        (f"{name}{verb}", False),
        (f"{abs(formatting.round_half_up(points, 1))}", True),
        ("个百分点", False),
    ]
    if firm := _top_firm(ctx, pair, now, up):
        segments.append((f"，{firm[0]}一家{verb}{abs(formatting.round_half_up(firm[1], 1))}个百分点", False))
    towns = _points(ctx, metric, pair, Grouping.TOWN)
    if len(towns) > 1:
        town, points = towns[0] if up else towns[-1]
        segments.append((f"；分{ctx.terms.part}看，{town}{verb}{abs(formatting.round_half_up(points, 1))}个百分点", False))
    return (*segments, ("。", False))


def _top_firm(ctx: ViewContext, pair: WindowPair, now: comparison.Compared, up: bool) -> tuple[str, float] | None:
    totals = comparison.changes_of_firms(ctx.repository, ctx.data, "output", pair)
    first, last = totals.top_movers(ctx.where, 1)
    named = first if up else last
    if not len(named) or not now.base > 0:
        return None
    return short_firm(ctx.district, named.names()[0]), float(named.change()[0]) / now.base * 100


def _year(ctx: ViewContext) -> Segments:
    segments: list[tuple[str, bool]] = []
    target = targets.target_for(ctx.full, METRICS["output"], ctx.period, ctx.where)
    if target:
        done = "全年" if m.number_of(ctx.period.last) == 12 else "累计"
        segments += [(f"{done}产值完成年度目标的", False), (formatting.format_percent(target.completion), True)]
    energy = ctx.total(METRICS["energy_intensity"])
    if not math.isnan(energy.change):
        verb = "下降" if energy.change < 0 else "上升"
        moved = abs(formatting.round_half_up(energy.change * 100, 1))
        lead = "，" if segments else ""
        segments.append((f"{lead}单位增加值能耗{verb}{moved}%" if moved else f"{lead}单位增加值能耗持平", False))
    return (*segments, ("。", False)) if segments else ()


def _remarks(ctx: ViewContext) -> tuple[Remark, ...]:
    """List the targets that lag, the enterprise that drags most, and the targets that are met or on pace."""
    results = [(METRICS[k], targets.target_for(ctx.full, METRICS[k], ctx.period, ctx.where)) for k in _TARGETED]
    remarks = [
        Remark(
            "red" if t.pace is Pace.RED else "amber",
            f"{metric.name}落后序时{formatting.round_half_up(t.points_behind, 1)}点",
            "原因",
            ctx.selection.replace(metric=metric.key).href("/") + "#contributions",
        )
        for metric, t in results
        if t and t.pace is not Pace.ON
    ]
    for phrase, labels in (
        ("完成年度目标", [metric.label for metric, t in results if t and t.completion >= 1]),
        ("跟上序时进度", [metric.label for metric, t in results if t and t.pace is Pace.ON and t.completion < 1]),
    ):
        if labels:
            remarks.append(Remark("ok", f"{'、'.join(labels)}{'均' if len(labels) > 1 else ''}{phrase}", "目标", "#kpis"))
    return tuple(remarks)
