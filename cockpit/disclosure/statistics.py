"""What decides whether a sum gives an enterprise away: how many firms it is over, and how large the largest of them is.

Counted for every month by itself: a sum over several months is safe where each of them is, since a firm's share of several
months is never above its largest share of one. The same holds for a sum over several groups.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from cockpit.cube.arrays import BoolArray, FloatArray, IntArray, fill_zero
from cockpit.cube.cube import MEASURES, Cube
from cockpit.cube.firm_months import COLUMNS, FirmMonths, measure_values
from cockpit.disclosure.cell_groups import ALL_MEASURES, LAND, CubeCell
from cockpit.disclosure.joint_months import joint_blocks
from cockpit.district.thresholds import Thresholds

#: The kind of enterprise that is shown (see ``cube.cube.Filter``).
SHOWN_KIND = "规上"


@dataclass(frozen=True, slots=True)
class GroupStatistics:
    """Statistics of the firms of a group.

    ``firms``: how many there are; ``present`` [month]: with a row that month; ``contributors``, ``total`` and ``largest``
    [measure, month]: with another value than 0, the sum of all absolute values, and the largest of them.
    """

    firms: int
    present: IntArray
    contributors: IntArray
    total: FloatArray
    largest: FloatArray

    def __add__(self, other: GroupStatistics) -> GroupStatistics:
        """Return the statistics of both groups together; they have no firm in common."""
        return GroupStatistics(
            self.firms + other.firms,
            self.present + other.present,
            self.contributors + other.contributors,
            self.total + other.total,
            np.maximum(self.largest, other.largest),
        )

    def of_measures(self, rows: Sequence[int]) -> GroupStatistics:
        """Return the statistics of some measures only."""
        some = list(rows)
        return GroupStatistics(self.firms, self.present, self.contributors[some], self.total[some], self.largest[some])

    def has_few_firms(self, limits: Thresholds) -> bool:
        """Return whether in some month fewer firms reported than the minimum, but not none."""
        return bool(_is_few(self.present, limits).any())

    def sensitive_measures(self, limits: Thresholds) -> BoolArray:
        """Return flags [measure]: a month's sum is over too few firms, but not none, or one firm dominates it."""
        dominated = (self.largest >= limits.disclosure_dominance_pct / 100 * self.total) & (self.total > 0)
        flags: BoolArray = np.any(dominated | _is_few(self.contributors, limits), axis=1)
        return flags

    def is_sensitive(self, limits: Thresholds) -> bool:
        """Return whether some sum is over too few firms, but not none, or one firm dominates it."""
        return self.has_few_firms(limits) or bool(self.sensitive_measures(limits).any())


def _is_few(counts: IntArray, limits: Thresholds) -> BoolArray:
    return (counts > 0) & (counts < limits.disclosure_minimum_firms)


#: Statistics of each cell; their measures are ``cell_groups.ALL_MEASURES``.
CellStatistics = Mapping[CubeCell, GroupStatistics]


def total_statistics(parts: Iterable[GroupStatistics]) -> GroupStatistics:
    """Return the statistics of several groups (at least one) together; they have no firm in common."""
    return reduce(GroupStatistics.__add__, parts)


def of_measures(statistics: CellStatistics, measures: Collection[str]) -> CellStatistics:
    """Return the statistics of some of ``ALL_MEASURES``, in their order."""
    rows = [i for i, measure in enumerate(ALL_MEASURES) if measure in measures]
    return {cell: each.of_measures(rows) for cell, each in statistics.items()}


def cell_statistics(cube: Cube, firms: FirmMonths) -> CellStatistics:
    """Compute the statistics of every cell with an enterprise of the kind that is shown, over all months of the cube.

    ``firms``: all enterprises of ``cube``, in its order.
    """
    cells, cell_of_row = shown_cells(cube)
    cell = cell_of_row[cube.firm_cell]
    order = np.argsort(cell, kind="stable")
    order = order[cell[order] >= 0]
    if not len(order):
        return {}
    used, starts = np.unique(cell[order], return_index=True)
    amounts, present = _amounts_by_month(cube, firms)
    _spread_joint_months(cube, cell, cell_of_row, amounts, present)
    amounts[LAND] = fill_zero(cube.firm_land)[:, None] * present
    values = np.abs(np.stack([amounts[measure][order] for measure in ALL_MEASURES], axis=1))  # [firm, measure, month]
    columns = zip(
        np.diff([*starts, len(order)]).tolist(),
        np.add.reduceat(present[order], starts, axis=0, dtype=np.int64),
        np.add.reduceat(values > 0, starts, axis=0, dtype=np.int64),
        np.add.reduceat(values, starts, axis=0),
        np.maximum.reduceat(values, starts, axis=0),
        strict=True,
    )
    return {cells[i]: GroupStatistics(*column) for i, column in zip(used.tolist(), columns, strict=True)}


def shown_cells(cube: Cube) -> tuple[list[CubeCell], IntArray]:
    """Return the distinct (town, division, chain) of the kind that is shown, and each of the cube's cells as an index of them.

    -1 for a cell of another kind.
    """
    is_shown = (cube.cells["kind"] == SHOWN_KIND).to_numpy(dtype=bool)
    columns = [cube.codes[name].labels() for name in CubeCell._fields]
    rows = [CubeCell(*keys) if shown else None for shown, *keys in zip(is_shown.tolist(), *columns, strict=True)]
    cells = sorted({cell for cell in rows if cell is not None})
    index = {cell: i for i, cell in enumerate(cells)}
    return cells, np.array([-1 if cell is None else index[cell] for cell in rows], dtype=np.int64)


def _amounts_by_month(cube: Cube, firms: FirmMonths) -> tuple[dict[str, FloatArray], BoolArray]:
    """Return each measure by firm and month as stored, 0 where none was reported, and flags of the rows."""
    shape = cube.present.shape
    amounts = {measure: np.zeros(shape) for measure in MEASURES}
    scan = firms.scan(COLUMNS, cube.months)
    for month, arrays in scan:
        column = cube.column_by_month[month]
        values = dict(zip(COLUMNS, (each.take(scan.indices) for each in arrays), strict=True))
        for measure, (stored, _) in MEASURES.items():
            amounts[measure][:, column] = fill_zero(measure_values(stored, values))
    return amounts, cube.present.copy()


def _spread_joint_months(
    cube: Cube, cell: IntArray, cell_of_row: IntArray, amounts: Mapping[str, FloatArray], present: BoolArray
) -> None:
    """Spread what the firms of cells with joint rows report evenly over the months that the cell shows together.

    So the shares of every month bound those of the months together, whatever cells are merged with them.
    """
    for i, blocks in joint_blocks(cube, cell_of_row).items():
        rows = np.flatnonzero(cell == i)
        for first, last in blocks:
            run = slice(first, last + 1)
            present[rows, run] = present[rows, run].any(axis=1, keepdims=True)
            for values in amounts.values():
                values[rows, run] = values[rows, run].mean(axis=1, keepdims=True)
