"""What rendering needs beside a panel's values."""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.district.district import District
from cockpit.district.geo import MapGeometry
from cockpit.selection import Selection
from layouts.ui.theme import Viewport


@dataclass(frozen=True, slots=True)
class RenderContext:
    """The page's ``path``, the selection, the district with its map, and the browser's viewport."""

    path: str
    selection: Selection
    district: District
    map_geometry: MapGeometry
    viewport: Viewport

    def href(self, selection: Selection) -> str:
        """Return the address of this page under another selection."""
        return selection.href(self.path)
