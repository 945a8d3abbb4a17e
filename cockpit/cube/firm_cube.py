"""A cube over some enterprises, summed from their months, e.g. of one area by its own subareas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.calendar import months as m
from cockpit.cube.arrays import BoolArray, FloatArray, IntArray
from cockpit.cube.cube import DIMENSIONS, MEASURES, Cube, empty_cube
from cockpit.cube.firm_months import COLUMNS, FirmMonths, measure_values
from cockpit.district.district import District


@dataclass(frozen=True)
class FirmIndex:
    """Enterprises and the cell of each.

    ``code`` rising; ``cells``: ``DIMENSIONS``, rows may be equal or unused; ``cell``: row of ``cells`` of each enterprise;
    ``land`` in 亩; ``present`` [enterprise, month] over ``months``, which run unbroken: months covered by a row.
    """

    code: tuple[str, ...]
    cells: pd.DataFrame
    cell: IntArray
    land: FloatArray
    months: tuple[int, ...]
    present: BoolArray


def area_cube(cube: Cube, towns: Sequence[str], district: District, firms: FirmMonths) -> Cube:
    """Build the cube of an area below those of ``cube``, by the area's own subareas.

    ``towns``: the lowest area of each of the cube's enterprises; ``district``: the pack seen from the area; ``firms``: all
    enterprises of ``cube``, in its order.
    """
    shown, order = district.shown_area_by_key, {town.key: i for i, town in enumerate(district.towns)}
    subarea = np.array([order[shown[town]] if town in shown else -1 for town in towns], dtype=np.int64)
    indices = np.flatnonzero(subarea >= 0)
    # Each cell of the whole is divided among the area's own subareas: cell and subarea make the new one.
    pairs, cell = np.unique(cube.firm_cell[indices] * len(order) + subarea[indices], return_inverse=True)
    keys = np.array(list(order), dtype=object)
    cells = cube.cells.iloc[pairs // len(order)].reset_index(drop=True)
    cells = cells.assign(town=pd.array(keys[pairs % len(order)], dtype="str"))
    codes = tuple(cube.firm_code[i] for i in indices.tolist())
    index = FirmIndex(codes, cells, cell.astype(np.int64), cube.firm_land[indices], cube.months, cube.present[indices])
    return cube_from_firms(index, firms.take(indices))


def cube_from_firms(index: FirmIndex, firms: FirmMonths) -> Cube:
    """Build what ``build_cube`` makes of the database's sums of the same enterprises; ``firms``: theirs, in their order."""
    cells, cell = _merge_cells(index.cells, index.cell)
    shape = (len(cells), len(index.months))
    values = {measure: np.full(shape, np.nan) for measure in MEASURES}
    spans = np.zeros(shape, dtype=np.int64)
    column, last = {month: i for i, month in enumerate(index.months)}, -1
    scan = firms.scan(COLUMNS, index.months)
    # Rows of other enterprises go into one cell too many.
    cell_of_row = np.full(scan.size, len(cells), dtype=np.int64)
    cell_of_row[scan.indices] = cell
    for month, arrays in scan:
        i, columns = column[month], dict(zip(COLUMNS, arrays, strict=True))
        if add_month(columns, cell_of_row, {measure: array[:, i] for measure, array in values.items()}, spans[:, i]):
            last = i
    if last < 0:
        return empty_cube()
    first = min(_first_month(index.present), int(np.flatnonzero(spans.any(axis=0))[0]))
    run = slice(first, last + 1)
    values = {measure: np.ascontiguousarray(array[:, run]) for measure, array in values.items()}
    months = m.span(index.months[first], index.months[last])
    return Cube(months, cells, values, spans[:, run], index.code, cell, index.land, index.present[:, run])


def _merge_cells(cells: pd.DataFrame, cell: IntArray) -> tuple[pd.DataFrame, IntArray]:
    """Return the used cells, equal ones as one, and the cell of each enterprise."""
    used, position = np.unique(cell, return_inverse=True)
    some = cells[list(DIMENSIONS)].iloc[used]
    group = some.groupby(list(DIMENSIONS), sort=False).ngroup().to_numpy(dtype=np.int64)
    return some.drop_duplicates().reset_index(drop=True), group[position]


def add_month(
    columns: Mapping[str, FloatArray], cell_of_row: IntArray, values: Mapping[str, FloatArray], spans: IntArray
) -> bool:
    """Write one month's sums by cell into ``values``, and the most months that a row covers into ``spans``.

    Cells beyond the length of ``spans`` don't count. Returns whether any row counts.
    """
    span, count = columns["span"], len(spans)
    absent = span == 0
    rows = np.bincount(cell_of_row, ~absent, minlength=count)[:count]
    for measure, (stored, _) in MEASURES.items():
        value = measure_values(stored, columns)
        missing = np.isnan(value)
        total = np.bincount(cell_of_row, np.where(missing, 0.0, value), minlength=count)[:count]
        # Most enterprises that report have every value: the rows are counted already.
        known = rows if np.array_equal(missing, absent) else np.bincount(cell_of_row, ~missing, minlength=count)[:count]
        values[measure][:] = np.where(known > 0, total, np.nan)
    spans[rows > 0] = 1
    # From the fewest to the most, bins 0 and 1 left out: most rows cover the one month.
    for months in np.flatnonzero(np.bincount(span.astype(np.int64), minlength=2)[2:]) + 2:
        cells = cell_of_row[span == months]
        spans[cells[cells < count]] = months
    return bool(rows.any())


def _first_month(present: BoolArray) -> int:
    """Return the first column with any enterprise; the number of columns when there is none."""
    columns = np.flatnonzero(present.any(axis=0))
    return int(columns[0]) if len(columns) else present.shape[1]
