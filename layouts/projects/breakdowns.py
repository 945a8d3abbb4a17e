"""Projects by chain and by area: how many, how far, how much of the money is spent."""

from __future__ import annotations

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.views.projects.breakdowns import ProjectBreakdown, ProjectGroup
from cockpit.views.projects.state import PLANNED
from layouts.components.bars import bar_length
from layouts.components.panel import PanelContents
from layouts.projects.parts import no_projects
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render
from layouts.ui.theme import chain_token, css_color


def render_chains(view: ProjectBreakdown, context: RenderContext) -> PanelContents:
    """Render the chains; their names toggle chains of the selection."""
    return _render(view, "产业链", "chains", context)


def render_towns(view: ProjectBreakdown, context: RenderContext) -> PanelContents:
    """Render the areas; their names toggle areas of the selection."""
    return _render(view, context.district.terms.part, "towns", context)


def _render(view: ProjectBreakdown, part: str, dimension: str, context: RenderContext) -> PanelContents:
    title = f"各{part}项目"
    if view.whole is None:
        return PanelContents(no_projects(view.known, context), title=title, caption=view.caption)
    scale = formatting.scale_for(PLANNED, [row.planned for row in view.rows])
    most = max(row.planned for row in view.rows)
    body = render(
        "projects/breakdown.html",
        part=part,
        rows=[_row(row, most, scale, dimension, context) for row in view.rows],
        whole=_cells(view.whole, scale),
        is_chains=dimension == "chains",
    )
    return PanelContents(
        body,
        title=title,
        subtitle=f"个、{scale.unit} · 实色为完成投资 · {context.click_hint(dimension, part)}",
        insight=view.insight,
        caption=view.caption,
    )


def _row(row: ProjectGroup, most: float, scale: Scale, dimension: str, context: RenderContext) -> dict[str, object]:
    """Build the cells of a row; the style sheet draws invested money as a bar within the planned."""
    is_selected = row.key in getattr(context.selection, dimension)
    return _cells(row, scale) | {
        "href": context.click_href(dimension, row.key),
        "title": context.click_title(dimension, row.key, row.name),
        "is_selected": is_selected,
        "color": css_color(chain_token(context.district, row.key) if dimension == "chains" else "prev"),
        "planned_width": bar_length(row.planned, most),
        "invested_width": bar_length(row.invested, most),
    }


def _cells(row: ProjectGroup, scale: Scale) -> dict[str, object]:
    return {
        "name": row.name,
        "count": f"{row.count:,}",
        "start_rate": formatting.format_percent(row.start_rate, 0),
        "planned": formatting.format_number(row.planned, scale),
        "invested": formatting.format_number(row.invested, scale),
        "completion": formatting.format_percent(row.completion, 0),
        "late": f"{row.late:,}",
        "is_late": bool(row.late),
    }
