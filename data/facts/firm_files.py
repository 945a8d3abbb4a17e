"""The enterprises' months of a facts engine as column files, one a month: memory-mapped, so all processes share the pages.

A file is an array [column, position]: ``cockpit.cube.firm_months.COLUMNS`` of the enterprise at each position of the list
``firms.txt``. It is written whole, then renamed; its name contains month, version and the list's generation. It never changes.
"""

from __future__ import annotations

import fcntl
import hashlib
import math
import os
import re
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine

from cockpit import cache
from cockpit.calendar import months as m
from cockpit.cube.arrays import FloatArray, IntArray
from cockpit.cube.firm_months import COLUMNS, MonthlyScan
from cockpit.errors import DatabaseError
from cockpit.snapshot import Snapshot
from data.facts.client import FactsClient
from data.facts.credit_codes import CreditCodeIndex, CreditCodeList, CreditCodeListSnapshot
from data.facts.month_columns import read_month
from data.facts.statements import MonthVersion, MonthVersions
from data.progress import Progress

_SPAN = COLUMNS.index("span")
#: Whole columns are read when at least one in this many enterprises is wanted: selecting a value costs several times more
#: than summing it.
_FULL_READ_RATIO = 4
#: Bytes of a file's header (``numpy.lib.format``) and of each enterprise: a truncated file is recognized by its size.
_HEADER_BYTES, _FIRM_BYTES = 128, 8 * len(COLUMNS)
_LOCK_POLL_SECONDS = 0.05
_MAX_ATTEMPTS = 3


class FirmFiles:
    """The column files of one facts engine and cockpit database, filled from the engine."""

    def __init__(self, folder: Path, facts: FactsClient) -> None:
        self._folder, self._facts = folder, facts
        self._list = CreditCodeList(folder / "firms.txt")

    def firm_months(self, snapshot: Snapshot, versions: MonthVersions) -> FileFirmMonths:
        """Return the months of the snapshot's enterprises, each in its version. Values are read when they are needed."""
        return FileFirmMonths(self, snapshot, versions, None)

    def fill(
        self, versions: MonthVersions, months: Collection[int], *, long_running: bool, progress: Progress | None = None
    ) -> None:
        """Create the files of these months that are missing or broken, newest first.

        Raises ``DatabaseError`` when the engine doesn't answer in time or the disk is full; unless ``long_running``, also when
        all together takes longer than a page may wait (files that are done remain). ``StaleSnapshotError`` when the engine has
        deleted the version.
        """
        limit = self._facts.limit(long_running)
        end = math.inf if long_running else time.monotonic() + limit
        missing = [
            month for month in sorted(months, reverse=True) if month and self._block(self._list.read(), versions, month) is None
        ]
        index = CreditCodeIndex()
        for done, month in enumerate(missing):
            if progress:
                progress(f"整理企业数字 {m.iso(month)}", done, len(missing))
            if time.monotonic() > end:
                raise DatabaseError(
                    f"企业一级的数字正在整理，还差{len(missing) - done}个月；只看汇总的页面不受影响。请过一会儿重试。"
                )
            with self._locked(min(end, time.monotonic() + limit)):
                self._write(versions, month, long_running, index)

    def is_complete(self, versions: MonthVersions) -> bool:
        """Return whether each month has a file of a plausible size: only the folder is read, so it can be called often."""
        code_list = self._list.read()
        if code_list is None:
            return not any(versions)
        expected = {self._path(code_list, month, version).name for month, version in versions.items() if month}
        try:
            with os.scandir(self._folder) as files:
                sound = {file.name for file in files if file.stat().st_size % _FIRM_BYTES == _HEADER_BYTES % _FIRM_BYTES}
        except OSError:
            return False  # ``fill``, which comes next, reports what is wrong with the folder
        return expected <= sound

    def delete_obsolete(self, *in_use: MonthVersions) -> None:
        """Delete the files of versions that aren't ``in_use``, and temporary files of interrupted writes."""
        with self._locked(time.monotonic() + self._facts.limit(long_running=True)):
            code_list = self._list.read()
            names: set[str] = set()
            if code_list is not None:
                names = {self._path(code_list, month, version).name for versions in in_use for month, version in versions.items()}
            for file in self._folder.glob("*.np*"):
                if file.name not in names:
                    file.unlink(missing_ok=True)

    def open_months(
        self, snapshot: Snapshot, versions: MonthVersions, months: Sequence[int]
    ) -> tuple[list[FloatArray], IntArray]:
        """Return the blocks of the months, and the positions of the snapshot's enterprises in them. Raises as ``fill``."""
        blocks, code_list = self._blocks(versions, months)
        return blocks, self._positions(snapshot, code_list)

    def read_spans(
        self, versions: MonthVersions, months: Sequence[int]
    ) -> tuple[CreditCodeListSnapshot | None, list[FloatArray]]:
        """Return the list, and for each month how many months the row of each enterprise covers, by position (0 = no row).

        Arrays may be shorter than the list. Raises as ``fill``.
        """
        blocks, code_list = self._blocks(versions, months)
        return code_list, [block[_SPAN] for block in blocks]

    def _blocks(self, versions: MonthVersions, months: Sequence[int]) -> tuple[list[FloatArray], CreditCodeListSnapshot | None]:
        """Return the blocks of the months, missing ones created, and the list of their positions."""
        for _ in range(_MAX_ATTEMPTS):
            code_list = self._list.read()
            blocks = [self._block(code_list, versions, month) for month in months]
            available = [block for block in blocks if block is not None]
            if len(available) == len(blocks):
                return available, code_list
            self.fill(versions, [month for month, block in zip(months, blocks, strict=True) if block is None], long_running=False)
        raise DatabaseError(
            f"企业数字的文件刚写好就不见了：{self._folder}。请检查是否有别的程序在清理这个文件夹（COCKPIT_COLUMNS）。"
        )

    def _positions(self, snapshot: Snapshot, code_list: CreditCodeListSnapshot | None) -> IntArray:
        if code_list is None:
            return np.full(len(snapshot.cube.firm_code), -1, dtype=np.int64)
        # The cache holds one entry: while files are created, the list grows with each of them.
        return snapshot.cache.get_or_compute(
            cache.FILE_POSITIONS,
            (code_list.generation, len(code_list)),
            lambda: CreditCodeIndex().positions(code_list, snapshot.cube.firm_code),
        )

    def _path(self, code_list: CreditCodeListSnapshot, month: int, version: MonthVersion) -> Path:
        stamp = re.sub(r"\D", "", version.published)
        return self._folder / f"{month}-{version.number}-{stamp}-{code_list.generation}.npy"

    def _block(self, code_list: CreditCodeListSnapshot | None, versions: MonthVersions, month: int) -> FloatArray | None:
        """Map the block of a month into memory: an array [column, position]. ``None`` without a file, or for a broken one."""
        if code_list is None:
            return None
        try:
            block = np.lib.format.open_memmap(self._path(code_list, month, versions[month]), mode="r")
        except (OSError, ValueError, EOFError):
            return None
        valid = block.ndim == 2 and block.dtype == np.float64 and block.shape[0] == len(COLUMNS)
        return block.view(np.ndarray) if valid and block.shape[1] <= len(code_list) else None

    def _write(self, versions: MonthVersions, month: int, long_running: bool, index: CreditCodeIndex) -> None:
        code_list = self._list.read()
        if code_list is None:
            code_list = self._list.create()
        if self._block(code_list, versions, month) is not None:
            return  # another process has created it meanwhile
        rows = read_month(self._facts, month, versions[month], long_running)
        positions = index.positions(code_list, rows.codes)
        is_new = positions < 0
        unknown = rows.codes_by_town(is_new)
        if any("\n" in code or "\0" in code for code in unknown):
            raise DatabaseError(f"事实库 {m.iso(month)} 有企业的信用代码含有换行等字符，没有采用，数据保持原样。请数据中心改正。")
        if unknown:
            code_list = self._list.append(unknown)
            positions[is_new] = index.positions(code_list, [rows.codes[i] for i in np.flatnonzero(is_new).tolist()])
        block = np.full((len(COLUMNS), len(code_list)), np.nan)
        block[_SPAN] = 0.0
        block[:, positions] = rows.values
        path = self._path(code_list, month, versions[month])
        with (self._folder / f"{path.stem}.npx").open("wb") as file:
            np.save(file, block)
            file.flush()
            os.fsync(file.fileno())
        os.replace(file.name, path)

    @contextmanager
    def _locked(self, end: float) -> Iterator[None]:
        """Hold the folder's lock, exclusive among all processes and threads; errors of the disk become ``DatabaseError``."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / "lock").open("wb") as lock:
                while not _try_lock(lock):
                    if time.monotonic() > end:
                        raise DatabaseError("企业一级的数字正由另一个进程整理；只看汇总的页面不受影响。请过一会儿重试。")
                    time.sleep(_LOCK_POLL_SECONDS)
                yield
        except OSError as error:
            raise DatabaseError(
                f"企业数字的文件写不进去：{self._folder}（{error.strerror}）。"
                "请检查磁盘空间和权限，或用 COCKPIT_COLUMNS 另指定一个文件夹。"
            ) from error


class FileFirmMonths:
    """``cockpit.cube.firm_months.FirmMonths`` over column files."""

    def __init__(self, files: FirmFiles, snapshot: Snapshot, versions: MonthVersions, firms: IntArray | None) -> None:
        """``firms``: indices among the cube's enterprises; ``None`` = all of them."""
        self._files, self._snapshot, self._cube = files, snapshot, snapshot.cube
        self._month_versions, self._firms = versions, firms

    def __len__(self) -> int:
        return len(self._cube.firm_code if self._firms is None else self._firms)

    def take(self, firms: IntArray) -> FileFirmMonths:
        """See ``FirmMonths``."""
        indices = firms if self._firms is None else self._firms[firms]
        return FileFirmMonths(self._files, self._snapshot, self._month_versions, indices)

    def scan(self, names: Sequence[str], months: Collection[int]) -> MonthlyScan:
        """See ``FirmMonths``. The values of few enterprises are selected from each month; of many, whole columns are read."""
        selected = [month for month in self._cube.months if month in months and month in self._month_versions]
        blocks, positions = self._files.open_months(self._snapshot, self._month_versions, selected)
        if self._firms is not None:
            positions = positions[self._firms]
        size, count = max((block.shape[1] for block in blocks), default=0), len(positions)
        rows = [COLUMNS.index(name) for name in names]
        if count * _FULL_READ_RATIO >= size and count and positions.min() >= 0 and positions.max() < size:
            full = ((month, _full_rows(block, rows, size)) for month, block in zip(selected, blocks, strict=True))
            return MonthlyScan(size, positions, full)
        taken = ((month, _selected_rows(block, rows, positions)) for month, block in zip(selected, blocks, strict=True))
        return MonthlyScan(count, np.arange(count), taken)


def _full_rows(block: FloatArray, rows: Sequence[int], size: int) -> list[FloatArray]:
    """Return the rows of a block, extended to ``size`` positions: enterprises added later have no values in it."""
    if block.shape[1] == size:
        return [block[row] for row in rows]
    columns = _empty_rows(rows, size)
    for column, row in zip(columns, rows, strict=True):
        column[: block.shape[1]] = block[row]
    return columns


def _selected_rows(block: FloatArray, rows: Sequence[int], positions: IntArray) -> list[FloatArray]:
    """Return the rows of a block at these positions, of which some may lie outside it."""
    inside = (positions >= 0) & (positions < block.shape[1])
    if inside.all():
        return [block[row].take(positions) for row in rows]
    columns = _empty_rows(rows, len(positions))
    for column, row in zip(columns, rows, strict=True):
        column[inside] = block[row].take(positions[inside])
    return columns


def _empty_rows(rows: Sequence[int], size: int) -> list[FloatArray]:
    """Return the values of enterprises without a row: span 0, the others NaN."""
    return [np.full(size, 0.0 if row == _SPAN else np.nan) for row in rows]


def firm_files_folder(root: Path, facts: Engine, own: Engine) -> Path:
    """Return the folder under ``root`` for the files of this facts engine and cockpit database."""
    addresses = "\n".join(_address(engine) for engine in (facts, own))
    return root / hashlib.sha256(addresses.encode()).hexdigest()[:16]


def _address(engine: Engine) -> str:
    url = engine.url
    if url.get_backend_name() == "sqlite":
        return f"sqlite:{Path(str(url.database).removeprefix('file:')).absolute()}"
    return url.render_as_string(hide_password=True)


def _try_lock(file: Any) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
