"""W302: a month's output or tax far from what the enterprise usually reports, which is likely a wrong unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.loaders.checks.cumulative import format_amount
from data.loaders.parsed_rows import ParsedRows

#: Measures that are compared.
WATCHED_MEASURES = ("output_fen", "tax_fen")
_WINDOW = 12
_FEWEST_MONTHS = 3  # a median of fewer is no benchmark
_FACTOR = 10
_Floats = npt.NDArray[np.float64]


def check_outliers(rows: ParsedRows, spans: npt.NDArray[np.int64], past: pd.DataFrame) -> None:
    """Report W302 for rows that differ tenfold from the median of their enterprise's twelve months before.

    Those are the published months (``past``), overlaid by this source's. A row over several months (``spans``) counts
    by its monthly mean; a zero is an outlier, a negative value (reported as W301) is not.
    """
    firms, codes = pd.factorize(rows.values["credit_code"])
    months = _months_since_year_0(rows.values["month"].astype(np.int64))
    past_firms = pd.Index(codes).get_indexer(past["credit_code"].astype(object))
    past_months = _months_since_year_0(past["month"].to_numpy(dtype=np.int64))
    listed = past_firms >= 0
    for measure in (m for m in WATCHED_MEASURES if m in rows.mappings):
        values = rows.numbers(measure) / spans
        past_values = past[measure].to_numpy(dtype=np.float64, na_value=np.nan) / past["span"].to_numpy()
        usual = _usual((past_firms[listed], past_months[listed], past_values[listed]), (firms, months, values))
        _report(rows, measure, values, usual)


def _usual(past: tuple[npt.NDArray[Any], ...], mine: tuple[npt.NDArray[Any], ...]) -> _Floats:
    """Return for each of this source's rows the median of the twelve months before; NaN where there are too few."""
    firms, months, values = mine
    start = months.min() - _WINDOW
    table = np.full((firms.max() + 1, months.max() - start + 1), np.nan)
    in_range = (past[1] >= start) & (past[1] <= months.max())
    table[past[0][in_range], past[1][in_range] - start] = past[2][in_range]
    table[firms, months - start] = values
    usual = np.full(len(firms), np.nan)
    for month in np.unique(months):
        now = months == month
        usual[now] = _medians(table[firms[now], month - start - _WINDOW : month - start])
    return usual


def _medians(windows: _Floats) -> _Floats:
    """Return the median of each row without its NaN, and NaN for rows of too few months."""
    ordered = np.sort(windows, axis=1)  # NaN goes last
    count = (~np.isnan(ordered)).sum(axis=1)
    row = np.arange(len(ordered))
    middle = (ordered[row, np.maximum(count - 1, 0) // 2] + ordered[row, np.minimum(count // 2, _WINDOW - 1)]) / 2
    return np.where(count >= _FEWEST_MONTHS, middle, np.nan)


def _report(rows: ParsedRows, measure: str, values: _Floats, usual: _Floats) -> None:
    label = rows.sheet.column(measure).label
    watched = (usual > 0) & (values >= 0)
    for k in np.flatnonzero(watched & ((values > _FACTOR * usual) | (values < usual / _FACTOR))):
        now, before = format_amount(values[k], measure), format_amount(usual[k], measure)
        message = f"{label} {now}，近12个月的中位数是 {before}，相差10倍以上。请核对单位是否写错。"
        rows.report("W302", int(k), measure, message)


def _months_since_year_0(yyyymm: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Count months from year 0, so that neighbours differ by one."""
    return yyyymm // 100 * 12 + yyyymm % 100 - 1
