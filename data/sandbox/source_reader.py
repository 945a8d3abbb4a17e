"""Reader of one source in a process of its own; started by ``data.loaders.sources.sources``.

A hostile file may abort the reader or exhaust its memory: that harms only this process, which limits itself first and ends
with its parent. It imports nothing heavy, so it starts at once. It has some thousand rows in memory at a time, and writes
lines of JSON to standard output: ``{"sheet", "title", "file", "columns"}`` for each sheet (``sheet``: the requested title
that it means; ``columns`` is ``null`` for one that isn't read: not requested, or one that was there before, else empty;
``"date1904": true`` where its workbook counts dates from 1904), then, for each chunk of its rows, ``{"row", "columns"}``
(``row``: the first, from 0); ``{"refused", "detail", "file"}`` ends it. A cell is a number, text, ``true``/``false``,
``null``, or one of ``{"date"}``, ``{"error"}`` and ``{"formula"}`` (without a stored result); times and durations are texts.
``data.loaders.sources.cell_json`` decodes them.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
import zipfile
from collections.abc import Generator, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import IO, Any, TypeAlias

from data.sandbox.delimited import read_rows
from data.sandbox.errors import RefusedSource
from data.sandbox.files import SourceFile, archive_members, folder_paths, path_file, seekable
from data.sandbox.formats import ARCHIVE, CONTAINERS, TABLE_SUFFIXES, TEXT, WORKBOOK, find_format
from data.sandbox.titles import find_title
from data.sandbox.workbook_archive import refuse_damaged
from data.sandbox.workbook_reader import open_workbook

_PR_SET_PDEATHSIG = 1
Message: TypeAlias = dict[str, Any]


def main() -> None:
    """Read the source of the command line: its path, and ``{"titles", "limits", "parent"}`` (``Limits`` of the loaders)."""
    path, request = sys.argv[-2], json.loads(sys.argv[-1])
    _end_with(request["parent"])
    _limit_process(request["limits"])
    try:
        for line in SourceReader(request["titles"], request["limits"]).read(Path(path)):
            _write(line)
    except RefusedSource as refusal:
        _write({"refused": refusal.reason, "detail": refusal.detail, "file": refusal.file})
    except MemoryError:
        _write({"refused": "memory", "detail": "", "file": ""})


def _write(line: Message) -> None:
    sys.stdout.buffer.write(json.dumps(line, default=_encode, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def _end_with(parent: int) -> None:
    """Have the kernel end this process with its parent, however that ends; systems without this have the limits only."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before
        os._exit(1)


def _limit_process(limits: dict[str, Any]) -> None:
    memory, seconds = limits["memory_bytes"], limits["cpu_seconds"]
    for kind, limit in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        # A limit that is lower already can't be raised, and some systems lack one: the parent's timeout still holds.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (limit, limit))


class SourceReader:
    """Reader of the sheets of a workbook, a table as text, or a folder or archive of both."""

    def __init__(self, titles: Sequence[str], limits: dict[str, Any]) -> None:
        self._titles, self._limits = titles, limits
        self._announced: set[str] = set()

    def read(self, path: Path) -> Iterator[Message]:
        """Yield the messages about a source; raises ``RefusedSource``."""
        if path.is_dir():
            yield from self._read_files([path_file(p) for p in folder_paths(path)])
            return
        file = path_file(path)
        with file.open() as stream:
            kind = self._format(file, stream)
            if kind == WORKBOOK:
                yield from self._read_workbook(stream, "")
            elif kind == ARCHIVE:
                with refuse_damaged(), zipfile.ZipFile(stream) as archive:
                    members = list(archive_members(archive, self._limits))
                    yield from self._read_files([m for m in members if m.stem])
            elif (yield from self._read_text(file, "")) is None:
                raise RefusedSource("no_tables", file.stem)

    def _format(self, file: SourceFile, stream: IO[bytes]) -> str:
        kind = find_format(file.name, stream, self._limits["archive_members"])
        if kind not in (WORKBOOK, TEXT, ARCHIVE):
            raise RefusedSource(kind, file.name)
        return kind

    def _read_files(self, files: list[SourceFile]) -> Iterator[Message]:
        """Read several files; those that are no tables are named, those that are tables of a kind not read refuse the source."""
        readable = 0
        for file in files:
            if not file.name.lower().endswith(TABLE_SUFFIXES):
                yield {"sheet": None, "title": file.name, "file": "", "columns": None}
                continue
            try:
                readable += yield from self._read_file(file)
            except RefusedSource as refusal:
                raise RefusedSource(refusal.reason, refusal.detail, refusal.file or file.name) from refusal
        if not readable:
            raise RefusedSource("no_tables", files[0].name if files else "")

    def _read_file(self, file: SourceFile) -> Generator[Message, None, int]:
        """Read one of several files; returns the number of tables in it that may be known."""
        with file.open() as head:
            random_access = head.read(8).startswith(CONTAINERS)
        with seekable(file, self._limits) if random_access else file.open() as stream:
            kind = self._format(file, stream)
            if kind == WORKBOOK:
                yield from self._read_workbook(stream, file.name)
                return 1
        if kind == ARCHIVE:
            raise RefusedSource("nested_archive", file.name)
        return int((yield from self._read_text(file, file.name)) is not None)

    def _read_workbook(self, stream: IO[bytes], file: str) -> Iterator[Message]:
        with open_workbook(stream, self._limits) as book:
            for sheet in book.sheets():
                if (yield from self._announce(sheet.title, file, date1904=book.date1904)):
                    yield from book.rows(sheet)

    def _read_text(self, file: SourceFile, name: str) -> Generator[Message, None, str | None]:
        """Read a table as text; returns the sheet that its name means."""
        meant = find_title(file.stem, self._titles)
        if (yield from self._announce(file.stem, name)):
            yield from read_rows(file.stem, file.open, self._limits)
        return meant

    def _announce(self, title: str, file: str, *, date1904: bool = False) -> Generator[Message, None, bool]:
        """Name a sheet; returns whether it is to be read."""
        meant = find_title(title, self._titles)
        requested = meant is not None and meant not in self._announced
        if meant:
            self._announced.add(meant)
        message: Message = {"sheet": meant, "title": title[:200], "file": file, "columns": [] if requested else None}
        yield message | ({"date1904": True} if date1904 and requested else {})
        return requested


def _encode(value: Any) -> dict[str, str] | str:
    return {"date": value.isoformat()} if isinstance(value, date) else str(value)
