"""What the list of evaluated firms is sorted by: a key a firm and column, worked out once for an evaluation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd

from cockpit import cache
from cockpit.cube.arrays import FloatArray, IntArray
from cockpit.cube.categorical import Categorical, to_categorical
from cockpit.views.land.evaluation import EvaluationScope

_WORDS = ("town", "chain", "group", "grade")
_FIGURES = ("score", "rank", "land_mu")
_T = TypeVar("_T")

#: Columns that the list may be sorted by.
SORTABLE = ("name", *_WORDS, "before", *_FIGURES, "tax_per_mu", "weakest")


@dataclass(frozen=True)
class FirmSortKeys:
    """Keys of an evaluation's firms; ``rows`` are their places in it."""

    found: EvaluationScope

    @property
    def standing(self) -> IntArray:
        """Place of each firm by group, rank and credit code."""

        def build() -> IntArray:
            columns, group = self.found.columns, self.found.columns.categorical("group")
            keys = [g.key for g in self.found.evaluation.policy.groups]
            at = np.array([keys.index(key) for key in group.keys], dtype=np.int64)[group.codes]
            order = np.lexsort([columns.number("rank"), at])  # the firms stand by credit code already
            standing = np.empty(len(order), dtype=np.int64)
            standing[order] = np.arange(len(order))
            return standing

        return self._kept("standing", build)

    def key(self, column: str, rows: IntArray, *, rising: bool) -> FloatArray:
        """Numbers that rise as the column does, or fall; NaN for a firm without one. ``column`` of ``SORTABLE``."""
        key = self._before(rows).astype(np.float64) if column == "before" else self.figure(column)[rows]
        return key if rising else -key

    def figure(self, column: str) -> FloatArray:
        """The column's figures, of a column of words their places in the alphabet; all columns but ``before``."""
        columns = self.found.columns
        if column in _FIGURES:
            return columns.number(column)
        if column in _WORDS:
            return self._kept(column, lambda: _alphabet(columns.categorical(column)))
        if column == "name":
            return self._kept(column, lambda: _alphabet(columns.categorical("name")))
        if column == "weakest":
            return self._kept(column, lambda: _alphabet(self._weakest))
        return self._kept("tax_per_mu", lambda: _ratio(columns.number("tax"), columns.number("land_mu")))

    def weakest(self, rows: IntArray) -> list[str]:
        """Name of each firm's weakest indicator."""
        return [self._weakest.keys[code] for code in self._weakest.codes[rows].tolist()]

    def before(self, rows: IntArray) -> list[str]:
        """Each firm's grade of the year before, '' for one that wasn't evaluated within the selection."""
        earlier = self.found.before()
        words = ("", *(earlier.store.categorical("grade").keys if earlier else ()))
        return [words[code] for code in self._before(rows).tolist()]

    def _before(self, rows: IntArray) -> IntArray:
        """Place of that grade in the alphabet, from 1; 0 for none."""
        earlier = self.found.before()
        if earlier is None:
            return np.zeros(len(rows), dtype=np.int64)
        at = self.found.matched[rows]
        codes = earlier.store.categorical("grade").codes
        found: IntArray = np.where(earlier.positions(at) >= 0, codes[at] + 1, 0)
        return found

    @property
    def _weakest(self) -> Categorical:
        def build() -> Categorical:
            firms, groups = self.found.evaluation.firms, self.found.evaluation.policy.groups
            names = {(g.key, i.key): i.name for g in groups for i in g.indicators}
            pairs = zip(firms["group"], firms["weakest"], strict=True)
            return to_categorical(pd.Series([names[pair] for pair in pairs], dtype="str"))

        return self._kept("weakest names", build)

    def _kept(self, what: str, build: Callable[[], _T]) -> _T:
        return self.found.cache.get_or_compute(cache.FIRM_SORT_KEYS, (self.found.published.record.id, what), build)


def _alphabet(words: Categorical) -> FloatArray:
    return np.where(words.codes < 0, np.nan, words.codes.astype(np.float64))


def _ratio(amount: FloatArray, land: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        found: FloatArray = amount / land
    return found
