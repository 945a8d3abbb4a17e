"""The firms of a chain over windows of months, and their monthly medians, as ``Repository`` returns them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from cockpit.cube.arrays import IntArray
from cockpit.cube.cube import Cube, Filter, stored
from cockpit.cube.firm_months import FirmMonths, window_sums
from cockpit.cube.firm_totals import FirmRegister
from cockpit.enterprise_file import WINDOW_MEASURES

#: First and last month, both included.
MonthRange = tuple[int, int]
_DIMENSIONS = ("town", "division", "stage", "role")


def chain_firms(register: FirmRegister, firms: FirmMonths, chain: str, windows: Sequence[MonthRange]) -> pd.DataFrame:
    """Build the frame of ``Repository.chain_firms``; ``firms``: all enterprises of the register's cube, in its order."""
    cube = register.cube
    indices = _firms_of_chain(cube, chain)
    sums = window_sums(
        firms.take(indices), [stored(name)[0] for name in WINDOW_MEASURES], [_months(cube, window) for window in windows]
    )
    reported = np.flatnonzero((~np.isnan(sums[:, WINDOW_MEASURES.index("covered")])).any(axis=0))
    indices, sums = indices[reported], sums[:, :, reported]
    cells = cube.cells.iloc[cube.firm_cell[indices]]
    texts = {"credit_code": [cube.firm_code[i] for i in indices.tolist()], "name": register.names(indices)}
    texts |= {name: cells[name].tolist() for name in _DIMENSIONS}
    values = {f"{name}_{i}": sums[i, j] / stored(name)[1] for i in range(len(windows)) for j, name in enumerate(WINDOW_MEASURES)}
    return pd.DataFrame(texts, dtype="str").assign(land_mu=cube.firm_land[indices], **values)


def chain_medians(cube: Cube, firms: FirmMonths, chain: str, measure: str, window: MonthRange) -> pd.DataFrame:
    """Build the frame of ``Repository.chain_medians``; ``firms``: all enterprises of ``cube``, in its order."""
    types = {"month": "int64", "span": "int64", "median": "float64", "firms": "int64"}
    rows = _medians(firms.take(_firms_of_chain(cube, chain)), measure, _months(cube, window))
    return pd.DataFrame(list(rows), columns=list(types)).astype(types)


def _medians(firms: FirmMonths, measure: str, months: Sequence[int]) -> Iterator[tuple[int, int, float, int]]:
    """Month, span, median and number of firms: rows that cover equally many months are compared with each other only."""
    column, unit = stored(measure)
    scan = firms.scan((column, "span"), months)
    for month, columns in scan:
        value, span = (each.take(scan.indices) for each in columns)
        known = ~np.isnan(value)
        for months_covered in np.unique(span[known]):
            comparable = value[known & (span == months_covered)]
            yield month, int(months_covered), float(np.median(comparable)) / unit, len(comparable)


def _firms_of_chain(cube: Cube, chain: str) -> IntArray:
    """Positions of the chain's 规上 firms."""
    indices: IntArray = np.flatnonzero(cube.mask(Filter(chains=(chain,)))[cube.firm_cell])
    return indices


def _months(cube: Cube, window: MonthRange) -> list[int]:
    return [month for month in cube.months if window[0] <= month <= window[1]]
