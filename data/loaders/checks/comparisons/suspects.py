"""Values far from what they are compared with: one finding a cell (W302), or one for a column that slipped as a whole (W310).

Each comparison gives a value its reference: the enterprise's own months, last year's row, what is published of the same key,
another sheet, or what the sheet's other columns and rows suggest. The logarithms of value ÷ reference are counted in a
histogram of fixed size, and only those far off are stored; so any number of rows can be compared in little memory.

A cell is far off beyond a fixed factor *and* beyond what is usual in its column: many times the robust scatter (1.4826 × the
median absolute deviation) of that column's ratios. Lumpy columns, such as investment, thus need more than steady ones.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from cockpit.contracts.columns import Column, Sheet
from cockpit.contracts.findings import Finding
from cockpit.contracts.sheets import MONTHLY
from data.loaders.checks.comparisons.slips import Slip, format_factor, format_period, format_value, likely_unit
from data.loaders.headers.headers import ColumnMapping
from data.loaders.sources.temporary_database import TemporaryDatabase

_Floats = npt.NDArray[np.float64]
_Ints = npt.NDArray[np.int64]
#: What each finding is: its text, and the index of its column for the text of the cell.
CellFinding = tuple[Finding, int]


class Against(StrEnum):
    """What a value is compared with; the first that finds a cell far off names it."""

    OWN_MONTHS = "近12个月的中位数"
    LATER_MONTHS = "其后12个月的中位数"
    LAST_YEAR = "上年"
    LATER_YEARS = "后两年的平均"
    PUBLISHED = "已发布的同一行"
    OTHER_SHEET = "另一张表"
    YEAR_SUM = "月度经营全年合计"
    YEAR_RATIO = "按月度经营全年计算"
    SPREAD = "按本表各列的比例推算"


@dataclass(frozen=True, slots=True)
class _Limits:
    """From which factor on a value is far off, above and below, and how many times the scatter it must be as well."""

    up: float
    down: float
    scatter_up: float = 8.0
    scatter_down: float = 14.0


_LIMITS = {
    Against.OWN_MONTHS: _Limits(10, 300),
    Against.LATER_MONTHS: _Limits(20, 300),
    Against.LAST_YEAR: _Limits(10, 50),
    Against.LATER_YEARS: _Limits(20, 100),
    Against.PUBLISHED: _Limits(10, 100),
    Against.OTHER_SHEET: _Limits(5, 5, 8, 8),
    # Of targets: the months may be of a part of the firms only, so a target may be far more than their sum, never far less.
    Against.YEAR_SUM: _Limits(5_000, 10, 0, 0),
    Against.YEAR_RATIO: _Limits(30, 30, 0, 0),
    Against.SPREAD: _Limits(60, 300, 6, 14),
}
#: Measures of which a jump is more than ten times or less than a tenth of the own months, whatever their scatter.
WATCHED_MEASURES = ("output_fen", "tax_fen")
_TENFOLD = _Limits(10, 10, 0, 0)
_NEAR = 5  # times more or less than what the rest of the sheet lets expect
_FEW = 10  # ratios of which no scatter is known
_SCATTER_OF_FEW = 0.5
_FEWEST_OF_A_COLUMN = 3
_SHARE_OF_A_COLUMN = 0.5
_BIN, _WIDEST = 0.05, 30.0
_BINS = int(2 * _WIDEST / _BIN) + 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """Values of a field and their references, both as stored, row by row; NaN or a reference of 0 or less: not compared.

    ``periods``: month or year of each row (0 = none); ``source``: names the other sheet; ``scatter``: of the ratios, where
    it is known otherwise; ``expected``: by the rest of the sheet: a single cell near that is not far off, its reference was.
    """

    field: str
    against: Against
    row_numbers: _Ints
    periods: _Ints
    values: _Floats
    references: _Floats
    source: str = ""
    scatter: float | None = None
    expected: _Floats | None = None


class SuspectStore:
    """Far-off values of one sheet, in the batch's temporary database."""

    def __init__(self, database: TemporaryDatabase, sheet: Sheet, mappings: dict[str, ColumnMapping]) -> None:
        self._database, self._sheet, self._mappings = database, sheet, mappings
        self._table = f'"suspect_{sheet.table}"'
        self._histograms: dict[tuple[str, str], _Ints] = defaultdict(lambda: np.zeros(_BINS, dtype=np.int64))
        self._compared: dict[tuple[str, str, int], int] = defaultdict(int)
        self._sources: dict[tuple[str, str], str] = {}
        self._scatters: dict[tuple[str, str], float] = {}
        database.execute(
            f'create table {self._table} ("row", field, against, period, value, reference, "log", odd, '
            'primary key ("row", field, against)) without rowid'
        )

    def add(self, comparison: Comparison) -> None:
        """Count the ratios of a comparison, and store the values that are far off."""
        field, against = comparison.field, comparison.against
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log(comparison.values / comparison.references)
        compared = (comparison.references > 0) & (comparison.values >= 0)
        logs = np.clip(np.where(compared, logs, 0.0), -_WIDEST, _WIDEST)
        if not compared.any():
            return
        key = (field, str(against))
        self._histograms[key] += np.bincount(np.round((logs[compared] + _WIDEST) / _BIN).astype(int), minlength=_BINS)
        for period, number in zip(*np.unique(comparison.periods[compared], return_counts=True), strict=True):
            self._compared[(*key, int(period))] += int(number)
        self._sources[key] = comparison.source
        if comparison.scatter is not None:
            self._scatters[key] = comparison.scatter
        limits = self._limits(field, against)
        far = compared & ((logs > math.log(limits.up)) | (logs < -math.log(limits.down)))
        odd = np.ones(len(logs), dtype=bool)
        if comparison.expected is not None:
            with np.errstate(divide="ignore", invalid="ignore"):
                odd = ~(np.abs(np.log(comparison.values / comparison.expected)) < math.log(_NEAR))
        self._database.executemany(
            f"insert or ignore into {self._table} values (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    int(comparison.row_numbers[i]),
                    *key,
                    int(comparison.periods[i]),
                    float(comparison.values[i]),
                    float(comparison.references[i]),
                    float(logs[i]),
                    bool(odd[i]),
                )
                for i in np.flatnonzero(far)
            ],
        )

    @staticmethod
    def _limits(field: str, against: Against) -> _Limits:
        return _TENFOLD if against is Against.OWN_MONTHS and field in WATCHED_MEASURES else _LIMITS[against]

    def drop(self, row_numbers: Sequence[int], field: str | None = None) -> None:
        """Forget rows, or their cells of one column, that another finding explains."""
        self._database.executemany(
            f'delete from {self._table} where "row" = ? and coalesce(?, field) = field', [(n, field) for n in row_numbers]
        )

    @cached_property
    def slips(self) -> dict[str, Slip]:
        """The columns that slipped as a whole, by field; all comparisons must have been added."""
        for (field, against), histogram in self._histograms.items():
            limits = self._limits(field, Against(against))
            scatter = self._scatters.get((field, against), _scatter(histogram))
            up = max(math.log(limits.up), limits.scatter_up * scatter)
            down = max(math.log(limits.down), limits.scatter_down * scatter)
            self._database.execute(
                f'delete from {self._table} where field = ? and against = ? and "log" between ? and ?',
                (field, against, -down, up),
            )
        slips = [slip for key in self._histograms if (slip := self._slip(*key))]
        order = list(Against)
        best: dict[str, Slip] = {}
        for slip in sorted(slips, key=lambda s: (not s.whole, order.index(Against(s.against)))):
            best.setdefault(slip.field, slip)
        return best

    def _slip(self, field: str, against: str) -> Slip | None:
        """Return the slip of a column against one reference: in some periods at least half of the compared cells are far off."""
        groups = self._database.execute(
            f'select period, count(*), avg("log"), min("row") from {self._table} where field = ? and against = ? '
            'group by period, "log" > 0 order by period',
            (field, against),
        ).fetchall()
        slipped = [
            group
            for group in groups
            if group[1] >= max(_FEWEST_OF_A_COLUMN, _SHARE_OF_A_COLUMN * self._compared[field, against, group[0]])
        ]
        if not slipped:
            return None
        number = sum(group[1] for group in slipped)
        periods = tuple(group[0] for group in slipped)
        compared = sum(n for (f, a, _), n in self._compared.items() if (f, a) == (field, against))
        mean = sum(group[1] * group[2] for group in slipped) / number
        whole = number >= _SHARE_OF_A_COLUMN * compared
        return Slip(field, against, self._sources[field, against], periods, number, math.exp(mean), slipped[0][3], whole)

    def findings(self) -> Iterator[CellFinding]:
        """Yield W310 for columns that slipped, and W302 for other cells, each cell once."""
        yield from map(self._column_finding, self.slips.values())
        rank = " ".join(f"when '{against}' then {i}" for i, against in enumerate(Against))
        query = self._database.execute(
            f'select "row", field, against, period, value, reference, min(case against {rank} end) '
            f'from {self._table} where odd group by field, "row" order by "row", field'
        )
        for number, field, against, period, value, reference, _ in query:
            slip = self.slips.get(field)
            if not (slip and (slip.whole or period in slip.periods)):
                yield self._cell_finding(number, field, against, value, reference)

    def _column_finding(self, slip: Slip) -> CellFinding:
        mapping = self._mappings[slip.field]
        column = mapping.column
        when = "" if slip.whole else f"（{'、'.join(format_period(p) for p in slip.periods[:6])}）"
        message = (
            f"“{column.label}”{when}整列有{slip.number:,}个数（从第{slip.row}行起）"
            f"比{slip.source or slip.against}{format_factor(slip.factor)}。{likely_unit(column, slip.factor)}"
            "请核对这一列的单位，在表头括号里写明实际单位，或改正整列。"
        )
        return Finding("W310", self._sheet.title, None, mapping.display_name, mapping.letter, None, message), mapping.index

    def _cell_finding(self, number: int, field: str, against: str, value: float, reference: float) -> CellFinding:
        mapping = self._mappings[field]
        column: Column = mapping.column
        now, before = format_value(value, column), format_value(reference, column)
        source = self._sources[field, against] or against
        if against == Against.OWN_MONTHS and self._sheet is MONTHLY:
            message = f"{column.label} {now}，近12个月的中位数是 {before}，相差10倍以上。{likely_unit(column, value / reference)}"
            message += "请核对单位是否写错。"
        else:
            message = f"{column.label} {now}，{source}是 {before}，{format_factor(value / reference)}。"
            message += f"{likely_unit(column, value / reference)}请核对单位和数值。"
        return Finding("W302", self._sheet.title, number, mapping.display_name, mapping.letter, None, message), mapping.index


def _scatter(histogram: _Ints) -> float:
    """Return the robust standard deviation of the logarithms in a histogram; of a few, a usual one: one in two may be wrong."""
    if histogram.sum() < _FEW:
        return _SCATTER_OF_FEW
    centers = np.arange(_BINS) * _BIN - _WIDEST
    median = _median(centers, histogram)
    return 1.4826 * _median(np.abs(centers - median), histogram)


def _median(values: npt.NDArray[Any], counts: _Ints) -> float:
    order = np.argsort(values, kind="stable")
    below = np.cumsum(counts[order])
    return float(values[order][np.searchsorted(below, (below[-1] + 1) / 2)])
