"""What `doctor` checks of a database, each by itself: one that fails doesn't hide the next."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from cockpit.errors import DatabaseError
from data.database import reader
from data.database.digests import damaged_months
from data.database.engine import is_behind, read_connection

#: Free space on the disk of an SQLite database below which a publication may not fit.
_MIN_FREE_BYTES = 500 * 2**20
#: Size of an SQLite file up to which its pages are checked at each start: some two seconds (docs/decisions/0025).
_CHECKED_BYTES_AT_START = 2**30


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What was checked, whether it is well, what it found, and what to do ('' where it is well)."""

    name: str
    is_well: bool
    finding: str
    advice: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"check": self.name, "ok": self.is_well, "finding": self.finding, "advice": self.advice}


def diagnose(engine: Engine) -> Iterator[CheckResult]:
    """Check the database and yield each result. Changes nothing."""
    checks: tuple[tuple[str, Callable[[Engine], CheckResult]], ...] = (
        ("数据库", _reachable),
        ("磁盘空间", _disk),
        ("数据页", _pages),
        ("月度汇总", _cube),
    )
    for name, check in checks:
        try:
            result = check(engine)
            yield result
            if name == "数据库" and not result.is_well:
                return
        except DatabaseError as error:
            address = f"（{error.address}）" if error.address else ""
            yield CheckResult(name, False, f"{error}{address}", "请先解决这一项，再运行 cli.py doctor。")
            if name == "数据库":
                return


def _reachable(engine: Engine) -> CheckResult:
    name = engine.url.database
    if engine.dialect.name == "sqlite" and name and not Path(name).exists():
        return CheckResult(
            "数据库", False, f"没有这个文件：{name}", "请检查 COCKPIT_DATABASE_URL；第一次用的，请先运行 cli.py demo 或 load。"
        )
    with read_connection(engine) as connection:
        if is_behind(connection):
            return CheckResult("数据库", False, "数据库结构不是本程序的版本", "请运行 cli.py migrate。")
        version = reader.current_version(connection).number
    return CheckResult("数据库", True, f"连得上，数据版本 {version}" if version else "连得上，还没有发布任何数据")


def _disk(engine: Engine) -> CheckResult:
    name = engine.url.database
    if engine.dialect.name != "sqlite" or not name or not Path(name).exists():
        return CheckResult("磁盘空间", True, "由数据库服务器管理")
    free = shutil.disk_usage(Path(name).parent).free
    finding = f"可用 {free / 2**30:,.1f} GB"
    if free < _MIN_FREE_BYTES:
        return CheckResult("磁盘空间", False, finding, f"请在 {Path(name).parent} 所在的磁盘上腾出空间，否则发布时可能写不下。")
    return CheckResult("磁盘空间", True, finding)


def refuse_damaged_pages(engine: Engine) -> None:
    """Check the pages of an SQLite file before it is served; a large one's only ``doctor`` checks.

    Raises ``DatabaseError`` for damaged ones: else a page would fail now and then, whenever it comes to them.
    """
    name = engine.url.database
    if engine.dialect.name != "sqlite" or not name or not Path(name).exists():
        return
    if Path(name).stat().st_size <= _CHECKED_BYTES_AT_START and not (pages := _pages(engine)).is_well:
        raise DatabaseError(f"数据库文件已损坏，没有启动。{pages.advice}情况见 cli.py doctor。", str(engine.url))


def _pages(engine: Engine) -> CheckResult:
    if engine.dialect.name != "sqlite":
        return CheckResult("数据页", True, "由数据库服务器检查")
    with read_connection(engine) as connection:
        finding = connection.exec_driver_sql("pragma quick_check(5)").scalars().all()
    if finding != ["ok"]:
        advice = "请停止服务，复制一份数据库文件留存，然后从备份恢复；没有备份的，用原来的工作簿重新载入一个新数据库。"
        return CheckResult("数据页", False, "；".join(map(str, finding)), advice)
    return CheckResult("数据页", True, "完好")


def _cube(engine: Engine) -> CheckResult:
    with read_connection(engine) as connection:
        damaged = damaged_months(connection, reader.read_cube(connection))
    if not damaged:
        return CheckResult("月度汇总", True, "与发布时一致")
    months = "、".join(f"{month // 100}-{month % 100:02d}" for month in damaged)
    advice = "请运行 cli.py doctor --repair：由月度数据重新汇总。重新汇总不了的，请从备份恢复。"
    return CheckResult("月度汇总", False, f"与发布时不一致：{months}", advice)
