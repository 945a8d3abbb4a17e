"""Land of enterprises, averaged: from one month to the next it would otherwise tell the land of whoever came or went.

Microaggregation (Domingo-Ferrer and Mateo-Sanz, 2002): firms of a group that reported in the same months stand for one
another, since every sum holds all of them or none. Where there are too few of those, they are averaged with others.
"""

from __future__ import annotations

import numpy as np

from cockpit.cube.arrays import BoolArray, FloatArray, IntArray
from cockpit.district.thresholds import Thresholds


def average_land(group: IntArray, land: FloatArray, present: BoolArray, limits: Thresholds) -> FloatArray:
    """Return the land (亩) of each firm as the mean of the firms that it is averaged with; NaN stays NaN.

    ``group`` of each firm, in which land must not be sensitive; ``present`` [firm, month]. The sum over a period is exact
    where either all or none of the firms that are averaged together reported in it.
    """
    result, known = np.full(len(land), np.nan), np.flatnonzero(~np.isnan(land))
    if not len(known):
        return result
    patterns = np.column_stack([group[known], np.packbits(present[known], axis=1).astype(np.int64)])
    distinct, classes = np.unique(patterns, axis=0, return_inverse=True)
    classes = classes.reshape(-1)
    own = land[known]
    merged = _merge_classes(distinct[:, 0], classes, own, limits)[classes]
    counts, sums = np.bincount(merged), np.bincount(merged, own)
    result[known] = sums[merged] / counts[merged]
    return result


def _merge_classes(group: IntArray, classes: IntArray, land: FloatArray, limits: Thresholds) -> IntArray:
    """Return the class that each class is averaged as: itself, or the first of several of its group.

    ``group`` of each class; ``classes`` and ``land`` of each firm.
    """
    count, total = np.bincount(classes), np.bincount(classes, land)
    largest = np.zeros(len(group))
    np.maximum.at(largest, classes, land)
    share = limits.disclosure_dominance_pct / 100

    def is_sensitive(firms: int, whole: float, most: float) -> bool:
        return firms < limits.disclosure_minimum_firms or most >= share * whole

    sensitive = np.array([is_sensitive(*each) for each in zip(count, total, largest, strict=True)])
    merged = np.arange(len(group))
    for one in np.unique(group[sensitive]):
        members = np.flatnonzero(group == one)
        ordered = members[np.lexsort((members, count[members], ~sensitive[members]))]
        take = int(sensitive[members].sum())
        while take < len(ordered) and is_sensitive(
            int(count[ordered[:take]].sum()), float(total[ordered[:take]].sum()), float(largest[ordered[:take]].max())
        ):
            take += 1
        merged[ordered[:take]] = ordered[0]
    return merged
