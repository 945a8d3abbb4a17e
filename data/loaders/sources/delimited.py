"""CSV: one file a sheet, named after the sheet; also a folder or a .zip of such files."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PureWindowsPath

from cockpit.contracts.sheets import SHEETS
from data.loaders.sources.cell import Cell
from data.loaders.sources.grid import Grid, grid_from_rows
from data.loaders.sources.limits import Limits
from data.loaders.sources.temporary_database import TemporaryDatabase
from data.loaders.sources.unreadable import UnreadableSource
from data.sandbox.workbook import plain_title

SUFFIXES = (".csv", ".tsv", ".txt")
_DELIMITERS = ",\t;|"
_SAMPLE = 20_000  # characters looked at for the delimiter
_BYTE_ORDER_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
_UTF8_NAME = 0x800  # flag of an archive member whose name is UTF-8
_END_OF_DIRECTORY = b"PK\x05\x06"
_MAX_COMMENT = 2**16
_BYTES_PER_MEMBER = 512  # generous for one entry of an archive's directory

NamedFile = tuple[str, bytes]


def read_files(files: Iterable[NamedFile], limits: Limits, database: TemporaryDatabase) -> tuple[list[Grid], list[str]]:
    """Read the files named after a sheet into grids; returns them and the other files' names.

    Raises ``UnreadableSource``.
    """
    titles = {plain_title(s.title) for s in SHEETS}
    grids, others, left = [], [], limits.inflated_bytes
    for name, content in files:
        left -= len(content)
        if left < 0:
            raise UnreadableSource("文件总量过大，已拒绝读取。请按年份拆成几批。")
        if plain_title(name) in titles:
            grids.append(grid_from_rows(database, name, _rows(name, _decode(name, content), limits)))
        else:
            others.append(name)
    if not grids:
        known = "、".join(s.title for s in SHEETS)
        first = f"“{others[0]}”不认识。" if others else ""
        raise UnreadableSource(f"没有找到可读的 CSV 文件。CSV 文件要以工作表命名，{first}可用：{known}。")
    return grids, others


def folder_paths(folder: Path) -> list[Path]:
    """List the CSV files of a folder, by name; hidden files are skipped."""
    return [p for p in sorted(folder.iterdir()) if p.suffix.lower() in SUFFIXES and p.is_file() and p.name[0] != "."]


def archive_files(path: Path, limits: Limits) -> Iterator[NamedFile]:
    """Yield the CSV files of a .zip; names may be in UTF-8 or, as WindowPair writes them, in GBK."""
    _check_directory(path, limits)
    left = limits.inflated_bytes
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                name = PureWindowsPath(_file_name(member))
                if member.is_dir() or name.suffix.lower() not in SUFFIXES or name.name.startswith("."):
                    continue
                with archive.open(member) as stream:
                    content = stream.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise UnreadableSource("压缩包解压后过大，已拒绝读取。请按年份拆成几批。")
                yield name.stem, content
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UnreadableSource("压缩包已损坏或设有密码。请重新压缩，不要加密码。") from error


def _check_directory(path: Path, limits: Limits) -> None:
    """Refuse a directory so large that only listing the archive would take the memory of this process."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _MAX_COMMENT - 22))
        tail = stream.read()
    start = tail.rfind(_END_OF_DIRECTORY)
    if start < 0 or len(tail) < start + 22:
        raise UnreadableSource("压缩包已损坏。请重新压缩。")
    (size,) = struct.unpack_from("<I", tail, start + 12)
    if size > limits.archive_members * _BYTES_PER_MEMBER:
        raise UnreadableSource("压缩包里的文件太多，已拒绝读取。")


def _file_name(member: zipfile.ZipInfo) -> str:
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    raw = member.filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename


def _decode(name: str, content: bytes) -> str:
    if not content.strip():
        raise UnreadableSource(f"文件“{name}”是空的。")
    marked = [encoding for mark, encoding in _BYTE_ORDER_MARKS if content.startswith(mark)]
    for encoding in marked or ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableSource(f"文件“{name}”不是文本，或文字编码无法识别。请用 Excel 另存为“CSV UTF-8”。")


def _rows(name: str, text: str, limits: Limits) -> Iterator[Sequence[Cell]]:
    """Yield one record a row, blank lines included, so that rows are numbered as in Excel."""
    sample = text[:_SAMPLE]
    delimiter = max(_DELIMITERS, key=sample.count)
    width = 0
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            width = max(width, len(record))
            if number > limits.rows or width > limits.columns or number * width > limits.cells:
                raise UnreadableSource(
                    f"“{name}”超过 {limits.rows:,} 行或 {limits.columns:,} 列，已拒绝读取。请按年份拆成几个文件。"
                )
            yield record
    except csv.Error as error:
        raise UnreadableSource(f"“{name}”不是规范的 CSV（{error}）。请用 Excel 另存为“CSV UTF-8”。") from error
