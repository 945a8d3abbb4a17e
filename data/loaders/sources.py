"""Sources as grids of raw cells: workbooks through a child process, CSV files, folders and archives of CSV files."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from charset_normalizer import from_bytes

from cockpit.contracts import SHEETS
from data.loaders.grid import Cell, Grid, Unreadable, grid_of_rows, make_grid
from data.loaders.limits import Limits
from data.loaders.refusal import Refused
from data.loaders.text import squeeze

_CHILD = Path(__file__).parent / "workbook_child.py"
_WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm")
_TEXTS = (".csv", ".tsv", ".txt")
_OLE = b"\xd0\xcf\x11\xe0"
_REASONS = {
    "encrypted": "文件设有密码，无法读取。请在 Excel 里取消“打开密码”后重新保存。",
    "damaged": "文件已损坏，不是完整的工作簿。请用 Excel 打开后另存为 .xlsx 再试。",
    "inflated": "文件解压后过大，已拒绝读取。请删去多余的工作表或图片后另存。",
    "doctype": "文件含有不允许的内容，已拒绝读取。请用 Excel 重新另存为 .xlsx。",
    "no_workbook": "这不是 Excel 工作簿。请上传 .xlsx 或 .csv 文件。",
    "memory": "文件内容过大，读取时超出内存限制。请按年份拆成几个文件。",
}
_CHILD_DIED = "读取文件时超出限制（内容过大或格式异常），已中止。请用 Excel 打开检查后另存为 .xlsx。"


def read_grids(path: Path, limits: Limits) -> tuple[list[Grid], list[str]]:
    """The grids of the known sheets of a file, and the titles of the sheets that are nobody's.

    Raises ``Refused`` for a source that can't be read at all.
    """
    if path.is_dir():
        return _csv_grids([(p.stem, p.read_bytes()) for p in sorted(path.iterdir()) if p.suffix.lower() in _TEXTS], limits)
    if path.stat().st_size == 0:
        raise Refused("文件是空的。")
    if path.stat().st_size > limits.file_bytes:
        raise Refused(f"文件超过 {limits.file_bytes // 2**20} MB，已拒绝读取。请按年份拆成几个文件。")
    suffix = path.suffix.lower()
    with path.open("rb") as stream:
        head = stream.read(8)
    if head.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
            raise Refused(_REASONS["encrypted"])
        raise Refused("这是 Excel 97—2003 的旧格式（.xls）。请用 Excel 打开后另存为 .xlsx 再上传。")
    if suffix in _TEXTS:
        return _csv_grids([(path.stem, path.read_bytes())], limits)
    if suffix == ".zip":
        return _csv_grids(_zip_members(path, limits), limits)
    if suffix in _WORKBOOKS or head.startswith(b"PK"):
        return _workbook_grids(path, limits)
    raise Refused(f"不认识的文件类型“{path.suffix or path.name}”。请上传 .xlsx 或 .csv 文件。")


def known_titles() -> dict[str, str]:
    """Squeezed title -> the specification's title."""
    return {squeeze(s.title): s.title for s in SHEETS}


def _workbook_grids(path: Path, limits: Limits) -> tuple[list[Grid], list[str]]:
    titles = known_titles()
    request = json.dumps({"titles": list(titles), "limits": asdict(limits)})
    command = [sys.executable, "-I", str(_CHILD), str(path), request]
    try:
        done = subprocess.run(command, capture_output=True, timeout=limits.seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise Refused("读取文件用时过长，已中止。请按年份拆成几个文件。") from error
    lines = [json.loads(line) for line in done.stdout.splitlines()] if done.stdout.endswith(b"\n") else []
    for line in lines:
        if "refused" in line:
            raise Refused(_refusal(line["refused"], line["detail"]))
    if done.returncode != 0 or not lines:
        raise Refused(_CHILD_DIED)
    grids = [make_grid(line["title"], [_cells(c) for c in line["columns"]]) for line in lines if line["columns"] is not None]
    return grids, [line["title"].strip() for line in lines if line["columns"] is None]


def _refusal(reason: str, detail: str) -> str:
    if reason == "extent":
        title, rows, columns = detail.rsplit("|", 2)
        return (
            f"工作表“{title}”有 {int(rows):,} 行、{int(columns):,} 列，超出限制。请删去多余的空行空列（选中后整行删除）再保存。"
        )
    return _REASONS.get(reason, _CHILD_DIED)


def _cells(column: list[Any]) -> list[Cell]:
    return [_cell(v) if type(v) is dict else v for v in column]


def _cell(mark: dict[str, Any]) -> Cell:
    if "date" in mark:
        text = mark["date"]
        return datetime.fromisoformat(text) if "T" in text or " " in text else date.fromisoformat(text)
    if "error" in mark:
        return Unreadable(mark["error"], "公式出错，请改成数值")
    if "formula" in mark:
        return Unreadable("（公式没有结果）", "请用 Excel 打开并保存一次，或改成数值")
    return str(mark.get("odd", ""))


def _csv_grids(files: Iterable[tuple[str, bytes]], limits: Limits) -> tuple[list[Grid], list[str]]:
    titles = known_titles()
    grids, unknown = [], []
    for stem, content in files:
        if not content.strip():
            raise Refused(f"文件“{stem}”是空的。")
        title = titles.get(squeeze(stem))
        if title is None:
            unknown.append(stem)
            continue
        rows = _csv_rows(content)
        if len(rows) > limits.rows:
            raise Refused(f"“{stem}”有 {len(rows):,} 行，超出限制。请按年份拆成几个文件。")
        grids.append(grid_of_rows(title, rows))
    if not grids and unknown:
        known = "、".join(s.title for s in SHEETS)
        raise Refused(f"CSV 文件要以工作表命名，“{unknown[0]}”不认识。可用：{known}。")
    return grids, unknown


def _csv_rows(content: bytes) -> list[Sequence[Cell]]:
    text = _decoded(content)
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Refused(f"CSV 格式有误：{error}。请用 Excel 另存为“CSV UTF-8”。") from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    best = from_bytes(content).best()
    if best is None:
        raise Refused("无法识别文件的文字编码。请用 Excel 另存为“CSV UTF-8”。")
    return str(best)


def _zip_members(path: Path, limits: Limits) -> list[tuple[str, bytes]]:
    found, left = [], limits.inflated_bytes
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                name = Path(member.filename)
                if name.suffix.lower() not in _TEXTS or member.is_dir():
                    continue
                with archive.open(member) as stream:
                    content = stream.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise Refused(_REASONS["inflated"])
                found.append((name.stem, content))
    except (zipfile.BadZipFile, RuntimeError, EOFError) as error:
        raise Refused("压缩包已损坏或设有密码。") from error
    if not found:
        raise Refused("压缩包里没有 CSV 文件。")
    return found
