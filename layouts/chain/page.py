"""A chain's page: one layout for every chain."""

from __future__ import annotations

import math

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.views.chain import firms as chain_firms
from cockpit.views.chain import panels as chain
from cockpit.views.chain import stages as chain_stages
from cockpit.views.chain.panels import ChainBreakdown
from cockpit.views.context import ViewContext
from cockpit.views.parts import Item, Kpi
from layouts.chain.firms import render_firms, render_leader
from layouts.chain.stages import render_stages
from layouts.chain.tabs import chain_tabs, page_token
from layouts.components.bars import Bar, bars
from layouts.components.change import change, compare_note
from layouts.components.growth import render_trend
from layouts.components.kpi_strip import kpi_strip
from layouts.components.no_data import no_data
from layouts.components.panel import PanelContents, PanelKind, PanelSpec
from layouts.page import Page
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render

_MOST_BARS = 10


def render_summary(view: tuple[Kpi, ...], context: RenderContext) -> PanelContents:
    """Render the chain's key metrics under the rows of chains and views."""
    return PanelContents(chain_tabs(context) + kpi_strip(view, context))


def render_towns(view: ChainBreakdown, context: RenderContext) -> PanelContents:
    """Render the breakdown by town; a click toggles one in the selection."""
    return _render_breakdown(view, "towns", context)


def render_industries(view: ChainBreakdown, context: RenderContext) -> PanelContents:
    """Render the breakdown by industry; a click toggles one in the selection."""
    return _render_breakdown(view, "industries", context)


def _render_breakdown(view: ChainBreakdown, dimension: str, context: RenderContext) -> PanelContents:
    """Render a breakdown as bars that toggle ``dimension`` of the selection."""
    title = f"{view.title}分布"
    if not view.items:
        return PanelContents(no_data(context), title=title, caption=view.caption)
    scale = formatting.scale_for(view.metric, [i.value for i in view.items])
    # A line that says that one isn't listed takes the place of that one.
    most = _MOST_BARS if len(view.items) > _MOST_BARS + 1 else len(view.items)
    rows = [_item_bar(item, scale, dimension, view, context) for item in view.items[:most]]
    more = len(view.items) - most
    return PanelContents(
        render("chain/breakdown.html", bars=bars(rows, "items"), more=more, groups=view.title),
        title=title,
        subtitle=f"{view.metric.label} {scale.unit}{compare_note(context.selection)} · "
        f"{context.click_hint(dimension, view.title)}",
        insight=view.insight,
        caption=view.caption,
    )


def _item_bar(item: Item, scale: Scale, dimension: str, view: ChainBreakdown, context: RenderContext) -> Bar:
    is_selected = item.key in getattr(context.selection, dimension)
    return Bar(
        item.short,
        0.0,
        0.0 if math.isnan(item.value) else item.value,
        formatting.format_number(item.value, scale),
        page_token(context),
        context.click_href(dimension, item.key),
        change(item.change, is_percent=view.metric.is_percent, arrow=False),
        is_selected,
        context.click_title(dimension, item.key, item.name),
    )


def _stages(ctx: ViewContext) -> chain_stages.StagePanel:
    return chain_stages.stage_panel(ctx, ctx.selection.chains[0])


PAGE = Page(
    "chain",
    "产业链",
    (
        PanelSpec("kpis", "关键指标", chain.summary, render_summary),
        PanelSpec("stages", "链条图谱", _stages, render_stages, span=8),
        PanelSpec("leader", "链主与配套", chain_firms.leader_panel, render_leader, span=4),
        PanelSpec("trend", "月度走势", chain.trend, render_trend, PanelKind.SVG, span=5),
        PanelSpec("town-split", "{part}分布", chain.towns, render_towns, span=3),
        PanelSpec("industry-split", "行业分布", chain.industries, render_industries, span=4),
        PanelSpec("firms", "重点企业", chain_firms.firm_panel, render_firms),
    ),
    tab="chain",
)
