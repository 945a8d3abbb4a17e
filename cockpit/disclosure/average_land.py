"""Land of enterprises, averaged: from one month to the next it would otherwise tell the land of whoever came or went.

Microaggregation (Domingo-Ferrer and Mateo-Sanz, 2002): firms of a group that reported in the same months stand for one
another, since every sum holds all of them or none. Where there are too few of those, they are averaged with others.
"""

from __future__ import annotations

import numpy as np

from cockpit.cube.arrays import BoolArray, FloatArray, IntArray
from cockpit.district.thresholds import Thresholds


def average_land(group: IntArray, land: FloatArray, present: BoolArray, limits: Thresholds) -> FloatArray:
    """Return the land (亩) of each firm as the mean of the firms that it is averaged with.

    ``group`` of each firm; ``present`` [firm, month]. The sum over a period is exact where either all or none of the firms that
    are averaged together reported in it. See ``average_by_class``.
    """
    return average_by_class(group, np.packbits(present, axis=1).astype(np.int64), land, limits)


def average_by_class(group: IntArray, keys: IntArray, values: FloatArray, limits: Thresholds) -> FloatArray:
    """Return each row's value as the mean of a class: the rows with the same group and ``keys`` [row, any], if that is safe.

    A class is safe if it is over the minimum number of rows and none dominates it. Others are averaged with those of their
    group, the smallest first; what isn't safe even so with those of all groups like it; NaN where that isn't, either, and for
    a value that is NaN.
    """
    result, known = np.full(len(values), np.nan), np.flatnonzero(~np.isnan(values))
    if not len(known):
        return result
    distinct, classes = np.unique(np.column_stack([group, keys])[known], axis=0, return_inverse=True)
    classes, own = classes.reshape(-1), values[known]
    for groups in (distinct[:, 0], np.zeros(len(distinct), dtype=np.int64)):
        merged = _merge_classes(groups, classes, own, limits)
        classes = merged[classes]
    counts, sums = np.bincount(classes), np.bincount(classes, own)
    sensitive = _sensitive(classes, own, limits)
    result[known] = np.where(sensitive[classes], np.nan, sums[classes] / counts[classes])
    return result


def _sensitive(classes: IntArray, values: FloatArray, limits: Thresholds) -> BoolArray:
    """Return flags [class]: too few rows, or one dominates; false for a class without rows."""
    size = int(classes.max()) + 1
    count, total, largest = np.bincount(classes), np.bincount(classes, np.abs(values)), np.zeros(size)
    np.maximum.at(largest, classes, np.abs(values))
    dominated = (largest >= limits.disclosure_dominance_pct / 100 * total) & (total > 0)
    flags: BoolArray = (count > 0) & (dominated | (count < limits.disclosure_minimum_firms))
    return flags


def _merge_classes(group: IntArray, classes: IntArray, values: FloatArray, limits: Thresholds) -> IntArray:
    """Return the class that each class is averaged as: itself, or the first of several of its group.

    ``group`` of each class; ``classes`` and ``values`` of each row.
    """
    merged = np.arange(len(group))
    sensitive = np.zeros(len(group), dtype=bool)
    own = _sensitive(classes, values, limits)
    sensitive[: len(own)] = own
    count = np.bincount(classes, minlength=len(group))
    for one in np.unique(group[sensitive]):
        members = np.flatnonzero((group == one) & (count > 0))
        ordered = members[np.lexsort((members, count[members], ~sensitive[members]))]
        take = int(sensitive[members].sum())
        while take < len(ordered) and _are_sensitive(ordered[:take], classes, values, limits):
            take += 1
        merged[ordered[:take]] = ordered[0]
    return merged


def _are_sensitive(chosen: IntArray, classes: IntArray, values: FloatArray, limits: Thresholds) -> bool:
    """Return whether the rows of these classes together are sensitive."""
    together = values[np.isin(classes, chosen)]
    return bool(_sensitive(np.zeros(len(together), dtype=np.int64), together, limits)[0])
