"""Heads of the audit's chain in files of the state folder: who can change the database can't change these with it."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cockpit.access.audit import ChainPoint
from cockpit.errors import AuditError
from data.database.transactions import owner_only


class Anchors:
    """The heads of one chain: ``head.json`` the newest, ``heads.jsonl`` the last of each day, and the ends of the archive."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._newest, self._all = folder / "head.json", folder / "heads.jsonl"

    def check_writable(self) -> None:
        """Raise ``AuditError`` where a head couldn't be written, before anything is done that it would be of."""
        with self._locked():
            pass

    def write(self, head: ChainPoint, day: str, is_on_chain: Callable[[ChainPoint], bool]) -> None:
        """Write the head of ``day`` unless a later one has been written meanwhile. Raises ``AuditError``.

        A head that ``is_on_chain`` no longer finds stays for good: after a cut the chain grows past it again.
        """
        with self._locked():
            newest = self._read_newest()
            if newest is not None and newest["number"] >= head.number:
                return
            if newest is not None:
                is_cut = not is_on_chain(ChainPoint(newest["number"], newest["hash"]))
                if is_cut or newest["day"] != day:
                    self._append(newest)
            other = self._newest.with_suffix(".new")
            with open(other, "w", opener=owner_only, encoding="utf-8") as file:
                json.dump({"day": day, "number": head.number, "hash": head.hash}, file)
            os.replace(other, self._newest)

    def write_archived(self, end: ChainPoint) -> None:
        """Write down that all up to ``end`` is in the archive only. Raises ``AuditError``."""
        with self._locked():
            self._append({"archived": True, "number": end.number, "hash": end.hash})

    def points(self) -> list[ChainPoint]:
        """Return all heads; none where none was ever written. Raises ``AuditError`` for files that can't be read."""
        lines = self._lines()
        try:
            newest = self._read_newest()
        except OSError as error:
            raise AuditError(f"审计存证 {self._newest} 读不了，请检查它的权限。") from error
        return [ChainPoint(line["number"], line["hash"]) for line in (*lines, *([newest] if newest else []))]

    def archived(self) -> list[ChainPoint]:
        """Return the ends of what is in the archive only."""
        return [ChainPoint(line["number"], line["hash"]) for line in self._lines() if line.get("archived")]

    def _lines(self) -> list[dict[str, Any]]:
        try:
            text = self._all.read_text("utf-8") if self._all.exists() else ""
            return [json.loads(line) for line in text.splitlines()]
        except (OSError, ValueError) as error:
            raise AuditError(f"审计存证 {self._all} 读不了，或被改动。请检查权限，或从备份恢复。") from error

    def _read_newest(self) -> dict[str, Any] | None:
        try:
            content = json.loads(self._newest.read_text("utf-8")) if self._newest.exists() else None
            if content is not None:
                return {name: content[name] for name in ("day", "number", "hash")}
        except (ValueError, TypeError, KeyError) as error:
            raise AuditError(f"审计存证 {self._newest} 被改动，读不了。请从备份恢复。") from error
        return None

    def _append(self, line: dict[str, Any]) -> None:
        with open(self._all, "a", opener=owner_only, encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one process at a time write; ``AuditError`` when the files can't be written."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with open(self.folder / "lock", "a", opener=owner_only) as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield
        except OSError as error:
            raise AuditError(
                f"审计存证写不进文件夹 {self.folder}，这次操作没有记录。请检查它的权限和磁盘空间；恢复之前只能查看，不能修改。"
            ) from error
