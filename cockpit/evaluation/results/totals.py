"""Totals of an evaluation within a selection: firms, land and tax by grade."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cockpit.cube.arrays import group_sums
from cockpit.evaluation.policy.policy import GRADES, Grade
from cockpit.evaluation.results.evaluated_firms import GRADE_CODES, EvaluatedFirms
from cockpit.evaluation.results.per_mu import per_mu


@dataclass(frozen=True, slots=True)
class EvaluationTotals:
    """By grade A-D: number of firms, land (亩) and tax (万元); ``firms``, ``all_land`` and ``all_tax`` are of those
    without a grade, too.

    ``tax_per_mu``: ratio of sums over the firms with both values, NaN without land; ``worst_by_group``: D firms by
    group; ``lift``: more tax (万元) if every D firm reached the median 亩均税收 of its group's C firms.
    """

    firms: int
    counts: Mapping[Grade, int]
    land: Mapping[Grade, float]
    tax: Mapping[Grade, float]
    all_land: float
    all_tax: float
    tax_per_mu: float
    worst_by_group: Mapping[str, int]
    lift: float

    @property
    def graded(self) -> int:
        """Firms with a grade A-D."""
        return sum(self.counts.values())

    def share_of_land(self, grade: Grade) -> float:
        """Return the share of a grade in the evaluated land, that of firms without a grade included; NaN without any land."""
        return share(self.land[grade], self.all_land)

    def share_of_tax(self, grade: Grade) -> float:
        """Return the share of a grade in the evaluated tax, that of firms without a grade included; NaN without any tax."""
        return share(self.tax[grade], self.all_tax)


def share(part: float, whole: float) -> float:
    """Divide; NaN where the whole is zero."""
    return part / whole if whole else math.nan


def evaluation_totals(firms: EvaluatedFirms) -> EvaluationTotals:
    """Total the firms, all of an evaluation or those of a selection; land in 亩, tax in 万元."""
    grade, group = firms.grade_codes, firms.categorical("group")
    counts = np.bincount(grade, minlength=GRADE_CODES).tolist()
    lands, taxes = (group_sums(grade, firms.number(name), GRADE_CODES).tolist() for name in ("land_mu", "tax"))
    by_group = np.bincount(group.codes[grade == GRADES.index("D")], minlength=len(group.keys)).tolist()
    return EvaluationTotals(
        len(firms),
        dict(zip(GRADES, counts, strict=False)),
        dict(zip(GRADES, lands, strict=False)),
        dict(zip(GRADES, taxes, strict=False)),
        sum(lands),
        sum(taxes),
        per_mu(firms, "tax"),
        dict(zip(group.keys, by_group, strict=True)),
        float(np.nansum(firms.number("lift"))),
    )
