"""What reading a cell yields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from data.loaders.sources.grid import ErrorCell


@dataclass(frozen=True, slots=True)
class InvalidCell:
    """Why a cell has no value: the finding's code and words."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class CellValue:
    """A cell's value (None = missing); ``respelt``: its spelling was not the plain one."""

    value: Any
    normalized: bool = False


def reject_error_cell(cell: ErrorCell) -> InvalidCell:
    """An error cell or an uncomputed formula is said, never taken for blank."""
    return InvalidCell("E105", f"单元格是“{cell.text}”。{cell.advice}。")
