"""What every AG Grid of the cockpit has in common: its texts can be marked, its columns sorted in the reader's order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

#: Grid options: cells' text can be selected and copied, in the order in which it is seen.
SELECTABLE_TEXT: dict[str, Any] = {"enableCellTextSelection": True, "ensureDomOrder": True}
#: Column definition: text without an order of its own is sorted by pinyin (`assets/base/data_grid.js`).
BY_PINYIN: dict[str, Any] = {"comparator": {"function": "comparePinyin"}}


def ordered_column(field: str) -> dict[str, Any]:
    """Build the column definition of labels that have an order: ``{field}_position`` of a row sorts, ``field`` is shown."""
    return {"field": f"{field}_position", "valueFormatter": {"function": f"params.data.{field}"}}


def number_column(field: str) -> dict[str, Any]:
    """Build the column definition of numbers: ``field`` of a row sorts, ``{field}_shown`` is shown, as rounded by the server."""
    return {"field": field, "type": "rightAligned", "valueFormatter": {"function": f"params.data.{field}_shown"}}


def position(label: str, order: Sequence[str]) -> int:
    """Return where a label stands in an order; one that it doesn't hold comes last."""
    return order.index(label) if label in order else len(order)
