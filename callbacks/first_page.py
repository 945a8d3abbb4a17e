"""The first response of a visit: the frame with the page in it, so that the browser need not request the page by itself."""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component

from callbacks.cache_control import CacheControl
from callbacks.render import PageResponse, respond
from callbacks.request import PageRequest
from cockpit.district.geo import MapGeometry
from cockpit.snapshot import Repository
from layouts.ui import ids
from layouts.ui.theme import Viewport


def first_layout(
    repository: Repository, geometry: MapGeometry, cache: CacheControl, shell: Component, address: str, viewport: Viewport
) -> Component:
    """Fill the shell in place for ``address`` (path and query); without one it stays empty, and the browser requests the page."""
    if not address:
        return shell
    path, mark, query = address.partition("?")
    request = PageRequest(path, f"{mark}{query}" if query else "", viewport)
    response = respond(repository, geometry, request, cache.snapshot())
    if response.cacheable:
        cache.mark_cacheable()
    return _fill(shell, request, response)


def _fill(shell: Component, request: PageRequest, response: PageResponse) -> Component:
    values: dict[tuple[str, str], Any] = {
        (ids.URL, "pathname"): request.path,
        (ids.URL, "search"): request.search,
        (ids.PAGE, "children"): response.body,
        (ids.CURRENT_PAGE, "data"): response.page,
        **response.props,
    }
    for (component_id, prop), value in values.items():
        setattr(shell[component_id], prop, value)
    return shell
