"""Files of the audit's archive: the records of a month, one a line, compressed."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from cockpit.access.audit import AuditRecord
from cockpit.errors import AuditError
from data.database.transactions import owner_only

_SUFFIX = ".jsonl.gz"


def archive_name(first: int, month: str) -> str:
    """Return the name of the file of a month's records, the first of which has this number: in the order of the chain."""
    return f"{first:012d}-{month}{_SUFFIX}"


class ArchiveFiles:
    """The archive in ``folder``: `000000000001-2026-11.jsonl.gz` …, named by the first number and the month."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, name: str, records: Iterable[AuditRecord]) -> int:
        """Write records, whole or not at all; returns how many. Raises ``AuditError``."""
        target, count = self._folder / name, 0
        other = target.with_suffix(".new")
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with open(other, "wb", opener=owner_only) as raw:
                with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as packed:
                    for record in records:
                        packed.write((json.dumps(asdict(record), ensure_ascii=False) + "\n").encode())
                        count += 1
                raw.flush()
                os.fsync(raw.fileno())
            os.replace(other, target)
        except OSError as error:
            raise AuditError(f"审计存档 {target} 写不了，没有存档。请检查文件夹的权限和磁盘空间。") from error
        return count

    def records(self, end: int) -> Iterator[AuditRecord]:
        """Read the archived records up to number ``end``. Raises ``AuditError`` for a file that can't be read."""
        for file in sorted(self._folder.glob(f"*{_SUFFIX}")):
            try:
                with gzip.open(file, "rt", encoding="utf-8") as lines:
                    for line in lines:
                        record = AuditRecord(**json.loads(line))
                        if record.number > end:
                            return
                        yield record
            except (OSError, EOFError, ValueError, TypeError) as error:
                raise AuditError(f"审计存档 {file} 读不了，或被改动。请从备份恢复。") from error
