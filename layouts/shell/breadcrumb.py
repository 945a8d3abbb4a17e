"""The way through the areas of a pack: where we are, back up, and down into one of those shown."""

from __future__ import annotations

from typing import Any

from cockpit.district.district import District
from cockpit.selection import Selection
from layouts.components.panel import navigate
from layouts.ui import html


def way(selection: Selection, district: District, path: str) -> Any:
    """Links to the areas above and a menu of those below; ``None`` in a pack of one level."""
    if not district.has_levels:
        return None
    steps = [*district.path] or [("", district.name)]
    above = [navigate(name, _at(selection, key).href(path)) for key, name in steps[:-1]]
    here = html.B(steps[-1][1], **{"aria-current": "location"})
    return html.Nav([*above, here, *_down(selection, district, path)], className="areas", **{"aria-label": "区域"})


def _down(selection: Selection, district: District, path: str) -> list[Any]:
    """Into the one area that is selected, or whichever is chosen from the menu."""
    inner = [town for town in district.towns if town.parts]
    if not inner:
        return []
    chosen = [town for town in inner if selection.towns == (town.key,)]
    if chosen:
        return [navigate(f"进入{chosen[0].name}", _at(selection, chosen[0].key).href(path), "areas-in")]
    links = [navigate(town.name, _at(selection, town.key).href(path)) for town in inner]
    return [html.Details([html.Summary("下一级"), html.Div(links, className="areas-menu")], className="areas-down")]


def _at(selection: Selection, area: str) -> Selection:
    return selection.but(area=area, towns=())
