"""Files as grids of raw cells: a file's kind is detected by its content."""

from __future__ import annotations

from pathlib import Path

from cockpit.contracts.sheets import SHEETS
from data.loaders.sources.delimited import SUFFIXES, archive_files, folder_paths, read_files
from data.loaders.sources.grid import Grid
from data.loaders.sources.limits import Limits
from data.loaders.sources.temporary_database import TemporaryDatabase
from data.loaders.sources.unreadable import UnreadableSource
from data.loaders.sources.workbooks import read_workbook
from data.sandbox.workbook import plain_title

_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK"
_EXCEL_SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".et")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def known_titles() -> dict[str, str]:
    """Index the titles of the specification by their plain form (``plain_title``)."""
    return {plain_title(s.title): s.title for s in SHEETS}


def read_grids(path: Path, limits: Limits, database: TemporaryDatabase) -> tuple[list[Grid], list[str]]:
    """Read the known sheets of a source into grids; returns them and the titles of the unknown sheets.

    Raises ``UnreadableSource`` for a source that can't be read at all, ``OSError`` when the system can't open it.
    """
    if path.is_dir():
        return read_files(((p.stem, p.read_bytes()) for p in folder_paths(path)), limits, database)
    size = path.stat().st_size
    if size == 0:
        raise UnreadableSource("文件是空的。请检查是否保存成功。")
    if size > limits.file_bytes:
        raise UnreadableSource(f"文件超过 {limits.file_bytes // 2**20} MB，已拒绝读取。请按年份拆成几个文件。")
    suffix = path.suffix.lower()
    with path.open("rb") as stream:
        head = stream.read(8)
    if head.startswith(_OLE):
        raise UnreadableSource(_ole_message(path))
    if suffix in SUFFIXES:
        return read_files([(path.stem, path.read_bytes())], limits, database)
    if suffix == ".zip":
        return read_files(archive_files(path, limits), limits, database)
    if head.startswith(_ZIP):
        return read_workbook(path, list(known_titles()), limits, database)
    if suffix in _EXCEL_SUFFIXES:
        raise UnreadableSource("这不是 Excel 工作簿（可能是网页或文本改了扩展名）。请用 Excel 打开后另存为 .xlsx。")
    raise UnreadableSource(f"不认识的文件类型“{path.suffix or path.name}”。请用 .xlsx 或 .csv 文件。")


def _ole_message(path: Path) -> str:
    """Return the message for an OLE container: an encrypted workbook, or one of Excel 97—2003."""
    if _ENCRYPTED in path.read_bytes():
        return "文件设有密码，无法读取。请在 Excel 里取消“打开密码”后重新保存。"
    return "这是 Excel 97—2003 的旧格式（.xls）。请用 Excel 打开，另存为 .xlsx。"
