"""The month in one paragraph with what to look at, and one value of each field of work in a row."""

from __future__ import annotations

from cockpit.views.overview.briefing import Briefing
from cockpit.views.overview.systems import SystemsPanel
from layouts.components.panel import PanelContents
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import NOTHING, render

_MARKS = {"ok": "✓", "amber": "◆", "red": "■"}


def render_briefing(view: Briefing, context: RenderContext) -> PanelContents:
    """Render the month in one paragraph, and what to look at."""
    body = render("overview/briefing.html", view=view, marks=_MARKS)
    return PanelContents(body, subtitle="由数据自动生成", caption=view.caption)


def render_systems(view: SystemsPanel, context: RenderContext) -> PanelContents:
    """Render one value of each field of work, a link to its page."""
    return PanelContents(render("overview/systems.html", systems=view.systems) if view.systems else NOTHING, caption=view.caption)
