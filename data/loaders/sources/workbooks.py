"""Workbooks: the parent of the process that reads them (``data.sandbox.workbook``)."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from data.loaders.cells.text import truncate
from data.loaders.sources.grid import Cell, ErrorCell, Grid
from data.loaders.sources.limits import Limits
from data.loaders.sources.unreadable import UnreadableSource

_ROOT = Path(__file__).resolve().parents[3]
# -I: nothing of the environment or the working folder gets a say in what is imported.
_START = "import sys; sys.path.insert(0, sys.argv[1]); from data.sandbox.workbook import main; main()"
_REASONS = {
    "encrypted": "文件设有密码，无法读取。请在 Excel 里取消“打开密码”后重新保存。",
    "damaged": "文件已损坏，不是完整的工作簿。请用 Excel 打开后另存为 .xlsx 再试。",
    "inflated": "文件解压后过大，已拒绝读取。请删去多余的工作表或图片后另存。",
    "doctype": "文件含有不允许的内容，已拒绝读取。请用 Excel 重新另存为 .xlsx。",
    "no_workbook": "这不是 Excel 工作簿。请上传 .xlsx 或 .csv 文件。",
    "memory": "文件内容过大，读取时超出内存限制。请按年份拆成几个文件。",
}
_DIED = "读取文件时超出限制（内容过大或格式异常），已中止。请用 Excel 打开检查后另存为 .xlsx。"


def read_workbook(path: Path, titles: list[str], limits: Limits) -> tuple[list[Grid], list[str]]:
    """Grids of the sheets whose plain title is wanted, and the titles of the others; raises ``Refused``."""
    request = json.dumps({"titles": titles, "limits": asdict(limits)})
    command = [sys.executable, "-I", "-c", _START, str(_ROOT), str(path.resolve()), request]
    late = threading.Event()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as reader:

        def stop() -> None:
            late.set()
            reader.kill()

        clock = threading.Timer(limits.seconds, stop)
        clock.start()
        try:
            assert reader.stdout is not None
            found = _collect(reader.stdout)
            reader.wait()
        except BaseException:
            reader.kill()
            raise
        finally:
            clock.cancel()
    if late.is_set():
        raise UnreadableSource("读取文件用时过长，已中止。请按年份拆成几个文件。")
    if reader.returncode != 0 or not any(found):
        raise UnreadableSource(_DIED)
    return found


def _collect(lines: Iterable[bytes]) -> tuple[list[Grid], list[str]]:
    """What the reader says, line by line; a line cut short by its death is passed over."""
    grids: list[Grid] = []
    others: list[str] = []
    for line in lines:
        if not line.endswith(b"\n"):
            continue
        said = json.loads(line, object_hook=_cell)
        if "refused" in said:
            raise UnreadableSource(_refusal(said["refused"], said["detail"]))
        if "row" in said:
            grids[-1].add(said["row"], said["columns"])
        elif said["columns"] is None:
            others.append(truncate(said["title"]))
        else:
            grids.append(Grid(said["title"]))
    return grids, others


def _refusal(reason: str, detail: str) -> str:
    if reason == "extent":
        title, rows, columns = detail.rsplit("|", 2)
        return (
            f"工作表“{title.strip()}”有 {int(rows):,} 行、{int(columns):,} 列，超出限制。"
            "请删去多余的空行空列（选中后整行删除）再保存，或按年份拆成几个文件。"
        )
    return _REASONS.get(reason, _DIED)


def _cell(mark: dict[str, Any]) -> Cell | dict[str, Any]:
    """A cell that is no plain JSON value; any other object is left as it is."""
    if "date" in mark:
        text = mark["date"]
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    if "error" in mark:
        return ErrorCell(mark["error"], "公式出错，请改成数值")
    if "formula" in mark:
        return ErrorCell("（公式没有结果）", "请用 Excel 打开并保存一次，或改成数值")
    if "odd" in mark:
        return str(mark["odd"])
    return mark
