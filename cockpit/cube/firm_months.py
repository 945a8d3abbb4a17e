"""What single enterprises reported, month by month, as columns of numbers: lists of firms, medians and 可比口径 come from it.

A column holds one number an enterprise, as stored: money in 分 (whole, so sums are exact), NaN = not reported.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from cockpit.contracts.sheets import MONTHLY
from cockpit.cube.arrays import BoolArray, FloatArray, IntArray

#: The columns of a month: the fields of the monthly figures, and how many months the row covers (0 = there is no row).
COLUMNS = (*(c.field for c in MONTHLY.columns[3:]), "span")
#: Figures made from columns: staff weighed by the months of the row, those months, and the months of any row.
_NEEDED: Mapping[str, tuple[str, ...]] = {"staff_months": ("staff", "span"), "staffed": ("staff", "span"), "covered": ("span",)}


@dataclass(frozen=True)
class MonthlyScan:
    """Months, rising, each with the columns that were asked for.

    The columns stand in the order of whoever keeps them and may hold others, too: ``size`` places, of which each enterprise
    has one of ``places`` (no two the same). So what is about nearly all of them is added up without moving a number.
    """

    size: int
    indices: IntArray
    months: Iterator[tuple[int, Sequence[FloatArray]]]

    def __iter__(self) -> Iterator[tuple[int, Sequence[FloatArray]]]:
        return self.months


class FirmMonths(Protocol):
    """The months of some enterprises in one data version."""

    def __len__(self) -> int:
        """How many enterprises these are."""
        ...

    def take(self, firms: IntArray) -> FirmMonths:
        """Those of the enterprises at these places among them, in this order."""
        ...

    def scan(self, names: Sequence[str], months: Collection[int]) -> MonthlyScan:
        """These of ``COLUMNS`` for each of the months; those that nobody reported may be left out.

        Not to be written to. Raises ``DatabaseError`` or ``StaleSnapshotError`` when a month can't be had.
        """
        ...


def figure(name: str, columns: Mapping[str, FloatArray]) -> FloatArray:
    """A figure of a month by enterprise: a column, or one made from columns."""
    match name:
        case "staff_months":
            return columns["staff"] * columns["span"]
        case "staffed":
            return np.where(np.isnan(columns["staff"]), np.nan, columns["span"])
        case "covered":
            return np.where(columns["span"] > 0, columns["span"], np.nan)
        case _:
            return columns[name]


def sums(firms: FirmMonths, figures: Sequence[str], windows: Sequence[Collection[int]]) -> FloatArray:
    """[window, figure, enterprise]: sums over sets of months, as SQL's SUM gives them: NaN where nothing was reported."""
    names = tuple(dict.fromkeys(name for each in figures for name in _NEEDED.get(each, (each,))))
    sets = [frozenset(window) for window in windows]
    reading = firms.scan(names, frozenset().union(*sets))
    total = np.zeros((len(sets), len(figures), reading.size))
    known = np.zeros(total.shape, dtype=bool)
    for month, block in reading:
        columns = dict(zip(names, block, strict=True))
        inside = [at for at, window in enumerate(sets) if month in window]
        for i, each in enumerate(figures):
            value = figure(each, columns)
            there = ~np.isnan(value)
            for at in inside:
                np.add(total[at, i], value, out=total[at, i], where=there)
                known[at, i] |= there
    total[~known] = np.nan
    return total[:, :, reading.indices]


def reported(firms: FirmMonths, windows: Sequence[Collection[int]]) -> BoolArray:
    """[window, enterprise]: whether there is a row in one of the months (whatever it says)."""
    sets = [frozenset(window) for window in windows]
    reading = firms.scan(("span",), frozenset().union(*sets))
    found = np.zeros((len(sets), reading.size), dtype=bool)
    for month, (span,) in reading:
        for at, window in enumerate(sets):
            if month in window:
                found[at] |= span > 0
    return found[:, reading.indices]
