"""The projects (项目): from signing to production."""

from __future__ import annotations

from cockpit.views.projects import breakdowns, funnel, listing, timeline
from layouts.components.panel import PanelKind, PanelSpec
from layouts.page import Filters, Page
from layouts.projects.breakdowns import render_chains, render_towns
from layouts.projects.funnel import render_funnel
from layouts.projects.listing import render_attention, render_list
from layouts.projects.summary import render_summary
from layouts.projects.timeline import render_timeline

PAGE = Page(
    "projects",
    "项目",
    (
        PanelSpec("kpis", "项目概况", funnel.summary, render_summary),
        PanelSpec("funnel", "从签约到投产", funnel.funnel, render_funnel, span=4),
        PanelSpec("timeline", "项目时间线", timeline.timeline, render_timeline, PanelKind.CHART, span=8),
        PanelSpec("attention", "逾期与停滞", listing.attention, render_attention, PanelKind.COMPONENTS, span=4),
        PanelSpec("chain-projects", "各产业链项目", breakdowns.chains, render_chains, span=4),
        PanelSpec("town-projects", "各{part}项目", breakdowns.towns, render_towns, span=4),
        PanelSpec("list", "项目清单", listing.listing, render_list, PanelKind.COMPONENTS),
    ),
    tab="projects",
    filters=frozenset((Filters.TOWN, Filters.PERIOD, Filters.COMPARE)),
)
