"""A sheet as it stands in its source: columns of raw cells, before anything is understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from data.loaders.text import clip, squeeze

Mask = npt.NDArray[np.bool_]
Cells = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that holds no value of its own: an Excel error, or a formula whose result was not saved."""

    text: str
    advice: str


#: None (blank), text, number, date or time, truth value, or ``Unreadable``.
Cell = str | float | int | bool | date | datetime | Decimal | Unreadable | None


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: ``columns[c][r]`` is the cell of row ``r + 1`` and column ``letter(c)`` as Excel names them."""

    title: str
    columns: tuple[Cells, ...]

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.columns[0]) if self.columns else 0

    def row(self, index: int) -> list[Cell]:
        """The cells of one row (0-based)."""
        return [column[index] for column in self.columns]


def make_grid(title: str, columns: Sequence[Sequence[Cell]]) -> Grid:
    """A grid of equally long columns; the title loses stray spaces, blank texts become ``None``."""
    return Grid(title.strip(), tuple(_cells(c) for c in columns))


def grid_of_rows(title: str, rows: Sequence[Sequence[Cell]]) -> Grid:
    """A grid of rows of any lengths."""
    width = max((len(r) for r in rows), default=0)
    return make_grid(title, [[r[c] if c < len(r) else None for r in rows] for c in range(width)])


def _cells(values: Sequence[Cell]) -> Cells:
    cells = np.empty(len(values), dtype=object)
    cells[:] = [None if v == "" or (type(v) is str and not squeeze(v)) else v for v in values]
    return cells


def filled(cells: Cells) -> Mask:
    """Which cells are not blank."""
    return np.fromiter((v is not None for v in cells), bool, len(cells))


def letter(index: int) -> str:
    """Excel's letter of a 0-based column index: 0 -> A, 26 -> AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def as_text(cell: Cell) -> str:
    """What the cell shows, as plain text; whole numbers have no decimals, dates are ISO."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != datetime.min.time() else cell.date().isoformat()
    if isinstance(cell, Unreadable):
        return cell.text
    return str(cell)


def shown(cell: Cell) -> str | None:
    """The cell's text for a finding, shortened; ``None`` for a blank cell."""
    return clip(as_text(cell)) or None
