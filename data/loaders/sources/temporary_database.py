"""The temporary database of a batch: cells, rows and findings wait there, with a few megabytes of it in memory.

It is a file without a name that is gone with the batch, or with the process, however that ends.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from cockpit.errors import SourceError

#: No journal: when writing fails, the whole database is given up.
PRAGMAS = ("journal_mode=off", "synchronous=off", "cache_size=-4000")


class TemporaryDatabase(sqlite3.Connection):
    """Connection that closes with the last object that uses it."""

    def __del__(self) -> None:
        self.close()


def open_temporary_database() -> TemporaryDatabase:
    """Open an empty temporary database; raises ``SourceError`` when the temporary folder is full."""
    with disk_errors():
        # SQLite takes the empty name for a temporary file. A batch may be published by another thread than read it.
        database = sqlite3.connect("", isolation_level=None, check_same_thread=False, factory=TemporaryDatabase)
        for pragma in PRAGMAS:
            database.execute(f"pragma {pragma}")
        database.execute("begin")
    return database


@contextmanager
def disk_errors() -> Iterator[None]:
    """Raise ``SourceError`` when the temporary database can't be written or read."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise SourceError(
            "临时文件夹写不下这份文件的内容，没有改动任何数据。请清理磁盘，或用环境变量 TMPDIR 指定另一个文件夹，再试一次。"
        ) from error
