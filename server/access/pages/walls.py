"""The walls, for the system administrator: authorise, revoke, and say whether one may show single enterprises."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, request

from cockpit.formatting import MISSING, format_local_time
from data import wall_rights
from data.database.transactions import utc_now
from data.walls import WallScreen, list_walls
from layouts.access.desk import DeskLink, Secret, secret_body
from layouts.access.walls import WallRow, walls_body
from server.access.pages.desk import Desk, attempt, go_to

_ADDRESS, _TITLE = "/admin/walls", "大屏授权"
_FIRMS = "1"
"""The value of a ticked box."""


@dataclass(frozen=True)
class WallsPage:
    """The page and its forms."""

    desk: Desk

    def add(self, server: Flask) -> None:
        """Add the routes to ``server``."""
        server.add_url_rule(_ADDRESS, "admin-walls", self.show)
        for name, view in {"add": self.authorize, "revoke": self.revoke, "rights": self.set_rights}.items():
            server.add_url_rule(f"{_ADDRESS}/{name}", f"admin-walls-{name}", view, methods=["POST"])

    def show(self, fault: str = "", status: int = 200) -> Response:
        """Show the walls, after a form that failed with the name that was entered."""
        name = request.form.get("name", "") if request.endpoint == "admin-walls-add" else ""
        rows = [_row(screen) for screen in list_walls(self.desk.store.engine)]
        body = walls_body(self.desk.csrf_token(), rows, name)
        return self.desk.page(_ADDRESS, _TITLE, body, fault=fault, status=status)

    def authorize(self) -> Response:
        """Give a wall a new link, shown only now."""

        def authorize() -> Response:
            name, names_firms = request.form.get("name", ""), request.form.get("firms") == _FIRMS
            audit, actor = self.desk.store.audit, self.desk.actor()
            token = wall_rights.authorize(audit, name, names_firms=names_firms, actor=actor, now=utc_now())
            link = f"{request.host_url.rstrip('/')}/wall?token={token}"
            hint = f"请在“{name.strip()}”的浏览器里打开一次。不要在自己的电脑上打开：打开过的浏览器只能看大屏。"
            secret = Secret("大屏的授权链接", link, hint, DeskLink("返回大屏列表", _ADDRESS))
            return self.desk.page(_ADDRESS, _TITLE, secret_body(secret))

        return attempt(authorize, self.show)

    def revoke(self) -> Response:
        """Revoke a wall's token."""

        def revoke() -> Response:
            wall_rights.revoke(self.desk.store.audit, request.form.get("name", ""), self.desk.actor(), utc_now())
            return go_to(_ADDRESS, done="wall-revoked")

        return attempt(revoke, self.show)

    def set_rights(self) -> Response:
        """Say whether a wall may show single enterprises."""

        def set_rights() -> Response:
            name, names_firms = request.form.get("name", ""), request.form.get("firms") == _FIRMS
            audit, actor = self.desk.store.audit, self.desk.actor()
            wall_rights.allow_firms(audit, name, names_firms=names_firms, actor=actor, now=utc_now())
            return go_to(_ADDRESS, done="wall-rights")

        return attempt(set_rights, self.show)


def _row(screen: WallScreen) -> WallRow:
    state = "已停用" if screen.revoked_at else "有效" if screen.has_token else "没有授权"
    last_online = format_local_time(screen.last_online) if screen.last_online else MISSING
    rights = wall_rights.rights_text(names_firms=screen.names_firms)
    return WallRow(screen.name, state, rights, last_online, screen.names_firms, screen.has_token)
