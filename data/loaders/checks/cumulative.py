"""口径 = 累计: January-to-date values become the month's own.

A cumulative value is reduced by what the enterprise reported of that year before it: by the previous
cumulative value of this source plus the months since, else by the sum of the published months. So after
loading, a year's rows always add up to the newest cumulative value:

* A row covers the months since the enterprise's last row of that year (``span``): a cumulative February
  without a January covers two, a cumulative April after a joint January-February and no March covers two.
* A value left blank in one month is made up for by the next cumulative value of that column, which then
  holds both months' amounts.
* 平均用工人数 is a mean and is never differenced.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cockpit.contracts.columns import Sign
from cockpit.contracts.sheets import ADDITIVE_MEASURES
from data.loaders.checks.comparisons.slips import format_value
from data.loaders.parsed_rows import ParsedRows
from data.loaders.sources.cell import BoolArray

#: Measures that add up over months, and so may be reported cumulatively.
ADDITIVE_FIELDS = tuple(c.field for c in ADDITIVE_MEASURES)
#: The 口径 of January to date.
CUMULATIVE = "累计"
_Index = npt.NDArray[np.int64]
_NONE = -1
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class _Years:
    """Enterprise-years that have a cumulative row; ``own[g, n]`` and ``past[g, n]``: row index of month ``n`` or -1."""

    own: _Index
    past: _Index


@dataclass(slots=True)
class _Amounts:
    """One measure of many rows: exact integers for money, floats otherwise; ``present`` where there is one."""

    values: npt.NDArray[Any]
    present: BoolArray


def is_cumulative(rows: ParsedRows) -> BoolArray:
    """Return a mask of the rows that report January to date."""
    cumulative: BoolArray = rows.values["basis"] == CUMULATIVE
    return cumulative


def to_monthly(rows: ParsedRows, past: pd.DataFrame) -> _Index:
    """Turn the cumulative rows into monthly ones in place, report W303, and return the span of every row in months.

    ``rows``: all rows of these enterprises in this source, each with month and 口径, no month twice.
    ``past``: their published rows (``PublishedData.monthly``) from January of the first year on.
    """
    spans = np.ones(len(rows.row_numbers), dtype=np.int64)
    cumulative = is_cumulative(rows)
    if not cumulative.any():
        return spans
    years = _years(rows, cumulative, past)
    _set_spans(spans, years, cumulative)
    for measure in ADDITIVE_FIELDS:
        if measure in rows.mappings:
            _subtract_year_to_date(rows, measure, years, cumulative, _of_past(past, measure))
    return spans


def _years(rows: ParsedRows, cumulative: BoolArray, past: pd.DataFrame) -> _Years:
    months = rows.values["month"].astype(np.int64)
    mine = pd.MultiIndex.from_arrays([rows.values["credit_code"], months // 100])
    enterprise_years = mine[cumulative].unique()
    theirs = pd.MultiIndex.from_arrays([past["credit_code"].astype(object), past["month"] // 100])
    return _Years(
        _month_table(enterprise_years.get_indexer(mine), months % 100, len(enterprise_years)),
        _month_table(enterprise_years.get_indexer(theirs), past["month"].to_numpy() % 100, len(enterprise_years)),
    )


def _month_table(group: npt.NDArray[Any], month: _Index, groups: int) -> _Index:
    table = np.full((groups, 13), _NONE, dtype=np.int64)
    inside = group >= 0
    table[group[inside], month[inside]] = np.flatnonzero(inside)
    return table


def _set_spans(spans: _Index, years: _Years, cumulative: BoolArray) -> None:
    last = np.zeros(len(years.own), dtype=np.int64)
    for month in range(1, 13):
        own = years.own[:, month]
        counted = (own != _NONE) & cumulative[own]
        spans[own[counted]] = month - last[counted]
        last[(own != _NONE) | (years.past[:, month] != _NONE)] = month


def _subtract_year_to_date(rows: ParsedRows, measure: str, years: _Years, cumulative: BoolArray, past: _Amounts) -> None:
    mine = _of_rows(rows, measure)
    total = np.zeros(len(years.own), dtype=mine.values.dtype)  # the year so far
    begun = np.zeros(len(years.own), dtype=bool)
    for month in range(1, 13):
        own, published = years.own[:, month], years.past[:, month]
        add = (own == _NONE) & (published != _NONE)
        add[add] = past.present[published[add]]
        total[add] += past.values[published[add]]
        begun |= add
        reported = own != _NONE
        reported[reported] = mine.present[own[reported]]
        plain = reported & ~cumulative[own]
        total[plain] += mine.values[own[plain]]
        newest = reported & cumulative[own]
        _report_shrinking(rows, measure, own, mine, total, newest & begun)
        reached = mine.values[own[newest]]
        _report_negative(rows, measure, own[newest], reached - total[newest])
        _assign(rows, measure, own[newest], reached - total[newest])
        total[newest] = reached
        begun |= reported


def _report_shrinking(
    rows: ParsedRows, measure: str, own: _Index, mine: _Amounts, total: npt.NDArray[Any], among: BoolArray
) -> None:
    """Report W303, unless the value has a sign finding already."""
    shrunk = among.copy()
    shrunk[among] = (mine.values[own[among]] < total[among] * (1 - 1e-12)) & ~rows.sign_violations[measure][own[among]]
    for group in np.flatnonzero(shrunk):
        row = int(own[group])
        shortfall = format_value(float(total[group] - mine.values[row]), rows.sheet.column(measure))
        month = rows.values["month"][row] % 100
        rows.report("W303", row, measure, f"{month}月累计数小于此前累计数（差 {shortfall}）。请核对是否少报，或上月多报。")


def _report_negative(rows: ParsedRows, measure: str, indices: _Index, values: npt.NDArray[Any]) -> None:
    """Report E111 for a derived month below zero where there is no such thing, unless the cumulative value has that finding."""
    column = rows.sheet.column(measure)
    if column.sign is not Sign.NOT_NEGATIVE:
        return
    for i in np.flatnonzero(values < -_ROUNDING):
        row = int(indices[i])
        if not rows.sign_violations[measure][row]:
            month = rows.values["month"][row] % 100
            message = f"由累计数推算，{month}月当月的“{column.label}”为{format_value(float(values[i]), column)}，不应为负。"
            rows.report("E111", row, measure, f"{message}请核对{month}月累计数和此前各月。")


def _assign(rows: ParsedRows, measure: str, indices: _Index, values: npt.NDArray[Any]) -> None:
    # Rounding removes the error of subtracting floats (12.3 - 8.9).
    rows.values[measure][indices] = (values if values.dtype == np.int64 else np.round(values, 9)).astype(object)


def _of_rows(rows: ParsedRows, measure: str) -> _Amounts:
    present = rows.known(measure)
    values = np.zeros(len(present), dtype=_dtype(measure))
    values[present] = rows.values[measure][present].astype(values.dtype)
    return _Amounts(values, present)


def _of_past(past: pd.DataFrame, measure: str) -> _Amounts:
    column = past[measure]
    present = column.notna().to_numpy(dtype=bool)
    return _Amounts(column.fillna(0).to_numpy(dtype=_dtype(measure)), present)


def _dtype(measure: str) -> type[np.int64] | type[np.float64]:
    return np.int64 if measure.endswith("_fen") else np.float64
