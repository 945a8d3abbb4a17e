"""The archive of a workbook: the parts that every sheet needs are loaded, sheets are streamed.

A part gives no more bytes than the archive states for it (Python's reader stops there), so stated sizes are limits.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from data.sandbox.errors import RefusedSource
from data.sandbox.formats import part_name
from data.sandbox.scan import parse_xml

_CHUNK = 1 << 20
_DOCTYPE = b"<!DOCTYPE"
_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_STYLES, _STRINGS = "xl/styles.xml", "xl/sharedstrings.xml"  # where they are unless a relation names another part
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, NotImplementedError, RuntimeError, ValueError)
_ROW = re.compile(rb"<(?:[\w.-]+:)?row\b")
_CONTENT = re.compile(rb"<(?:[\w.-]+:)?(?:v|is|f)\b")
_CELL = re.compile(rb"<(?:[\w.-]+:)?c\b")
_HEAD = 4096
_DIMENSION = re.compile(rb"<(?:[\w.-]+:)?dimension\s+ref=[\"'][A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}([0-9]{1,7})[\"']")
MOST_ROWS, MOST_COLUMNS = 2**20, 2**14  # of a sheet in Excel
_LONG_ROW = 64 << 20
_MANY_CELLS = 1 << 20  # bytes of a row from which on its cells are counted
_LONGEST_NAME = 256  # bytes of a tag's name with its prefix
_NAMESPACES = (
    b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_TYPE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_SHEET_NAME = "s"
_RELATION = b'<Relationship Id="%s" Type="' + _TYPE + b'%s" Target="%s"/>'
_PACKAGE_RELATIONS = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>'


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A worksheet: its title, and the part that holds it (``None`` where it is missing)."""

    title: str
    part: zipfile.ZipInfo | None


class WorkbookArchive:
    """Archive of a workbook. Loaded are its workbook, relations, styles and shared texts."""

    def __init__(self, archive: zipfile.ZipFile, limits: dict[str, Any]) -> None:
        """Load the parts; raises ``RefusedSource`` if one is encrypted, declares entities, or exceeds the limits."""
        self._archive = archive
        members = archive.infolist()
        if len(members) > limits["archive_members"] or sum(m.file_size for m in members) > limits["inflated_bytes"]:
            raise RefusedSource("inflated")
        if any(member.flag_bits & 1 for member in members):
            raise RefusedSource("encrypted")
        self._members = {part_name(member.filename): member for member in members}
        self._bytes_left = limits["in_memory_bytes"]
        self._most_rows = limits["rows"]
        self._book = self._load(_BOOK)
        if not self._book:
            raise RefusedSource("no_workbook")
        self._targets, self._types = self._relations()
        by_type = {self._types[key]: name for key, name in self._targets.items()}
        self.styles = self._load(by_type.get("styles", _STYLES))
        self._strings = self._load(by_type.get("sharedStrings", _STRINGS))
        self._frame = self._shared_parts()

    @property
    def shared_bytes(self) -> int:
        """Size of what every chunk of a sheet is read with."""
        return len(self._strings) + len(self.styles)

    @property
    def date1904(self) -> bool:
        """Whether dates are counted from 1904, as Excel for the Macintosh did."""
        return re.search(rb"date1904\s*=\s*[\"'](1|true)[\"']", self._book) is not None

    def _load(self, name: str) -> bytes:
        member = self._members.get(name)
        if member is None:
            return b""
        self._bytes_left -= member.file_size
        if self._bytes_left < 0:
            raise RefusedSource("inflated")
        content = self._archive.read(member)
        if _DOCTYPE in content:
            raise RefusedSource("doctype")
        return content

    def _relations(self) -> tuple[dict[str, str], dict[str, str]]:
        """Parse the workbook's relations: key -> normalized name of the part, and key -> last segment of the type."""
        targets: dict[str, str] = {}
        types: dict[str, str] = {}

        def relation(name: str, attributes: dict[str, str]) -> None:
            if name == "Relationship" and "Id" in attributes:
                key, target = attributes["Id"], attributes.get("Target", "").replace("\\", "/")
                targets[key] = part_name(target) if target.startswith("/") else part_name(f"xl/{target}")
                types[key] = attributes.get("Type", "").rpartition("/")[2]

        parse_xml(self._load(_RELATIONS) or b"<r/>", relation)
        return targets, types

    def sheets(self) -> list[SheetPart]:
        """List the worksheets in their order; charts and macro sheets are none."""
        worksheets: list[SheetPart] = []

        def sheet(name: str, attributes: dict[str, str]) -> None:
            if name == "sheet":
                key = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), "")
                if self._types.get(key, "worksheet") == "worksheet":
                    worksheets.append(SheetPart(attributes.get("name", ""), self._members.get(self._targets.get(key, ""))))

        parse_xml(self._book, sheet)
        return worksheets

    def _shared_parts(self) -> dict[str, bytes]:
        """Return the parts of a workbook of one sheet that has the styles and shared texts of this one."""
        parts = [(b"sheet", b"worksheet", b"sheet1.xml", b"")]
        parts += [(b"styles", b"styles", b"styles.xml", self.styles)] if self.styles else []
        parts += [(b"texts", b"sharedStrings", b"sharedStrings.xml", self._strings)] if self._strings else []
        relations = b"".join(_RELATION % (key, kind, target) for key, kind, target, _ in parts)
        book = b'<workbook %s><workbookPr date1904="%d"/><sheets><sheet name="%s" sheetId="1" r:id="sheet"/></sheets></workbook>'
        office = _RELATION % (b"book", b"officeDocument", b"xl/workbook.xml")
        return {
            "_rels/.rels": _PACKAGE_RELATIONS % office,
            "xl/workbook.xml": book % (_NAMESPACES, self.date1904, _SHEET_NAME.encode()),
            "xl/_rels/workbook.xml.rels": _PACKAGE_RELATIONS % relations,
            **{f"xl/{target.decode()}": content for _, _, target, content in parts[1:]},
        }

    def sheet_rows(self, content: bytes) -> Any:
        """Read the XML of a sheet, or of a chunk of it, by the fast reader; returns its sheet."""
        import python_calamine

        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, part in {**self._frame, "xl/sheet1.xml": content}.items():
                archive.writestr(name, part)
        buffer.seek(0)
        try:
            return python_calamine.CalamineWorkbook.from_filelike(buffer).get_sheet_by_name(_SHEET_NAME)
        except python_calamine.CalamineError as error:
            raise RefusedSource("damaged") from error

    def check_rows(self, sheet: SheetPart) -> None:
        """Refuse a sheet with more filled rows than the limit, or more rows or columns than Excel has, before any is read.

        A sheet that states an extent within the limit is taken at its word: if it lies, it is refused while it is read.
        """
        assert sheet.part is not None
        with self._archive.open(sheet.part) as stream:
            stated = _DIMENSION.search(stream.read(_HEAD))
        if stated and 1 < int(stated[1]) <= self._most_rows:
            return
        counter = _RowCounter(sheet.title)
        with self._archive.open(sheet.part) as stream:
            tail = b""
            while chunk := stream.read(_CHUNK):
                if _DOCTYPE in tail + chunk:
                    raise RefusedSource("doctype")
                tail = chunk[-len(_DOCTYPE) :]
                counter.add(chunk)
        if counter.filled_rows() > self._most_rows:
            raise RefusedSource("rows", f"{sheet.title}|{counter.filled_rows()}")

    def open(self, part: zipfile.ZipInfo) -> IO[bytes]:
        """Open a part as a stream."""
        return self._archive.open(part)


class _RowCounter:
    """Count of a sheet's rows by searching its XML: a tenth of the time of reading it.

    Of what was searched only a begun tag is kept, so that an endless row is searched once.
    """

    def __init__(self, title: str) -> None:
        self._title, self._begun = title, b""
        self._rows = self._filled = 0
        self._bytes = self._cells = 0  # of the row that hasn't ended
        self._has_content = False

    def add(self, chunk: bytes) -> None:
        """Count the rows that end in this chunk."""
        text = self._begun + chunk
        begun = text.rfind(b"<", max(0, len(text) - _LONGEST_NAME))
        text, self._begun = (text, b"") if begun < 0 else (text[:begun], text[begun:])
        first, *others = _ROW.split(text)
        self._continue(first)
        if others:
            *whole, last = others
            self._rows += 1 + len(whole)
            self._filled += self._has_content + sum(_CONTENT.search(row) is not None for row in whole)
            self._bytes, self._cells, self._has_content = 0, 0, False
            self._continue(last)
        if self._rows > MOST_ROWS + 1:
            raise RefusedSource("endless", self._title)

    def _continue(self, part: bytes) -> None:
        """Take in a part of the row that hasn't ended."""
        self._bytes += len(part)
        self._cells += len(_CELL.findall(part))
        self._has_content = self._has_content or _CONTENT.search(part) is not None
        if self._bytes > _LONG_ROW or (self._bytes > _MANY_CELLS and self._cells > MOST_COLUMNS):
            raise RefusedSource("columns", self._title)

    def filled_rows(self) -> int:
        """Return the number of rows that hold anything."""
        return self._filled + (self._has_content or _CONTENT.search(self._begun) is not None)


@contextmanager
def refuse_damaged() -> Iterator[None]:
    """Raise ``RefusedSource`` (damaged) for whatever the archive's reader fails on."""
    try:
        yield
    except _FAULTS as error:
        raise RefusedSource("damaged") from error
