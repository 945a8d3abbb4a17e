"""Rows of a ledger as columns of their own: chosen, counted and added up without a frame for each question.

A page asks a ledger a hundred small questions. Of a frame each costs a copy of all its columns, of these arrays a few
microseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from cockpit.cube.arrays import BoolArray, FloatArray, IntArray
from cockpit.cube.categorical import Categorical, to_categorical

_T = TypeVar("_T")
DayArray = npt.NDArray[np.datetime64]


class ColumnStore:
    """A frame by column, each made into an array when it is first asked for. The frame must not be changed."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self._made: dict[tuple[str, str], Any] = {}
        self._records: list[dict[Any, Any]] | None = None

    def __len__(self) -> int:
        return len(self.frame)

    def records(self) -> list[dict[Any, Any]]:
        """Each row as it stands in the frame."""
        if self._records is None:
            self._records = self.frame.to_dict("records")
        return self._records

    @property
    def rows(self) -> TableView:
        """All of them."""
        return TableView(self, np.arange(len(self)))

    def number(self, name: str) -> FloatArray:
        """Numbers, NaN = none."""

        def make(column: pd.Series) -> FloatArray:
            found: FloatArray = column.to_numpy(dtype=np.float64, na_value=np.nan)
            return found

        return self._once("figure", name, make)

    def boolean(self, name: str) -> BoolArray:
        """Yes or no; what is not said is no."""

        def make(column: pd.Series) -> BoolArray:
            found: BoolArray = column.fillna(False).to_numpy(dtype=bool)
            return found

        return self._once("flag", name, make)

    def date(self, name: str) -> DayArray:
        """Days, NaT = none."""

        def make(column: pd.Series) -> DayArray:
            found: DayArray = column.to_numpy(dtype="datetime64[D]")
            return found

        return self._once("day", name, make)

    def categorical(self, name: str) -> Categorical:
        """Few different words, as codes."""
        return self._once("place", name, to_categorical)

    def text(self, name: str) -> list[str]:
        """What is told of each, '' where nothing is."""

        def make(column: pd.Series) -> list[str]:
            return [str(word) for word in column.astype(object).where(column.notna(), "")]

        return self._once("word", name, make)

    def _once(self, kind: str, name: str, make: Callable[[pd.Series], _T]) -> _T:
        if (kind, name) not in self._made:
            self._made[(kind, name)] = make(self.frame[name])
        return self._made[(kind, name)]  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class TableView:
    """Some rows, in an order: ``at`` are their places among all."""

    store: ColumnStore
    indices: IntArray

    def __len__(self) -> int:
        return len(self.indices)

    def number(self, name: str) -> FloatArray:
        """Numbers of each, NaN = none."""
        return self.store.number(name)[self.indices]

    def boolean(self, name: str) -> BoolArray:
        """Yes or no of each."""
        return self.store.boolean(name)[self.indices]

    def date(self, name: str) -> DayArray:
        """The day of each, NaT = none."""
        return self.store.date(name)[self.indices]

    def latest(self, name: str) -> npt.NDArray[np.timedelta64]:
        """What puts the latest day first, and those without one last."""
        return np.datetime64(0, "D") - self.date(name)

    def month(self, name: str) -> IntArray:
        """The month (yyyymm) of each one's day, 0 = none."""
        months = self.date(name).astype("datetime64[M]")
        since = months.astype(np.int64) + 1970 * 12
        return np.where(np.isnat(months), 0, since // 12 * 100 + since % 12 + 1)

    def text(self, name: str) -> list[str]:
        """What is told of each."""
        every = self.store.text(name)
        return [every[i] for i in self.indices.tolist()]

    def categorical(self, name: str) -> Categorical:
        """The word of each, as codes."""
        every = self.store.categorical(name)
        return Categorical(every.codes[self.indices], every.keys)

    def records(self) -> list[dict[Any, Any]]:
        """Each as it stands in the frame: for those that are told one by one."""
        every = self.store.records()
        return [every[i] for i in self.indices.tolist()]

    def isin(self, name: str, wanted: Collection[str]) -> BoolArray:
        """Which have one of these words."""
        return self.categorical(name).isin(wanted)

    def take(self, which: BoolArray | IntArray) -> Self:
        """Those that a mask or places among these name, in that order."""
        return type(self)(self.store, self.indices[which])

    def where_equal(self, name: str, word: str) -> Self:
        """Those with this word."""
        return self.take(self.isin(name, (word,)))

    def filter(self, wanted: Mapping[str, Collection[str]]) -> Self:
        """Those that have one of the wanted words in each column; where none is wanted, all do."""
        found = self
        for name, words in wanted.items():
            if words:
                found = found.take(found.isin(name, words))
        return found

    def head(self, most: int) -> Self:
        """The first of them."""
        return type(self)(self.store, self.indices[:most])

    def sort_by(self, *keys: npt.NDArray[Any]) -> Self:
        """In rising order of these, the first before the others; equals stay as they are."""
        return self.take(np.lexsort(keys[::-1]))

    def total(self, name: str) -> float:
        """Sum of a figure, what isn't told left out."""
        return float(np.nansum(self.number(name)))


def median(figures: FloatArray) -> float:
    """Median of what is told; NaN without any."""
    told = figures[~np.isnan(figures)]
    return float(np.median(told)) if len(told) else np.nan
