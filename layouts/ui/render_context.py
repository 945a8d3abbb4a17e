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

    def click_href(self, dimension: str, key: str) -> str:
        """Return where a click on a group leads: into an area with parts; else it filters by the group, or no longer.

        ``dimension``: the field of the selection, ``towns``, ``industries`` or ``chains``.
        """
        if self._is_entered(dimension, key):
            return self.href(self.selection.replace(area=key, towns=()))
        return self.href(self.selection.toggled(dimension, key))

    def click_title(self, dimension: str, key: str, name: str) -> str:
        """Say what a click on the group does."""
        if self._is_entered(dimension, key):
            return f"进入{name}"
        return f"{'取消' if key in getattr(self.selection, dimension) else '只看'}{name}"

    def click_hint(self, dimension: str, groups: str) -> str:
        """Say what a click does, for the subtitle of a map or list; ``groups``: what its items are called."""
        return f"点击{groups}{'进入' if dimension == 'towns' and not self.district.is_flat else '可筛选'}"

    def _is_entered(self, dimension: str, key: str) -> bool:
        area = self.district.by_key.get(key) if dimension == "towns" else None
        return area is not None and bool(area.parts)
