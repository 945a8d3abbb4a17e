"""What an address asks for: the selection, and the data that it meets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import parse_qs

from cockpit.district.district import District
from cockpit.errors import StaleSnapshotError, UsageError
from cockpit.selection import Selection, from_query
from cockpit.snapshot import Repository, Snapshot
from cockpit.views.chain.stages import unknown_stages
from cockpit.views.context import ViewContext, resolve_context
from layouts.pages import on_page

_T = TypeVar("_T")
_ATTEMPTS = 3


def parse_selection(search: str, district: District) -> tuple[Selection, tuple[str, ...]]:
    """Selection of a query string, and notices of what was ignored."""
    return from_query(parse_qs(search.lstrip("?")), district)


def drop_unknown_stages(data: Snapshot, path: str, selection: Selection) -> tuple[Selection, tuple[str, ...]]:
    """The selection without the stages that the page's chain doesn't have, and a notice for each of them."""
    unknown = unknown_stages(data, on_page(selection, path))
    kept = tuple(s for s in selection.stages if s not in unknown)
    return selection.replace(stages=kept), tuple(f"环节“{s[:20]}”不在这条产业链里，已忽略" for s in unknown)


def build_context(
    repository: Repository, data: Snapshot, selection: Selection, notices: tuple[str, ...] = ()
) -> tuple[ViewContext, tuple[str, ...]]:
    """The context of ``data``; a period without figures gives way to the default, and a notice says so."""
    try:
        return resolve_context(repository, selection, data), notices
    except UsageError as error:
        return resolve_context(repository, selection.replace(period=""), data), (*notices, f"{error}已显示年初至今。")


def context_from_query(repository: Repository, search: str) -> ViewContext:
    """The context of a query string, notices left aside: for the callbacks that answer parts of a page."""
    data = repository.snapshot()
    selection, _ = parse_selection(search, data.district)
    return build_context(repository, repository.inside(data, selection.area), selection)[0]


def retry_if_stale(answer: Callable[[], _T]) -> _T:
    """The answer, asked for again when a newer data version comes in between; the last failure is raised."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return answer()
        except StaleSnapshotError:
            continue
    return answer()
