"""What reading a cell yields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from data.loaders.sources.grid import Unreadable


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell has no value: the finding's code and words."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Read:
    """A cell's value (None = missing); ``respelt``: its spelling was not the plain one."""

    value: Any
    respelt: bool = False


def unreadable(cell: Unreadable) -> Fault:
    """An error cell or an uncomputed formula is said, never taken for blank."""
    return Fault("E105", f"单元格是“{cell.text}”。{cell.advice}。")
