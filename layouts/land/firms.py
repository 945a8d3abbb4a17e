"""Firms on the per-mu page: tax against land, and the list with grade, score and weakest indicator."""

from __future__ import annotations

from typing import Any

from dash import dcc
from dash_ag_grid import AgGrid

from cockpit.evaluation.policy.policy import GRADES
from cockpit.views.land.firms import FirmList
from cockpit.views.land.scatter import Bubbles
from layouts.components import growth
from layouts.components.panel import Panel, navigate, switch
from layouts.land.land_tax_figure import land_tax_figure
from layouts.land.tabs import unpublished
from layouts.page import Env
from layouts.ui import html, ids
from layouts.ui.theme import Screen, css_color, grade_token

_BLOCK = 100
_WORDS = {"loadingOoo": "正在载入…", "noRowsToShow": "没有符合条件的企业", "loadingError": "没能载入，请刷新"}


def _figure(digits: int) -> dict[str, Any]:
    told = f"params.value == null ? '—' : d3.format(',.{digits}f')(params.value)"
    return {"type": "rightAligned", "valueFormatter": {"function": told}}


#: (field of the row, heading, width in rem, more of AG Grid's column definition).
_COLUMNS: tuple[tuple[str, str, float, dict[str, Any]], ...] = (
    ("short", "企业", 9, {"cellRenderer": "FirmLink", "sortable": False}),
    ("town", "镇街", 5.4, {}),
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


def draw_bubbles(view: Bubbles | None, env: Env) -> Panel:
    """Each firm of a group by land and tax."""
    title = "用地与税收"
    figure = land_tax_figure(view, env.on) if view else None
    if view is None:
        return Panel("bubbles", title, unpublished(env), has_graph=True)
    if figure is None:
        return Panel("bubbles", title, growth.nothing(env), has_graph=True, caption=view.caption)
    options = [(g, env.href(env.selection.but(group=g)), g == view.group) for g in view.groups]
    hidden = f"，另有{view.hidden:,}家没有税收" if view.hidden else ""
    area = "点的面积为增加值" + ("，相近的合为一点" if view.clouds else "")
    return Panel(
        "bubbles",
        title,
        _key(view, env),
        subtitle=f"{view.group}{view.drawn:,}家{hidden} · 双对数 · {area}",
        reading=view.reading,
        tools=switch(options, "评价类型"),
        figure=figure,
        has_graph=True,
        caption=view.caption,
    )


def _key(view: Bubbles, env: Env) -> html.Div:
    """Grades with their counts; each chooses its firms."""
    parts = []
    for grade, count in zip(GRADES, view.counts, strict=True):
        style = {"background": css_color(grade_token(grade))}
        words = [html.I(style=style, className=f"swatch {'diamond' if grade == 'D' else 'round'}"), f"{grade} {count:,} 家"]
        chosen = env.selection.grades == (grade,)
        target = env.selection.but(grades=() if chosen else (grade,))
        parts.append(navigate(words, env.href(target), "on" if chosen else "", title=f"只看{grade}类"))
    return html.Div(parts, className="flow-key")


def draw_roster(view: FirmList | None, env: Env) -> Panel:
    """The list's head; the rows come page by page from `callbacks/firm_rows.py`."""
    grades = [("全部", env.href(env.selection.but(grades=())), not env.selection.grades)]
    grades += [(g, env.href(env.selection.but(grades=(g,))), env.selection.grades == (g,)) for g in GRADES]
    return Panel(
        "roster",
        "评价企业",
        None,
        subtitle="点击企业看得分说明",
        reading=view.reading if view else "",
        tools=switch(grades, "等级"),
        caption=view.caption if view else None,
        fixed=_roster(env),
    )


def _roster(env: Env) -> list[Any]:
    search = dcc.Input(
        id=ids.ROSTER_SEARCH,
        type="search",
        placeholder="按企业名称或信用代码查找",
        debounce=0.3,
        maxLength=80,  # a mark that stands for several firms puts in longer words: `cockpit.evaluation.results.land_tax_areas`
        className="search",
    )
    told = html.Span(id=ids.ROSTER_TOLD, className="roster-told", role="status")
    look = html.Div([html.Label(search, title="查找企业"), told], className="roster-look")
    return [look, AgGrid(id=ids.ROSTER, columnDefs=_columns(env.on), **_grid(env.on))]


def _columns(on: Screen) -> list[dict[str, Any]]:
    """Column definitions; a phone shows what it has room for."""
    return [
        {"field": field, "headerName": name, "minWidth": round(on.px((_ON_A_PHONE[field] if on.narrow else width) * 16)), **more}
        for field, name, width, more in _COLUMNS
        if not on.narrow or field in _ON_A_PHONE
    ]


def _grid(on: Screen) -> dict[str, Any]:
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
            "rowHeight": round(on.px(31)),
            "headerHeight": round(on.px(36)),
            "localeText": _WORDS,
            "animateRows": False,
            "tooltipShowDelay": 300,
            "suppressCellFocus": False,
            "ensureDomOrder": True,
        },
    }
