"""The search for an enterprise in the head of every page. `assets/search.js` serves keys, focus and the roles of the parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc

from cockpit.analysis.search import Hit
from cockpit.selection import Selection
from layouts.components.panel import navigate
from layouts.ui import html, ids
from layouts.ui.theme import chain_token, css_color

_WAIT = 0.15  # seconds without a key, after which the server is asked


def search_box() -> html.Div:
    """The box with nothing typed; a button opens it where there is no room for it."""
    opener = html.Button(
        html.Span(className="icon icon-search"),
        className="action search-open",
        title="查找企业",
        **{"aria-label": "查找企业", "type": "button", "data-search-open": ""},
    )
    field = dcc.Input(
        id=ids.SEARCH,
        type="text",
        placeholder="查找企业：名称、拼音、信用代码",
        debounce=_WAIT,
        maxLength=40,
        autoComplete="off",
        className="search-input",
    )
    label = html.Label([html.Span(className="icon icon-search"), field], title="按 / 或 Ctrl+K 查找", className="search-label")
    hits = html.Div(id=ids.SEARCH_HITS, className="search-hits")
    return html.Div(
        [opener, html.Div([label, html.Span("/", className="search-key"), hits], className="search-field")], className="finder"
    )


def search_hits(text: str, found: Sequence[Hit], selection: Selection) -> Any:
    """The firms found as links to their pages; ``None`` when nothing was typed. ``text`` is said again for the script."""
    if not text.strip():
        return None
    asked = {"data-asked": text}
    if not found:
        words = [
            html.B(f"没有找到“{text.strip()}”"),
            "可以输入企业名称或其中几个字、简称、拼音或拼音首字母、统一社会信用代码（或其中不少于四位）。",
        ]
        return html.Div([html.P(w) for w in words], className="search-none", role="status", **asked)
    return html.Div([_hit(i, h, selection) for i, h in enumerate(found)], **asked)


def _hit(number: int, hit: Hit, selection: Selection) -> html.A:
    swatch = html.I(style={"background": css_color(chain_token(hit.chain_key))}, className="swatch")
    words = [
        html.Span([html.B(hit.short), html.Span(hit.name, className="search-name")], className="search-who"),
        html.Span([html.Span(hit.town), html.Span([swatch, hit.chain])], className="search-where"),
    ]
    options = {"id": ids.search_result(number), "role": "option", "tabIndex": "-1", "aria-selected": "false"}
    return navigate(words, selection.shared.href(f"/enterprise/{hit.code}"), "search-hit", title=hit.code, **options)
