"""A sheet's XML cut between rows: pieces of some thousand rows, each a small sheet of its own.

A row starts with a tag that nothing within a cell can spell, since texts hold no bare ``<``. So the stream is searched,
not parsed; what was no proper XML is found by those who parse the pieces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import IO

from data.sandbox.errors import UnreadableWorkbook

_ROOT = re.compile(rb"<(?:[\w.-]+:)?worksheet\b[^<>]*>")
_SHEET_DATA = re.compile(rb"<((?:[\w.-]+:)?)sheetData\b[^<>]*?(/?)>")
_NUMBER = re.compile(rb"""\sr\s*=\s*["']([0-9]{1,9})["']""")
_NAME = re.compile(rb"<[^\s/>]+")
_READ = 1 << 18
_LONGEST_HEAD = 4 << 20
_LONGEST_ROW = 64 << 20
_ROWS, _BYTES = 5_000, 4 << 20  # a piece ends before the row with which it would exceed either


@dataclass(frozen=True, slots=True)
class SheetChunk:
    """``content``: a sheet's XML with the rows numbered ``first`` to ``last`` (from 1)."""

    first: int
    last: int
    content: bytes


@dataclass(frozen=True, slots=True)
class _Frame:
    """What stands around the rows of every piece."""

    head: bytes
    foot: bytes
    prefix: bytes


def iter_chunks(stream: IO[bytes]) -> Iterator[SheetChunk]:
    """Cut a sheet; raises ``Refusal`` for one without rows or end, with rows out of order, or an endless row."""
    frame, rest = _read_head(stream)
    if frame is None:
        return
    rows: list[bytes] = []
    first = last = size = 0
    for number, row in _numbered(_rows(stream, rest, frame.prefix)):
        if rows and (number - first >= _ROWS or size + len(row) > _BYTES):
            yield SheetChunk(first, last, b"".join((frame.head, *rows, frame.foot)))
            rows, size = [], 0
        if not rows:
            first, row = number, _with_number(row, number)
        rows.append(row)
        size, last = size + len(row), number
    if rows:
        yield SheetChunk(first, last, b"".join((frame.head, *rows, frame.foot)))


def _read_head(stream: IO[bytes]) -> tuple[_Frame | None, bytes]:
    """What comes before the rows, and what has been read of them; no frame for a sheet without any."""
    read = b""
    while (found := _SHEET_DATA.search(read)) is None:
        read += _more(stream, read, _LONGEST_HEAD)
    root = _ROOT.search(read, 0, found.start())
    if root is None:
        raise UnreadableWorkbook("damaged", "")
    prefix = found[1]
    frame = _Frame(b"%s<%ssheetData>" % (root[0], prefix), b"</%ssheetData></%sworksheet>" % (prefix, prefix), prefix)
    return None if found[2] else frame, read[found.end() :]


def _rows(stream: IO[bytes], read: bytes, prefix: bytes) -> Iterator[bytes]:
    """The XML of each row, up to the start of the next."""
    tag, end_tag = re.compile(rb"<%srow\b" % re.escape(prefix)), b"</%ssheetData" % prefix
    while True:
        end = read.find(end_tag)
        known = read if end < 0 else read[:end]
        starts = [row.start() for row in tag.finditer(known)]
        for start, following in pairwise(starts):
            yield known[start:following]
        rest = known[starts[-1] :] if starts else known
        if end >= 0:
            if starts:
                yield rest
            return
        read = rest + _more(stream, rest, _LONGEST_ROW)


def _more(stream: IO[bytes], held: bytes, most: int) -> bytes:
    """As much again as is held already, so that a long row is looked at a few times only."""
    if len(held) > most:
        raise UnreadableWorkbook("inflated", "")
    chunk = stream.read(max(_READ, len(held)))
    if not chunk:
        raise UnreadableWorkbook("damaged", "")  # it ended before its rows did
    return chunk


def _numbered(rows: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """Each row with its number; one that doesn't tell follows the row before."""
    last = 0
    for row in rows:
        told = _NUMBER.search(row, 0, row.find(b">"))
        number = int(told[1]) if told else last + 1
        if number <= last:
            raise UnreadableWorkbook("damaged", "")
        last = number
        yield number, row


def _with_number(row: bytes, number: int) -> bytes:
    """The row with its number in its tag: in a piece, what it followed is gone."""
    if _NUMBER.search(row, 0, row.find(b">")):
        return row
    name = _NAME.match(row)
    assert name is not None
    return b'%s r="%d"%s' % (name[0], number, row[name.end() :])
