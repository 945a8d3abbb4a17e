"""Reading of a workbook: some thousand rows at a time; macros are never run, only cells are read."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import IO, Any

from data.sandbox.chunks import ROWS, SheetChunk, iter_chunks
from data.sandbox.errors import RefusedSource
from data.sandbox.scan import SheetScan, find_percent_styles, fits, scan_chunk
from data.sandbox.workbook_archive import SheetPart, WorkbookArchive, refuse_damaged

_MAX_TEXT = 32_767  # longest text of a cell in Excel
_MANY_SHARED_BYTES = 8 << 20  # of texts that every chunk is read with; beyond them chunks are larger, so fewer
_LARGE_CHUNKS = 8
_MAX_SHARED_WORK = 640 << 20  # bytes of shared texts parsed, once for each chunk, for one workbook


@contextmanager
def open_workbook(stream: IO[bytes], limits: dict[str, Any]) -> Iterator[WorkbookReader]:
    """Open a workbook; raises ``RefusedSource`` for one that is damaged or exceeds the limits, now or while it is read."""
    with refuse_damaged(), zipfile.ZipFile(stream) as archive:
        yield WorkbookReader(WorkbookArchive(archive, limits), limits)


class WorkbookReader:
    """Reader of sheets chunk by chunk: each chunk is a workbook of its own with the styles and texts of the whole."""

    def __init__(self, archive: WorkbookArchive, limits: dict[str, Any]) -> None:
        self._archive, self._limits = archive, limits
        self._percent_styles = find_percent_styles(archive.styles)
        self._characters_left = limits["text_characters"]
        self._shared_work_left = _MAX_SHARED_WORK

    @property
    def date1904(self) -> bool:
        """Whether the workbook counts dates from 1904."""
        return self._archive.date1904

    def sheets(self) -> list[SheetPart]:
        """List the worksheets in their order."""
        return self._archive.sheets()

    def rows(self, sheet: SheetPart) -> Iterator[dict[str, Any]]:
        """Yield the chunks of a sheet that hold anything; raises ``RefusedSource`` with its extent when that is too large."""
        if sheet.part is None:
            raise RefusedSource("damaged")
        self._archive.check_rows(sheet)
        last_row = last_column = 0
        with self._archive.open(sheet.part) as stream:
            for chunk in iter_chunks(stream, _LARGE_CHUNKS if self._archive.shared_bytes > _MANY_SHARED_BYTES else 1):
                scan = scan_chunk(chunk.content, self._percent_styles, self._limits)
                last_row, last_column = max(last_row, scan.last_row), max(last_column, scan.last_column)
                if not fits(scan.last_row, scan.last_column, self._limits):
                    raise RefusedSource("extent", f"{sheet.title}|{last_row}|{last_column}")
                columns = self._columns(chunk, scan)
                for start in range(0, len(columns[0]) if columns else 0, ROWS):
                    yield {"row": chunk.first - 1 + start, "columns": [column[start : start + ROWS] for column in columns]}

    def _columns(self, chunk: SheetChunk, scan: SheetScan) -> list[list[Any]]:
        self._shared_work_left -= self._archive.shared_bytes
        sheet = self._archive.sheet_rows(chunk.content)
        columns = _columns(chunk, sheet.start or (chunk.first - 1, 0), sheet.to_python(), scan)
        self._characters_left -= sum(len(v) for column in columns for v in column if type(v) is str)
        if min(self._characters_left, self._shared_work_left) < 0:
            raise RefusedSource("memory")
        return columns


def _columns(chunk: SheetChunk, start: tuple[int, int], rows: list[list[Any]], scan: SheetScan) -> list[list[Any]]:
    """Return the chunk by columns, from column A and its first row on, with marks for errors and formulas without a result."""
    positions = [(r, c) for r, c, _ in scan.errors] + scan.uncomputed + scan.percents
    if not rows and not positions:
        return []
    (top, left), first = start, chunk.first - 1
    bottom = max([top + len(rows) - 1, *(r for r, _ in positions)])
    if min([top, *(r for r, _ in positions)]) < first or bottom >= chunk.last:
        raise RefusedSource("damaged")  # a cell that stands in one row and names another
    width = max([left + max((len(r) for r in rows), default=0), *(c + 1 for _, c in positions)])
    above, below = [None] * (top - first), [None] * (bottom + 1 - top - len(rows))
    columns: list[list[Any]] = [[None] * (bottom + 1 - first) for _ in range(left)]
    columns += [above + _cut_texts(column) + below for column in zip(*rows, strict=True)]
    columns.extend([None] * (bottom + 1 - first) for _ in range(width - len(columns)))
    for row, column, text in scan.errors:
        columns[column][row - first] = {"error": text}
    for row, column in scan.uncomputed:
        columns[column][row - first] = {"formula": True}
    for row, column in scan.percents:
        value = columns[column][row - first]
        if type(value) is float:
            # As Excel shows it, so that 89 % is not taken for 0.89 of a percent.
            columns[column][row - first] = f"{(Decimal(repr(value)) * 100).normalize():f}%"
    return columns


def _cut_texts(column: Sequence[Any]) -> list[Any]:
    """Cut texts at Excel's limit; an empty one is a blank cell."""
    if str not in set(map(type, column)):
        return list(column)
    return [(v[:_MAX_TEXT] or None) if type(v) is str else v for v in column]
