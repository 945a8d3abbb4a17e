"""Amounts per mu (亩均): ratios of sums over land, and what moved them from one year to the next."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from cockpit.cube import splits
from cockpit.cube.arrays import BoolArray, FloatArray
from cockpit.cube.categorical import Categorical
from cockpit.evaluation.results.evaluated_firms import EvaluatedFirms
from cockpit.evaluation.results.grade_shares import cross_table


@dataclass(frozen=True, slots=True)
class PerMuChange:
    """A town's (or the whole's) amount per mu (万元/亩) now and before; the change is exactly own + structure. NaN = none."""

    key: str
    value: float
    base: float
    change: float
    own: float
    structure: float


def per_mu(firms: EvaluatedFirms, numerator: str) -> float:
    """Divide the sum of ``numerator`` by the sum of land, in 万元/亩, over the firms with both; NaN without land."""
    amount, land = firms.number(numerator), firms.number("land_mu")
    known = ~np.isnan(amount) & ~np.isnan(land)
    total_land = float(land[known].sum())
    return float(amount[known].sum()) / total_land if total_land > 0 else math.nan


def per_mu_changes(
    firms: EvaluatedFirms, before: EvaluatedFirms | None, numerator: str, dimension: str, within: str
) -> tuple[list[PerMuChange], PerMuChange]:
    """Explain how ``numerator`` per mu moved, by ``dimension`` (highest value first) and over all firms.

    A change splits exactly over the keys of ``within`` (``splits.split_ratio_arrays``): ``own``, what their own ratios
    moved, and ``structure``, what moved land between them.
    """
    years = [firms] if before is None else [firms, before]
    keys, inner_keys = (_union_of_keys(year.categorical(name) for year in years) for name in (dimension, within))
    has_firms = np.zeros(len(keys), dtype=bool)
    tables = []
    for year in years:
        rows, columns = _recode(year.categorical(dimension), keys), _recode(year.categorical(within), inner_keys)
        has_firms[rows.codes[rows.codes >= 0]] = True
        tables += _sums(year, numerator, rows, columns)
    tables += [np.zeros_like(tables[0])] * (4 - len(tables))
    changes = [c for c, known in zip(_changes(keys, tables), has_firms.tolist(), strict=True) if known]
    [whole] = _changes(("",), [table.sum(axis=0, keepdims=True) for table in tables])
    return sorted(changes, key=lambda c: (math.isnan(c.value), 0.0 if math.isnan(c.value) else -c.value)), whole


def _union_of_keys(columns: Iterable[Categorical]) -> tuple[str, ...]:
    return tuple(sorted({key for column in columns for key in column.keys}))


def _recode(column: Categorical, keys: tuple[str, ...]) -> Categorical:
    """Encode the same texts by other ``keys``, which include them."""
    if column.keys == keys:
        return column
    codes = np.array([keys.index(key) for key in column.keys] + [-1], dtype=np.int64)
    return Categorical(codes[column.codes], keys)


def _sums(firms: EvaluatedFirms, numerator: str, rows: Categorical, columns: Categorical) -> list[FloatArray]:
    """Add up numerator and land by row and column key, over the firms with both."""
    amount, land = firms.number(numerator), firms.number("land_mu")
    known: BoolArray = ~np.isnan(amount) & ~np.isnan(land) & (columns.codes >= 0)
    known_rows = Categorical(rows.codes[known], rows.keys)
    return [cross_table(known_rows, columns.codes[known], len(columns.keys), side[known]) for side in (amount, land)]


def _changes(keys: Sequence[str], tables: Sequence[FloatArray]) -> list[PerMuChange]:
    """``tables`` [key, inner key]: numerator and land now, then before."""
    amount, land, amount_before, land_before = (table.sum(axis=1) for table in tables)
    value, base = (
        np.divide(n, d, out=np.full(len(d), np.nan), where=d > 0) for n, d in ((amount, land), (amount_before, land_before))
    )
    own, structure = (split.sum(axis=1) for split in splits.split_ratio_arrays(*tables))
    columns = (value, base, value - base, own, structure)
    return [PerMuChange(key, *numbers) for key, *numbers in zip(keys, *(c.tolist() for c in columns), strict=True)]
