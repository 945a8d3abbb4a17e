"""Values in a few classes with round cuts: what colours a map and the stages of a chain."""

from __future__ import annotations

import math
from collections.abc import Sequence

#: From the roundest to the finest, times a power of ten.
_ROUND = (10.0, 5.0, 2.5, 2.0, 1.0, 0.5, 0.25, 0.2, 0.1)


def cuts(values: Sequence[float], classes: int) -> list[float]:
    """Return at most ``classes`` - 1 rising cuts into classes of like size, as round as they can be and still differ."""
    known = sorted(v for v in values if not math.isnan(v))
    if len(known) < 2 or known[0] == known[-1]:
        return []
    quantiles = [known[min(int(len(known) * i / classes), len(known) - 1)] for i in range(1, classes)]
    step = (known[-1] - known[0]) / classes
    power = 10 ** math.floor(math.log10(step))
    best: list[float] = []
    for grain in (power * r for r in _ROUND):
        rounded = {round(round(q / grain) * grain, 10) for q in quantiles}
        distinct = sorted(c for c in rounded if known[0] < c <= known[-1])
        if len(distinct) == classes - 1:
            return distinct
        best = max(best, distinct, key=len)
    return best


def class_of(value: float, limits: Sequence[float]) -> int:
    """Return the index of the class of ``value``, 0 for the lowest."""
    return sum(value >= limit for limit in limits)
