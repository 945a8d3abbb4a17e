"""Trend and contribution: how a metric moved over the months, and what drove it."""

from __future__ import annotations

import math

from cockpit import formatting
from cockpit.aggregations import aggregate
from cockpit.aggregations.windows import WindowPair, windows
from cockpit.analysis import comparison, contribution
from cockpit.calendar import months as m
from cockpit.calendar.periods import Period, PeriodKind, months_label
from cockpit.catalogue.dimensions import Grouping, grouping_label
from cockpit.catalogue.formulas import Flow, Metric
from cockpit.catalogue.names import group_name, short_firm
from cockpit.cube.breakdown import EMPTY_BREAKDOWN, Breakdown
from cockpit.cube.cube import Filter
from cockpit.cube.firm_totals import FirmTotals
from cockpit.selection import Compare
from cockpit.sentences.clauses import join_clauses
from cockpit.sentences.counts import is_highest, months_above
from cockpit.sentences.drivers import drive_text, main_driver
from cockpit.sentences.superlatives import count_noun, value_text
from cockpit.views.context import ViewContext, whole_name
from cockpit.views.parts import Contributions, ContributionStep, Trend, TrendPoint

_MIN_MONTHS = 6
_MAX_MONTHS = 36
_MOVERS_NAMED = 4


def trend(ctx: ViewContext, metric: Metric, where: Filter) -> Trend:
    """Evaluate a metric by month with the year before and the year before that.

    The months are the period's own; a period shorter than half a year shows the twelve months to its end.
    """
    run = _trend_period(ctx)
    now = comparison.compare_groups(ctx.data, metric, run, where, Compare.YOY, Grouping.MONTH)
    # Two years before, other enterprises are comparable than a year before.
    before = EMPTY_BREAKDOWN if ctx.data is not ctx.full else _two_years_before(ctx, metric, run, where)
    known = {
        row[0]: TrendPoint(row[0], *row[1:4], before.get(m.shift(row[0], -24)) if row[1] == 1 else math.nan, row[4])
        for row in zip(now.keys, now.covered.tolist(), now.value.tolist(), now.base.tolist(), now.change.tolist(), strict=True)
    }
    points = _with_gaps(known, run.months)
    is_comparable = ctx.data is not ctx.full and any(not math.isnan(p.base) for p in points)
    caption = ctx.caption(metric, period=f"{run.label}各月，对比上年同月", where=where, is_comparable=is_comparable)
    return Trend(metric, points, _trend_insight(metric, points), caption)


def _two_years_before(ctx: ViewContext, metric: Metric, run: Period, where: Filter) -> Breakdown:
    return aggregate.evaluate_metric(ctx.data, metric, run.shifted(-24), where, Grouping.MONTH)


def _with_gaps(known: dict[int, TrendPoint], months: tuple[int, ...]) -> tuple[TrendPoint, ...]:
    """Return the points from the first month with a value on; a month without one is an empty point in its place."""
    if not known:
        return ()
    together = {m.shift(point.month, -back) for point in known.values() for back in range(1, point.covered)}
    shown = (month for month in months if month >= min(known) and month not in together)
    return tuple(known.get(month, TrendPoint(month, 1, *(math.nan,) * 4)) for month in shown)


def months_shown(ctx: ViewContext) -> tuple[int, ...]:
    """Return the months that monthly charts show for the period (see ``trend``)."""
    return _trend_period(ctx).months


def _trend_period(ctx: ViewContext) -> Period:
    months = ctx.period.months[-_MAX_MONTHS:]
    last = min(ctx.period.last, ctx.full.cube.newest_month)
    first = months[0] if len(months) >= _MIN_MONTHS else m.year_to(last)[0]
    return Period(PeriodKind.RANGE, max(min(first, last), ctx.full.cube.first_month), last)


def _trend_insight(metric: Metric, points: tuple[TrendPoint, ...]) -> str:
    if not points:
        return "所选范围没有月度数据"
    last = next(p for p in reversed(points) if not math.isnan(p.value))
    known = [p for p in points if not math.isnan(p.change)]
    newest = f"{_month_label(last)}{metric.label}{value_text(metric, last.value)}"
    if not known:
        return f"{newest}；没有上年同期可比"
    noun = "月" if all(p.covered == 1 for p in known) else "时段"
    record = "，为期内最高" if is_highest(last.value, [p.value for p in points if p is not last]) else ""
    return f"{months_above([p.change for p in known], noun, '上年同期')}，{newest}{record}"


def _month_label(point: TrendPoint) -> str:
    if point.covered > 1:
        return months_label(m.shift(point.month, 1 - point.covered), point.month).split("年", 1)[1]
    return f"{m.number_of(point.month)}月"


def contributions(ctx: ViewContext, metric: Metric, where: Filter, by: Grouping) -> Contributions:
    """Split the whole's growth by ``by`` and find, for sums, the enterprises that pulled and dragged most.

    For a sum: 拉动 in percentage points of growth. For a ratio: own change plus structure of each part, in
    percent of the base ratio (percentage points for a metric in %).
    """
    whole = ctx.total(metric, where)
    label = grouping_label(by, ctx.terms)
    caption = ctx.caption(metric, where=where)
    pair = windows(ctx.data, metric, ctx.period, where, ctx.compare)
    parts = contribution.decompose_growth(ctx.data, metric, pair, where, by)
    total, name = whole.change * 100, whole_name(ctx.terms, where)
    if math.isnan(total) or all(math.isnan(part.points) for part in parts):
        reason = "没有选择对比；选同比或环比后可见" if ctx.compare is Compare.NONE else whole.reason or "没有可比的基数"
        return Contributions(metric, label, (), math.nan, math.nan, name, (), (), "", reason, caption)
    steps = tuple(
        ContributionStep(part.key, group_name(ctx.district, by, part.key)[1], part.points, part.shown, part.own, part.structure)
        for part in parts
    )
    leaders, laggards = _movers(ctx, metric, pair, where, whole.base)
    total_shown = float(formatting.round_points(total))
    insight = _insight(metric, steps, leaders, laggards, total_shown, count_noun(by, ctx.terms))
    return Contributions(metric, label, steps, float(total), total_shown, name, leaders, laggards, insight, "", caption)


def _movers(
    ctx: ViewContext, metric: Metric, pair: WindowPair, where: Filter, base: float
) -> tuple[tuple[ContributionStep, ...], tuple[ContributionStep, ...]]:
    if not isinstance(metric.formula, Flow):
        return (), ()
    measure = metric.formula.measure
    totals = comparison.changes_of_firms(ctx.repository, ctx.data, measure, pair)

    def steps(firms: FirmTotals) -> tuple[ContributionStep, ...]:
        points = (firms.change() / base * 100).tolist()
        named = (
            ContributionStep(code, short_firm(ctx.district, name), change, float(formatting.round_points(change)))
            for code, name, change in zip(firms.credit_codes(), firms.names(), points, strict=True)
        )
        return tuple(step for step in named if step.shown)

    first, last = totals.top_movers(where, _MOVERS_NAMED)
    return steps(first), steps(last)


def _insight(
    metric: Metric,
    steps: tuple[ContributionStep, ...],
    leaders: tuple[ContributionStep, ...],
    laggards: tuple[ContributionStep, ...],
    total: float,
    noun: str,
) -> str:
    """Say which part drove the change most, and the enterprise that did so most."""
    # Both run from the highest change to the lowest.
    firm = next(iter(laggards[::-1] if total < 0 else leaders), None)
    alone = drive_text(metric, firm.shown) if firm else ""
    return join_clauses(
        [
            main_driver(metric, [(step.name, step.shown) for step in steps], total, noun=noun),
            f"{firm.name}一家{alone}" if firm and alone else "",
        ]
    )
