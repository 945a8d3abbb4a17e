"""The map of areas: schematic shapes in five classes, as SVG; each may be a link, with its label as HTML over it.

The shapes grow with their box while text and lines keep their size (`assets/base/svg.css`); `assets/base/tooltips.js` shows an
area's hint at the pointer or the focus.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from markupsafe import Markup

from cockpit.district.geo import MapGeometry, degree_ratio
from layouts.charts.value_classes import class_of, cuts
from layouts.components.legend import strip_width
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render
from layouts.ui.theme import RAMP, css_color

#: Share of the height below which a legend stands beside the map; its least width in rem (its title and note), the width of
#: the map on a wide screen, and how far left of the map the legend begins.
_LEGEND_TOP, _LEGEND_WIDTH, _MAP_WIDTH, _LEGEND_LEFT = 0.76, 7.5, 15.0, 2.0
#: Width of the picture in its own units, and the room around the shapes for the line of those at the edge.
_WIDTH, _EDGE = 1000, 6
_NEUTRAL = "s3"
#: More areas than these have only their names on the map: the values stand in the table beside it, and in the hints.
_MOST_VALUES = 16


@dataclass(frozen=True, slots=True)
class MapArea:
    """What the map shows of an area.

    An area is coloured by its ``value`` (NaN where it has none). Where ``fill``, a CSS colour, is set, it has that colour
    instead, and its ``label`` that of the token ``ink``. ``hint`` holds its full name and its values, one line each. A click
    leads to ``href``; a touch on the wall opens ``target`` (see ``cockpit.district.playlist.Command``).
    """

    key: str
    name: str
    value: float
    label: str
    hint: tuple[str, ...] = ()
    is_selected: bool = False
    href: str = ""
    target: str = ""
    fill: str = ""
    ink: str = "t1"


def town_area(key: str, name: str, value: float, label: str, hint: Sequence[str], context: RenderContext) -> MapArea:
    """Build an area of a page's map; a click enters it, or adds it to the selection or removes it."""
    return MapArea(key, name, value, label, tuple(hint), key in context.selection.towns, context.click_href("towns", key))


@dataclass(frozen=True, slots=True)
class _MapDrawing:
    """The shapes as a picture of ``_WIDTH`` by ``height``; ``labels`` in percent from its left and top."""

    height: float
    paths: Mapping[str, str]
    labels: Mapping[str, tuple[float, float]]
    flat: frozenset[str]
    foot: float


def town_map(geometry: MapGeometry, areas: Sequence[MapArea], note: str = "") -> Markup:
    """Render the map; nothing when no area has a shape. ``note`` follows the hint of every area."""
    known = [area for area in areas if area.key in geometry.rings]
    if not known:
        return Markup("")
    drawing = _map_drawing(geometry, tuple(area.key for area in known))
    limits = cuts([area.value for area in known], len(RAMP))
    return render(
        "components/town_map.html",
        areas=[_shape(area, drawing, area.fill or css_color(_class_token(area.value, limits))) for area in known],
        with_values=len(known) <= _MOST_VALUES,
        view_box=f"0 0 {_WIDTH} {drawing.height:.0f}",
        ratio=f"{_WIDTH / drawing.height:.4f}",
        is_corner_taken=_meets_legend(drawing, known),
        note=note,
    )


def _meets_legend(drawing: _MapDrawing, areas: Sequence[MapArea]) -> bool:
    """Return whether the lower end of the map reaches as far left as its legend, below it, is wide."""
    width = max(strip_width([area.value for area in areas]), _LEGEND_WIDTH)
    return drawing.foot < (width - _LEGEND_LEFT) / _MAP_WIDTH


def _class_token(value: float, limits: Sequence[float]) -> str:
    return _NEUTRAL if math.isnan(value) else RAMP[class_of(value, limits)]


def _shape(area: MapArea, drawing: _MapDrawing, fill: str) -> dict[str, object]:
    left, top = drawing.labels[area.key]
    return {
        "area": area,
        "path": drawing.paths[area.key],
        "fill": fill,
        "hint": "\n".join(area.hint),
        "label": "，".join(area.hint),
        "position": f"left:{left:.2f}%;top:{top:.2f}%",
        "ink": "" if area.ink == "t1" else css_color(area.ink),
        "is_flat": area.key in drawing.flat,
    }


@lru_cache(maxsize=64)
def _map_drawing(geometry: MapGeometry, keys: tuple[str, ...]) -> _MapDrawing:
    """Draw these areas as large as they fit; it depends on the level only, so it is cached."""
    corners = [corner for key in keys for ring in geometry.rings[key] for corner in ring]
    west, north = min(x for x, _ in corners), max(y for _, y in corners)
    wide, high = max(x for x, _ in corners) - west, north - min(y for _, y in corners)
    scale, aspect = (_WIDTH - 2 * _EDGE) / wide, degree_ratio(y for _, y in corners)
    height = high * aspect * scale + 2 * _EDGE

    def project(corner: tuple[float, float]) -> tuple[float, float]:
        return (corner[0] - west) * scale + _EDGE, (north - corner[1]) * aspect * scale + _EDGE

    def path(rings: Sequence[Sequence[tuple[float, float]]]) -> str:
        return "".join("M" + "L".join(f"{x:.0f},{y:.0f}" for x, y in map(project, ring)) + "Z" for ring in rings)

    centers = {key: project(geometry.labels[key]) for key in keys}
    return _MapDrawing(
        height,
        {key: path(geometry.rings[key]) for key in keys},
        {key: (x / _WIDTH * 100, y / height * 100) for key, (x, y) in centers.items()},
        frozenset(key for key in keys if _is_flat(geometry, key, aspect)),
        min((x / _WIDTH for x, y in map(project, corners) if y > _LEGEND_TOP * height), default=1.0),
    )


def _is_flat(geometry: MapGeometry, key: str, aspect: float) -> bool:
    """Return whether the shape is at least twice as wide as high around its label."""
    label = geometry.labels[key]
    heights = _crossings(geometry.rings[key], label, vertical=True)
    widths = _crossings(geometry.rings[key], label, vertical=False)
    return heights > 0 and widths / (heights * aspect) > 2


def _crossings(rings: Sequence[Sequence[tuple[float, float]]], at: tuple[float, float], *, vertical: bool) -> float:
    """Measure the part inside the rings of the line through ``at``."""
    axis, other = (0, 1) if vertical else (1, 0)
    crossings = []
    for ring in rings:
        for a, b in pairwise(ring):
            if (a[axis] - at[axis]) * (b[axis] - at[axis]) < 0:
                share = (at[axis] - a[axis]) / (b[axis] - a[axis])
                crossings.append(a[other] + share * (b[other] - a[other]))
    above = min((f for f in crossings if f >= at[other]), default=at[other])
    below = max((f for f in crossings if f < at[other]), default=at[other])
    return above - below
