"""The town map: schematic shapes as filled rings in five classes with round cuts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from cockpit.geo import MapShape
from layouts.theme import RAMP, Screen, layout

#: A degree of latitude over a degree of longitude at the district's latitude (30.4° N).
_ASPECT = 1.16
#: From the roundest to the finest, times a power of ten.
_ROUND = (10.0, 5.0, 2.5, 2.0, 1.0, 0.5, 0.25, 0.2, 0.1)


@dataclass(frozen=True, slots=True)
class Place:
    """What the map says of a town: the value that colours it (NaN = none), its label and hover text."""

    key: str
    name: str
    value: float
    label: str
    hover: str
    selected: bool


def map_figure(shape: MapShape, places: Sequence[Place], on: Screen, ramp: Sequence[str] = RAMP) -> dict[str, Any] | None:
    """The figure, or ``None`` without any shape; a click on a town carries ``town:<key>``."""
    known = [p for p in places if p.key in shape.rings]
    if not known:
        return None
    limits = cuts([p.value for p in known], len(ramp))
    data = [_area(shape, p, _class_token(p.value, limits, ramp), on) for p in known]
    data += [_outline(shape, p, on) for p in known if p.selected]
    return {
        "data": data,
        "layout": layout(
            on,
            xaxis={"visible": False, "constrain": "domain"},
            yaxis={"visible": False, "scaleanchor": "x", "scaleratio": _ASPECT, "constrain": "domain"},
            annotations=[_label(shape, p, on) for p in known],
            hovermode="closest",
        ),
    }


def cuts(values: Sequence[float], classes: int) -> list[float]:
    """At most ``classes`` - 1 rising numbers that part the values evenly, as round as they can be and still differ."""
    known = sorted(v for v in values if not math.isnan(v))
    if len(known) < 2 or known[0] == known[-1]:
        return []
    wanted = [known[min(int(len(known) * i / classes), len(known) - 1)] for i in range(1, classes)]
    step = (known[-1] - known[0]) / classes
    power = 10 ** math.floor(math.log10(step))
    best: list[float] = []
    for grain in (power * r for r in _ROUND):
        rounded = {round(round(w / grain) * grain, 10) for w in wanted}
        found = sorted(c for c in rounded if known[0] < c <= known[-1])
        if len(found) == classes - 1:
            return found
        best = max(best, found, key=len)
    return best


def class_of(value: float, limits: Sequence[float]) -> int:
    """Index of the class that ``value`` falls in."""
    return sum(value >= limit for limit in limits)


def _class_token(value: float, limits: Sequence[float], ramp: Sequence[str]) -> str:
    return "s3" if math.isnan(value) else ramp[class_of(value, limits)]


def _path(shape: MapShape, key: str) -> tuple[list[float | None], list[float | None]]:
    x: list[float | None] = []
    y: list[float | None] = []
    for ring in shape.rings[key]:
        x += [*(p[0] for p in ring), None]
        y += [*(p[1] for p in ring), None]
    return x[:-1], y[:-1]


def _area(shape: MapShape, place: Place, token: str, on: Screen) -> dict[str, Any]:
    x, y = _path(shape, place.key)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "fill": "toself",
        "fillcolor": on.token(token),
        "line": {"color": on.token("s1"), "width": on.px(1.5)},
        "hoveron": "fills",
        "hoverinfo": "text",
        "text": place.hover,
        "name": place.name,
        "meta": f"town:{place.key}",
    }


def _outline(shape: MapShape, place: Place, on: Screen) -> dict[str, Any]:
    x, y = _path(shape, place.key)
    line = {"color": on.token("t1"), "width": on.px(2)}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"}


def _label(shape: MapShape, place: Place, on: Screen) -> dict[str, Any]:
    """Name and figure; in a flat area on one line."""
    flat = _is_flat(shape, place.key)
    text = f"<b>{place.name}</b>{' ' if flat else '<br>'}{place.label}"
    x, y = shape.labels[place.key]
    return {
        "x": x,
        "y": y,
        "text": text,
        "showarrow": False,
        "captureevents": False,
        "font": {"size": on.px(12), "color": on.token("t1")},
    }


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
