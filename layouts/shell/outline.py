"""The district's outer line as a small picture, for brand and favicon."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from urllib.parse import quote

from cockpit.district.district import District
from cockpit.district.geo import MapGeometry, degree_ratio
from layouts.ui.theme import TOKENS


def outline(district: District, geometry: MapGeometry) -> str:
    """Draw the outline as an SVG data URI; '' without a map."""
    rings = [ring for town in district.towns for ring in geometry.rings.get(town.key, ())]
    points = [point for ring in rings for point in ring]
    if not points:
        return ""
    left, top = min(x for x, _ in points), max(y for _, y in points)
    aspect = degree_ratio(y for _, y in points)
    size = max(max(x for x, _ in points) - left, (top - min(y for _, y in points)) * aspect) or 1.0
    # Neighbouring towns share their vertices, so an edge that occurs once is the district's own.
    counts = Counter(frozenset(edge) for ring in rings for edge in pairwise(ring))
    line = "".join(
        "M" + "L".join(f"{(x - left) / size * 100:.1f},{(top - y) * aspect / size * 100:.1f}" for x, y in edge)
        for edge, count in counts.items()
        if count == 1
    )
    color = TOKENS["dark"]["accent"]
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-5 -5 112 112">'
        f'<path d="{line}" fill="none" stroke="{color}" stroke-width="7" stroke-linecap="round"/></svg>'
    )
    return f"data:image/svg+xml,{quote(svg)}"
