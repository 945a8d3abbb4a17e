"""What the other columns and rows of a sheet suggest for a cell: for rows without a history of their own.

A row's size is the median, over its columns, of log(value ÷ the column's median). What is expected of a cell is its column's
median times the row's size: a firm twice as large in most columns should be twice as large in each. Where a column doesn't
follow the others (land, say), its median alone is expected. The scatter of either is estimated robustly from a pool of rows.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cockpit.contracts.columns import Column
from cockpit.contracts.published import PublishedData
from cockpit.contracts.sheets import MONTHLY, MONTHLY_MEASURES
from data.loaders.batch_store import BatchStore
from data.loaders.checks.checks import EnterpriseRegister
from data.loaders.checks.comparisons.firm_months import ArrangedMonths
from data.loaders.checks.comparisons.suspects import Against, Comparison, SuspectStore
from data.loaders.headers.header_text import NUMERIC
from data.loaders.headers.headers import ColumnMapping
from data.loaders.parsed_rows import ParsedRows

_FEWEST_ROWS = 8
_FEWEST_COLUMNS = 3
_POOL_ROWS = 2_000
_ENOUGH_ROWS = 200
_PUBLISHED_FIRMS = 400
_TO_SIGMA = 1.4826
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SheetSpread:
    """Column medians and scatters of a pool of rows, in logarithms: by field; without any when the pool is too small.

    ``offsets``: what a column deviates from its rows' sizes by; ``scatters``: of what is expected; ``sized``: by the row's size.
    """

    fields: tuple[str, ...]
    medians: _Floats
    offsets: _Floats
    scatters: _Floats
    sized: npt.NDArray[np.bool_]

    def expected(self, values: _Floats) -> _Floats:
        """Return what is expected of each cell of ``values`` [row, field]; NaN where nothing is."""
        logs = _logs(values)
        by_size = self.medians + _sizes(logs, self.medians)[:, None] + self.offsets
        result: _Floats = np.exp(np.where(self.sized, by_size, self.medians))
        return result

    def compare(
        self, rows: ParsedRows, arranged: ArrangedMonths, compared: dict[str, npt.NDArray[np.bool_]], to: SuspectStore
    ) -> None:
        """Compare monthly values that have no months of their own (``compared``: masks of those that have)."""
        if not self.fields or all(compared[name].all() for name in self.fields):
            return
        values = np.column_stack([arranged.before(name, 0) for name in self.fields])
        expected = self.expected(values)
        months = rows.values["month"].astype(np.int64)
        for i, name in enumerate(self.fields):
            references = np.where(compared[name] | ~(values[:, i] > 0), np.nan, expected[:, i])
            scatter = float(self.scatters[i])
            to.add(Comparison(name, Against.SPREAD, rows.row_numbers, months, values[:, i], references, scatter=scatter))


def fit_spread(fields: Sequence[str], pool: _Floats) -> SheetSpread:
    """Estimate the spread from a pool of values [row, field]."""
    logs = _logs(pool)
    known = (~np.isnan(logs)).sum(axis=0)
    chosen = known >= _FEWEST_ROWS
    fields, logs = tuple(f for f, ok in zip(fields, chosen, strict=True) if ok), logs[:, chosen]
    if not fields:
        none = np.zeros(0)
        return SheetSpread((), none, none, none, none.astype(bool))
    medians = _nanmedian(logs, 0)
    residuals = logs - medians - _sizes(logs, medians)[:, None]
    offsets = _nanmedian(residuals, 0)
    by_size = _TO_SIGMA * _nanmedian(np.abs(residuals - offsets), 0)
    alone = _TO_SIGMA * _nanmedian(np.abs(logs - medians), 0)
    sized = by_size < alone  # False where it is NaN
    return SheetSpread(fields, medians, np.nan_to_num(offsets), np.where(sized, by_size, alone), sized)


def monthly_spread(
    store: BatchStore, mappings: dict[str, ColumnMapping], published: PublishedData, register: EnterpriseRegister
) -> SheetSpread:
    """Estimate the spread of 月度经营 from some of its rows, and from the newest published month where these are few."""
    fields = tuple(c.field for c in MONTHLY_MEASURES if c.field in mappings)
    pool = sample_rows(store, fields, "basis = '当月'")
    if len(pool) < _ENOUGH_ROWS and (months := published.months()):
        codes = list(register.kinds)
        codes = codes[:: max(1, len(codes) // _PUBLISHED_FIRMS)]
        back = min(len(months), max(1, _POOL_ROWS // max(len(codes), 1)), 12)
        past = published.monthly(months[-back], months[-1], codes)
        spans = past["span"].to_numpy()
        columns = [past[f].to_numpy(dtype=np.float64, na_value=np.nan) / (1 if f == "staff" else spans) for f in fields]
        pool = np.concatenate([pool, np.column_stack(columns)]) if columns else pool
    return fit_spread(fields, pool)


def sample_rows(store: BatchStore, fields: Sequence[str], where: str = "true") -> _Floats:
    """Load numbers of at most some thousand evenly spaced monthly rows [row, field]; ``where``: a SQL condition."""
    usable = f"duplicate_of is null and not has_error and {where}"
    every = max(1, store.count(MONTHLY, usable) // _POOL_ROWS)
    rows = list(store.values(MONTHLY, fields, f"{usable} and row_number % {every} = 0")) if fields else []
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(fields))


def numeric_fields(columns: Sequence[Column], mappings: dict[str, ColumnMapping]) -> tuple[str, ...]:
    """Return the fields of the numeric columns that a source has."""
    return tuple(c.field for c in columns if c.kind in NUMERIC and c.field in mappings)


def _logs(values: _Floats) -> _Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values > 0, np.log(values), np.nan)


def _sizes(logs: _Floats, medians: _Floats) -> _Floats:
    """Return each row's size; NaN where too few columns are known."""
    sizes = _nanmedian(logs - medians, 1)
    return np.where((~np.isnan(logs)).sum(axis=1) >= _FEWEST_COLUMNS, sizes, np.nan)


def _nanmedian(values: _Floats, axis: int) -> _Floats:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a column or row without any value
        result: _Floats = np.nanmedian(values, axis=axis)
    return result
