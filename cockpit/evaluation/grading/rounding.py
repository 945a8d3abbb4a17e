"""Sums that don't depend on the order of rows, and rounding half up."""

from __future__ import annotations

import math

import numpy as np

from cockpit.cube.arrays import FloatArray


def exact_sum(values: FloatArray) -> float:
    """Return the correctly rounded sum, NaN left out: the same whatever the order of rows."""
    return math.fsum(values[~np.isnan(values)].tolist())


def round_array(values: FloatArray, digits: int) -> FloatArray:
    """Round half away from zero; noise of binary fractions (14.4449999999) counts as the half it stands for."""
    scale = 10.0**digits
    scaled = np.abs(values) * scale
    rounded = np.sign(values) * np.floor(scaled + 0.5 + 1e-7) / scale
    return np.where(scaled < 2.0**52, rounded, values)  # beyond, a double has no digits left to round
