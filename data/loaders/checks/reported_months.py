"""W304: enterprises without a row in a month that the sheet covers, and whole months that are missing."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from cockpit.calendar import months as m
from cockpit.contracts.findings import Finding
from cockpit.contracts.sheets import MONTHLY
from data.loaders.batch_store import BatchStore
from data.loaders.checks.checks import EnterpriseRegister
from data.loaders.headers.headers import ColumnMapping

_STRAY_SHARE = 0.2  # of the rows of the fullest month


class ReportedMonths:
    """Bit masks of the months that each enterprise above scale has reported; W304 names the missing ones.

    A month published earlier is not missing (a sheet may correct a few rows only), nor is one before the founding
    date in this source's register, nor one of an enterprise whose row has a month that can't be read.
    """

    def __init__(self, store: BatchStore, register: EnterpriseRegister, published_months: Sequence[int]) -> None:
        self._store, self._register = store, register
        usable = "credit_code is not null and month is not null"
        self._rows = dict(store.count_by(MONTHLY, "month", usable))
        self._months = list(self._rows)
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
        self._covered = {*published_months, *self._months}
        self._published = frozenset(published_months)

    def _add(self, code: str, bits: int) -> None:
        if code in self._bits:
            self._bits[code] |= bits

    def record(self, codes: Iterable[str], months: Iterable[int], spans: Iterable[int]) -> None:
        """Record rows; a row covers the ``span`` months that end with its own."""
        for code, month, span in zip(codes, months, spans, strict=True):
            for covered_month in (month,) if span == 1 else m.span(m.shift(int(month), 1 - int(span)), int(month)):
                self._add(code, self._bit.get(covered_month, 0))
                self._covered.add(int(covered_month))

    def missing(self, mapping: ColumnMapping) -> Iterator[Finding]:
        """Yield the findings W304: skipped and mistyped months first, then enterprises by month, in the register's order."""
        strays = self._stray_months()
        for month in strays:
            yield self._stray(month, mapping)
        for month in self._skipped_months(frozenset(strays)):
            message = f"{m.iso(month)}没有任何企业的数据，前后的月份都有：同比、累计、12个月的数都少这个月。"
            message += "请一并载入，或确认这个月不报。"
            yield Finding("W304", MONTHLY.title, None, mapping.display_name, mapping.letter, m.iso(month), message)
        incomplete = [code for code, bits in self._bits.items() if bits != self._all_months]
        for month in (month for month in self._months if month not in strays):
            too_young = self._register.not_yet_founded(month)
            for code in incomplete:
                if not self._bits[code] & self._bit[month] and code not in too_young:
                    name = self._register.names.get(code) or ""
                    message = f"规上企业“{name}”（{code}）没有{m.iso(month)}的数据。请补报，或确认该企业本月无数据。"
                    yield Finding("W304", MONTHLY.title, None, None, None, code, message)

    def _stray_months(self) -> list[int]:
        """Return this source's months that lie far from all others and have few rows, or lie far from what is published."""
        fullest = max(self._rows.values(), default=0)
        return [month for month, rows in self._rows.items() if self._is_far(month, few=rows <= _STRAY_SHARE * fullest)]

    def _is_far(self, month: int, *, few: bool) -> bool:
        if month in self._published:
            return False
        others = [c for c in (self._covered if few else self._published) if c != month]
        return bool(others) and min(abs(m.distance(c, month)) for c in others) > (1 if few else m.MONTHS_OF_YEAR)

    def _skipped_months(self, strays: frozenset[int]) -> list[int]:
        """Return the months without any row between two covered ones of which at least one is this source's."""
        covered = sorted(self._covered - strays)
        gaps = [(a, b) for a, b in itertools.pairwise(covered) if not {a, b}.isdisjoint(self._bit)]
        return [month for a, b in gaps for month in m.span(m.shift(a, 1), m.shift(b, -1))]

    def _stray(self, month: int, mapping: ColumnMapping) -> Finding:
        rows = self._rows[month]
        [first] = next(self._store.values(MONTHLY, ("row_number",), f"month = {month}"))
        nearest = min((c for c in self._covered if c != month), key=lambda c: abs(m.distance(c, month)))
        gap = abs(m.distance(nearest, month))
        message = (
            f"从第{first}行起有{rows:,}行的月份是{m.iso(month)}，与最近的有数据月份{m.iso(nearest)}相隔{gap}个月。"
            "请核对月份是否录错；没有录错的，请把中间的月份一并载入。"
        )
        return Finding("W304", MONTHLY.title, first, mapping.display_name, mapping.letter, m.iso(month), message)
