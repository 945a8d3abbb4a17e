"""A cube over some enterprises, summed from their months: those of 可比口径, or of one area in finer places."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.calendar import months as m
from cockpit.cube.arrays import BoolArray, FloatArray, IntArray
from cockpit.cube.cube import DIMENSIONS, MEASURES, Cube, empty_cube
from cockpit.cube.firm_months import COLUMNS, FirmMonths, figure, reported
from cockpit.district.district import District


@dataclass(frozen=True)
class FirmIndex:
    """Enterprises and where they belong.

    ``code`` rising; ``cells``: ``DIMENSIONS``, rows may be equal or unused; ``cell``: row of ``cells`` of each enterprise;
    ``land`` in 亩; ``present`` [enterprise, month] over ``months``, which run unbroken: months covered by a row.
    """

    code: tuple[str, ...]
    cells: pd.DataFrame
    cell: IntArray
    land: FloatArray
    months: tuple[int, ...]
    present: BoolArray


def placed(cube: Cube, at: IntArray) -> FirmIndex:
    """Enterprises of a cube, by their (rising) places in it."""
    codes = tuple(cube.firm_code[i] for i in at.tolist())
    return FirmIndex(codes, cube.cells, cube.firm_cell[at], cube.firm_land[at], cube.months, cube.present[at])


def comparable_cube(cube: Cube, months: Collection[int], base_months: Collection[int], firms: FirmMonths) -> Cube:
    """The cube over the enterprises with rows in both month sets; ``firms``: all enterprises of ``cube``, in its order."""
    both = np.flatnonzero(reported(firms, (months, base_months)).all(axis=0))
    return cube_from_firms(placed(cube, both), firms.take(both))


def area_cube(cube: Cube, towns: Sequence[str], district: District, firms: FirmMonths) -> Cube:
    """The cube of an area below those of ``cube``, over its own months; ``towns``: the lowest area of each of its enterprises.

    ``district`` is the pack seen from the area, ``firms`` all enterprises of ``cube``, in its order.
    """
    shown, order = district.shown_area_by_key, {town.key: at for at, town in enumerate(district.towns)}
    part = np.array([order[shown[town]] if town in shown else -1 for town in towns], dtype=np.int64)
    at = np.flatnonzero(part >= 0)
    # A cell of the whole is divided among the area's own parts: cell and part make the new one.
    pairs, cell = np.unique(cube.firm_cell[at] * len(order) + part[at], return_inverse=True)
    keys = np.array(list(order), dtype=object)
    cells = cube.cells.iloc[pairs // len(order)].reset_index(drop=True)
    cells = cells.assign(town=pd.array(keys[pairs % len(order)], dtype="str"))
    codes = tuple(cube.firm_code[i] for i in at.tolist())
    place = FirmIndex(codes, cells, cell.astype(np.int64), cube.firm_land[at], cube.months, cube.present[at])
    return cube_from_firms(place, firms.take(at))


def cube_from_firms(firms: FirmIndex, reports: FirmMonths) -> Cube:
    """What ``build_cube`` makes of the database's sums of the same enterprises; ``reports``: theirs, in their order."""
    cells, cell = _merged(firms.cells, firms.cell)
    shape = (len(cells), len(firms.months))
    values = {measure: np.full(shape, np.nan) for measure in MEASURES}
    blocks = np.zeros(shape, dtype=np.int64)
    column, last = {month: i for i, month in enumerate(firms.months)}, -1
    reading = reports.scan(COLUMNS, firms.months)
    # Whoever is not among these enterprises goes into a cell too many.
    place = np.full(reading.size, len(cells), dtype=np.int64)
    place[reading.indices] = cell
    for month, block in reading:
        at, columns = column[month], dict(zip(COLUMNS, block, strict=True))
        if _add_up(columns, place, {measure: array[:, at] for measure, array in values.items()}, blocks[:, at]):
            last = at
    if last < 0:
        return empty_cube()
    first = min(_first(firms.present), int(np.flatnonzero(blocks.any(axis=0))[0]))
    run = slice(first, last + 1)
    kept = {measure: np.ascontiguousarray(array[:, run]) for measure, array in values.items()}
    months = m.span(firms.months[first], firms.months[last])
    return Cube(months, cells, kept, blocks[:, run], firms.code, cell, firms.land, firms.present[:, run])


def _merged(cells: pd.DataFrame, cell: IntArray) -> tuple[pd.DataFrame, IntArray]:
    """The cells that are used, equal ones as one, and each enterprise's."""
    used, at = np.unique(cell, return_inverse=True)
    some = cells[list(DIMENSIONS)].iloc[used]
    group = some.groupby(list(DIMENSIONS), sort=False).ngroup().to_numpy(dtype=np.int64)
    return some.drop_duplicates().reset_index(drop=True), group[at]


def _add_up(columns: Mapping[str, FloatArray], place: IntArray, into: Mapping[str, FloatArray], longest: IntArray) -> bool:
    """One month: sums by cell ``into`` each measure's array, and the most months that a row covers into ``longest``.

    ``place``: the cell of each place of the columns; cells beyond ``longest`` don't count. Returns whether any row counts.
    """
    span, count = columns["span"], len(longest)
    absent = span == 0
    rows = np.bincount(place, ~absent, minlength=count)[:count]
    for measure, (stored, _) in MEASURES.items():
        value = figure(stored, columns)
        silent = np.isnan(value)
        total = np.bincount(place, np.where(silent, 0.0, value), minlength=count)[:count]
        # Mostly whoever reports, reports everything: the rows are counted already.
        known = rows if np.array_equal(silent, absent) else np.bincount(place, ~silent, minlength=count)[:count]
        into[measure][:] = np.where(known > 0, total, np.nan)
    longest[rows > 0] = 1
    # From the fewest to the most, bins 0 and 1 left out: most rows cover the one month.
    for months in np.flatnonzero(np.bincount(span.astype(np.int64), minlength=2)[2:]) + 2:
        cells = place[span == months]
        longest[cells[cells < count]] = months
    return bool(rows.any())


def _first(present: BoolArray) -> int:
    """The first month that anybody is present in; the number of months when there is none."""
    there = np.flatnonzero(present.any(axis=0))
    return int(there[0]) if len(there) else present.shape[1]
