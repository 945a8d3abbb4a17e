"""Every kind of scene: its name, its values, its HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cockpit.district.district import District
from cockpit.district.playlist import Scene, SceneKind
from cockpit.views.context import ViewContext
from cockpit.views.wall import scenes as views
from layouts.wall import alerts, chain, land, overview, projects, space
from layouts.wall.parts import RenderedScene, WallContext


@dataclass(frozen=True, slots=True)
class SceneSpec:
    """A kind of scene: ``compute`` makes its values, ``render`` its HTML."""

    name: str
    compute: Callable[[ViewContext], Any]
    render: Callable[[Any, WallContext], RenderedScene]


SCENES: Mapping[SceneKind, SceneSpec] = {
    SceneKind.OVERVIEW: SceneSpec("总览", views.overview_scene, overview.render_scene),
    SceneKind.CHAIN: SceneSpec("产业链", views.chain_scene, chain.render_scene),
    SceneKind.LAND: SceneSpec("亩均效益", views.land_scene, land.render_scene),
    SceneKind.PROJECTS: SceneSpec("项目与绿色能源", views.projects_scene, projects.render_scene),
    SceneKind.SPACE: SceneSpec("空间", views.space_scene, space.render_scene),
    SceneKind.ALERTS: SceneSpec("预警", views.alerts_scene, alerts.render_scene),
}


def scene_name(scene: Scene, district: District) -> str:
    """Return the scene's name on screen: that of its kind, or of its chain."""
    if scene.kind is SceneKind.CHAIN:
        return next((c.name for c in district.chains if c.key == scene.chain), scene.chain)
    return SCENES[scene.kind].name
