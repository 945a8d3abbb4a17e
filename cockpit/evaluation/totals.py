"""What an evaluation adds up to within a selection: firms, land and tax by grade. Sums over arrays, not frames."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cockpit.arrays import FloatArray, IntArray
from cockpit.coded import Coded, coded
from cockpit.evaluation import summary
from cockpit.evaluation.engine import Evaluation
from cockpit.evaluation.policy import GRADES, Grade

_PLACES = ("town", "division", "chain", "group", "grade")


@dataclass(frozen=True)
class Columns:
    """An evaluation's firms as arrays: where they stand, land (亩), tax and lift (万元; see ``summary.lift``)."""

    places: Mapping[str, Coded]
    land: FloatArray
    tax: FloatArray
    lift: FloatArray


@dataclass(frozen=True, slots=True)
class Totals:
    """By grade A-D: number of firms, land and tax; ``firms`` counts those without a grade, too.

    ``tax_per_mu``: ratio of sums over the firms with both figures, NaN without land; ``worst_by_group``: D firms.
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


def columns(evaluation: Evaluation) -> Columns:
    """The arrays; worth keeping as long as the evaluation is."""
    firms = evaluation.firms
    land, tax = (firms[name].to_numpy(dtype=np.float64) for name in ("land_mu", "tax"))
    return Columns({name: coded(firms[name]) for name in _PLACES}, land, tax, summary.lifts(firms, firms).to_numpy())


def totals(of: Columns, wanted: Mapping[str, Sequence[str]]) -> Totals:
    """The sums over the firms that ``wanted`` (place -> words, none = all) keeps."""
    keep = np.ones(len(of.land), dtype=bool)
    for place, words in wanted.items():
        if words:
            keep &= of.places[place].among(words)
    land, tax = of.land[keep], of.tax[keep]
    grade = _by_grade(of.places["grade"])[keep]
    counts, lands, taxes = (
        dict(zip(GRADES, np.bincount(grade, weights, len(GRADES) + 1), strict=False))
        for weights in (None, np.nan_to_num(land), np.nan_to_num(tax))
    )
    worst = of.places["group"].codes[keep][grade == GRADES.index("D")]
    by_group = np.bincount(worst, minlength=len(of.places["group"].keys)).tolist()
    known = ~np.isnan(land) & ~np.isnan(tax)
    whole = float(land[known].sum())
    return Totals(
        int(keep.sum()),
        {g: int(n) for g, n in counts.items()},
        {g: float(x) for g, x in lands.items()},
        {g: float(x) for g, x in taxes.items()},
        float(tax[known].sum()) / whole if whole > 0 else math.nan,
        dict(zip(of.places["group"].keys, by_group, strict=True)),
        float(np.nansum(of.lift[keep])),
    )


def _by_grade(grade: Coded) -> IntArray:
    """Place of each firm's grade among A-D; after them for any other mark."""
    place = [GRADES.index(key) if key in GRADES else len(GRADES) for key in grade.keys]
    places: IntArray = np.array([*place, len(GRADES)], dtype=np.int64)
    return places[grade.codes]
