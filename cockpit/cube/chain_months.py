"""The firms of a chain over periods, and the middle one of each month: see ``Repository.chain_firms`` and ``chain_medians``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from cockpit.cube.arrays import IntArray
from cockpit.cube.cube import Cube, Filter, stored
from cockpit.cube.firm_months import FirmMonths, sums
from cockpit.cube.firm_totals import register_rows
from cockpit.enterprise_file import WINDOW_MEASURES

Run = tuple[int, int]
_PLACE = ("town", "division", "stage", "role")


def chain_firms(cube: Cube, register: pd.DataFrame, firms: FirmMonths, chain: str, windows: Sequence[Run]) -> pd.DataFrame:
    """The frame of ``Repository.chain_firms``; ``firms``: all enterprises of ``cube``, in its order."""
    at = _of_chain(cube, chain)
    runs = [_months(cube, run) for run in windows]
    found = sums(firms.take(at), [stored(name)[0] for name in WINDOW_MEASURES], runs)
    there = np.flatnonzero((~np.isnan(found[:, WINDOW_MEASURES.index("covered")])).any(axis=0))
    at, found = at[there], found[:, :, there]
    cells = cube.cells.iloc[cube.firm_cell[at]]
    texts = {"credit_code": [cube.firm_code[i] for i in at.tolist()]}
    texts["name"] = register["name"].iloc[register_rows(cube, register)[at]].tolist()
    texts |= {name: cells[name].tolist() for name in _PLACE}
    figures = {f"{name}_{i}": found[i, j] / stored(name)[1] for i in range(len(runs)) for j, name in enumerate(WINDOW_MEASURES)}
    return pd.DataFrame(texts, dtype="str").assign(land_mu=cube.firm_land[at], **figures)


def chain_medians(cube: Cube, firms: FirmMonths, chain: str, measure: str, run: Run) -> pd.DataFrame:
    """The frame of ``Repository.chain_medians``; ``firms``: all enterprises of ``cube``, in its order."""
    types = {"month": "int64", "span": "int64", "median": "float64", "firms": "int64"}
    rows = _medians(firms.take(_of_chain(cube, chain)), measure, _months(cube, run))
    return pd.DataFrame(list(rows), columns=list(types)).astype(types)


def _medians(firms: FirmMonths, measure: str, months: Sequence[int]) -> Iterator[tuple[int, int, float, int]]:
    """Month, span, median and number of firms: rows that cover equally many months are compared with each other only."""
    column, unit = stored(measure)
    reading = firms.scan((column, "span"), months)
    for month, block in reading:
        value, span = (each.take(reading.indices) for each in block)
        known = ~np.isnan(value)
        for months_covered in np.unique(span[known]):
            alike = value[known & (span == months_covered)]
            yield month, int(months_covered), float(np.median(alike)) / unit, len(alike)


def _of_chain(cube: Cube, chain: str) -> IntArray:
    """Places of the chain's 规上 firms."""
    at: IntArray = np.flatnonzero(cube.mask(Filter(chains=(chain,)))[cube.firm_cell])
    return at


def _months(cube: Cube, run: Run) -> list[int]:
    """The cube's months of a run, both ends included."""
    return [month for month in cube.months if run[0] <= month <= run[1]]
