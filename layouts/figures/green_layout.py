"""The layout of a field over the district (一主两翼) on the town map: areas in the chain's colour, by their role."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from cockpit.geo import MapShape
from layouts.figures.town_map import Place, map_figure
from layouts.theme import Screen

#: Strength of the chain's colour over the neutral one, by theme and role.
STRENGTH = {"dark": {"主": 0.72, "翼": 0.28}, "light": {"主": 0.85, "翼": 0.40}}
_WORDS = ("t1", "bg")


def layout_figure(
    shape: MapShape, places: Sequence[Place], roles: Mapping[str, str], token: str, on: Screen
) -> dict[str, Any] | None:
    """The map, or ``None`` without any shape. ``roles``: town key -> 主 or 翼; ``token``: the chain's colour."""
    known = [p for p in places if p.key in shape.rings]
    told = [_plain(p, roles) for p in known]
    figure = map_figure(shape, told, on)
    if figure is None:
        return None
    for place, area, label in zip(known, figure["data"], figure["layout"]["annotations"], strict=False):
        role = roles.get(place.key, "")
        if role:
            fill = _mixed(token, STRENGTH[on.theme][role], on)
            area["fillcolor"] = f"rgb({fill[0]},{fill[1]},{fill[2]})"
            label["font"] = label["font"] | {"color": on.token(_legible(fill, on))}
    return figure


def _plain(place: Place, roles: Mapping[str, str]) -> Place:
    """Without a value, so that every area has the neutral colour; the role stands in the label."""
    role = roles.get(place.key, "")
    name = f"{role} {place.name}" if role else place.name
    return Place(place.key, name, math.nan, place.label, place.hover, place.selected)


def _mixed(token: str, strength: float, on: Screen) -> tuple[int, ...]:
    over, under = _parts(on.token(token)), _parts(on.token("s3"))
    return tuple(round(strength * a + (1 - strength) * b) for a, b in zip(over, under, strict=True))


def _parts(colour: str) -> tuple[int, ...]:
    value = colour.lstrip("#")
    return tuple(int(value[i : i + 2], 16) for i in (0, 2, 4))


def _legible(fill: tuple[int, ...], on: Screen) -> str:
    """The text token that stands out more on ``fill``."""
    return max(_WORDS, key=lambda t: _contrast(_luminance(_parts(on.token(t))), _luminance(fill)))


def _luminance(colour: tuple[int, ...]) -> float:
    """Relative luminance of WCAG 2."""
    parts = [c / 255 for c in colour]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(a: float, b: float) -> float:
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
