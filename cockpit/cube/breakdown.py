"""Values by group: the results of sums, metrics and comparisons. Plain arrays, since a page asks for hundreds of short ones."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cockpit.cube.arrays import FloatArray, IntArray

TOTAL = ""  # the group key of an ungrouped value


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A value by group key, NaN = missing. Keys rise: of a dimension they are text, of months yyyymm."""

    keys: tuple[Any, ...]
    values: FloatArray

    def __len__(self) -> int:
        return len(self.keys)

    @classmethod
    def from_items(cls, items: Sequence[tuple[Any, float]]) -> Breakdown:
        """Build a breakdown from (key, value) pairs."""
        return cls(tuple(key for key, _ in items), np.array([value for _, value in items], dtype=np.float64))

    def get(self, key: Any, missing: float = math.nan) -> float:
        """Return the value of ``key``, ``missing`` for a key that has none."""
        return float(self.values[self.keys.index(key)]) if key in self.keys else missing

    def items(self) -> Iterator[tuple[Any, float]]:
        """Iterate over the keys with their values."""
        return zip(self.keys, self.values.tolist(), strict=True)

    def reindex(self, keys: Sequence[Any]) -> FloatArray:
        """Return the values in the order of ``keys``, NaN for a key that has none."""
        if keys == self.keys:
            return self.values
        by_key = dict(self.items())
        return np.array([by_key.get(key, math.nan) for key in keys], dtype=np.float64)

    def total(self) -> float:
        """Return the sum of the values, missing ones left out."""
        return float(np.nansum(self.values))

    def top(self, most: int) -> list[tuple[Any, float]]:
        """Return the ``most`` largest with their keys, the largest first, equals by key; missing ones never."""
        order = [i for i in np.argsort(-self.values, kind="stable").tolist() if not math.isnan(self.values[i])]
        return [(self.keys[i], float(self.values[i])) for i in order[:most]]

    def to_series(self) -> pd.Series:
        """Convert to a pandas series indexed by key."""
        return pd.Series(self.values, index=list(self.keys), dtype="float64")

    def to_frame(self, name: str = "value") -> pd.DataFrame:
        """Convert to a pandas frame of one column, indexed by key."""
        return self.to_series().to_frame(name)


@dataclass(frozen=True, slots=True)
class ComparedBreakdown:
    """A value by group with its base and change (see ``analysis.comparison.Compared``).

    ``compared``: the value over what the base is over. ``covered``: how many months a row covers, 2 where January and
    February were reported together.
    """

    keys: tuple[Any, ...]
    value: FloatArray
    base: FloatArray
    compared: FloatArray
    change: FloatArray
    covered: IntArray

    def __len__(self) -> int:
        return len(self.keys)

    def total(self) -> float:
        """Return the sum of the values, missing ones left out."""
        return float(np.nansum(self.value))

    def sorted_by_value(self) -> ComparedBreakdown:
        """Return the same groups, the largest value first, equals by key, missing ones last."""
        order = np.argsort(-self.value, kind="stable")
        keys = tuple(self.keys[i] for i in order.tolist())
        value, base, compared, change = (array[order] for array in (self.value, self.base, self.compared, self.change))
        return ComparedBreakdown(keys, value, base, compared, change, self.covered[order])

    def rows(self) -> list[tuple[Any, float, float, float]]:
        """Return (key, value, base, change) of each group as plain numbers."""
        return list(zip(self.keys, self.value.tolist(), self.base.tolist(), self.change.tolist(), strict=True))

    def to_frame(self) -> pd.DataFrame:
        """Convert to a pandas frame with columns ``value, base, compared, change, covered``, indexed by key."""
        names = ("value", "base", "compared", "change", "covered")
        return pd.DataFrame({name: getattr(self, name) for name in names}, index=list(self.keys))


EMPTY_BREAKDOWN = Breakdown((), np.empty(0))


def all_keys(*breakdowns: Breakdown) -> tuple[Any, ...]:
    """Return the keys of all breakdowns, rising."""
    first = breakdowns[0].keys
    return first if all(b.keys == first for b in breakdowns) else tuple(sorted({key for b in breakdowns for key in b.keys}))
