"""Rows without data of their own: totals (W305, N203) and remarks below the table (N202)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from cockpit.contracts.columns import Sheet, Sign
from cockpit.contracts.findings import Finding
from cockpit.cube.arrays import FloatArray
from data.loaders.cells.amounts import parse_number
from data.loaders.cells.cell_value import InvalidCell
from data.loaders.cells.text import compact
from data.loaders.headers.header_text import NUMERIC
from data.loaders.headers.headers import ColumnMapping, Header
from data.loaders.parsed_rows import ParsedRows
from data.loaders.sources.cell import Cell, display_text, not_blank
from data.loaders.sources.grid import GridChunk

_TOTAL = re.compile(r"(?P<scope>.{0,8}?)(?P<keyword>合计|小计|总计|共计|总和)数?:?(?:\(.*\))?")
_WHOLE_TABLE = frozenset({"", "本页", "本表", "全区", "全部", "各镇街", "以上", "本月"})
_REMARK = re.compile(r"\(?(?:附?注|备注|说明|填报|填表|制表|审核|复核|单位负责人|统计负责人|负责人|经办|联系|数据来源|报送)")
_TEXTS_CHECKED = 3
_TOLERANCE = 0.005


class _Since(Enum):
    """Start of a sum."""

    BEGIN = auto()
    TOTAL = auto()
    ANY = auto()


@dataclass(frozen=True, slots=True)
class ClassifiedRows:
    """Row indices (from 0) below the header, by kind; ``totals``: (row, whether it is a subtotal)."""

    data: tuple[int, ...]
    totals: tuple[tuple[int, bool], ...]


def classify_rows(chunk: GridChunk, sheet: Sheet, header: Header) -> tuple[ClassifiedRows, list[Finding]]:
    """Separate data rows from totals, remarks and blank rows (blank in every known column); report N202 and N203."""
    start = max(header.row + 1 - chunk.first, 0)
    known = [chunk.columns[p.index] for p in header.mappings.values()]
    used = np.any([not_blank(c[start:]) for c in known], axis=0) if known else np.zeros(0, dtype=bool)
    candidates = {i for column in chunk.columns for i in _keyword_rows(column, start)}
    totals: list[tuple[int, bool]] = []
    remarks: list[int] = []
    for index in sorted(candidates):
        cells = chunk.row(index)
        incomplete = any(cells[p.index] is None for p in header.mappings.values() if p.column.required)
        if keyword := _total_keyword(cells, incomplete):
            totals.append((chunk.first + index, keyword == "小计"))
        elif incomplete and _is_remark(cells):
            remarks.append(chunk.first + index)
    skipped = {i for i, _ in totals} | set(remarks)
    rows = (np.flatnonzero(used) + start + chunk.first).tolist()
    findings = [Finding("N203", sheet.title, i + 1, None, None, None, "合计行不作为数据读取，已跳过。") for i, _ in totals]
    findings += [Finding("N202", sheet.title, i + 1, None, None, None, "表下说明，已忽略。") for i in remarks]
    return ClassifiedRows(tuple(i for i in rows if i not in skipped) if skipped else tuple(rows), tuple(totals)), findings


def _keyword_rows(column: np.ndarray[tuple[int, ...], np.dtype[np.object_]], start: int) -> list[int]:
    """Return the rows that may be totals or remarks: a text with 合计 or the like, or one that starts like a remark."""
    cells = column[start:].tolist()
    keywords = {
        cell
        for cell in set(cells)
        if type(cell) is str and ((("计" in cell or "总" in cell) and len(cell) < 60) or _REMARK.match(cell.lstrip()))
    }
    return [index for index, cell in enumerate(cells, start) if cell in keywords] if keywords else []


def _total_keyword(cells: list[Cell], incomplete: bool) -> str | None:
    """Return the keyword of a totals row. 塘栖镇小计 counts only where required cells are empty: it might be a name."""
    texts = [compact(c) for c in cells if isinstance(c, str)][:_TEXTS_CHECKED]
    for text in texts:
        match = _TOTAL.fullmatch(text)
        if match and (match["scope"] in _WHOLE_TABLE or incomplete):
            return match["keyword"]
    return None


def _is_remark(cells: list[Cell]) -> bool:
    texts = [c for c in cells if c is not None]
    return all(isinstance(c, str) for c in texts) and _REMARK.match(compact(str(texts[0]))) is not None


class TotalsCheck:
    """Running sums that find W305: a totals row that differs from the sum of the rows above by more than 0.5 %.

    A subtotal is compared with the rows since the totals row before it; a total with all rows above or, where a
    sheet has several totals, with those since the total before.
    """

    def __init__(self, header: Header) -> None:
        self._mappings = {
            name: mapping
            for name, mapping in header.mappings.items()
            if mapping.column.kind in NUMERIC and mapping.column.sign is not Sign.PERCENT and mapping.readable
        }
        # Of the rows so far, by column: sums since the beginning, since the last total and since the last totals row
        # of any kind, and whether one of these values could not be read.
        self._sums = {since: dict.fromkeys(self._mappings, 0.0) for since in _Since}
        self._invalid = {since: dict.fromkeys(self._mappings, False) for since in _Since}

    def check(self, chunk: GridChunk, rows: ParsedRows, classified: ClassifiedRows) -> list[Finding]:
        """Return the findings about a chunk's totals rows, and add its rows to the sums."""
        findings: list[Finding] = []
        values = {name: rows.numbers(name) for name in self._mappings}
        begin = 0
        for index, subtotal in classified.totals:
            end = int(np.searchsorted(rows.row_numbers, index, side="right"))
            self._add(rows, values, slice(begin, end))
            begin = end
            spans = (_Since.ANY,) if subtotal else (_Since.BEGIN, _Since.TOTAL)
            for name, mapping in self._mappings.items():
                findings += self._compare(rows.sheet, chunk, index, name, mapping, spans)
            for since in (_Since.ANY,) if subtotal else (_Since.ANY, _Since.TOTAL):
                self._sums[since] = dict.fromkeys(self._mappings, 0.0)
                self._invalid[since] = dict.fromkeys(self._mappings, False)
        self._add(rows, values, slice(begin, None))
        return findings

    def _add(self, rows: ParsedRows, values: dict[str, FloatArray], indices: slice) -> None:
        for name in self._mappings:
            total, invalid = float(np.nansum(values[name][indices])), bool(rows.invalid[name][indices].any())
            for since in _Since:
                self._sums[since][name] += total
                self._invalid[since][name] |= invalid

    def _compare(
        self, sheet: Sheet, chunk: GridChunk, index: int, name: str, mapping: ColumnMapping, spans: tuple[_Since, ...]
    ) -> list[Finding]:
        cell = chunk.columns[mapping.index][index - chunk.first]
        # A formula without a stored result can't be compared, nor can a column with unreadable values.
        result = parse_number(cell, mapping) if isinstance(cell, str | int | float) else None
        if result is None or isinstance(result, InvalidCell) or result.value is None or self._invalid[spans[0]][name]:
            return []
        sums = [self._sums[since][name] for since in spans]
        if any(abs(result.value - total) <= _TOLERANCE * abs(total) for total in sums):
            return []
        stated, added = result.value / float(mapping.factor), sums[0] / float(mapping.factor)
        message = f"合计写的是 {stated:,.6g}，上面各行相加是 {added:,.6g}，相差超过0.5%。请核对合计或明细。"
        return [Finding("W305", sheet.title, index + 1, mapping.display_name, mapping.letter, display_text(cell), message)]
