"""A text column with few different values, as integer codes: filters and sums by group then cost next to nothing."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.cube.arrays import BoolArray, IntArray


@dataclass(frozen=True, slots=True)
class Categorical:
    """A column of ``codes``, each an index into ``keys``, which rise; -1 = missing."""

    codes: IntArray
    keys: tuple[str, ...]

    def labels(self) -> list[str]:
        """Return the text of each row; '' for a missing one."""
        keys = (*self.keys, "")
        return [keys[code] for code in self.codes.tolist()]

    def isin(self, keys: Container[str]) -> BoolArray:
        """Return a mask of the rows with one of ``keys``; a missing text is none of them."""
        is_in = [key in keys for key in self.keys]
        is_in.append(False)  # the last one, which code -1 points to
        mask: BoolArray = np.array(is_in, dtype=bool)[self.codes]
        return mask


def to_categorical(column: pd.Series) -> Categorical:
    """Encode a text column; its different values become the sorted ``keys``."""
    codes, keys = pd.factorize(column, sort=True)
    return Categorical(codes.astype(np.int64), tuple(str(key) for key in keys))
