"""The search in the head: what was typed goes in, links to matching enterprises, areas, chains, projects, parks come out."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State

from callbacks.permissions import allowed
from callbacks.request import parse_selection
from cockpit.access.access import CurrentAccess
from cockpit.access.permissions import Permission
from cockpit.analysis.page_search import page_directory
from cockpit.analysis.search import find_names, firm_directory, suggest_names
from cockpit.faults import report
from cockpit.snapshot import Repository
from layouts.components.search_box import SearchOutcome, search_fault, search_results
from layouts.ui import ids

#: Places among the results: enterprises are what most people look for.
_MOST_PAGES = 5


def register(app: Dash, repository: Repository, access: CurrentAccess) -> None:
    """Register the callback on ``app``."""

    def search_firms(text: str | None, search: str | None) -> Any:
        return respond(repository, text or "", search or "")

    app.callback(
        Output(ids.SEARCH_RESULTS, "html"), Input(ids.SEARCH, "value"), State(ids.URL, "search"), prevent_initial_call=True
    )(allowed(Permission.VIEW_TOTALS, access, search_firms))


def respond(repository: Repository, text: str, search: str) -> Any:
    """Find what ``text`` names, else what it nearly names; links keep the period of the page at ``search``."""
    if not text.strip():
        return ""
    try:
        data = repository.snapshot()
        firms, pages = firm_directory(data, repository.pinyin), page_directory(data, repository.pinyin)
        outcome = SearchOutcome(find_names(firms, text), find_names(pages, text, _MOST_PAGES))
        if outcome.is_empty:
            outcome = SearchOutcome(suggest_names(firms, text), suggest_names(pages, text, _MOST_PAGES), is_nearly=True)
        selection, _ = parse_selection(search, data.district)
        return search_results(text, outcome, selection, data.district)
    except Exception as error:
        return search_fault(text, report(error, f"search for {text!r}"))
