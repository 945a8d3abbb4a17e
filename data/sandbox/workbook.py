"""Reader of one workbook in a process of its own; started by ``data.loaders.sources.workbooks``.

A hostile workbook may abort the reader or exhaust its memory: that harms only this process, which limits itself first.
It imports nothing heavy, so it starts at once, and it never runs macros: of a macro workbook only cells are read. It has
some thousand rows in memory at a time, and writes lines of JSON to standard output: ``{"title", "columns"}`` for each
sheet (``columns`` is ``null`` for one that was not requested, else empty), then, for each chunk of its rows,
``{"title", "row", "columns"}`` (``row``: the first, from 0), or ``{"refused", "detail"}``. A cell is a number, text,
``true``/``false``, ``null``, or one of ``{"date"}``, ``{"error"}`` and ``{"formula"}`` (without a stored result); times and
durations are texts. ``data.loaders.sources.cell_json`` decodes them.
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import sys
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from data.sandbox.archive import WorkbookArchive, refuse_damaged
from data.sandbox.chunks import SheetChunk, iter_chunks
from data.sandbox.errors import UnreadableWorkbook
from data.sandbox.scan import SheetScan, find_percent_styles, fits, scan_chunk

_MAX_TEXT = 32_767  # longest text of a cell in Excel


def main() -> None:
    """Read the workbook of the command line: its path, and ``{"titles": [...], "limits": {...}}`` (``Limits`` of the loaders)."""
    path, request = sys.argv[-2], json.loads(sys.argv[-1])
    limits = request["limits"]
    _limit_process(limits)
    try:
        for line in read_sheets(path, frozenset(request["titles"]), limits):
            sys.stdout.write(json.dumps(line, default=_encode) + "\n")
    except UnreadableWorkbook as refusal:
        reason, detail = refusal.args
        sys.stdout.write(json.dumps({"refused": reason, "detail": detail}) + "\n")
    except MemoryError:
        sys.stdout.write('{"refused": "memory", "detail": ""}\n')


def _limit_process(limits: dict[str, Any]) -> None:
    memory, seconds = limits["memory_bytes"], limits["cpu_seconds"]
    for kind, limit in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        # A limit that is lower already can't be raised, and some systems lack one: the parent's timeout still holds.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (limit, limit))


def read_sheets(path: str, titles: frozenset[str], limits: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield messages about the worksheets in their order; cells only of those whose plain title is in ``titles``."""
    import python_calamine  # only after the limits are set

    # By its content: by path, the reader would believe the extension.
    with open(path, "rb") as stream, refuse_damaged(), zipfile.ZipFile(stream) as file:
        archive = WorkbookArchive(file, limits)
        reader = _SheetReader(archive, limits)
        requested = {title: part for title, part in archive.sheets().items() if plain_title(title) in titles}
        try:
            for sheet in reader.workbook({}).sheets_metadata:
                if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet:
                    yield {"title": sheet.name, "columns": [] if sheet.name in requested else None}
                    if sheet.name in requested:
                        yield from reader.rows(sheet.name, requested[sheet.name])
        except python_calamine.PasswordError as error:
            raise UnreadableWorkbook("encrypted", "") from error
        except python_calamine.CalamineError as error:
            raise UnreadableWorkbook("damaged", "") from error


class _SheetReader:
    """Reader of sheets chunk by chunk: each chunk is a workbook of its own with the styles and texts of the whole."""

    def __init__(self, archive: WorkbookArchive, limits: dict[str, Any]) -> None:
        self._archive, self._limits = archive, limits
        self._percent_styles = find_percent_styles(archive.styles)
        self._characters_left = limits["text_characters"]

    def workbook(self, more: Mapping[str, bytes]) -> Any:
        """Open the loaded parts, and ``more`` (part -> content), with the fast reader."""
        import python_calamine

        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, content in {**self._archive.loaded, **more}.items():
                archive.writestr(name, content)
        buffer.seek(0)
        return python_calamine.CalamineWorkbook.from_filelike(buffer)

    def rows(self, title: str, part: str) -> Iterator[dict[str, Any]]:
        """Yield the chunks of a sheet that hold anything. Beyond the limits it is scanned on only to report its extent."""
        last_row = last_column = 0
        too_large = False
        with self._archive.open(part) as stream:
            for chunk in iter_chunks(stream):
                scan = scan_chunk(chunk.content, self._percent_styles, self._limits)
                last_row, last_column = max(last_row, scan.last_row), max(last_column, scan.last_column)
                too_large |= not fits(scan.last_row, scan.last_column, self._limits)
                if not too_large and (columns := self._columns(title, part, chunk, scan)):
                    yield {"title": title, "row": chunk.first - 1, "columns": columns}
        if too_large:
            raise UnreadableWorkbook("extent", f"{title}|{last_row}|{last_column}")

    def _columns(self, title: str, part: str, chunk: SheetChunk, scan: SheetScan) -> list[list[Any]]:
        sheet = self.workbook({part: chunk.content}).get_sheet_by_name(title)
        columns = _columns(chunk, sheet.start or (chunk.first - 1, 0), sheet.to_python(), scan)
        self._characters_left -= sum(len(v) for column in columns for v in column if type(v) is str)
        if self._characters_left < 0:
            raise UnreadableWorkbook("memory", "")
        return columns


def plain_title(title: str) -> str:
    """Normalize a sheet's title for comparison: without spaces, in half width and lower case."""
    return "".join(unicodedata.normalize("NFKC", title).split()).casefold()


def _columns(chunk: SheetChunk, start: tuple[int, int], rows: list[list[Any]], scan: SheetScan) -> list[list[Any]]:
    """Return the chunk by columns, from column A and its first row on, with marks for errors and formulas without a result."""
    positions = [(r, c) for r, c, _ in scan.errors] + scan.uncomputed + scan.percents
    if not rows and not positions:
        return []
    (top, left), first = start, chunk.first - 1
    bottom = max([top + len(rows) - 1, *(r for r, _ in positions)])
    if min([top, *(r for r, _ in positions)]) < first or bottom >= chunk.last:
        raise UnreadableWorkbook("damaged", "")  # a cell that stands in one row and names another
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


def _encode(value: Any) -> dict[str, str] | str:
    return {"date": value.isoformat()} if isinstance(value, date) else str(value)
