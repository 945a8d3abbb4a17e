"""The wall's routes: its page, its scenes as JSON, what it polls each second, tokens, and the remote."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import orjson
from flask import Flask, Response, jsonify, redirect, request
from pydantic import ValidationError
from sqlalchemy import Engine

from cockpit import __version__
from cockpit.district.playlist import Command
from cockpit.errors import CockpitError, UsageError
from cockpit.faults import report
from data import walls

log = logging.getLogger(__name__)

COOKIE = "wall"
_ASSETS = Path(__file__).parent.parent / "assets"
#: What a wall's page loads, beside plotly.js, whose address has its fingerprint.
_PROGRAM = ("base/tokens.css", "base/fonts.css", "base/svg.css", "base/tooltips.js", "pages/wall.css", "pages/wall.js")
_ALLOWED_PATHS = ("/wall/scene/", "/wall/live", "/assets/", "/health")
_DEFAULT_NAME = "大屏"
_YEARS_10 = 10 * 366 * 86400


class ScenePages(Protocol):
    """What the wall shows: ``callbacks.wall_scenes.WallScenes``."""

    def page(self, name: str, build: str, theme: Any, plotly: str) -> str:
        """Render the wall's page."""
        ...

    def remote(self) -> str:
        """Render the remote's page."""
        ...

    def live(self) -> dict[str, Any]:
        """Describe the latest data version."""
        ...

    def scene(self, index: int, deep: str, display: Any) -> dict[str, Any]:
        """Render a scene of the playlist, or what ``deep`` names, as JSON."""
        ...


class WallRoutes:
    """The routes over the scenes and the walls in the database; ``parse_display`` parses the display of a request's arguments."""

    def __init__(
        self, scenes: ScenePages, engine: Engine, parse_display: Callable[[Mapping[str, str]], Any], plotly: str
    ) -> None:
        self._scenes, self._engine, self._parse_display, self._plotly = scenes, engine, parse_display, plotly
        #: Whether the last poll was answered: a fault that lasts is logged once.
        self._is_reachable = True
        files = (_ASSETS / name for name in _PROGRAM)
        #: Fingerprint of the program: a wall's page that polls another one reloads itself.
        self._build = hashlib.sha256(b"".join([__version__.encode(), *(f.read_bytes() for f in files)])).hexdigest()[:12]

    def add(self, server: Flask) -> None:
        """Add the routes to ``server``."""
        server.before_request(self.guard)
        server.add_url_rule("/wall", "wall", self.page)
        server.add_url_rule("/wall/scene/<int:index>", "wall-scene", self.scene)
        server.add_url_rule("/wall/live", "wall-live", self.live)
        server.add_url_rule("/wall/remote", "wall-remote", lambda: _html(self._scenes.remote()))
        server.add_url_rule("/wall/walls", "wall-walls", lambda: jsonify([_status(w) for w in walls.list_walls(self._engine)]))
        server.add_url_rule("/wall/walls/<name>", "wall-command", self.command, methods=["POST"])

    def guard(self) -> Response | None:
        """Refuse browsers with a wall's token every page but the wall, and with a revoked token that, too; ``None``: let pass."""
        token = request.cookies.get(COOKIE)
        if not token or (request.path == "/wall" and request.args.get("token")):  # a new token replaces the old one
            return None
        if request.path != "/wall" and not request.path.startswith(_ALLOWED_PATHS):
            return _forbidden("这台设备只能看大屏。")
        if request.path.startswith("/assets/") or walls.find_by_token(self._engine, token) is not None:
            return None
        return _forbidden("这块大屏已停用，请联系管理员重新授权。")

    def page(self) -> Any:
        """Return the wall's page, or exchange a token for a cookie."""
        if token := request.args.get("token"):
            if walls.find_by_token(self._engine, token) is None:
                return _forbidden("授权链接无效或已停用，请联系管理员。")
            response = redirect("/wall")
            response.set_cookie(COOKIE, token, max_age=_YEARS_10, httponly=True, samesite="Strict")
            return response
        theme = "light" if request.args.get("theme") == "light" else "dark"
        return _html(self._scenes.page(self._name(), self._build, theme, self._plotly))

    def scene(self, index: int) -> Response:
        """Return a scene as JSON; with status 503 a ``fault`` to show instead."""
        try:
            return _json(self._scenes.scene(index, request.args.get("deep", ""), self._parse_display(request.args)))
        except UsageError as error:
            return _json({"fault": str(error)}, 503)
        except Exception as error:
            return _json({"fault": report(error, f"scene {index} of the wall")}, 503)

    def live(self) -> Response:
        """Return what a wall polls each second: latest data, ``build``, and the remote's newest command; records it as online.

        A ``CockpitError`` becomes status 503; it is logged when it begins, not each second.
        """
        try:
            latest = self._scenes.live()
            screen = walls.mark_online(
                self._engine, self._name(), request.args.get("scene", ""), is_paused=request.args.get("state") == "paused"
            )
        except CockpitError as error:
            if self._is_reachable:
                log.warning("the wall can't be served: %s", error)
            self._is_reachable = False
            return _json({"fault": str(error)}, 503)
        self._is_reachable = True
        command = screen.command.model_dump(mode="json") if screen.command else None
        return _json(latest | {"build": self._build, "number": screen.command_number, "command": command})

    def command(self, name: str) -> Response:
        """Store a press on the remote for its wall; returns its number. Another site's form can't send the required header."""
        if request.headers.get("X-Cockpit") != "remote":
            return _json({"fault": "请求不完整。"}, 400)
        try:
            command = Command.model_validate(request.get_json(silent=True))
            return _json({"number": walls.send_command(self._engine, name, command)})
        except ValidationError:
            return _json({"fault": "不认识这个指令。"}, 400)
        except UsageError as error:
            return _json({"fault": str(error)}, 404)
        except Exception as error:
            return _json({"fault": report(error, f"command to the wall {name}")}, 503)

    def _name(self) -> str:
        """Return the wall's name: its token's, else the one of the address."""
        token = request.cookies.get(COOKIE)
        screen = walls.find_by_token(self._engine, token) if token else None
        return screen.name if screen else request.args.get("name", _DEFAULT_NAME)[:40] or _DEFAULT_NAME


def _status(wall: walls.WallScreen) -> dict[str, Any]:
    return {
        "name": wall.name,
        "scene": wall.scene,
        "paused": wall.is_paused,
        "online": wall.is_online(),
        "revoked": wall.revoked_at is not None,
    }


def _html(text: str) -> Response:
    return Response(text, mimetype="text/html", headers={"Cache-Control": "no-store"})


def _json(content: dict[str, Any], status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY), status, headers, "application/json")


def _forbidden(message: str) -> Response:
    return Response(message, 403, mimetype="text/plain")
