"""The town map: schematic shapes in five classes, drawn as SVG on the server; each town is a link, its label HTML over it.

The shapes grow with their box while text and lines keep their size (`assets/24_drawn.css`); `assets/hints.js` tells a town's
words at the pointer or the focus.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from cockpit.district.geo import MapShape
from layouts.charts.value_classes import class_of, cuts
from layouts.page import Env
from layouts.ui import html, svg
from layouts.ui.theme import RAMP, css_color

#: A degree of latitude over a degree of longitude at the district's latitude (30.4° N).
_ASPECT = 1.16
#: Width of the picture in its own units, and the room around the shapes for the line of those at the edge.
_WIDTH, _EDGE = 1000, 6
_NEUTRAL = "s3"
#: More areas than so have only their names on the map: the figures stand in the table beside it, and in the hints.
_WITH_FIGURES = 16


@dataclass(frozen=True, slots=True)
class Place:
    """What the map says of a town.

    ``value`` colours it (NaN = none) unless ``fill`` (a CSS colour) does, then with its ``label`` in the token ``ink``.
    ``words``: its full name and what is told of it, one line each. ``href``: where a click leads; ``deep``: what a touch on
    the wall opens (``cockpit.district.playlist.Command``).
    """

    key: str
    name: str
    value: float
    label: str
    words: tuple[str, ...] = ()
    selected: bool = False
    href: str = ""
    deep: str = ""
    fill: str = ""
    ink: str = "t1"


def town_place(key: str, name: str, value: float, label: str, words: Sequence[str], env: Env) -> Place:
    """A town of a page's map: a click chooses it, or takes it out of the selection again."""
    chosen, target = key in env.selection.towns, env.href(env.selection.toggled("towns", key))
    return Place(key, name, value, label, tuple(words), chosen, target)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """The shapes as a picture of ``_WIDTH`` by ``height``; ``labels`` in percent from its left and top."""

    height: float
    paths: Mapping[str, str]
    labels: Mapping[str, tuple[float, float]]
    flat: frozenset[str]


def town_map(shape: MapShape, places: Sequence[Place], note: str = "") -> html.Div | None:
    """The map, or ``None`` without any shape. ``note`` is told after the words of every town."""
    known = [p for p in places if p.key in shape.rings]
    if not known:
        return None
    drawing = _drawing(shape, tuple(p.key for p in known))
    limits = cuts([p.value for p in known], len(RAMP))
    shapes = [_town(p, drawing, p.fill or css_color(_class_token(p.value, limits))) for p in known]
    outlines = [svg.Path(d=drawing.paths[p.key], className="town-outline") for p in known if p.selected]
    picture = svg.Svg([*shapes, *outlines], viewBox=f"0 0 {_WIDTH} {drawing.height:.0f}")
    frame = html.Div(
        [picture, *(_label(p, drawing, len(known) <= _WITH_FIGURES) for p in known)],
        className="town-frame",
        style=_ratio(drawing),
    )
    return html.Div(frame, className="town-map", **({"data-hint-all": note} if note else {}))


def _class_token(value: float, limits: Sequence[float]) -> str:
    return _NEUTRAL if math.isnan(value) else RAMP[class_of(value, limits)]


def _ratio(drawing: _Drawing) -> dict[str, str]:
    return {"--ratio": f"{_WIDTH / drawing.height:.4f}"}


def _town(place: Place, drawing: _Drawing, fill: str) -> Any:
    area = svg.Path(d=drawing.paths[place.key], style={"fill": fill})
    if not place.href:
        return svg.G(area, **({"data-deep": place.deep} if place.deep else {}))
    told = {"data-hint": "\n".join(place.words), "aria-label": "，".join(place.words), "data-nav": ""}
    return svg.A(area, href=place.href, **told, **({"aria-current": "true"} if place.selected else {}))


def _label(place: Place, drawing: _Drawing, with_figure: bool) -> html.Div:
    """Name and figure; in a flat area on one line. The link says the same to those who can't see it."""
    left, top = drawing.labels[place.key]
    style = {"left": f"{left:.2f}%", "top": f"{top:.2f}%"} | ({} if place.ink == "t1" else {"color": css_color(place.ink)})
    between: Any = " " if place.key in drawing.flat else html.Br()
    parts = [html.B(place.name), between, place.label] if place.label and with_figure else html.B(place.name)
    return html.Div(parts, className="town-label", style=style, **{"aria-hidden": "true"})


@lru_cache(maxsize=64)
def _drawing(shape: MapShape, keys: tuple[str, ...]) -> _Drawing:
    """These areas of a map, as large as they can be; the same for every selection, so made once a level."""
    corners = [corner for key in keys for ring in shape.rings[key] for corner in ring]
    west, north = min(x for x, _ in corners), max(y for _, y in corners)
    wide, high = max(x for x, _ in corners) - west, north - min(y for _, y in corners)
    scale = (_WIDTH - 2 * _EDGE) / wide
    height = high * _ASPECT * scale + 2 * _EDGE

    def at(corner: tuple[float, float]) -> tuple[float, float]:
        return (corner[0] - west) * scale + _EDGE, (north - corner[1]) * _ASPECT * scale + _EDGE

    def path(rings: Sequence[Sequence[tuple[float, float]]]) -> str:
        return "".join("M" + "L".join(f"{x:.0f},{y:.0f}" for x, y in map(at, ring)) + "Z" for ring in rings)

    places = {key: at(shape.labels[key]) for key in keys}
    return _Drawing(
        height,
        {key: path(shape.rings[key]) for key in keys},
        {key: (x / _WIDTH * 100, y / height * 100) for key, (x, y) in places.items()},
        frozenset(key for key in keys if _is_flat(shape, key)),
    )


def _is_flat(shape: MapShape, key: str) -> bool:
    """Whether the shape is at least twice as wide as high around its label."""
    label = shape.labels[key]
    heights = _crossings(shape.rings[key], label, vertical=True)
    widths = _crossings(shape.rings[key], label, vertical=False)
    return heights > 0 and widths / (heights * _ASPECT) > 2


def _crossings(rings: Sequence[Sequence[tuple[float, float]]], at: tuple[float, float], *, vertical: bool) -> float:
    """Length of the line through ``at`` inside the rings."""
    axis, other = (0, 1) if vertical else (1, 0)
    found = []
    for ring in rings:
        for a, b in pairwise(ring):
            if (a[axis] - at[axis]) * (b[axis] - at[axis]) < 0:
                share = (at[axis] - a[axis]) / (b[axis] - a[axis])
                found.append(a[other] + share * (b[other] - a[other]))
    above = min((f for f in found if f >= at[other]), default=at[other])
    below = max((f for f in found if f < at[other]), default=at[other])
    return above - below
