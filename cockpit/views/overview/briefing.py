"""The month in one paragraph (本月解读), written from the values of the selection."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cockpit import formatting
from cockpit.aggregations.windows import Window, WindowPair, windows
from cockpit.analysis import comparison, contribution, targets
from cockpit.analysis.targets import Pace
from cockpit.calendar import months as m
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.formulas import Metric
from cockpit.catalogue.metrics import METRICS
from cockpit.catalogue.names import group_name, short_firm
from cockpit.selection import COMPARE_LABELS, Compare
from cockpit.sentences.changes import GROWTH, UNCHANGED, base_label, change_terms
from cockpit.sentences.drivers import driving_verb
from cockpit.sentences.scope import comparable_note, scope_name
from cockpit.sentences.shares import share_text
from cockpit.sentences.superlatives import find_holders, value_text
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

    The month is compared as selected. Percentages that differ are differenced as shown.
    """
    output = METRICS["output"]
    last = ctx.last_month
    month = Period(PeriodKind.MONTH, last, last)
    pair = windows(ctx.data, output, month, ctx.where, ctx.compare)
    now = comparison.compare_total(ctx.data, output, month, ctx.where, ctx.compare)
    label = _month_label(pair.current, last)
    chains = _points(ctx, output, pair, Grouping.CHAIN)
    headline = _headline(ctx, label, now, chains)
    caption = ctx.caption(output, period=f"{m.year_of(last)}年{label}")
    if math.isnan(now.value):
        return Briefing(headline, (), _remarks(ctx), caption)
    paragraph = (
        *_opening(ctx, label, now),
        *_drivers(ctx, output, pair, now, chains),
        *_year(ctx, now),
    )
    return Briefing(headline, paragraph, _remarks(ctx), caption)


def _month_label(current: Window, last: int) -> str:
    if len(current.months) > 1:
        return f"{m.number_of(current.months[0])}—{m.number_of(last)}月"
    return f"{m.number_of(last)}月"


def _points(ctx: ViewContext, metric: Metric, pair: WindowPair, by: Grouping) -> list[tuple[str, float]]:
    """Return (short name, percentage points of growth as the charts show them) of each part, largest first."""
    parts = contribution.decompose_growth(ctx.data, metric, pair, ctx.where, by)
    return [(group_name(ctx.district, by, part.key)[1], part.shown) for part in parts if part.key and not math.isnan(part.shown)]


def _headline(ctx: ViewContext, label: str, now: comparison.Compared, chains: list[tuple[str, float]]) -> str:
    output, scope = METRICS["output"], scope_name(ctx.selection, ctx.district)
    if math.isnan(now.value):
        return f"{label}没有所选范围的数据"
    note = comparable_note(is_comparable=now.is_comparable)
    if math.isnan(now.change):
        return f"{label}{scope}规上工业总产值{note}{value_text(output, now.value)}"
    lead = f"{label}{scope}产值{note}"
    moved = GROWTH.verb(now.change)
    if moved == UNCHANGED:
        return f"{lead}与{base_label(ctx.compare)}{UNCHANGED}"
    lead += f"{COMPARE_LABELS[ctx.compare]}{moved}"
    if len(chains) < 2:
        return lead
    if now.change > 0:
        share = chains[0][1] / (now.change * 100)
        return f"{lead}，{chains[0][0]}贡献{share_text(share)}" if 1 / 3 < share <= 1 else lead
    last = find_holders(chains, formatting.format_points, least=True)
    names_one = last is not None and len(last.names) == 1 and last.shown.startswith(formatting.MINUS)
    return f"{lead}，{chains[-1][0]}拖累最大" if names_one else lead


def _opening(ctx: ViewContext, label: str, now: comparison.Compared) -> Segments:
    output = METRICS["output"]
    note = comparable_note(is_comparable=now.is_comparable)
    subject = f"{label}{scope_name(ctx.selection, ctx.district, whole=True)}规上工业总产值{note}"
    segments: list[tuple[str, bool]] = [(subject, False), (value_text(output, now.value), True)]
    if math.isnan(now.change):
        return (*segments, (f"，{now.reason}。" if now.reason else "。", False))
    segments += [
        (f"，{COMPARE_LABELS[ctx.compare]}", False),
        (formatting.format_change(now.change, is_percent=False), True),
    ]
    # A month's 环比 is not held against that of a longer period: seasons would speak, not the economy.
    if len(ctx.period.months) > 1 and ctx.compare is Compare.YOY:
        whole = ctx.total(output)
        if not math.isnan(whole.change):
            period = ctx.label(output)
            gap = formatting.percent_gap(now.change, whole.change)
            text = f"增速比{period}{'高' if gap > 0 else '低'}{abs(gap)}{formatting.POINTS}" if gap else f"增速与{period}持平"
            segments.append((f"，{text}", False))
    return (*segments, ("。", False))


def _drivers(
    ctx: ViewContext, metric: Metric, pair: WindowPair, now: comparison.Compared, chains: list[tuple[str, float]]
) -> Segments:
    """Say which chain, enterprise and area moved the whole most its own way; '' for parts that are shown as zero."""
    if math.isnan(now.change) or GROWTH.verb(now.change) == UNCHANGED:
        return ()
    up = now.change > 0
    firm = _top_firm(ctx, pair, now, up)
    clauses = [
        (_driver(metric, chains, up), ""),
        (_driver(metric, [firm] if firm else [], up, alone=True), "，"),
        (_driver(metric, _points(ctx, metric, pair, Grouping.TOWN), up), f"；分{ctx.terms.part}看，"),
    ]
    segments: list[tuple[str, bool]] = []
    for driver, lead in clauses:
        if driver:
            segments += [
                (f"{lead if segments else lead.lstrip('；，')}{driver[0]}", False),
                (driver[1], not segments),
                (formatting.POINTS, False),
            ]
    return (*segments, ("。", False)) if segments else ()


def _driver(metric: Metric, points: list[tuple[str, float]], up: bool, *, alone: bool = False) -> tuple[str, str] | None:
    """Return who moved the whole most its own way with the verb, and the points without a sign; ``None`` where nobody did.

    ``points``: the largest first. One part is the whole itself, and says nothing, but for an enterprise ``alone``.
    """
    if not points or (len(points) < 2 and not alone):
        return None
    name, value = points[0] if up else points[-1]
    shown = formatting.round_points(value)
    if not shown or (shown > 0) is not up:
        return None
    return f"{name}{'一家' if alone else ''}{driving_verb(metric, value)}", str(abs(shown))


def _top_firm(ctx: ViewContext, pair: WindowPair, now: comparison.Compared, up: bool) -> tuple[str, float] | None:
    totals = comparison.changes_of_firms(ctx.repository, ctx.data, "output", pair)
    first, last = totals.top_movers(ctx.where, 1)
    named = first if up else last
    if not len(named) or not now.base > 0:
        return None
    return short_firm(ctx.district, named.names()[0]), float(named.change()[0]) / now.base * 100


def _year(ctx: ViewContext, now: comparison.Compared) -> Segments:
    segments: list[tuple[str, bool]] = []
    target = targets.target_for(ctx.full, METRICS["output"], ctx.period, ctx.where)
    if target:
        done = target.label if target.missing else "全年" if len(target.months) == m.MONTHS_OF_YEAR else "累计"
        firms = "全部企业" if now.is_comparable else ""
        segments += [
            (f"{firms}{m.year_of(ctx.period.last)}年{done}产值完成年度目标的", False),
            (formatting.format_percent(target.completion), True),
        ]
    metric = METRICS["energy_intensity"]
    energy = ctx.total(metric)
    if not math.isnan(energy.change):
        lead = "，" if segments else ""
        moved = change_terms(metric).verb(energy.change)
        segments.append((f"{lead}{ctx.label(metric)}{metric.name}{COMPARE_LABELS[ctx.compare]}{moved}", False))
    return (*segments, ("。", False)) if segments else ()


def _remarks(ctx: ViewContext) -> tuple[Remark, ...]:
    """List the targets that lag, the enterprise that drags most, and the targets that are met or on pace."""
    results = [(METRICS[k], targets.target_for(ctx.full, METRICS[k], ctx.period, ctx.where)) for k in _TARGETED]
    remarks = [
        Remark(
            "red" if t.pace is Pace.RED else "amber",
            f"{_subject(ctx, metric)}落后序时{t.behind_shown}{formatting.POINTS}",
            "原因",
            ctx.selection.replace(metric=metric.key).href("/") + "#towns",
        )
        for metric, t in results
        if t and t.pace is not Pace.ON
    ]
    for phrase, labels in (
        ("完成年度目标", [metric.label for metric, t in results if t and t.completion >= 1]),
        ("跟上序时进度", [metric.label for metric, t in results if t and t.pace is Pace.ON and t.completion < 1]),
    ):
        if labels:
            scope = scope_name(ctx.selection, ctx.district)
            text = f"{scope}{'、'.join(labels)}{'均' if len(labels) > 1 else ''}{phrase}"
            remarks.append(Remark("ok", text, "目标", "#kpis"))
    return tuple(remarks)


def _subject(ctx: ViewContext, metric: Metric) -> str:
    return f"{scope_name(ctx.selection, ctx.district)}{metric.name}"
