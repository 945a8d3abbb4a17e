"""How concentrated a chain or town is, always reported with the number of firms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cockpit.cube.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Concentration:
    """``cr4``: share of the four largest (fraction); ``hhi``: Σ share² × 10⁴; NaN without any positive total."""

    firms: int
    cr4: float
    hhi: float


def concentration(values: FloatArray) -> Concentration:
    """Compute the concentration of enterprises' sums; those that reported nothing (NaN) don't count."""
    reported = values[~np.isnan(values)]
    whole = float(reported.sum())
    if whole <= 0:
        return Concentration(len(reported), np.nan, np.nan)
    shares = np.sort(reported / whole)[::-1]
    return Concentration(len(reported), float(shares[:4].sum()), float((shares**2).sum() * 1e4))
