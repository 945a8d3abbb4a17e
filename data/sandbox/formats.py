"""What a file is, by its content; of what can't be read, the key of the message that says how to save it instead."""

from __future__ import annotations

import mmap
import struct
import zipfile
import zlib
from pathlib import PurePath
from typing import IO

from data.sandbox.errors import RefusedSource

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
WORKBOOK, TEXT, ARCHIVE = "workbook", "text", "archive"
_HEAD = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: First bytes of the containers that are looked into.
CONTAINERS = (b"PK", _OLE)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLE_STREAMS = (("WordDocument", "document"), ("PowerPoint Document", "slides"))
_STARTS = (
    (b"%PDF", "pdf"),
    (b"Rar!", "packed"),
    (b"7z\xbc\xaf", "packed"),
    (b"\x1f\x8b", "packed"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"SQLite format 3", "database"),
)
#: Part of an archive -> what the archive is. Names are in lower case.
_PARTS = (
    ("xl/workbook.xml", WORKBOOK),
    ("xl/workbook.bin", "xlsb"),
    ("word/document.xml", "document"),
    ("ppt/presentation.xml", "slides"),
    ("index/document.iwa", "numbers"),
    ("index.zip", "numbers"),
)
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
_END_OF_DIRECTORY = b"PK\x05\x06"
_MAX_COMMENT = 2**16
_BYTES_PER_MEMBER = 512  # generous for one entry of an archive's directory
_EXCEL_SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlt", ".et", ".ett", ".xlsb", ".ods", ".numbers")
#: Suffixes of files that may hold the month's figures: where one stands among others it isn't passed over.
TABLE_SUFFIXES = (*_EXCEL_SUFFIXES, *TEXT_SUFFIXES, ".zip", ".rar", ".7z", ".gz")


def find_format(name: str, stream: IO[bytes], most_members: int) -> str:
    """Return ``WORKBOOK``, ``TEXT`` or ``ARCHIVE`` for a file that can be read, else the key of a refusal.

    ``stream``: the file, which must be seekable; ``name`` decides only between texts. Raises ``RefusedSource`` for an archive
    with a directory of more than ``most_members`` entries.
    """
    stream.seek(0)
    head = stream.read(_HEAD)
    stream.seek(0)
    suffix = PurePath(name).suffix.lower()
    if head.startswith(_OLE):
        return _ole_format(stream, suffix)
    if head.startswith(b"PK"):
        check_directory(stream, most_members)
        return _zip_format(stream, suffix)
    if suffix in TEXT_SUFFIXES:
        return TEXT
    for start, reason in _STARTS:
        if head.startswith(start):
            return reason
    return _text_format(head, suffix)


def _text_format(head: bytes, suffix: str) -> str:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"mime-version")):
        return "web_page"
    if text.startswith(b"<?xml") and b"spreadsheet" in text:
        return "xml_spreadsheet"
    return "not_excel" if suffix in _EXCEL_SUFFIXES else "unknown"


def _ole_format(stream: IO[bytes], suffix: str) -> str:
    """Tell an encrypted workbook, one of Excel 97—2003 or WPS, and other documents in the same container apart."""
    content: mmap.mmap | bytes
    try:
        content = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):  # a stream in memory
        content = stream.read()
    if content.find(_ENCRYPTED) >= 0:
        return "encrypted"
    for name, reason in _OLE_STREAMS:
        if content.find(name.encode("utf-16-le")) >= 0:
            return reason
    return "et" if suffix in (".et", ".ett") else "xls"


def _zip_format(stream: IO[bytes], suffix: str) -> str:
    try:
        with zipfile.ZipFile(stream) as archive:
            names = {part_name(n) for n in archive.namelist()}
            for part, kind in _PARTS:
                if part in names:
                    return kind
            if "mimetype" in names and _first_bytes(archive, "mimetype").startswith(_OPEN_DOCUMENT):
                return "ods"
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
        return "damaged" if suffix in _EXCEL_SUFFIXES else "damaged_archive"
    finally:
        stream.seek(0)
    # Some programs name an archive of tables .xlsx, which Excel couldn't open.
    holds_tables = any(name.endswith(TABLE_SUFFIXES) for name in names)
    return ARCHIVE if holds_tables or suffix not in _EXCEL_SUFFIXES else "not_excel"


def _first_bytes(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        return stream.read(len(_OPEN_DOCUMENT))


def check_directory(stream: IO[bytes], most_members: int) -> None:
    """Refuse an archive whose directory is so large that only listing it would take the memory."""
    stream.seek(0, 2)
    stream.seek(max(0, stream.tell() - _MAX_COMMENT - 22))
    tail = stream.read()
    start = tail.rfind(_END_OF_DIRECTORY)
    if start >= 0 and len(tail) >= start + 22:
        (size,) = struct.unpack_from("<I", tail, start + 12)
        if size > most_members * _BYTES_PER_MEMBER:
            raise RefusedSource("members")


def part_name(name: str) -> str:
    """Normalize the name of a part; some programs write Windows' backslashes."""
    return name.replace("\\", "/").lstrip("/").lower()
