"""Monthly values against the enterprise's past: cumulative values become monthly, outliers and missing reports are found.

Most of these checks never compare two enterprises, so they run for some enterprises at a time, each with all its months.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from cockpit.calendar import months as m
from cockpit.contracts.published import PublishedData
from cockpit.contracts.sheets import MONTHLY, MONTHLY_MEASURES
from data.loaders.batch_store import ROWS_AT_ONCE, BatchStore
from data.loaders.checks.checks import EnterpriseRegister
from data.loaders.checks.comparisons.firm_months import ArrangedMonths, firm_months
from data.loaders.checks.comparisons.outliers import OddMonths, compare_with_own_months, copied_rows, cumulative_rows
from data.loaders.checks.comparisons.spread import SheetSpread, monthly_spread
from data.loaders.checks.comparisons.suspects import CellFinding, SuspectStore
from data.loaders.checks.corrections import CorrectedMonths
from data.loaders.checks.cumulative import is_cumulative, to_monthly
from data.loaders.checks.gaps import ColumnGaps
from data.loaders.checks.reported_months import ReportedMonths
from data.loaders.checks.signs import check_signs
from data.loaders.headers.headers import ColumnMapping
from data.loaders.parsed_rows import ParsedRows

_HISTORY_MONTHS = 12
_PAST_ROWS = 20_000  # published rows loaded at a time
_KEY_FIELDS = ("credit_code", "month", "basis")
# Rows without a readable enterprise, month or 口径, and duplicates of a row, are left out.
_USABLE = "duplicate_of is null and credit_code is not null and month is not null and basis is not null"


def resolve_firm_histories(
    store: BatchStore,
    mappings: dict[str, ColumnMapping],
    published: PublishedData,
    register: EnterpriseRegister,
    suspects: SuspectStore,
) -> Iterator[CellFinding]:
    """Turn the stored rows into each month's own values and span, and report what doesn't fit the enterprises' past.

    Far-off values go to ``suspects``; reported are W303, W304, W308, and E111 for a derived negative month; returned are W311,
    W312 and W313.
    """
    months = [month for month, _ in store.count_by(MONTHLY, "month", _USABLE)]
    if not months:
        return iter(())
    published_months = published.months()
    # To the end of the last year: cumulative months that were published there take what changes before them.
    last = max([months[-1], *(x for x in published_months if m.year_of(x) == m.year_of(months[-1]))])
    first = min(m.shift(months[0], -_HISTORY_MONTHS), m.month(m.year_of(months[0]), 1))
    firms_at_once = max(1, _PAST_ROWS // (m.distance(first, last) + 1))
    reported_months = ReportedMonths(store, register, published_months)
    checks = _FirmChecks(mappings, suspects, monthly_spread(store, mappings, published, register))
    for codes, rows in _by_firm(store, mappings, firms_at_once):
        past = published.monthly(first, last, codes)
        cumulative = is_cumulative(rows)
        spans = to_monthly(rows, past)
        checks.run(rows, firm_months(rows, spans, past), past)
        store.update_rows(rows, spans, cumulative)
        reported_months.record(past["credit_code"], past["month"], past["span"])
        reported_months.record(*(values[cumulative] for values in (rows.values["credit_code"], rows.values["month"], spans)))
        reported_months.resolved.update(codes)
    unresolved = [code for code in register.above_scale() if code not in reported_months.resolved]
    for start in range(0, len(unresolved), firms_at_once):
        past = published.monthly(first, last, unresolved[start : start + firms_at_once])
        reported_months.record(past["credit_code"], past["month"], past["span"])
    store.findings.add(reported_months.missing(mappings["month"]))
    store.findings.add(checks.gaps.findings())
    return itertools.chain(checks.odd_months.findings(mappings), checks.corrected_months.findings(mappings))


class _FirmChecks:
    """Checks of some enterprises' months at a time, and what they have counted so far."""

    def __init__(self, mappings: dict[str, ColumnMapping], suspects: SuspectStore, spread: SheetSpread) -> None:
        self._mappings, self._suspects, self._spread = mappings, suspects, spread
        self.gaps = ColumnGaps(MONTHLY, mappings)
        self.odd_months = OddMonths()
        self.corrected_months = CorrectedMonths()

    def run(self, rows: ParsedRows, arranged: ArrangedMonths, past: pd.DataFrame) -> None:
        """Compare the rows with their enterprises' other months, and those without such with the sheet's spread."""
        compared = compare_with_own_months(rows, arranged, self._suspects)
        self._spread.compare(rows, arranged, compared, self._suspects)
        self.odd_months.count(rows)
        copied = copied_rows(rows, arranged)
        self.odd_months.add("W311", rows, copied, copied)
        copied = copied_rows(rows, arranged, back=m.MONTHS_OF_YEAR) & ~copied
        self.odd_months.add("W311", rows, copied, copied, back=m.MONTHS_OF_YEAR)
        self._suspects.drop(self.odd_months.add("W312", rows, *cumulative_rows(rows, arranged)))
        self.corrected_months.add(rows, arranged, past)
        periods = rows.values["month"].astype(np.int64)
        for column in MONTHLY_MEASURES:
            name = column.field
            blank = ~rows.known(name) & ~rows.has_error if name in self._mappings else np.ones(len(periods), dtype=bool)
            amounts = arranged.published[name]
            self.gaps.add(name, rows.row_numbers, blank, ~np.isnan(amounts), amounts, periods, compared.get(name))


def _by_firm(store: BatchStore, mappings: dict[str, ColumnMapping], firms_at_once: int) -> Iterator[tuple[list[str], ParsedRows]]:
    """Yield the codes of some enterprises with their usable rows."""
    names = (*_KEY_FIELDS, *(c.field for c in MONTHLY_MEASURES))
    for codes in list(_code_batches(store.count_by(MONTHLY, "credit_code", _USABLE), firms_at_once)):
        chosen = f"{_USABLE} and credit_code between ? and ?"
        rows = store.load_rows(MONTHLY, mappings, names, chosen, (codes[0], codes[-1]))
        check_signs(rows)
        yield codes, rows


def _code_batches(counts: Iterable[tuple[str, int]], firms_at_once: int) -> Iterator[list[str]]:
    """Group codes, rising, into batches of at most ``firms_at_once`` enterprises and ``ROWS_AT_ONCE`` rows.

    ``counts``: pairs of code and number of rows.
    """
    batch: list[str] = []
    row_count = 0
    for code, rows in counts:
        if batch and (len(batch) == firms_at_once or row_count + rows > ROWS_AT_ONCE):
            yield batch
            batch, row_count = [], 0
        batch.append(code)
        row_count += rows
    if batch:
        yield batch
