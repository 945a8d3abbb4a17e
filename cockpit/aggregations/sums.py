"""Sums over a snapshot's cube by group: flows, staff, land and numbers of enterprises. NaN = nothing reported."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cockpit import cache
from cockpit.calendar import months as m
from cockpit.catalogue.dimensions import Grouping
from cockpit.cube.arrays import BoolArray, FloatArray, IntArray, fill_zero
from cockpit.cube.breakdown import TOTAL, Breakdown
from cockpit.cube.cube import MEASURES, Filter
from cockpit.snapshot import Snapshot

#: Grouping -> the cube's (and the ledgers') column.
COLUMN = {
    Grouping.TOWN: "town",
    Grouping.INDUSTRY: "division",
    Grouping.CHAIN: "chain",
    Grouping.STAGE: "stage",
    Grouping.ROLE: "role",
}


def flow(data: Snapshot, measure: str, months: Sequence[int], where: Filter, by: Grouping | None) -> Breakdown:
    """Sum a measure over the months, in the catalogue's unit."""
    unit = MEASURES[measure][1]
    columns, start = data.cube.columns_and_start(months)
    keys, by_month = _grouped_months(data, measure, where, by, start)
    if by is None:  # a page asks for a hundred single values: a dozen numbers are added faster without numpy
        known = [value for value in by_month[0, columns - start].tolist() if value == value]
        return Breakdown(keys, np.array([math.fsum(known) / unit if known else np.nan]))
    return Breakdown(keys, _nan_sum(by_month[:, columns - start]) / unit)


def flow_by_month(
    data: Snapshot, measure: str, months: Sequence[int], where: Filter, by: Grouping | None
) -> tuple[tuple[str, ...], FloatArray]:
    """Return the groups and a measure [group, month] of each month, in the catalogue's unit; NaN where there is none."""
    cube = data.cube
    columns, start = cube.columns_and_start(months)
    keys, by_month = _grouped_months(data, measure, where, by, start)
    values = np.full((len(keys), len(months)), np.nan)
    known = [i for i, month in enumerate(months) if month in cube.column_by_month]
    values[:, known] = by_month[:, columns - start] / MEASURES[measure][1]
    return keys, values


def trailing_flow(data: Snapshot, measure: str, ends: Sequence[int], where: Filter) -> FloatArray:
    """Sum a measure over each twelve months that end with one of ``ends``; the cube must have all of them."""
    starts = [m.shift(end, 1 - m.MONTHS_OF_YEAR) for end in ends]
    columns, start = data.cube.columns_and_start(starts)
    _, by_month = _grouped_months(data, measure, where, None, start)
    years = np.lib.stride_tricks.sliding_window_view(by_month[0], m.MONTHS_OF_YEAR)
    return _nan_sum(years[columns - start]) / MEASURES[measure][1]


def trailing_land(data: Snapshot, ends: Sequence[int], where: Filter) -> FloatArray:
    """Sum the land (亩) of the enterprises with a row in one of the twelve months that end with each of ``ends``."""
    cells = group_index(data, where, None).cells

    def compute() -> tuple[FloatArray, FloatArray]:
        years = [_firms_by_cell(data, m.year_to(end), land=True) for end in ends]
        amounts, counts = zip(*years, strict=True)
        return np.stack(amounts), np.stack(counts)

    amounts, counts = data.cache.get_or_compute(cache.TRAILING_LAND, tuple(ends), compute)
    sums = amounts.take(cells, axis=1).sum(axis=1)
    return np.where((sums != 0) | counts.take(cells, axis=1).any(axis=1), sums, np.nan)


def staff(data: Snapshot, months: Sequence[int], where: Filter, by: Grouping | None) -> Breakdown:
    """Return Σ staff × months covered ÷ number of months covered, by group."""
    columns, start = data.cube.columns_and_start(months)
    keys, by_month = _grouped_months(data, "staff_months", where, by, start)
    covered = _covered_months(data, where, by)[:, columns].sum(axis=1)
    total = _nan_sum(by_month[:, columns - start])
    return Breakdown(keys, total / np.where(covered > 0, covered, np.nan))


def land(data: Snapshot, months: Sequence[int], where: Filter, by: Grouping | None) -> Breakdown:
    """Sum the land (亩) of the enterprises that have a row in one of the months."""
    amounts, counts = _firms_by_cell(data, tuple(months), land=True)
    return _sum_cells(data, amounts, counts, where, by)


def firms(data: Snapshot, months: Sequence[int], where: Filter, by: Grouping | None) -> Breakdown:
    """Count the enterprises with a row in one of the months; 0 where there is none."""
    amounts, counts = _firms_by_cell(data, tuple(months), land=False)
    numbers = _sum_cells(data, amounts, counts, where, by)
    return Breakdown(numbers.keys, fill_zero(numbers.values))


def _firms_by_cell(data: Snapshot, months: tuple[int, ...], *, land: bool) -> tuple[FloatArray, FloatArray]:
    """Return two arrays by cell, over its enterprises with a row in one of the months: Σ land (or 1 each), and how many count.

    Cached by months, so that a filter costs as much as there are cells, not as there are enterprises.
    """
    cube = data.cube

    def compute() -> tuple[FloatArray, FloatArray]:
        present = np.any(cube.present[:, cube.month_columns(months)], axis=1)
        if land:
            present &= ~np.isnan(cube.firm_land)
        cell, size = cube.firm_cell[present], len(cube.cells)
        counts = np.bincount(cell, minlength=size).astype(np.float64)
        if not land:
            return counts, counts
        return np.bincount(cell, weights=cube.firm_land[present], minlength=size).astype(np.float64), counts

    return data.cache.get_or_compute(cache.FIRMS_BY_CELL, (land, months), compute)


def _sum_cells(data: Snapshot, amounts: FloatArray, counts: FloatArray, where: Filter, by: Grouping | None) -> Breakdown:
    """Sum the cells' amounts by group; NaN for a group in which none was counted."""
    index = group_index(data, where, by)
    if by is None:
        return Breakdown(index.keys, np.array([_total(index.cells, amounts, counts)]))
    sums, numbers = (np.bincount(index.group, cells[index.cells], len(index.keys)) for cells in (amounts, counts))
    return Breakdown(index.keys, np.where(numbers > 0, sums, np.nan))


def _total(cells: IntArray, amounts: FloatArray, counts: FloatArray) -> float:
    total = float(amounts[cells].sum())
    return total if total or counts[cells].any() else math.nan


@dataclass(frozen=True, slots=True)
class GroupIndex:
    """The cells that pass a filter, by group: ``cells`` are their indices, ``group`` is the index of each into ``keys``."""

    keys: tuple[str, ...]
    cells: IntArray
    group: IntArray


def group_index(data: Snapshot, where: Filter, by: Grouping | None) -> GroupIndex:
    """Return the cells that pass the filter, by the groups that occur."""
    cube = data.cube

    def compute() -> GroupIndex:
        cells = _cells(data, where)
        if by is None:
            return GroupIndex((TOTAL,), cells, np.zeros(len(cells), dtype=np.int64))
        dimension = cube.codes[COLUMN[by]]
        codes = dimension.codes[cells]
        used = np.flatnonzero(np.bincount(codes, minlength=len(dimension.keys)))
        group = np.zeros(len(dimension.keys), dtype=np.int64)
        group[used] = np.arange(len(used))
        return GroupIndex(tuple(dimension.keys[u] for u in used), cells, group[codes])

    return data.cache.get_or_compute(cache.SUMS, ("group index", where, by), compute)


def _cells(data: Snapshot, where: Filter) -> IntArray:
    """Return the indices of the cells that pass the filter, whatever they are grouped by."""
    return data.cache.get_or_compute(cache.SUMS, ("cells", where), lambda: np.flatnonzero(data.cube.mask(where)))


def _grouped_months(
    data: Snapshot, measure: str, where: Filter, by: Grouping | None, start: int
) -> tuple[tuple[str, ...], FloatArray]:
    """Return the groups, and sums [group, month] as stored from column ``start`` on; NaN where no cell of the group reported."""
    cube = data.cube

    def compute() -> tuple[tuple[str, ...], FloatArray]:
        index = group_index(data, where, by)
        amounts, flags = data.cache.get_or_compute(
            cache.FILLED_VALUES, (measure, start), lambda: cube.filled_and_mask(measure, start)
        )
        # For money a matrix product adds up exactly: it is whole 分.
        members = (np.arange(len(index.keys))[:, None] == index.group).astype(np.float64)
        sums = members @ amounts.take(index.cells, axis=0)
        known = members.astype(np.float32) @ flags.take(index.cells, axis=0)
        return index.keys, np.where(known > 0, sums, np.nan)

    return data.cache.get_or_compute(cache.SUMS, ("months", measure, where, by, start), compute)


def _covered_months(data: Snapshot, where: Filter, by: Grouping | None) -> BoolArray:
    """Return flags [group, month]: a row with staff covers the month (a joint row also the months before it)."""
    cube = data.cube

    def compute() -> BoolArray:
        index = group_index(data, where, by)
        spans = np.where(np.isnan(cube.values["staff_months"][index.cells]), 0, cube.span[index.cells])
        covered = np.zeros((len(index.keys), spans.shape[1]), dtype=bool)
        for back in range(int(spans.max(initial=0))):
            reach = np.zeros(spans.shape, dtype=bool)
            reach[:, : covered.shape[1] - back] = (spans > back)[:, back:]
            covered |= any_by_group(index, reach)
        return covered

    return data.cache.get_or_compute(cache.SUMS, ("covered", where, by), compute)


def any_by_group(index: GroupIndex, flags: BoolArray) -> BoolArray:
    """Return flags [group, month] of flags [cell, month] of the index's cells: whether any cell of the group has one.

    A product of matrices: numpy's ``logical_or.at`` takes ten times as long.
    """
    members = np.arange(len(index.keys))[:, None] == index.group
    result: BoolArray = members.astype(np.float32) @ flags.astype(np.float32) > 0
    return result


def _nan_sum(values: FloatArray) -> FloatArray:
    """Return the sum of each row; NaN for a row without any number."""
    known = ~np.isnan(values)
    sums: FloatArray = np.where(known.any(axis=1), np.where(known, values, 0.0).sum(axis=1), np.nan)
    return sums
