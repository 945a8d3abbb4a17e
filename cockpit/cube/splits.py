"""How the parts of a sum or of a ratio moved the whole; the parts add up exactly.

For a sum, 拉动 = a part's change ÷ the whole's base (percentage points when × 100). For a ratio of sums
R = ΣN ÷ ΣD, with weights w = D_part ÷ ΣD and part ratios r = N_part ÷ D_part, the change splits into

- own:        mean(w) · Δr, what the part did itself,
- structure:  (mean(r) - mean(R)) · Δw, what moved weight between parts,

with means over the two periods (the Marshall-Edgeworth split; Σ Δw = 0, so mean(R) takes nothing away).
A part with no denominator in one of the periods has no ratio there: all of its share is structure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cockpit.cube.arrays import FloatArray, fill_zero
from cockpit.cube.breakdown import Breakdown, all_keys


@dataclass(frozen=True, slots=True)
class Split:
    """How parts moved a ratio, in the ratio's own unit: what each did itself, and what moved weight between them."""

    keys: tuple[str, ...]
    own: FloatArray
    structure: FloatArray

    @property
    def both(self) -> FloatArray:
        """Own and structure together; their sum over the parts is the change of the ratio."""
        total: FloatArray = self.own + self.structure
        return total


def split_sum(values: Breakdown, bases: Breakdown) -> Breakdown:
    """Compute each part's change as a fraction of the whole's base; missing counts as nothing reported (0).

    All NaN when the whole's base is zero or negative. The sum equals the whole's growth exactly.
    """
    keys = all_keys(values, bases)
    now, before = (fill_zero(g.reindex(keys)) for g in (values, bases))
    whole = float(before.sum())
    return Breakdown(keys, (now - before) / whole if whole > 0 else np.full(len(keys), np.nan))


def split_ratio(
    numerators: Breakdown, denominators: Breakdown, base_numerators: Breakdown, base_denominators: Breakdown
) -> Split:
    """Split the change of a ratio over its parts, each with a numerator and a denominator now and in the base period.

    All NaN when either whole denominator is not positive.
    """
    sides = (numerators, denominators, base_numerators, base_denominators)
    keys = all_keys(*sides)
    return Split(keys, *split_ratio_arrays(*(fill_zero(g.reindex(keys)) for g in sides)))


def split_ratio_arrays(
    numerators: FloatArray, denominators: FloatArray, base_numerators: FloatArray, base_denominators: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Compute own and structure of each part along the last axis; other axes are wholes of their own. Missing values must be 0.

    All NaN for a whole whose denominators are not both positive.
    """
    n1, d1, n0, d0 = numerators, denominators, base_numerators, base_denominators
    big_n1, big_d1, big_n0, big_d0 = (side.sum(axis=-1, keepdims=True) for side in (n1, d1, n0, d0))
    known = (big_d1 > 0) & (big_d0 > 0)
    big_d1, big_d0 = np.where(known, big_d1, np.nan), np.where(known, big_d0, np.nan)
    w1, w0 = d1 / big_d1, d0 / big_d0
    both = (d1 > 0) & (d0 > 0)
    moved = np.where(both, n1 / np.where(both, d1, 1.0) - n0 / np.where(both, d0, 1.0), 0.0)
    change = n1 / big_d1 - n0 / big_d0
    own: FloatArray = (w1 + w0) / 2 * moved
    level = (big_n1 / big_d1 + big_n0 / big_d0) / 2
    return own, change - own - level * (w1 - w0)
