"""Monthly figures against the enterprise's past: cumulative figures resolved, jumps and missing reports found.

Enterprises know nothing of each other here, so they are settled some at a time, each with all its months.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cockpit.calendar import months as m
from cockpit.contracts.findings import Finding
from cockpit.contracts.published import PublishedData
from cockpit.contracts.sheets import MONTHLY
from data.loaders.checks.checks import EnterpriseRegister
from data.loaders.checks.cumulative import ADDITIVE_MEASURES, CUMULATIVE, is_cumulative, to_monthly
from data.loaders.checks.outliers import WATCHED_MEASURES, check_outliers
from data.loaders.checks.signs import check_signs
from data.loaders.headers.headers import ColumnMapping
from data.loaders.rows import ParsedRows
from data.loaders.store import ROWS_AT_ONCE, BatchStore

_HISTORY_MONTHS = 12
_PAST_ROWS = 20_000  # published rows that are compared with at a time
_PLACED_BY = ("credit_code", "month", "basis")
#: Rows without a readable enterprise, month or 口径, and rows that repeat another, take no part.
_USABLE = "not repeated and credit_code is not null and month is not null and basis is not null"


def resolve_firm_histories(
    store: BatchStore, mappings: dict[str, ColumnMapping], published: PublishedData, register: EnterpriseRegister
) -> None:
    """Bring the stored rows to the month's own figures and span, and tell what is found (W302, W303, W304)."""
    months = [month for month, _ in store.counts(MONTHLY, "month", _USABLE)]
    if not months:
        return
    last = months[-1]
    first = min(m.shift(months[0], -_HISTORY_MONTHS), m.month(m.year_of(months[0]), 1))
    firms_at_once = max(1, _PAST_ROWS // (m.distance(first, last) + 1))
    coverage = _Coverage(store, register)
    for codes, rows in _by_firm(store, mappings, firms_at_once):
        past = published.monthly(first, last, codes)
        cumulative = is_cumulative(rows)
        spans = to_monthly(rows, past)
        check_outliers(rows, spans, past)
        store.update_rows(rows, spans, cumulative)
        coverage.note(past["credit_code"], past["month"], past["span"])
        coverage.note(*(values[cumulative] for values in (rows.values["credit_code"], rows.values["month"], spans)))
        coverage.settled.update(codes)
    unsettled = [code for code in register.above_scale() if code not in coverage.settled]
    for at in range(0, len(unsettled), firms_at_once):
        past = published.monthly(first, last, unsettled[at : at + firms_at_once])
        coverage.note(past["credit_code"], past["month"], past["span"])
    store.told.tell(coverage.missing())


def _by_firm(store: BatchStore, mappings: dict[str, ColumnMapping], firms_at_once: int) -> Iterator[tuple[list[str], ParsedRows]]:
    """The usable rows of some enterprises, with their codes."""
    # Only what is compared: cumulative figures with all of the year before them, others with their like.
    compared = (
        ADDITIVE_MEASURES
        if any(basis == CUMULATIVE for basis, _ in store.counts(MONTHLY, "basis", _USABLE))
        else WATCHED_MEASURES
    )
    for codes in list(_shares(store.counts(MONTHLY, "credit_code", _USABLE), firms_at_once)):
        chosen = f"{_USABLE} and credit_code between ? and ?"
        rows = store.rows(MONTHLY, mappings, (*_PLACED_BY, *compared), chosen, (codes[0], codes[-1]))
        check_signs(rows)
        yield codes, rows


def _shares(counts: Iterable[tuple[str, int]], firms_at_once: int) -> Iterator[list[str]]:
    """Enterprises, rising, in shares of so many and of some thousand rows; ``counts``: code and number of rows."""
    share: list[str] = []
    held = 0
    for code, number in counts:
        if share and (len(share) == firms_at_once or held + number > ROWS_AT_ONCE):
            yield share
            share, held = [], 0
        share.append(code)
        held += number
    if share:
        yield share


class _Coverage:
    """Months that each enterprise above scale has reported, as bits: W304 is said of the others.

    A month published earlier is not missing (a sheet may correct a few rows only), nor is one before the
    enterprise was founded, nor one of an enterprise whose row has a month that can't be read.
    """

    def __init__(self, store: BatchStore, register: EnterpriseRegister) -> None:
        self._register = register
        placed = "credit_code is not null and month is not null"
        self._months = [month for month, _ in store.counts(MONTHLY, "month", placed)]
        self._bit = {month: 1 << i for i, month in enumerate(self._months)}
        self._bits = dict.fromkeys(register.above_scale(), 0)
        for code, month in store.values(MONTHLY, ("credit_code", "month"), placed):
            if code in self._bits:
                self._bits[code] |= self._bit[month]
        self._everything = sum(self._bit.values())
        for (code,) in store.values(MONTHLY, ("credit_code",), "credit_code is not null and month is null"):
            self._add(code, self._everything)
        #: Enterprises whose published months have been noted.
        self.settled: set[str] = set()

    def _add(self, code: str, bits: int) -> None:
        if code in self._bits:
            self._bits[code] |= bits

    def note(self, codes: Iterable[str], months: Iterable[int], spans: Iterable[int]) -> None:
        """Rows that cover the months up to theirs."""
        for code, month, span in zip(codes, months, spans, strict=True):
            for covered in (month,) if span == 1 else m.span(m.shift(int(month), 1 - int(span)), int(month)):
                self._add(code, self._bit.get(covered, 0))

    def missing(self) -> Iterator[Finding]:
        """The findings W304, by month and in the register's order."""
        lacking = [code for code, bits in self._bits.items() if bits != self._everything]
        for month in self._months:
            young = self._register.young(month)
            for code in lacking:
                if not self._bits[code] & self._bit[month] and code not in young:
                    name = self._register.name.get(code) or ""
                    message = f"规上企业“{name}”（{code}）没有{m.iso(month)}的数据。请补报，或确认该企业本月无数据。"
                    yield Finding("W304", MONTHLY.title, None, None, None, code, message)
