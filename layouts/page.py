"""What a page is: a path, a title, and panels that are each built and drawn on their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cockpit.district.district import District
from cockpit.district.geo import MapShape
from cockpit.selection import Selection
from cockpit.views.context import Context
from layouts.components.panel import Panel
from layouts.ui.theme import Screen


@dataclass(frozen=True, slots=True)
class Env:
    """What drawing needs beside the view: where we are, what is selected, the map, and the screen."""

    path: str
    selection: Selection
    district: District
    shape: MapShape
    on: Screen

    def href(self, selection: Selection) -> str:
        """This page under another selection."""
        return selection.href(self.path)


@dataclass(frozen=True, slots=True)
class PanelSpec:
    """A panel of a page: ``view`` makes its values from the context, ``draw`` its looks from the values."""

    key: str
    title: str
    view: Callable[[Context], Any]
    draw: Callable[[Any, Env], Panel]
    has_graph: bool = False
    has_drawing: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page with figures. Its panels appear in this order on a phone. ``tab``: its entry in the navigation.

    ``lasts``: it shows published data alone, so that it stays as it is until another data version or day.
    """

    key: str
    title: str
    panels: tuple[PanelSpec, ...]
    tab: str
    lasts: bool = True
