"""Every listed project in one sortable grid, of which only the rows' data are sent."""

from __future__ import annotations

import math
from typing import Any

from dash_ag_grid import AgGrid

from cockpit.catalogue.formulas import Scale
from cockpit.district.terms import LevelTerms
from cockpit.ledgers.projects import STEPS
from cockpit.views.projects.listing import ProjectRow
from layouts.projects.parts import concern_text
from layouts.ui.theme import Viewport

_LOCALE_TEXT = {"noRowsToShow": "没有项目"}


def _number_column(digits: int, ending: str = "") -> dict[str, Any]:
    formatter = f"params.value == null ? '—' : d3.format(',.{digits}f')(params.value) + '{ending}'"
    return {"type": "rightAligned", "valueFormatter": {"function": formatter}}


#: (field of the row, heading, width in rem, whether a phone has room for it, more of AG Grid's column definition).
_COLUMNS: tuple[tuple[str, str, float, bool, dict[str, Any]], ...] = (
    ("name", "项目", 10, True, {"tooltipField": "name"}),
    ("number", "项目编号", 6.6, False, {}),
    ("chain", "产业链", 5, False, {}),
    ("town", "{part}", 4, False, {}),
    ("standing", "状态", 4.2, True, {}),
    ("why", "预警", 9, False, {"tooltipField": "why"}),
    *((f"day{i}", f"{step.value}日期", 6.2, False, {}) for i, step in enumerate(STEPS)),
    ("planned", "计划投资", 4.6, True, _number_column(2)),
    ("invested", "完成投资", 4.6, False, _number_column(2)),
    ("rate", "进度", 4, True, _number_column(1, "%")),
    ("investor", "投资主体", 7, False, {"tooltipField": "investor"}),
    ("origin", "来源", 3.6, False, {}),
    ("field", "细分领域", 5.2, False, {}),
)
_PHONE_NAME = 7.5
#: Leading columns for projects that are behind.
BEHIND = ("name", "why", "planned")


def project_grid(
    projects: tuple[ProjectRow, ...], scale: Scale, terms: LevelTerms, viewport: Viewport, first: tuple[str, ...] = ()
) -> AgGrid:
    """Build the grid, sortable by each column, money in the unit of ``scale``.

    ``first``: columns that lead, and stay on a phone.
    """
    columns = sorted(_COLUMNS, key=lambda c: first.index(c[0]) if c[0] in first else len(first))
    if viewport.narrow:
        columns = [c for c in columns if (c[0] in first if first else c[3])]
    return AgGrid(
        rowData=[_row(p, scale) for p in projects],
        columnDefs=[_column(c, terms, viewport) for c in columns],
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
        **days,
        "planned": project.planned / scale.factor,
        "invested": None if math.isnan(project.invested) else project.invested / scale.factor,
        "rate": None if math.isnan(project.completion) else project.completion * 100,
        "investor": project.investor or "—",
        "origin": project.origin or "—",
        "field": project.field or "—",
    }
