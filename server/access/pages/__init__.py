"""The pages around accounts: one's own account, and those of the three administrators."""

from __future__ import annotations

from flask import Flask

from server.access.pages.account import AccountPage
from server.access.pages.accounts import AccountsPage
from server.access.pages.audit import AuditPage
from server.access.pages.desk import Desk
from server.access.pages.roles import RolesPage
from server.access.pages.walls import WallsPage


def add(server: Flask, desk: Desk) -> None:
    """Add all of them to ``server``, behind its guard."""
    desk.add(server)
    for page in (AccountPage(desk), AccountsPage(desk), RolesPage(desk), AuditPage(desk), WallsPage(desk)):
        page.add(server)
