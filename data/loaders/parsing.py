"""From a grid to typed rows: header, cells, and the checks of single rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cached_property

import numpy as np

from cockpit.contracts.columns import Sheet
from cockpit.contracts.findings import Finding
from cockpit.contracts.sheets import PROJECTS
from data.loaders.cells import amounts
from data.loaders.cells.cell_value import CellValue, InvalidCell
from data.loaders.cells.cells import parse_cell
from data.loaders.cells.parse_context import ParseContext
from data.loaders.checks.signs import check_signs
from data.loaders.checks.totals import TotalsCheck, classify_rows
from data.loaders.code_finder import CodeFinder
from data.loaders.finding_tally import FindingTally
from data.loaders.headers.header_text import NUMERIC
from data.loaders.headers.headers import ColumnMapping, Header, find_header
from data.loaders.parsed_rows import ParsedRows
from data.loaders.sources.cell import Cell, CellArray, cell_text, not_blank
from data.loaders.sources.grid import Grid, GridChunk

_CACHED_CELLS = 20_000  # distinct cells of a column that are cached with their parsed value
#: Rows in error after which a sheet isn't read on: they have one cause, and what follows has it too.
MOST_ROWS_IN_ERROR = 20_000
#: Totals, remarks and repeated headers after which a sheet isn't read on: no table has that many.
MOST_SKIPPED = 5_000
_NOTICES = {
    "N201": "“{label}”有{number}处写法已统一，含义不变。",
    "N211": "“{label}”有{number}处零日期（Excel 显示成 1900/1/0），当作空白。",
}


class Parser:
    """Parser of a sheet's rows, chunk by chunk."""

    def __init__(
        self, grid: Grid, sheet: Sheet, context: ParseContext, tally: FindingTally, code_finder: Callable[[], CodeFinder]
    ) -> None:
        """Find the header; ``findings`` has what is wrong with it or with the sheet as a whole.

        ``code_finder`` is called when the first code is found that lost its digits.
        """
        self._grid, self._sheet, self._context = grid, sheet, replace(context, date1904=grid.date1904)
        self._tally, self._find_codes = tally, code_finder
        #: Whether rows were left unread, since too many before them are in error.
        self.stopped = False
        self._header: Header | None = None
        self.findings: list[Finding]
        if grid.blank:
            self.findings = [Finding("N202", sheet.title, None, None, None, None, "空表，已忽略。")]
        else:
            self._header, self.findings = find_header(grid, sheet)
        self._cached_cells: dict[str, dict[tuple[type, Cell], CellValue | InvalidCell]] = {}
        self._noticed: Counter[tuple[str, str]] = Counter()  # (field, code of the notice) -> cells

    @property
    def mappings(self) -> dict[str, ColumnMapping] | None:
        """Columns by field; ``None`` when the sheet has no header."""
        return self._header.mappings if self._header else None

    def count_normalized(self, numbers: dict[str, int]) -> None:
        """Add cells, by field, whose spelling was unified after parsing."""
        self._count_notices({(name, "N201"): number for name, number in numbers.items()})

    def rows(self) -> Iterator[ParsedRows]:
        """Yield the rows with the findings about them; afterwards ``findings`` has what concerns cells by the column (N2xx)."""
        if self._header is None:
            return
        totals = TotalsCheck(self._header)
        in_error = skipped = data_rows = 0
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
            _check_basis(rows)
            if self._sheet is PROJECTS:
                _check_started(rows)
            yield rows
            in_error += int(rows.has_error.sum())
            skipped += len(findings)
            data_rows += len(classified.data)
            too_many = in_error > MOST_ROWS_IN_ERROR or skipped > MOST_SKIPPED
            if too_many and (left := self._grid.count_rows(chunk.first + chunk.height)):
                self._stop(chunk.first + chunk.height, in_error, skipped, left)
                break
        if not data_rows:
            message = "只有表头，没有数据行，已忽略。"
            self.findings.append(Finding("N202", self._sheet.title, None, None, None, None, message))
        self.findings += totals.findings(self._sheet, whole=not self.stopped)
        for (name, code), number in self._noticed.items():
            mapping = self._header.mappings[name]
            message = _NOTICES[code].format(label=mapping.column.label, number=number)
            self.findings.append(
                Finding(code, self._sheet.title, None, mapping.display_name, mapping.letter, str(number), message)
            )

    def _stop(self, read: int, in_error: int, skipped: int, left: int) -> None:
        self.stopped = True
        faulty = f"{in_error:,}行有错误" if in_error > MOST_ROWS_IN_ERROR else f"{skipped:,}行合计、说明或重复的表头"
        message = f"前{read:,}行里有{faulty}，其余{left:,}行没有检查。请先改正已列出的，再检查一次。"
        self.findings.append(Finding("E121", self._sheet.title, None, None, None, str(left), message))

    @cached_property
    def _code_finder(self) -> CodeFinder:
        return self._find_codes()

    def _parse_rows(self, chunk: GridChunk, header: Header, data_rows: tuple[int, ...]) -> ParsedRows:
        indices = np.array(data_rows, dtype=np.int64)
        raw = {f: chunk.columns[p.index][indices - chunk.first] for f, p in header.mappings.items()}
        rows = ParsedRows(self._sheet, header.mappings, indices + 1, raw, tally=self._tally)
        rows.has_error[:] = any(c.required and c.field not in header.mappings for c in self._sheet.columns)
        for name, mapping in header.mappings.items():
            if not mapping.readable:
                rows.invalid[name] = not_blank(raw[name])
                rows.has_error |= rows.invalid[name]
            elif mapping.column.kind in NUMERIC:
                result = amounts.parse_number_column(raw[name], mapping)
                rows.values[name] = result.values
                self._record(rows, name, result.invalid, Counter(N201=result.normalized))
            else:
                names = None if header.name_index is None else chunk.columns[header.name_index][indices - chunk.first]
                self._parse_cells(rows, name, mapping, raw[name], names)
        return rows

    def _parse_cells(
        self, rows: ParsedRows, name: str, mapping: ColumnMapping, raw: CellArray, firm_names: CellArray | None
    ) -> None:
        """Parse each distinct cell once: towns, months and choices repeat a thousand times."""
        cached = self._cached_cells.setdefault(name, {})
        if len(cached) > _CACHED_CELLS:
            cached.clear()
        keys = list(zip(map(type, raw), raw, strict=True))
        distinct = set(keys)
        for key in distinct - cached.keys():
            cached[key] = parse_cell(key[1], mapping, self._context)
        # Most columns have neither invalid nor noticed cells: then it is enough to look at each distinct cell.
        invalid = {key: result for key in distinct if isinstance(result := cached[key], InvalidCell)}
        values = {key: result.value for key in distinct if isinstance(result := cached[key], CellValue)}
        noticed = {key: result.notice for key in distinct if isinstance(result := cached[key], CellValue) and result.notice}
        rows.values[name][:] = [values.get(key) for key in keys]
        invalid_rows = {i: invalid[key] for i, key in enumerate(keys) if key in invalid} if invalid else {}
        self._record(
            rows,
            name,
            invalid_rows,
            Counter(noticed[key] for key in keys if key in noticed) if noticed else Counter(),
            firm_names,
        )

    def _record(
        self,
        rows: ParsedRows,
        name: str,
        invalid: dict[int, InvalidCell],
        noticed: Counter[str],
        firm_names: CellArray | None = None,
    ) -> None:
        for i, fault in invalid.items():
            rows.invalid[name][i] = True
            hint = ""
            if fault.digits:
                hint = self._code_finder.hint("" if firm_names is None else cell_text(firm_names[i]), fault.digits)
            rows.report(fault.code, i, name, fault.message + hint)
        self._count_notices({(name, code): number for code, number in noticed.items()})

    def _count_notices(self, numbers: dict[tuple[str, str], int]) -> None:
        self._noticed.update({key: number for key, number in numbers.items() if number})


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


def _check_basis(rows: ParsedRows) -> None:
    """Report E105 where the header of a column says 累计 and the row's 口径 says 当月."""
    column = next((m for m in rows.mappings.values() if m.cumulative), None)
    if column is None or "basis" not in rows.mappings:
        return
    message = f"表头“{column.column.label}”写的是累计，这一行的口径却是当月。请改正其中一个。"
    for i in np.flatnonzero(rows.values["basis"] == "当月"):
        rows.report("E105", int(i), "basis", message)


def _check_started(rows: ParsedRows) -> None:
    """Report E113 for money spent on a project without a start date."""
    if not {"invested_fen", "started_on"} <= rows.mappings.keys():
        return
    spent = rows.numbers("invested_fen") > 0
    for i in np.flatnonzero(spent & ~rows.known("started_on") & ~rows.invalid["started_on"]):
        rows.report("E113", int(i), "invested_fen", "已有完成投资，却没有开工日期。请补上开工日期，或核对投资额。")
