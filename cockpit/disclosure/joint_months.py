"""Months that a cell shows together because one of its enterprises reported them jointly.

The single months would be those of the other enterprises, and the joint ones' figures a subtraction away: so in a coarser
cube either all enterprises of a cell report jointly or none. What counts in a value is then decided for whole cells.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cockpit.cube.arrays import BoolArray, FloatArray, IntArray
from cockpit.cube.counted_rows import CountedRows, JointSpans, counted_cubes
from cockpit.cube.cube import MEASURES, Cube
from cockpit.cube.firm_months import MonthlyScan

#: First and last column of months, both included.
Block = tuple[int, int]
_MEASURE_BY_COLUMN = {stored: measure for measure, (stored, _) in MEASURES.items()}


def joint_blocks(cube: Cube, group_of_cell: IntArray) -> dict[int, list[Block]]:
    """Return the blocks of months that the cells of each group report jointly, rising; overlapping ones are one.

    ``group_of_cell``: the group of each of the cube's cells, -1 = none.
    """
    runs: dict[int, set[Block]] = {}
    for cell, last in np.argwhere(cube.span > 1).tolist():
        if group_of_cell[cell] >= 0:
            first = max(0, last + 1 - int(cube.span[cell, last]))
            runs.setdefault(int(group_of_cell[cell]), set()).add((first, last))
    return {group: _union(sorted(blocks)) for group, blocks in runs.items()}


def _union(blocks: Sequence[Block]) -> list[Block]:
    merged: list[Block] = []
    for first, last in blocks:
        if merged and first <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return merged


def coarse_joint_spans(cube: Cube) -> JointSpans:
    """Return the spans of the months with joint rows of a coarser cube's enterprises (see ``counted_rows.joint_spans``)."""
    joint = np.flatnonzero((cube.span > 1).any(axis=0))
    return {cube.months[i]: np.where(cube.present[:, i], cube.span[cube.firm_cell, i], 0) for i in joint.tolist()}


def counted_coarse_cubes(cube: Cube, rows: CountedRows) -> tuple[Cube, Cube]:
    """Build the coarser cubes over what counts in a value and in its base: whole cells, or nothing of them.

    Raises ``ValueError`` for 可比口径: who reported on both sides only, or on one, would be a subtraction away.
    """
    if rows.comparable:
        raise ValueError("a coarser cube knows no single enterprises")
    count = len(cube.cells)
    cells = replace(
        cube,
        firm_code=tuple(map(str, range(count))),
        firm_cell=np.arange(count),
        firm_land=np.full(count, np.nan),
        present=_covered_months(cube.span),
    )
    value, base = counted_cubes(cells, coarse_joint_spans(cells), rows, _CellMonths(cube, np.arange(count)))
    return _with_firms(value, cube), _with_firms(base, cube)


def _covered_months(span: IntArray) -> BoolArray:
    """Return flags [cell, month] of the months that a row covers."""
    covered: BoolArray = np.zeros(span.shape, dtype=bool)
    for back in range(int(span.max(initial=0))):
        covered[:, : covered.shape[1] - back] |= (span > back)[:, back:]
    return covered


def _with_firms(part: Cube, cube: Cube) -> Cube:
    """Return a cube over whole cells with the enterprises of ``cube``, present where their cell counts."""
    present = np.zeros((len(cube.firm_code), len(part.months)), dtype=bool)
    known = [month in cube.column_by_month for month in part.months]
    present[:, known] = cube.present[:, cube.month_columns(part.months)]
    present &= part.present[cube.firm_cell]
    whole = replace(part, firm_code=cube.firm_code, firm_cell=cube.firm_cell, firm_land=cube.firm_land, present=present)
    return whole.with_codes_of(cube)


@dataclass(frozen=True)
class _CellMonths:
    """``FirmMonths`` of a coarser cube's cells: what each reports as a whole."""

    cube: Cube
    cells: IntArray

    def __len__(self) -> int:
        return len(self.cells)

    def take(self, firms: IntArray) -> _CellMonths:
        """See ``FirmMonths``."""
        return _CellMonths(self.cube, self.cells[firms])

    def scan(self, names: Sequence[str], months: Collection[int]) -> MonthlyScan:
        """See ``FirmMonths``."""
        return MonthlyScan(len(self.cube.cells), self.cells, self._months(names, months))

    def _months(self, names: Sequence[str], months: Collection[int]) -> Iterator[tuple[int, Sequence[FloatArray]]]:
        for month in self.cube.months:
            if month in months:
                column = self.cube.column_by_month[month]
                yield month, [self._column(name, column) for name in names]

    def _column(self, name: str, column: int) -> FloatArray:
        span = self.cube.span[:, column].astype(np.float64)
        if name == "span":
            return span
        if name == "staff":
            return self.cube.values["staff_months"][:, column] / np.where(span > 0, span, np.nan)
        return self.cube.values[_MEASURE_BY_COLUMN[name]][:, column]
