"""Shapes of the towns for the map: plain rings of longitude and latitude. Schematic; nothing is computed from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cockpit.district import District

Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, eq=False)
class MapShape:
    """``rings``: town key -> its rings of (longitude, latitude); ``labels``: town key -> where its name stands.

    Each map is itself: what is drawn from one may be kept by it.
    """

    rings: Mapping[str, tuple[Ring, ...]]
    labels: Mapping[str, tuple[float, float]]


def map_shape(geojson: Mapping[str, Any], district: District) -> MapShape:
    """Shapes from a GeoJSON feature collection; features are matched to towns by ``properties.code``.

    Raises ``KeyError`` for a collection of another form.
    """
    by_code = {t.code: t.key for t in district.towns}
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
    return MapShape(rings, labels)
