"""The coarser cube: sums over groups of cells, and enterprises without a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from cockpit.cube.arrays import BoolArray, FloatArray, IntArray, fill_zero
from cockpit.cube.cube import DIMENSIONS, Cube, empty_cube
from cockpit.disclosure.average_land import average_land
from cockpit.disclosure.cell_groups import LAND, Coarsening, CubeCell, Level, group_at_level
from cockpit.disclosure.joint_months import Block, joint_blocks
from cockpit.disclosure.months import first_months
from cockpit.disclosure.statistics import SHOWN_KIND, shown_cells
from cockpit.district.thresholds import Thresholds

_Blocks = Mapping[int, Sequence[Block]]


def coarsen(cube: Cube, coarsening: Coarsening, limits: Thresholds) -> Cube:
    """Sum the cube to the groups of ``coarsening``, up to its last month.

    The result has cells of one stage and role ('') and of the kind 规上 only. A measure stands in the group in which it is
    shown, and is NaN (nothing reported) in all others. Sums of money over all cells are those of ``cube``. What one firm of a
    group reported jointly, e.g. January and February, is joint for the whole group. Firms are numbered by group; in which
    months each reported stays, land is averaged (see ``average_land``). ``has_firms`` is false: nothing may be said of single
    enterprises, nor computed in 可比口径.
    """
    cube = first_months(cube, sum(month <= coarsening.until for month in cube.months))
    base, base_of_row = shown_cells(cube)
    groups = [coarsening.groups.group(cell) for cell in base]
    levels = {Level.GROUPS, *coarsening.levels.values()} - {Level.NOTHING}
    shown = {level: [_shown(group, level) for group in groups] for level in levels}
    cells = sorted({cell for each in shown.values() for cell in each})
    if not cube.months or not cells:
        return replace(empty_cube(), has_firms=False)
    rows = {level: _positions(each, cells)[base_of_row] for level, each in shown.items()}
    blocks = {cell: own for each in rows.values() for cell, own in joint_blocks(cube, each).items()}
    reported = np.zeros((len(cells), len(cube.months)), dtype=bool)
    for each in rows.values():
        np.logical_or.at(reported, each[each >= 0], cube.span[each >= 0] > 0)
    values = {}
    for measure, array in cube.values.items():
        own = rows.get(coarsening.levels[measure], np.full(len(array), -1))
        values[measure] = _join_months(_sum_groups(array, own, len(cells)), blocks)
    part = replace(cube, cells=_cell_frame(cells), values=values, span=_spans(reported, blocks), has_firms=False)
    return _with_nameless_firms(part, rows[Level.GROUPS][cube.firm_cell], blocks, coarsening.levels[LAND], limits)


def _shown(group: CubeCell, level: Level) -> CubeCell:
    cell = group_at_level(group, level)
    if cell is None:
        raise ValueError(f"nothing is shown at {level}")
    return cell


def _positions(shown: Sequence[CubeCell], cells: Sequence[CubeCell]) -> IntArray:
    """Return the position of each in ``cells``; behind them one more of -1, for rows that aren't shown."""
    index = {cell: i for i, cell in enumerate(cells)}
    return np.array([*(index[cell] for cell in shown), -1], dtype=np.int64)


def _cell_frame(cells: Sequence[CubeCell]) -> pd.DataFrame:
    columns = {name: [getattr(cell, name, "") for cell in cells] for name in DIMENSIONS}
    return pd.DataFrame(columns | {"kind": [SHOWN_KIND] * len(cells)}, dtype="str")


def _sum_groups(values: FloatArray, groups: IntArray, size: int) -> FloatArray:
    """Sum rows [row, month] by group, -1 = none; NaN where no row of the group has a number."""
    is_in = groups >= 0
    known = ~np.isnan(values) & is_in[:, None]
    sums, counts = np.zeros((size, values.shape[1])), np.zeros((size, values.shape[1]), dtype=np.int64)
    np.add.at(sums, groups[is_in], fill_zero(values[is_in]))
    np.add.at(counts, groups[is_in], known[is_in])
    return np.where(counts > 0, sums, np.nan)


def _join_months(values: FloatArray, blocks: _Blocks) -> FloatArray:
    """Move what stands in the months of a block to its last one."""
    for cell, own in blocks.items():
        for first, last in own:
            inside = values[cell, first : last + 1]
            total = np.nansum(inside) if (~np.isnan(inside)).any() else np.nan
            inside[:] = np.nan
            values[cell, last] = total
    return values


def _spans(reported: BoolArray, blocks: _Blocks) -> IntArray:
    spans = reported.astype(np.int64)
    for cell, own in blocks.items():
        for first, last in own:
            length = last + 1 - first if reported[cell, first : last + 1].any() else 0
            spans[cell, first : last + 1] = 0
            spans[cell, last] = length
    return spans


def _with_nameless_firms(cube: Cube, cell: IntArray, blocks: _Blocks, land_level: Level, limits: Thresholds) -> Cube:
    """Return the cube with the firms that have a group, numbered by it; ``cell``: the group of each of ``cube``'s firms."""
    firms = np.flatnonzero(cell >= 0)
    cell, present = cell[firms], cube.present[firms].copy()
    for group, own in blocks.items():
        rows = np.flatnonzero(cell == group)
        for first, last in own:
            present[rows, first : last + 1] = present[rows, first : last + 1].any(axis=1, keepdims=True)
    land = np.full(len(firms), np.nan)
    if land_level is Level.GROUPS:
        land = average_land(cell, cube.firm_land[firms], present, limits)
    # The order of before is that of the codes: nothing of it may remain.
    order = np.lexsort((*np.packbits(present, axis=1).T, land, cell))
    width = len(str(len(firms)))
    codes = tuple(str(i).zfill(width) for i in range(len(firms)))
    return replace(cube, firm_code=codes, firm_cell=cell[order], firm_land=land[order], present=present[order])
