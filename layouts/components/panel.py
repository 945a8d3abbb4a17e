"""A panel of a page: declared once (`PanelSpec`), computed and rendered on its own (`PanelContents`).

A panel of text or SVG is one fragment of HTML. One with a Plotly chart or with Dash components keeps these as components, and
everything around them as fragments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from dash import html
from dash.development.base_component import Component
from markupsafe import Markup, escape

from cockpit.views.context import ViewContext
from cockpit.views.parts import Caption
from layouts.components.client import Fragment
from layouts.components.graph import graph
from layouts.ui import ids
from layouts.ui.attributes import attributes
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import NOTHING, macro, render

#: What a callback sets: (component id, property) -> value.
Props = dict[tuple[str, str], Any]

_NO_FIGURE: dict[str, Any] = {"data": [], "layout": {"xaxis": {"visible": False}, "yaxis": {"visible": False}}}


class PanelKind(StrEnum):
    """What a panel is made of. Its place for a chart or for components stays in the page while it is empty."""

    TEXT = "text"
    SVG = "svg"
    CHART = "chart"
    COMPONENTS = "components"


class PanelFrame(StrEnum):
    """How a panel stands in its page: where it was declared, over the page's whole width, or not at all; its CSS class."""

    DECLARED = ""
    WHOLE_ROW = "whole-row"
    HIDDEN = "hidden-panel"


class EmptyState(Markup):
    """Why a panel shows nothing, as HTML and in its parts: the fact, what to do, and a way out.

    ``is_unpublished``: no selection would show anything, since nothing of the kind was ever published; ``sheet``: what would
    have to be published, and ``shows`` what there is then.
    """

    fact: str
    hints: tuple[str, ...]
    link: Markup
    is_unpublished: bool
    sheet: str
    shows: str


@dataclass(frozen=True, slots=True)
class PanelContents:
    """What one panel shows now.

    ``body``: HTML, or the Dash components of a panel of that kind. ``title`` replaces the declared one where it depends on
    the selection. ``figure`` and ``svg``: the chart of those kinds; without it ``body`` says why. ``controls``: Dash
    components that are put in when the page is made and stay, since they keep a state of their own. ``fault``: the number
    of the error that is shown instead. ``frame``: see ``merge_empty`` (`layouts/shell/empty_panels.py`).
    """

    body: Markup | Sequence[Component] = NOTHING
    title: str = ""
    subtitle: str = ""
    insight: Markup | str = ""
    tools: Markup = NOTHING
    figure: dict[str, Any] | None = None
    svg: Markup = NOTHING
    caption: Caption | None = None
    controls: Sequence[Component] | None = None
    fault: str = ""
    frame: PanelFrame = PanelFrame.DECLARED


@dataclass(frozen=True, slots=True)
class PanelSpec:
    """A panel as its page declares it: ``compute`` makes its values from the data, ``render`` its contents from the values.

    ``span``: columns of twelve that it takes on a wide screen, ``order``: where it stands there (0: as declared); narrower
    screens are laid out by the page's style sheet.
    """

    key: str
    title: str
    compute: Callable[[ViewContext], Any]
    render: Callable[[Any, RenderContext], PanelContents]
    kind: PanelKind = PanelKind.TEXT
    span: int = 12
    order: int = 0


class Panel(NamedTuple):
    """A panel with what it shows now."""

    spec: PanelSpec
    contents: PanelContents


def panel_component(panel: Panel) -> Component:
    """Build the panel as a component, for a page that is shown anew."""
    key, props = panel.spec.key, panel_props(panel)
    frame: dict[str, Any] = {"id": key, "className": props[(key, "className")]}
    if _is_fragment(panel.spec):
        return Fragment(props[(key, "html")], "section", **frame)
    children: list[Component] = [Fragment(props[(ids.head(key), "html")], "header", id=ids.head(key), className="panel-head")]
    if panel.spec.kind is PanelKind.CHART:
        label, state = (props[(ids.box(key), name)] for name in ("aria-label", "className"))
        chart = graph(ids.graph(key), props[(ids.graph(key), "figure")])
        children.append(html.Div(chart, id=ids.box(key), role="img", className=state, **attributes(aria_label=label)))
    if panel.contents.controls is not None:
        children.append(html.Div(list(panel.contents.controls), className="panel-controls"))
    children += [
        _body(panel.spec, props),
        Fragment(props[(ids.foot(key), "html")], "footer", id=ids.foot(key), className="panel-foot"),
    ]
    return html.Section(children, **frame)


def panel_props(panel: Panel) -> Props:
    """Collect the properties that a change of selection sets: (component id, property) -> value."""
    spec, contents = panel
    key, head, foot = spec.key, _head(panel), _foot(contents.caption)
    if _is_fragment(spec):
        values = {"head": head, "body": _html_body(contents), "foot": foot, "label": _chart_label(panel)}
        html_text = render("components/panel.html", svg=contents.svg, has_box=spec.kind is PanelKind.SVG, **values)
        return {(key, "className"): _class_name(panel), (key, "html"): html_text}
    props: Props = {
        (key, "className"): _class_name(panel),
        (ids.head(key), "html"): head,
        (ids.foot(key), "html"): foot,
    }
    if spec.kind is PanelKind.COMPONENTS:
        props[(ids.body(key), "children")] = _components(contents.body)
    else:
        props[(ids.body(key), "html")] = _html_body(contents)
    if spec.kind is PanelKind.CHART:
        props[(ids.graph(key), "figure")] = contents.figure or _NO_FIGURE
        props[(ids.box(key), "aria-label")] = _chart_label(panel)
        props[(ids.box(key), "className")] = "graph-box" if contents.figure is not None else "graph-box graph-empty"
    return props


def empty(fact: str, hints: str | Sequence[str] = "", link: Markup = NOTHING, *, is_unpublished: bool = False) -> EmptyState:
    """Render the empty state: the fact in one sentence, what was selected or what to do, and a way out."""
    lines = (hints,) if isinstance(hints, str) and hints else tuple(hints)
    state = EmptyState(_empty(fact, lines, link))
    state.fact, state.hints, state.link = fact, lines, link
    state.is_unpublished, state.sheet, state.shows = is_unpublished, "", ""
    return state


def unpublished(fact: str, sheet: str, shows: str) -> EmptyState:
    """Render the empty state before a ``sheet`` was ever published; ``shows``: what there is once it was."""
    state = empty(fact, publish_hint(sheet, shows), is_unpublished=True)
    state.sheet, state.shows = sheet, shows
    return state


def publish_hint(sheet: str, shows: str) -> str:
    """Say what to publish in order to see ``shows``."""
    return f"发布含“{sheet}”表的工作簿后，这里显示{shows}。"


def error_contents(title: str, fault: str, version: int, message: str = "") -> PanelContents:
    """Build the contents of a panel that failed. ``fault``: number in the log, ``version``: of the data, ``message``: cause."""
    return PanelContents(Markup(_error(fault, version, message)), title=title, fault=fault)


def link_tabs(options: Sequence[tuple[str, str, bool]], label: str) -> Markup:
    """Render a row of links: (text, address, whether it is the current one)."""
    return Markup(_tabs(options, label))


def navigate(text: Markup | str, href: str, class_name: str = "", **html_attributes: str) -> Markup:
    """Render a link inside the cockpit: followed without reloading the page."""
    return Markup(_link(text, href, class_name, html_attributes))


def _class_name(panel: Panel) -> str:
    spec, frame = panel.spec, panel.contents.frame
    order = f" order-{spec.order}" if spec.order else ""
    return f"panel panel-{spec.key} span-{spec.span}{order}{f' {frame}' if frame else ''}"


def _body(spec: PanelSpec, props: Props) -> Component:
    element: dict[str, Any] = {"id": ids.body(spec.key), "className": "panel-body"}
    if spec.kind is PanelKind.COMPONENTS:
        return html.Div(props[(ids.body(spec.key), "children")], **element)
    return Fragment(props[(ids.body(spec.key), "html")], **element)


def _html_body(contents: PanelContents) -> Markup:
    """Return a body that must be HTML.

    Raises ``TypeError`` for Dash components: they belong in a panel of kind COMPONENTS.
    """
    if not isinstance(contents.body, str):
        raise TypeError("Dash components stand in a panel of kind COMPONENTS")
    return escape(contents.body)


def _components(body: Markup | Sequence[Component]) -> list[Component]:
    """Return the components of a body; HTML, such as an empty state, becomes one."""
    if isinstance(body, str):
        return [Fragment(body)] if body else []
    return list(body)


def _is_fragment(spec: PanelSpec) -> bool:
    return spec.kind in (PanelKind.TEXT, PanelKind.SVG)


def _chart_label(panel: Panel) -> str:
    return f"{panel.contents.title or panel.spec.title}图表：{Markup(panel.contents.insight).striptags()}"


def _head(panel: Panel) -> Markup:
    spec, contents = panel
    return Markup(_panel_head(contents.title or spec.title, contents.subtitle, contents.tools, contents.insight))


def _foot(caption: Caption | None) -> Markup:
    return Markup(_panel_foot(caption.sentence, caption.definition)) if caption else NOTHING


_panel_head = macro("components/panel_parts.html", "head")
_panel_foot = macro("components/panel_parts.html", "foot")
_empty = macro("components/panel_parts.html", "empty")
_error = macro("components/panel_parts.html", "error")
_tabs = macro("components/panel_parts.html", "tabs")
_link = macro("components/panel_parts.html", "link")
