"""From a grid to typed rows: header, cells, and what is wrong with a row on its own."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from cockpit.columns import Column, Sheet, Sign
from cockpit.contracts import PROJECTS
from cockpit.findings import Finding
from data.loaders import amounts
from data.loaders.cells import Names, read_cell
from data.loaders.grid import Cell, Grid, Mask, filled
from data.loaders.header_text import NUMERIC
from data.loaders.headers import Header, Place, find_header
from data.loaders.outcomes import Fault, Read
from data.loaders.rows import Rows
from data.loaders.totals import check_totals, lay_out


def parse(grid: Grid, sheet: Sheet, names: Names) -> tuple[Rows | None, list[Finding]]:
    """The rows of a grid (with the findings about them) and findings about the sheet; ``None`` when it can't be understood."""
    if not any(filled(c).any() for c in grid.columns):
        return None, [Finding("N202", sheet.title, None, None, None, None, "空表，已忽略。")]
    header, findings = find_header(grid, sheet)
    if header is None:
        return None, findings
    layout, told = lay_out(grid, sheet, header)
    rows = _read_rows(grid, sheet, header, layout.data, names)
    findings += told + check_totals(grid, rows, layout, header)
    _check_required(rows)
    _check_signs(rows)
    _check_dates(rows)
    if sheet is PROJECTS:
        _check_started(rows)
    _check_duplicates(rows)
    return rows, findings


def _read_rows(grid: Grid, sheet: Sheet, header: Header, kept: tuple[int, ...], names: Names) -> Rows:
    at = np.array(kept, dtype=np.int64)
    raw = {f: grid.columns[p.index][at] for f, p in header.places.items()}
    rows = Rows(sheet, header.places, at + 1, raw)
    rows.faulty[:] = any(c.required and c.field not in header.places for c in sheet.columns)
    for name, place in header.places.items():
        if not place.readable:
            rows.bad[name] = filled(raw[name])
            rows.faulty |= rows.bad[name]
        elif place.column.kind in NUMERIC:
            _read_numbers(rows, name, place)
        else:
            _read_cells(rows, name, place, names)
    return rows


def _read_numbers(rows: Rows, name: str, place: Place) -> None:
    found = amounts.read_column(rows.raw[name], place)
    rows.values[name] = found.values
    _settle(rows, name, found.faults, found.respelt)


def _read_cells(rows: Rows, name: str, place: Place, names: Names) -> None:
    """Each distinct cell is read once: towns, months and words repeat a thousand times."""
    known: dict[tuple[type, Cell], Read | Fault] = {}
    faults: dict[int, Fault] = {}
    respelt = 0
    values = rows.values[name]
    for i, cell in enumerate(rows.raw[name]):
        key = (type(cell), cell)
        found = known.get(key)
        if found is None:
            found = known[key] = read_cell(cell, place, names)
        if isinstance(found, Fault):
            faults[i] = found
        else:
            values[i] = found.value
            respelt += found.respelt
    _settle(rows, name, faults, respelt)


def _settle(rows: Rows, name: str, faults: dict[int, Fault], respelt: int) -> None:
    for i, fault in faults.items():
        rows.bad[name][i] = True
        rows.report(fault.code, i, name, fault.words)
    if respelt:
        place = rows.places[name]
        words = f"“{place.column.label}”有 {respelt} 处写法已统一，含义不变。"
        rows.findings.append(Finding("N201", rows.sheet.title, None, place.shown, place.letter, str(respelt), words))


def _check_required(rows: Rows) -> None:
    for name, place in rows.places.items():
        if place.column.required:
            words = f"“{place.column.label}”是必填项，请补上（合并的单元格请取消合并，逐行填写）。"
            for i in np.flatnonzero(~rows.known(name) & ~rows.bad[name] & place.readable):
                rows.report("E103", int(i), name, words)


def _check_signs(rows: Rows) -> None:
    for name, place in rows.places.items():
        if place.column.kind in NUMERIC and place.column.sign is not Sign.ANY:
            hits, code, words = _sign_fault(rows, place.column)
            rows.denied[name] = hits
            for i in np.flatnonzero(hits):
                rows.report(code, int(i), name, words)


def _sign_fault(rows: Rows, column: Column) -> tuple[Mask, str, str]:
    """Cells that the column's sign forbids or doubts, and the finding for them."""
    figures = rows.numbers(column.field)
    if column.sign is Sign.PERCENT:
        return (figures < 0) | (figures > 100), "E112", "百分比应在0到100之间。请核对后改正。"
    if column.sign is Sign.POSITIVE:
        return figures <= 0, "E111", f"“{column.label}”应大于零。请核对后改正。"
    if column.sign is Sign.NOT_NEGATIVE:
        return figures < 0, "E111", f"“{column.label}”不应为负。请核对后改正。"
    return figures < 0, "W301", f"“{column.label}”为负。若是退税、更正或冲回，请确认；否则请改正。"


def _check_dates(rows: Rows) -> None:
    """E113: dates of one row that run backwards."""
    ordered = [f for f in rows.sheet.dates_in_order if f in rows.places]
    for i, days in enumerate(zip(*(rows.values[f] for f in ordered), strict=True)):
        latest: tuple[str, date] | None = None
        for name, day in zip(ordered, days, strict=True):
            if day is None:
                continue
            if latest and day < latest[1]:
                before, own = rows.sheet.column(latest[0]).label, rows.sheet.column(name).label
                rows.report("E113", i, name, f"{own}（{day}）早于{before}（{latest[1]}）。请核对两个日期。")
            else:
                latest = (name, day)


def _check_started(rows: Rows) -> None:
    """E113: money spent on a project that has no start date."""
    if not {"invested_fen", "started_on"} <= rows.places.keys():
        return
    spent = rows.numbers("invested_fen") > 0
    for i in np.flatnonzero(spent & ~rows.known("started_on") & ~rows.bad["started_on"]):
        rows.report("E113", int(i), "invested_fen", "已有完成投资，却没有开工日期。请补上开工日期，或核对投资额。")


def _check_duplicates(rows: Rows) -> None:
    """E109 at the later row; rows whose key is incomplete take no part."""
    keys = rows.sheet.keys
    if not set(keys) <= rows.places.keys():
        return
    labels = "、".join(rows.sheet.column(f).label for f in keys)
    first: dict[tuple[Any, ...], int] = {}
    for i, key in enumerate(zip(*(rows.values[f] for f in keys), strict=True)):
        if None in key:
            continue
        if key in first:
            rows.repeated[i] = True
            rows.report("E109", i, keys[0], f"与第{rows.number[first[key]]}行重复（{labels}相同）。请只保留一行。")
        else:
            first[key] = i
