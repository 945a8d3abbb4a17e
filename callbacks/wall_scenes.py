"""Scenes of the wall: one of the playlist, or one level deeper, as HTML and charts; and the wall's two pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args
from urllib.parse import parse_qsl, urlencode

from callbacks.request import parse_selection
from cockpit.analysis.provenance import freshness
from cockpit.district.geo import MapGeometry
from cockpit.district.playlist import Playlist, Scene, SceneKind
from cockpit.errors import UsageError
from cockpit.formatting import format_local_time
from cockpit.snapshot import Repository, retry_if_stale
from cockpit.views.context import resolve_context
from layouts.ui.theme import ThemeName, Viewport
from layouts.wall.page import remote_page, wall_page
from layouts.wall.parts import Orientation, WallContext
from layouts.wall.scenes import SCENES, scene_name

#: Scale of figures per px of the unit u: they are drawn for text of 12 px, which becomes 2.04 u.
_CHART = 2.04 / 12
_MIN_UNIT, _MAX_UNIT, _DEFAULT_UNIT = 2.0, 100.0, 10.8
_EMPTY = '<p class="w-headline">还没有发布任何数据</p>'


@dataclass(frozen=True, slots=True)
class WallDisplay:
    """A wall's display: ``unit`` is a hundredth of its height in px (less on portrait screens)."""

    unit: float
    orientation: Orientation
    theme: ThemeName


def parse_display(args: Mapping[str, str]) -> WallDisplay:
    """Parse the display of a request's arguments; what isn't valid is replaced by that of an ordinary screen."""
    try:
        unit = min(max(float(args.get("u", _DEFAULT_UNIT)), _MIN_UNIT), _MAX_UNIT)
    except ValueError:
        unit = _DEFAULT_UNIT
    orientation: Orientation = next((s for s in get_args(Orientation) if s == args.get("shape")), "wide")
    return WallDisplay(unit, orientation, "light" if args.get("theme") == "light" else "dark")


@dataclass(frozen=True)
class WallScenes:
    """What the wall shows, over a repository."""

    repository: Repository
    geometry: MapGeometry
    playlist: Playlist

    def page(self, name: str, build: str, theme: ThemeName, plotly: str) -> str:
        """Render the page of the wall ``name``; ``build``: the program's fingerprint, ``plotly``: the library's address."""
        district = self.repository.snapshot().district
        scenes = [{"key": s.key, "name": scene_name(s, district), "seconds": s.seconds} for s in self.playlist.scenes]
        times = {"resume": self.playlist.resume_seconds, "deep": self.playlist.deep_seconds}
        config = {"scenes": scenes, **times, "build": build, "name": name, "theme": theme}
        return wall_page(district, self.geometry, config, theme, plotly)

    def remote(self) -> str:
        """Render the remote's page."""
        district = self.repository.snapshot().district
        return remote_page(district, [(s.key, scene_name(s, district)) for s in self.playlist.scenes])

    def live(self) -> dict[str, Any]:
        """Describe the latest data: version, month, time of publication, days overdue, and the month that is due.

        ``silent``: since when the database hasn't answered, as text; '' while it answers.
        """
        data = self.repository.snapshot()
        fresh = freshness(data, data.district.today())
        return {
            "version": data.version.number,
            "month": fresh.data_month,
            "published": fresh.published,
            "overdue": fresh.overdue_days,
            "due": fresh.due_month,
            "silent": format_local_time(data.unreachable_since) if data.unreachable_since else "",
        }

    def scene(self, index: int, deep: str, display: WallDisplay) -> dict[str, Any]:
        """Render a scene of the playlist (an unknown index: the first), or what ``deep`` names, as ``html`` and ``figures``."""
        scene = _deeper(self.playlist.scenes[index if index < len(self.playlist.scenes) else 0], deep)
        return retry_if_stale(lambda: self._render(scene, display))

    def _render(self, scene: Scene, display: WallDisplay) -> dict[str, Any]:
        data = self.repository.snapshot()
        result = {"version": data.version.number, "key": scene.key, "name": scene_name(scene, data.district)}
        if data.cube.is_empty:
            return result | {"html": _EMPTY, "figures": {}}
        if scene.chain and scene.chain not in {c.key for c in data.district.chains}:
            raise UsageError(f"没有产业链“{scene.chain}”。")
        selection, _ = parse_selection(scene.query, data.district)
        data = self.repository.drill_down(data, selection.area)
        selection = replace(selection, chains=(scene.chain,)) if scene.chain else selection
        ctx = resolve_context(self.repository, selection, data)
        context = WallContext(
            data.district, self.geometry, Viewport(display.theme, display.unit * _CHART, wall=True), display.orientation
        )
        spec = SCENES[scene.kind]
        rendered = spec.render(spec.compute(ctx), context)
        return result | {"html": rendered.html, "figures": rendered.figures}


def _deeper(scene: Scene, deep: str) -> Scene:
    """Return the scene that ``deep`` of ``playlist.Command`` names: a chain's own, or the overview of a town or by a metric."""
    kind, _, rest = deep.partition(":")
    key, _, metric = rest.partition("/")
    if kind == "chain" and key:
        return Scene(kind=SceneKind.CHAIN, chain=key, query=_query(scene, metric=metric))
    if kind == "town" and key:
        return Scene(kind=SceneKind.OVERVIEW, query=_query(scene, town=key, metric=metric))
    if kind == "metric" and key:
        return Scene(kind=SceneKind.OVERVIEW, query=_query(scene, metric=key))
    return scene


def _query(scene: Scene, **changes: str) -> str:
    """Return the scene's own selection (a period, say) with what a touch adds."""
    return urlencode(dict(parse_qsl(scene.query)) | {name: value for name, value in changes.items() if value})
