"""Reads one workbook in a process of its own; started by ``data.loaders.workbooks``.

A hostile workbook may abort the reader or eat all memory: here it harms only this process, which first
gives itself limits. It imports nothing heavy, so it starts in a blink, and it never runs macros: of a macro
workbook only cells are read. It answers on standard output with lines of JSON: one a sheet,
``{"title", "columns"}`` (``columns`` is ``null`` for a sheet nobody asked for), or ``{"refused", "detail"}``.
A cell is a number, text, ``true``/``false``, ``null``, or one of ``{"date"}``, ``{"error"}``, ``{"formula"}``
(without a stored result) and ``{"odd"}`` (times and durations).
"""

from __future__ import annotations

import contextlib
import json
import resource
import sys
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from data.sandbox.refusal import Refusal
from data.sandbox.scan import SheetScan, find_percent_styles, parse_xml, scan_sheet

_CHUNK = 1 << 20
_LONGEST_TEXT = 32_767  # what a cell of Excel can hold
_SPREADSHEET_PART = "xl/workbook.xml"


def main() -> None:
    """Arguments: the workbook's path, and ``{"titles": [...], "limits": {...}}`` (``data.loaders.limits``)."""
    path, request = sys.argv[-2], json.loads(sys.argv[-1])
    limits = request["limits"]
    _limit_process(limits)
    try:
        for line in read_sheets(path, frozenset(request["titles"]), limits):
            sys.stdout.write(json.dumps(line, default=_encode) + "\n")
    except Refusal as refusal:
        reason, detail = refusal.args
        sys.stdout.write(json.dumps({"refused": reason, "detail": detail}) + "\n")
    except MemoryError:
        sys.stdout.write('{"refused": "memory", "detail": ""}\n')


def _limit_process(limits: dict[str, Any]) -> None:
    seconds = int(limits["seconds"]) + 1
    wanted = ((resource.RLIMIT_AS, limits["memory_bytes"]), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0))
    for kind, most in wanted:
        # A system without this limit, or with a lower one already, leaves the parent's timeout in charge.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def read_sheets(path: str, titles: frozenset[str], limits: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each worksheet in the workbook's order; cells only of those whose plain title is in ``titles``."""
    import python_calamine  # only after the limits are set

    scans = _scan(_read_parts(path, limits), titles, limits)
    left = limits["text_characters"]
    try:
        with open(path, "rb") as stream:  # by its content: by path, the reader would believe the extension
            workbook = python_calamine.CalamineWorkbook.from_filelike(stream)
        for sheet in workbook.sheets_metadata:
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet:
                columns = None
                if sheet.name in scans:
                    rows = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
                    columns = _columns(rows, scans[sheet.name])
                    left -= sum(len(v) for column in columns for v in column if type(v) is str)
                    if left < 0:
                        raise Refusal("memory", "")
                yield {"title": sheet.name, "columns": columns}
    except python_calamine.PasswordError as error:
        raise Refusal("encrypted", "") from error
    except python_calamine.CalamineError as error:
        raise Refusal("damaged", "") from error


def plain_title(title: str) -> str:
    """A sheet's title without spaces, in half width and lower case: how titles are compared."""
    return "".join(unicodedata.normalize("NFKC", title).split()).casefold()


def _read_parts(path: str, limits: dict[str, Any]) -> dict[str, bytes]:
    """Inflate every part, counting; return those that the sheets are described by, by lower-case name."""
    parts: dict[str, bytes] = {}
    left = limits["inflated_bytes"]
    try:
        with zipfile.ZipFile(path) as archive:
            if len(archive.infolist()) > limits["archive_members"]:
                raise Refusal("inflated", "")
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
    name = member.filename.lower()
    wanted = name.startswith("xl/") and name.endswith((".xml", ".rels"))
    chunks: list[bytes] = []
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise Refusal("inflated", "")
            if wanted:
                chunks.append(chunk)
    content = b"".join(chunks) if wanted else None
    if content is not None and b"<!DOCTYPE" in content:
        raise Refusal("doctype", "")
    return content, left


def _scan(parts: dict[str, bytes], titles: frozenset[str], limits: dict[str, Any]) -> dict[str, SheetScan]:
    """Scans of the wanted sheets, by title; refused before the reader would build a table of their extent."""
    percent_styles = find_percent_styles(parts.get("xl/styles.xml", b""))
    scans: dict[str, SheetScan] = {}
    for title, part in _sheet_parts(parts).items():
        if plain_title(title) in titles:
            try:
                scans[title] = scan_sheet(parts.get(part, b""), percent_styles, limits)
            except Refusal as refusal:
                reason, detail = refusal.args
                raise Refusal(reason, f"{title}|{detail}") from refusal
    return scans


def _sheet_parts(parts: dict[str, bytes]) -> dict[str, str]:
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


def _columns(rows: list[list[Any]], scan: SheetScan) -> list[list[Any]]:
    """The sheet by columns; error cells, uncomputed formulas and percentages marked as such."""
    width = max(scan.last_column, max((len(r) for r in rows), default=0))
    height = max(scan.last_row, len(rows))
    below = [None] * (height - len(rows))
    columns: list[list[Any]] = [[_plain(v) for v in column] + below for column in zip(*rows, strict=True)]
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


def _plain(value: Any) -> Any:
    if type(value) is str:
        return value[:_LONGEST_TEXT] or None
    return value


def _encode(value: Any) -> dict[str, str]:
    return {"date": value.isoformat()} if isinstance(value, date) else {"odd": str(value)}
