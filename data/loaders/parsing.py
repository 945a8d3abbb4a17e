"""From a grid to typed rows: header, cells, and the checks of single rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from cockpit.contracts.columns import Sheet
from cockpit.contracts.findings import Finding
from cockpit.contracts.sheets import PROJECTS
from data.loaders.cells import amounts
from data.loaders.cells.cell_value import CellValue, InvalidCell
from data.loaders.cells.cells import ParseContext, parse_cell
from data.loaders.checks.signs import check_signs
from data.loaders.checks.totals import TotalsCheck, classify_rows
from data.loaders.headers.header_text import NUMERIC
from data.loaders.headers.headers import ColumnMapping, Header, find_header
from data.loaders.parsed_rows import ParsedRows
from data.loaders.sources.cell import Cell, CellArray, not_blank
from data.loaders.sources.grid import Grid, GridChunk

_CACHED_CELLS = 20_000  # distinct cells of a column that are cached with their parsed value


class Parser:
    """Parser of a sheet's rows, chunk by chunk."""

    def __init__(self, grid: Grid, sheet: Sheet, context: ParseContext) -> None:
        """Find the header; ``findings`` has what is wrong with it or with the sheet as a whole."""
        self._grid, self._sheet, self._context = grid, sheet, context
        self._header: Header | None = None
        self.findings: list[Finding]
        if grid.blank:
            self.findings = [Finding("N202", sheet.title, None, None, None, None, "空表，已忽略。")]
        else:
            self._header, self.findings = find_header(grid, sheet)
        self._cached_cells: dict[str, dict[tuple[type, Cell], CellValue | InvalidCell]] = {}
        self._normalized: dict[str, int] = {}

    @property
    def mappings(self) -> dict[str, ColumnMapping] | None:
        """Columns by field; ``None`` when the sheet has no header."""
        return self._header.mappings if self._header else None

    def count_normalized(self, numbers: dict[str, int]) -> None:
        """Add cells, by field, whose spelling was unified after parsing."""
        for name, number in numbers.items():
            if number:
                self._normalized[name] = self._normalized.get(name, 0) + number

    def rows(self) -> Iterator[ParsedRows]:
        """Yield the rows with the findings about them; afterwards ``findings`` has the numbers of normalized cells (N201)."""
        if self._header is None:
            return
        totals = TotalsCheck(self._header)
        for chunk in self._grid.chunks(self._header.row + 1):
            classified, findings = classify_rows(chunk, self._sheet, self._header)
            rows = self._parse_rows(chunk, self._header, classified.data)
            rows.findings += findings
            totals.add(chunk, rows, classified)
            _check_required(rows)
            for name, code, message in check_signs(rows):
                for i in np.flatnonzero(rows.sign_violations[name]):
                    rows.report(code, int(i), name, message)
            _check_dates(rows)
            if self._sheet is PROJECTS:
                _check_started(rows)
            yield rows
        self.findings += totals.findings(self._sheet)
        for name, normalized in self._normalized.items():
            mapping = self._header.mappings[name]
            message = f"“{mapping.column.label}”有 {normalized} 处写法已统一，含义不变。"
            self.findings.append(
                Finding("N201", self._sheet.title, None, mapping.display_name, mapping.letter, str(normalized), message)
            )

    def _parse_rows(self, chunk: GridChunk, header: Header, data_rows: tuple[int, ...]) -> ParsedRows:
        indices = np.array(data_rows, dtype=np.int64)
        raw = {f: chunk.columns[p.index][indices - chunk.first] for f, p in header.mappings.items()}
        rows = ParsedRows(self._sheet, header.mappings, indices + 1, raw)
        rows.has_error[:] = any(c.required and c.field not in header.mappings for c in self._sheet.columns)
        for name, mapping in header.mappings.items():
            if not mapping.readable:
                rows.invalid[name] = not_blank(raw[name])
                rows.has_error |= rows.invalid[name]
            elif mapping.column.kind in NUMERIC:
                result = amounts.parse_number_column(raw[name], mapping)
                rows.values[name] = result.values
                self._record(rows, name, result.invalid, result.normalized)
            else:
                self._parse_cells(rows, name, mapping, raw[name])
        return rows

    def _parse_cells(self, rows: ParsedRows, name: str, mapping: ColumnMapping, raw: CellArray) -> None:
        """Parse each distinct cell once: towns, months and choices repeat a thousand times."""
        cached = self._cached_cells.setdefault(name, {})
        if len(cached) > _CACHED_CELLS:
            cached.clear()
        keys = list(zip(map(type, raw), raw, strict=True))
        distinct = set(keys)
        for key in distinct - cached.keys():
            cached[key] = parse_cell(key[1], mapping, self._context)
        # Most columns have neither invalid nor normalized cells: then it is enough to look at each distinct cell.
        invalid = {key: result for key in distinct if isinstance(result := cached[key], InvalidCell)}
        values = {key: result.value for key in distinct if isinstance(result := cached[key], CellValue)}
        normalized = {key for key in distinct if isinstance(result := cached[key], CellValue) and result.normalized}
        rows.values[name][:] = [values.get(key) for key in keys]
        invalid_rows = {i: invalid[key] for i, key in enumerate(keys) if key in invalid} if invalid else {}
        self._record(rows, name, invalid_rows, sum(key in normalized for key in keys) if normalized else 0)

    def _record(self, rows: ParsedRows, name: str, invalid: dict[int, InvalidCell], normalized: int) -> None:
        for i, fault in invalid.items():
            rows.invalid[name][i] = True
            rows.report(fault.code, i, name, fault.message)
        self.count_normalized({name: normalized})


def _check_required(rows: ParsedRows) -> None:
    for name, mapping in rows.mappings.items():
        if mapping.column.required:
            message = f"“{mapping.column.label}”是必填项，请补上（合并的单元格请取消合并，逐行填写）。"
            for i in np.flatnonzero(~rows.known(name) & ~rows.invalid[name] & mapping.readable):
                rows.report("E103", int(i), name, message)


def _check_dates(rows: ParsedRows) -> None:
    """Report E113 for dates of one row that run backwards."""
    ordered = [f for f in rows.sheet.dates_in_order if f in rows.mappings]
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


def _check_started(rows: ParsedRows) -> None:
    """Report E113 for money spent on a project without a start date."""
    if not {"invested_fen", "started_on"} <= rows.mappings.keys():
        return
    spent = rows.numbers("invested_fen") > 0
    for i in np.flatnonzero(spent & ~rows.known("started_on") & ~rows.invalid["started_on"]):
        rows.report("E113", int(i), "invested_fen", "已有完成投资，却没有开工日期。请补上开工日期，或核对投资额。")
