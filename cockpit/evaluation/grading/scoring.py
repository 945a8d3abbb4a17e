"""Scores of one group: each indicator against its baseline, and what a missing value gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.cube.arrays import BoolArray, FloatArray
from cockpit.errors import PolicyError
from cockpit.evaluation.grading.baselines import IndicatorTerms, baseline_values, indicator_terms
from cockpit.evaluation.grading.rounding import exact_sum
from cockpit.evaluation.policy.policy import EvaluationGroup, Indicator


@dataclass(frozen=True, slots=True)
class GroupScores:
    """Arrays [firm, indicator]: value (NaN = missing), baseline, and points, whose rows add up to the base score.

    A baseline is NaN where the firm's industry has none: then there are no points, as for a missing value.
    ``factor`` [firm]: what points are multiplied with because weight of missing indicators moved to the others.
    """

    values: FloatArray
    baselines: FloatArray
    points: FloatArray
    factor: FloatArray


def score_group(group: EvaluationGroup, firms: pd.DataFrame, last_year: Callable[[], pd.DataFrame], path: str) -> GroupScores:
    """Score the firms of a group; ``path`` is the group's path in the policy, for messages.

    Raises ``PolicyError`` when a baseline or a group's mean score can't be computed.
    """
    n, k = len(firms), len(group.indicators)
    values, baselines, points = np.empty((n, k)), np.empty((n, k)), np.empty((n, k))
    moved = np.zeros((n, k), dtype=bool)
    for j, indicator in enumerate(group.indicators):
        own_path = f"{path}.indicators[{j}]"
        terms = indicator_terms(firms, indicator)
        baselines[:, j] = baseline_values(indicator.baseline, indicator, firms, last_year, f"{own_path}.baseline")
        known = terms.known & ~np.isnan(baselines[:, j])
        values[:, j] = terms.values
        known_points = _points(indicator, terms, baselines[:, j], known)
        points[:, j] = np.where(known, known_points, _points_if_missing(indicator, known_points, known, own_path))
        moved[:, j] = ~known & (indicator.missing == "redistribute")
    factor = _redistribution_factor(group, moved)
    points *= factor[:, np.newaxis]
    return GroupScores(values, baselines, points, factor)


def _points(indicator: Indicator, terms: IndicatorTerms, baseline: FloatArray, known: BoolArray) -> FloatArray:
    """Compute the points of the firms that have a value; the other elements mean nothing."""
    weight = float(indicator.weight)
    value, base = np.where(known, terms.values, 1.0), np.where(known, baseline, 1.0)
    match indicator.direction:
        case "higher":
            share = value / base
        case "lower":
            share = np.where(value != 0, base / np.where(value != 0, value, 1.0), np.inf)
        case _:
            share = 2 - value / base
    share = np.where(terms.negative, indicator.floor, share)
    bounded: FloatArray = np.clip(share, indicator.floor, np.inf if indicator.cap is None else indicator.cap) * weight
    return bounded


def _points_if_missing(indicator: Indicator, points: FloatArray, known: BoolArray, path: str) -> float:
    if indicator.missing != "group_mean" or known.all():
        return 0.0
    if not known.any():
        raise PolicyError(f"{path}：全组都没有“{indicator.name}”的数据，算不出平均得分，没有评价。请补充数据或改变缺失值的规则。")
    return exact_sum(points[known]) / int(known.sum())


def redistributed_weights(group: EvaluationGroup, scores: GroupScores) -> BoolArray:
    """Return a mask [firm, indicator] of weights that went to other indicators, as the value or baseline is missing."""
    moves = np.array([i.missing == "redistribute" for i in group.indicators])
    mask: BoolArray = moves & (np.isnan(scores.values) | np.isnan(scores.baselines))
    return mask


def _redistribution_factor(group: EvaluationGroup, moved: BoolArray) -> FloatArray:
    """Divide the total weight by the weight that is left [firm]; 1 where nothing is left to take it over."""
    weights = np.array([float(i.weight) for i in group.indicators])
    left = ~moved @ weights  # not the total minus the rest: that would leave 1e-15 where nothing is left
    factor: FloatArray = np.where(left > 0, weights.sum() / np.where(left > 0, left, 1.0), 1.0)
    return factor
