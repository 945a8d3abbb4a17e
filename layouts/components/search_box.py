"""The search for an enterprise in the head of every page. `assets/base/search.js` serves keys, focus and roles."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from markupsafe import Markup

from cockpit.analysis.search import SearchResult
from cockpit.selection import Selection
from layouts.components.client import Fragment
from layouts.ui import ids
from layouts.ui.attributes import attributes
from layouts.ui.templates import render

_DEBOUNCE_SECONDS = 0.15


def search_box() -> html.Div:
    """Build the box with nothing typed; a button opens it where there is no space for it."""
    opener = html.Button(
        html.Span(className="icon icon-search"),
        className="action search-open",
        title="查找企业",
        type="button",
        **attributes(aria_label="查找企业", data_search_open=""),
    )
    field = dcc.Input(
        id=ids.SEARCH,
        type="text",
        placeholder="查找企业：名称、拼音、信用代码",
        debounce=_DEBOUNCE_SECONDS,
        maxLength=40,
        autoComplete="off",
    )
    label = html.Label([html.Span(className="icon icon-search"), field], title="按 / 或 Ctrl+K 查找", className="search-label")
    results = Fragment(id=ids.SEARCH_RESULTS, className="search-results")
    return html.Div(
        [opener, html.Div([label, html.Span("/", className="search-key"), results], className="search-field")],
        className="search-box",
    )


def search_results(text: str, results: Sequence[SearchResult], selection: Selection) -> Markup:
    """Render links to the matching enterprises, which keep the period; the script compares ``text`` with the field."""
    shared = selection.shared
    links = [(ids.search_result(i), shared.href(f"/enterprise/{result.code}"), result) for i, result in enumerate(results)]
    return render("components/search_results.html", text=text, results=links, fault="")


def search_fault(text: str, message: str) -> Markup:
    """Render why the search failed, as distinct from an empty result."""
    return render("components/search_results.html", text=text, results=(), fault=message)
