"""The overview (总览) as values: one function a panel, so that a fault in one leaves the others."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cockpit.aggregations import aggregate
from cockpit.aggregations.windows import windows
from cockpit.analysis import comparison, targets
from cockpit.analysis.contribution import decompose_growth
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.formulas import Metric
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.breakdown import Breakdown
from cockpit.district.terms import LevelTerms
from cockpit.selection import MapColoring
from cockpit.sentences.changes import change_terms, strongest_change
from cockpit.sentences.clauses import join_clauses
from cockpit.sentences.drivers import main_driver
from cockpit.sentences.shares import share_clause
from cockpit.sentences.superlatives import count_noun, find_holders, show_value, superlative
from cockpit.views import growth
from cockpit.views.context import ViewContext, items, kpi
from cockpit.views.parts import Caption, Contributions, Item, Kpi, Trend

KEY_METRICS = ("output", "value_added", "tax", "tax_per_mu", "green_investment", "signed_projects", "ab_share")
#: Metrics that may colour the town map and drive trend and contribution.
CHOICES = ("output", "value_added", "tax", "tax_per_mu", "value_added_per_mu", "green_investment", "energy_intensity")


@dataclass(frozen=True, slots=True)
class TownPanel:
    """Towns by the selected metric: what the map and the table beside it show.

    ``rows``: every town of the district, in district order; a town without data has NaN. ``tax_per_mu`` and
    ``completion`` (of the town's own annual output target, fraction) run parallel to ``rows``. ``shade``:
    what colours the map; ``choices``: the metrics that may be selected.
    """

    metric: Metric
    shade: MapColoring
    choices: tuple[Metric, ...]
    rows: tuple[Item, ...]
    tax_per_mu: tuple[float, ...]
    completion: tuple[float, ...]
    insight: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class ChainCard:
    """One chain beside the others. ``months``/``monthly_change``: growth of each month (fractions, NaN = none).

    ``item.share``: share of the district's output; ``points``: its contribution to the growth in percentage
    points, ``shown``: as rounded where all chains are shown with their sum; ``leader_share``:
    the leader's share of the chain's output.
    """

    item: Item
    last_month_change: float
    months: tuple[int, ...]
    monthly_change: tuple[float, ...]
    points: float
    shown: float
    leader_share: float
    firms: float


@dataclass(frozen=True, slots=True)
class ChainsPanel:
    """The chains side by side, largest first."""

    metric: Metric
    cards: tuple[ChainCard, ...]
    insight: str
    caption: Caption


def summary(ctx: ViewContext) -> tuple[Kpi, ...]:
    """Compute the seven key metrics."""
    return tuple(kpi(ctx, key) for key in KEY_METRICS)


def selected_metric(ctx: ViewContext) -> Metric:
    """Return the metric that map, trend and contribution show; 工业总产值 unless another is selected."""
    return METRICS[ctx.selection.metric if ctx.selection.metric in CHOICES else KEY_METRICS[0]]


def trend(ctx: ViewContext) -> Trend:
    """Compute the selected metric by month."""
    return growth.trend(ctx, selected_metric(ctx), ctx.where)


def contributions(ctx: ViewContext) -> Contributions:
    """Compute what drove the selected metric, by the selected grouping."""
    return growth.contributions(ctx, selected_metric(ctx), ctx.where, ctx.selection.by)


def towns(ctx: ViewContext) -> TownPanel:
    """Compute the selected metric for every area, whichever are selected: the map is where areas are selected."""
    metric = selected_metric(ctx)
    where = ctx.selection.replace(towns=()).where
    by_key = {i.key: i for i in items(ctx, metric, where, Grouping.TOWN)}
    empty = (math.nan,) * 4
    rows = tuple(by_key.get(t.key, Item(t.key, t.name, t.short, *empty)) for t in ctx.district.towns)
    per_mu = aggregate.evaluate_metric(ctx.data, METRICS["tax_per_mu"], ctx.period, where, Grouping.TOWN)
    completion = tuple(_completion(ctx, r.key) for r in rows)
    choices = tuple(METRICS[key] for key in CHOICES)
    return TownPanel(
        metric,
        ctx.selection.shade,
        choices,
        rows,
        tuple(per_mu.get(r.key) for r in rows),
        completion,
        _towns_insight(metric, rows, ctx.terms),
        ctx.caption(metric, where=where),
    )


def _completion(ctx: ViewContext, town: str) -> float:
    target = targets.target_for(ctx.full, METRICS["output"], ctx.period, ctx.selection.replace(towns=(town,)).where)
    return target.completion if target else math.nan


def _towns_insight(metric: Metric, rows: tuple[Item, ...], terms: LevelTerms) -> str:
    """Say who changed best, and who has the largest share, or of a ratio the highest value."""
    known = [r for r in rows if not math.isnan(r.value)]
    if not known:
        return "所选范围没有数据"
    noun = count_noun(Grouping.TOWN, terms)
    largest = superlative([(r.short, r.value) for r in known], "最高", show_value(metric), noun=noun)
    if not metric.is_ratio:
        holders = find_holders([(r.short, r.value) for r in known], show_value(metric))
        first = next((r for r in known if holders and holders.names == (r.short,)), None)
        largest = share_clause(first.short, first.share, shown=first.share_shown) if first else largest
    return join_clauses([strongest_change([(r.short, r.change) for r in rows], change_terms(metric), noun=noun), largest], "，")


def chains(ctx: ViewContext) -> ChainsPanel:
    """Compare the chains of the district by output, whatever chain the link selects."""
    metric = METRICS["output"]
    where = ctx.selection.replace(chains=()).where
    rows = [i for i in items(ctx, metric, where, Grouping.CHAIN) if i.key]
    pair = windows(ctx.data, metric, ctx.period, where, ctx.compare)
    parts = {part.key: part for part in decompose_growth(ctx.data, metric, pair, where, Grouping.CHAIN)}
    firms = aggregate.evaluate_metric(ctx.data, METRICS["firms"], ctx.period, where, Grouping.CHAIN)
    led = aggregate.evaluate_window(ctx.data, metric, pair.current, where.with_key("role", "链主"), Grouping.CHAIN)
    run = Period(PeriodKind.RANGE, growth.months_shown(ctx)[0], ctx.period.last)
    moved = comparison.months_by(ctx.data, metric, run, where, Grouping.CHAIN)
    changes = {key: Breakdown(months.keys, months.change) for key, months in moved.items()}
    cards = tuple(
        ChainCard(
            i,
            changes[i.key].get(ctx.period.last),
            run.months,
            tuple(changes[i.key].get(month) for month in run.months),
            parts[i.key].points if i.key in parts else math.nan,
            parts[i.key].shown if i.key in parts else math.nan,
            led.get(i.key) / i.value if i.value > 0 else math.nan,
            firms.get(i.key),
        )
        for i in rows
    )
    return ChainsPanel(
        metric,
        cards,
        _chains_insight(metric, cards, ctx.total(metric, where).change * 100, ctx.terms),
        ctx.caption(metric, where=where),
    )


def _chains_insight(metric: Metric, cards: tuple[ChainCard, ...], total: float, terms: LevelTerms) -> str:
    """Say which chain drove the whole's change (``total``, in percentage points), and which grew best."""
    if math.isnan(total) or all(math.isnan(c.points) for c in cards):
        return "所选范围没有可比的增长"
    noun = count_noun(Grouping.CHAIN, terms)
    return join_clauses(
        [
            main_driver(metric, [(c.item.name, c.shown) for c in cards], total, noun=noun),
            strongest_change([(c.item.name, c.item.change) for c in cards], change_terms(metric), noun=noun),
        ]
    )
