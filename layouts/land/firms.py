"""Firms on the per-mu page: tax against land, and the list with grade, score and weakest indicator."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component
from dash_ag_grid import AgGrid
from markupsafe import Markup

from cockpit.evaluation.policy.policy import GRADES
from cockpit.views.land.firms import EvaluatedFirmList
from cockpit.views.land.scatter import LandTaxScatter
from layouts.components.no_data import no_data
from layouts.components.panel import PanelContents, link_tabs, navigate
from layouts.components.search_box import list_search
from layouts.land.land_tax_figure import land_tax_figure
from layouts.land.tabs import not_published
from layouts.ui import ids
from layouts.ui.data_grid import SELECTABLE_TEXT
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import NOTHING, render
from layouts.ui.theme import Viewport

#: Rows that the grid requests at once.
ROWS_PER_REQUEST = 100
_GRID_TEXTS = {"loadingOoo": "正在载入…", "noRowsToShow": "没有符合条件的企业", "loadingError": "没能载入，请刷新"}


#: The server sorts, so rows hold numbers as they are shown.
_NUMBER = {"type": "rightAligned"}
#: (field of the row, heading, width in rem, more of AG Grid's column definition).
_COLUMNS: tuple[tuple[str, str, float, dict[str, Any]], ...] = (
    ("short", "企业", 9, {"cellRenderer": "FirmLink"}),
    ("town", "{part}", 5.4, {}),
    ("chain", "产业链", 5.4, {}),
    ("group", "类型", 4, {}),
    ("grade", "等级变动", 8.4, {"cellRenderer": "GradeMove"}),
    ("score", "总分", 4.2, _NUMBER),
    ("rank", "位次", 3.8, _NUMBER),
    ("tax_per_mu", "亩均税收 万元/亩", 5.2, _NUMBER),
    ("land_mu", "用地 亩", 4.6, _NUMBER),
    ("weakest", "最弱项", 8.2, {}),
    ("reason", "说明", 8, {"sortable": False, "tooltipField": "reason"}),
)

#: A request sorts by at most so many columns.
COLUMN_COUNT = len(_COLUMNS)
#: The columns that fit on a phone, with their widths there in rem.
_PHONE_COLUMNS = {"short": 6.8, "grade": 5.6, "score": 3.8, "tax_per_mu": 4.6}


def render_scatter(view: LandTaxScatter | None, context: RenderContext) -> PanelContents:
    """Render each firm of a group by land and tax."""
    if view is None:
        return PanelContents(not_published(context))
    figure = land_tax_figure(view, context.viewport)
    if figure is None:
        return PanelContents(no_data(context), caption=view.caption)
    options = [(g, context.href(context.selection.replace(group=g)), g == view.group) for g in view.groups]
    hidden = f"，另有{view.hidden:,}家没有税收" if view.hidden else ""
    area = "点的面积为增加值" + ("，相近的合为一点" if view.clusters else "")
    return PanelContents(
        _scatter_key(view, context),
        subtitle=f"{view.group}{view.firm_count:,}家{hidden} · 双对数 · {area}",
        insight=view.insight,
        tools=link_tabs(options, "用地与税收的评价类型"),
        figure=figure,
        caption=view.caption,
    )


def _scatter_key(view: LandTaxScatter, context: RenderContext) -> Markup:
    """Render the grades with their counts as links that filter by them."""
    grades = []
    for grade, count in zip(GRADES, view.counts, strict=True):
        is_selected = context.selection.grades == (grade,)
        selection = context.selection.replace(grades=() if is_selected else (grade,))
        grades.append(
            {
                "key": grade,
                "label": f"{grade} {count:,}家",
                "shape": "diamond" if grade == "D" else "round",
                "href": context.href(selection),
                "is_selected": is_selected,
            }
        )
    return render("land/scatter_key.html", grades=grades)


def render_firm_list(view: EvaluatedFirmList | None, context: RenderContext) -> PanelContents:
    """Render the list's head; the rows come page by page from `callbacks/firm_rows.py`."""
    if view is None:
        return PanelContents(not_published(context), controls=_list_controls(context))
    selection = context.selection
    grades = [("全部", context.href(selection.replace(grades=())), not selection.grades)]
    grades += [(g, context.href(selection.replace(grades=(g,))), selection.grades == (g,)) for g in GRADES]
    return PanelContents(
        subtitle="点击企业看得分说明",
        insight=view.insight,
        tools=link_tabs(grades, "等级") + _clear_cell(view, context),
        caption=view.caption,
        controls=_list_controls(context),
    )


def _clear_cell(view: EvaluatedFirmList, context: RenderContext) -> Markup:
    """Render the selected cell of the scatter as a link that lists all firms again; nothing without one."""
    if not view.cell:
        return NOTHING
    return navigate(f"× {view.cell}", context.href(context.selection.replace(cell="")), "reset-link", title="列出全部企业")


def _list_controls(context: RenderContext) -> list[Component]:
    status = html.Span(id=ids.FIRM_SEARCH_STATUS, className="list-search-status", role="status")
    return [
        list_search(context.selection, "查找企业", "按企业名称、拼音或信用代码查找", status),
        AgGrid(id=ids.FIRM_GRID, columnDefs=_column_definitions(context), **_grid_options(context.viewport)),
    ]


def _column_definitions(context: RenderContext) -> list[dict[str, Any]]:
    """Build AG Grid's column definitions; on a phone only those that fit."""
    viewport, terms = context.viewport, context.district.terms
    return [
        {
            "field": field,
            "headerName": terms.fill(name),
            "minWidth": round(viewport.px((_PHONE_COLUMNS[field] if viewport.narrow else width) * 16)),
            **more,
        }
        for field, name, width, more in _COLUMNS
        if not viewport.narrow or field in _PHONE_COLUMNS
    ]


def _grid_options(viewport: Viewport) -> dict[str, Any]:
    """Build the options of a grid whose rows the server pages and sorts."""
    return {
        "rowModelType": "infinite",
        "className": "data-grid",
        "style": {"height": None, "width": "100%"},
        "defaultColDef": {
            "sortable": True,
            "resizable": True,
            "suppressMovable": True,
            "suppressHeaderMenuButton": True,
            "wrapHeaderText": True,
        },
        # AG Grid's own flex leaves all cells hidden where the columns have no room to grow.
        "columnSize": "responsiveSizeToFit",
        "dashGridOptions": {
            "cacheBlockSize": ROWS_PER_REQUEST,
            # The component knows the newest request only: another one's rows would be taken for its rows.
            "maxConcurrentDatasourceRequests": 1,
            "maxBlocksInCache": 10,
            "rowHeight": round(viewport.px(31)),
            "headerHeight": round(viewport.px(36)),
            "localeText": _GRID_TEXTS,
            "animateRows": False,
            "tooltipShowDelay": 300,
            "suppressCellFocus": False,
            **SELECTABLE_TEXT,
        },
    }
