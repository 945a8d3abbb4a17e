"""Firms on the per-mu page: tax against land, and the list with grade, score and weakest indicator."""

from __future__ import annotations

from typing import Any

from dash import dcc
from dash_ag_grid import AgGrid

from cockpit.district.terms import LevelTerms
from cockpit.evaluation.policy.policy import GRADES
from cockpit.views.land.firms import EvaluatedFirmList
from cockpit.views.land.scatter import LandTaxScatter
from layouts.components.no_data import no_data
from layouts.components.panel import PanelContents, link_tabs, navigate
from layouts.land.land_tax_figure import land_tax_figure
from layouts.land.tabs import unpublished
from layouts.ui import html, ids
from layouts.ui.render_context import RenderContext
from layouts.ui.theme import Viewport, css_color, grade_token

_BLOCK = 100
_WORDS = {"loadingOoo": "正在载入…", "noRowsToShow": "没有符合条件的企业", "loadingError": "没能载入，请刷新"}


def _figure(digits: int) -> dict[str, Any]:
    told = f"params.value == null ? '—' : d3.format(',.{digits}f')(params.value)"
    return {"type": "rightAligned", "valueFormatter": {"function": told}}


#: (field of the row, heading, width in rem, more of AG Grid's column definition).
_COLUMNS: tuple[tuple[str, str, float, dict[str, Any]], ...] = (
    ("short", "企业", 9, {"cellRenderer": "FirmLink", "sortable": False}),
    ("town", "{part}", 5.4, {}),
    ("chain", "产业链", 5.4, {}),
    ("group", "类型", 4, {}),
    ("grade", "等级变动", 8.4, {"cellRenderer": "GradeMove"}),
    ("score", "总分", 4.2, _figure(1)),
    ("rank", "位次", 3.8, _figure(0)),
    ("tax_per_mu", "亩均税收 万元/亩", 5.2, _figure(2)),
    ("land_mu", "用地 亩", 4.6, _figure(1)),
    ("weakest", "最弱项", 8.2, {}),
    ("reason", "说明", 8, {"sortable": False, "tooltipField": "reason"}),
)

#: The columns that a phone has room for, with their widths there in rem.
_ON_A_PHONE = {"short": 6.8, "grade": 5.6, "score": 3.8, "tax_per_mu": 4.6}


def render_scatter(view: LandTaxScatter | None, context: RenderContext) -> PanelContents:
    """Each firm of a group by land and tax."""
    title = "用地与税收"
    figure = land_tax_figure(view, context.viewport) if view else None
    if view is None:
        return PanelContents(title=title, body=unpublished(context))
    if figure is None:
        return PanelContents(title=title, body=no_data(context), caption=view.caption)
    options = [(g, context.href(context.selection.replace(group=g)), g == view.group) for g in view.groups]
    hidden = f"，另有{view.hidden:,}家没有税收" if view.hidden else ""
    area = "点的面积为增加值" + ("，相近的合为一点" if view.clusters else "")
    return PanelContents(
        title=title,
        body=_key(view, context),
        subtitle=f"{view.group}{view.firm_count:,}家{hidden} · 双对数 · {area}",
        insight=view.insight,
        tools=link_tabs(options, "评价类型"),
        figure=figure,
        caption=view.caption,
    )


def _key(view: LandTaxScatter, context: RenderContext) -> html.Div:
    """Grades with their counts; each chooses its firms."""
    parts = []
    for grade, count in zip(GRADES, view.counts, strict=True):
        style = {"background": css_color(grade_token(grade))}
        words = [html.I(style=style, className=f"swatch {'diamond' if grade == 'D' else 'round'}"), f"{grade} {count:,} 家"]
        chosen = context.selection.grades == (grade,)
        target = context.selection.replace(grades=() if chosen else (grade,))
        parts.append(navigate(words, context.href(target), "on" if chosen else "", title=f"只看{grade}类"))
    return html.Div(parts, className="flow-key")


def render_firm_list(view: EvaluatedFirmList | None, context: RenderContext) -> PanelContents:
    """The list's head; the rows come page by page from `callbacks/firm_rows.py`."""
    grades = [("全部", context.href(context.selection.replace(grades=())), not context.selection.grades)]
    grades += [(g, context.href(context.selection.replace(grades=(g,))), context.selection.grades == (g,)) for g in GRADES]
    return PanelContents(
        title="评价企业",
        subtitle="点击企业看得分说明",
        insight=view.insight if view else "",
        tools=link_tabs(grades, "等级"),
        caption=view.caption if view else None,
        controls=_roster(context),
    )


def _roster(context: RenderContext) -> list[Any]:
    search = dcc.Input(
        id=ids.FIRM_SEARCH,
        type="search",
        placeholder="按企业名称或信用代码查找",
        debounce=0.3,
        maxLength=80,  # a mark that stands for several firms puts in longer words: `cockpit.evaluation.results.land_tax_cells`
        className="search",
    )
    told = html.Span(id=ids.FIRM_SEARCH_STATUS, className="roster-told", role="status")
    look = html.Div([html.Label(search, title="查找企业"), told], className="roster-look")
    return [
        look,
        AgGrid(id=ids.FIRM_GRID, columnDefs=_columns(context.district.terms, context.viewport), **_grid(context.viewport)),
    ]


def _columns(terms: LevelTerms, viewport: Viewport) -> list[dict[str, Any]]:
    """Column definitions; a phone shows what it has room for."""
    return [
        {
            "field": field,
            "headerName": terms.fill(name),
            "minWidth": round(viewport.px((_ON_A_PHONE[field] if viewport.narrow else width) * 16)),
            **more,
        }
        for field, name, width, more in _COLUMNS
        if not viewport.narrow or field in _ON_A_PHONE
    ]


def _grid(viewport: Viewport) -> dict[str, Any]:
    """Options of every list that the server pages: plain rows, sorted by the server, in the page's own type."""
    return {
        "rowModelType": "infinite",
        "className": "roster",
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
            "cacheBlockSize": _BLOCK,
            "maxBlocksInCache": 10,
            "rowHeight": round(viewport.px(31)),
            "headerHeight": round(viewport.px(36)),
            "localeText": _WORDS,
            "animateRows": False,
            "tooltipShowDelay": 300,
            "suppressCellFocus": False,
            "ensureDomOrder": True,
        },
    }
