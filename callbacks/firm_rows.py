"""Rows of the list of evaluated firms, a page at a time, for the address that the browser shows."""

from __future__ import annotations

import logging
from typing import Any

from dash import Dash, Input, Output, State, no_update

from callbacks.request import context_from_query, retry_if_stale
from cockpit.errors import CockpitError
from cockpit.snapshot import Repository
from cockpit.views.land.firms import firm_page
from layouts.ui import ids

log = logging.getLogger(__name__)


def register(app: Dash, repository: Repository) -> None:
    """Register the callback on ``app``."""

    def rows(request: dict[str, Any] | None, search: str | None, name: str | None) -> Any:
        answer = respond(repository, request, search or "", name or "")
        return answer, no_update if answer is no_update else counted(name or "", answer["rowCount"])

    app.callback(
        Output(ids.FIRM_GRID, "getRowsResponse"),
        Output(ids.FIRM_SEARCH_STATUS, "children"),
        Input(ids.FIRM_GRID, "getRowsRequest", allow_optional=True),
        State(ids.URL, "search"),
        State(ids.FIRM_SEARCH, "value", allow_optional=True),
        prevent_initial_call=True,
        optional=True,
    )(rows)


def respond(repository: Repository, request: dict[str, Any] | None, search: str, name: str) -> Any:
    """``rowData`` and ``rowCount`` of the block that the grid asks for."""
    if not request:
        return no_update
    try:
        sort = [(str(s.get("colId")), s.get("sort") == "asc") for s in request.get("sortModel") or []]
        first, last = int(request["startRow"]), int(request["endRow"])
        page = retry_if_stale(lambda: firm_page(context_from_query(repository, search), first, last, sort, name))
    except CockpitError as error:
        log.warning("no rows: %s", error)
        return {"rowData": [], "rowCount": 0}
    return {"rowData": list(page.rows), "rowCount": page.total}


def counted(name: str, found: int) -> str:
    """What is said of a search; nothing where nothing is looked for."""
    if not name.strip():
        return ""
    return f"找到 {found:,} 家" if found else "没有找到，换名称中的几个字或信用代码再试"
