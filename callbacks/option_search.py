"""The search in a drop-down of the filters: what was typed goes in, the options that it finds are marked for the drop-down."""

from __future__ import annotations

from functools import partial
from typing import Any

from dash import Dash, Input, Output, State, no_update

from callbacks.permissions import allowed
from callbacks.request import resolve_page
from cockpit.access.access import CurrentAccess
from cockpit.access.permissions import Permission
from cockpit.analysis.option_search import OptionDirectory, find_options, option_directory
from cockpit.cache import OPTIONS
from cockpit.catalogue.dimensions import INDUSTRIES
from cockpit.faults import report
from cockpit.snapshot import Repository, Snapshot, retry_if_stale
from layouts.pages import canonical_path
from layouts.shell.filters import searched_options
from layouts.ui import ids


def register(app: Dash, repository: Repository, access: CurrentAccess) -> None:
    """Register a callback for each drop-down on ``app``."""
    for widget in ids.SEARCHED_FILTERS:
        app.callback(
            Output(widget, "options"),
            Input(widget, "search_value"),
            State(ids.URL, "pathname"),
            State(ids.URL, "search"),
            prevent_initial_call=True,
        )(allowed(Permission.VIEW_TOTALS, access, partial(respond, repository, widget)))


def respond(repository: Repository, widget: str, text: str | None, path: str | None, search: str | None) -> Any:
    """Return all options of ``widget``; those that ``text`` finds have it as the term that Dash's drop-down looks for."""
    try:
        return retry_if_stale(lambda: _mark(repository, widget, text or "", path or "/", search or ""))
    except Exception as error:
        report(error, f"search for {text!r} in {widget}")
        return no_update


def _mark(repository: Repository, widget: str, text: str, path: str, search: str) -> list[dict[str, str]]:
    snapshot = repository.snapshot()
    target = resolve_page(repository, snapshot, canonical_path(path, snapshot.district), search)
    options = searched_options(widget, target.selection, target.data)
    matches = find_options(_directory(repository, widget, target.data), text) if text else frozenset()
    return [option | {"search": text} if option["value"] in matches else option for option in options]


def _directory(repository: Repository, widget: str, data: Snapshot) -> OptionDirectory:
    names = [(town.key, town.name) for town in data.district.towns] if widget == ids.FILTER_TOWN else list(INDUSTRIES.items())
    key = (data.district.area, widget)
    return data.cache.get_or_compute(OPTIONS, key, lambda: option_directory(names, repository.pinyin))
