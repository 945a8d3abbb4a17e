"""Figures by group: what sums, metrics and comparisons give. Plain arrays, since a page asks for hundreds of handfuls."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cockpit.cube.arrays import FloatArray, IntArray

TOTAL = ""  # the group key of an ungrouped figure


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A figure by group key, NaN = missing. Keys rise: of a dimension they are text, of months yyyymm."""

    keys: tuple[Any, ...]
    values: FloatArray

    def __len__(self) -> int:
        return len(self.keys)

    def get(self, key: Any, missing: float = math.nan) -> float:
        """The figure of ``key``, ``missing`` for a key that has none."""
        return float(self.values[self.keys.index(key)]) if key in self.keys else missing

    def items(self) -> Iterator[tuple[Any, float]]:
        """Keys with their figures."""
        return zip(self.keys, self.values.tolist(), strict=True)

    def reindex(self, keys: Sequence[Any]) -> FloatArray:
        """The values in the order of ``keys``, NaN for a key that has none."""
        if keys == self.keys:
            return self.values
        found = dict(self.items())
        return np.array([found.get(k, math.nan) for k in keys], dtype=np.float64)

    def to_series(self) -> pd.Series:
        """As a pandas series indexed by key."""
        return pd.Series(self.values, index=list(self.keys), dtype="float64")


@dataclass(frozen=True, slots=True)
class ComparedBreakdown:
    """A figure by group with its base and change (see ``comparison.Compared``).

    ``covered`` tells how many months a row covers: 2 where January and February were reported together.
    """

    keys: tuple[Any, ...]
    value: FloatArray
    base: FloatArray
    change: FloatArray
    covered: IntArray

    def to_frame(self) -> pd.DataFrame:
        """As columns ``value, base, change, covered`` indexed by key."""
        columns = {"value": self.value, "base": self.base, "change": self.change, "covered": self.covered}
        return pd.DataFrame(columns, index=list(self.keys))


EMPTY_BREAKDOWN = Breakdown((), np.empty(0))


def union(*groups: Breakdown) -> tuple[Any, ...]:
    """All keys of the groups, rising."""
    first = groups[0].keys
    return first if all(g.keys == first for g in groups) else tuple(sorted({k for g in groups for k in g.keys}))
