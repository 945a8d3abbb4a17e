"""The enterprises' months of a facts engine as columns in files, one a month: all processes read the same pages.

A file is [column, place]: ``cockpit.cube.firm_months.COLUMNS`` of the enterprise at each place of the list beside it. It is
written whole and then given its name, which tells month, edition and the list's generation; nothing in it ever changes.
"""

from __future__ import annotations

import fcntl
import hashlib
import math
import os
import re
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine

from cockpit.calendar import months as m
from cockpit.cube.arrays import FloatArray, IntArray
from cockpit.cube.cube import Cube
from cockpit.cube.firm_months import COLUMNS, MonthlyScan
from cockpit.errors import DatabaseError
from data.facts.engine import FactsClient
from data.facts.firm_list import CreditCodeIndex, FirmList, FirmListSnapshot
from data.facts.month_columns import read_month
from data.facts.statements import MonthVersion, MonthVersions

Progress = Callable[[str, int, int], None]
_SPAN = COLUMNS.index("span")
#: Picking a number out costs some times more than adding it up: from this part of all on, all are read.
_FEW = 4
#: A file is a head of 128 bytes (``numpy.lib.format``) and so many for each enterprise: one that was cut off mostly shows it.
_HEAD_BYTES, _FIRM_BYTES = 128, 8 * len(COLUMNS)
_LOOK = 0.05
_TRIES = 3


class FirmFiles:
    """The files of one facts engine and own database, filled from the engine."""

    def __init__(self, folder: Path, facts: FactsClient) -> None:
        self._folder, self._facts = folder, facts
        self._list = FirmList(folder / "firms.txt")

    def firm_months(self, cube: Cube, versions: MonthVersions) -> FileFirmMonths:
        """The months of the cube's enterprises, each in its edition."""
        return FileFirmMonths(self, cube, versions, None)

    def fill(
        self, versions: MonthVersions, months: Collection[int], *, long_running: bool, progress: Progress | None = None
    ) -> None:
        """Make the files of these months that are missing or broken, the newest first.

        Not ``patient``: as long as a page may wait in all, then ``DatabaseError``; what is done stays done. Also when the engine
        doesn't answer about a month in time, or the disk is full. ``StaleSnapshotError`` when it has no such edition any more.
        """
        limit = self._facts.limit(long_running)
        end = math.inf if long_running else time.monotonic() + limit
        missing = [
            month for month in sorted(months, reverse=True) if month and self._block(self._list.read(), versions, month) is None
        ]
        places = CreditCodeIndex()
        for at, month in enumerate(missing):
            if progress:
                progress(f"整理企业数字 {m.iso(month)}", at, len(missing))
            if time.monotonic() > end:
                raise DatabaseError(
                    f"企业一级的数字正在整理，还差 {len(missing) - at} 个月；只看汇总的页面不受影响。请过一会儿重试。"
                )
            with self._writing(min(end, time.monotonic() + limit)):
                self._write(versions, month, long_running, places)

    def is_complete(self, versions: MonthVersions) -> bool:
        """Whether there is a file of a possible size for each month: a look at the folder, for whoever asks all the time."""
        listed = self._list.read()
        if listed is None:
            return not any(versions)
        wanted = {self._path(listed, month, edition).name for month, edition in versions.items() if month}
        with suppress(OSError), os.scandir(self._folder) as files:
            return wanted <= {file.name for file in files if file.stat().st_size % _FIRM_BYTES == _HEAD_BYTES % _FIRM_BYTES}
        return False

    def delete_obsolete(self, *kept: MonthVersions) -> None:
        """Delete the files that belong to none of these editions, and what writers that were cut off have left."""
        with self._writing(time.monotonic() + self._facts.limit(long_running=True)):
            listed = self._list.read()
            names: set[str] = set()
            if listed is not None:
                names = {self._path(listed, month, edition).name for some in kept for month, edition in some.items()}
            for file in self._folder.glob("*.np*"):
                if file.name not in names:
                    file.unlink(missing_ok=True)

    def open_months(self, cube: Cube, versions: MonthVersions, months: Sequence[int]) -> tuple[list[FloatArray], IntArray]:
        """The blocks of the months, and the cube's enterprises' places in them. Raises as ``fill``."""
        blocks, listed = self._blocks(versions, months)
        return blocks, self._places(cube, listed)

    def read_spans(self, versions: MonthVersions, months: Sequence[int]) -> tuple[FirmListSnapshot | None, list[FloatArray]]:
        """The list, and how many months the row of each enterprise covers, by place (0 = no row): a column a month.

        Columns may be shorter than the list. Raises as ``fill``.
        """
        blocks, listed = self._blocks(versions, months)
        return listed, [block[_SPAN] for block in blocks]

    def _blocks(self, versions: MonthVersions, months: Sequence[int]) -> tuple[list[FloatArray], FirmListSnapshot | None]:
        """The blocks of the months, those that are missing made, and the list that they go by."""
        for _ in range(_TRIES):
            listed = self._list.read()
            blocks = [self._block(listed, versions, month) for month in months]
            found = [block for block in blocks if block is not None]
            if len(found) == len(blocks):
                return found, listed
            self.fill(versions, [month for month, block in zip(months, blocks, strict=True) if block is None], long_running=False)
        raise DatabaseError(
            f"企业数字的文件刚写好就不见了：{self._folder}。请检查是否有别的程序在清理这个文件夹（COCKPIT_COLUMNS）。"
        )

    def _places(self, cube: Cube, listed: FirmListSnapshot | None) -> IntArray:
        if listed is None:
            return np.full(len(cube.firm_code), -1, dtype=np.int64)
        # Only the newest list's: while files are made, the list grows with each of them.
        return cube.hold(
            "places in files", (listed.generation, len(listed)), lambda: CreditCodeIndex().positions(listed, cube.firm_code), 1
        )

    def _path(self, listed: FirmListSnapshot, month: int, edition: MonthVersion) -> Path:
        stamp = re.sub(r"\D", "", edition.published)
        return self._folder / f"{month}-{edition.number}-{stamp}-{listed.generation}.npy"

    def _block(self, listed: FirmListSnapshot | None, versions: MonthVersions, month: int) -> FloatArray | None:
        """The block of a month, mapped into memory; ``None`` when there is none, or one that is no such block."""
        if listed is None:
            return None
        try:
            block = np.lib.format.open_memmap(self._path(listed, month, versions[month]), mode="r")
        except (OSError, ValueError, EOFError):
            return None
        whole = block.ndim == 2 and block.dtype == np.float64 and block.shape[0] == len(COLUMNS)
        return block.view(np.ndarray) if whole and block.shape[1] <= len(listed) else None

    def _write(self, versions: MonthVersions, month: int, long_running: bool, places: CreditCodeIndex) -> None:
        listed = self._list.read()
        if listed is None:
            listed = self._list.create()
        if self._block(listed, versions, month) is not None:
            return  # another process has made it meanwhile
        found = read_month(self._facts, month, versions[month], long_running)
        at = places.positions(listed, found.codes)
        late = at < 0
        unknown = found.codes_by_town(late)
        if any("\n" in code or "\0" in code for code in unknown):
            raise DatabaseError(f"事实库 {m.iso(month)} 有企业的信用代码含有换行等字符，没有采用，数据保持原样。请数据中心改正。")
        if unknown:
            listed = self._list.append(unknown)
            at[late] = places.positions(listed, [found.codes[i] for i in np.flatnonzero(late).tolist()])
        block = np.full((len(COLUMNS), len(listed)), np.nan)
        block[_SPAN] = 0.0
        block[:, at] = found.values
        path = self._path(listed, month, versions[month])
        with (self._folder / f"{path.stem}.npx").open("wb") as file:
            np.save(file, block)
            file.flush()
            os.fsync(file.fileno())
        os.replace(file.name, path)

    @contextmanager
    def _writing(self, end: float) -> Iterator[None]:
        """Alone among all processes and threads; faults of the disk told in plain Chinese."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / "lock").open("wb") as lock:
                while not _locked(lock):
                    if time.monotonic() > end:
                        raise DatabaseError("企业一级的数字正由另一个进程整理；只看汇总的页面不受影响。请过一会儿重试。")
                    time.sleep(_LOOK)
                yield
        except OSError as error:
            raise DatabaseError(
                f"企业数字的文件写不进去：{self._folder}（{error.strerror}）。"
                "请检查磁盘空间和权限，或用 COCKPIT_COLUMNS 另指定一个文件夹。"
            ) from error


class FileFirmMonths:
    """``cockpit.cube.firm_months.FirmMonths`` over files."""

    def __init__(self, files: FirmFiles, cube: Cube, versions: MonthVersions, firms: IntArray | None) -> None:
        """``firms``: places among the cube's enterprises; ``None`` = all of them."""
        self._files, self._cube, self._month_versions, self._firms = files, cube, versions, firms

    def __len__(self) -> int:
        return len(self._cube.firm_code if self._firms is None else self._firms)

    def take(self, firms: IntArray) -> FileFirmMonths:
        """See ``FirmMonths``."""
        chosen = firms if self._firms is None else self._firms[firms]
        return FileFirmMonths(self._files, self._cube, self._month_versions, chosen)

    def scan(self, names: Sequence[str], months: Collection[int]) -> MonthlyScan:
        """See ``FirmMonths``. Few enterprises are picked out of each month; of many, the months are read as they are."""
        wanted = [month for month in self._cube.months if month in months and month in self._month_versions]
        blocks, places = self._files.open_months(self._cube, self._month_versions, wanted)
        at = places if self._firms is None else places[self._firms]
        size = max((block.shape[1] for block in blocks), default=0)
        rows = [COLUMNS.index(name) for name in names]
        if len(at) * _FEW >= size and len(at) and at.min() >= 0 and at.max() < size:
            whole = ((month, _whole(block, rows, size)) for month, block in zip(wanted, blocks, strict=True))
            return MonthlyScan(size, at, whole)
        picked = ((month, _picked(block, rows, at)) for month, block in zip(wanted, blocks, strict=True))
        return MonthlyScan(len(at), np.arange(len(at)), picked)


def _whole(block: FloatArray, rows: Sequence[int], size: int) -> list[FloatArray]:
    """The rows of a block, filled up to ``size`` places: enterprises that came later have no row in it."""
    if block.shape[1] == size:
        return [block[row] for row in rows]
    found = _nothing(rows, size)
    for column, row in zip(found, rows, strict=True):
        column[: block.shape[1]] = block[row]
    return found


def _picked(block: FloatArray, rows: Sequence[int], at: IntArray) -> list[FloatArray]:
    """The rows of a block at these places, of which some may lie outside it."""
    inside = (at >= 0) & (at < block.shape[1])
    if inside.all():
        return [block[row].take(at) for row in rows]
    found = _nothing(rows, len(at))
    for column, row in zip(found, rows, strict=True):
        column[inside] = block[row].take(at[inside])
    return found


def _nothing(rows: Sequence[int], size: int) -> list[FloatArray]:
    """Columns of enterprises without a row."""
    return [np.full(size, 0.0 if row == _SPAN else np.nan) for row in rows]


def firm_files_folder(root: Path, facts: Engine, own: Engine) -> Path:
    """The folder, under ``root``, of the files for this facts engine and own database."""
    addresses = "\n".join(_address(engine) for engine in (facts, own))
    return root / hashlib.sha256(addresses.encode()).hexdigest()[:16]


def _address(engine: Engine) -> str:
    url = engine.url
    if url.get_backend_name() == "sqlite":
        return f"sqlite:{Path(str(url.database).removeprefix('file:')).absolute()}"
    return url.render_as_string(hide_password=True)


def _locked(file: Any) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
