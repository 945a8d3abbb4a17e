"""Rows of the list of evaluated firms, a page at a time, for the address that the browser shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import Dash, Input, Output, State, no_update

from callbacks.permissions import allowed
from callbacks.request import context_from_query
from cockpit.access.access import CurrentAccess
from cockpit.access.permissions import Permission
from cockpit.faults import report
from cockpit.snapshot import Repository, retry_if_stale
from cockpit.views.context import ViewContext
from cockpit.views.land.firms import EvaluatedFirmPage, firm_page, nearest_firm
from layouts.ui import ids

_NO_MATCH = "没有找到，换名称中的几个字、拼音首字母或信用代码再试"


def register(app: Dash, repository: Repository, access: CurrentAccess) -> None:
    """Register the callback on ``app``."""

    def load_rows(request: dict[str, Any] | None, search: str | None) -> Any:
        return respond(repository, request, search or "")

    app.callback(
        Output(ids.FIRM_GRID, "getRowsResponse"),
        Output(ids.FIRM_SEARCH_STATUS, "children"),
        Input(ids.FIRM_GRID, "getRowsRequest", allow_optional=True),
        State(ids.URL, "search"),
        prevent_initial_call=True,
        optional=True,
    )(allowed(Permission.VIEW_FIRMS, access, load_rows))


def respond(repository: Repository, request: dict[str, Any] | None, search: str) -> tuple[Any, Any]:
    """Return the block of rows that the grid requests (``rowData``, ``rowCount``), and the status beside the search field.

    On a fault the grid stays as it is and the status describes the fault: no rows would mean that there are no firms.
    """
    if not request:
        return no_update, no_update
    try:
        sort = [(str(s.get("colId")), s.get("sort") == "asc") for s in request.get("sortModel") or []]
        first, last = int(request["startRow"]), int(request["endRow"])
        ctx, page = retry_if_stale(lambda: _load(repository, search, first, last, sort))
    except Exception as error:
        return no_update, report(error, f"rows of the firm list {search}")
    nearest = "" if page.total else nearest_firm(ctx)
    return {"rowData": list(page.rows), "rowCount": page.total}, search_status(ctx.selection.firm_query, page.total, nearest)


def _load(
    repository: Repository, search: str, first: int, last: int, sort: Sequence[tuple[str, bool]]
) -> tuple[ViewContext, EvaluatedFirmPage]:
    ctx = context_from_query(repository, search)
    return ctx, firm_page(ctx, first, last, sort)


def search_status(text: str, matches: int, nearest: str = "") -> str:
    """Return the sentence with the number of matches, or the ``nearest`` name; '' for a blank search text."""
    if not text.strip():
        return ""
    if matches:
        return f"找到{matches:,}家"
    return f"没有找到，是不是要找“{nearest}”？" if nearest else _NO_MATCH
