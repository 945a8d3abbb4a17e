"""The wall's routes: its page, its scenes as JSON, the question of each second, tokens, and the remote."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import orjson
from flask import Flask, Response, jsonify, redirect, request
from pydantic import ValidationError
from sqlalchemy import Engine

from cockpit import __version__
from cockpit.district.playlist import Command
from cockpit.errors import CockpitError
from data import walls

COOKIE = "wall"
_ASSETS = Path(__file__).parent.parent / "assets"
_OPEN_TO_WALLS = ("/wall/scene/", "/wall/live", "/assets/", "/health")
_DEFAULT = "大屏"
_YEARS_10 = 10 * 366 * 86400


class Scenes(Protocol):
    """What is shown; ``callbacks.wall.WallScenes``."""

    def page(self, name: str, build: str, theme: Any, plotly: str) -> str:
        """The wall's page."""
        ...

    def remote(self) -> str:
        """The remote's page."""
        ...

    def live(self) -> dict[str, Any]:
        """Data version and stamp."""
        ...

    def scene(self, at: int, deep: str, panel: Any) -> dict[str, Any]:
        """A scene."""
        ...


class WallRoutes:
    """The routes over the scenes and the walls in the database; ``panel_of`` reads a panel from a request's arguments."""

    def __init__(self, scenes: Scenes, engine: Engine, panel_of: Callable[[Mapping[str, str]], Any], plotly: str) -> None:
        self._scenes, self._engine, self._panel_of, self._plotly = scenes, engine, panel_of, plotly
        files = (_ASSETS / name for name in ("wall.js", "wall.css", "00_tokens.css"))
        #: Changes with the program: a wall that meets another one loads itself again.
        self._build = hashlib.sha256(b"".join([__version__.encode(), *(f.read_bytes() for f in files)])).hexdigest()[:12]

    def add(self, server: Flask) -> None:
        """Add the routes to ``server``."""
        server.before_request(self.guard)
        server.add_url_rule("/wall", "wall", self.page)
        server.add_url_rule("/wall/scene/<int:at>", "wall-scene", self.scene)
        server.add_url_rule("/wall/live", "wall-live", self.live)
        server.add_url_rule("/wall/remote", "wall-remote", lambda: _html(self._scenes.remote()))
        server.add_url_rule("/wall/walls", "wall-walls", lambda: jsonify([_told(w) for w in walls.list_walls(self._engine)]))
        server.add_url_rule("/wall/walls/<name>", "wall-command", self.command, methods=["POST"])

    def guard(self) -> Response | None:
        """A browser that holds a wall's token may see the wall and nothing else; a revoked one not even that."""
        token = request.cookies.get(COOKIE)
        if not token or (request.path == "/wall" and request.args.get("token")):  # a new token replaces the old one
            return None
        if request.path != "/wall" and not request.path.startswith(_OPEN_TO_WALLS):
            return _refused("这台设备只能看大屏。")
        if request.path.startswith(("/assets/", "/_dash")) or walls.find_by_token(self._engine, token) is not None:
            return None
        return _refused("这块大屏已停用，请联系管理员重新授权。")

    def page(self) -> Any:
        """The wall, or the exchange of a token for a cookie."""
        if token := request.args.get("token"):
            if walls.find_by_token(self._engine, token) is None:
                return _refused("授权链接无效或已停用，请联系管理员。")
            answer = redirect("/wall")
            answer.set_cookie(COOKIE, token, max_age=_YEARS_10, httponly=True, samesite="Strict")
            return answer
        theme = "light" if request.args.get("theme") == "light" else "dark"
        return _html(self._scenes.page(self._name(), self._build, theme, self._plotly))

    def scene(self, at: int) -> Response:
        """A scene, or its fault."""
        try:
            return _json(self._scenes.scene(at, request.args.get("deep", ""), self._panel_of(request.args)))
        except CockpitError as error:
            return _json({"fault": str(error)}, 503)

    def live(self) -> Response:
        """What a wall asks each second: data version, stamp, program, and the remote's newest command."""
        try:
            now = self._scenes.live()
            held = walls.mark_online(self._engine, self._name(), request.args.get("scene", ""))
        except CockpitError as error:
            return _json({"fault": str(error)}, 503)
        command = held.command.model_dump(mode="json") if held.command else None
        return _json(now | {"build": self._build, "number": held.command_number, "command": command})

    def command(self, name: str) -> Response:
        """A press on the remote. The header can't be sent by another site's form."""
        if request.headers.get("X-Cockpit") != "remote":
            return _json({"fault": "请求不完整。"}, 400)
        try:
            wanted = Command.model_validate(request.get_json(silent=True))
            return _json({"number": walls.send_command(self._engine, name, wanted)})
        except ValidationError:
            return _json({"fault": "不认识这个指令。"}, 400)
        except CockpitError as error:
            return _json({"fault": str(error)}, 404)

    def _name(self) -> str:
        """The wall's name: its token's, else the one of the address."""
        token = request.cookies.get(COOKIE)
        held = walls.find_by_token(self._engine, token) if token else None
        return held.name if held else request.args.get("name", _DEFAULT)[:40] or _DEFAULT


def _told(wall: walls.WallScreen) -> dict[str, Any]:
    seen = wall.seen_at.timestamp() if wall.seen_at else None
    return {"name": wall.name, "scene": wall.scene, "seen": seen, "revoked": wall.revoked_at is not None}


def _html(text: str) -> Response:
    return Response(text, mimetype="text/html", headers={"Cache-Control": "no-store"})


def _json(content: dict[str, Any], status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY), status, headers, "application/json")


def _refused(words: str) -> Response:
    return Response(words, 403, mimetype="text/plain")
