"""Results of parsing a cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from data.loaders.sources.cell import ErrorCell


@dataclass(frozen=True, slots=True)
class InvalidCell:
    """Reason why a cell has no value: code and message of the finding.

    ``digits``: the first digits of a credit code whose others Excel rounded away.
    """

    code: str
    message: str
    digits: str = ""


@dataclass(frozen=True, slots=True)
class CellValue:
    """Value of a cell (``None`` = missing).

    ``normalized``: it was not written in the standard form; ``zero_date``: it was the date zero, which stands for none.
    """

    value: Any
    normalized: bool = False
    zero_date: bool = False

    @property
    def notice(self) -> str:
        """Code of the notice that counts such cells, "" where none does."""
        return "N211" if self.zero_date else "N201" if self.normalized else ""


def reject_error_cell(cell: ErrorCell) -> InvalidCell:
    """Report an error cell or a formula without a stored result (E105); it never counts as blank."""
    return InvalidCell("E105", f"单元格是“{cell.text}”。{cell.advice}。")
