"""The search in the head: what was typed goes in, links to the matching enterprises come out."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State

from callbacks.request import parse_selection
from cockpit.analysis.search import find_firms, firm_directory
from cockpit.faults import report
from cockpit.snapshot import Repository
from layouts.components.search_box import search_fault, search_results
from layouts.ui import ids


def register(app: Dash, repository: Repository) -> None:
    """Register the callback on ``app``."""

    def search_firms(text: str | None, search: str | None) -> Any:
        return respond(repository, text or "", search or "")

    app.callback(
        Output(ids.SEARCH_RESULTS, "html"), Input(ids.SEARCH, "value"), State(ids.URL, "search"), prevent_initial_call=True
    )(search_firms)


def respond(repository: Repository, text: str, search: str) -> Any:
    """Find the firms for ``text``; their links keep the period of the page at ``search``."""
    if not text.strip():
        return ""
    try:
        data = repository.snapshot()
        results = find_firms(firm_directory(data, repository.pinyin), text)
        selection, _ = parse_selection(search, data.district)
        return search_results(text, results, selection)
    except Exception as error:
        return search_fault(text, report(error, f"search for {text!r}"))
