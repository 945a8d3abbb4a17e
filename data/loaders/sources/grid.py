"""Sheets as they stand in their source: columns of raw cells in the temporary database."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from data.loaders.sources.cell import Cell, CellArray, is_blank_text, not_blank
from data.loaders.sources.cell_json import decode_cells, encode_cells
from data.loaders.sources.temporary_database import TemporaryDatabase, disk_errors

#: Rows that may hold the header.
HEAD_ROWS = 50
_ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class GridChunk:
    """Consecutive rows: ``columns[c][i]`` is the cell of row ``first + i`` (from 0) and column ``c``."""

    first: int
    columns: tuple[CellArray, ...]

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.columns[0]) if self.columns else 0

    def row(self, index: int) -> list[Cell]:
        """Return the cells of the chunk's row ``index`` (from 0)."""
        return [column[index] for column in self.columns]


class Grid:
    """One sheet whose cells wait in the temporary database; only one chunk of some thousand rows is in memory.

    ``title``: as its source writes it; ``sheet``: title of the specification that it means; ``file``: name of its file where
    the source has several; ``date1904``: whether that counts dates from 1904; ``head``: the first rows, where a header may be.
    Rows that no chunk has are blank.
    """

    def __init__(
        self, database: TemporaryDatabase, title: str, sheet: str = "", file: str = "", *, date1904: bool = False
    ) -> None:
        self.title, self.sheet, self.file, self.date1904 = title.strip(), sheet or title, file, date1904
        self.width = 0
        self.head: list[list[Cell]] = []
        self._database = database
        self._last_filled: list[int] = []
        self._chunk_ids: dict[tuple[int, int], int] = {}  # (first row, row behind the last) -> id
        with disk_errors():
            database.execute("create table if not exists chunk (id integer primary key, cells text)")

    def add(self, first: int, columns: Sequence[Sequence[Cell]]) -> None:
        """Add rows below those already here: equally long columns, from row ``first`` on; blank texts become ``None``."""
        cells = tuple(_blank_to_none(c) for c in columns)
        chunk = GridChunk(first, cells)
        self._widen(len(cells))
        for index, column in enumerate(cells):
            if len(rows := np.flatnonzero(not_blank(column))):
                self._last_filled[index] = first + int(rows[-1])
        for number in range(len(self.head), min(first + chunk.height, HEAD_ROWS)):
            self.head.append(chunk.row(number - first) if number >= first else [None] * self.width)
        self.head = [row + [None] * (self.width - len(row)) for row in self.head]
        with disk_errors():
            cursor = self._database.execute("insert into chunk (cells) values (?)", (encode_cells([c.tolist() for c in cells]),))
        assert cursor.lastrowid is not None
        self._chunk_ids[first, first + chunk.height] = cursor.lastrowid

    def _widen(self, width: int) -> None:
        self._last_filled += [-1] * (width - self.width)
        self.width = max(self.width, width)

    @property
    def blank(self) -> bool:
        """Whether no cell holds anything."""
        return max(self._last_filled, default=-1) < 0

    def has_values_below(self, column: int, row: int) -> bool:
        """Return whether the column holds anything below the row (both from 0)."""
        return self._last_filled[column] > row

    def count_rows(self, first: int) -> int:
        """Count the rows from ``first`` (from 0) on that a chunk has."""
        return sum(stop - max(start, first) for start, stop in self._chunk_ids if stop > first)

    @property
    def chunk_ranges(self) -> list[tuple[int, int]]:
        """First row and row behind the last (from 0) of each chunk."""
        return list(self._chunk_ids)

    def chunks(self, first: int = 0, end: int | None = None) -> Iterator[GridChunk]:
        """Load the chunks with rows from ``first`` up to ``end`` (from 0), each as wide as the sheet."""
        for (start, stop), number in self._chunk_ids.items():
            if stop > first and (end is None or start < end):
                [text] = self._database.execute("select cells from chunk where id = ?", (number,)).fetchone()
                columns = [_cell_array(column) for column in decode_cells(text)]
                columns += [np.full(stop - start, None, dtype=object)] * (self.width - len(columns))
                yield GridChunk(start, tuple(columns))


def grid_from_rows(database: TemporaryDatabase, title: str, rows: Iterable[Sequence[Cell]]) -> Grid:
    """Build a grid of rows of any lengths, some thousand rows at a time."""
    grid, first, remaining = Grid(database, title), 0, iter(rows)
    while chunk := list(itertools.islice(remaining, _ROWS_AT_ONCE)):
        width = max(len(r) for r in chunk)
        grid.add(first, [[r[c] if c < len(r) else None for r in chunk] for c in range(width)])
        first += len(chunk)
    return grid


def _cell_array(values: Sequence[Cell]) -> CellArray:
    cells = np.empty(len(values), dtype=object)
    cells[:] = values
    return cells


def _blank_to_none(values: Sequence[Cell]) -> CellArray:
    if str not in set(map(type, values)):
        return _cell_array(values)
    return _cell_array([None if type(v) is str and is_blank_text(v) else v for v in values])
