"""The list of a chain's projects (项目清单)."""

from __future__ import annotations

from datetime import date

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.ledgers.projects import STEPS
from cockpit.views.chain.projects import ChainProjectList, ChainProjectRow
from layouts.chain.tabs import chain_key, page_token
from layouts.components.no_data import no_data
from layouts.components.panel import PanelContents, navigate
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render
from layouts.ui.theme import css_color

#: Rows that are open; the others are folded.
MOST_OPEN = 10
_WIDTHS = (19, 9, 7, 9, 9, 9, 9, 9, 9, 11)
#: The first columns hold text; one of them the field.
_TEXT_COLUMNS, _FIELD = 3, 1


def render_projects(view: ChainProjectList, context: RenderContext) -> PanelContents:
    """Render the projects with how far each is and since when, planned and completed investment."""
    if not view.rows:
        return PanelContents(no_data(context), caption=view.caption)
    scale = formatting.scale_for(view.metric, [r.planned for r in view.rows])
    rows = [_row(row, scale) for row in view.rows]
    body = render(
        "chain/project_list.html",
        columns=_columns(view, scale, context),
        has_fields=_has_fields(view),
        open_rows=rows[:MOST_OPEN],
        folded_rows=rows[MOST_OPEN:],
        folded_count=f"{len(rows) - MOST_OPEN:,}",
        step_count=len(STEPS),
        color=css_color(page_token(context)),
    )
    every = context.selection.shared.replace(chains=(chain_key(context.path),)).href("/projects")
    planned, invested = (formatting.format_value(view.metric, v) for v in (view.planned, view.invested))
    return PanelContents(
        body,
        subtitle=f"{len(view.rows):,}个 · 计划总投资 {planned}，累计完成 {invested} · 按计划投资排序",
        insight=view.insight,
        tools=navigate("项目页 →", every, "list-link"),
        caption=view.caption,
    )


def _has_fields(view: ChainProjectList) -> bool:
    return any(row.field for row in view.rows)


def _columns(view: ChainProjectList, scale: Scale, context: RenderContext) -> list[tuple[str, str, str]]:
    """Build (label, class, width) of each column; that of fields only where a project has one."""
    steps = (step.value for step in STEPS)
    labels = ("项目", "领域", context.district.terms.part, *steps, f"计划 {scale.unit}", f"完成 {scale.unit}", "进度")
    numbers = [i for i in range(len(labels)) if i != _FIELD or _has_fields(view)]
    whole = sum(_WIDTHS[i] for i in numbers)
    return [(labels[i], f"{'text ' if i < _TEXT_COLUMNS else ''}col-{i}", f"{_WIDTHS[i] / whole * 100:.2f}") for i in numbers]


def _row(row: ChainProjectRow, scale: Scale) -> dict[str, object]:
    return {
        "number": row.number,
        "name": row.name,
        "concern": row.concern,
        "field": row.field or formatting.MISSING,
        "town": row.town,
        "dates": [format_date(day) for day in row.dates],
        "planned": formatting.format_number(row.planned, scale),
        "invested": formatting.format_number(row.invested, scale),
        "step": row.step,
        "standing": row.standing,
    }


def format_date(day: date | None) -> str:
    """Format a date as 2022-05-31, ``None`` as a dash."""
    return day.isoformat() if day else formatting.MISSING
