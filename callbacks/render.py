"""The page callback: address and viewport in; the page, or only its changed parts, out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from dash import Dash, Input, Output, State, callback_context, no_update

from callbacks.cache_control import CacheControl
from callbacks.panels import render_panels
from callbacks.permissions import allowed
from callbacks.request import PageRequest, PageTarget, build_context, resolve_page
from cockpit.access.access import CurrentAccess
from cockpit.access.permissions import Permission
from cockpit.analysis.provenance import coverage_notice, coverage_notices, freshness
from cockpit.district.geo import MapGeometry
from cockpit.faults import describe, log_fault
from cockpit.snapshot import Repository, Snapshot, retry_if_stale
from layouts.components.client import build_patch
from layouts.components.panel import Props, panel_props
from layouts.glossary import page as glossary
from layouts.pages import NAVIGATION, canonical_path, is_glossary, on_page
from layouts.shell import filters, grid, states, status
from layouts.ui import ids
from layouts.ui.render_context import RenderContext
from layouts.ui.theme import VIEWPORT_COOKIE, parse_viewport


@dataclass(frozen=True, slots=True)
class PageResponse:
    """``body`` replaces the page (``no_update``: it stays, only ``props`` change); ``page`` is the key of the page shown.

    ``cacheable``: the same request gets the same response until another data version or day.
    """

    body: Any
    page: Any
    props: Props
    cacheable: bool = False


def register(app: Dash, repository: Repository, geometry: MapGeometry, cache: CacheControl, access: CurrentAccess) -> None:
    """Register the callback on ``app``."""

    def render(path: str | None, search: str | None, _viewport: Any, current_page: str | None) -> tuple[Any, Any, Any]:
        viewport = parse_viewport(callback_context.cookies.get(VIEWPORT_COOKIE))
        request = PageRequest(path or "/", search or "", viewport, current_page or "")
        return update_page(repository, geometry, request, cache)

    # The first page comes with the layout (`callbacks/first_page.py`). Where it doesn't, the browser requests it by its address.
    app.callback(
        Output(ids.PAGE, "children"),
        Output(ids.CURRENT_PAGE, "data"),
        Output(ids.PATCHER, "patch"),
        Input(ids.URL, "pathname"),
        Input(ids.URL, "search"),
        Input(ids.VIEWPORT, "data"),
        State(ids.CURRENT_PAGE, "data"),
        prevent_initial_call=True,
    )(allowed(Permission.VIEW_TOTALS, access, render))


def update_page(
    repository: Repository, geometry: MapGeometry, request: PageRequest, cache: CacheControl
) -> tuple[Any, Any, dict[str, dict[str, Any]]]:
    """Return the page, its key, and the patch of properties.

    Only patches are kept in ``cache``: a page as a whole is ten times as large.
    """
    response = respond(repository, geometry, request, cache.snapshot())
    if response.cacheable and response.body is no_update:
        cache.mark_cacheable()
    return response.body, response.page, build_patch(response.props)


def respond(
    repository: Repository, geometry: MapGeometry, request: PageRequest, snapshot: Snapshot | None = None
) -> PageResponse:
    """Respond to a request; a fault becomes a page that explains what to do, with the fault's number in the log.

    ``snapshot`` is used for the first attempt; without it, and after ``StaleSnapshotError``, the latest one.
    """
    snapshots = [snapshot] if snapshot else []
    try:
        return retry_if_stale(
            lambda: _build_response(repository, snapshots.pop() if snapshots else repository.snapshot(), geometry, request)
        )
    except Exception as error:
        return PageResponse(states.page_error(describe(error), log_fault(f"page {request}")), "", {})


def _build_response(repository: Repository, snapshot: Snapshot, geometry: MapGeometry, request: PageRequest) -> PageResponse:
    request = replace(request, path=canonical_path(request.path, snapshot.district))
    target = resolve_page(repository, snapshot, request.path, request.search)
    page, selection, data = target.page, target.selection, target.data
    frame = _frame_props(target, request.path)
    fresh = freshness(data, data.district.today())
    unreachable_since = snapshot.unreachable_since
    if data.cube.is_empty:
        frame[(ids.FILTER_ROW, "className")] = filters.visible_filters((), selection)
        return _static_page(target, request.path, frame | {(ids.NOTICES, "html"): status.notices((), fresh, unreachable_since)})
    ctx, notices = build_context(repository, data, on_page(selection, request.path), target.notices)
    frame |= filters.filter_props(selection, ctx.period, data.cube, request.path)
    if page is None:
        return _static_page(target, request.path, frame | {(ids.NOTICES, "html"): status.notices((), fresh, unreachable_since)})

    panels = render_panels(
        page.panels, page.key, ctx, RenderContext(request.path, selection, data.district, geometry, request.viewport)
    )
    if (partial := coverage_notice(ctx.full, ctx.period, ctx.where)) and not selection.comparable:
        notices = (*notices, partial)
    notices = (*notices, *coverage_notices(ctx.full, ctx.period, ctx.where, ctx.compare))
    frame[(ids.NOTICES, "html")] = status.notices(notices, fresh, unreachable_since)
    cacheable = page.cacheable and not any(panel.contents.fault for panel in panels)
    if request.current_page != page.key:
        return PageResponse(grid.grid(page.key, panels), page.key, frame, cacheable)
    for panel in panels:
        frame |= panel_props(panel)
    return PageResponse(no_update, no_update, frame, cacheable)


def _frame_props(target: PageTarget, path: str) -> Props:
    """Return what the frame shows of the address and the data version, whatever the page."""
    selection, district = target.selection, target.data.district
    tab = target.page.tab if target.page else "glossary" if is_glossary(path) else ""
    navigation = status.navigation(tab, selection, district, NAVIGATION)
    return filters.area_props(selection, district, path) | {
        (ids.FILTER_ROW, "className"): filters.visible_filters(target.page.filters if target.page else (), selection),
        (ids.NAVIGATION, "html"): navigation,
        (ids.TABBAR, "html"): navigation,
        (ids.FRESHNESS, "html"): status.freshness_badge(freshness(target.data, district.today())),
    }


def _static_page(target: PageTarget, path: str, frame: Props) -> PageResponse:
    """Return a page without panels: the glossary, or the reason why there is nothing to show."""
    district = target.data.district
    if is_glossary(path):
        body = glossary.glossary_page(district.terms)
    elif target.page is None:
        body = states.not_found(path)
    elif district.path:
        parent = target.selection.replace(area=district.path[-2][0], towns=())
        body = states.empty_area(district.name, parent.href(path))
    else:
        body = states.nothing_published()
    return PageResponse(body, "", frame)
