"""Rows that are no data: totals (W305, N203) and remarks below the table (N202)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from cockpit.contracts.columns import Sheet, Sign
from cockpit.contracts.findings import Finding
from cockpit.cube.arrays import FloatArray
from data.loaders.cells.amounts import read_number
from data.loaders.cells.cell_value import Fault
from data.loaders.cells.text import squeeze
from data.loaders.headers.header_text import NUMERIC
from data.loaders.headers.headers import Header, Place
from data.loaders.rows import Rows
from data.loaders.sources.grid import Cell, Piece, filled, shown

_TOTAL = re.compile(r"(?P<of>.{0,8}?)(?P<word>合计|小计|总计|共计|总和)数?:?(?:\(.*\))?")
_WHOLE = frozenset({"", "本页", "本表", "全区", "全部", "各镇街", "以上", "本月"})
_REMARK = re.compile(r"\(?(?:附?注|备注|说明|填报|填表|制表|审核|复核|单位负责人|统计负责人|负责人|经办|联系|数据来源|报送)")
_HINT = re.compile(r"[合小总共]\s*[计和]")
_TEXTS_LOOKED_AT = 3
_TOLERANCE = 0.005


class _Since(Enum):
    """Where a sum begins."""

    BEGIN = auto()
    TOTAL = auto()
    ANY = auto()


@dataclass(frozen=True, slots=True)
class Layout:
    """Row indexes below the header, by what they are; ``totals`` with whether each is a subtotal."""

    data: tuple[int, ...]
    totals: tuple[tuple[int, bool], ...]


def lay_out(piece: Piece, sheet: Sheet, header: Header) -> tuple[Layout, list[Finding]]:
    """Tell data from totals, remarks and blank rows (blank in every known column)."""
    start = max(header.row + 1 - piece.first, 0)
    known = [piece.columns[p.index] for p in header.places.values()]
    used = np.any([filled(c[start:]) for c in known], axis=0) if known else np.zeros(0, dtype=bool)
    odd = {i for column in piece.columns for i in _keyword_rows(column, start)}
    totals: list[tuple[int, bool]] = []
    remarks: list[int] = []
    for index in sorted(odd):
        cells = piece.row(index)
        incomplete = any(cells[p.index] is None for p in header.places.values() if p.column.required)
        if word := _total_word(cells, incomplete):
            totals.append((piece.first + index, word == "小计"))
        elif incomplete and _is_remark(cells):
            remarks.append(piece.first + index)
    skipped = {i for i, _ in totals} | set(remarks)
    rows = (np.flatnonzero(used) + start + piece.first).tolist()
    findings = [Finding("N203", sheet.title, i + 1, None, None, None, "合计行不作为数据读取，已跳过。") for i, _ in totals]
    findings += [Finding("N202", sheet.title, i + 1, None, None, None, "表下说明，已忽略。") for i in remarks]
    return Layout(tuple(i for i in rows if i not in skipped) if skipped else tuple(rows), tuple(totals)), findings


def _keyword_rows(column: np.ndarray[tuple[int, ...], np.dtype[np.object_]], start: int) -> list[int]:
    """Rows worth a closer look: a text with 合计 or the like, or one that starts like a remark."""
    cells = column[start:].tolist()
    words = {
        cell
        for cell in set(cells)
        if type(cell) is str and ((("计" in cell or "总" in cell) and len(cell) < 60) or _REMARK.match(cell.lstrip()))
    }
    return [index for index, cell in enumerate(cells, start) if cell in words] if words else []


def _total_word(cells: list[Cell], incomplete: bool) -> str | None:
    """The keyword of a totals row. 塘栖镇小计 counts only where required cells are empty: it might be a name."""
    texts = [squeeze(c) for c in cells if isinstance(c, str)][:_TEXTS_LOOKED_AT]
    for text in texts:
        match = _TOTAL.fullmatch(text)
        if match and (match["of"] in _WHOLE or incomplete):
            return match["word"]
    return None


def _is_remark(cells: list[Cell]) -> bool:
    there = [c for c in cells if c is not None]
    return all(isinstance(c, str) for c in there) and _REMARK.match(squeeze(str(there[0]))) is not None


class Totals:
    """W305: a totals row whose figure differs from the sum of the rows above by more than 0.5 %.

    A subtotal sums the rows since the totals row before it; a total all rows above, or, where a sheet has
    several, those since the total before.
    """

    def __init__(self, header: Header) -> None:
        self._places = {
            name: place
            for name, place in header.places.items()
            if place.column.kind in NUMERIC and place.column.sign is not Sign.PERCENT and place.readable
        }
        # Of the rows so far by column: sums since the beginning, since the last total, since the last totals row of
        # any kind, and whether a figure among them could not be read.
        self._sums = {since: dict.fromkeys(self._places, 0.0) for since in _Since}
        self._bad = {since: dict.fromkeys(self._places, False) for since in _Since}

    def check(self, piece: Piece, rows: Rows, layout: Layout) -> list[Finding]:
        """The findings about a piece's totals rows."""
        findings: list[Finding] = []
        figures = {name: rows.numbers(name) for name in self._places}
        begin = 0
        for index, subtotal in layout.totals:
            end = int(np.searchsorted(rows.number, index, side="right"))
            self._add(rows, figures, slice(begin, end))
            begin = end
            spans = (_Since.ANY,) if subtotal else (_Since.BEGIN, _Since.TOTAL)
            for name, place in self._places.items():
                findings += self._compare(rows.sheet, piece, index, name, place, spans)
            for since in (_Since.ANY,) if subtotal else (_Since.ANY, _Since.TOTAL):
                self._sums[since] = dict.fromkeys(self._places, 0.0)
                self._bad[since] = dict.fromkeys(self._places, False)
        self._add(rows, figures, slice(begin, None))
        return findings

    def _add(self, rows: Rows, figures: dict[str, FloatArray], chosen: slice) -> None:
        for name in self._places:
            total, bad = float(np.nansum(figures[name][chosen])), bool(rows.bad[name][chosen].any())
            for since in _Since:
                self._sums[since][name] += total
                self._bad[since][name] |= bad

    def _compare(
        self, sheet: Sheet, piece: Piece, index: int, name: str, place: Place, spans: tuple[_Since, ...]
    ) -> list[Finding]:
        cell = piece.columns[place.index][index - piece.first]
        # A formula without a stored result says nothing; a column with unreadable figures has no sum to compare with.
        found = read_number(cell, place) if isinstance(cell, str | int | float) else None
        if found is None or isinstance(found, Fault) or found.value is None or self._bad[spans[0]][name]:
            return []
        sums = [self._sums[since][name] for since in spans]
        if any(abs(found.value - total) <= _TOLERANCE * abs(total) for total in sums):
            return []
        stated, added = found.value / float(place.factor), sums[0] / float(place.factor)
        words = f"合计写的是 {stated:,.6g}，上面各行相加是 {added:,.6g}，相差超过0.5%。请核对合计或明细。"
        return [Finding("W305", sheet.title, index + 1, place.shown, place.letter, shown(cell), words)]
