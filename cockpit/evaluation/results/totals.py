"""What an evaluation adds up to within a selection: firms, land and tax by grade."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cockpit.cube.arrays import sums
from cockpit.evaluation.policy.policy import GRADES, Grade
from cockpit.evaluation.results import summary
from cockpit.evaluation.results.cohort import Cohort


@dataclass(frozen=True, slots=True)
class Totals:
    """By grade A-D: number of firms, land (亩) and tax (万元); ``firms`` counts those without a grade, too.

    ``tax_per_mu``: ratio of sums over the firms with both figures, NaN without land; ``worst_by_group``: D firms;
    ``lift``: more tax (万元) if every D firm reached the median 亩均税收 of its group's C firms.
    """

    firms: int
    counts: Mapping[Grade, int]
    land: Mapping[Grade, float]
    tax: Mapping[Grade, float]
    tax_per_mu: float
    worst_by_group: Mapping[str, int]
    lift: float

    @property
    def graded(self) -> int:
        """Firms with a grade A-D."""
        return sum(self.counts.values())

    def share_of_land(self, grade: Grade) -> float:
        """What part of the graded firms' land those of a grade hold; NaN without any land."""
        return share(self.land[grade], sum(self.land.values()))

    def share_of_tax(self, grade: Grade) -> float:
        """What part of the graded firms' tax those of a grade pay; NaN without any tax."""
        return share(self.tax[grade], sum(self.tax.values()))


def share(part: float, whole: float) -> float:
    """Part ÷ whole; NaN without any."""
    return part / whole if whole else math.nan


def totals(firms: Cohort) -> Totals:
    """The sums over the firms."""
    grade, group = firms.grade, firms.place("group")
    size = len(GRADES) + 1
    counts = np.bincount(grade, minlength=size).tolist()
    lands, taxes = (sums(grade, firms.figure(name), size).tolist() for name in ("land_mu", "tax"))
    by_group = np.bincount(group.codes[grade == GRADES.index("D")], minlength=len(group.keys)).tolist()
    return Totals(
        len(firms),
        dict(zip(GRADES, counts, strict=False)),
        dict(zip(GRADES, lands, strict=False)),
        dict(zip(GRADES, taxes, strict=False)),
        summary.per_mu(firms, "tax"),
        dict(zip(group.keys, by_group, strict=True)),
        float(np.nansum(firms.figure("lift"))),
    )
