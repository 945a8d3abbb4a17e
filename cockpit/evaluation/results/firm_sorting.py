"""The list of evaluated firms: what it may be sorted by, and the columns that ``EvaluatedFirms`` doesn't have."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np
import pandas as pd

from cockpit import cache
from cockpit.cache import Cache
from cockpit.catalogue.names import PinyinLookup, short_firm, sort_by_pinyin
from cockpit.cube.arrays import FloatArray, IntArray
from cockpit.cube.categorical import Categorical, to_categorical
from cockpit.cube.table_view import ColumnStore
from cockpit.district.district import District
from cockpit.evaluation.results.evaluated_firms import EvaluatedFirms
from cockpit.evaluation.results.record import PublishedEvaluation

_TEXTS = ("short", "town", "chain", "group", "grade", "weakest")
_NUMBERS = ("score", "rank", "land_mu")
_T = TypeVar("_T")

#: Columns that the list may be sorted by; ``before``: the grade of the year before.
SORTABLE = (*_TEXTS, "before", *_NUMBERS, "tax_per_mu")


@dataclass(frozen=True)
class FirmSorting:
    """Sort keys of an evaluation's firms, each computed once.

    Areas, chains and groups have the order of the district and of its policy; other texts that of their pinyin.
    ``before``: the firms of the year before within the selection, ``previous_rows``: as from ``match_firms``; ``None``: none.
    """

    published: PublishedEvaluation
    columns: ColumnStore
    district: District
    pinyin: PinyinLookup
    before: EvaluatedFirms | None
    previous_rows: IntArray | None
    cache: Cache

    def sort(self, firms: EvaluatedFirms, columns: Sequence[tuple[str, bool]]) -> EvaluatedFirms:
        """Sort by (column of ``SORTABLE``, rising), equals by group and rank; firms without a value are last either way."""
        keys = [self._key(column, firms.indices, rising=rising) for column, rising in columns if column in SORTABLE]
        return firms.sort_by(*keys, self._default_ranks[firms.indices])

    def tax_per_mu(self, firms: EvaluatedFirms) -> list[float]:
        """Return the 亩均税收 (万元/亩) of each firm."""
        values: list[float] = self._values("tax_per_mu")[firms.indices].tolist()
        return values

    def weakest(self, firms: EvaluatedFirms) -> list[str]:
        """Return the name of each firm's weakest indicator."""
        return Categorical(self._weakest.codes[firms.indices], self._weakest.keys).labels()

    def grades_before(self, firms: EvaluatedFirms) -> list[str]:
        """Return each firm's grade of the year before, '' for one that wasn't evaluated within the selection."""
        keys = ("", *(self.before.store.categorical("grade").keys if self.before else ()))
        return [keys[code] for code in self._codes_before(firms.indices).tolist()]

    @property
    def _default_ranks(self) -> IntArray:
        """Position of each firm by group, rank and credit code."""

        def compute() -> IntArray:
            group = self.columns.categorical("group")
            keys = [g.key for g in self.published.evaluation.policy.groups]
            group_positions = np.array([keys.index(key) for key in group.keys], dtype=np.int64)[group.codes]
            order = np.lexsort([self.columns.number("rank"), group_positions])  # the rows are by credit code already
            ranks = np.empty(len(order), dtype=np.int64)
            ranks[order] = np.arange(len(order))
            return ranks

        return self._cached("default ranks", compute)

    def _key(self, column: str, rows: IntArray, *, rising: bool) -> FloatArray:
        """Numbers that rise as the column does, or fall; NaN for a firm without a value."""
        key = self._codes_before(rows).astype(np.float64) if column == "before" else self._values(column)[rows]
        return key if rising else -key

    def _values(self, column: str) -> FloatArray:
        """Return the numbers of a column; of a text column the positions in its order."""
        if column in _NUMBERS:
            return self.columns.number(column)
        if column in _TEXTS:
            return self._cached((column, self.district.area), lambda: self._text_positions(column))
        return self._cached("tax_per_mu", lambda: _ratio(self.columns.number("tax"), self.columns.number("land_mu")))

    def _text_positions(self, column: str) -> FloatArray:
        """Position of each firm's text in the order of its column, NaN for a missing one."""
        if column == "short":
            names = pd.Series([short_firm(self.district, name) for name in self.columns.text("name")], dtype="str")
            return _positions(to_categorical(names), partial(sort_by_pinyin, pinyin=self.pinyin))
        if column == "weakest":
            return _positions(self._weakest, partial(sort_by_pinyin, pinyin=self.pinyin))
        orders = {
            "town": [town.key for town in self.district.towns],
            "chain": [chain.key for chain in self.district.chains],
            "group": [group.key for group in self.published.evaluation.policy.groups],
        }
        return _positions(self.columns.categorical(column), partial(_known_first, order=orders.get(column, ())))

    def _codes_before(self, rows: IntArray) -> IntArray:
        """Position of the grade of the year before in the alphabet, from 1; 0 for none."""
        if self.before is None or self.previous_rows is None:
            return np.zeros(len(rows), dtype=np.int64)
        previous = self.previous_rows[rows]
        codes = self.before.store.categorical("grade").codes
        result: IntArray = np.where(self.before.positions(previous) >= 0, codes[previous] + 1, 0)
        return result

    @property
    def _weakest(self) -> Categorical:
        def compute() -> Categorical:
            firms, groups = self.published.evaluation.firms, self.published.evaluation.policy.groups
            names = {(g.key, i.key): i.name for g in groups for i in g.indicators}
            pairs = zip(firms["group"], firms["weakest"], strict=True)
            return to_categorical(pd.Series([names[pair] for pair in pairs], dtype="str"))

        return self._cached("weakest names", compute)

    def _cached(self, key: Hashable, compute: Callable[[], _T]) -> _T:
        return self.cache.get_or_compute(cache.FIRM_SORT_KEYS, (self.published.record.id, key), compute)


def _positions(column: Categorical, sort: Callable[[Sequence[str]], Sequence[str]]) -> FloatArray:
    """Position of each row's text among the different ones as ``sort`` orders them, NaN for a missing one."""
    position = {key: number for number, key in enumerate(sort(column.keys))}
    positions: FloatArray = np.array([*(position[key] for key in column.keys), np.nan], dtype=np.float64)[column.codes]
    return positions


def _known_first(keys: Sequence[str], order: Sequence[str]) -> list[str]:
    """Sort keys as in ``order``, others after them by themselves."""
    return sorted(keys, key=lambda key: (order.index(key) if key in order else len(order), key))


def _ratio(amount: FloatArray, land: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios: FloatArray = amount / land
    return ratios
