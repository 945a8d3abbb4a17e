"""Workbooks: the parent of the process that reads them (``data.sandbox.workbook``)."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from data.loaders.cells.text import truncate
from data.loaders.sources.cell_json import decode_cells
from data.loaders.sources.grid import Grid
from data.loaders.sources.limits import Limits
from data.loaders.sources.temporary_database import TemporaryDatabase
from data.loaders.sources.unreadable import UnreadableSource

_ROOT = Path(__file__).resolve().parents[3]
# -I: nothing of the environment or the working folder gets a say in what is imported.
_START = "import sys; sys.path.insert(0, sys.argv[1]); from data.sandbox.workbook import main; main()"
_REASONS = {
    "encrypted": "文件设有密码，无法读取。请在 Excel 里取消“打开密码”后重新保存。",
    "damaged": "文件已损坏，不是完整的工作簿。请用 Excel 打开后另存为 .xlsx 再试。",
    "inflated": "文件解压后过大，已拒绝读取。请删去多余的工作表或图片后另存。",
    "doctype": "文件含有不允许的内容，已拒绝读取。请用 Excel 重新另存为 .xlsx。",
    "no_workbook": "这不是 Excel 工作簿。请用 .xlsx 或 .csv 文件。",
    "memory": "文件内容过大，读取时超出内存限制。请按年份拆成几个文件。",
}
_DIED = "读取文件时超出限制（内容过大或格式异常），已中止。请用 Excel 打开检查后另存为 .xlsx。"


def read_workbook(path: Path, titles: list[str], limits: Limits, database: TemporaryDatabase) -> tuple[list[Grid], list[str]]:
    """Read a workbook in a process of its own.

    Returns the grids of the sheets whose plain title is in ``titles``, and the titles of the others; raises
    ``UnreadableSource``.
    """
    request = json.dumps({"titles": titles, "limits": asdict(limits)})
    command = [sys.executable, "-I", "-c", _START, str(_ROOT), str(path.resolve()), request]
    timed_out = threading.Event()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as reader:

        def stop() -> None:
            timed_out.set()
            reader.kill()

        timer = threading.Timer(limits.seconds, stop)
        timer.start()
        try:
            assert reader.stdout is not None
            grids, others = _collect(reader.stdout, database)
            reader.wait()
        except BaseException:
            reader.kill()  # or leaving the block would wait for it
            raise
        finally:
            timer.cancel()
    if timed_out.is_set():
        raise UnreadableSource("读取文件用时过长，已中止。请按年份拆成几个文件。")
    if reader.returncode != 0 or not (grids or others):
        raise UnreadableSource(_DIED)
    return grids, others


def _collect(lines: Iterable[bytes], database: TemporaryDatabase) -> tuple[list[Grid], list[str]]:
    """Collect the reader's output, one JSON message a line; a line cut short by its death is skipped.

    Raises ``UnreadableSource`` for a refusal, and for any message that the reader can't have meant.
    """
    grids: list[Grid] = []
    others: list[str] = []
    for line in lines:
        if not line.endswith(b"\n"):
            continue
        try:
            message = decode_cells(line)
        except ValueError as error:
            raise UnreadableSource(_DIED) from error
        match message:
            case {"refused": str(reason), "detail": str(detail)}:
                raise UnreadableSource(_refusal_text(reason, detail))
            case {"row": int(first), "columns": list(columns)} if grids:
                grids[-1].add(first, columns)
            case {"title": str(title), "columns": []}:
                grids.append(Grid(database, title))
            case {"title": str(title), "columns": None}:
                others.append(truncate(title))
            case _:
                raise UnreadableSource(_DIED)
    return grids, others


def _refusal_text(reason: str, detail: str) -> str:
    if reason == "extent":
        title, rows, columns = detail.rsplit("|", 2)
        return (
            f"工作表“{title.strip()}”有 {int(rows):,} 行、{int(columns):,} 列，超出限制。"
            "请删去多余的空行空列（选中后整行删除）再保存，或按年份拆成几个文件。"
        )
    return _REASONS.get(reason, _DIED)
