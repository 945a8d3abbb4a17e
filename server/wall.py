"""The wall's routes: its page, its scenes as JSON, what it polls each second, tokens, and the remote."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import orjson
from cachetools import LRUCache
from flask import Flask, Response, jsonify, redirect, request
from pydantic import ValidationError
from sqlalchemy import Engine

from cockpit import __version__
from cockpit.access.access import Access
from cockpit.district.playlist import Command
from cockpit.errors import CockpitError, DatabaseError, UsageError
from cockpit.faults import report
from cockpit.names import wall_name
from cockpit.printable import printable
from data import walls
from data.wall_rights import wall_permissions
from server.wall_presence import WallPresence

log = logging.getLogger(__name__)

COOKIE = "wall"
_ASSETS = Path(__file__).parent.parent / "assets"
#: What a wall's page loads, beside plotly.js, whose address has its fingerprint.
_PROGRAM = ("base/tokens.css", "base/fonts.css", "base/svg.css", "base/tooltips.js", "pages/wall.css", "pages/wall.js")
_FILES = "_dash_assets.static"  # of Dash
#: Endpoints that a browser with a wall's token may use.
_ALLOWED = frozenset({"wall", "wall-scene", "wall-live", "health"})
#: Walls whose last answer is kept for when the database is silent.
_REMEMBERED = 256
_DEFAULT_NAME = "大屏"
_SCENE_LENGTH = 80
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
        self._presence = WallPresence()
        self._lock = threading.Lock()
        self._last: LRUCache[tuple[str, str], walls.WallScreen | None] = LRUCache(_REMEMBERED)
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
        server.add_url_rule("/wall/walls", "wall-walls", self.walls)
        server.add_url_rule("/wall/walls/<path:name>", "wall-command", self.command, methods=["POST"])

    def guard(self) -> Response | None:
        """Refuse browsers with a wall's token every page but the wall, and with a revoked token that, too; ``None``: let pass."""
        token = request.cookies.get(COOKIE)
        if not token or (request.endpoint == "wall" and request.args.get("token")):  # a new token replaces the old one
            return None
        endpoint = request.endpoint or ""  # by what answers, not by how the address is written
        is_file = endpoint == _FILES or endpoint.startswith("/assets/")
        if not is_file and endpoint not in _ALLOWED:
            return _forbidden("这台设备只能看大屏。")
        try:
            if is_file or self._name_of(token) is not None:
                return None
        except DatabaseError as error:
            return self._silent(error)
        return _forbidden("这块大屏已停用，请联系管理员重新授权。")

    def access(self) -> Access | None:
        """Return what the wall of the request's token may see; ``None`` without a valid token."""
        token = request.cookies.get(COOKIE) or request.args.get("token")
        name = self._name_of(token) if token else None
        if name is None:
            return None
        with self._lock:
            screen = self._last.get(("token", token or ""))
        # Of a wall that only another worker knows of there is no saying: no single firm.
        return Access(f"大屏：{name}", wall_permissions(names_firms=screen is not None and screen.names_firms))

    def _name_of(self, token: str) -> str | None:
        """Return the name of the wall with this token; while the database is silent, also what another worker knows of it."""
        try:
            screen = self._remember(("token", token), lambda: walls.find_by_token(self._engine, token))
        except DatabaseError:
            name = self._presence.name_of(walls.hash_token(token))
            if name is None:
                raise
            return name
        return screen.name if screen else None

    def _silent(self, error: CockpitError) -> Response:
        """Return what is said while there are no data to serve: a sentence, logged when it begins, not each second."""
        if self._is_reachable:
            log.warning("the wall can't be served: %s (%s)", error, error.__cause__)
        self._is_reachable = False
        return _json({"fault": str(error)}, 503)

    def _remember(self, key: tuple[str, str], find: Callable[[], walls.WallScreen | None]) -> walls.WallScreen | None:
        """Return what the database says; while it is silent, what it said last: a wall goes on, and no old command runs again."""
        try:
            screen = find()
        except DatabaseError:
            with self._lock:
                if key in self._last:
                    return self._last[key]
            raise
        with self._lock:
            self._last[key] = screen
        return screen

    def page(self) -> Any:
        """Return the wall's page, or exchange a token for a cookie."""
        if token := request.args.get("token"):
            if self._name_of(token) is None:
                return _forbidden("授权链接无效或已停用，请联系管理员。")
            response = redirect("/wall")
            response.set_cookie(COOKIE, token, max_age=_YEARS_10, httponly=True, samesite="Strict")
            return response
        try:
            name = self._name()
        except UsageError as error:
            return Response(str(error), 400, mimetype="text/plain")
        theme = "light" if request.args.get("theme") == "light" else "dark"
        return _html(self._scenes.page(name, self._build, theme, self._plotly))

    def scene(self, index: int) -> Response:
        """Return a scene as JSON; with status 503 a ``fault`` to show instead."""
        try:
            return _json(self._scenes.scene(index, request.args.get("deep", ""), self._parse_display(request.args)))
        except UsageError as error:
            return _json({"fault": str(error)}, 503)
        except Exception as error:
            return _json({"fault": report(error, f"scene {index} of the wall")}, 503)

    def live(self) -> Response:
        """Return what a wall polls each second: latest data, ``build``, and the remote's newest command; notes it as online.

        ``number`` is ``None`` where nobody can say what the newest command is: the wall goes on. A ``CockpitError`` becomes
        status 503.
        """
        try:
            name = self._name()
            latest = self._scenes.live()
        except UsageError as error:
            return _json({"fault": str(error)}, 400)
        except CockpitError as error:
            return self._silent(error)
        screen, number = None, None
        try:
            screen = self._remember(("name", name), lambda: walls.find_by_name(self._engine, name))
            number = screen.command_number if screen else 0
        except DatabaseError as error:
            log.debug("this worker doesn't know the wall %s yet: %s", name, error)
        self._is_reachable = True
        scene = printable(request.args.get("scene", "")[:_SCENE_LENGTH])
        is_paused = request.args.get("state") == "paused"
        token = request.cookies.get(COOKIE, "")
        digest = walls.hash_token(token) if token else ""
        self._presence.mark(name, scene, is_registered=screen is not None, is_paused=is_paused, token_sha256=digest)
        command = screen.command.model_dump(mode="json") if screen and screen.command else None
        return _json(latest | {"build": self._build, "number": number, "command": command})

    def walls(self) -> Response:
        """List the walls for the remote: those in the database, and those that are online without a row there."""
        online = self._presence.online()
        try:
            rows = {w.name: w for w in walls.list_walls(self._engine)}
        except DatabaseError as error:
            return self._silent(error)
        return jsonify(
            [
                {
                    "name": name,
                    "scene": online[name].scene if name in online else rows[name].scene,
                    "online": name in online,
                    "paused": name in online and online[name].is_paused,
                    "revoked": name in rows and rows[name].revoked_at is not None,
                }
                for name in sorted({*rows, *online})
            ]
        )

    def record(self) -> None:
        """Record in the database which walls are online, for the command line's list; called now and then, by no request."""
        online = self._presence.online()
        if online:
            walls.record_online(self._engine, {name: wall.scene for name, wall in online.items()})

    def command(self, name: str) -> Response:
        """Store a press on the remote for its wall; returns its number. Another site's form can't send the required header."""
        if request.headers.get("X-Cockpit") != "remote":
            return _json({"fault": "请求不完整。"}, 400)
        try:
            command = Command.model_validate(request.get_json(silent=True))
            return _json({"number": walls.send_command(self._engine, name, command, is_online=name in self._presence.online())})
        except ValidationError:
            return _json({"fault": "不认识这个指令。"}, 400)
        except UsageError as error:
            return _json({"fault": str(error)}, 404)
        except DatabaseError as error:
            log.warning("a press for the wall %s wasn't stored: %s (%s)", name, error, error.__cause__)
            return _json({"fault": str(error)}, 503)
        except Exception as error:
            return _json({"fault": report(error, f"command to the wall {name}")}, 503)

    def _name(self) -> str:
        """Return the wall's name: its token's, else the one of the address. Raises ``UsageError`` for one that is no name."""
        token = request.cookies.get(COOKIE)
        name = self._name_of(token) if token else None
        return name or wall_name(request.args.get("name") or _DEFAULT_NAME)


def _html(text: str) -> Response:
    return Response(text, mimetype="text/html", headers={"Cache-Control": "no-store"})


def _json(content: dict[str, Any], status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY), status, headers, "application/json")


def _forbidden(message: str) -> Response:
    return Response(message, 403, mimetype="text/plain")
