"""The first answer of a visit: the frame with the page in it, so that the browser need not ask again for what it shows first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from callbacks.render import Asked, respond
from cockpit.geo import MapShape
from cockpit.snapshot import Repository
from layouts import html, ids
from layouts.theme import Screen

#: The header with path and query of the page (`assets/screen.js`); without it the frame is sent alone, and then asks.
ADDRESS = "X-Cockpit-Address"


def first_layout(repository: Repository, shape: MapShape, frame: Callable[[], html.Div], address: str, on: Screen) -> html.Div:
    """The frame, filled for ``address`` where one is given."""
    made = frame()
    if not address:
        return made
    path, question, query = address.partition("?")
    asked = Asked(path, f"{question}{query}" if query else "", on, "")
    answer = respond(repository, shape, asked)
    stated: dict[tuple[str, str], Any] = {
        (ids.URL, "pathname"): asked.path,
        (ids.URL, "search"): asked.search,
        (ids.PAGE, "children"): answer.body,
        (ids.SHOWN, "data"): answer.shown,
    }
    places = {getattr(place, "id", None): place for place in made._traverse()}
    for (component, prop), value in (stated | answer.props).items():
        setattr(places[component], prop, value)
    return made
