"""The first months of a cube."""

from __future__ import annotations

from dataclasses import replace

from cockpit.cube.cube import Cube


def first_months(cube: Cube, count: int) -> Cube:
    """Return the cube of its first ``count`` months; the same one where that is all."""
    if count == len(cube.months):
        return cube
    values = {measure: array[:, :count] for measure, array in cube.values.items()}
    part = replace(cube, months=cube.months[:count], values=values, span=cube.span[:, :count], present=cube.present[:, :count])
    return part.with_codes_of(cube)
