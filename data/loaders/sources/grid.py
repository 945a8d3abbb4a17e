"""A sheet as it stands in its source: columns of raw cells, before anything is understood."""

from __future__ import annotations

import io
import itertools
import pickle
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO

import numpy as np
import numpy.typing as npt

from data.loaders.cells.text import compact, truncate
from data.loaders.sources.disk_errors import disk_errors

#: Rows that a header is looked for in.
HEAD_ROWS = 50
_ROWS_AT_ONCE = 5_000
Mask = npt.NDArray[np.bool_]
Cells = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """A cell that holds no value of its own: an Excel error, or a formula whose result was not saved."""

    text: str
    advice: str


#: None (blank), text, number, date or time, truth value, or ``Unreadable``.
Cell = str | float | int | bool | date | datetime | Decimal | ErrorCell | None


@dataclass(frozen=True, slots=True)
class GridChunk:
    """Consecutive rows: ``columns[c][i]`` is the cell of row ``first + i`` (from 0) and column ``letter(c)``."""

    first: int
    columns: tuple[Cells, ...]

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.columns[0]) if self.columns else 0

    def row(self, index: int) -> list[Cell]:
        """The cells of the piece's row ``index`` (from 0)."""
        return [column[index] for column in self.columns]


class Grid:
    """One sheet, its cells in a temporary file: only a piece of some thousand rows is in memory at a time.

    ``head``: the first rows, where a header may be; rows that no piece has are blank.
    """

    def __init__(self, title: str) -> None:
        self.title = title.strip()
        self.width = 0
        self.head: list[list[Cell]] = []
        self._last_filled: list[int] = []
        self._places: list[tuple[int, int, int]] = []  # first row, row behind the last, place in the file
        with disk_errors():
            self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - gone with the grid, or with the process
        weakref.finalize(self, self._file.close)

    def add(self, first: int, columns: Sequence[Sequence[Cell]]) -> None:
        """Add rows below those already here: equally long columns, from row ``first`` on; blank texts become ``None``."""
        cells = tuple(_cells(c) for c in columns)
        chunk = GridChunk(first, cells)
        self._widen(len(cells))
        for index, column in enumerate(cells):
            if len(at := np.flatnonzero(not_blank(column))):
                self._last_filled[index] = first + int(at[-1])
        for number in range(len(self.head), min(first + chunk.height, HEAD_ROWS)):
            self.head.append(chunk.row(number - first) if number >= first else [None] * self.width)
        self.head = [row + [None] * (self.width - len(row)) for row in self.head]
        with disk_errors():
            self._places.append((first, first + chunk.height, self._file.seek(0, io.SEEK_END)))
            pickle.dump(chunk, self._file, pickle.HIGHEST_PROTOCOL)

    def _widen(self, width: int) -> None:
        self._last_filled += [-1] * (width - self.width)
        self.width = max(self.width, width)

    @property
    def blank(self) -> bool:
        """Whether no cell holds anything."""
        return max(self._last_filled, default=-1) < 0

    def has_values_below(self, column: int, row: int) -> bool:
        """Whether the column holds anything below the row (both from 0)."""
        return self._last_filled[column] > row

    @property
    def extents(self) -> Iterator[tuple[int, int]]:
        """First row and row behind the last (from 0) of each piece."""
        return ((first, end) for first, end, _ in self._places)

    def chunks(self, first: int = 0, end: int | None = None) -> Iterator[GridChunk]:
        """The pieces with rows from ``first`` up to ``end`` (from 0), each as wide as the sheet."""
        for start, stop, place in self._places:
            if stop > first and (end is None or start < end):
                self._file.seek(place)
                chunk: GridChunk = pickle.load(self._file)  # its own writing, see ``add``
                blank = np.full(chunk.height, None, dtype=object)
                yield GridChunk(start, (*chunk.columns, *([blank] * (self.width - len(chunk.columns)))))


def grid_of_rows(title: str, rows: Iterable[Sequence[Cell]]) -> Grid:
    """A grid of rows of any lengths, taken a piece at a time."""
    grid, first, remaining = Grid(title), 0, iter(rows)
    while some := list(itertools.islice(remaining, _ROWS_AT_ONCE)):
        width = max(len(r) for r in some)
        grid.add(first, [[r[c] if c < len(r) else None for r in some] for c in range(width)])
        first += len(some)
    return grid


def _cells(values: Sequence[Cell]) -> Cells:
    cells = np.empty(len(values), dtype=object)
    if str not in set(map(type, values)):
        cells[:] = values
        return cells
    # What starts with a letter or digit is not blank: most texts need no closer look.
    cells[:] = [None if type(v) is str and not v[:1].isalnum() and not compact(v) else v for v in values]
    return cells


def not_blank(cells: Cells) -> Mask:
    """Which cells are not blank."""
    there: Mask = cells != None  # noqa: E711 - element by element
    return there


def column_letter(index: int) -> str:
    """Excel's letter of a 0-based column index: 0 -> A, 26 -> AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_text(cell: Cell) -> str:
    """What the cell shows, as plain text; whole numbers have no decimals, dates are ISO."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != datetime.min.time() else cell.date().isoformat()
    if isinstance(cell, ErrorCell):
        return cell.text
    return str(cell)


def display_text(cell: Cell) -> str | None:
    """The cell's text for a finding, shortened; ``None`` for a blank cell."""
    return truncate(cell_text(cell)) or None
