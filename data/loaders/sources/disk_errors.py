"""Room for what waits on disk: a full temporary folder is said in plain words, wherever it shows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from cockpit.errors import SourceError


@contextmanager
def disk_errors() -> Iterator[None]:
    """Raises ``SourceError`` when the temporary file or database can't be written or read."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise SourceError(
            "临时文件夹写不下这份文件的内容，没有改动任何数据。请清理磁盘，或用环境变量 TMPDIR 指定另一个文件夹，再试一次。"
        ) from error
