"""Every project's own line over the months."""

from __future__ import annotations

from cockpit.views.projects.timeline import MOST_LINES, ProjectTimeline
from layouts.components.panel import PanelContents
from layouts.projects.parts import STANDING_TOKENS, no_projects
from layouts.projects.timeline_figure import timeline_figure
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render
from layouts.ui.theme import css_color


def render_timeline(view: ProjectTimeline, context: RenderContext) -> PanelContents:
    """Render the lines of all projects, and how many took each step in each month."""
    tokens = {standing.value: token for standing, token in STANDING_TOKENS.items()}
    figure = timeline_figure(view, tokens, context.viewport)
    cut = f"（计划投资最大的{MOST_LINES}个）" if view.all_lines > len(view.lines) else ""
    keys = [(name, css_color(token)) for name, token in (*tokens.items(), ("逾期或停滞", "bad"))]
    return PanelContents(
        render("projects/timeline_key.html", keys=keys) if figure else no_projects(view.known, context),
        subtitle=f"一条线一个项目{cut}，按签约先后；下为各月个数",
        insight=view.insight,
        figure=figure,
        caption=view.caption,
    )
