"""The first answer of a visit: the frame with the page in it, so that the browser need not ask again for what it shows first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash.development.base_component import Component

from callbacks.render import PageRequest, PageResponse, localize_json, respond
from callbacks.response_cache import Kept, newest, question
from cockpit.district.geo import MapGeometry
from cockpit.district.terms import DISTRICT
from cockpit.snapshot import Repository
from layouts.components.part import Written
from layouts.ui import html, ids
from layouts.ui.theme import Viewport


def first_layout(
    repository: Repository, shape: MapGeometry, kept: Kept, frame: Callable[[], html.Div], address: str, viewport: Viewport
) -> Component:
    """The frame, filled for ``address`` (path and query); without one it is sent alone, and the browser asks for the page."""
    if not address:
        return frame()
    path, mark, query = address.partition("?")
    asked = PageRequest(path, f"{mark}{query}" if query else "", viewport, "")
    data = newest(repository)
    same = question(data, "layout", asked)
    if kept.has(same):
        return html.Div()
    answer = respond(repository, shape, asked, data)
    made: Component = _filled(frame(), asked, answer)
    if answer.words != DISTRICT:
        made = Written(localize_json(made, answer.words))
    if answer.lasts:
        kept.keep(same)
    return made


def _filled(made: html.Div, asked: PageRequest, answer: PageResponse) -> html.Div:
    stated: dict[tuple[str, str], Any] = {
        (ids.URL, "pathname"): asked.path,
        (ids.URL, "search"): asked.search,
        (ids.PAGE, "children"): answer.body,
        (ids.CURRENT_PAGE, "data"): answer.shown,
    }
    places = {getattr(place, "id", None): place for place in made._traverse()}
    for (component, prop), value in (stated | answer.props).items():
        setattr(places[component], prop, value)
    return made
