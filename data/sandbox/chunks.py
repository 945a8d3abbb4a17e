"""Splitting of a sheet's XML between rows, into chunks of some thousand rows, each a small sheet of its own.

The start tag of a row can't occur within a cell, since texts hold no bare ``<``. So the stream is searched, not parsed;
malformed XML is detected when the chunks are parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import IO

from data.sandbox.errors import RefusedSource

_ROOT = re.compile(rb"<(?:[\w.-]+:)?worksheet\b[^<>]*>")
_SHEET_DATA = re.compile(rb"<((?:[\w.-]+:)?)sheetData\b[^<>]*?(/?)>")
_NUMBER = re.compile(rb"""\sr\s*=\s*["']([0-9]{1,9})["']""")
_NAME = re.compile(rb"<[^\s/>]+")
_READ = 1 << 18
_MAX_HEAD_BYTES = 4 << 20
_MAX_ROW_BYTES = 64 << 20
ROWS = 5_000
_BYTES = 4 << 20  # a chunk ends before the row with which it would exceed either


@dataclass(frozen=True, slots=True)
class SheetChunk:
    """Rows ``first`` to ``last`` (numbered from 1) of a sheet; ``content``: the XML of a sheet with these rows only."""

    first: int
    last: int
    content: bytes


@dataclass(frozen=True, slots=True)
class _Frame:
    """XML before and after the rows of every chunk; ``prefix``: namespace prefix of its tags."""

    head: bytes
    foot: bytes
    prefix: bytes


def iter_chunks(stream: IO[bytes], times: int = 1) -> Iterator[SheetChunk]:
    """Split a sheet into chunks, ``times`` as large as usual.

    Raises ``RefusedSource`` for a sheet that is cut short, has rows out of order, or an endless row.
    """
    frame, rest = _read_head(stream)
    if frame is None:
        return
    rows: list[bytes] = []
    first = last = size = 0
    for number, row in _numbered(_rows(stream, rest, frame.prefix)):
        if rows and (number - first >= times * ROWS or size + len(row) > times * _BYTES):
            yield SheetChunk(first, last, b"".join((frame.head, *rows, frame.foot)))
            rows, size = [], 0
        if not rows:
            first, row = number, _with_number(row, number)
        rows.append(row)
        size, last = size + len(row), number
    if rows:
        yield SheetChunk(first, last, b"".join((frame.head, *rows, frame.foot)))


def _read_head(stream: IO[bytes]) -> tuple[_Frame | None, bytes]:
    """Read up to the rows; returns the frame (``None`` for a sheet without rows) and the bytes of rows already read."""
    read = b""
    while (tag := _SHEET_DATA.search(read)) is None:
        read += _more(stream, read, _MAX_HEAD_BYTES)
    root = _ROOT.search(read, 0, tag.start())
    if root is None:
        raise RefusedSource("damaged")
    prefix = tag[1]
    frame = _Frame(b"%s<%ssheetData>" % (root[0], prefix), b"</%ssheetData></%sworksheet>" % (prefix, prefix), prefix)
    return None if tag[2] else frame, read[tag.end() :]


def _rows(stream: IO[bytes], read: bytes, prefix: bytes) -> Iterator[bytes]:
    """Yield the XML of each row, up to the start of the next."""
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
        read = rest + _more(stream, rest, _MAX_ROW_BYTES)


def _more(stream: IO[bytes], buffer: bytes, most: int) -> bytes:
    """Read as much as the buffer has, so that a long row is searched a few times only."""
    if len(buffer) > most:
        raise RefusedSource("inflated")
    chunk = stream.read(max(_READ, len(buffer)))
    if not chunk:
        raise RefusedSource("damaged")  # it ended before its rows did
    return chunk


def _numbered(rows: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield each row with its number; a row without one follows the row before."""
    last = 0
    for row in rows:
        match = _NUMBER.search(row, 0, row.find(b">"))
        number = int(match[1]) if match else last + 1
        if number <= last:
            raise RefusedSource("damaged")
        last = number
        yield number, row


def _with_number(row: bytes, number: int) -> bytes:
    """Write the number into the row's tag: in a chunk, the row before it is missing."""
    if _NUMBER.search(row, 0, row.find(b">")):
        return row
    name = _NAME.match(row)
    assert name is not None
    return b'%s r="%d"%s' % (name[0], number, row[name.end() :])
