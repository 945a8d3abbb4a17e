"""The search in the head: what was typed goes in, links to the firms found come out."""

from __future__ import annotations

import logging
from typing import Any

from dash import Dash, Input, Output, State

from callbacks.request import parse_selection
from cockpit.analysis.search import directory, find
from cockpit.errors import CockpitError
from cockpit.snapshot import Repository
from layouts.components.search_box import search_hits
from layouts.ui import ids

log = logging.getLogger(__name__)


def register(app: Dash, repository: Repository) -> None:
    """Register the callback on ``app``."""

    def look(text: str | None, search: str | None) -> Any:
        return respond(repository, text or "", search or "")

    app.callback(
        Output(ids.SEARCH_HITS, "children"), Input(ids.SEARCH, "value"), State(ids.URL, "search"), prevent_initial_call=True
    )(look)


def respond(repository: Repository, text: str, search: str) -> Any:
    """The firms for ``text``, as links that keep the period of the page at ``search``."""
    if not text.strip():
        return None
    try:
        data = repository.snapshot()
        where = directory(data, repository.spelled)
    except CockpitError as error:
        log.warning("no search: %s", error)
        return None
    selection, _ = parse_selection(search, data.district)
    return search_hits(text, find(where, text), selection)
