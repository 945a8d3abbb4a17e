"""Every listed project in one sortable grid, of which only the rows' data are sent."""

from __future__ import annotations

from typing import Any

from dash_ag_grid import AgGrid

from cockpit.catalogue.formulas import Scale
from cockpit.district.district import District
from cockpit.district.terms import LevelTerms
from cockpit.evaluation.results.record import none_if_nan
from cockpit.formatting import format_percent, format_rounded
from cockpit.ledgers.projects import STANDINGS, STEPS
from cockpit.views.projects.listing import ProjectRow
from layouts.projects.parts import concern_text, tone
from layouts.ui.data_grid import BY_PINYIN, SELECTABLE_TEXT, number_column, ordered_column, position
from layouts.ui.theme import Viewport

_LOCALE_TEXT = {"noRowsToShow": "没有项目"}


#: CSS class of a project's mark -> when a cell has it.
_TONES = {tone: f"params.data.tone == '{tone}'" for tone in ("late", "near")}
#: (field of the row, heading, width in rem, whether a phone has room for it, more of AG Grid's column definition).
_COLUMNS: tuple[tuple[str, str, float, bool, dict[str, Any]], ...] = (
    ("name", "项目", 10, True, {"tooltipField": "name", **BY_PINYIN}),
    ("number", "项目编号", 6.6, False, {}),
    ("chain", "产业链", 5, False, ordered_column("chain")),
    ("town", "{part}", 4, False, ordered_column("town")),
    ("standing", "状态", 4.2, True, ordered_column("standing")),
    ("why", "预警", 9, False, {"tooltipField": "why", "cellClassRules": _TONES, **ordered_column("why")}),
    *((f"day{i}", f"{step.value}日期", 6.2, False, {}) for i, step in enumerate(STEPS)),
    ("planned", "计划投资", 4.6, True, number_column("planned")),
    ("invested", "完成投资", 4.6, False, number_column("invested")),
    ("rate", "进度", 4, True, number_column("rate")),
    ("investor", "投资主体", 7, False, {"tooltipField": "investor", **BY_PINYIN}),
    ("origin", "来源", 3.6, False, BY_PINYIN),
    ("field", "细分领域", 5.2, False, BY_PINYIN),
)
_PHONE_NAME = 7.5
#: More days than a project can be late.
_FAR = 10**6
#: Leading columns for projects that are behind.
BEHIND = ("name", "why", "planned")


def project_grid(
    projects: tuple[ProjectRow, ...], scale: Scale, district: District, viewport: Viewport, first: tuple[str, ...] = ()
) -> AgGrid:
    """Build the grid, sortable by each column, money in the unit of ``scale``.

    ``first``: columns that lead, and stay on a phone.
    """
    columns = sorted(_COLUMNS, key=lambda c: first.index(c[0]) if c[0] in first else len(first))
    if viewport.narrow:
        columns = [c for c in columns if (c[0] in first if first else c[3])]
    return AgGrid(
        rowData=[_row(p, scale) | _positions(p, district) for p in projects],
        columnDefs=[_column(c, district.terms, viewport) for c in columns],
        className="data-grid",
        style={"height": None, "width": "100%"},
        defaultColDef={"sortable": True, "resizable": True, "suppressMovable": True, "suppressHeaderMenuButton": True},
        # AG Grid's own flex leaves all cells hidden where the columns have no room to grow.
        columnSize="responsiveSizeToFit",
        dashGridOptions={
            "rowHeight": round(viewport.px(31)),
            "headerHeight": round(viewport.px(31)),
            "localeText": _LOCALE_TEXT,
            "animateRows": False,
            "suppressRowHoverHighlight": True,
            **SELECTABLE_TEXT,
            "tooltipShowDelay": 300,
        },
    )


def _column(column: tuple[str, str, float, bool, dict[str, Any]], terms: LevelTerms, viewport: Viewport) -> dict[str, Any]:
    field, name, width, _, more = column
    width = _PHONE_NAME if viewport.narrow and field == "name" else width
    return {"field": field, "headerName": terms.fill(name), "minWidth": round(viewport.px(width * 16)), **more}


def _row(project: ProjectRow, scale: Scale) -> dict[str, Any]:
    mark = "" if not project.concern else "◆ " if project.soon else "■ "
    days = {f"day{i}": "—" if d is None else d.isoformat() for i, d in enumerate(project.dates)}
    return {
        "name": project.name,
        "number": project.number,
        "chain": project.chain_name,
        "town": project.town,
        "standing": project.standing,
        "why": f"{mark}{concern_text(project)}",
        "tone": tone(project),
        **days,
        **_number("planned", project.planned, format_rounded(project.planned / scale.factor, 2)),
        **_number("invested", project.invested, format_rounded(project.invested / scale.factor, 2)),
        **_number("rate", project.completion, format_percent(project.completion)),
        "investor": project.investor or "—",
        "origin": project.origin or "—",
        "field": project.field or "—",
    }


def _number(field: str, value: float, shown: str) -> dict[str, Any]:
    """Return the fields of a number: what sorts, ``None`` when missing, and what is shown."""
    return {field: none_if_nan(value), f"{field}_shown": shown}


def _positions(project: ProjectRow, district: District) -> dict[str, float]:
    """Return where the project's labels stand in their own order; the latest of those behind is the first."""
    return {
        "chain_position": position(project.chain, [chain.key for chain in district.chains]),
        "town_position": position(project.town, [town.short for town in district.towns]),
        "standing_position": position(project.standing, [standing.value for standing in STANDINGS]),
        "why_position": _behind_position(project),
    }


def _behind_position(project: ProjectRow) -> int:
    """Return a number that rises from the longest overdue to the last that soon will be, then those without concern."""
    return -project.over + (_FAR if project.soon else 0) if project.concern else 2 * _FAR
