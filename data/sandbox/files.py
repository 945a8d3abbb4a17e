"""The files of a source: itself, those of a folder, or those of an archive."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PureWindowsPath
from typing import IO, Any

from data.sandbox.errors import RefusedSource
from data.sandbox.formats import TABLE_SUFFIXES

_UTF8_NAME = 0x800  # flag of an archive member whose name is UTF-8


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that may hold sheets. ``open`` gives a new stream of it; ``size``: bytes, as far as it can be trusted."""

    name: str
    size: int
    open: Callable[[], IO[bytes]]

    @property
    def stem(self) -> str:
        """Name without suffix and folders."""
        return PureWindowsPath(self.name).stem


def is_hidden(name: str) -> bool:
    """Return whether a file is one that programs leave behind: its name begins with a dot, or with Office's ~$."""
    return name.startswith((".", "~$"))


def folder_paths(folder: Path) -> list[Path]:
    """List the files of a folder that may hold sheets, by name; hidden files are skipped. Links to devices are none."""
    paths = (p for p in sorted(folder.iterdir()) if p.suffix.lower() in TABLE_SUFFIXES and not is_hidden(p.name))
    return [p for p in paths if is_regular(p)]


def is_regular(path: Path) -> bool:
    """Return whether a path leads to a regular file: opening a pipe waits, reading a device has no end."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def open_regular(path: Path) -> IO[bytes]:
    """Open a regular file; raises ``OSError`` for any other, also when it takes the file's place just now."""
    stream = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb")
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise OSError(f"{path} is no regular file")
    return stream


def path_file(path: Path) -> SourceFile:
    """Return a file of the disk."""
    return SourceFile(path.name, path.stat().st_size, partial(open_regular, path))


def archive_members(archive: zipfile.ZipFile, limits: dict[str, Any]) -> Iterator[SourceFile]:
    """Yield the members of an archive that may hold sheets; names may be in UTF-8 or, as Windows writes them, in GBK.

    Those of one name in several folders are named with their folder.
    """
    left = limits["inflated_bytes"]
    paths = [PureWindowsPath(_member_name(member)) for member in archive.infolist()]
    times = Counter(path.name for path in paths)
    for member, name in zip(archive.infolist(), paths, strict=True):
        if member.is_dir() or is_hidden(name.name) or name.parts[0] == "__MACOSX":
            continue
        if member.flag_bits & 1:
            raise RefusedSource("encrypted_archive")
        left -= member.file_size  # its reader gives no more than an archive states, whatever is in it
        if left < 0:
            raise RefusedSource("inflated_archive")
        shown = name.as_posix() if times[name.name] > 1 else name.name
        yield SourceFile(shown, member.file_size, partial(archive.open, member))


def seekable(file: SourceFile, limits: dict[str, Any]) -> IO[bytes]:
    """Open a file for random access; one from an archive is held in memory, so only as far as the limit goes."""
    stream = file.open()
    if not isinstance(stream, zipfile.ZipExtFile):
        return stream
    with stream:
        if file.size > limits["in_memory_bytes"]:
            raise RefusedSource("inflated", file=file.name)
        return io.BytesIO(stream.read())


def _member_name(member: zipfile.ZipInfo) -> str:
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    raw = member.filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename
