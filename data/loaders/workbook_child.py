"""Reads one workbook in a process of its own; run as a script by ``data.loaders.workbook``.

A hostile workbook may abort the reader or eat all memory: here it harms only this process, which first
gives itself limits. It imports nothing of the product, so it starts in a blink, and it never runs macros:
of a macro workbook only cells are read. It answers on standard output with lines of JSON: one a sheet,
``{"title", "columns"}`` (``columns`` is ``null`` for a sheet nobody asked for), or ``{"refused", "detail"}``.

Usage: ``python -I workbook_child.py FILE '{"titles": [...], "limits": {...}}'``
"""

from __future__ import annotations

import contextlib
import json
import re
import resource
import sys
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from xml.parsers import expat

_CHUNK = 1 << 20
_SPREADSHEET_PART = "xl/workbook.xml"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_LONGEST_ERROR = 40  # characters kept of an error such as #DIV/0!
_PERCENT_FORMATS = frozenset({"9", "10"})  # built-in 0% and 0.00%


class Refusal(Exception):
    """The workbook is not read; ``args``: the reason's key and a detail."""


@dataclass
class SheetScan:
    """What a pass over a sheet's XML tells that the reader does not: extent and cells without a value."""

    last_row: int = 0
    last_column: int = 0
    errors: list[tuple[int, int, str]] = field(default_factory=list)
    uncomputed: list[tuple[int, int]] = field(default_factory=list)
    percents: list[tuple[int, int]] = field(default_factory=list)


def main(path: str, request: dict[str, Any]) -> None:
    """Read the workbook at ``path`` and print its sheets, or print why it is refused."""
    limits = request["limits"]
    _limit_process(limits)
    try:
        parts = read_parts(path, limits)
        for line in read_sheets(path, parts, frozenset(request["titles"]), limits):
            sys.stdout.write(json.dumps(line, ensure_ascii=True, default=_encode) + "\n")
    except Refusal as refusal:
        reason, detail = refusal.args
        sys.stdout.write(json.dumps({"refused": reason, "detail": detail}) + "\n")


def _limit_process(limits: dict[str, Any]) -> None:
    seconds = int(limits["seconds"]) + 1
    wanted = ((resource.RLIMIT_AS, limits["memory_bytes"]), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0))
    for kind, most in wanted:
        # A system without this limit, or with a lower one already, leaves the parent's timeout in charge.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def read_parts(path: str, limits: dict[str, Any]) -> dict[str, bytes]:
    """Inflate every part, counting; return those that the sheets are described by, by lower-case name."""
    parts: dict[str, bytes] = {}
    left = limits["inflated_bytes"]
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.flag_bits & 1:
                    raise Refusal("encrypted", "")
                content, left = _inflate(archive, member, left)
                if content is not None:
                    parts[member.filename.lower()] = content
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Refusal("damaged", "") from error
    return parts


def _inflate(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> tuple[bytes | None, int]:
    """The content of an XML part (else ``None``) and how many bytes may still be inflated."""
    wanted = member.filename.lower().startswith("xl/") and member.filename.lower().endswith((".xml", ".rels"))
    chunks: list[bytes] = []
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise Refusal("inflated", member.filename)
            if wanted:
                chunks.append(chunk)
    content = b"".join(chunks) if wanted else None
    if content is not None and b"<!DOCTYPE" in content:
        raise Refusal("doctype", member.filename)
    return content, left


def read_sheets(path: str, parts: dict[str, bytes], titles: frozenset[str], limits: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each worksheet in the workbook's order; cells only of those whose plain title is in ``titles``."""
    import python_calamine  # after the limits are set

    locations = sheet_parts(parts)
    percent_styles = find_percent_styles(parts.get("xl/styles.xml", b""))
    scans: dict[str, SheetScan] = {}
    for title, part in locations.items():
        if plain_title(title) in titles:
            scans[title] = scan_sheet(parts.pop(part, b""), percent_styles)
            _check_extent(title, scans[title], limits)
    parts.clear()
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(path)
        for sheet in workbook.sheets_metadata:
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet:
                columns = None
                if sheet.name in scans:
                    rows = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
                    columns = _columns(rows, scans[sheet.name])
                yield {"title": sheet.name, "columns": columns}
    except python_calamine.PasswordError as error:
        raise Refusal("encrypted", "") from error
    except python_calamine.CalamineError as error:
        raise Refusal("damaged", "") from error


def plain_title(title: str) -> str:
    """A sheet's title without spaces, in half width: how the parent spells the titles it asks for."""
    return "".join(unicodedata.normalize("NFKC", title).split())


def _check_extent(title: str, scan: SheetScan, limits: dict[str, Any]) -> None:
    rows, columns = scan.last_row, scan.last_column
    if rows > limits["rows"] or columns > limits["columns"] or rows * columns > limits["cells"]:
        raise Refusal("extent", f"{title}|{rows}|{columns}")


def parse_xml(content: bytes, start: Callable[..., None], end: Callable[..., None] | None = None, text: Any = None) -> None:
    """Feed an XML part to handlers that get local names (prefixes cut) and attribute dictionaries."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def opened(name: str, attributes: dict[str, str]) -> None:
        start(name.rpartition(":")[2], attributes)

    parser.StartElementHandler = opened
    if end is not None:
        closing = end
        parser.EndElementHandler = lambda name: closing(name.rpartition(":")[2])
        parser.CharacterDataHandler = text
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise Refusal("damaged", "") from error


def sheet_parts(parts: dict[str, bytes]) -> dict[str, str]:
    """Sheet title -> lower-case name of its part."""
    if _SPREADSHEET_PART not in parts:
        raise Refusal("no_workbook", "")
    targets: dict[str, str] = {}
    titles: list[tuple[str, str]] = []

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and "Id" in attributes:
            target = attributes.get("Target", "").lower()
            targets[attributes["Id"]] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            key = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), "")
            titles.append((attributes.get("name", ""), key))

    parse_xml(parts.get("xl/_rels/workbook.xml.rels", b"<r/>"), relation)
    parse_xml(parts[_SPREADSHEET_PART], sheet)
    return {title: targets.get(key, "") for title, key in titles}


def find_percent_styles(styles: bytes) -> frozenset[str]:
    """Indexes (as text) of the cell styles that show a number as a percentage."""
    formats = set(_PERCENT_FORMATS)
    found: list[str] = []
    inside = False
    count = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside, count
        if name == "numFmt" and "%" in attributes.get("formatCode", ""):
            formats.add(attributes.get("numFmtId", ""))
        elif name in ("cellXfs", "cellStyles", "dxfs"):
            inside = name == "cellXfs"
        elif name == "xf" and inside:
            if attributes.get("numFmtId") in formats:
                found.append(str(count))
            count += 1

    if styles:
        parse_xml(styles, start)
    return frozenset(found)


class _SheetScanner:
    """Handlers for one sheet's XML. Cells without a reference follow their neighbour, as the format says."""

    def __init__(self, percent_styles: frozenset[str]) -> None:
        self.scan = SheetScan()
        self._percent_styles = percent_styles
        self._row = self._column = 0
        self._type = self._text = ""
        self._formula = self._value = self._percent = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._open_cell(attributes)
        elif name == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isascii() and number.isdigit() else self._row + 1
            self._column = 0
        elif name == "f":
            self._formula = True
        elif name in ("v", "is"):
            self._value = True
            self._extend()

    def end(self, name: str) -> None:
        if name == "c":
            place = (self._row - 1, self._column - 1)
            if self._type == "e":
                self.scan.errors.append((*place, self._text[:_LONGEST_ERROR]))
            elif self._formula and not self._text and self._type != "str":
                self.scan.uncomputed.append(place)
                self._extend()
            elif self._percent and self._value:
                self.scan.percents.append(place)
            self._value = False
        elif name == "f":
            self._text = ""  # what follows is the value, not the formula

    def text(self, data: str) -> None:
        if (self._formula or self._type == "e") and len(self._text) < _LONGEST_ERROR:
            self._text += data[:_LONGEST_ERROR]

    def _extend(self) -> None:
        self.scan.last_row = max(self.scan.last_row, self._row)
        self.scan.last_column = max(self.scan.last_column, self._column)

    def _open_cell(self, attributes: dict[str, str]) -> None:
        reference = _REFERENCE.fullmatch(attributes.get("r", ""))
        self._column += 1
        if reference:
            self._column = 0
            for character in reference[1]:
                self._column = self._column * 26 + ord(character) - 64
            self._row = int(reference[2])
        self._type = attributes.get("t", "n")
        self._text = ""
        self._formula = self._value = False
        self._percent = self._type == "n" and attributes.get("s", "0") in self._percent_styles


def scan_sheet(content: bytes, percent_styles: frozenset[str]) -> SheetScan:
    """One pass over a sheet's XML."""
    scanner = _SheetScanner(percent_styles)
    if content:
        parse_xml(content, scanner.start, scanner.end, scanner.text)
    return scanner.scan


def _columns(rows: list[list[Any]], scan: SheetScan) -> list[list[Any]]:
    """The sheet by columns; error cells, uncomputed formulas and percentages marked as such."""
    width = max(scan.last_column, max((len(r) for r in rows), default=0))
    height = max(scan.last_row, len(rows))
    below = [None] * (height - len(rows))
    columns: list[list[Any]] = [[None if v == "" else v for v in column] + below for column in zip(*rows, strict=True)]
    columns.extend([None] * height for _ in range(width - len(columns)))
    for row, column, text in scan.errors:
        columns[column][row] = {"error": text}
    for row, column in scan.uncomputed:
        columns[column][row] = {"formula": True}
    for row, column in scan.percents:
        value = columns[column][row]
        if type(value) is float:
            # As Excel shows it, so that 89 % is not taken for 0.89 of a percent.
            columns[column][row] = f"{(Decimal(repr(value)) * 100).normalize():f}%"
    return columns


def _encode(value: Any) -> dict[str, str]:
    return {"date": value.isoformat()} if isinstance(value, date) else {"odd": str(value)}


if __name__ == "__main__":
    try:
        main(sys.argv[1], json.loads(sys.argv[2]))
    except MemoryError:
        sys.stdout.write('{"refused": "memory", "detail": ""}\n')
