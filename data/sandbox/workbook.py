"""Reads one workbook in a process of its own; started by ``data.loaders.sources.workbooks``.

A hostile workbook may abort the reader or eat all memory: here it harms only this process, which first
gives itself limits. It imports nothing heavy, so it starts in a blink, and it never runs macros: of a macro
workbook only cells are read. It holds some thousand rows at a time and answers on standard output with lines of JSON:
``{"title", "columns"}`` for each sheet (``columns`` is ``null`` for one nobody asked for, else empty), then, for each
piece of its rows, ``{"title", "row", "columns"}`` (``row``: the first, from 0), or ``{"refused", "detail"}``.
A cell is a number, text, ``true``/``false``, ``null``, or one of ``{"date"}``, ``{"error"}``, ``{"formula"}``
(without a stored result) and ``{"odd"}`` (times and durations).
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
from data.sandbox.scan import SheetScan, find_percent_styles, scan_chunk, within

_LONGEST_TEXT = 32_767  # what a cell of Excel can hold


def main() -> None:
    """Arguments: the workbook's path, and ``{"titles": [...], "limits": {...}}`` (``data.loaders.sources.limits``)."""
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
    wanted = ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0))
    for kind, most in wanted:
        # A system without this limit, or with a lower one already, leaves the parent's timeout in charge.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def read_sheets(path: str, titles: frozenset[str], limits: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each worksheet in the workbook's order; cells only of those whose plain title is in ``titles``."""
    import python_calamine  # only after the limits are set

    # By its content: by path, the reader would believe the extension.
    with open(path, "rb") as stream, refuse_damaged(), zipfile.ZipFile(stream) as archive:
        parts = WorkbookArchive(archive, limits)
        reader = _Reader(parts, limits)
        wanted = {title: part for title, part in parts.sheets().items() if plain_title(title) in titles}
        try:
            for sheet in reader.workbook({}).sheets_metadata:
                if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet:
                    yield {"title": sheet.name, "columns": [] if sheet.name in wanted else None}
                    if sheet.name in wanted:
                        yield from reader.rows(sheet.name, wanted[sheet.name])
        except python_calamine.PasswordError as error:
            raise UnreadableWorkbook("encrypted", "") from error
        except python_calamine.CalamineError as error:
            raise UnreadableWorkbook("damaged", "") from error


class _Reader:
    """Reads sheets piece by piece: each piece is a workbook of its own with the styles and texts of the whole."""

    def __init__(self, parts: WorkbookArchive, limits: dict[str, Any]) -> None:
        self._parts, self._limits = parts, limits
        self._percent_styles = find_percent_styles(parts.styles)
        self._characters_left = limits["text_characters"]

    def workbook(self, more: Mapping[str, bytes]) -> Any:
        """The fast reader over the kept parts, and ``more``: part -> content."""
        import python_calamine

        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w") as archive:
            for name, content in {**self._parts.kept, **more}.items():
                archive.writestr(name, content)
        whole.seek(0)
        return python_calamine.CalamineWorkbook.from_filelike(whole)

    def rows(self, title: str, part: str) -> Iterator[dict[str, Any]]:
        """The pieces of a sheet that hold anything. Beyond the limits it is read on only to say how large it is."""
        last_row = last_column = 0
        too_large = False
        with self._parts.open(part) as stream:
            for chunk in iter_chunks(stream):
                scan = scan_chunk(chunk.content, self._percent_styles, self._limits)
                last_row, last_column = max(last_row, scan.last_row), max(last_column, scan.last_column)
                too_large |= not within(scan.last_row, scan.last_column, self._limits)
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
    """A sheet's title without spaces, in half width and lower case: how titles are compared."""
    return "".join(unicodedata.normalize("NFKC", title).split()).casefold()


def _columns(chunk: SheetChunk, start: tuple[int, int], rows: list[list[Any]], scan: SheetScan) -> list[list[Any]]:
    """The piece by columns, from column A and its first row on; cells that the reader does not tell are marked as such."""
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
    columns += [above + _plain(column) + below for column in zip(*rows, strict=True)]
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


def _plain(column: Sequence[Any]) -> list[Any]:
    """Texts as long as Excel lets them be; an empty one is a blank cell."""
    if str not in set(map(type, column)):
        return list(column)
    return [(v[:_LONGEST_TEXT] or None) if type(v) is str else v for v in column]


def _encode(value: Any) -> dict[str, str]:
    return {"date": value.isoformat()} if isinstance(value, date) else {"odd": str(value)}
