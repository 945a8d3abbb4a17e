"""The frame around every page: head, filter row, notices, and the place where pages appear."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from dash import dcc

from cockpit.analysis.provenance import Freshness
from cockpit.district.district import District
from cockpit.district.geo import MapGeometry
from cockpit.selection import Selection
from layouts.components.panel import navigate
from layouts.components.part import Painter, Part, Toast
from layouts.components.search_box import search_box
from layouts.shell.filters import filter_row
from layouts.ui import html, ids
from layouts.ui.theme import TOKENS


def shell(district: District, shape: MapGeometry) -> html.Div:
    """The static frame; it holds no figure and needs no data."""
    return html.Div(
        [
            dcc.Location(id=ids.URL, refresh="callback-nav"),
            dcc.Store(id=ids.CURRENT_PAGE),
            Painter(id=ids.PATCHER),
            dcc.Store(id=ids.VIEWPORT),
            dcc.Store(id=ids.SERVER_FILTERS),
            dcc.Store(id=ids.SCENARIO_CHANGES),
            dcc.Store(id=ids.SCENARIO_EVALUATED),
            html.A("跳到正文", href=f"#{ids.PAGE}", className="skip"),
            html.Header(
                [
                    navigate(_brand(district, shape), "/", "brand"),
                    Part(None, "nav", id=ids.NAVIGATION, className="navigation", **{"aria-label": "页面"}),
                    search_box(),
                    html.Div(
                        [_action("复制链接", "link", "data-copy"), _action("切换明暗", "theme", "data-theme-switch")],
                        className="actions",
                    ),
                ],
                className="top",
            ),
            html.Div([filter_row(district), Part(id=ids.FRESHNESS, className="stamp")], className="bar"),
            Part(id=ids.NOTICES, className="notices", role="status"),
            html.Main(_skeleton(), id=ids.PAGE, tabIndex="-1"),
            Part(None, "nav", id=ids.TABBAR, className="tabbar", **{"aria-label": "页面"}),
            Toast(id=ids.ACTION_TOAST, header="完成", is_open=False, duration=8000, className="crash done"),
            Toast(
                id=ids.CONNECTION_TOAST,
                children="服务器没有回应，画面保持不变。请检查网络，稍后再试一次。",
                header="连接中断",
                is_open=False,
                className="crash",
            ),
        ],
        className="shell",
    )


def _brand(district: District, shape: MapGeometry) -> list[Any]:
    picture = f'url("{outline(district, shape)}")'
    mark = html.Span(className="mark", style={"maskImage": picture, "WebkitMaskImage": picture})
    return [mark, html.H1(district.title)]


def _action(words: str, icon: str, hook: str) -> html.Button:
    """A button that `assets/cockpit.js` serves; what it did is told beside it."""
    told = html.Span(className="told", role="status")
    return html.Button(
        [html.Span(className=f"icon icon-{icon}"), told],
        className="action",
        title=words,
        **{"aria-label": words, "type": "button", hook: ""},
    )


def outline(district: District, shape: MapGeometry) -> str:
    """The district's outer line as a small picture, for mark and favicon (a data URI)."""
    rings = [ring for town in district.towns for ring in shape.rings.get(town.key, ())]
    points = [p for ring in rings for p in ring]
    if not points:
        return ""
    left, top = min(x for x, _ in points), max(y for _, y in points)
    size = max(max(x for x, _ in points) - left, top - min(y for _, y in points)) or 1.0
    # Neighbouring towns share their vertices, so an edge that occurs once is the district's own.
    times = Counter(frozenset(edge) for ring in rings for edge in pairwise(ring))
    line = "".join(
        "M" + "L".join(f"{(x - left) / size * 100:.1f},{(top - y) / size * 116:.1f}" for x, y in edge)
        for edge, count in times.items()
        if count == 1
    )
    colour = TOKENS["dark"]["accent"]
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-5 -5 112 112">'
        f'<path d="{line}" fill="none" stroke="{colour}" stroke-width="7" stroke-linecap="round"/></svg>'
    )
    return f"data:image/svg+xml,{quote(svg)}"


def links(tab: str, selection: Selection, district: District, pages: Sequence[tuple[str, str, str]]) -> list[Any]:
    """Links to ``pages`` (tab, words, path), with the filters kept; ``tab`` is where we are."""
    first = district.chains[0].key if district.chains else ""
    found = []
    for key, words, path in pages:
        target = f"{path}{first}" if path.endswith("/") and path != "/" else path
        more = {"aria-current": "page"} if key == tab else {}
        # What leads to the first of several pages (chains) takes along nothing that is one page's own.
        kept = selection if target == path and key == tab else selection.shared
        found.append(navigate(words, kept.href(target), "on" if key == tab else "", **more))
    return found


def stamp(fresh: Freshness) -> list[Any]:
    """How fresh the figures are."""
    label = [html.Span("演示数据", className="demonstration", title="数字为虚构，仅供演示")] if fresh.is_demonstration else []
    return [
        html.Span(className="dot"),
        html.Span(["数据月份 ", html.B(fresh.data_month)]),
        html.Span(f"{fresh.published} 发布", className="published", title=f"数据版本 {fresh.version}"),
        *label,
    ]


def notices(texts: tuple[str, ...], fresh: Freshness) -> list[Any]:
    """What the reader must know: figures that are overdue, parts of the link that were ignored."""
    strips = []
    if fresh.overdue_days:
        words = (
            f"最新数据月份 {fresh.data_month}，{fresh.due_month}数据已晚 {fresh.overdue_days} 天。图表仍显示 {fresh.data_month}。"
        )
        strips.append(html.Div([html.B("◆ 数据已过期"), html.Span(words)], className="notice stale"))
    strips += [html.Div(html.Span(t), className="notice") for t in texts]
    return strips


def _skeleton() -> html.Div:
    return html.Div([html.Div(className="skeleton") for _ in range(4)], className="loading", **{"aria-label": "正在载入"})
