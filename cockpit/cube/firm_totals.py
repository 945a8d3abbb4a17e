"""Sums of a measure by enterprise: lists of firms, contributions of firms and concentration start from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from cockpit.cube.arrays import BoolArray, FloatArray, IntArray, fill_zero
from cockpit.cube.categorical import Categorical
from cockpit.cube.counted_rows import JointSpans, divided_rows, reported_on_both_sides
from cockpit.cube.cube import MEASURES, Cube, Filter
from cockpit.cube.firm_months import FirmMonths, window_sums

#: Size of the first chunk of sorted enterprises that is filtered for those that moved most: it usually has enough of them.
_FIRST_LOOK = 512


@dataclass(frozen=True)
class FirmRegister:
    """The register's rows of a cube's enterprises. ``frame``: the ledger ``enterprise``."""

    cube: Cube
    frame: pd.DataFrame

    @cached_property
    def rows(self) -> IntArray:
        """The row of each enterprise of the cube; -1 for one that the register doesn't know."""
        rows: IntArray = pd.Index(self.frame["credit_code"]).get_indexer(pd.Index(self.cube.firm_code, dtype="str"))
        return rows

    @cached_property
    def _names(self) -> npt.NDArray[np.object_]:
        names: npt.NDArray[np.object_] = self.frame["name"].to_numpy(dtype=object)
        return names

    def names(self, indices: IntArray) -> list[str]:
        """Return the names of these enterprises of the cube."""
        return [str(name) for name in self._names[self.rows[indices]]]

    def towns(self) -> list[str]:
        """Return the town of each enterprise of the cube, by the register."""
        towns: list[str] = self.frame["town"].iloc[self.rows].tolist()
        return towns

    def in_register_order(self, values: FloatArray, indices: IntArray) -> FloatArray:
        """Return values of the cube's enterprises ``indices`` by the register's rows; NaN for every other row."""
        by_row = np.full(len(self.frame), np.nan)
        rows = self.rows[indices]
        by_row[rows[rows >= 0]] = values[rows >= 0]
        return by_row


@dataclass(frozen=True)
class FirmTotals:
    """Enterprises that reported in one of two sets of months, rising by credit code.

    ``indices``: their positions among the cube's enterprises; ``value`` and ``base``: sums over either set in the
    catalogue's unit, NaN where nothing was reported; ``own_value`` and ``own_base``: only over the months that the
    enterprise reported on both sides.
    """

    register: FirmRegister
    indices: IntArray
    value: FloatArray
    base: FloatArray
    own_value: FloatArray
    own_base: FloatArray

    def __len__(self) -> int:
        return len(self.indices)

    @property
    def cube(self) -> Cube:
        """The cube of the enterprises."""
        return self.register.cube

    def filter(self, where: Filter) -> FirmTotals:
        """Return those that pass the filter."""
        return self.take(self.cube.mask(where)[self.cube.firm_cell[self.indices]])

    @cached_property
    def in_both_periods(self) -> FirmTotals:
        """Those that reported in both sets of months."""
        return self.take(~np.isnan(self.value) & ~np.isnan(self.base))

    def top_movers(self, where: Filter, most: int) -> tuple[FirmTotals, FirmTotals]:
        """Return up to ``most`` that rose and up to ``most`` that fell, the largest changes among those that pass the filter.

        Both from the highest change to the lowest, equals by code. All are sorted once, whatever the filters.
        """
        mask, (order, rising, falling) = self.cube.mask(where), self._by_change
        first = self._first_passing(order[:rising], mask, most)
        last = self._first_passing(order[len(order) - falling :][::-1], mask, most)
        return self.take(first), self.take(last[::-1])

    @cached_property
    def _by_change(self) -> tuple[IntArray, int, int]:
        """Positions by falling change, equals by code; how many rose, and how many fell."""
        moved = self.change()
        return np.argsort(-moved, kind="stable"), int((moved > 0).sum()), int((moved < 0).sum())

    def _first_passing(self, positions: IntArray, mask: BoolArray, most: int) -> IntArray:
        passing, count = [np.empty(0, dtype=np.int64)], 0
        start, size = 0, _FIRST_LOOK
        while start < len(positions) and count < most:
            chunk = positions[start : start + size]
            passing.append(chunk[mask[self.cube.firm_cell[self.indices[chunk]]]])
            start, size, count = start + size, size * 4, count + len(passing[-1])
        return np.concatenate(passing)[:most]

    def head(self, most: int) -> FirmTotals:
        """Return the first ``most`` in the present order; all when there are fewer."""
        return self.take(np.arange(min(most, len(self))))

    def take(self, rows: BoolArray | IntArray) -> FirmTotals:
        """Return those of a mask, or at these positions among these, in that order."""
        value, base, own_value, own_base = (x[rows] for x in (self.value, self.base, self.own_value, self.own_base))
        return FirmTotals(self.register, self.indices[rows], value, base, own_value, own_base)

    def with_value(self) -> FirmTotals:
        """Return those with a value."""
        return self.take(~np.isnan(self.value))

    def without_base(self) -> FirmTotals:
        """Return the same enterprises without any base."""
        none = np.full(len(self), np.nan)
        return replace(self, base=none, own_value=none, own_base=none)

    def with_values_of(self, other: FirmTotals) -> FirmTotals:
        """Return the enterprises of both with the values of ``other``, and the bases and growth of these."""
        indices = np.union1d(self.indices, other.indices)
        base, own_value, own_base = (self.for_every_firm(x)[indices] for x in (self.base, self.own_value, self.own_base))
        return FirmTotals(self.register, indices, other.for_every_firm(other.value)[indices], base, own_value, own_base)

    def sorted_by_value(self) -> FirmTotals:
        """Return them by falling value, equals by code, those without one last."""
        return self.take(np.lexsort((self.indices, -self.value)))

    def categorical(self, name: str) -> Categorical:
        """Return a dimension of each, of ``cube.DIMENSIONS``."""
        cells = self.cube.codes[name]
        return Categorical(cells.codes[self.cube.firm_cell[self.indices]], cells.keys)

    def text(self, name: str) -> list[str]:
        """Return a dimension of each as text, '' = missing."""
        return self.categorical(name).labels()

    def where_equal(self, name: str, key: str) -> FirmTotals:
        """Return those with this key in a dimension."""
        return self.take(self.categorical(name).isin((key,)))

    @property
    def land(self) -> FloatArray:
        """Land of each in 亩, NaN = unknown."""
        land: FloatArray = self.cube.firm_land[self.indices]
        return land

    def total(self) -> float:
        """Return the sum of the values, missing ones left out."""
        return float(np.nansum(self.value))

    def base_total(self) -> float:
        """Return the sum of the bases, missing ones left out."""
        return float(np.nansum(self.base))

    def change(self) -> FloatArray:
        """Return value less base of each; missing counts as nothing reported (0)."""
        change: FloatArray = fill_zero(self.value) - fill_zero(self.base)
        return change

    def growth(self) -> list[float]:
        """Return the growth of each over the months that it reported on both sides; NaN without a positive base."""
        value, base = self.own_value, self.own_base
        positive = base > 0
        growth: list[float] = np.where(positive, (value - base) / np.where(positive, base, 1.0), np.nan).tolist()
        return growth

    def value_per_mu(self) -> FloatArray:
        """Return value ÷ land of each; NaN without land."""
        return self.value / np.where(self.land > 0, self.land, np.nan)

    def for_every_firm(self, values: FloatArray) -> FloatArray:
        """Return ``values``, one of each of these, by position among the cube's enterprises; NaN for all others."""
        every = np.full(len(self.cube.firm_code), np.nan)
        every[self.indices] = values
        return every

    def credit_codes(self) -> list[str]:
        """Return the credit code of each."""
        return [self.cube.firm_code[i] for i in self.indices.tolist()]

    def names(self) -> list[str]:
        """Return the registered name of each."""
        return self.register.names(self.indices)

    def to_frame(self) -> pd.DataFrame:
        """Convert to a pandas frame with columns ``credit_code, name, value, base``."""
        return pd.DataFrame({"credit_code": self.credit_codes(), "name": self.names(), "value": self.value, "base": self.base})


def firm_totals(
    register: FirmRegister,
    firms: FirmMonths,
    joint: JointSpans,
    measure: str,
    months: Sequence[int],
    base_months: Sequence[int],
) -> FirmTotals:
    """Sum a measure of ``MEASURES``; ``firms``: all enterprises of the register's cube, in its order.

    ``base_months`` are as many as ``months`` and in their order, or none. ``joint``: see ``counted_rows.joint_spans``; a joint
    row that would have to be divided doesn't count, nor do the rows that it would be compared with.
    """
    cube, (column, unit) = register.cube, MEASURES[measure]
    (value,), (base,) = window_sums(firms, (column,), (months, base_months))
    for joint_firms, counted in divided_rows(joint, months, base_months):
        positions = np.flatnonzero(joint_firms)
        (value[positions],), (base[positions],) = window_sums(firms.take(positions), (column,), counted)
    indices = np.flatnonzero(cube.present[:, cube.month_columns([*months, *base_months])].any(axis=1))
    sums = [value, base, value, base]
    if len(base_months):
        both = reported_on_both_sides(cube, joint, months, base_months)
        partial = np.flatnonzero(~np.isnan(value) & ~np.isnan(base) & ~both.all(axis=1))
        if len(partial):
            own = _own_sums(firms.take(partial), column, (months, base_months), both[partial])
            for side, part in zip((2, 3), own, strict=True):
                sums[side] = sums[side].copy()
                sums[side][partial] = part
    return FirmTotals(register, indices, *(each[indices] / unit for each in sums))


def _own_sums(
    firms: FirmMonths, column: str, sides: tuple[Sequence[int], Sequence[int]], both: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Sum a column over the pairs of months that each enterprise reported on both sides; NaN where there is none."""
    pairs = [{month: i for i, month in enumerate(side)} for side in sides]
    scan = firms.scan((column,), {*sides[0], *sides[1]})
    totals, known = np.zeros((2, len(both))), np.zeros((2, len(both)), dtype=bool)
    for month, (values,) in scan:
        own = values.take(scan.indices)
        for side, position in enumerate(pairs):
            if month in position:
                counts = both[:, position[month]] & ~np.isnan(own)
                totals[side] += np.where(counts, own, 0.0)
                known[side] |= counts
    value, base = np.where(known, totals, np.nan)
    return value, base
