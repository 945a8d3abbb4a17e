"""An evaluation's firms by column, and those of a selection: what the per-mu page adds up, without a frame per panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.cube.arrays import FloatArray, IntArray
from cockpit.cube.table_view import ColumnStore, TableView
from cockpit.evaluation.policy.policy import GRADES

#: Text columns that lists show of a firm.
TEXT_COLUMNS = ("credit_code", "name", "grade", "reason")
#: A firm without a grade (exempt, or not evaluated).
UNGRADED = "不定等级"
#: Number of grade codes: A-D are 0 to 3, any other mark is 4.
GRADE_CODES = len(GRADES) + 1


@dataclass(frozen=True, slots=True)
class EvaluatedFirms(TableView):
    """Some of an evaluation's firms.

    Number columns: land (亩), tax and value added (万元), score, rank, and ``lift`` (万元): how much more tax a D firm
    would pay at the median 亩均税收 of its group's C firms.
    """

    @property
    def grade_codes(self) -> IntArray:
        """Position of each firm's grade among A-D, ``len(GRADES)`` for any other mark."""
        grade = self.categorical("grade")
        codes: IntArray = np.array([*map(grade_code, grade.keys), grade_code("")], dtype=np.int64)
        return codes[grade.codes]

    def grade_counts(self) -> tuple[int, ...]:
        """Count the firms by grade: A-D, then those without a grade."""
        return tuple(np.bincount(self.grade_codes, minlength=GRADE_CODES).tolist())

    def histogram(self, name: str, edges: Sequence[float]) -> tuple[tuple[int, ...], ...]:
        """Count the firms [grade A-D][bin] of a number column; numbers beyond the edges count in the outermost bins."""
        bins = len(edges) - 1
        bin_indices = np.clip(np.searchsorted(edges, self.number(name), "right") - 1, 0, bins - 1)
        table = np.bincount(self.grade_codes * bins + bin_indices, minlength=GRADE_CODES * bins).reshape(-1, bins)
        return tuple(tuple(row) for row in table[: len(GRADES)].tolist())

    def quantile(self, name: str, share: float) -> float:
        """Return the quantile (0-1) of a number column, linearly interpolated; NaN without firms."""
        return float(np.quantile(self.number(name), share)) if len(self) else np.nan

    def with_land_and_tax(self) -> EvaluatedFirms:
        """Return the firms whose land and tax are above zero: those that a logarithmic scale can show."""
        return self.take((self.number("tax") > 0) & (self.number("land_mu") > 0))

    def largest_first(self, name: str) -> EvaluatedFirms:
        """Sort by a number column, the largest first; equals stay in order, missing numbers are last."""
        return self.sort_by(-self.number(name))

    def count_below(self, numerator: str, limit: float) -> int:
        """Count the firms whose ``numerator`` per mu is below ``limit`` (万元/亩)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = self.number(numerator) / self.number("land_mu")
        return int((ratios < limit).sum())

    def positions(self, rows: IntArray) -> IntArray:
        """Translate rows among all firms to positions among these; -1 for one that isn't among them, and for -1."""
        by_row = np.full(len(self.store) + 1, -1, dtype=np.int64)
        by_row[self.indices] = np.arange(len(self))
        positions: IntArray = by_row[rows]
        return positions


def firm_columns(firms: pd.DataFrame) -> ColumnStore:
    """Build the column store of ``Evaluation.firms``; worth caching as long as the evaluation is."""
    return ColumnStore(firms.assign(lift=_tax_lifts(firms)))


def all_firms(store: ColumnStore) -> EvaluatedFirms:
    """Return all firms of a store."""
    return EvaluatedFirms(store, store.rows.indices)


def match_firms(before: ColumnStore, after: ColumnStore) -> IntArray:
    """Return the row in ``before`` of each firm of ``after``, by credit code; -1 = none."""
    rows: IntArray = pd.Index(before.text("credit_code")).get_indexer(after.text("credit_code"))
    return rows


def grade_code(grade: str) -> int:
    """Return the position of a grade among A-D, ``len(GRADES)`` for any other mark."""
    return GRADES.index(grade) if grade in GRADES else len(GRADES)


def grade_codes(grades: pd.Series) -> IntArray:
    """Return the ``grade_code`` of each grade."""
    marks, distinct = pd.factorize(grades)
    by_mark = np.array([*map(grade_code, distinct), grade_code("")], dtype=np.int64)
    codes: IntArray = by_mark[marks]
    return codes


def totals_by_dimensions(firms: pd.DataFrame) -> ColumnStore:
    """Add up number (``firms``), land (亩) and tax (万元) by town, division, chain, group and grade.

    A panel that shows no single firm then costs as much as there are combinations, not firms.
    """
    groups = firms.assign(firms=1).groupby(["town", "division", "chain", "group", "grade"], dropna=False, observed=True)
    return ColumnStore(groups[["firms", "land_mu", "tax"]].sum().reset_index())


def _tax_lifts(firms: pd.DataFrame) -> FloatArray:
    """Compute how much more tax each D firm would pay at the median 亩均税收 of its group's C firms, at least 0.

    NaN for a firm that isn't D, or whose group has no C firm.
    """
    c_firms = firms[firms["grade"] == "C"]
    medians = (c_firms["tax"] / c_firms["land_mu"]).groupby(c_firms["group"]).median()
    expected = firms["group"].map(medians).astype("float64") * firms["land_mu"]
    lifts = (expected - firms["tax"]).clip(lower=0.0).where(firms["grade"] == "D")
    return lifts.to_numpy(dtype=np.float64)  # type: ignore[no-any-return]
