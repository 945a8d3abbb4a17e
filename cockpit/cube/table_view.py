"""Rows of a table as typed columns: filtered, counted and added up without a frame for each question.

A page queries a ledger a hundred times. A query of a frame copies all columns; one of these arrays takes microseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from cockpit.cube.arrays import BoolArray, FloatArray, IntArray
from cockpit.cube.categorical import Categorical, to_categorical

_T = TypeVar("_T")
DateArray = npt.NDArray[np.datetime64]


class ColumnStore:
    """The columns of a frame as arrays, each converted when it is first used. The frame must not be changed."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self._converted: dict[tuple[str, str], Any] = {}
        self._records: list[dict[Any, Any]] | None = None

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def columns(self) -> Collection[str]:
        """Names of the columns."""
        names: Collection[str] = self.frame.columns
        return names

    @property
    def rows(self) -> TableView:
        """A view of all rows, in the frame's order."""
        return TableView(self, np.arange(len(self)))

    def records(self) -> list[dict[Any, Any]]:
        """Return each row as a dictionary of its cells as they are in the frame."""
        if self._records is None:
            self._records = self.frame.to_dict("records")
        return self._records

    def number(self, name: str) -> FloatArray:
        """Return a column of numbers, NaN = missing."""
        return self._converted_once("number", name, _to_number)

    def boolean(self, name: str) -> BoolArray:
        """Return a column of flags; a missing one is false."""
        return self._converted_once("boolean", name, lambda column: column.fillna(False).to_numpy(dtype=bool))

    def date(self, name: str) -> DateArray:
        """Return a column of dates, NaT = missing."""
        return self._converted_once("date", name, lambda column: column.to_numpy(dtype="datetime64[D]"))

    def month(self, name: str) -> IntArray:
        """Return the month (yyyymm) of each date of a column, 0 = missing."""
        return self._converted_once("month", name, lambda _: _month_of(self.date(name)))

    def categorical(self, name: str) -> Categorical:
        """Return a text column with few different values."""
        return self._converted_once("categorical", name, to_categorical)

    def text(self, name: str) -> list[str]:
        """Return a column as text, '' = missing."""
        return self._converted_once(
            "text", name, lambda column: [str(cell) for cell in column.astype(object).where(column.notna(), "")]
        )

    def _converted_once(self, kind: str, name: str, convert: Callable[[pd.Series], _T]) -> _T:
        if (kind, name) not in self._converted:
            self._converted[(kind, name)] = convert(self.frame[name])
        return self._converted[(kind, name)]  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class TableView:
    """Some rows of a store in an order: ``indices`` are their positions among all of its rows."""

    store: ColumnStore
    indices: IntArray

    def __len__(self) -> int:
        return len(self.indices)

    def number(self, name: str) -> FloatArray:
        """Return a column of numbers, NaN = missing."""
        return self.store.number(name)[self.indices]

    def boolean(self, name: str) -> BoolArray:
        """Return a column of flags; a missing one is false."""
        return self.store.boolean(name)[self.indices]

    def date(self, name: str) -> DateArray:
        """Return a column of dates, NaT = missing."""
        return self.store.date(name)[self.indices]

    def latest_first(self, name: str) -> npt.NDArray[np.timedelta64]:
        """Return a sort key that puts the latest date first, and missing ones last."""
        return np.datetime64(0, "D") - self.date(name)

    def month(self, name: str) -> IntArray:
        """Return the month (yyyymm) of each date of a column, 0 = missing."""
        return self.store.month(name)[self.indices]

    def text(self, name: str) -> list[str]:
        """Return a column as text, '' = missing."""
        cells = self.store.text(name)
        return [cells[i] for i in self.indices.tolist()]

    def categorical(self, name: str) -> Categorical:
        """Return a text column with few different values."""
        column = self.store.categorical(name)
        return Categorical(column.codes[self.indices], column.keys)

    def records(self) -> list[dict[Any, Any]]:
        """Return each row as a dictionary of its cells as they are in the frame."""
        records = self.store.records()
        return [records[i] for i in self.indices.tolist()]

    def isin(self, name: str, values: Collection[str]) -> BoolArray:
        """Return a mask of the rows with one of these texts in a column."""
        return self.categorical(name).isin(values)

    def take(self, rows: BoolArray | IntArray | Sequence[bool] | Sequence[int]) -> Self:
        """Return the rows of a mask, or at these positions among the view's own, in that order."""
        return type(self)(self.store, self.indices[rows if isinstance(rows, np.ndarray) or len(rows) else _NONE])

    def where_equal(self, name: str, value: str) -> Self:
        """Return the rows with this text in a column."""
        return self.take(self.isin(name, (value,)))

    def filter(self, values: Mapping[str, Collection[str]]) -> Self:
        """Return the rows that have one of the values in each column; a column without values restricts nothing."""
        rows = self
        for name, some in values.items():
            if some:
                rows = rows.take(rows.isin(name, some))
        return rows

    def head(self, most: int) -> Self:
        """Return the first ``most`` rows."""
        return type(self)(self.store, self.indices[:most])

    def sort_by(self, *keys: npt.ArrayLike) -> Self:
        """Return the rows in rising order of these keys, the first one before the others; equals stay as they are."""
        return self.take(np.lexsort(tuple(np.asarray(key) for key in keys[::-1])))

    def total(self, name: str) -> float:
        """Return the sum of a column, missing numbers left out."""
        return float(np.nansum(self.number(name)))

    def known_total(self, name: str) -> float:
        """Return the sum of a column; NaN where there are rows, and of none of them the number is known."""
        values = self.number(name)
        return float(np.nansum(values)) if not len(values) or not np.isnan(values).all() else np.nan

    def median(self, name: str) -> float:
        """Return the median of a column, missing numbers left out; NaN without any."""
        return median(self.number(name))

    def minimum(self, name: str) -> float:
        """Return the smallest number of a column; NaN without any."""
        known = self.known(name)
        return min(known) if known else np.nan

    def maximum(self, name: str) -> float:
        """Return the largest number of a column; NaN without any."""
        known = self.known(name)
        return max(known) if known else np.nan

    def known(self, name: str) -> list[float]:
        """Return the numbers of a column that are not missing."""
        values = self.number(name)
        numbers: list[float] = values[~np.isnan(values)].tolist()
        return numbers

    def argmax(self, name: str) -> int | None:
        """Return the position of the (first) largest number of a column among these rows; ``None`` without any."""
        values = self.number(name)
        return None if np.isnan(values).all() else int(np.nanargmax(values))


_NONE = np.empty(0, dtype=np.int64)


def median(values: FloatArray) -> float:
    """Return the median, NaN left out; NaN without any number."""
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else np.nan


def _to_number(column: pd.Series) -> FloatArray:
    numbers: FloatArray = column.to_numpy(dtype=np.float64, na_value=np.nan)
    return numbers


def _month_of(dates: DateArray) -> IntArray:
    months = dates.astype("datetime64[M]")
    since = months.astype(np.int64) + 1970 * 12
    return np.where(np.isnat(months), 0, since // 12 * 100 + since % 12 + 1)
