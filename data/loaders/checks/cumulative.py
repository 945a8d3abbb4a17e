"""口径 = 累计: January-to-date figures become the month's own.

A cumulative figure is reduced by what the enterprise reported of that year before it: by the previous
cumulative figure of this workbook plus the months since, else by the sum of the published months. So after
loading, a year's rows always add up to the newest cumulative figure:

* A row covers the months since the enterprise's last row of that year (``span``): a cumulative February
  without a January covers two, a cumulative April after a joint January-February and no March covers two.
* A figure left blank in one month is caught up by the next cumulative figure of that column, which then
  holds both months' amounts.
* 平均用工人数 is a mean and is never differenced.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cockpit.contracts.columns import Kind
from cockpit.contracts.sheets import MONTHLY
from data.loaders.rows import ParsedRows
from data.loaders.sources.grid import Mask

#: Measures that add up over months, and so may be reported cumulatively.
ADDITIVE_MEASURES = tuple(c.field for c in MONTHLY.columns[3:] if c.kind is not Kind.COUNT)
#: The 口径 of January to date.
CUMULATIVE = "累计"
_Index = npt.NDArray[np.int64]
_NONE = -1


@dataclass(frozen=True, slots=True)
class _Years:
    """Enterprise-years that have a cumulative row; ``own[g, n]`` and ``past[g, n]``: row index of month ``n`` or -1."""

    own: _Index
    past: _Index


@dataclass(slots=True)
class _Amounts:
    """One measure of many rows: exact integers for money, floats otherwise; ``there`` where it is known."""

    figures: npt.NDArray[Any]
    there: Mask


def is_cumulative(rows: ParsedRows) -> Mask:
    """Which rows report January to date."""
    told: Mask = rows.values["basis"] == CUMULATIVE
    return told


def to_monthly(rows: ParsedRows, past: pd.DataFrame) -> _Index:
    """Turn the cumulative rows into monthly ones in place, report W303, and return every row's span.

    ``rows``: all that these enterprises have in this workbook, each with month and 口径, no month twice.
    ``past``: their published rows (``Published.monthly``) from January of the first year on.
    """
    spans = np.ones(len(rows.row_numbers), dtype=np.int64)
    cumulative = is_cumulative(rows)
    if not cumulative.any():
        return spans
    years = _years(rows, cumulative, past)
    _set_spans(spans, years, cumulative)
    for measure in ADDITIVE_MEASURES:
        if measure in rows.mappings:
            _difference(rows, measure, years, cumulative, _of_past(past, measure))
    return spans


def _years(rows: ParsedRows, cumulative: Mask, past: pd.DataFrame) -> _Years:
    months = rows.values["month"].astype(np.int64)
    mine = pd.MultiIndex.from_arrays([rows.values["credit_code"], months // 100])
    wanted = mine[cumulative].unique()
    theirs = pd.MultiIndex.from_arrays([past["credit_code"].astype(object), past["month"] // 100])
    return _Years(
        _placed(wanted.get_indexer(mine), months % 100, len(wanted)),
        _placed(wanted.get_indexer(theirs), past["month"].to_numpy() % 100, len(wanted)),
    )


def _placed(group: npt.NDArray[Any], month: _Index, groups: int) -> _Index:
    table = np.full((groups, 13), _NONE, dtype=np.int64)
    inside = group >= 0
    table[group[inside], month[inside]] = np.flatnonzero(inside)
    return table


def _set_spans(spans: _Index, years: _Years, cumulative: Mask) -> None:
    last = np.zeros(len(years.own), dtype=np.int64)
    for month in range(1, 13):
        own = years.own[:, month]
        counted = (own != _NONE) & cumulative[own]
        spans[own[counted]] = month - last[counted]
        last[(own != _NONE) | (years.past[:, month] != _NONE)] = month


def _difference(rows: ParsedRows, measure: str, years: _Years, cumulative: Mask, past: _Amounts) -> None:
    mine = _of_rows(rows, measure)
    total = np.zeros(len(years.own), dtype=mine.figures.dtype)  # the year so far
    begun = np.zeros(len(years.own), dtype=bool)
    for month in range(1, 13):
        own, published = years.own[:, month], years.past[:, month]
        add = (own == _NONE) & (published != _NONE)
        add[add] = past.there[published[add]]
        total[add] += past.figures[published[add]]
        begun |= add
        told = own != _NONE
        told[told] = mine.there[own[told]]
        plain = told & ~cumulative[own]
        total[plain] += mine.figures[own[plain]]
        newest = told & cumulative[own]
        _report_shrinking(rows, measure, own, mine, total, newest & begun)
        reached = mine.figures[own[newest]]
        _put(rows, measure, own[newest], reached - total[newest])
        total[newest] = reached
        begun |= told


def _report_shrinking(rows: ParsedRows, measure: str, own: _Index, mine: _Amounts, total: npt.NDArray[Any], among: Mask) -> None:
    """W303, unless the figure is reported as negative already."""
    shrunk = among.copy()
    shrunk[among] = (mine.figures[own[among]] < total[among] * (1 - 1e-12)) & ~rows.sign_violations[measure][own[among]]
    for group in np.flatnonzero(shrunk):
        at = int(own[group])
        short = format_amount(float(total[group] - mine.figures[at]), measure)
        month = rows.values["month"][at] % 100
        rows.report("W303", at, measure, f"{month}月累计数小于此前累计数（差 {short}）。请核对是否少报，或上月多报。")


def _put(rows: ParsedRows, measure: str, at: _Index, figures: npt.NDArray[Any]) -> None:
    # Rounding takes off what subtracting floats leaves behind (12.3 - 8.9).
    rows.values[measure][at] = (figures if figures.dtype == np.int64 else np.round(figures, 9)).astype(object)


def _of_rows(rows: ParsedRows, measure: str) -> _Amounts:
    there = rows.known(measure)
    figures = np.zeros(len(there), dtype=_dtype(measure))
    figures[there] = rows.values[measure][there].astype(figures.dtype)
    return _Amounts(figures, there)


def _of_past(past: pd.DataFrame, measure: str) -> _Amounts:
    column = past[measure]
    there = column.notna().to_numpy(dtype=bool)
    return _Amounts(column.fillna(0).to_numpy(dtype=_dtype(measure)), there)


def _dtype(measure: str) -> type[np.int64] | type[np.float64]:
    return np.int64 if measure.endswith("_fen") else np.float64


def format_amount(amount: float, measure: str) -> str:
    """An amount for a message, money in 万元."""
    return f"{amount / 1e6:,.2f} 万元" if measure.endswith("_fen") else f"{amount:,.2f}"
