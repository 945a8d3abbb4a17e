"""Months that don't fit an enterprise's own: far from its median (W302), copied from the month before (W311), or cumulative
figures in a row that says 当月 (W312).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from cockpit.calendar import months as m
from cockpit.contracts.columns import Column, Kind
from cockpit.contracts.findings import Finding
from cockpit.contracts.sheets import MONTHLY, MONTHLY_MEASURES
from data.loaders.checks.comparisons.firm_months import ArrangedMonths
from data.loaders.checks.comparisons.suspects import WATCHED_MEASURES, Against, CellFinding, Comparison, SuspectStore
from data.loaders.headers.headers import ColumnMapping
from data.loaders.parsed_rows import ParsedRows

_Floats = npt.NDArray[np.float64]
_Bools = npt.NDArray[np.bool_]
_FEWEST_COLUMNS = 3
_FEWEST_TO_COPY = 4
_FEWEST_OF_A_MONTH = 5
_SHARE_OF_A_MONTH = 0.5
_LEAST, _MOST = 0.75, 1.4  # times the number of the month


def compare_with_own_months(rows: ParsedRows, arranged: ArrangedMonths, suspects: SuspectStore) -> dict[str, _Bools]:
    """Compare every measure with the median of its enterprise's twelve months before, published or of this source.

    The first months of all have none: they are compared with the twelve after. Returns masks of the rows that had a median
    of months before, by field.
    A zero of output or tax is far off, one of another measure is not; a negative value (W301) is not compared.
    """
    months = rows.values["month"].astype(np.int64)
    compared = {}
    for column in MONTHLY_MEASURES:
        if column.field in rows.mappings:
            values = arranged.before(column.field, 0)
            usual = arranged.usual(column.field)
            compared[column.field] = usual > 0
            if column.field not in WATCHED_MEASURES:
                usual = np.where(values > 0, usual, np.nan)
            suspects.add(Comparison(column.field, Against.OWN_MONTHS, rows.row_numbers, months, values, usual))
            if not compared[column.field].all():
                later = arranged.usual_later(column.field)
                later[compared[column.field] | ~(values > 0)] = np.nan
                suspects.add(Comparison(column.field, Against.LATER_MONTHS, rows.row_numbers, months, values, later))
    return compared


def copied_rows(rows: ParsedRows, arranged: ArrangedMonths, back: int = 1) -> _Bools:
    """Return a mask of the rows that repeat the month ``back`` months before in every column, while other months differed."""
    same = np.ones(len(rows.row_numbers), dtype=bool)
    columns = np.zeros(len(same), dtype=np.int64)
    differed = np.zeros(len(same), dtype=bool)
    for column in MONTHLY_MEASURES:
        if column.field not in rows.mappings:
            continue
        now, before, earlier = (arranged.before(column.field, n) for n in (0, back, 2 if back == 1 else 1))
        same &= (now == before) | (np.isnan(now) & np.isnan(before))
        columns += (now == before) & (now != 0)
        differed |= ~np.isnan(before) & ~np.isnan(earlier) & (before != earlier)
    return same & (columns >= _FEWEST_COLUMNS) & differed


def cumulative_rows(rows: ParsedRows, arranged: ArrangedMonths) -> tuple[_Bools, _Bools]:
    """Return masks of the 当月 rows, March or later, that look like January to date, and of those that surely do.

    All columns that add up are about as many times the mean of the year's months before as the month's number says, and
    none is less than their sum; staff, which doesn't add up, is as before. Surely: so they are of the twelve months before.
    """
    numbers = rows.values["month"].astype(np.int64) % 100
    result, sure = np.zeros(len(numbers), dtype=bool), np.zeros(len(numbers), dtype=bool)
    doubtful = (rows.values["basis"] == "当月") & (numbers >= 3)
    measures = [c for c in MONTHLY_MEASURES if c.field in rows.mappings]
    # Few rows are left by the first column that adds up, so that the others cost little.
    for column in [c for c in measures if c.kind is not Kind.COUNT][:1]:
        year = _Year(arranged, column.field, numbers)
        doubtful &= year.fits | ~year.known
    chosen = np.flatnonzero(doubtful)
    if len(chosen):
        result[chosen], sure[chosen] = _are_cumulative(arranged.of(chosen), measures, numbers[chosen])
    return result, sure


def _are_cumulative(
    arranged: ArrangedMonths, measures: Sequence[Column], numbers: npt.NDArray[np.int64]
) -> tuple[_Bools, _Bools]:
    steady = np.ones(len(numbers), dtype=bool)
    fits, sure, known = (np.zeros(len(numbers), dtype=np.int64) for _ in range(3))
    for column in measures:
        year = _Year(arranged, column.field, numbers)
        if column.kind is Kind.COUNT:
            steady &= ~year.known | ((year.ratio > 0.6) & (year.ratio < 1.6))
        else:
            known += year.known
            fits += year.fits
            sure += year.fits & (year.now > _LEAST * numbers * arranged.usual(column.field))
    result = steady & (fits >= _FEWEST_TO_COPY) & (fits >= 0.8 * known)
    return result, result & (sure >= _FEWEST_TO_COPY)


class _Year:
    """A measure in each row, and its ratio to the mean of the year's months before; ``fits``: near their number."""

    def __init__(self, arranged: ArrangedMonths, measure: str, numbers: npt.NDArray[np.int64]) -> None:
        so_far, reported = np.zeros(len(numbers)), np.zeros(len(numbers))
        for back in range(1, int(numbers.max(initial=1))):
            value = np.where(numbers > back, arranged.before(measure, back), np.nan)
            so_far += np.nan_to_num(value)
            reported += ~np.isnan(value)
        self.now = arranged.before(measure, 0)
        self.known: _Bools = (reported == numbers - 1) & (so_far > 0) & (self.now > 0)
        self.ratio: _Floats = np.divide(self.now, so_far / np.maximum(reported, 1), out=np.ones(len(numbers)), where=self.known)
        near = (self.ratio > _LEAST * numbers) & (self.ratio < _MOST * numbers)
        self.fits: _Bools = self.known & near & (self.now >= so_far)


class OddMonths:
    """Rows found by ``copied_rows`` or ``cumulative_rows``: one finding a row, or one for a month where it is most of them."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, int, int], list[tuple[int, bool]]] = defaultdict(list)
        self._all: dict[int, int] = defaultdict(int)

    def add(self, code: str, rows: ParsedRows, odd: _Bools, sure: _Bools, *, back: int = 1) -> list[int]:
        """Record the rows of a mask, of which only the ``sure`` ones are reported singly, and return their numbers.

        ``back``: the months between a row and the one that it repeats.
        """
        numbers = [int(n) for n in rows.row_numbers[odd]]
        for month, number, alone in zip(rows.values["month"][odd], numbers, sure[odd], strict=True):
            self._rows[code, int(month), back].append((number, bool(alone)))
        return numbers

    def count(self, rows: ParsedRows) -> None:
        """Count the rows of each month."""
        for month, number in zip(*np.unique(rows.values["month"].astype(np.int64), return_counts=True), strict=True):
            self._all[int(month)] += int(number)

    def findings(self, mappings: dict[str, ColumnMapping]) -> Iterator[CellFinding]:
        """Yield W311 and W312."""
        mapping = mappings["month"]
        for (code, month, back), odd_rows in sorted(self._rows.items()):
            text = _message(code, month, back)
            numbers = [number for number, _ in odd_rows]
            if len(numbers) >= max(_FEWEST_OF_A_MONTH, _SHARE_OF_A_MONTH * self._all[month]):
                message = f"{m.iso(month)}有{len(numbers):,}行（从第{min(numbers)}行起）{text}"
                yield Finding(code, MONTHLY.title, None, mapping.display_name, mapping.letter, None, message), mapping.index
            else:
                for number in (number for number, alone in odd_rows if alone):
                    message = f"这一行{text}"
                    yield (
                        Finding(code, MONTHLY.title, number, mapping.display_name, mapping.letter, None, message),
                        mapping.index,
                    )


def _message(code: str, month: int, back: int) -> str:
    if code == "W311":
        source = "上月" if back == 1 else "上年同月"
        return f"各列与{m.iso(m.shift(month, -back))}完全相同，疑似照抄{source}。请换成本月的数，或确认确实没有变化。"
    number = month % 100
    guess = f"疑似把1—{number}月累计当成了当月"
    return f"口径写的是“当月”，各列却约为前几个月平均的{number}倍，{guess}。请把口径改为“累计”，或改正数值。"
