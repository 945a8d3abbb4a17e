"""A chain's page as values: summary, trend and breakdowns. The same views serve every chain of the district pack."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cockpit import formatting
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.formulas import Metric
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
    insight = "所选范围没有数据"
    if groups and not math.isnan(groups[0].value):
        first = groups[0]
        insight = f"{first.short}最高，{formatting.format_value(metric, first.value)}"
        if first.share > 0:
            insight = f"{first.short}占{formatting.share_phrase(first.share)}"
        if len(groups) > 1:
            insight += f"，共{len(groups)}个{title}"
    return ChainBreakdown(title, groups, metric, insight, ctx.caption(metric, where=where))
