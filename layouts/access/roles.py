"""The page with the matrix of rights."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from layouts.ui.templates import render


@dataclass(frozen=True, slots=True)
class RoleColumn:
    """A role: its permissions by their values, and how many accounts that aren't disabled have it."""

    name: str
    permissions: Collection[str]
    accounts: int


def roles_body(roles: Sequence[RoleColumn], permissions: Sequence[tuple[str, str]]) -> Markup:
    """Render the matrix; ``permissions``: value and label of each."""
    return render("access/roles.html", roles=roles, permissions=permissions)
