"""The wall's wiring: a scene of the playlist, or one level deeper, as markup and charts; the frames of its two pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, get_args
from urllib.parse import parse_qsl, urlencode

from callbacks.request import parse_selection, retry_if_stale
from cockpit.analysis.provenance import freshness
from cockpit.district.geo import MapGeometry
from cockpit.district.playlist import Playlist, Scene, SceneKind
from cockpit.district.terms import in_words, reworded
from cockpit.errors import UsageError
from cockpit.snapshot import Repository
from cockpit.views.context import resolve_context
from layouts.ui.markup import to_html
from layouts.ui.theme import ThemeName, Viewport
from layouts.wall.page import remote_page, wall_page
from layouts.wall.parts import Orientation, WallContext
from layouts.wall.scenes import SCENES, name_of

#: Chart text is 2.04 u; figures are drawn for 12 px (u in px).
_CHART = 2.04 / 12
_LEAST, _MOST = 2.0, 100.0
_EMPTY = '<p class="w-headline">还没有发布任何数据</p>'


@dataclass(frozen=True, slots=True)
class Panel:
    """The wall's panel: ``unit`` a hundredth of its height in px (on portrait screens less), its shape and theme."""

    unit: float
    orientation: Orientation
    theme: ThemeName


def panel_of(arguments: Mapping[str, str]) -> Panel:
    """The panel of a request's arguments; what can't be read is an ordinary screen."""
    try:
        unit = min(max(float(arguments.get("u", 10.8)), _LEAST), _MOST)
    except ValueError:
        unit = 10.8
    shape = next((s for s in get_args(Orientation) if s == arguments.get("shape")), "wide")
    return Panel(unit, shape, "light" if arguments.get("theme") == "light" else "dark")


@dataclass(frozen=True)
class WallScenes:
    """What the wall shows, over a repository."""

    repository: Repository
    shape: MapGeometry
    playlist: Playlist

    def page(self, name: str, build: str, theme: ThemeName, plotly: str) -> str:
        """The wall's page for the wall ``name``; ``build`` names the program, ``plotly`` is the library's address."""
        district = self.repository.snapshot().district
        scenes = [{"key": s.key, "name": name_of(s, district), "seconds": s.seconds} for s in self.playlist.scenes]
        times = {"resume": self.playlist.resume_seconds, "deep": self.playlist.deep_seconds}
        told = {"scenes": scenes, **times, "build": build, "name": name, "theme": theme}
        return wall_page(district, self.shape, told, theme, plotly)

    def remote(self) -> str:
        """The remote's page."""
        district = self.repository.snapshot().district
        return in_words(remote_page(district, [(s.key, name_of(s, district)) for s in self.playlist.scenes]), district.words)

    def live(self) -> dict[str, Any]:
        """Data version and stamp."""
        data = self.repository.snapshot()
        fresh = freshness(data, date.today())
        return {
            "version": data.version.number,
            "month": fresh.data_month,
            "published": fresh.published,
            "overdue": fresh.overdue_days,
            "due": fresh.due_month,
        }

    def scene(self, at: int, deep: str, panel: Panel) -> dict[str, Any]:
        """Scene number ``at`` (an unknown one: the first), or what ``deep`` names, as ``html`` and ``figures``."""
        wanted = _deeper(self.playlist.scenes[at if at < len(self.playlist.scenes) else 0], deep)
        return retry_if_stale(lambda: self._drawn(wanted, panel))

    def _drawn(self, scene: Scene, panel: Panel) -> dict[str, Any]:
        data = self.repository.snapshot()
        told = {"version": data.version.number, "key": scene.key, "name": name_of(scene, data.district)}
        if data.cube.is_empty:
            return told | {"html": _EMPTY, "figures": {}}
        if scene.chain and scene.chain not in {c.key for c in data.district.chains}:
            raise UsageError(f"没有产业链“{scene.chain}”。")
        selection, _ = parse_selection(scene.query, data.district)
        data = self.repository.inside(data, selection.area)
        selection = replace(selection, chains=(scene.chain,)) if scene.chain else selection
        ctx = resolve_context(self.repository, selection, data)
        render_context = WallContext(
            data.district, self.shape, Viewport(panel.theme, panel.unit * _CHART, wall=True), panel.orientation
        )
        spec = SCENES[scene.kind]
        drawn = spec.draw(spec.view(ctx), render_context)
        return reworded(told | {"html": to_html(drawn.body), "figures": drawn.figures}, data.district.words)


def _deeper(scene: Scene, deep: str) -> Scene:
    """One level deeper (``playlist.Command``): a chain's own scene, or the overview of a town; each by another metric."""
    kind, _, rest = deep.partition(":")
    place, _, metric = rest.partition("/")
    if kind == "chain" and place:
        return Scene(kind=SceneKind.CHAIN, chain=place, query=_query(scene, metric=metric))
    if kind == "town" and place:
        return Scene(kind=SceneKind.OVERVIEW, query=_query(scene, town=place, metric=metric))
    if kind == "metric" and place:
        return Scene(kind=SceneKind.OVERVIEW, query=_query(scene, metric=place))
    return scene


def _query(scene: Scene, **wanted: str) -> str:
    """The scene's own selection (a period, say) with what a touch adds."""
    return urlencode(dict(parse_qsl(scene.query)) | {name: value for name, value in wanted.items() if value})
