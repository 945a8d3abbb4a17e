"""Sums over the cube by group: flows, staff, land and numbers of enterprises. NaN = nothing reported."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cockpit.calendar import months as m
from cockpit.catalogue.dimensions import Grouping
from cockpit.cube.arrays import BoolArray, FloatArray, IntArray, or_zero
from cockpit.cube.breakdown import TOTAL, Breakdown
from cockpit.cube.cube import MEASURES, Cube, Filter

_MONTHS_OF_YEAR = 12
#: A page asks for some forty sets of months, whatever is filtered.
_SETS_OF_MONTHS = 256
#: Grouping -> the cube's (and the ledgers') column.
COLUMN = {
    Grouping.TOWN: "town",
    Grouping.INDUSTRY: "division",
    Grouping.CHAIN: "chain",
    Grouping.STAGE: "stage",
    Grouping.ROLE: "role",
}


def flow(cube: Cube, measure: str, months: Sequence[int], where: Filter, by: Grouping | None) -> Breakdown:
    """Σ of a measure over the months, in the catalogue's unit."""
    unit, at = MEASURES[measure][1], cube.positions(months)
    keys, slab, start = _slab(cube, measure, where, by, at)
    if by is None:  # a page asks for a hundred single figures: a dozen numbers are quicker added without numpy
        known = [value for value in slab[0, at - start].tolist() if value == value]
        return Breakdown(keys, np.array([math.fsum(known) / unit if known else np.nan]))
    return Breakdown(keys, _nan_sum(slab[:, at - start]) / unit)


def flow_by_month(
    cube: Cube, measure: str, months: Sequence[int], where: Filter, by: Grouping | None
) -> tuple[tuple[str, ...], FloatArray]:
    """A measure of each of the months, in the catalogue's unit: the groups and [group, month]; NaN where there is none."""
    at = cube.positions(months)
    keys, slab, start = _slab(cube, measure, where, by, at)
    found = np.full((len(keys), len(months)), np.nan)
    known = [i for i, month in enumerate(months) if month in cube.column_by_month]
    found[:, known] = slab[:, at - start] / MEASURES[measure][1]
    return keys, found


def flow_by_year(cube: Cube, measure: str, ends: Sequence[int], where: Filter) -> FloatArray:
    """Σ of a measure over each twelve months that end with one of ``ends``; the cube must hold all of them."""
    first = cube.positions(ends) - _MONTHS_OF_YEAR + 1
    _, slab, start = _slab(cube, measure, where, None, first)
    years = np.lib.stride_tricks.sliding_window_view(slab[0], _MONTHS_OF_YEAR)
    return _nan_sum(years[first - start]) / MEASURES[measure][1]


def land_by_year(cube: Cube, ends: Sequence[int], where: Filter) -> FloatArray:
    """Σ land (亩) of the enterprises with a row in one of the twelve months that end with each of ``ends``."""
    at = group_index(cube, where, None).at

    def build() -> tuple[FloatArray, FloatArray]:
        years = [_cells_of_firms(cube, m.span(m.shift(end, 1 - _MONTHS_OF_YEAR), end), cube.firm_land) for end in ends]
        amounts, counted = zip(*years, strict=True)
        return np.stack(amounts), np.stack(counted)

    amounts, counted = cube.hold("land by year", tuple(ends), build)
    sums = amounts.take(at, axis=1).sum(axis=1)
    return np.where((sums != 0) | counted.take(at, axis=1).any(axis=1), sums, np.nan)


def staff(cube: Cube, months: Sequence[int], where: Filter, by: Grouping | None) -> Breakdown:
    """Σ staff × months covered ÷ number of months covered, by group."""
    at = cube.positions(months)
    keys, slab, start = _slab(cube, "staff_months", where, by, at)
    covered = _covered(cube, where, by)[:, at].sum(axis=1)
    total = _nan_sum(slab[:, at - start])
    return Breakdown(keys, total / np.where(covered > 0, covered, np.nan))


def land(cube: Cube, months: Sequence[int], where: Filter, by: Grouping | None) -> Breakdown:
    """Σ land (亩) of the enterprises that have a row in one of the months."""
    cells, counted = _cells_of_firms(cube, tuple(months), cube.firm_land)
    return _sum_cells(cube, cells, counted, where, by)


def firms(cube: Cube, month: int, where: Filter, by: Grouping | None) -> Breakdown:
    """Number of enterprises with a row in that month; 0 where there is none."""
    cells, counted = _cells_of_firms(cube, (month,), None)
    counts = _sum_cells(cube, cells, counted, where, by)
    return Breakdown(counts.keys, or_zero(counts.values))


def _cells_of_firms(cube: Cube, months: tuple[int, ...], amounts: FloatArray | None) -> tuple[FloatArray, FloatArray]:
    """By cell: Σ amount of its enterprises with a row in one of the months, and how many have an amount.

    Without ``amounts`` each enterprise counts as 1. Kept by months, so that a filter costs as much as there are cells,
    not as there are enterprises.
    """

    def build() -> tuple[FloatArray, FloatArray]:
        there = np.any(cube.present[:, cube.positions(months)], axis=1)
        if amounts is not None:
            there &= ~np.isnan(amounts)
        at, count = cube.firm_cell[there], len(cube.cells)
        counted = np.bincount(at, minlength=count).astype(np.float64)
        if amounts is None:
            return counted, counted
        return np.bincount(at, weights=amounts[there], minlength=count).astype(np.float64), counted

    # Dear to find among half a million enterprises, and small: kept apart from what each filter leaves behind.
    return cube.hold("firms of cells", (amounts is None, months), build, _SETS_OF_MONTHS)


def _sum_cells(cube: Cube, amounts: FloatArray, counted: FloatArray, where: Filter, by: Grouping | None) -> Breakdown:
    """Amounts of the cells by group; NaN for a group in which none was counted."""
    parts = group_index(cube, where, by)
    if by is None:
        return Breakdown(parts.keys, np.array([_sum_of(parts.at, amounts, counted)]))
    sums, numbers = (np.bincount(parts.group, cells[parts.at], len(parts.keys)) for cells in (amounts, counted))
    return Breakdown(parts.keys, np.where(numbers > 0, sums, np.nan))


def _sum_of(at: IntArray, amounts: FloatArray, counted: FloatArray) -> float:
    """Amounts of these cells; NaN where none was counted."""
    whole = float(amounts[at].sum())
    return whole if whole or counted[at].any() else math.nan


@dataclass(frozen=True, slots=True)
class GroupIndex:
    """The cells that a filter keeps, by group: their places among all (``at``) and the place of each one's group in ``keys``."""

    keys: tuple[str, ...]
    at: IntArray
    group: IntArray


def group_index(cube: Cube, where: Filter, by: Grouping | None) -> GroupIndex:
    """The cells that ``where`` keeps, by the groups that occur."""

    def build() -> GroupIndex:
        at = np.flatnonzero(cube.mask(where))
        if by is None:
            return GroupIndex((TOTAL,), at, np.zeros(len(at), dtype=np.int64))
        of = cube.codes[COLUMN[by]]
        codes = of.codes[at]
        used = np.flatnonzero(np.bincount(codes, minlength=len(of.keys)))
        place = np.zeros(len(of.keys), dtype=np.int64)
        place[used] = np.arange(len(used))
        return GroupIndex(tuple(of.keys[u] for u in used), at, place[codes])

    return cube.remember(("parted", where, by), build)


def _slab(cube: Cube, measure: str, where: Filter, by: Grouping | None, at: IntArray) -> tuple[tuple[str, ...], FloatArray, int]:
    """Sums by group and month, as stored; NaN where no cell of the group reported anything.

    Of the newest years alone where the columns ``at`` ask for no earlier one; third comes the slab's first column.
    """
    start = cube.recent_start if len(at) and at.min() >= cube.recent_start else 0

    def build() -> tuple[tuple[str, ...], FloatArray, int]:
        parts, (amounts, flags) = group_index(cube, where, by), cube.reported(measure, start)
        # Sums by a product are exact, since money is whole 分.
        members = (np.arange(len(parts.keys))[:, None] == parts.group).astype(np.float64)
        found = members @ amounts.take(parts.at, axis=0)
        known = members.astype(np.float32) @ flags.take(parts.at, axis=0)
        return parts.keys, np.where(known > 0, found, np.nan), start

    return cube.remember(("slab", measure, where, by, start), build)


def _covered(cube: Cube, where: Filter, by: Grouping | None) -> BoolArray:
    """Flags by group and month: a row with staff covers the month (a joint row also the months before it)."""

    def build() -> BoolArray:
        parts = group_index(cube, where, by)
        spans = np.where(np.isnan(cube.values["staff_months"][parts.at]), 0, cube.span[parts.at])
        covered = np.zeros((len(parts.keys), spans.shape[1]), dtype=bool)
        for back in range(int(spans.max(initial=0))):
            reach = np.zeros(spans.shape, dtype=bool)
            reach[:, : covered.shape[1] - back] = (spans > back)[:, back:]
            covered |= _any_by_group(parts.group, reach, len(parts.keys))
        return covered

    return cube.remember(("covered", where, by), build)


def _any_by_group(group: IntArray, flags: BoolArray, count: int) -> BoolArray:
    result = np.zeros((count, flags.shape[1]), dtype=bool)
    np.logical_or.at(result, group, flags)
    return result


def _nan_sum(part: FloatArray) -> FloatArray:
    """Row sums; NaN for a row without any number."""
    there = ~np.isnan(part)
    sums: FloatArray = np.where(there.any(axis=1), np.where(there, part, 0.0).sum(axis=1), np.nan)
    return sums
