"""A chain's page as values. One view for every chain: a chain is data."""

from __future__ import annotations

from dataclasses import dataclass

from cockpit import formatting
from cockpit.dimensions import Grouping
from cockpit.district import Chain
from cockpit.metrics import METRICS, Metric
from cockpit.views import growth
from cockpit.views.chain_firms import FirmPanel, LeaderPanel, firm_panel, leader_panel
from cockpit.views.chain_stages import StagePanel, stage_panel
from cockpit.views.context import Context, items, kpi
from cockpit.views.parts import Caption, Contributions, Item, Kpi, Trend

HEADLINE = ("output", "value_added", "tax", "tax_per_mu", "green_investment", "signed_projects", "firms")


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The chain's output by town or by industry, largest first; towns with their share of the district in ``share``."""

    title: str
    items: tuple[Item, ...]
    metric: Metric
    reading: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class ChainPage:
    """The whole page."""

    chain: Chain
    chains: tuple[Chain, ...]
    kpis: tuple[Kpi, ...]
    stages: StagePanel
    leader: LeaderPanel
    trend: Trend
    contributions: Contributions
    towns: Breakdown
    industries: Breakdown
    firms: FirmPanel
    caption: Caption


def build(ctx: Context, key: str) -> ChainPage:
    """The page of chain ``key`` for a context whose selection is limited to that chain (``KeyError`` if unknown)."""
    chain = ctx.district.chain(key)
    metric = METRICS["output"]
    return ChainPage(
        chain,
        ctx.district.chains,
        tuple(kpi(ctx, k) for k in HEADLINE),
        stage_panel(ctx, key),
        leader_panel(ctx),
        growth.trend(ctx, metric, ctx.where),
        growth.contributions(ctx, metric, ctx.where, ctx.selection.by),
        _breakdown(ctx, metric, "镇街", Grouping.TOWN),
        _breakdown(ctx, metric, "行业", Grouping.INDUSTRY),
        firm_panel(ctx),
        ctx.caption(),
    )


def _breakdown(ctx: Context, metric: Metric, title: str, by: Grouping) -> Breakdown:
    """Towns keep standing whatever towns are selected, industries likewise: they are where one chooses."""
    freed = {"towns": ()} if by is Grouping.TOWN else {"industries": ()}
    where = ctx.selection.but(**freed).where
    found = items(ctx, metric, where, by)
    reading = "所选范围没有数据"
    if found and found[0].share > 0:
        reading = f"{found[0].short}占{formatting.spoken_share(found[0].share)}"
        if len(found) > 1:
            reading += f"，共{len(found)}个{title}"
    return Breakdown(title, found, metric, reading, ctx.caption(metric, where=where))
