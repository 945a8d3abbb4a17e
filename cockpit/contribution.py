"""What moved a figure: each part's share in the whole's change; the parts add up exactly.

For a sum, 拉动 = a part's change ÷ the whole's base (percentage points when × 100). For a ratio of sums
R = ΣN ÷ ΣD, with weights w = D_part ÷ ΣD and part ratios r = N_part ÷ D_part, the change splits into

- own:        mean(w) · Δr, what the part did itself,
- structure:  (mean(r) - mean(R)) · Δw, what moved weight between parts,

with means over the two periods (the Marshall-Edgeworth split; Σ Δw = 0, so mean(R) takes nothing away).
A part with no denominator in one of the periods has no ratio there: all of its share is structure.
"""

from __future__ import annotations

import numpy as np
import pandas as pd


def of_sum(values: pd.Series, bases: pd.Series) -> pd.Series:
    """Points of growth by part, as fractions of the whole's base; missing counts as nothing reported (0).

    All NaN when the whole's base is zero or negative. The sum equals the whole's growth exactly.
    """
    keys = values.index.union(bases.index)
    now = values.reindex(keys).fillna(0.0)
    before = bases.reindex(keys).fillna(0.0)
    whole = float(before.sum())
    return (now - before) / whole if whole > 0 else pd.Series(np.nan, index=keys)


def of_ratio(
    numerators: pd.Series, denominators: pd.Series, base_numerators: pd.Series, base_denominators: pd.Series
) -> pd.DataFrame:
    """Columns ``own`` and ``structure`` by part, in the ratio's own unit; their sum is the change of the ratio.

    Arguments are the parts' numerators and denominators now and in the base period. All NaN when either
    whole denominator is not positive.
    """
    one_whole = (pd.concat({"": s}) for s in (numerators, denominators, base_numerators, base_denominators))
    return of_ratios(*one_whole).droplevel(0)


def of_ratios(
    numerators: pd.Series, denominators: pd.Series, base_numerators: pd.Series, base_denominators: pd.Series
) -> pd.DataFrame:
    """``of_ratio`` for many wholes at once: the index's first level is the whole, the second its part."""
    keys = numerators.index.union(denominators.index).union(base_numerators.index).union(base_denominators.index)
    n1, d1, n0, d0 = (s.reindex(keys).fillna(0.0) for s in (numerators, denominators, base_numerators, base_denominators))
    big_n1, big_d1, big_n0, big_d0 = (s.groupby(level=0).transform("sum") for s in (n1, d1, n0, d0))
    known = (big_d1 > 0) & (big_d0 > 0)
    big_d1, big_d0 = big_d1.where(known), big_d0.where(known)
    w1, w0 = d1 / big_d1, d0 / big_d0
    both = (d1 > 0) & (d0 > 0)
    r1, r0 = n1 / d1.where(both), n0 / d0.where(both)
    change = n1 / big_d1 - n0 / big_d0
    own = ((w1 + w0) / 2 * (r1 - r0)).where(both, 0.0).where(known)
    level = (big_n1 / big_d1 + big_n0 / big_d0) / 2
    return pd.DataFrame({"own": own, "structure": change - own - level * (w1 - w0)})
