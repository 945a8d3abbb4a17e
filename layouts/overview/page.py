"""The overview (总览)."""

from __future__ import annotations

from cockpit.views.overview import briefing, panels
from cockpit.views.overview.systems import systems
from cockpit.views.parts import Kpi
from layouts.components.growth import render_contributions, render_trend
from layouts.components.kpi_strip import kpi_strip
from layouts.components.panel import PanelContents, PanelKind, PanelSpec
from layouts.overview.briefing import render_briefing, render_systems
from layouts.overview.chains import render_chains
from layouts.overview.towns import render_towns
from layouts.page import Page
from layouts.ui.render_context import RenderContext

#: Metrics that neither map nor trend show: their values lead to their own pages.
_PAGES = {"signed_projects": "/projects", "ab_share": "/land"}


def render_summary(view: tuple[Kpi, ...], context: RenderContext) -> PanelContents:
    """Render the key metrics; each leads to the page under its metric."""
    return PanelContents(kpi_strip(view, context, panels.CHOICES, _PAGES))


PAGE = Page(
    "overview",
    "总览",
    (
        PanelSpec("briefing", "本月解读", briefing.briefing, render_briefing, span=3, order=6),
        PanelSpec("kpis", "关键指标", panels.summary, render_summary, order=1),
        PanelSpec("systems", "各项工作", systems, render_systems, order=1),
        PanelSpec("towns", "{part}", panels.towns, render_towns, PanelKind.SVG, span=5, order=2),
        PanelSpec("chains", "产业链", panels.chains, render_chains, span=7, order=3),
        PanelSpec("trend", "月度走势", panels.trend, render_trend, PanelKind.SVG, span=5, order=4),
        PanelSpec("contributions", "谁拉动了增长", panels.contributions, render_contributions, span=4, order=5),
    ),
    tab="overview",
)
