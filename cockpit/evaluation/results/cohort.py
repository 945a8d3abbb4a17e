"""An evaluation's firms as arrays, and those of a selection: what the per-mu page adds up, without a frame per panel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.cube.arrays import FloatArray, IntArray
from cockpit.cube.table_view import Columns, Rows
from cockpit.evaluation.policy.policy import GRADES

#: What is told of a single firm.
WORDS = ("credit_code", "name", "grade", "reason")


@dataclass(frozen=True, slots=True)
class Cohort(Rows):
    """Some of an evaluation's firms. Figures: land (亩), tax and value added (万元), score, rank, ``lift`` (万元; `_lifts`)."""

    @property
    def grade(self) -> IntArray:
        """Place of each grade among A-D, ``len(GRADES)`` for any other mark."""
        grade = self.place("grade")
        place = [GRADES.index(key) if key in GRADES else len(GRADES) for key in grade.keys]
        places: IntArray = np.array([*place, len(GRADES)], dtype=np.int64)
        return places[grade.codes]

    def positions(self, rows: IntArray) -> IntArray:
        """Where the firms in such rows of all firms stand among these; -1 for one that isn't of them, and for -1."""
        found = np.full(len(self.columns) + 1, -1, dtype=np.int64)
        found[self.at] = np.arange(len(self))
        at: IntArray = found[rows]
        return at


def columns(firms: pd.DataFrame) -> Columns:
    """An evaluation's firms (``Evaluation.firms``, by credit code); worth keeping as long as it is."""
    return Columns(firms.assign(lift=_lifts(firms)))


def by_place(firms: pd.DataFrame) -> Columns:
    """Number (``firms``), land (亩) and tax (万元) of an evaluation's firms by place, group and grade.

    What asks for no single firm costs as much as there are places, not firms.
    """
    same = firms.assign(firms=1).groupby(["town", "division", "chain", "group", "grade"], dropna=False, observed=True)
    return Columns(same[["firms", "land_mu", "tax"]].sum().reset_index())


def cohort(every: Columns) -> Cohort:
    """All of them."""
    return Cohort(every, every.rows.at)


def _lifts(firms: pd.DataFrame) -> FloatArray:
    """More tax of each D firm if it reached the median 亩均税收 of its group's C firms; none above it.

    NaN for one that isn't D, or whose group has no C firm.
    """
    usual = firms[firms["grade"] == "C"]
    medians = (usual["tax"] / usual["land_mu"]).groupby(usual["group"]).median()
    wanted = firms["group"].map(medians).astype("float64") * firms["land_mu"]
    more: FloatArray = (wanted - firms["tax"]).clip(lower=0.0).where(firms["grade"] == "D").to_numpy(dtype=np.float64)
    return more
