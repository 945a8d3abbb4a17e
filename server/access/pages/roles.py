"""The matrix of rights: what each role may do, and the workbook of it for inspections."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flask import Flask, Response

from cockpit.access.permissions import LABELS, Permission
from cockpit.access.quotas import QuotaKind
from data.access.accounts import list_accounts
from data.access.limits import quotas
from data.access.matrix import export_matrix
from data.database.transactions import utc_now
from layouts.access.roles import RoleColumn, roles_body
from server.access.pages.desk import Desk, attempt, workbook

_ADDRESS, _TITLE = "/admin/roles", "角色与权限"


@dataclass(frozen=True)
class RolesPage:
    """The page and its workbook."""

    desk: Desk

    def add(self, server: Flask) -> None:
        """Add the routes to ``server``."""
        server.add_url_rule(_ADDRESS, "admin-roles", self.show)
        server.add_url_rule(f"{_ADDRESS}/matrix.xlsx", "admin-matrix", self.matrix)

    def show(self, fault: str = "", status: int = 200) -> Response:
        """Show the matrix of the roles of today."""
        store = self.desk.store
        numbers = Counter(role for one in list_accounts(store) if one.account.disabled_at is None for role in one.roles)
        columns = [RoleColumn(role.name, frozenset(role.permissions), numbers[role.key]) for role in store.roles.roles]
        labels = [(permission.value, LABELS[permission]) for permission in Permission]
        return self.desk.page(_ADDRESS, _TITLE, roles_body(columns, labels), fault=fault, status=status)

    def matrix(self) -> Response:
        """Hand out the workbook."""

        def export() -> Response:
            quotas.take(self.desk.store.engine, QuotaKind.EXPORT, self.desk.session().account.name, utc_now())
            return workbook(export_matrix(self.desk.store, self.desk.actor(), utc_now()), "rights.xlsx")

        return attempt(export, self.show)
