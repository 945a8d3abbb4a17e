"""What moved a value: each group's contribution (拉动) to the whole's growth, in percentage points."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from cockpit import formatting
from cockpit.aggregations import aggregate
from cockpit.aggregations.windows import WindowPair
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.formulas import Metric
from cockpit.cube.cube import Filter
from cockpit.cube.splits import split_ratio, split_sum
from cockpit.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class GrowthPart:
    """What a group contributed to the whole's growth, in percentage points; for a sum ``own`` and ``structure`` are NaN.

    For a ratio ``points`` is ``own`` plus ``structure``, in percent of the base ratio (of a metric in %: points of it).
    ``shown``: rounded to ``POINTS_DIGITS``, so that all parts of a split add up to the whole as rounded; the same wherever shown.
    """

    key: str
    points: float
    own: float
    structure: float
    shown: float


def decompose_growth(data: Snapshot, metric: Metric, pair: WindowPair, where: Filter, by: Grouping) -> tuple[GrowthPart, ...]:
    """Split the growth of the whole over the groups of ``by``, the largest part first.

    All parts over the whole's months, so that they add up. Empty without months on either side, or for a grouping that
    the metric doesn't know.
    """
    if pair.compared.is_empty or pair.base.is_empty or by not in metric.groupings:
        return ()
    if metric.is_ratio:
        split = split_ratio(
            *aggregate.ratio_terms(data, metric, pair.compared, where, by),
            *aggregate.ratio_terms(data, metric, pair.base, where, by),
        )
        unit = 1.0 if metric.is_percent else aggregate.total_of_window(data, metric, pair.base, where)
        keys, columns = split.keys, [part / unit * 100 for part in (split.both, split.own, split.structure)]
    else:
        now = aggregate.evaluate_window(data, metric, pair.compared, where, by)
        before = aggregate.evaluate_window(data, metric, pair.base, where, by)
        points = split_sum(now, before)
        keys, columns = points.keys, [points.values * 100, *[np.full(len(points), np.nan)] * 2]
    order = np.argsort(-columns[0], kind="stable")
    ordered = [column[order].tolist() for column in columns]
    known = not np.isnan(columns[0]).any()
    shown = formatting.round_to_sum(ordered[0], math.fsum(ordered[0]), formatting.POINTS_DIGITS) if known else ordered[0]
    return tuple(map(GrowthPart, [keys[i] for i in order.tolist()], *ordered, shown))
