"""An evaluation's firms as arrays, and those of a selection: what the per-mu page adds up, without a frame per panel."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.arrays import BoolArray, FloatArray, IntArray, WordArray
from cockpit.coded import Coded, coded
from cockpit.evaluation.policy import GRADES

#: What is told of a single firm.
WORDS = ("credit_code", "name", "grade", "reason")
#: What firms may be chosen by and parted into.
PLACES = ("town", "division", "chain", "group", "grade")
_FIGURES = ("land_mu", "tax", "value_added", "score", "rank")


@dataclass(frozen=True)
class Columns:
    """All firms of an evaluation, by credit code.

    ``words``: of ``WORDS``, as they stand in the evaluation; ``places``: codes of each of ``PLACES``;
    ``grade``: place among A-D, ``len(GRADES)`` for any other mark;
    ``figures``: land (亩), tax and value added (万元), score, rank, and ``lift`` (万元; `_lifts`), NaN = none.
    """

    words: Mapping[str, WordArray]
    places: Mapping[str, Coded]
    grade: IntArray
    figures: Mapping[str, FloatArray]

    def cohort(self, wanted: Mapping[str, Collection[str]]) -> Cohort:
        """The firms that ``wanted`` (place -> words, none = all) keeps."""
        kept: BoolArray = np.ones(len(self.grade), dtype=bool)
        for place, words in wanted.items():
            if words:
                kept &= self.places[place].among(words)
        return Cohort(self, kept, np.flatnonzero(kept))


@dataclass(frozen=True)
class Cohort:
    """Some of an evaluation's firms: ``kept`` marks them among all, ``rows`` are their places, rising."""

    columns: Columns
    kept: BoolArray
    rows: IntArray

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def grade(self) -> IntArray:
        """Place of each grade among A-D, ``len(GRADES)`` for any other mark."""
        found: IntArray = self.columns.grade[self.rows]
        return found

    def figure(self, name: str) -> FloatArray:
        """A figure of each firm, NaN = none."""
        found: FloatArray = self.columns.figures[name][self.rows]
        return found

    def words(self, name: str) -> list[str]:
        """What is told of each firm."""
        found: list[str] = self.columns.words[name][self.rows].tolist()
        return found

    def place(self, name: str) -> Coded:
        """Where each firm stands."""
        whole = self.columns.places[name]
        return Coded(whole.codes[self.rows], whole.keys)

    def positions(self, rows: IntArray) -> IntArray:
        """Where the firms in such rows of all firms stand among these; -1 for one that isn't of them, and for -1."""
        found = np.full(len(self.kept) + 1, -1, dtype=np.int64)
        found[self.rows] = np.arange(len(self.rows))
        at: IntArray = found[rows]
        return at

    def only(self, which: BoolArray) -> Cohort:
        """Those of them that ``which`` marks."""
        rows = self.rows[which]
        kept = np.zeros(len(self.kept), dtype=bool)
        kept[rows] = True
        return Cohort(self.columns, kept, rows)

    def of(self, place: str, word: str) -> Cohort:
        """Those of them that stand there."""
        return self.only(self.place(place).among((word,)))


def columns(firms: pd.DataFrame) -> Columns:
    """The arrays of an evaluation's firms (``Evaluation.firms``); worth keeping as long as it is."""
    places = {name: coded(firms[name]) for name in PLACES}
    figures = {name: firms[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in _FIGURES}
    figures["lift"] = _lifts(firms)
    words = {name: firms[name].to_numpy(dtype=object) for name in WORDS}
    return Columns(words, places, _grades(places["grade"]), figures)


def _lifts(firms: pd.DataFrame) -> FloatArray:
    """More tax of each D firm if it reached the median 亩均税收 of its group's C firms; none above it.

    NaN for one that isn't D, or whose group has no C firm.
    """
    usual = firms[firms["grade"] == "C"]
    medians = (usual["tax"] / usual["land_mu"]).groupby(usual["group"]).median()
    wanted = firms["group"].map(medians).astype("float64") * firms["land_mu"]
    more: FloatArray = (wanted - firms["tax"]).clip(lower=0.0).where(firms["grade"] == "D").to_numpy(dtype=np.float64)
    return more


def _grades(grade: Coded) -> IntArray:
    """Place of each grade among A-D; after them for any other mark."""
    place = [GRADES.index(key) if key in GRADES else len(GRADES) for key in grade.keys]
    places: IntArray = np.array([*place, len(GRADES)], dtype=np.int64)
    return places[grade.codes]
