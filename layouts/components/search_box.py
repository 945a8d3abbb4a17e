"""The search for an enterprise in the head of every page, and the field over a list of enterprises.

`assets/base/search.js` serves keys, focus and roles of the first; `assets/pages/land_firm_list.js` puts what is typed into the
second into the address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component
from markupsafe import Markup

from cockpit.analysis.search import PageResult, SearchResult
from cockpit.district.district import District
from cockpit.selection import Selection
from layouts.components.client import Fragment
from layouts.ui import ids
from layouts.ui.attributes import attributes
from layouts.ui.templates import render
from layouts.ui.theme import chain_token, css_color

_DEBOUNCE_SECONDS = 0.15
_LIST_DEBOUNCE_SECONDS = 0.3
_MAX_CHARACTERS, _LIST_MAX_CHARACTERS = 40, 80


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
        placeholder="查找企业、项目、园区…",
        debounce=_DEBOUNCE_SECONDS,
        maxLength=_MAX_CHARACTERS,
        autoComplete="off",
    )
    label = html.Label([html.Span(className="icon icon-search"), field], title="按 / 或 Ctrl+K 查找", className="search-label")
    results = Fragment(id=ids.SEARCH_RESULTS, className="search-results")
    return html.Div(
        [opener, html.Div([label, html.Span("/", className="search-key"), results], className="search-field")],
        className="search-box",
    )


@dataclass(frozen=True, slots=True)
class SearchOutcome:
    """What a search found; ``is_nearly``: nothing has the text itself, these differ from it in one character."""

    firms: Sequence[SearchResult]
    pages: Sequence[PageResult]
    is_nearly: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing matches."""
        return not self.firms and not self.pages


def search_results(text: str, outcome: SearchOutcome, selection: Selection, district: District) -> Markup:
    """Render links to what was found, which keep the period; the script compares ``text`` with the field.

    A page that begins with the text stands before the enterprises, any other after them.
    """
    first = [page for page in outcome.pages if page.name.startswith(text.strip())]
    pages = [page for page in outcome.pages if page not in first]
    rows = [*(_page(p, selection, district) for p in first), *(_firm(f, selection, district) for f in outcome.firms)]
    rows += [_page(p, selection, district) for p in pages]
    links = [{"id": ids.search_result(i), **row} for i, row in enumerate(rows)]
    return render("components/search_results.html", text=text, results=links, fault="", is_nearly=outcome.is_nearly)


def _firm(firm: SearchResult, selection: Selection, district: District) -> dict[str, str]:
    return {
        "href": selection.shared.href(f"/enterprise/{firm.code}"),
        "title": firm.code,
        "short": firm.short,
        "name": firm.name,
        "town": firm.town,
        "chain": firm.chain,
        "color": css_color(chain_token(district, firm.chain_key)),
    }


def _page(page: PageResult, selection: Selection, district: District) -> dict[str, str]:
    """Build a row; the link keeps the period but where the page has its own, and no other filter."""
    linked = Selection(period=selection.period, compare=selection.compare).replace(**dict(page.query))
    return {
        "href": linked.href(page.path) + (f"#{page.anchor}" if page.anchor else ""),
        "title": f"{page.kind}：{page.name}",
        "short": page.short,
        "name": page.location,
        "town": page.kind,
        "chain": district.chain_names([page.chain_key]) if page.chain_key in district.chain_colors else "",
        "color": css_color(chain_token(district, page.chain_key)),
    }


def search_fault(text: str, message: str) -> Markup:
    """Render why the search failed, as distinct from an empty result."""
    return render("components/search_results.html", text=text, results=(), fault=message, is_nearly=False)


def list_search(selection: Selection, title: str, placeholder: str, *more: Component) -> html.Div:
    """Build the field with the text that the address has; ``title``: its tooltip, ``more``: components beside it."""
    field = dcc.Input(
        id=ids.FIRM_SEARCH,
        type="search",
        placeholder=placeholder,
        value=selection.firm_query,
        debounce=_LIST_DEBOUNCE_SECONDS,
        maxLength=_LIST_MAX_CHARACTERS,
        className="search",
    )
    return html.Div([html.Label(field, title=title), *more], className="list-search")
