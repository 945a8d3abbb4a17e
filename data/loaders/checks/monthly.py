"""Monthly values against the enterprise's past: cumulative values become monthly, outliers and missing reports are found.

These checks never compare two enterprises, so they run for some enterprises at a time, each with all its months.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cockpit.calendar import months as m
from cockpit.contracts.findings import Finding
from cockpit.contracts.published import PublishedData
from cockpit.contracts.sheets import MONTHLY
from data.loaders.batch_store import ROWS_AT_ONCE, BatchStore
from data.loaders.checks.checks import EnterpriseRegister
from data.loaders.checks.cumulative import ADDITIVE_FIELDS, CUMULATIVE, is_cumulative, to_monthly
from data.loaders.checks.outliers import WATCHED_MEASURES, check_outliers
from data.loaders.checks.signs import check_signs
from data.loaders.headers.headers import ColumnMapping
from data.loaders.parsed_rows import ParsedRows

_HISTORY_MONTHS = 12
_PAST_ROWS = 20_000  # published rows loaded at a time
_KEY_FIELDS = ("credit_code", "month", "basis")
# Rows without a readable enterprise, month or 口径, and duplicates of a row, are left out.
_USABLE = "duplicate_of is null and credit_code is not null and month is not null and basis is not null"


def resolve_firm_histories(
    store: BatchStore, mappings: dict[str, ColumnMapping], published: PublishedData, register: EnterpriseRegister
) -> None:
    """Turn the stored rows into each month's own values and span, and report W302, W303 and W304."""
    months = [month for month, _ in store.count_by(MONTHLY, "month", _USABLE)]
    if not months:
        return
    last = months[-1]
    first = min(m.shift(months[0], -_HISTORY_MONTHS), m.month(m.year_of(months[0]), 1))
    firms_at_once = max(1, _PAST_ROWS // (m.distance(first, last) + 1))
    reported_months = _ReportedMonths(store, register)
    for codes, rows in _by_firm(store, mappings, firms_at_once):
        past = published.monthly(first, last, codes)
        cumulative = is_cumulative(rows)
        spans = to_monthly(rows, past)
        check_outliers(rows, spans, past)
        store.update_rows(rows, spans, cumulative)
        reported_months.record(past["credit_code"], past["month"], past["span"])
        reported_months.record(*(values[cumulative] for values in (rows.values["credit_code"], rows.values["month"], spans)))
        reported_months.resolved.update(codes)
    unresolved = [code for code in register.above_scale() if code not in reported_months.resolved]
    for start in range(0, len(unresolved), firms_at_once):
        past = published.monthly(first, last, unresolved[start : start + firms_at_once])
        reported_months.record(past["credit_code"], past["month"], past["span"])
    store.findings.add(reported_months.missing())


def _by_firm(store: BatchStore, mappings: dict[str, ColumnMapping], firms_at_once: int) -> Iterator[tuple[list[str], ParsedRows]]:
    """Yield the codes of some enterprises with their usable rows."""
    # Load only what is compared: cumulative values need every additive measure, others the watched ones.
    compared = (
        ADDITIVE_FIELDS
        if any(basis == CUMULATIVE for basis, _ in store.count_by(MONTHLY, "basis", _USABLE))
        else WATCHED_MEASURES
    )
    for codes in list(_code_batches(store.count_by(MONTHLY, "credit_code", _USABLE), firms_at_once)):
        chosen = f"{_USABLE} and credit_code between ? and ?"
        rows = store.load_rows(MONTHLY, mappings, (*_KEY_FIELDS, *compared), chosen, (codes[0], codes[-1]))
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


class _ReportedMonths:
    """Bit masks of the months that each enterprise above scale has reported; W304 names the missing ones.

    A month published earlier is not missing (a sheet may correct a few rows only), nor is one before the founding
    date, nor one of an enterprise whose row has a month that can't be read.
    """

    def __init__(self, store: BatchStore, register: EnterpriseRegister) -> None:
        self._register = register
        usable = "credit_code is not null and month is not null"
        self._months = [month for month, _ in store.count_by(MONTHLY, "month", usable)]
        self._bit = {month: 1 << i for i, month in enumerate(self._months)}
        self._bits = dict.fromkeys(register.above_scale(), 0)
        for code, month in store.values(MONTHLY, ("credit_code", "month"), usable):
            if code in self._bits:
                self._bits[code] |= self._bit[month]
        self._all_months = sum(self._bit.values())
        for (code,) in store.values(MONTHLY, ("credit_code",), "credit_code is not null and month is null"):
            self._add(code, self._all_months)
        #: Enterprises whose published months are recorded.
        self.resolved: set[str] = set()

    def _add(self, code: str, bits: int) -> None:
        if code in self._bits:
            self._bits[code] |= bits

    def record(self, codes: Iterable[str], months: Iterable[int], spans: Iterable[int]) -> None:
        """Record rows; a row covers the ``span`` months that end with its own."""
        for code, month, span in zip(codes, months, spans, strict=True):
            for covered_month in (month,) if span == 1 else m.span(m.shift(int(month), 1 - int(span)), int(month)):
                self._add(code, self._bit.get(covered_month, 0))

    def missing(self) -> Iterator[Finding]:
        """Yield the findings W304 by month, in the register's order."""
        incomplete = [code for code, bits in self._bits.items() if bits != self._all_months]
        for month in self._months:
            too_young = self._register.not_yet_founded(month)
            for code in incomplete:
                if not self._bits[code] & self._bit[month] and code not in too_young:
                    name = self._register.names.get(code) or ""
                    message = f"规上企业“{name}”（{code}）没有{m.iso(month)}的数据。请补报，或确认该企业本月无数据。"
                    yield Finding("W304", MONTHLY.title, None, None, None, code, message)
