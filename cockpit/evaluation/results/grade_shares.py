"""Graded firms by town, chain, industry or group: amounts by grade, the share of A and B, land of one grade."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from cockpit.cube.arrays import FloatArray, IntArray, group_sums
from cockpit.cube.categorical import Categorical
from cockpit.evaluation.policy.policy import GRADES, Grade
from cockpit.evaluation.results.evaluated_firms import GRADE_CODES, EvaluatedFirms
from cockpit.selection import GradeMeasure


@dataclass(frozen=True, slots=True)
class GradeShares:
    """Amounts of a town, chain … by grade A-D, their total and the share of A and B, NaN where the total isn't above zero."""

    key: str
    amounts: tuple[float, ...]
    total: float
    ab: float


@dataclass(frozen=True, slots=True)
class GradeHolding:
    """Firms of one grade in a town, chain …: their land (亩), its share of all evaluated land there (NaN: none), their number."""

    key: str
    land: float
    share: float
    firms: int


def grade_shares(firms: EvaluatedFirms, dimension: str, measure: GradeMeasure) -> list[GradeShares]:
    """Add up ``measure`` of the graded firms by ``dimension`` (town, chain, division, group) and grade.

    The highest share of A and B first, the larger of equals.
    """
    weights = None if measure is GradeMeasure.FIRMS else firms.number(measure)
    rows, grades = firms.categorical(dimension), firms.grade_codes
    counts, amounts = (cross_table(rows, grades, GRADE_CODES, w)[:, : len(GRADES)] for w in (None, weights))
    shares = []
    for key, by_grade, graded in zip(rows.keys, amounts.tolist(), counts.sum(axis=1).tolist(), strict=True):
        if graded:
            total = sum(by_grade)
            ab = (by_grade[0] + by_grade[1]) / total if total > 0 else math.nan
            shares.append(GradeShares(key, tuple(by_grade), total, ab))
    return sorted(shares, key=lambda s: (math.isnan(s.ab), 0.0 if math.isnan(s.ab) else -s.ab, -s.total))


def grade_holdings(firms: EvaluatedFirms, dimension: str, grade: Grade) -> list[GradeHolding]:
    """Add up land and number of the firms of a grade by ``dimension``; every key with a firm of any grade."""
    rows, column = firms.categorical(dimension), GRADES.index(grade)
    counts, lands = (cross_table(rows, firms.grade_codes, GRADE_CODES, w) for w in (None, firms.number("land_mu")))
    columns = (lands[:, column], lands.sum(axis=1), counts[:, column], counts.sum(axis=1))
    return [
        GradeHolding(key, land, land / all_land if all_land else math.nan, int(count))
        for key, land, all_land, count, all_count in zip(rows.keys, *(c.tolist() for c in columns), strict=True)
        if all_count
    ]


def cross_table(rows: Categorical, columns: IntArray, width: int, weights: FloatArray | None) -> FloatArray:
    """Sum ``weights`` (without them: count) by row key and column code below ``width``; missing row keys are left out."""
    known = rows.codes >= 0
    cells = rows.codes[known] * width + columns[known]
    size = len(rows.keys) * width
    table = np.bincount(cells, minlength=size) if weights is None else group_sums(cells, weights[known], size)
    return table.astype(np.float64).reshape(len(rows.keys), width)
