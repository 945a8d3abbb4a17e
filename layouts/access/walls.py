"""The page of the walls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from layouts.ui.templates import render


@dataclass(frozen=True, slots=True)
class WallRow:
    """A wall. ``names_firms``: whether it may show single enterprises; ``is_valid``: whether its token works."""

    name: str
    state: str
    rights: str
    last_online: str
    names_firms: bool
    is_valid: bool


def walls_body(csrf_token: str, walls: Sequence[WallRow], name: str) -> Markup:
    """Render the list and the form for a new link; ``name``: what was entered there."""
    return render("access/walls.html", csrf_token=csrf_token, walls=walls, name=name)
