"""Cells as JSON: the form in which the sandbox sends them and the temporary database stores them.

Numbers, texts, truth values and ``null`` are themselves; anything else is an object with one of the keys ``date``,
``decimal``, ``error`` and ``formula``. Decoding builds these values only: JSON can't name code to run.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from data.loaders.sources.cell import Cell, ErrorCell

_FORMULA_ERROR = "公式出错，请改成数值"
_NO_RESULT = ErrorCell("（公式没有结果）", "请用 Excel 打开并保存一次，或改成数值")


def encode_cells(columns: Sequence[Sequence[Cell]]) -> str:
    """Encode columns of cells."""
    return json.dumps(columns, default=_to_object)


def decode_cells(text: str | bytes) -> Any:
    """Decode JSON whose objects may be cells; raises ``ValueError`` for malformed JSON and malformed cells.

    An object with other keys stays a dictionary.
    """
    return json.loads(text, object_hook=_to_cell)


def _to_object(cell: Cell) -> dict[str, Any]:
    match cell:
        case date():
            return {"date": cell.isoformat()}
        case Decimal():
            return {"decimal": str(cell)}
        case ErrorCell():
            return {"formula": True} if cell == _NO_RESULT else {"error": cell.text}
    raise TypeError(f"{type(cell).__name__} is no cell")


def _to_cell(mark: dict[str, Any]) -> Cell | dict[str, Any]:
    match mark:
        case {"date": str(text)}:
            return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
        case {"decimal": str(text)}:
            return Decimal(text)
        case {"error": str(text)}:
            return ErrorCell(text, _FORMULA_ERROR)
        case {"formula": True}:
            return _NO_RESULT
    return mark
