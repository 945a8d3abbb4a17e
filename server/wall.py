"""The wall: a page that runs for months without Dash in the browser, its scenes as JSON, and its remote."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import orjson
from flask import Flask, Response, jsonify, redirect, request
from pydantic import ValidationError
from sqlalchemy import Engine

from cockpit import __version__
from cockpit.errors import CockpitError, StaleSnapshotError, UsageError
from cockpit.geo import MapShape
from cockpit.provenance import freshness
from cockpit.selection import Selection, from_query
from cockpit.snapshot import Repository
from cockpit.views.context import context
from cockpit.wall import Command, Playlist, Scene, SceneKind
from data import walls
from layouts.markup import to_html
from layouts.theme import Screen, ThemeName
from layouts.wall.page import remote_page, wall_page
from layouts.wall.parts import Shape, WallEnv
from layouts.wall.scenes import SCENES, name_of

COOKIE = "wall"
_ASSETS = Path(__file__).parent.parent / "assets"
#: Chart text is 2.04 u; figures are drawn for 12 px (u in px).
_CHART = 2.04 / 12
_OPEN_TO_WALLS = ("/wall/scene/", "/wall/live", "/assets/", "/_dash-component-suites/plotly/", "/health")
_DEFAULT = "大屏"


@dataclass(frozen=True)
class WallRoom:
    """What the wall's routes work with."""

    repository: Repository
    engine: Engine
    shape: MapShape
    playlist: Playlist

    @property
    def build(self) -> str:
        """Changes with the program: a wall that sees another one loads itself again."""
        files = (_ASSETS / name for name in ("wall.js", "wall.css", "00_tokens.css"))
        return hashlib.sha256(b"".join([__version__.encode(), *(f.read_bytes() for f in files)])).hexdigest()[:12]


def add_wall(server: Flask, room: WallRoom, plotly: Callable[[], str]) -> None:
    """Add the routes; ``plotly`` gives the address of the plotting library."""
    build = room.build
    server.before_request(lambda: _only_the_wall(room))
    routes: dict[str, Callable[..., Any]] = {
        "/wall": lambda: _open(room, build, plotly()),
        "/wall/scene/<int:at>": lambda at: _scene_json(room, at),
        "/wall/live": lambda: _live(room, build),
        "/wall/remote": lambda: _remote(room),
        "/wall/walls": lambda: jsonify([_told(w) for w in walls.walls(room.engine)]),
    }
    for rule, answer in routes.items():
        server.add_url_rule(rule, rule, answer)
    server.add_url_rule("/wall/walls/<name>", "wall-command", lambda name: _command(room, name), methods=["POST"])


def _only_the_wall(room: WallRoom) -> Response | None:
    """A browser that holds a wall's token may see the wall and nothing else; a revoked one not even that."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    if request.path == "/wall" and request.args.get("token"):
        return None  # a new token replaces the old one
    if request.path != "/wall" and not request.path.startswith(_OPEN_TO_WALLS):
        return Response("这台设备只能看大屏。", 403, mimetype="text/plain")
    if request.path.startswith(("/assets/", "/_dash")) or walls.of_token(room.engine, token) is not None:
        return None
    return Response("这块大屏已停用，请联系管理员重新授权。", 403, mimetype="text/plain")


def _open(room: WallRoom, build: str, plotly: str) -> Any:
    if token := request.args.get("token"):
        if walls.of_token(room.engine, token) is None:
            return Response("授权链接无效或已停用，请联系管理员。", 403, mimetype="text/plain")
        answer = redirect("/wall")
        answer.set_cookie(COOKIE, token, max_age=10 * 366 * 86400, httponly=True, samesite="Strict")
        return answer
    district = room.repository.snapshot().district
    theme: ThemeName = "light" if request.args.get("theme") == "light" else "dark"
    scenes = [{"key": s.key, "name": name_of(s, district), "seconds": s.seconds} for s in room.playlist.scenes]
    told = {
        "scenes": scenes,
        "resume": room.playlist.resume_seconds,
        "deep": room.playlist.deep_seconds,
        "build": build,
        "name": _name(room),
        "theme": theme,
    }
    return Response(
        wall_page(district, room.shape, told, theme, plotly), mimetype="text/html", headers={"Cache-Control": "no-store"}
    )


def _name(room: WallRoom) -> str:
    """The wall's name: its token's, else the one of the address."""
    token = request.cookies.get(COOKIE)
    held = walls.of_token(room.engine, token) if token else None
    return held.name if held else request.args.get("name", _DEFAULT)[:40] or _DEFAULT


def _scene_json(room: WallRoom, at: int) -> Response:
    """A scene as ``html`` and ``figures``; an unknown number is the first scene again."""
    scene = room.playlist.scenes[at if at < len(room.playlist.scenes) else 0]
    try:
        told = _scene(room, _deeper(scene, request.args.get("deep", "")))
    except CockpitError as error:
        return Response(orjson.dumps({"fault": str(error)}), 503, mimetype="application/json")
    return Response(
        orjson.dumps(told, option=orjson.OPT_SERIALIZE_NUMPY), mimetype="application/json", headers={"Cache-Control": "no-store"}
    )


def _deeper(scene: Scene, deep: str) -> Scene:
    """One level deeper: a chain's own scene, or the overview of a town."""
    kind, _, key = deep.partition(":")
    if kind == "chain" and key:
        return Scene(kind=SceneKind.CHAIN, chain=key)
    if kind == "town" and key:
        return Scene(kind=SceneKind.OVERVIEW, query=f"town={key}")
    return scene


def _scene(room: WallRoom, scene: Scene) -> dict[str, Any]:
    for attempt in (1, 2, 3):
        try:
            return _drawn(room, scene)
        except StaleSnapshotError:
            if attempt == 3:
                raise
    raise AssertionError("unreachable")


def _drawn(room: WallRoom, scene: Scene) -> dict[str, Any]:
    data = room.repository.snapshot()
    version = {"version": data.version.number, "key": scene.key, "name": name_of(scene, data.district)}
    if data.cube.is_empty:
        return version | {"html": '<p class="w-headline">还没有发布任何数据</p>', "figures": {}}
    if scene.chain and scene.chain not in {c.key for c in data.district.chains}:
        raise UsageError(f"没有产业链“{scene.chain}”。")
    selection, _ = from_query(parse_qs(scene.query), data.district)
    ctx = context(room.repository, _of(selection, scene))
    spec = SCENES[scene.kind]
    drawn = spec.draw(spec.view(ctx), _env(room, data.district))
    return version | {"html": to_html(drawn.body), "figures": drawn.figures}


def _of(selection: Selection, scene: Scene) -> Selection:
    return replace(selection, chains=(scene.chain,)) if scene.chain else selection


def _env(room: WallRoom, district: Any) -> WallEnv:
    unit = min(max(request.args.get("u", 10.8, type=float), 2.0), 100.0)
    asked = request.args.get("shape", "wide")
    shape: Shape = "tall" if asked == "tall" else "ultra" if asked == "ultra" else "wide"
    theme: ThemeName = "light" if request.args.get("theme") == "light" else "dark"
    return WallEnv(district, room.shape, Screen(theme, unit * _CHART, wall=True), shape)


def _live(room: WallRoom, build: str) -> Response:
    """What a wall asks each second: data version, stamp, program, and the remote's newest command."""
    try:
        data = room.repository.snapshot()
        held = walls.seen(room.engine, _name(room), request.args.get("scene", ""))
    except CockpitError as error:
        return Response(orjson.dumps({"fault": str(error)}), 503, mimetype="application/json")
    fresh = freshness(data, date.today())
    return jsonify(
        version=data.version.number,
        build=build,
        month=fresh.data_month,
        published=fresh.published,
        overdue=fresh.overdue_days,
        due=fresh.due_month,
        number=held.command_number,
        command=held.command.model_dump(mode="json") if held.command else None,
    )


def _remote(room: WallRoom) -> Response:
    district = room.repository.snapshot().district
    scenes = [(s.key, name_of(s, district)) for s in room.playlist.scenes]
    return Response(remote_page(district, scenes), mimetype="text/html", headers={"Cache-Control": "no-store"})


def _told(wall: walls.Wall) -> dict[str, Any]:
    return {
        "name": wall.name,
        "scene": wall.scene,
        "seen": wall.seen_at.timestamp() if wall.seen_at else None,
        "revoked": wall.revoked_at is not None,
    }


def _command(room: WallRoom, name: str) -> tuple[Response, int]:
    """A press on the remote. The header can't be sent by another site's form."""
    if request.headers.get("X-Cockpit") != "remote":
        return jsonify(fault="请求不完整。"), 400
    try:
        wanted = Command.model_validate(request.get_json(silent=True))
        return jsonify(number=walls.command(room.engine, name, wanted)), 200
    except ValidationError:
        return jsonify(fault="不认识这个指令。"), 400
    except CockpitError as error:
        return jsonify(fault=str(error)), 404
