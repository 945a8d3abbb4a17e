"""The breadcrumb of areas: the one shown, those above it, and those below it."""

from __future__ import annotations

from markupsafe import Markup

from cockpit.district.district import District
from cockpit.selection import Selection
from layouts.ui.templates import NOTHING, render


def breadcrumb(selection: Selection, district: District, path: str) -> Markup:
    """Render links to the areas above and a menu of those below; nothing in a district pack of one level."""
    if not district.has_levels:
        return NOTHING
    levels = [*district.path] or [("", district.name)]
    above = [(name, _href(selection, key, path)) for key, name in levels[:-1]]
    inner = [town for town in district.towns if town.parts]
    selected = [town for town in inner if selection.towns == (town.key,)]
    below = [(town.name, _href(selection, town.key, path)) for town in selected or inner]
    return render("shell/breadcrumb.html", above=above, here=levels[-1][1], below=below, is_selected=bool(selected))


def _href(selection: Selection, area: str, path: str) -> str:
    return selection.replace(area=area, towns=()).href(path)
