"""Rows of the sheets other than 月度经营 against last year's, the published ones of the same key, other sheets and their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cockpit.contracts.columns import Sheet, Sign
from cockpit.contracts.findings import Finding
from cockpit.contracts.published import PublishedData
from cockpit.contracts.sheets import PLATFORM, TALENTS, TARGETS
from data.loaders.batch_store import BatchStore
from data.loaders.checks.comparisons.slips import format_plain, format_value
from data.loaders.checks.comparisons.spread import fit_spread, numeric_fields
from data.loaders.checks.comparisons.suspects import Against, CellFinding, Comparison, SuspectStore
from data.loaders.headers.headers import ColumnMapping

_POINTS = 30  # by which a percentage may differ from last year's
_FEWEST_OF_A_COLUMN = 3
_ALWAYS_FILLED = 0.95  # share of a column's cells in the years before
_STEADY = 0.2  # scatter of targets and headcounts from year to year: they are few, and planned
_ENOUGH_ROWS = 200
_POOL_ROWS = 4_000
_WINDOW, _FEWEST_MONTHS = 12, 3
#: Sheets whose rows of different kinds aren't alike: the column that tells the kinds.
_KINDS = {TARGETS.table: "metric", TALENTS.table: "category", PLATFORM.table: "area"}
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LedgerRows:
    """All rows of a sheet without an error, and the published ones of its table: key and numeric columns as stored.

    ``own`` has ``row_number`` as well. ``published`` may be of the own enterprises only.
    """

    sheet: Sheet
    mappings: dict[str, ColumnMapping]
    own: pd.DataFrame
    published: pd.DataFrame

    @property
    def fields(self) -> tuple[str, ...]:
        """The numeric fields that the source has."""
        return numeric_fields(self.sheet.columns, self.mappings)

    @property
    def periods(self) -> npt.NDArray[np.int64]:
        """Return the month or year of each own row, 0 where it has none."""
        name = next((k for k in self.sheet.keys if k in ("month", "year")), None)
        if name is None:
            return np.zeros(len(self.own), dtype=np.int64)
        periods: npt.NDArray[np.int64] = self.own[name].to_numpy(dtype=np.int64)
        return periods

    def numbers(self, name: str) -> _Floats:
        """Return a numeric column of the own rows."""
        numbers: _Floats = self.own[name].to_numpy(dtype=np.float64, na_value=np.nan)
        return numbers

    def aligned(self, name: str) -> _Floats:
        """Return for each own row the published value of the same key; NaN where there is none."""
        keys = list(self.sheet.keys)
        return _look_up(self.own[keys], self.published, keys, name)

    def published_cells(self, name: str) -> npt.NDArray[np.bool_]:
        """Return a mask of the own rows whose key is published with a value in the column."""
        if self.published.empty:
            return np.zeros(len(self.own), dtype=bool)
        keys = list(self.sheet.keys)
        published = self.published.assign(known=self.published[name].notna())
        known: npt.NDArray[np.bool_] = _look_up(self.own[keys], published, keys, "known") == 1
        return known

    def last_year(self, name: str) -> _Floats:
        """Return for each own row the value of the year before, of this source or else published."""
        return self._years_later(name, -1)

    def later_years(self, name: str) -> _Floats:
        """Return for rows without a year before the mean of the two years after, in logarithms; NaN for others."""
        first, second = (self._years_later(name, years) for years in (1, 2))
        with np.errstate(invalid="ignore"):
            return np.where(np.isnan(self.last_year(name)), np.sqrt(first * second), np.nan)

    def _years_later(self, name: str, years: int) -> _Floats:
        keys = list(self.sheet.keys)
        requested = self.own[keys].assign(year=self.own["year"] + years)
        own, published = (_look_up(requested, frame, keys, name) for frame in (self.own, self.published))
        return np.where(np.isnan(own), published, own)


def load_ledger(
    store: BatchStore,
    sheet: Sheet,
    mappings: dict[str, ColumnMapping],
    published: PublishedData,
    registered: Sequence[str],
) -> LedgerRows:
    """Load a sheet's rows and the published ones that they are compared with; of a table of enterprises, only theirs
    and, for a short sheet, those of some that are ``registered``."""
    names = list(dict.fromkeys([*sheet.keys, *numeric_fields(sheet.columns, mappings)]))
    rows = store.values(sheet, ("row_number", *names), "duplicate_of is null and not has_error")
    own = pd.DataFrame(list(rows), columns=["row_number", *names])
    own = own.astype(dict.fromkeys(numeric_fields(sheet.columns, mappings), "float64") | {"row_number": "int64"})
    codes = list(own["credit_code"].unique()) if "credit_code" in own else None
    if codes is not None and len(own) < _ENOUGH_ROWS:
        codes = list({*codes, *registered[:: max(1, len(registered) // _ENOUGH_ROWS)]})
    return LedgerRows(sheet, mappings, own, published.rows(sheet.table, codes))


def compare_ledger(ledger: LedgerRows, suspects: SuspectStore) -> None:
    """Compare every number of a sheet with the references that the sheet itself and the published rows give."""
    if not len(ledger.own):
        return
    kind = _KINDS.get(ledger.sheet.table)
    expected = _expected(ledger, kind)
    for name in ledger.fields:
        if ledger.sheet.column(name).sign is Sign.PERCENT:
            continue
        by_sheet, scatter = expected.get(name, (None, None))
        if ledger.sheet is PLATFORM:
            before, after = _platform_medians(ledger, name), _platform_medians(ledger, name, later=True)
            _add(ledger, suspects, name, Against.OWN_MONTHS, before)
            _add(ledger, suspects, name, Against.LATER_MONTHS, np.where(np.isnan(before), after, np.nan))
        elif "year" in ledger.sheet.keys:
            steady, near = (_STEADY, None) if kind else (None, by_sheet)
            _add(ledger, suspects, name, Against.LAST_YEAR, ledger.last_year(name), scatter=steady, expected=near)
            _add(ledger, suspects, name, Against.LATER_YEARS, ledger.later_years(name), scatter=steady, expected=near)
        _add(ledger, suspects, name, Against.PUBLISHED, ledger.aligned(name))
        if by_sheet is not None and ledger.sheet is not PLATFORM:
            _add(ledger, suspects, name, Against.SPREAD, by_sheet, scatter=scatter)


def compare_with(
    ledger: LedgerRows,
    suspects: SuspectStore,
    name: str,
    references: _Floats,
    source: str = "",
    against: Against = Against.OTHER_SHEET,
) -> None:
    """Compare a column with another sheet's."""
    _add(ledger, suspects, name, against, references, source)


def _add(
    ledger: LedgerRows,
    suspects: SuspectStore,
    name: str,
    against: Against,
    references: _Floats,
    source: str = "",
    scatter: float | None = None,
    expected: _Floats | None = None,
) -> None:
    values = ledger.numbers(name)
    # A reference that is next to nothing in its column is no measure: a firm that had begun with 0.01 may grow a hundredfold.
    known = references[references > 0]
    floor = np.median(known) / 300 if len(known) and ledger.sheet.table not in _KINDS else 0
    sound = (values > 0) & (references > floor)
    if against is Against.OWN_MONTHS:
        sound |= (values >= 0) & (references > floor)
    references = np.where(sound, references, np.nan)
    row_numbers = ledger.own["row_number"].to_numpy(dtype=np.int64)
    suspects.add(Comparison(name, against, row_numbers, ledger.periods, values, references, source, scatter, expected))


def _expected(ledger: LedgerRows, kind: str | None) -> dict[str, tuple[_Floats, float]]:
    """Return by field what the rest of the sheet, and its published rows where it is short, let expect, and the scatter."""
    columns = {name: ledger.sheet.column(name) for name in ledger.fields}
    fields = [n for n, c in columns.items() if c.sign is not Sign.PERCENT and not c.blank_means_none]
    if not fields:
        return {}
    frames = [ledger.own, ledger.published] if len(ledger.own) < _ENOUGH_ROWS else [ledger.own]
    names = [*fields, *([kind] if kind else [])]
    together = pd.concat([f[names].astype(dict.fromkeys(fields, "float64")) for f in frames], ignore_index=True)
    sizes = np.ones(len(together))
    if kind is not None:
        sizes = together.groupby(kind)[fields[0]].transform("median").to_numpy(dtype=np.float64)
    values = together[fields].to_numpy(dtype=np.float64) / sizes[:, None]
    spread = fit_spread(fields, values[:: max(1, len(values) // _POOL_ROWS)])
    own = values[: len(ledger.own), [fields.index(f) for f in spread.fields]]
    expected = spread.expected(own) * sizes[: len(own), None]
    return {name: (expected[:, i], float(spread.scatters[i])) for i, name in enumerate(spread.fields)}


def _platform_medians(ledger: LedgerRows, name: str, *, later: bool = False) -> _Floats:
    """Return for each own row the median of its area's twelve months before, or ``later``; NaN where there are few."""
    columns = ["month", "area", name]
    together = pd.concat([ledger.published[columns], ledger.own[columns]], ignore_index=True)
    together = together.astype({name: "float64", "month": "int64"}).drop_duplicates(["month", "area"], keep="last")
    result = np.full(len(ledger.own), np.nan)
    for area, rows in together.sort_values("month", ascending=not later).groupby("area"):
        median = rows[name].rolling(_WINDOW, min_periods=_FEWEST_MONTHS).median().shift()
        by_month = dict(zip(rows["month"], median, strict=True))
        mine = (ledger.own["area"] == area).to_numpy()
        result[mine] = [by_month[month] for month in ledger.own.loc[mine, "month"]]
    return result


def usual_cells(ledger: LedgerRows, name: str) -> npt.NDArray[np.bool_] | None:
    """Return a mask of the own rows whose year before, or whose months before, had a number above zero.

    None of a column for which that says nothing: it has no such rows, or its cells have been blank now and then.
    """
    if name not in ledger.fields or ledger.sheet.column(name).blank_means_none:
        return None
    if ledger.sheet is PLATFORM:
        return _platform_medians(ledger, name) > 0
    if "year" not in ledger.sheet.keys:
        return None
    cells = pd.concat([ledger.own[["year", name]], ledger.published[["year", name]]])
    earlier = cells.loc[cells["year"] < cells["year"].max(), name]
    return ledger.last_year(name) > 0 if len(earlier) and earlier.notna().mean() > _ALWAYS_FILLED else None


def check_shrinking(ledger: LedgerRows) -> Iterator[CellFinding]:
    """Yield W303 where what only adds up is less than what is published: a finding a row, or one where most rows are."""
    for name in ledger.fields:
        if not ledger.sheet.column(name).accumulates:
            continue
        mapping, values, before = ledger.mappings[name], ledger.numbers(name), ledger.aligned(name)
        label, title = mapping.column.label, ledger.sheet.title
        shrunk = np.flatnonzero(values < before * (1 - 1e-9))
        numbers = ledger.own["row_number"].to_numpy(dtype=np.int64)[shrunk]
        if len(shrunk) >= max(_FEWEST_OF_A_COLUMN, (before > 0).sum() / 2):
            total = format_value(float((before - values)[shrunk].sum()), mapping.column)
            message = (
                f"“{label}”有{len(shrunk):,}行（从第{numbers.min()}行起）比已发布的小，共差 {total}。请核对整列是不是累计数。"
            )
            yield Finding("W303", title, None, mapping.display_name, mapping.letter, None, message), mapping.index
            continue
        for i, number in zip(shrunk, numbers, strict=True):
            now, then = format_value(values[i], mapping.column), format_value(before[i], mapping.column)
            message = f"{label} {now}，已发布的是 {then}，累计数变小。请核对是否填了当年数，或确认更正。"
            yield Finding("W303", title, int(number), mapping.display_name, mapping.letter, None, message), mapping.index


def check_percentages(ledger: LedgerRows) -> Iterator[CellFinding]:
    """Yield findings about percentages written as fractions, or far from last year's: W310 for a whole column, else W302."""
    for name in ledger.fields:
        if ledger.sheet.column(name).sign is Sign.PERCENT:
            values = ledger.numbers(name)
            fractions = (values > 0) & (values <= 1)
            label = ledger.sheet.column(name).label
            about_all = f"“{label}”整列都在0—1之间，疑似写成了小数（0.95 应为 95）。请把整列乘以100，或把表头单位写成“小数”。"
            yield from _percentages(ledger, name, fractions, about_all, as_fractions=True)
            if "year" in ledger.sheet.keys:
                far = (np.abs(values - ledger.last_year(name)) > _POINTS) & ~fractions
                about_all = f"“{label}”整列与上年相差{_POINTS}个百分点以上。请核对口径和数值。"
                yield from _percentages(ledger, name, far, about_all, as_fractions=False)


def _percentages(
    ledger: LedgerRows, name: str, odd: npt.NDArray[np.bool_], about_all: str, *, as_fractions: bool
) -> Iterator[CellFinding]:
    mapping, values = ledger.mappings[name], ledger.numbers(name)
    known = int((~np.isnan(values) & (values != 0)).sum())
    whole = known >= 2 and odd.sum() >= known if as_fractions else odd.sum() >= max(_FEWEST_OF_A_COLUMN, known / 2)
    title, label = ledger.sheet.title, mapping.column.label
    if whole:
        yield Finding("W310", title, None, mapping.display_name, mapping.letter, None, about_all), mapping.index
        return
    last = ledger.last_year(name) if "year" in ledger.sheet.keys else np.full(len(values), np.nan)
    for i in np.flatnonzero(odd):
        number = int(ledger.own["row_number"].iloc[i])
        shown = format_plain(values[i])
        if as_fractions:
            message = f"{label} {shown}%，疑似写成了小数，应为 {format_plain(values[i] * 100)}。请核对。"
        else:
            message = f"{label} {shown}%，上年是 {format_plain(last[i])}%，相差{_POINTS}个百分点以上。请核对。"
        yield Finding("W302", title, number, mapping.display_name, mapping.letter, None, message), mapping.index


def _look_up(requested: pd.DataFrame, frame: pd.DataFrame, keys: Sequence[str], name: str) -> _Floats:
    """Return the value of the frame's row with each requested key; NaN without one."""
    if name not in frame or frame.empty:
        return np.full(len(requested), np.nan)
    indexed = pd.MultiIndex.from_arrays([frame[k].astype(object) for k in keys])
    at = indexed.get_indexer(pd.MultiIndex.from_arrays([requested[k].astype(object) for k in keys]))
    values = frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(at >= 0, values[at], np.nan)
