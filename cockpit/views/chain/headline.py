"""A chain's page as values: headline, trend and breakdowns. One view for every chain: a chain is data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cockpit import formatting
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.formulas import Metric
from cockpit.views import growth
from cockpit.views.chain.stages import chosen_metric
from cockpit.views.context import ViewContext, items, kpi
from cockpit.views.parts import Caption, Item, Kpi, Trend

HEADLINE = ("output", "value_added", "tax", "tax_per_mu", "green_investment", "signed_projects", "firms")


@dataclass(frozen=True, slots=True)
class ChainBreakdown:
    """The chain's chosen metric by town or by industry, largest first; ``share`` of the whole, NaN for a ratio."""

    title: str
    items: tuple[Item, ...]
    metric: Metric
    insight: str
    caption: Caption


def headline(ctx: ViewContext) -> tuple[Kpi, ...]:
    """The chain's headline figures."""
    return tuple(kpi(ctx, key) for key in HEADLINE)


def trend(ctx: ViewContext) -> Trend:
    """The chain's chosen metric by month."""
    return growth.trend(ctx, chosen_metric(ctx), ctx.where)


def towns(ctx: ViewContext) -> ChainBreakdown:
    """The chain's chosen metric by town."""
    return _breakdown(ctx, chosen_metric(ctx), ctx.terms.part, Grouping.TOWN)


def industries(ctx: ViewContext) -> ChainBreakdown:
    """The chain's chosen metric by industry."""
    return _breakdown(ctx, chosen_metric(ctx), "行业", Grouping.INDUSTRY)


def _breakdown(ctx: ViewContext, metric: Metric, title: str, by: Grouping) -> ChainBreakdown:
    """Towns keep standing whatever towns are selected, industries likewise: they are where one chooses."""
    freed = {"towns": ()} if by is Grouping.TOWN else {"industries": ()}
    where = ctx.selection.replace(**freed).where
    found = items(ctx, metric, where, by)
    insight = "所选范围没有数据"
    if found and not np.isnan(found[0].value):
        first = found[0]
        insight = f"{first.short}最高，{formatting.format_value(metric, first.value)}"
        if first.share > 0:
            insight = f"{first.short}占{formatting.share_phrase(first.share)}"
        if len(found) > 1:
            insight += f"，共{len(found)}个{title}"
    return ChainBreakdown(title, found, metric, insight, ctx.caption(metric, where=where))
