"""Geometry of the areas for the map: plain rings of longitude and latitude. Schematic; nothing is computed from them.

Where a pack has no map of an area's parts they are tiles, each at its position or in rows: no borders.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cockpit.district.areas import Area

Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, eq=False)
class MapGeometry:
    """Geometry of a map: the rings of each area (longitude, latitude) and the point of its label, both by the area's key.

    The areas of all levels of a pack; those of one level are shown together.
    Compared and hashed by identity, so that what is rendered from one can be cached by it.
    """

    rings: Mapping[str, tuple[Ring, ...]]
    labels: Mapping[str, tuple[float, float]]


#: A tile is this wide and high; tiles lie at the equator, where degrees of longitude and of latitude are equally long.
_WIDE, _HIGH, _GAP = 1.5, 1.0, 0.06
#: No map of a district reaches further north or south; beyond, a map of this kind has no use.
_HIGHEST_LATITUDE = 80.0


def degree_ratio(latitudes: Iterable[float]) -> float:
    """Return how much longer a degree of latitude is than one of longitude, in the middle of ``latitudes`` (degrees)."""
    known = list(latitudes)
    middle = (min(known) + max(known)) / 2
    return 1 / math.cos(math.radians(min(abs(middle), _HIGHEST_LATITUDE)))


def parse_map_geometry(geojson: Mapping[str, Any], towns: Sequence[Area]) -> MapGeometry:
    """Parse a GeoJSON feature collection; features are matched to towns by ``properties.code``.

    Raises ``KeyError`` for a collection of another form.
    """
    by_code = {t.code: t.key for t in towns}
    rings: dict[str, tuple[Ring, ...]] = {}
    labels: dict[str, tuple[float, float]] = {}
    for feature in geojson["features"]:
        key = by_code.get(str(feature["properties"]["code"]))
        if key is None:
            continue
        geometry = feature["geometry"]
        polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        rings[key] = tuple(tuple((float(x), float(y)) for x, y in polygon[0]) for polygon in polygons)
        x, y = feature["properties"]["centroid"]
        labels[key] = (float(x), float(y))
    return MapGeometry(rings, labels)


def tile_geometry(towns: Sequence[Area]) -> MapGeometry:
    """Lay out each town as a tile: at the positions in the pack if it has all of them, else in rows."""
    across = math.ceil(math.sqrt(len(towns)))
    in_rows = any(t.tile is None for t in towns)
    positions = [divmod(n, across)[::-1] if in_rows else t.tile for n, t in enumerate(towns)]
    rings, labels = {}, {}
    for town, position in zip(towns, positions, strict=True):
        column, row = position or (0, 0)
        left, top = column * _WIDE, -row * _HIGH
        right, bottom = left + _WIDE - _GAP * _WIDE, top - _HIGH + _GAP
        rings[town.key] = (((left, top), (right, top), (right, bottom), (left, bottom), (left, top)),)
        labels[town.key] = ((left + right) / 2, (top + bottom) / 2)
    return MapGeometry(rings, labels)


def merge_geometries(geometries: Iterable[MapGeometry]) -> MapGeometry:
    """Merge the geometries of several levels into one."""
    levels = list(geometries)
    rings = {key: value for level in levels for key, value in level.rings.items()}
    return MapGeometry(rings, {key: value for level in levels for key, value in level.labels.items()})
