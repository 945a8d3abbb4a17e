"""What single enterprises reported, month by month, as columns: the source of lists of firms, medians and 可比口径.

A column has one number an enterprise, as stored: money in 分 (whole, so sums are exact), NaN = not reported.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from cockpit.contracts.sheets import MONTHLY_MEASURES
from cockpit.cube.arrays import FloatArray, IntArray

#: The columns of a month: the fields of the monthly values, and how many months the row covers (0 = there is no row).
COLUMNS = (*(c.field for c in MONTHLY_MEASURES), "span")
#: Measures computed from columns: staff weighed by the months of the row, those months, and the months of any row.
_SOURCES: Mapping[str, tuple[str, ...]] = {"staff_months": ("staff", "span"), "staffed": ("staff", "span"), "covered": ("span",)}


@dataclass(frozen=True)
class MonthlyScan:
    """Months, rising, each with the columns that were requested.

    The columns are in the order of their storage and may have other enterprises, too: they have ``size`` rows, and
    ``indices`` is the row of each enterprise (no two the same). So sums over nearly all of them need no number moved.
    """

    size: int
    indices: IntArray
    months: Iterator[tuple[int, Sequence[FloatArray]]]

    def __iter__(self) -> Iterator[tuple[int, Sequence[FloatArray]]]:
        return self.months


class FirmMonths(Protocol):
    """The months of some enterprises in one data version."""

    def __len__(self) -> int:
        """Return the number of enterprises."""
        ...

    def take(self, firms: IntArray) -> FirmMonths:
        """Return the enterprises at these positions, in this order."""
        ...

    def scan(self, names: Sequence[str], months: Collection[int]) -> MonthlyScan:
        """Read some of ``COLUMNS`` for each of the months; a month that nobody reported may be left out.

        The arrays must not be written to. Raises ``DatabaseError`` or ``StaleSnapshotError`` when a month can't be read.
        """
        ...


def measure_values(name: str, columns: Mapping[str, FloatArray]) -> FloatArray:
    """Return a measure of a month by enterprise: a column, or one computed from columns."""
    match name:
        case "staff_months":
            return columns["staff"] * columns["span"]
        case "staffed":
            return np.where(np.isnan(columns["staff"]), np.nan, columns["span"])
        case "covered":
            return np.where(columns["span"] > 0, columns["span"], np.nan)
        case _:
            return columns[name]


def window_sums(firms: FirmMonths, measures: Sequence[str], windows: Sequence[Collection[int]]) -> FloatArray:
    """Return sums [window, measure, enterprise] over sets of months, as SQL's SUM: NaN where nothing was reported."""
    names = tuple(dict.fromkeys(name for measure in measures for name in _SOURCES.get(measure, (measure,))))
    sets = [frozenset(window) for window in windows]
    scan = firms.scan(names, frozenset().union(*sets))
    total = np.zeros((len(sets), len(measures), scan.size))
    known = np.zeros(total.shape, dtype=bool)
    for month, arrays in scan:
        columns = dict(zip(names, arrays, strict=True))
        in_sets = [i for i, window in enumerate(sets) if month in window]
        for j, measure in enumerate(measures):
            value = measure_values(measure, columns)
            reported = ~np.isnan(value)
            for i in in_sets:
                np.add(total[i, j], value, out=total[i, j], where=reported)
                known[i, j] |= reported
    total[~known] = np.nan
    return total[:, :, scan.indices]
