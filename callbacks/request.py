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
from cockpit.views.context import Context, context
from layouts.pages import on_page

_T = TypeVar("_T")
_ATTEMPTS = 3


def chosen(search: str, district: District) -> tuple[Selection, tuple[str, ...]]:
    """Selection of a query string, and notices of what was ignored."""
    return from_query(parse_qs(search.lstrip("?")), district)


def stages_of(data: Snapshot, path: str, selection: Selection) -> tuple[Selection, tuple[str, ...]]:
    """The selection without the stages that the page's chain doesn't have, and a notice for each of them."""
    unknown = unknown_stages(data, on_page(selection, path))
    kept = tuple(s for s in selection.stages if s not in unknown)
    return selection.but(stages=kept), tuple(f"环节“{s[:20]}”不在这条产业链里，已忽略" for s in unknown)


def resolved(
    repository: Repository, data: Snapshot, selection: Selection, notices: tuple[str, ...] = ()
) -> tuple[Context, tuple[str, ...]]:
    """The context of ``data``; a period without figures gives way to the default, and a notice says so."""
    try:
        return context(repository, selection, data), notices
    except UsageError as error:
        return context(repository, selection.but(period=""), data), (*notices, f"{error}已显示年初至今。")


def context_of(repository: Repository, search: str) -> Context:
    """The context of a query string, notices left aside: for the callbacks that answer parts of a page."""
    data = repository.snapshot()
    selection, _ = chosen(search, data.district)
    return resolved(repository, repository.inside(data, selection.area), selection)[0]


def persistent(answer: Callable[[], _T]) -> _T:
    """The answer, asked for again when a newer data version comes in between; the last failure is raised."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return answer()
        except StaleSnapshotError:
            continue
    return answer()
