"""Months of some enterprises as arrays: this source's rows over what is published."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from cockpit.contracts.sheets import MONTHLY_MEASURES
from data.loaders.parsed_rows import ParsedRows

WINDOW = 12
_FEWEST_MONTHS = 3  # a median of fewer is no benchmark
_Floats = npt.NDArray[np.float64]
_Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ArrangedMonths:
    """``table[measure][firm, month]``: monthly means, NaN = none, with twelve months before and after.

    ``firms`` and ``months``: of each row of the source its indices there; ``published[measure]``: of each row the published
    value of the same key, NaN = none.
    """

    firms: _Ints
    months: _Ints
    table: dict[str, _Floats]
    published: dict[str, _Floats]

    def of(self, rows: _Ints) -> ArrangedMonths:
        """Return the same months for some of the rows."""
        return replace(self, firms=self.firms[rows], months=self.months[rows])

    def usual(self, measure: str) -> _Floats:
        """Return for each row the median of the twelve months before; NaN where there are fewer than three."""
        windows = np.lib.stride_tricks.sliding_window_view(self.table[measure], WINDOW, axis=1)
        return _medians(windows[self.firms, self.months - WINDOW])

    def usual_later(self, measure: str) -> _Floats:
        """Return for each row the median of the twelve months after; NaN where there are fewer than three."""
        windows = np.lib.stride_tricks.sliding_window_view(self.table[measure], WINDOW, axis=1)
        return _medians(windows[self.firms, self.months + 1])

    def before(self, measure: str, months: int) -> _Floats:
        """Return for each row the value ``months`` months before."""
        result: _Floats = self.table[measure][self.firms, self.months - months]
        return result


def firm_months(rows: ParsedRows, spans: _Ints, past: pd.DataFrame) -> ArrangedMonths:
    """Arrange ``rows`` (months of some enterprises, no key twice) and their published rows (``PublishedData.monthly``)."""
    firms, codes = pd.factorize(rows.values["credit_code"])
    months = _months_since_year_0(rows.values["month"].astype(np.int64))
    start = int(months.min()) - WINDOW
    width = int(months.max()) + WINDOW - start + 1
    past_firms = pd.Index(codes).get_indexer(past["credit_code"].astype(object))
    past_months = _months_since_year_0(past["month"].to_numpy(dtype=np.int64)) - start
    listed = (past_firms >= 0) & (past_months >= 0) & (past_months < width)
    at = (past_firms[listed], past_months[listed])
    past_spans = past["span"].to_numpy()[listed]
    row_at = (firms, months - start)
    table, published = {}, {}
    for column in MONTHLY_MEASURES:
        values = np.full((len(codes), width), np.nan)
        values[at] = past[column.field].to_numpy(dtype=np.float64, na_value=np.nan)[listed]
        published[column.field] = values[row_at]
        values[at] /= 1 if column.field == "staff" else past_spans
        if column.field in rows.mappings:
            values[row_at] = rows.numbers(column.field) / (1 if column.field == "staff" else spans)
        table[column.field] = values
    return ArrangedMonths(firms, months - start, table, published)


def _medians(windows: _Floats) -> _Floats:
    """Return the median of each row without its NaN, and NaN for rows of too few months."""
    ordered = np.sort(windows, axis=1)  # NaN goes last
    count = (~np.isnan(ordered)).sum(axis=1)
    row = np.arange(len(ordered))
    middle = (ordered[row, np.maximum(count - 1, 0) // 2] + ordered[row, np.minimum(count // 2, WINDOW - 1)]) / 2
    return np.where(count >= _FEWEST_MONTHS, middle, np.nan)


def _months_since_year_0(yyyymm: _Ints) -> _Ints:
    """Count months from year 0, so that neighbours differ by one."""
    return yyyymm // 100 * 12 + yyyymm % 100 - 1
