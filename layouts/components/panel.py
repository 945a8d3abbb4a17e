"""A panel: title, one-line reading, chart or content, and the sentence under it. Its parts can be replaced alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash.development.base_component import Component

from cockpit.views.parts import Caption
from layouts.components.graph import graph
from layouts.components.part import Part
from layouts.ui import html, ids

Children = Any


@dataclass(frozen=True, slots=True)
class Panel:
    """What one panel shows now. ``figure`` None: there is no chart to draw, ``content`` says why or stands alone.

    ``has_graph`` is fixed for a panel: the chart's place stays in the page while it is empty; so is ``has_drawing``, whose
    ``drawing`` stands in that place as markup. ``fixed`` is put in when the page is made and stays as it is: widgets that keep
    a state of their own. ``fault``: the number of the one that is shown instead.
    """

    key: str
    title: str
    content: Children = None
    subtitle: str = ""
    reading: Children = ""
    tools: Children = None
    figure: dict[str, Any] | None = None
    has_graph: bool = False
    drawing: Children = None
    has_drawing: bool = False
    caption: Caption | None = None
    fixed: Children = None
    fault: str = ""


_NO_FIGURE: dict[str, Any] = {"data": [], "layout": {"xaxis": {"visible": False}, "yaxis": {"visible": False}}}


def section(panel: Panel) -> html.Section:
    """The panel as a component."""
    now = parts(panel)
    children: list[Component] = [
        Part(now[(ids.head(panel.key), "children")], "header", id=ids.head(panel.key), className="panel-head")
    ]
    if panel.has_graph or panel.has_drawing:
        state = {name: now[(ids.box(panel.key), name)] for name in ("className", "aria-label")}
        drawn = graph(ids.graph(panel.key), now[(ids.graph(panel.key), "figure")]) if panel.has_graph else panel.drawing
        # A chart is one picture; what is drawn may hold links.
        role = "img" if panel.has_graph else "group"
        children.append(Part(drawn, id=ids.box(panel.key), role=role, **state))
    if panel.fixed is not None:
        children.append(html.Div(panel.fixed, className="panel-fixed"))
    children += [
        Part(panel.content, id=ids.body(panel.key), className="panel-body"),
        Part(now[(ids.foot(panel.key), "children")], "footer", id=ids.foot(panel.key), className="panel-foot"),
    ]
    return html.Section(children, id=panel.key, className=f"panel panel-{panel.key}")


def parts(panel: Panel) -> dict[tuple[str, str], Any]:
    """The parts that a change of selection replaces: (component id, property) -> value."""
    result: dict[tuple[str, str], Any] = {
        (ids.head(panel.key), "children"): _head(panel),
        (ids.body(panel.key), "children"): panel.content,
        (ids.foot(panel.key), "children"): _foot(panel.caption),
    }
    if panel.has_graph:
        result[(ids.graph(panel.key), "figure")] = panel.figure or _NO_FIGURE
    if panel.has_drawing:
        result[(ids.box(panel.key), "children")] = panel.drawing
    if panel.has_graph or panel.has_drawing:
        is_drawn = panel.figure is not None or panel.drawing is not None
        result[(ids.box(panel.key), "aria-label")] = f"{panel.title}图表：{panel.reading}"
        result[(ids.box(panel.key), "className")] = "graph-box" if is_drawn else "graph-box graph-empty"
    return result


def empty(sentence: str, hint: str = "", link: Children = None) -> html.Div:
    """The empty state: the fact in one sentence, what was asked, and a way out."""
    return html.Div(
        [html.Div(className="empty-mark"), html.P(sentence, className="empty-fact"), html.P(hint, className="empty-hint"), link],
        className="empty",
    )


def failed(
    key: str, title: str, fault: str, version: int, *, has_graph: bool = False, has_drawing: bool = False, words: str = ""
) -> Panel:
    """The panel's error state: the others are not affected; the number leads to the log. ``words``: what is known of it."""
    content = html.Div(
        [
            html.Div(className="empty-mark empty-mark-fault"),
            html.P("这一块没能显示出来", className="empty-fact"),
            html.P(words, className="empty-hint") if words else None,
            html.P("其余图表和数据不受影响。刷新后仍不成功，请把编号告诉管理员。", className="empty-hint"),
            html.P(f"编号 {fault} · 数据版本 {version}", className="empty-hint"),
        ],
        className="empty",
    )
    return Panel(key, title, content, has_graph=has_graph, has_drawing=has_drawing, fault=fault)


def switch(options: Sequence[tuple[str, str, bool]], label: str) -> html.Nav:
    """A row of links (text, address, whether it is the current one)."""
    links = [html.A(t, href=h, className="on" if on else "", **_nav(current=on)) for t, h, on in options]
    return html.Nav(links, className="switch", **{"aria-label": label})


def navigate(text: Children, href: str, className: str = "", **more: Any) -> html.A:
    """A link inside the cockpit: followed without reloading the page."""
    return html.A(text, href=href, className=className, **_nav(), **more)


def _nav(*, current: bool = False) -> dict[str, str]:
    return {"data-nav": "", **({"aria-current": "true"} if current else {})}


def _head(panel: Panel) -> list[Component]:
    line = [html.H2(panel.title)]
    if panel.subtitle:
        line.append(html.Span(panel.subtitle, className="subtitle"))
    if panel.tools is not None:
        line.append(html.Div(panel.tools, className="tools"))
    return [html.Div(line, className="panel-title"), *([html.P(panel.reading, className="reading")] if panel.reading else [])]


def _foot(caption: Caption | None) -> list[Component]:
    if caption is None:
        return []
    sentence = html.Span(caption.sentence, className="caption", title=caption.sentence)
    if not caption.definition:
        return [sentence]
    words = html.Details([html.Summary("口径", title=caption.definition), html.P(caption.definition)], className="definition")
    return [sentence, words]
