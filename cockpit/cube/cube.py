"""The cube: sums of the monthly values by cell and month, once per published data version.

A cell is a combination of town, division (two-digit industry), chain, stage, role and kind that occurs.
Beside the sums stand the enterprises themselves, each as its cell, its land and a row of presence flags:
distinct enterprises over a period do not add up over months, so they are counted from the flags.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from cockpit.calendar import months as m
from cockpit.contracts.sheets import FEN_PER_WAN
from cockpit.cube.arrays import BoolArray, FloatArray, IntArray, fill_zero
from cockpit.cube.categorical import Categorical, to_categorical

#: The month of an enterprise's first presence flag.
PRESENCE_EPOCH = 200001
#: A year's trend with the two years before it and twelve months behind each of its ends.
_RECENT_MONTHS = 48
#: Runs of months whose columns are cached, over all cubes of the process.
_RUNS = 4096

DIMENSIONS = ("town", "division", "chain", "stage", "role", "kind")
#: Measure -> the stored column and what divides it to give the catalogue's unit (分 -> 万元).
MEASURES: Mapping[str, tuple[str, float]] = {
    "output": ("output_fen", FEN_PER_WAN),
    "revenue": ("revenue_fen", FEN_PER_WAN),
    "value_added": ("value_added_fen", FEN_PER_WAN),
    "tax": ("tax_fen", FEN_PER_WAN),
    "energy": ("energy_tce", 1.0),
    "power": ("power_wan_kwh", 1.0),
    "green_investment": ("green_investment_fen", FEN_PER_WAN),
    "rd": ("rd_fen", FEN_PER_WAN),
    "staff_months": ("staff_months", 1.0),
}


def stored(measure: str) -> tuple[str, float]:
    """Return a measure's stored column, and what divides it; a name that is not in ``MEASURES`` is stored as it is."""
    return MEASURES.get(measure, (measure, 1.0))


#: Dimensions of the cube that a filter restricts, and its fields.
_FILTER_FIELDS = {"town": "towns", "division": "industries", "chain": "chains", "stage": "stages", "role": "roles"}


@dataclass(frozen=True, slots=True)
class Filter:
    """The cells that count, by keys of each dimension (two-digit divisions of ``industries``); empty means all.

    Kind is 规上 throughout the catalogue."""

    towns: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    kind: str = "规上"

    def items(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return (dimension, keys) of each dimension that is restricted, without the kind."""
        pairs = ((dimension, getattr(self, field)) for dimension, field in _FILTER_FIELDS.items())
        return tuple((dimension, keys) for dimension, keys in pairs if keys)

    def with_key(self, dimension: str, key: str) -> Filter:
        """Return the filter with one dimension (of ``DIMENSIONS``) restricted to this key."""
        changed: dict[str, Any] = {_FILTER_FIELDS[dimension]: (key,)}
        return replace(self, **changed)


@dataclass(frozen=True)
class Cube:
    """Sums by cell and month. Immutable: all requests share it, and what is computed from it belongs into ``Snapshot.cache``.

    ``cells``: one row a cell, columns ``DIMENSIONS``. ``values[measure]``: [cell, month], as stored (money
    in 分, so sums are exact), NaN where nothing was reported. ``span``: [cell, month], the most months
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

    @property
    def first_month(self) -> int:
        """The oldest month with data."""
        return self.months[0]

    @property
    def newest_month(self) -> int:
        """The newest month with data: the cockpit's 'now'."""
        return self.months[-1]

    @property
    def is_empty(self) -> bool:
        """Whether there is no monthly value at all."""
        return not self.months

    @cached_property
    def codes(self) -> Mapping[str, Categorical]:
        """Each of ``DIMENSIONS`` as codes, one a cell."""
        return {name: to_categorical(self.cells[name]) for name in DIMENSIONS}

    def with_codes_of(self, other: Cube) -> Cube:
        """Return this cube with the codes of another one with the same cells, so that they aren't computed again."""
        self.__dict__["codes"] = other.codes
        return self

    def filled_and_mask(self, measure: str, start: int) -> tuple[FloatArray, FloatArray]:
        """Return two arrays [cell, month] of a measure from a column on.

        Its values as stored, 0 where none was reported; and 1 where one was reported, else 0.
        """
        values = self.values[measure][:, start:]
        return fill_zero(values), (~np.isnan(values)).astype(np.float32)

    @cached_property
    def recent_start(self) -> int:
        """The first column of the newest years, which is all that most pages use."""
        return max(0, len(self.months) - _RECENT_MONTHS)

    @cached_property
    def has_joint_rows(self) -> bool:
        """Whether any row covers several months."""
        return bool((self.span > 1).any())

    def mask(self, where: Filter) -> BoolArray:
        """Return a mask of the cells that pass the filter."""
        mask: BoolArray = np.ones(len(self.cells), dtype=bool)
        for name, keys in (*where.items(), ("kind", (where.kind,))):
            mask &= self.codes[name].isin(keys)
        return mask

    def month_columns(self, months: Sequence[int]) -> IntArray:
        """Return the columns of the months, read-only; those without data are left out."""
        return self.columns_and_start(months)[0]

    def columns_and_start(self, months: Sequence[int]) -> tuple[IntArray, int]:
        """Return the columns of the months and the column to begin with: ``recent_start``, or 0 for any earlier month."""
        return _columns_and_start(self.months[:1], len(self.months), self.recent_start, tuple(months))

    @cached_property
    def column_by_month(self) -> Mapping[int, int]:
        """The column of each month in the arrays."""
        return {month: i for i, month in enumerate(self.months)}

    @cached_property
    def firm_position(self) -> Mapping[str, int]:
        """The position of each enterprise in the arrays, by credit code."""
        return {code: i for i, code in enumerate(self.firm_code)}

    @property
    def nbytes(self) -> int:
        """The size in bytes of the arrays by cell or enterprise and month."""
        return sum(array.nbytes for array in self.values.values()) + self.span.nbytes + self.present.nbytes


@lru_cache(_RUNS)
def _columns_and_start(first: tuple[int, ...], count: int, recent: int, months: tuple[int, ...]) -> tuple[IntArray, int]:
    """Compute ``Cube.columns_and_start`` of a cube with ``count`` months; ``first``: its first month, () without any."""
    offsets = [m.distance(first[0], month) for month in months] if first else []
    columns = np.array([offset for offset in offsets if 0 <= offset < count], dtype=np.int64)
    columns.flags.writeable = False
    return columns, recent if len(columns) and columns.min() >= recent else 0


def build_cube(rows: pd.DataFrame, firms: pd.DataFrame) -> Cube:
    """Build the cube from the database's rows.

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
    for measure, (column_name, _) in MEASURES.items():
        array = np.full(shape, np.nan)
        array[row_cell, row_month] = pd.to_numeric(rows[column_name]).to_numpy(dtype=np.float64, na_value=np.nan)
        values[measure] = array
    spans = np.zeros(shape, dtype=np.int64)
    spans[row_cell, row_month] = rows["max_span"].to_numpy(dtype=np.int64)
    firm_cell = index.get_indexer(pd.MultiIndex.from_frame(firms[list(DIMENSIONS)])).astype(np.int64)
    land = firms["land_mu"].to_numpy(dtype=np.float64, na_value=np.nan)
    start = m.distance(PRESENCE_EPOCH, months[0])
    presence = np.zeros((len(firms), len(months)), dtype=bool)
    known = present[:, start : start + len(months)]
    presence[:, : known.shape[1]] = known
    return Cube(months, cells, values, spans, tuple(firms["credit_code"]), firm_cell, land, presence)


def _presence(bits: pd.Series) -> tuple[BoolArray, int]:
    """Return presence flags [enterprise, month] from 2000-01 on, and the first month with any."""
    raw = [np.unpackbits(np.frombuffer(b, dtype=np.uint8), bitorder="little") for b in bits]
    width = max((len(r) for r in raw), default=0)
    flags = np.zeros((len(raw), width), dtype=bool)
    for i, r in enumerate(raw):
        flags[i, : len(r)] = r
    used = np.flatnonzero(flags.any(axis=0))
    return flags, m.shift(PRESENCE_EPOCH, int(used[0])) if len(used) else 999912


def empty_cube() -> Cube:
    """Build a cube without any month, cell or enterprise."""
    none = np.empty((0, 0))
    cells = pd.DataFrame({d: pd.Series(dtype="str") for d in DIMENSIONS})
    empty = np.empty(0, dtype=np.int64)
    return Cube((), cells, dict.fromkeys(MEASURES, none), none.astype(np.int64), (), empty, np.empty(0), none.astype(bool))
