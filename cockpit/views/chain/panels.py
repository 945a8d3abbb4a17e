"""A chain's page as values: summary, trend and breakdowns. The same views serve every chain of the district pack."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.formulas import Metric
from cockpit.sentences.clauses import Clause, join_clauses
from cockpit.sentences.shares import share_clause
from cockpit.sentences.superlatives import count_noun, show_value, superlative, value_text
from cockpit.views import growth
from cockpit.views.chain.stages import selected_metric
from cockpit.views.context import ViewContext, items, kpi
from cockpit.views.parts import Caption, Item, Kpi, Trend

KEY_METRICS = ("output", "value_added", "tax", "tax_per_mu", "green_investment", "signed_projects", "firms")


@dataclass(frozen=True, slots=True)
class ChainBreakdown:
    """The selected metric by town or by industry, largest first. ``title``: what the groups are (镇街, 行业)."""

    title: str
    items: tuple[Item, ...]
    metric: Metric
    insight: str
    caption: Caption


def summary(ctx: ViewContext) -> tuple[Kpi, ...]:
    """Compute the chain's key metrics."""
    return tuple(kpi(ctx, key) for key in KEY_METRICS)


def trend(ctx: ViewContext) -> Trend:
    """Compute the selected metric by month."""
    return growth.trend(ctx, selected_metric(ctx), ctx.where)


def towns(ctx: ViewContext) -> ChainBreakdown:
    """Compute the selected metric by town."""
    return _breakdown(ctx, selected_metric(ctx), ctx.terms.part, Grouping.TOWN)


def industries(ctx: ViewContext) -> ChainBreakdown:
    """Compute the selected metric by industry."""
    return _breakdown(ctx, selected_metric(ctx), "行业", Grouping.INDUSTRY)


def _breakdown(ctx: ViewContext, metric: Metric, title: str, by: Grouping) -> ChainBreakdown:
    # All towns are listed whatever towns are selected, industries likewise: a click in the list selects them.
    where = ctx.selection.replace(**{"towns" if by is Grouping.TOWN else "industries": ()}).where
    groups = items(ctx, metric, where, by)
    return ChainBreakdown(
        title, groups, metric, _insight(metric, groups, count_noun(by, ctx.terms)), ctx.caption(metric, where=where)
    )


def _insight(metric: Metric, groups: tuple[Item, ...], noun: str) -> str:
    """Say what share the first has, or that it is the highest, and among how many."""
    known = [g for g in groups if not math.isnan(g.value)]
    if not known:
        return "所选范围没有数据"
    count = f"共{len(known)}{noun}" if len(known) > 1 else ""
    first = known[0]
    share = share_clause(first.short, first.share, shown=first.share_shown)
    return join_clauses([share or _highest(metric, known, noun), count], "，")


def _highest(metric: Metric, known: list[Item], noun: str) -> Clause | str | None:
    if len(known) == 1:
        return f"{known[0].short}{value_text(metric, known[0].value)}"
    return superlative([(g.short, g.value) for g in known], "最高", show_value(metric), noun=noun, above_zero=False)
