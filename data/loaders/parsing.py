"""From a grid to typed rows: header, cells, and what is wrong with a row on its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from cockpit.contracts.columns import Sheet
from cockpit.contracts.findings import Finding
from cockpit.contracts.sheets import PROJECTS
from data.loaders.cells import amounts
from data.loaders.cells.cell_value import Fault, Read
from data.loaders.cells.cells import Names, read_cell
from data.loaders.checks.signs import deny
from data.loaders.checks.totals import Totals, lay_out
from data.loaders.headers.header_text import NUMERIC
from data.loaders.headers.headers import Header, Place, find_header
from data.loaders.rows import Rows
from data.loaders.sources.grid import Cell, Cells, Grid, Piece, filled

_MOST_KNOWN = 20_000  # distinct cells of a column that are remembered with what they mean


class Parser:
    """Reads the rows of a sheet a piece at a time."""

    def __init__(self, grid: Grid, sheet: Sheet, names: Names) -> None:
        """Finds the header; what is wrong with it, or with the sheet as a whole, is in ``findings``."""
        self._grid, self._sheet, self._names = grid, sheet, names
        self._header: Header | None = None
        self.findings: list[Finding]
        if grid.blank:
            self.findings = [Finding("N202", sheet.title, None, None, None, None, "空表，已忽略。")]
        else:
            self._header, self.findings = find_header(grid, sheet)
        self._known: dict[str, dict[tuple[type, Cell], Read | Fault]] = {}
        self._respelt: dict[str, int] = {}

    @property
    def places(self) -> dict[str, Place] | None:
        """The columns found; ``None`` when the sheet can't be understood."""
        return self._header.places if self._header else None

    def rows(self) -> Iterator[Rows]:
        """The rows with the findings about them; how many cells were respelt is in ``findings`` afterwards."""
        if self._header is None:
            return
        totals = Totals(self._header)
        for piece in self._grid.pieces(self._header.row + 1):
            layout, told = lay_out(piece, self._sheet, self._header)
            rows = self._read_rows(piece, self._header, layout.data)
            rows.findings += told + totals.check(piece, rows, layout)
            _check_required(rows)
            for name, code, words in deny(rows):
                for i in np.flatnonzero(rows.denied[name]):
                    rows.report(code, int(i), name, words)
            _check_dates(rows)
            if self._sheet is PROJECTS:
                _check_started(rows)
            yield rows
        for name, respelt in self._respelt.items():
            place = self._header.places[name]
            words = f"“{place.column.label}”有 {respelt} 处写法已统一，含义不变。"
            self.findings.append(Finding("N201", self._sheet.title, None, place.shown, place.letter, str(respelt), words))

    def _read_rows(self, piece: Piece, header: Header, kept: tuple[int, ...]) -> Rows:
        at = np.array(kept, dtype=np.int64)
        raw = {f: piece.columns[p.index][at - piece.first] for f, p in header.places.items()}
        rows = Rows(self._sheet, header.places, at + 1, raw)
        rows.faulty[:] = any(c.required and c.field not in header.places for c in self._sheet.columns)
        for name, place in header.places.items():
            if not place.readable:
                rows.bad[name] = filled(raw[name])
                rows.faulty |= rows.bad[name]
            elif place.column.kind in NUMERIC:
                found = amounts.read_column(raw[name], place)
                rows.values[name] = found.values
                self._settle(rows, name, found.faults, found.respelt)
            else:
                self._read_cells(rows, name, place, raw[name])
        return rows

    def _read_cells(self, rows: Rows, name: str, place: Place, raw: Cells) -> None:
        """Each distinct cell is read once: towns, months and words repeat a thousand times."""
        known = self._known.setdefault(name, {})
        if len(known) > _MOST_KNOWN:
            known.clear()
        keys = list(zip(map(type, raw), raw, strict=True))
        distinct = set(keys)
        for key in distinct - known.keys():
            known[key] = read_cell(key[1], place, self._names)
        # A column mostly has neither a fault nor an odd spelling: then it is enough to look at each distinct cell.
        faulty = {key: found for key in distinct if isinstance(found := known[key], Fault)}
        values = {key: found.value for key in distinct if isinstance(found := known[key], Read)}
        respelt = {key for key in distinct if isinstance(found := known[key], Read) and found.respelt}
        rows.values[name][:] = [values.get(key) for key in keys]
        faults = {i: faulty[key] for i, key in enumerate(keys) if key in faulty} if faulty else {}
        self._settle(rows, name, faults, sum(key in respelt for key in keys) if respelt else 0)

    def _settle(self, rows: Rows, name: str, faults: dict[int, Fault], respelt: int) -> None:
        for i, fault in faults.items():
            rows.bad[name][i] = True
            rows.report(fault.code, i, name, fault.words)
        if respelt:
            self._respelt[name] = self._respelt.get(name, 0) + respelt


def _check_required(rows: Rows) -> None:
    for name, place in rows.places.items():
        if place.column.required:
            words = f"“{place.column.label}”是必填项，请补上（合并的单元格请取消合并，逐行填写）。"
            for i in np.flatnonzero(~rows.known(name) & ~rows.bad[name] & place.readable):
                rows.report("E103", int(i), name, words)


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
