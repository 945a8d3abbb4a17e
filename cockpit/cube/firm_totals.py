"""Sums of a measure by enterprise: what lists of firms, contributions of firms and concentration start from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from cockpit.cube.arrays import BoolArray, FloatArray, IntArray, or_zero
from cockpit.cube.categorical import Categorical
from cockpit.cube.cube import MEASURES, Cube, Filter
from cockpit.cube.firm_months import FirmMonths, sums

#: Enterprises looked at first for those that moved most: they usually hold them, however many there are.
_FIRST_LOOK = 512


@dataclass(frozen=True)
class FirmTotals:
    """Enterprises that reported in one of two sets of months, rising by code.

    ``at``: their places among the cube's enterprises; ``value`` and ``base``: sums over either set in the catalogue's
    unit, NaN where nothing was reported; ``register``: rows of the register, of which names are taken when asked for.
    """

    cube: Cube
    register: pd.DataFrame
    indices: IntArray
    value: FloatArray
    base: FloatArray

    def __len__(self) -> int:
        return len(self.indices)

    def filter(self, where: Filter) -> FirmTotals:
        """Those that ``where`` keeps."""
        return self.take(self.cube.mask(where)[self.cube.firm_cell[self.indices]])

    @cached_property
    def in_both_periods(self) -> FirmTotals:
        """Those that reported in both sets of months."""
        return self.take(~np.isnan(self.value) & ~np.isnan(self.base))

    def top_movers(self, where: Filter, most: int) -> tuple[FirmTotals, FirmTotals]:
        """Of those that ``where`` keeps the ``most`` that rose most, and that fell most: falling by change, then by code.

        They are sorted once for all filters, which then look at as many as it takes.
        """
        places, rising, falling = self._by_change
        first = self._kept(places[:rising], where, most)
        last = self._kept(places[len(places) - falling :][::-1], where, most)
        return self.take(first), self.take(last[::-1])

    @cached_property
    def _by_change(self) -> tuple[IntArray, int, int]:
        """Places by falling change, equals by code; how many rose, and how many fell."""
        moved = self.change()
        return np.argsort(-moved, kind="stable"), int((moved > 0).sum()), int((moved < 0).sum())

    def _kept(self, places: IntArray, where: Filter, most: int) -> IntArray:
        """The first of the places that ``where`` keeps."""
        keep, found, count = self.cube.mask(where), [np.empty(0, dtype=np.int64)], 0
        start, size = 0, _FIRST_LOOK
        while start < len(places) and count < most:
            part = places[start : start + size]
            found.append(part[keep[self.cube.firm_cell[self.indices[part]]]])
            start, size, count = start + size, size * 4, count + len(found[-1])
        return np.concatenate(found)[:most]

    def head(self, most: int) -> FirmTotals:
        """The first of them."""
        return self.take(np.arange(min(most, len(self))))

    def take(self, keep: BoolArray | IntArray) -> FirmTotals:
        """Those that a mask or places name."""
        return replace(self, indices=self.indices[keep], value=self.value[keep], base=self.base[keep])

    def with_value(self) -> FirmTotals:
        """Those with a value."""
        return self.take(~np.isnan(self.value))

    def sorted_by_value(self) -> FirmTotals:
        """The largest value first, equals by code, those without one last."""
        return self.take(np.lexsort((self.indices, -self.value)))

    def categorical(self, name: str) -> Categorical:
        """Where each stands, of ``cube.DIMENSIONS``."""
        every = self.cube.codes[name]
        return Categorical(every.codes[self.cube.firm_cell[self.indices]], every.keys)

    def where_equal(self, name: str, word: str) -> FirmTotals:
        """Those that stand there."""
        return self.take(self.categorical(name).isin((word,)))

    @property
    def land(self) -> FloatArray:
        """Land of each in 亩, NaN = unknown."""
        found: FloatArray = self.cube.firm_land[self.indices]
        return found

    def change(self) -> FloatArray:
        """Value less base; missing counts as nothing reported (0)."""
        moved: FloatArray = or_zero(self.value) - or_zero(self.base)
        return moved

    def credit_codes(self) -> list[str]:
        """Credit codes."""
        return [self.cube.firm_code[i] for i in self.indices.tolist()]

    def names(self) -> list[str]:
        """Names of the register."""
        every = self.cube.keep("names", lambda: self.register["name"].to_numpy(dtype=object))
        return [str(name) for name in every[register_rows(self.cube, self.register)[self.indices]]]


def firm_totals(
    cube: Cube, register: pd.DataFrame, firms: FirmMonths, measure: str, months: Sequence[int], base_months: Sequence[int]
) -> FirmTotals:
    """Sums of a measure of ``MEASURES``; ``firms``: all enterprises of ``cube``, in its order."""
    stored, unit = MEASURES[measure]
    (value,), (base,) = sums(firms, (stored,), (months, base_months))
    at = np.flatnonzero(cube.present[:, cube.positions([*months, *base_months])].any(axis=1))
    return FirmTotals(cube, register, at, value[at] / unit, base[at] / unit)


def register_rows(cube: Cube, register: pd.DataFrame) -> IntArray:
    """The row of the register of each enterprise of the cube."""
    found: IntArray = cube.keep(
        "register", lambda: pd.Index(register["credit_code"]).get_indexer(pd.Index(cube.firm_code, dtype="str"))
    )
    return found


def register_towns(cube: Cube, register: pd.DataFrame) -> Sequence[str]:
    """The town of each enterprise of the cube, as the register names it."""
    rows = pd.Index(register["credit_code"]).get_indexer(pd.Index(cube.firm_code, dtype="str"))
    towns: list[str] = register["town"].iloc[rows].tolist()
    return towns
