"""Rows without data of their own: totals (W305, N203); remarks, the header again and numbers of the columns (N202)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cockpit.contracts.columns import Kind, Sheet, Sign
from cockpit.contracts.findings import Finding
from cockpit.cube.arrays import FloatArray
from data.loaders.cells.amounts import parse_number
from data.loaders.cells.cell_value import InvalidCell
from data.loaders.cells.text import compact
from data.loaders.checks.comparisons.slips import format_plain
from data.loaders.headers.header_text import NUMERIC
from data.loaders.headers.headers import Header
from data.loaders.parsed_rows import ParsedRows
from data.loaders.sources.cell import Cell, cell_text, display_text, not_blank
from data.loaders.sources.grid import GridChunk

_TOTAL = re.compile(r"(?P<scope>.{0,8}?)(?P<keyword>合计|小计|总计|共计|总和)数?:?(?:\(.*\))?")
_WHOLE_TABLE = frozenset({"", "本页", "本表", "全区", "全部", "各镇街", "以上", "本月"})
_REMARK = re.compile(r"\(?(?:附?注|备注|说明|填报|填表|制表|审核|复核|单位负责人|统计负责人|负责人|经办|联系|数据来源|报送)")
# Below the header, statisticians number the columns: 甲 乙 1 2 3, (1) (2) (3).
_COLUMN_NUMBER = re.compile(r"\(?(?:(\d{1,2})|[甲乙丙丁戊己庚辛壬癸A-Za-z])\)?")
_NUMBERED_ROWS = 3  # behind the header
_CODE_LIKE = re.compile(r"[0-9A-Za-z]{6}")
_TEXTS_CHECKED = 3
_TOLERANCE = 0.005


@dataclass(frozen=True, slots=True)
class ClassifiedRows:
    """Row indices (from 0) below the header, by kind; ``totals``: (row, whether it is a subtotal)."""

    data: tuple[int, ...]
    totals: tuple[tuple[int, bool], ...]


def classify_rows(chunk: GridChunk, sheet: Sheet, header: Header) -> tuple[ClassifiedRows, list[Finding]]:
    """Separate data rows from totals, remarks, repeated headers and blank rows (in every known column); report N202, N203."""
    start = max(header.row + 1 - chunk.first, 0)
    known = [chunk.columns[p.index] for p in header.mappings.values()]
    used = np.any([not_blank(c[start:]) for c in known], axis=0) if known else np.zeros(0, dtype=bool)
    candidates = {i for column in chunk.columns for i in _keyword_rows(column, start)}
    if sheet.columns[0].kind is Kind.CODE:
        candidates.update(_lone_cells(chunk, start))
    repeated = set(_repeated_headers(chunk, header, start)) | set(_column_numbers(chunk, header, start))
    totals: list[tuple[int, bool]] = []
    remarks: list[int] = []
    for index in sorted(candidates - repeated):
        cells = chunk.row(index)
        incomplete = any(cells[p.index] is None for p in header.mappings.values() if p.column.required)
        if keyword := _total_keyword(cells, incomplete):
            totals.append((chunk.first + index, keyword == "小计"))
        elif incomplete and (_is_remark(cells) or (sheet.columns[0].kind is Kind.CODE and _is_lone_text(cells))):
            remarks.append(chunk.first + index)
    again = sorted(chunk.first + i for i in repeated)
    skipped = {i for i, _ in totals} | {*remarks, *again}
    rows = (np.flatnonzero(used) + start + chunk.first).tolist()
    findings = [Finding("N203", sheet.title, i + 1, None, None, None, "合计行不作为数据读取，已跳过。") for i, _ in totals]
    findings += [Finding("N202", sheet.title, i + 1, None, None, None, "说明文字，已忽略。") for i in remarks]
    findings += [Finding("N202", sheet.title, i + 1, None, None, None, "重复的表头或列号，已忽略。") for i in again]
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


def _lone_cells(chunk: GridChunk, start: int) -> list[int]:
    """Return the rows that have a single cell."""
    filled = np.sum([not_blank(column[start:]) for column in chunk.columns], axis=0) if chunk.columns else np.zeros(0)
    return (np.flatnonzero(filled == 1) + start).tolist()


def _is_lone_text(cells: list[Cell]) -> bool:
    """Return whether the only cell is a text such as 一、规上企业: no code, whose row would lack all the rest."""
    texts = [c for c in cells if c is not None]
    return len(texts) == 1 and isinstance(texts[0], str) and not _CODE_LIKE.search(compact(texts[0]))


def _repeated_headers(chunk: GridChunk, header: Header, start: int) -> list[int]:
    """Return the rows that say the same as the header, as on each page of a printed table."""
    texts = {m.index: text for m in header.mappings.values() if (text := header.texts[m.index]) is not None}
    rows = np.arange(start, chunk.height)
    for index, text in texts.items():
        rows = rows[chunk.columns[index][rows] == text] if len(rows) else rows
    return rows.tolist() if texts else []


def _column_numbers(chunk: GridChunk, header: Header, start: int) -> Iterator[int]:
    """Yield the rows right behind the header that number its columns."""
    first = header.row + 1 - chunk.first
    for index in range(max(first, start), min(first + _NUMBERED_ROWS, chunk.height)):
        mappings = sorted(header.mappings.values(), key=lambda m: m.index)
        texts = [cell_text(chunk.columns[m.index][index]) for m in mappings]
        matches = [_COLUMN_NUMBER.fullmatch(compact(t)) for t, m in zip(texts, mappings, strict=True) if t or m.column.required]
        numbers = [int(match[1]) for match in matches if match and match[1]]
        in_turn = all(a < b for a, b in itertools.pairwise(numbers))
        if len(matches) >= _TEXTS_CHECKED and all(matches) and len(numbers) >= 2 and in_turn:
            yield index


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


@dataclass(slots=True)
class _TotalsRow:
    """A totals row: its number (from 0), whether it is a subtotal, its figures, and the sums of all rows above it, by column."""

    index: int
    subtotal: bool
    stated: dict[str, tuple[float, str | None]]
    above: dict[str, float]
    unreadable: dict[str, int]
    rows: int


class TotalsCheck:
    """W305: a totals row that differs by more than 0.5 % from the sum of the rows that it stands for.

    Totals stand below their rows, or above them where the sheet begins with one. A subtotal stands for the rows up to the
    next totals row; a total for all rows, those up to the next total or, where a sheet has several, up to the next of any kind.
    """

    def __init__(self, header: Header) -> None:
        self._mappings = {
            name: mapping
            for name, mapping in header.mappings.items()
            if mapping.column.kind in NUMERIC and mapping.column.sign is not Sign.PERCENT and mapping.readable
        }
        self._sums = dict.fromkeys(self._mappings, 0.0)
        self._unreadable = dict.fromkeys(self._mappings, 0)
        self._rows = 0
        self._totals: list[_TotalsRow] = []

    def add(self, chunk: GridChunk, rows: ParsedRows, classified: ClassifiedRows) -> None:
        """Add a chunk's rows to the sums, and note its totals rows."""
        values = {name: rows.numbers(name) for name in self._mappings}
        begin = 0
        for index, subtotal in classified.totals:
            end = int(np.searchsorted(rows.row_numbers, index, side="right"))
            self._add(rows, values, slice(begin, end))
            begin = end
            stated = {name: figure for name in self._mappings if (figure := self._figure(chunk, index, name))}
            self._totals.append(_TotalsRow(index, subtotal, stated, dict(self._sums), dict(self._unreadable), self._rows))
        self._add(rows, values, slice(begin, None))

    def _add(self, rows: ParsedRows, values: dict[str, FloatArray], indices: slice) -> None:
        self._rows += len(rows.row_numbers[indices])
        for name in self._mappings:
            self._sums[name] += float(np.nansum(values[name][indices]))
            self._unreadable[name] += int(rows.invalid[name][indices].sum())

    def _figure(self, chunk: GridChunk, index: int, name: str) -> tuple[float, str | None] | None:
        """Return the figure in a totals row and its text; ``None`` for a blank, or a formula without a stored result."""
        cell = chunk.columns[self._mappings[name].index][index - chunk.first]
        result = parse_number(cell, self._mappings[name]) if isinstance(cell, str | int | float) else None
        if result is None or isinstance(result, InvalidCell) or result.value is None:
            return None
        return float(result.value), display_text(cell)

    def findings(self, sheet: Sheet, *, whole: bool) -> Iterator[Finding]:
        """Yield W305 once no more rows will be added; ``whole``: all rows were, else totals above their rows tell nothing."""
        begin = _TotalsRow(-1, False, {}, dict.fromkeys(self._mappings, 0.0), dict.fromkeys(self._mappings, 0), 0)
        end = _TotalsRow(-1, False, {}, self._sums, self._unreadable, self._rows)
        heads = bool(self._totals) and self._totals[0].rows == 0
        if heads and not whole:
            return
        for at, row in enumerate(self._totals):
            before = [begin, *self._totals[:at]][::-1] if not heads else [*self._totals[at + 1 :], end]
            # The nearest totals row, the nearest grand total, and the beginning or end of the sheet.
            nearest, outermost = before[0], begin if not heads else end
            grand = next((r for r in before if not r.subtotal), outermost)
            limits = (nearest,) if row.subtotal else (outermost, grand, *((begin, end) if heads else ()))
            spans = [(row, limit) if heads else (limit, row) for limit in limits]
            if heads and not row.subtotal:
                spans = [*spans[:2], (begin, end)]
            yield from self._compare(sheet, row, spans, "下面" if heads else "上面")

    def _compare(
        self, sheet: Sheet, row: _TotalsRow, spans: list[tuple[_TotalsRow, _TotalsRow]], where: str
    ) -> Iterator[Finding]:
        for name, (value, text) in row.stated.items():
            mapping = self._mappings[name]
            if spans[0][1].unreadable[name] > spans[0][0].unreadable[name]:
                continue
            sums = [last.above[name] - first.above[name] for first, last in spans]
            if any(abs(value - total) <= _TOLERANCE * abs(total) + 1e-9 for total in sums):
                continue
            stated, added = format_plain(value / float(mapping.factor)), format_plain(sums[0] / float(mapping.factor))
            message = f"合计写的是 {stated}，{where}各行相加是 {added}，相差超过0.5%。请核对合计或明细。"
            yield Finding("W305", sheet.title, row.index + 1, mapping.display_name, mapping.letter, text, message)
