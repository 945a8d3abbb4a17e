"""What a request asks for: the selection of its address, and the data that it selects from."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs

from cockpit.district.district import District
from cockpit.errors import UsageError
from cockpit.query_string import from_query
from cockpit.selection import Selection
from cockpit.snapshot import Repository, Snapshot
from cockpit.views.chain.stages import unknown_stages
from cockpit.views.context import ViewContext, resolve_context
from layouts.page import Page
from layouts.pages import on_page, page_of
from layouts.ui.theme import Viewport


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What the browser requests. ``current_page``: key of the page that it shows already, '' for none."""

    path: str
    search: str
    viewport: Viewport
    current_page: str = ""


@dataclass(frozen=True, slots=True)
class PageTarget:
    """What a request leads to: the page (``None`` for an address without panels), its selection, and the area's data.

    ``notices`` name the parts of the address that were ignored.
    """

    page: Page | None
    selection: Selection
    data: Snapshot
    notices: tuple[str, ...]


def parse_selection(search: str, district: District) -> tuple[Selection, tuple[str, ...]]:
    """Parse a query string, with or without ``?``; returns the selection, and notices of what was ignored."""
    return from_query(parse_qs(search.lstrip("?")), district)


def resolve_page(repository: Repository, data: Snapshot, path: str, search: str) -> PageTarget:
    """Find the page of an address and the area that it shows. Raises ``StaleSnapshotError``, see ``Repository.drill_down``."""
    selection, notices = parse_selection(search, data.district)
    if on_page(selection, path).area != selection.area:  # an enterprise is seen from the whole
        selection = selection.replace(area="", towns=())
    data = repository.drill_down(data, selection.area)
    selection, stage_notices = drop_unknown_stages(data, path, selection)
    selection, record_notices = drop_unknown_record(repository, data, selection)
    return PageTarget(page_of(path, selection, data.district), selection, data, (*notices, *stage_notices, *record_notices))


def drop_unknown_stages(data: Snapshot, path: str, selection: Selection) -> tuple[Selection, tuple[str, ...]]:
    """Remove the stages that the page's chain doesn't have; returns the selection, and a notice for each of them."""
    unknown = unknown_stages(data, on_page(selection, path))
    remaining = tuple(stage for stage in selection.stages if stage not in unknown)
    return selection.replace(stages=remaining), tuple(f"环节“{stage[:20]}”不在这条产业链里，已忽略" for stage in unknown)


def drop_unknown_record(repository: Repository, data: Snapshot, selection: Selection) -> tuple[Selection, tuple[str, ...]]:
    """Remove the number of an evaluation record that doesn't exist; returns the selection, and a notice of it."""
    if not selection.record or selection.record in {record.id for record in repository.records(data)}:
        return selection, ()
    return selection.replace(record=0), (f"没有这一次公示记录（{selection.record}），已显示最新一次",)


def build_context(
    repository: Repository, data: Snapshot, selection: Selection, notices: tuple[str, ...] = ()
) -> tuple[ViewContext, tuple[str, ...]]:
    """Build the views' context; a period without data is replaced by the year to date, with a notice.

    Raises ``StaleSnapshotError`` when a newer data version has been published meanwhile.
    """
    try:
        return resolve_context(repository, selection, data), notices
    except UsageError as error:
        return resolve_context(repository, selection.replace(period=""), data), (*notices, f"{error}已显示年初至今。")


def context_from_query(repository: Repository, search: str, scenario_changes: str | None = None) -> ViewContext:
    """Build the context of a query string without its notices, for callbacks that update a part of a page.

    ``scenario_changes``: what the sliders of the what-if show now; ``None``: what the query says.
    """
    data = repository.snapshot()
    selection, _ = parse_selection(search, data.district)
    if scenario_changes is not None:
        selection = selection.replace(changes=scenario_changes)
    return build_context(repository, repository.drill_down(data, selection.area), selection)[0]
