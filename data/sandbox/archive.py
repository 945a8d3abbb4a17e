"""The archive of a workbook: all parts are inflated and counted, those that every sheet needs are loaded, sheets are streamed."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from data.sandbox.errors import UnreadableWorkbook
from data.sandbox.scan import parse_xml

_CHUNK = 1 << 20
_DOCTYPE = b"<!DOCTYPE"
_ROOT_RELATIONS, _BOOK, _RELATIONS = "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_LOADED_FIRST = (_ROOT_RELATIONS, _BOOK, _RELATIONS)
_STYLES, _STRINGS = "xl/styles.xml", "xl/sharedstrings.xml"  # where they are unless a relation names another part
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, NotImplementedError, RuntimeError, ValueError)


class WorkbookArchive:
    """Archive of a workbook. Loaded are its workbook, relations, styles and shared texts; of sheets only the name."""

    def __init__(self, archive: zipfile.ZipFile, limits: dict[str, Any]) -> None:
        """Load the parts; raises ``UnreadableWorkbook`` if one is encrypted, declares entities, or exceeds the limits."""
        self._archive = archive
        members = archive.infolist()
        if len(members) > limits["archive_members"]:
            raise UnreadableWorkbook("inflated", "")
        if any(member.flag_bits & 1 for member in members):
            raise UnreadableWorkbook("encrypted", "")
        self._members = {member.filename.lower(): member for member in members}
        self._left = {"inflated_bytes": limits["inflated_bytes"], "in_memory_bytes": limits["in_memory_bytes"]}
        #: Name as in the archive -> content of the parts that every chunk of a sheet is read with.
        self.loaded: dict[str, bytes] = {}
        for name in _LOADED_FIRST:
            self._inflate(name, load=True)
        if not self._content(_BOOK):
            raise UnreadableWorkbook("no_workbook", "")
        self._targets, types = self._relations()
        by_type = {types[key]: name for key, name in self._targets.items()}
        styles = by_type.get("styles", _STYLES)
        for name in {styles, by_type.get("sharedStrings", _STRINGS)}:
            self._inflate(name, load=True)
        self.styles = self._content(styles)
        loaded = {name.lower() for name in self.loaded}
        for name in self._members.keys() - loaded:
            self._inflate(name, load=False)

    def _inflate(self, name: str, *, load: bool) -> None:
        member = self._members.get(name)
        if member is None or member.filename in self.loaded:
            return
        chunks: list[bytes] = []
        tail = b""
        with self._archive.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                self._left["inflated_bytes"] -= len(chunk)
                self._left["in_memory_bytes"] -= len(chunk) if load else 0
                if min(self._left.values()) < 0:
                    raise UnreadableWorkbook("inflated", "")
                if name.endswith((".xml", ".rels")) and _DOCTYPE in tail + chunk:
                    raise UnreadableWorkbook("doctype", "")
                tail = chunk[-len(_DOCTYPE) :]
                if load:
                    chunks.append(chunk)
        if load:
            self.loaded[member.filename] = b"".join(chunks)

    def _content(self, name: str) -> bytes:
        member = self._members.get(name)
        return self.loaded[member.filename] if member else b""

    def _relations(self) -> tuple[dict[str, str], dict[str, str]]:
        """Parse the workbook's relations: key -> lower-case name of the part, and key -> last segment of the type."""
        targets: dict[str, str] = {}
        types: dict[str, str] = {}

        def relation(name: str, attributes: dict[str, str]) -> None:
            if name == "Relationship" and "Id" in attributes:
                key, target = attributes["Id"], attributes.get("Target", "").lower()
                targets[key] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                types[key] = attributes.get("Type", "").rpartition("/")[2]

        parse_xml(self._content(_RELATIONS) or b"<r/>", relation)
        return targets, types

    def sheets(self) -> dict[str, str]:
        """Map each sheet's title to the name of its part in the archive ("" where it has none)."""
        titles: list[tuple[str, str]] = []

        def sheet(name: str, attributes: dict[str, str]) -> None:
            if name == "sheet":
                key = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), "")
                titles.append((attributes.get("name", ""), key))

        parse_xml(self._content(_BOOK), sheet)
        members = {title: self._members.get(self._targets.get(key, "")) for title, key in titles}
        return {title: member.filename if member else "" for title, member in members.items()}

    def open(self, part: str) -> IO[bytes]:
        """Open a part as a stream."""
        return self._archive.open(part)


@contextmanager
def refuse_damaged() -> Iterator[None]:
    """Raise ``UnreadableWorkbook`` (damaged) for whatever the archive's reader fails on."""
    try:
        yield
    except _FAULTS as error:
        raise UnreadableWorkbook("damaged", "") from error
