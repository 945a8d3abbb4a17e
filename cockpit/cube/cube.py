"""The cube: sums of the monthly figures by cell and month, once per published data version.

A cell is a combination of town, division (two-digit industry), chain, stage, role and kind that occurs.
Beside the sums stand the enterprises themselves, each as its cell, its land and a row of presence flags:
distinct enterprises over a period do not add up over months, so they are counted from the flags.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from cockpit.cache import Answers
from cockpit.calendar import months as m
from cockpit.cube.arrays import BoolArray, FloatArray, IntArray, or_zero
from cockpit.cube.categorical import Categorical, to_categorical

_T = TypeVar("_T")
_REMEMBERED = 1024
_HELD = 8
_PRESENCE_EPOCH = 200001
#: A year's trend with the two years before it and twelve months behind each of its ends.
_RECENT_MONTHS = 48

DIMENSIONS = ("town", "division", "chain", "stage", "role", "kind")
#: Measure -> the stored column and what divides it to give the catalogue's unit (分 -> 万元).
MEASURES: Mapping[str, tuple[str, float]] = {
    "output": ("output_fen", 1e6),
    "revenue": ("revenue_fen", 1e6),
    "value_added": ("value_added_fen", 1e6),
    "tax": ("tax_fen", 1e6),
    "energy": ("energy_tce", 1.0),
    "power": ("power_wan_kwh", 1.0),
    "green_investment": ("green_investment_fen", 1e6),
    "rd": ("rd_fen", 1e6),
    "staff_months": ("staff_months", 1.0),
}


def stored(measure: str) -> tuple[str, float]:
    """The stored column of a measure, and what divides it; a name that is none of ``MEASURES`` is stored as it is."""
    return MEASURES.get(measure, (measure, 1.0))


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cells count; an empty tuple means all. Keys, not names; kind is 规上 throughout the catalogue."""

    towns: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    kind: str = "规上"

    def items(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """(dimension, wanted keys) for each dimension that is restricted, without the kind."""
        pairs = (
            ("town", self.towns),
            ("division", self.divisions),
            ("chain", self.chains),
            ("stage", self.stages),
            ("role", self.roles),
        )
        return tuple((name, wanted) for name, wanted in pairs if wanted)

    def with_key(self, dimension: str, key: str) -> Filter:
        """Of what it keeps, the cells with this key in a dimension (of ``DIMENSIONS``)."""
        changed: dict[str, Any] = {f"{dimension}s": (key,)}
        return replace(self, **changed)


@dataclass(frozen=True)
class Cube:
    """Sums by cell and month; immutable, shared by all requests.

    ``cells``: one row a cell, columns ``DIMENSIONS``. ``values[measure]``: [cell, month], as stored (money
    in 分, so sums are exact), NaN where nothing was reported. ``blocks``: [cell, month], the most months
    that one row of that month covers (0 no row, 1 usual, 2 for a joint January-February). ``firm_code`` (rising),
    ``firm_cell``, ``firm_land`` (亩) and ``present`` [enterprise, month]: the enterprises.
    """

    months: tuple[int, ...]
    cells: pd.DataFrame
    values: Mapping[str, FloatArray]
    span: IntArray
    firm_code: tuple[str, ...]
    firm_cell: IntArray
    firm_land: FloatArray
    present: BoolArray
    _memory: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)
    _single: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)
    _reported: dict[tuple[str, int], tuple[FloatArray, FloatArray]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def first_month(self) -> int:
        """Oldest month with data."""
        return self.months[0]

    @property
    def newest_month(self) -> int:
        """Newest month with data: the cockpit's 'now'."""
        return self.months[-1]

    @property
    def is_empty(self) -> bool:
        """Whether there is no monthly figure at all."""
        return not self.months

    @cached_property
    def codes(self) -> Mapping[str, Categorical]:
        """The cells' dimensions as codes."""
        return {name: to_categorical(self.cells[name]) for name in DIMENSIONS}

    def reported(self, measure: str, start: int) -> tuple[FloatArray, FloatArray]:
        """[cell, month] of a measure, from a column on: as stored, 0 where nothing was reported; and 1 where something was.

        Kept for good: all sums start from it.
        """
        if (measure, start) not in self._reported:
            values = self.values[measure][:, start:]
            self._reported[(measure, start)] = or_zero(values), (~np.isnan(values)).astype(np.float32)
        return self._reported[(measure, start)]

    @cached_property
    def recent_start(self) -> int:
        """The first column of the newest years: pages mostly ask for these."""
        return max(0, len(self.months) - _RECENT_MONTHS)

    @cached_property
    def has_joint_rows(self) -> bool:
        """Whether any row covers several months."""
        return bool((self.span > 1).any())

    def mask(self, where: Filter) -> BoolArray:
        """The cells that ``where`` keeps."""

        def build() -> BoolArray:
            keep: BoolArray = np.ones(len(self.cells), dtype=bool)
            for name, wanted in (*where.items(), ("kind", (where.kind,))):
                keep &= self.codes[name].isin(wanted)
            return keep

        return self.remember(("mask", where), build)

    def remember(self, key: Hashable, build: Callable[[], _T]) -> _T:
        """What ``build`` gives, computed once for ``key`` as long as the cube lives (the oldest are let go)."""
        try:
            return self._memory[key]  # type: ignore[no-any-return]
        except KeyError:
            value = build()
            if len(self._memory) >= _REMEMBERED:
                # A copy of the keys: other threads may add to the memory meanwhile.
                for oldest in list(self._memory)[: _REMEMBERED // 8]:
                    self._memory.pop(oldest, None)
            self._memory[key] = value
            return value

    def keep(self, key: Hashable, build: Callable[[], _T]) -> _T:
        """As ``remember``, and never let go: for the few things of which a data version has one, whatever is selected."""
        if key not in self._single:
            self._single[key] = build()
        return self._single[key]  # type: ignore[no-any-return]

    def hold(self, kind: str, key: Hashable, build: Callable[[], _T], most: int = _HELD) -> _T:
        """As ``remember`` for what is dear to find: the last used ``most`` of a kind stay, whatever else is asked."""
        return self.keep(("held", kind), lambda: Answers(most)).get(key, build)

    def forgetful(self) -> Cube:
        """The same figures without what was remembered of them: for another data version."""
        return replace(self, _memory={}, _single={})

    def positions(self, months: Sequence[int]) -> IntArray:
        """Columns of the months that the cube has; months without data are left out."""
        at = self.column_by_month
        return np.array([at[month] for month in months if month in at], dtype=np.int64)

    @cached_property
    def column_by_month(self) -> Mapping[int, int]:
        """Month -> its column in the arrays."""
        return {month: i for i, month in enumerate(self.months)}


def build_cube(rows: pd.DataFrame, firms: pd.DataFrame) -> Cube:
    """Cube from the database's rows.

    ``rows``: ``month``, ``DIMENSIONS``, ``max_span`` and the stored columns of ``MEASURES``, one row a
    cell and month. ``firms``: ``credit_code``, ``DIMENSIONS``, ``land_mu``, ``bits`` (bit i = month 2000-01 + i).
    Enterprises that never reported are left out.
    """
    firms = firms[firms["bits"].map(any).astype(bool)].sort_values("credit_code").reset_index(drop=True)
    if rows.empty:
        return empty_cube()
    cells = pd.concat([rows[list(DIMENSIONS)], firms[list(DIMENSIONS)]]).drop_duplicates().reset_index(drop=True)
    index = pd.MultiIndex.from_frame(cells)
    row_cell = index.get_indexer(pd.MultiIndex.from_frame(rows[list(DIMENSIONS)]))
    present, first = _presence(firms["bits"])
    first = min(first, int(rows["month"].min()))
    months = m.span(first, int(rows["month"].max()))
    column = {month: i for i, month in enumerate(months)}
    row_month = rows["month"].map(column).to_numpy(dtype=np.int64)
    shape = (len(cells), len(months))
    values = {}
    for measure, (stored, _) in MEASURES.items():
        array = np.full(shape, np.nan)
        array[row_cell, row_month] = pd.to_numeric(rows[stored]).to_numpy(dtype=np.float64, na_value=np.nan)
        values[measure] = array
    blocks = np.zeros(shape, dtype=np.int64)
    blocks[row_cell, row_month] = rows["max_span"].to_numpy(dtype=np.int64)
    firm_cell = index.get_indexer(pd.MultiIndex.from_frame(firms[list(DIMENSIONS)])).astype(np.int64)
    land = firms["land_mu"].to_numpy(dtype=np.float64, na_value=np.nan)
    start = m.distance(_PRESENCE_EPOCH, months[0])
    there = np.zeros((len(firms), len(months)), dtype=bool)
    known = present[:, start : start + len(months)]
    there[:, : known.shape[1]] = known
    return Cube(months, cells, values, blocks, tuple(firms["credit_code"]), firm_cell, land, there)


def _presence(bits: pd.Series) -> tuple[BoolArray, int]:
    """Presence flags from 2000-01 on, padded to the longest, and the first month with any."""
    raw = [np.unpackbits(np.frombuffer(b, dtype=np.uint8), bitorder="little") for b in bits]
    width = max((len(r) for r in raw), default=0)
    flags = np.zeros((len(raw), width), dtype=bool)
    for i, r in enumerate(raw):
        flags[i, : len(r)] = r
    used = np.flatnonzero(flags.any(axis=0))
    return flags, m.shift(_PRESENCE_EPOCH, int(used[0])) if len(used) else 999912


def empty_cube() -> Cube:
    """A cube without any month, cell or enterprise."""
    none = np.empty((0, 0))
    cells = pd.DataFrame({d: pd.Series(dtype="str") for d in DIMENSIONS})
    empty = np.empty(0, dtype=np.int64)
    return Cube((), cells, dict.fromkeys(MEASURES, none), none.astype(np.int64), (), empty, np.empty(0), none.astype(bool))
