"""A scan of the XML of rows for what the fast reader does not report: the sheet's extent, and cells without a value."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from data.sandbox.errors import RefusedSource

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_MAX_ERROR_LENGTH = 40  # characters kept of an error such as #DIV/0!
_PERCENT_FORMATS = frozenset({"9", "10"})  # built-in 0% and 0.00%

# The forms that programs really write; anything else is parsed, which is slower and covers all of XML.
_PREFIXED = re.compile(rb"<\w+:worksheet")
_ROW = re.compile(rb'<row\b[^<>]*?\sr="([0-9]{1,9})"')
_CELL_REFERENCE = re.compile(rb' r="([A-Z]{1,3})[0-9]')
_FORMULA_OR_ERROR = (b"<f>", b"<f ", b"<f/", b't="e"', b"t='e'")


@dataclass
class SheetScan:
    """Extent of the cells with a value (``last_row``, ``last_column`` from 1); special cells by (row, column) from 0."""

    last_row: int = 0
    last_column: int = 0
    errors: list[tuple[int, int, str]] = field(default_factory=list)
    uncomputed: list[tuple[int, int]] = field(default_factory=list)
    percents: list[tuple[int, int]] = field(default_factory=list)


def scan_chunk(content: bytes, percent_styles: frozenset[str], limits: dict[str, Any]) -> SheetScan:
    """Scan a chunk of a sheet.

    Most sheets have neither formulas nor percentages nor blank cells at their end. A few searches over the bytes show
    that, in a tenth of the time of parsing.
    """
    if not _needs_parsing(content, percent_styles):
        rough = _rough_extent(content)
        if rough is not None and fits(*rough, limits):
            return SheetScan(*rough)
    scanner = _SheetScanner(percent_styles)
    parse_xml(content, scanner.start, scanner.end, scanner.text)
    return scanner.scan


def fits(rows: int, columns: int, limits: dict[str, Any]) -> bool:
    """Return whether a sheet of this extent is within the limits."""
    return bool(rows <= limits["rows"] and columns <= limits["columns"] and rows * columns <= limits["cells"])


def _needs_parsing(content: bytes, percent_styles: frozenset[str]) -> bool:
    if _PREFIXED.search(content, 0, 4096) or any(mark in content for mark in _FORMULA_OR_ERROR):
        return True
    return any(f's="{style}"'.encode() in content for style in percent_styles)


def _rough_extent(content: bytes) -> tuple[int, int] | None:
    """Return the last row and column of all cells, blank ones included; ``None`` where a cell states no position."""
    rows = [int(number) for number in _ROW.findall(content)]
    columns = _CELL_REFERENCE.findall(content)
    if len(rows) != content.count(b"<row"):
        return None
    if not columns:  # every cell follows its neighbour
        return max(rows, default=0), max(row.count(b"<c ") + row.count(b"<c>") for row in content.split(b"<row"))
    if len(columns) != content.count(b"<c ") + content.count(b"<c>"):
        return None
    return max(rows, default=0), max((_column_number(name.decode()) for name in set(columns)), default=0)


def _column_number(letters: str) -> int:
    number = 0
    for character in letters:
        number = number * 26 + ord(character) - ord("A") + 1
    return number


def parse_xml(content: bytes, start: Callable[..., None], end: Callable[..., None] | None = None, text: Any = None) -> None:
    """Parse XML with handlers that get local names (without prefix) and attribute dictionaries."""
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
        raise RefusedSource("damaged") from error


def find_percent_styles(styles: bytes) -> frozenset[str]:
    """Return the indices (as text) of the cell styles that show a number as a percentage."""
    formats = set(_PERCENT_FORMATS)
    percent_styles: list[str] = []
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
                percent_styles.append(str(count))
            count += 1

    if styles:
        parse_xml(styles, start)
    return frozenset(percent_styles)


class _SheetScanner:
    """Parser handlers for one sheet's XML. A cell without a reference follows its neighbour, as the format defines."""

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
            self._row = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else self._row + 1
            self._column = 0
        elif name == "f":
            self._formula = True
        elif name in ("v", "is"):
            self._value = True
            self._extend()

    def end(self, name: str) -> None:
        if name == "c":
            self._close_cell()
        elif name == "f":
            self._text = ""  # what follows is the value, not the formula

    def text(self, data: str) -> None:
        if (self._formula or self._type == "e") and len(self._text) < _MAX_ERROR_LENGTH:
            self._text += data[:_MAX_ERROR_LENGTH]

    def _open_cell(self, attributes: dict[str, str]) -> None:
        reference = _REFERENCE.fullmatch(attributes.get("r", ""))
        self._column = _column_number(reference[1]) if reference else self._column + 1
        if reference:
            self._row = int(reference[2])
        self._type = attributes.get("t", "n")
        self._text = ""
        self._formula = self._value = False
        self._percent = self._type == "n" and attributes.get("s", "0") in self._percent_styles

    def _close_cell(self) -> None:
        position = (self._row - 1, self._column - 1)
        if self._type == "e":
            self.scan.errors.append((*position, self._text[:_MAX_ERROR_LENGTH]))
            self._extend()
        elif self._formula and not self._text and self._type != "str":
            self.scan.uncomputed.append(position)
            self._extend()
        elif self._percent and self._value:
            self.scan.percents.append(position)
        self._formula = self._value = False

    def _extend(self) -> None:
        self.scan.last_row = max(self.scan.last_row, self._row)
        self.scan.last_column = max(self.scan.last_column, self._column)
