"""A column of few different words as integer codes: filters and sums by group then cost next to nothing."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.cube.arrays import BoolArray, IntArray


@dataclass(frozen=True, slots=True)
class Categorical:
    """``codes`` of each row into ``keys``, which rise; -1 = missing."""

    codes: IntArray
    keys: tuple[str, ...]

    def labels(self) -> list[str]:
        """The word of each row; '' for a missing one."""
        keys = (*self.keys, "")
        return [keys[code] for code in self.codes.tolist()]

    def isin(self, wanted: Container[str]) -> BoolArray:
        """The rows with one of the wanted words; a missing word is none of them."""
        found: BoolArray = np.array([*(key in wanted for key in self.keys), False], dtype=bool)[self.codes]
        return found


def to_categorical(column: pd.Series) -> Categorical:
    """The column's codes."""
    codes, keys = pd.factorize(column, sort=True)
    return Categorical(codes.astype(np.int64), tuple(str(key) for key in keys))
