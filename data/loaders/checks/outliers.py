"""W302: a month's output or tax far from what the enterprise usually reports, which is likely a slip of the unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.loaders.checks.cumulative import format_amount
from data.loaders.rows import ParsedRows

#: Measures that are compared.
WATCHED_MEASURES = ("output_fen", "tax_fen")
_WINDOW = 12
_FEWEST_MONTHS = 3  # a median of fewer says nothing
_JUMP = 10
_Floats = npt.NDArray[np.float64]


def check_outliers(rows: ParsedRows, spans: npt.NDArray[np.int64], past: pd.DataFrame) -> None:
    """Compare every row with the median of its enterprise's twelve months before.

    Those are the published months (``past``), overlaid by this workbook's. A row over several months counts
    by its monthly mean; a zero is a jump, a negative figure (reported as W301) is not.
    """
    firms, codes = pd.factorize(rows.values["credit_code"])
    months = _count(rows.values["month"].astype(np.int64))
    past_firms = pd.Index(codes).get_indexer(past["credit_code"].astype(object))
    past_months = _count(past["month"].to_numpy(dtype=np.int64))
    theirs = past_firms >= 0
    for measure in (m for m in WATCHED_MEASURES if m in rows.mappings):
        figures = rows.numbers(measure) / spans
        past_figures = past[measure].to_numpy(dtype=np.float64, na_value=np.nan) / past["span"].to_numpy()
        usual = _usual((past_firms[theirs], past_months[theirs], past_figures[theirs]), (firms, months, figures))
        _report(rows, measure, figures, usual)


def _usual(past: tuple[npt.NDArray[Any], ...], mine: tuple[npt.NDArray[Any], ...]) -> _Floats:
    """For each of this workbook's rows the median of the twelve months before; NaN where there are too few."""
    firms, months, figures = mine
    start = months.min() - _WINDOW
    table = np.full((firms.max() + 1, months.max() - start + 1), np.nan)
    seen = (past[1] >= start) & (past[1] <= months.max())
    table[past[0][seen], past[1][seen] - start] = past[2][seen]
    table[firms, months - start] = figures
    usual = np.full(len(firms), np.nan)
    for month in np.unique(months):
        now = months == month
        usual[now] = _medians(table[firms[now], month - start - _WINDOW : month - start])
    return usual


def _medians(windows: _Floats) -> _Floats:
    """Row medians of what is known, NaN where fewer months than needed are."""
    ordered = np.sort(windows, axis=1)  # NaN goes last
    count = (~np.isnan(ordered)).sum(axis=1)
    row = np.arange(len(ordered))
    middle = (ordered[row, np.maximum(count - 1, 0) // 2] + ordered[row, np.minimum(count // 2, _WINDOW - 1)]) / 2
    return np.where(count >= _FEWEST_MONTHS, middle, np.nan)


def _report(rows: ParsedRows, measure: str, figures: _Floats, usual: _Floats) -> None:
    label = rows.sheet.column(measure).label
    watched = (usual > 0) & (figures >= 0)
    for k in np.flatnonzero(watched & ((figures > _JUMP * usual) | (figures < usual / _JUMP))):
        now, before = format_amount(figures[k], measure), format_amount(usual[k], measure)
        message = f"{label} {now}，近12个月的中位数是 {before}，相差10倍以上。请核对单位是否写错。"
        rows.report("W302", int(k), measure, message)


def _count(yyyymm: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Months counted from year 0, so that neighbours differ by one."""
    return yyyymm // 100 * 12 + yyyymm % 100 - 1
