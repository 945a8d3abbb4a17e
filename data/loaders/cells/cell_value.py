"""Results of parsing a cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from data.loaders.sources.cell import ErrorCell


@dataclass(frozen=True, slots=True)
class InvalidCell:
    """Reason why a cell has no value: code and message of the finding."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class CellValue:
    """Value of a cell (``None`` = missing); ``normalized``: it was not written in the standard form."""

    value: Any
    normalized: bool = False


def reject_error_cell(cell: ErrorCell) -> InvalidCell:
    """Report an error cell or a formula without a stored result (E105); it never counts as blank."""
    return InvalidCell("E105", f"单元格是“{cell.text}”。{cell.advice}。")
