"""Raw cells: what a source holds, before anything is parsed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from data.loaders.cells.text import compact, truncate

BoolArray = npt.NDArray[np.bool_]
CellArray = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """Cell without a value of its own: an Excel error, or a formula whose result was not saved."""

    text: str
    advice: str


#: None (blank), text, number, date or time, truth value, or ``ErrorCell``.
Cell = str | float | int | bool | date | datetime | Decimal | ErrorCell | None


def not_blank(cells: CellArray) -> BoolArray:
    """Return a mask of the cells that are not blank."""
    mask: BoolArray = cells != None  # noqa: E711 - element by element
    return mask


def column_letter(index: int) -> str:
    """Return Excel's letter of a column index from 0: 0 -> A, 26 -> AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_text(cell: Cell) -> str:
    """Convert a cell to plain text; whole numbers have no decimals, dates are ISO, a blank cell is ""."""
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
    """Convert a cell to the shortened text of a finding; ``None`` for a blank cell."""
    return truncate(cell_text(cell)) or None


def is_blank_text(text: str) -> bool:
    """Return whether a text shows nothing; what starts with a letter or digit needs no closer look."""
    return not text[:1].isalnum() and not compact(text)
