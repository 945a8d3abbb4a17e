"""Every kind of scene: its name, its values, its looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cockpit.district.district import District
from cockpit.district.playlist import Scene, SceneKind
from cockpit.views.context import Context
from cockpit.views.wall import scenes as wall
from layouts.wall import alerts, chain, land, overview, projects, space
from layouts.wall.parts import Drawn, WallEnv


@dataclass(frozen=True, slots=True)
class SceneSpec:
    """``view`` makes the values, ``draw`` the looks."""

    name: str
    view: Callable[[Context], Any]
    draw: Callable[[Any, WallEnv], Drawn]


SCENES: Mapping[SceneKind, SceneSpec] = {
    SceneKind.OVERVIEW: SceneSpec("总览", wall.overview_scene, overview.draw),
    SceneKind.CHAIN: SceneSpec("产业链", wall.chain_scene, chain.draw),
    SceneKind.LAND: SceneSpec("亩均效益", wall.land_scene, land.draw),
    SceneKind.PROJECTS: SceneSpec("项目与绿色能源", wall.projects_scene, projects.draw),
    SceneKind.SPACE: SceneSpec("空间", wall.space_scene, space.draw),
    SceneKind.ALERTS: SceneSpec("预警", wall.alerts_scene, alerts.draw),
}


def name_of(scene: Scene, district: District) -> str:
    """The scene's name on screen: a chain's own name."""
    if scene.kind is SceneKind.CHAIN:
        return next((c.name for c in district.chains if c.key == scene.chain), scene.chain)
    return SCENES[scene.kind].name
