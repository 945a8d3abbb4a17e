"""Scores of one group: each indicator against its baseline, and what a missing value gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.cube.arrays import BoolArray, FloatArray
from cockpit.errors import PolicyError
from cockpit.evaluation.grading.baselines import Terms, level, terms
from cockpit.evaluation.grading.rounding import total
from cockpit.evaluation.policy.policy import Group, Indicator


@dataclass(frozen=True, slots=True)
class Scores:
    """Arrays [firm, indicator]: value (NaN = missing), baseline, and points, whose rows add up to the base score.

    A baseline is NaN where the firm's industry has none: then there are no points to be had, as for a missing value.
    ``factor`` [firm]: what points are multiplied with because weight of missing indicators moved to the others.
    """

    values: FloatArray
    baselines: FloatArray
    points: FloatArray
    factor: FloatArray


def score(group: Group, firms: pd.DataFrame, last_year: Callable[[], pd.DataFrame], place: str) -> Scores:
    """Score the firms of a group; ``place`` is the group's path in the policy, for messages.

    Raises ``PolicyError`` when a baseline or a group's mean score can't be computed.
    """
    n, k = len(firms), len(group.indicators)
    values, baselines, points = np.empty((n, k)), np.empty((n, k)), np.empty((n, k))
    moved = np.zeros((n, k), dtype=bool)
    for j, indicator in enumerate(group.indicators):
        at = f"{place}.indicators[{j}]"
        found = terms(firms, indicator)
        baselines[:, j] = level(indicator.baseline, indicator, firms, last_year, f"{at}.baseline")
        known = found.known & ~np.isnan(baselines[:, j])
        values[:, j] = found.values
        got = _points(indicator, found, baselines[:, j], known)
        points[:, j] = np.where(known, got, _unknown(indicator, got, known, at))
        moved[:, j] = ~known & (indicator.missing == "redistribute")
    factor = _redistribution(group, moved)
    points *= factor[:, np.newaxis]
    return Scores(values, baselines, points, factor)


def _points(indicator: Indicator, found: Terms, baseline: FloatArray, known: BoolArray) -> FloatArray:
    """Points of the firms that have a value; what stands elsewhere means nothing."""
    weight = float(indicator.weight)
    value, base = np.where(known, found.values, 1.0), np.where(known, baseline, 1.0)
    match indicator.direction:
        case "higher":
            share = value / base
        case "lower":
            share = np.where(value != 0, base / np.where(value != 0, value, 1.0), np.inf)
        case _:
            share = 2 - value / base
    share = np.where(found.negative, indicator.floor, share)
    bounded: FloatArray = np.clip(share, indicator.floor, np.inf if indicator.cap is None else indicator.cap) * weight
    return bounded


def _unknown(indicator: Indicator, points: FloatArray, known: BoolArray, place: str) -> float:
    if indicator.missing != "group_mean" or known.all():
        return 0.0
    if not known.any():
        raise PolicyError(
            f"{place}：全组都没有“{indicator.name}”的数据，算不出平均得分，没有评价。请补充数据或改变缺失值的规则。"
        )
    return total(points[known]) / int(known.sum())


def moved_weights(group: Group, scored: Scores) -> BoolArray:
    """Where an indicator's weight went to the others, because its value or baseline is missing: [firm, indicator]."""
    moves = np.array([i.missing == "redistribute" for i in group.indicators])
    found: BoolArray = moves & (np.isnan(scored.values) | np.isnan(scored.baselines))
    return found


def _redistribution(group: Group, moved: BoolArray) -> FloatArray:
    """Total weight over the weight that is left; 1 where nothing is left to take it over."""
    weights = np.array([float(i.weight) for i in group.indicators])
    left = ~moved @ weights  # not the total minus the rest: that would leave 1e-15 where nothing is left
    factor: FloatArray = np.where(left > 0, weights.sum() / np.where(left > 0, left, 1.0), 1.0)
    return factor
