"""From a grid to typed rows: header, cells, totals rows, and what is wrong with a row on its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from cockpit.contracts import Column, Kind, Sheet, Sign
from cockpit.findings import Finding
from data.loaders.cells import Fault, Names, factor, is_percent, read_cell
from data.loaders.grid import Cells, Grid, Unreadable, filled, shown
from data.loaders.headers import Header, Place, find_header
from data.loaders.text import squeeze

Mask = npt.NDArray[np.bool_]
_NUMERIC = (Kind.MONEY, Kind.NUMBER, Kind.COUNT)
_TOTAL = re.compile(r"(?:本页|本表|全区|各镇街|以上)?(合计|小计|总计|共计|总和)(?:数)?[:：]?(?:\(.*\))?")
_REMARK = re.compile(r"(注|备注|说明|填报|制表|审核|单位负责人|联系)")
_TOLERANCE = 0.005


@dataclass
class Rows:
    """The rows of one sheet: ``values[field][i]`` is row ``number[i]`` of the source (None = missing or faulty).

    ``faulty`` marks rows with an error; ``bad[field]`` cells that hold something unusable.
    """

    sheet: Sheet
    places: dict[str, Place]
    number: npt.NDArray[np.int64]
    values: dict[str, Cells]
    bad: dict[str, Mask]
    raw: dict[str, Cells]
    faulty: Mask
    findings: list[Finding] = field(default_factory=list)

    def report(self, code: str, at: int, column: str, words: str) -> None:
        """A finding about a cell of row index ``at``; an error marks the row."""
        place = self.places[column]
        told = shown(self.raw[column][at])
        self.findings.append(Finding(code, self.sheet.title, int(self.number[at]), place.shown, place.letter, told, words))
        if code[0] == "E":
            self.faulty[at] = True

    def number_of(self, column: str) -> npt.NDArray[np.float64]:
        """A numeric field as float64, NaN where there is none."""
        return np.array([np.nan if v is None else v for v in self.values[column]], dtype=np.float64)


def parse(grid: Grid, sheet: Sheet, names: Names) -> tuple[Rows | None, list[Finding]]:
    """The rows of a grid (with the findings about them) and findings about the sheet; ``None`` when it can't be understood."""
    header, findings = find_header(grid, sheet)
    if header is None:
        return None, findings
    kept, totals, told = _classify(grid, sheet, header)
    findings += told
    rows = _read_rows(grid, sheet, header, kept, names)
    findings += _check_totals(grid, rows, totals, header)
    _check_required(rows)
    _check_signs(rows)
    _check_dates(rows)
    _check_duplicates(rows)
    return rows, findings


def _classify(grid: Grid, sheet: Sheet, header: Header) -> tuple[list[int], list[tuple[int, bool]], list[Finding]]:
    """Row indexes that hold data; totals rows (index, whether a subtotal); findings about rows skipped."""
    there = np.column_stack([filled(c) for c in grid.columns]) if grid.columns else np.zeros((0, 0), dtype=bool)
    words = _short_words(grid, header.row + 1)
    kept: list[int] = []
    totals: list[tuple[int, bool]] = []
    remarks: list[int] = []
    for index in range(header.row + 1, grid.height):
        count = int(there[index].sum())
        if not count:
            continue
        found = [w for w in words.get(index, ()) if _TOTAL.fullmatch(w)]
        if found:
            totals.append((index, "小计" in found[0]))
        elif count == 1 and any(_REMARK.match(w) for w in words.get(index, ())):
            remarks.append(index)
        else:
            kept.append(index)
    findings = [Finding("N203", sheet.title, i + 1, None, None, None, "合计行不作为数据读取，已跳过。") for i, _ in totals]
    findings += [Finding("N202", sheet.title, i + 1, None, None, None, "表下说明，已忽略。") for i in remarks]
    return kept, totals, findings


def _short_words(grid: Grid, start: int) -> dict[int, list[str]]:
    """Texts that may name a totals row or start a remark, by row."""
    words: dict[int, list[str]] = {}
    for column in grid.columns:
        for index in range(start, len(column)):
            cell = column[index]
            if type(cell) is str and cell.lstrip()[:1] in _FIRST_LETTERS:
                words.setdefault(index, []).append(squeeze(cell))
    return words


_FIRST_LETTERS = frozenset("合小总共本全各以注备说填制审单联")


def _read_rows(grid: Grid, sheet: Sheet, header: Header, kept: list[int], names: Names) -> Rows:
    at = np.array(kept, dtype=np.int64)
    raw = {f: grid.columns[p.index][at] for f, p in header.places.items()}
    rows = Rows(sheet, header.places, at + 1, {}, {}, raw, np.zeros(len(at), dtype=bool))
    for column in sheet.columns:
        place = header.places.get(column.field)
        if place is None:
            rows.values[column.field] = np.full(len(at), None, dtype=object)
            rows.bad[column.field] = np.zeros(len(at), dtype=bool)
        else:
            _read_column(rows, column, place, names)
    return rows


def _read_column(rows: Rows, column: Column, place: Place, names: Names) -> None:
    raw = rows.raw[column.field]
    rows.bad[column.field] = bad = np.zeros(len(raw), dtype=bool)
    if column.kind in _NUMERIC and all(v is None or type(v) is float or type(v) is int for v in raw):
        rows.values[column.field] = _plain_numbers(raw, place)
        return
    values = np.full(len(raw), None, dtype=object)
    rows.values[column.field] = values
    known: dict[tuple[type, Any], Any] = {}
    respelt = 0
    for i, cell in enumerate(raw):
        key = (type(cell), None if isinstance(cell, Unreadable) else cell)
        found = known.get(key)
        if found is None:
            found = read_cell(cell, place, names)
            if not isinstance(cell, Unreadable):
                known[key] = found
        if isinstance(found, Fault):
            bad[i] = True
            rows.report(found.code, i, column.field, found.words)
        else:
            values[i] = found.value
            respelt += found.respelt
    if respelt:
        words = f"“{column.label}”有 {respelt} 处写法已统一，含义不变。"
        rows.findings.append(Finding("N201", rows.sheet.title, None, place.shown, place.letter, str(respelt), words))


def _plain_numbers(raw: Cells, place: Place) -> Cells:
    """The fast way for a column of plain numbers."""
    numbers = np.array([np.nan if v is None else v for v in raw], dtype=np.float64) * float(factor(place, place.unit))
    values = np.full(len(raw), None, dtype=object)
    there = ~np.isnan(numbers)
    if place.column.kind is Kind.MONEY:
        values[there] = [int(n) for n in np.rint(numbers[there])]
    else:
        values[there] = [float(n) for n in np.round(numbers[there], 9)]
    return values


def _check_required(rows: Rows) -> None:
    for column in rows.sheet.columns:
        if not column.required or column.field not in rows.places:
            continue
        values, bad = rows.values[column.field], rows.bad[column.field]
        for i in np.flatnonzero([v is None for v in values] & ~bad):
            rows.report("E103", int(i), column.field, f"“{column.label}”是必填项，请补上。")


def _check_signs(rows: Rows) -> None:
    for column in rows.sheet.columns:
        if column.kind not in _NUMERIC or column.sign is Sign.ANY or column.field not in rows.places:
            continue
        numbers = rows.number_of(column.field)
        with np.errstate(invalid="ignore"):
            if column.sign is Sign.PERCENT:
                hits, code = (numbers < 0) | (numbers > 100), "E112"
                words = "百分比应在0到100之间。"
            elif column.sign is Sign.POSITIVE:
                hits, code = numbers <= 0, "E111"
                words = f"“{column.label}”应大于零。请核对后改正。"
            elif column.sign is Sign.NOT_NEGATIVE:
                hits, code = numbers < 0, "E111"
                words = f"“{column.label}”不应为负。请核对后改正。"
            else:
                hits, code = numbers < 0, "W301"
                words = f"“{column.label}”为负。若是退税、更正或冲回，请确认；否则请改正。"
        for i in np.flatnonzero(hits):
            rows.report(code, int(i), column.field, words)


def _check_dates(rows: Rows) -> None:
    """E113: dates of one row that run backwards, and money spent on a project that has not started."""
    ordered = [f for f in rows.sheet.dates_in_order if f in rows.places]
    for i in range(len(rows.number)):
        latest: tuple[str, date] | None = None
        for name in ordered:
            day = rows.values[name][i]
            if day is None:
                continue
            if latest and day < latest[1]:
                before = rows.sheet.column(latest[0]).label
                own = rows.sheet.column(name).label
                rows.report("E113", i, name, f"{own}（{day}）早于{before}（{latest[1]}）。请核对两个日期。")
            latest = (name, max(day, latest[1]) if latest else day)
    if rows.sheet.table == "project" and {"invested_fen", "started_on"} <= rows.places.keys():
        for i in range(len(rows.number)):
            spent = rows.values["invested_fen"][i]
            if spent and spent > 0 and rows.values["started_on"][i] is None and not rows.bad["started_on"][i]:
                rows.report("E113", i, "invested_fen", "已有完成投资，却没有开工日期。请补上开工日期，或核对投资额。")


def _check_duplicates(rows: Rows) -> None:
    """E109 at the later row; rows whose key is incomplete take no part."""
    keys = [f for f in rows.sheet.keys if f in rows.places]
    if len(keys) < len(rows.sheet.keys):
        return
    first: dict[tuple[Any, ...], int] = {}
    for i, key in enumerate(zip(*(rows.values[f] for f in keys), strict=True)):
        if None in key:
            continue
        if key in first:
            labels = "、".join(rows.sheet.column(f).label for f in keys)
            words = f"与第{rows.number[first[key]]}行重复（{labels}相同）。请只保留一行。"
            rows.report("E109", i, keys[0], words)
        else:
            first[key] = i


def _check_totals(grid: Grid, rows: Rows, totals: list[tuple[int, bool]], header: Header) -> list[Finding]:
    """W305: a totals row whose figure differs from the sum of the rows above by more than 0.5 %."""
    findings: list[Finding] = []
    section = 0
    for index, subtotal in totals:
        above = (rows.number > (section if subtotal else 0)) & (rows.number <= index)
        for name, place in header.places.items():
            if place.column.kind in _NUMERIC and not is_percent(place.column):
                findings += _compare_total(grid, rows, index, name, place, above)
        if subtotal:
            section = index + 1
    return findings


def _compare_total(grid: Grid, rows: Rows, index: int, name: str, place: Place, above: Mask) -> list[Finding]:
    cell = grid.columns[place.index][index]
    found = None if cell is None else read_cell(cell, place, _NOBODY)
    if found is None or isinstance(found, Fault) or found.value is None:
        return []
    size = float(factor(place, place.unit))
    total, added = float(found.value) / size, float(np.nansum(rows.number_of(name)[above])) / size
    if abs(total - added) <= _TOLERANCE * abs(added):
        return []
    words = f"合计写的是 {total:,.6g}，上面各行相加是 {added:,.6g}，相差超过0.5%。请核对合计或明细。"
    return [Finding("W305", rows.sheet.title, index + 1, place.shown, place.letter, shown(cell), words)]


_NOBODY: Any = None  # numbers are read without names
