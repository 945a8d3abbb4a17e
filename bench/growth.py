"""The same page for a district, a province and the country, in turns: ``python -m bench.growth``. No part of the tests.

Each has its facts in a PostgreSQL server of its own, made once and kept under ``.state/growth``; the country takes 20 GB and
half an hour the first time. ``--home`` puts them elsewhere. Writes ``bench/results/growth.json`` and ``growth.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser
from sqlalchemy import Engine, select

from bench import report
from bench.__main__ import port, step
from bench.areas import country
from bench.browser import Visit, chromium, filters
from bench.clusters import Cluster
from bench.servers import ROOT, Running, Side, cockpit
from cockpit.district.district import District
from data.database.engine import open_engine
from data.district_pack import load_district
from data.facts.demonstration import write_facts
from data.facts.statements import seen, versions
from data.facts.tables import fact
from data.facts.writing import FACT_COLUMNS, FactsWriter, is_empty
from data.synthetic.district import NEWEST, begin

_SERVER = ("shared_buffers=1GB", "work_mem=256MB", "maintenance_work_mem=512MB", "max_wal_size=8GB", "jit=off")
_RESULTS = Path(__file__).parent / "results"
_LOADS, _WARM, _SECONDS = 5, 5, 600
_PORTS = 47_311
SIZES = {"district": (10_000, 60, "linping"), "province": (150_000, 60, "zhejiang"), "country": (480_000, 120, "country")}
ROWS = (
    ("firms", "企业，家", "{:,.0f}"),
    ("areas", "首页的区域，个", "{:,.0f}"),
    ("rows", "月度行数", "{:,.0f}"),
    ("first_refresh", "首次刷新（汇总、名录、企业数字的文件），秒", "{:,.0f}"),
    ("first_per_million", "　每百万行，秒", "{:.1f}"),
    ("month_rows", "再发布一个月：行数", "{:,.0f}"),
    ("month_write", "　写入事实库，秒", "{:.1f}"),
    ("month_refresh", "　刷新到新版本可见，秒", "{:.1f}"),
    ("month_per_million", "　合计，每百万行，秒", "{:.1f}"),
    ("start", "启动到能回答，秒", "{:.1f}"),
    ("cold", "首次打开到画完，中位数，毫秒", "{:,.0f}"),
    ("change_p50", "换筛选到画完，中位数，毫秒", "{:,.0f}"),
    ("change_p95", "　95%，毫秒", "{:,.0f}"),
    ("cpu", "　服务器 CPU，毫秒", "{:.1f}"),
    ("inside", "第一次进入一个区域，毫秒", "{:,.0f}"),
    ("other_period", "第一次看另一年，毫秒", "{:,.0f}"),
    ("comparable", "第一次用可比口径，毫秒", "{:,.0f}"),
    ("memory_worker", "一个工作进程的内存（PSS），MB", "{:,.0f}"),
    ("memory_total", "全部进程，MB", "{:,.0f}"),
    ("files", "企业数字的文件，MB", "{:,.0f}"),
    ("own", "驾驶舱自己的库，MB", "{:,.0f}"),
)


@dataclass
class Scale:
    """A size with its servers."""

    name: str
    district: District
    facts: str
    environment: dict[str, str]
    told: dict[str, Any]

    def cli(self, *arguments: str) -> float:
        """Run the command line tool; returns the seconds it took."""
        began = time.perf_counter()
        command = [sys.executable, "cli.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=os.environ | self.environment, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - began


def made(name: str, home: Path, last: ExitStack) -> Scale:
    """The size's facts, written and shown when they aren't yet, one month of them published once more."""
    firms, months, pack = SIZES[name]
    pack = str(country(home / "pack")) if pack == "country" else pack
    district, folder = load_district(pack), home / name
    step(f"{name}: PostgreSQL")
    # Always the same address: it tells whose files of columns are whose.
    cluster = Cluster(folder / "pg", *_SERVER, port=_PORTS + list(SIZES).index(name))
    last.callback(cluster.stop)
    environment = {
        "COCKPIT_DISTRICT": pack,
        "COCKPIT_DATABASE_URL": f"sqlite:///{folder}/own.sqlite3",
        "COCKPIT_FACTS_URL": cluster.url,
        "COCKPIT_FACTS_SECONDS": str(_SECONDS),
        "COCKPIT_COLUMNS": str(folder / "columns"),
    }
    scale, kept = Scale(name, district, cluster.url, environment, {}), folder / "told.json"
    if kept.exists():
        scale.told = json.loads(kept.read_text(encoding="utf-8"))
    else:
        scale.told = _published(scale, firms, months)
        kept.write_text(json.dumps(scale.told), encoding="utf-8")
    return scale


def _published(scale: Scale, firms: int, months: int) -> dict[str, Any]:
    writer = open_engine(scale.facts)
    told: dict[str, Any] = {"firms": firms, "areas": len(scale.district.towns)}
    if is_empty(writer):
        step(f"{scale.name}: facts")
        write_facts(FactsWriter(writer), begin(scale.district, firms, months, 1), lambda *_: None)
    step(f"{scale.name}: refresh")
    told["first_refresh"] = scale.cli("facts", "refresh")
    with writer.connect() as connection:
        told["rows"] = connection.exec_driver_sql("select count(*) from fact").scalar()
    told["first_per_million"] = told["first_refresh"] / told["rows"] * 1e6
    step(f"{scale.name}: one more month")
    told |= _month(writer, scale)
    writer.dispose()
    return told


def _month(engine: Engine, scale: Scale) -> dict[str, Any]:
    """The newest month published again, each output a little higher."""
    output = FACT_COLUMNS.index("output_fen")
    with engine.connect() as connection:
        newest = {row.month: row.number for row in connection.execute(versions())}
        old = connection.execute(select(*(fact.c[name] for name in FACT_COLUMNS)).where(seen(newest, [NEWEST]))).all()
    writer = FactsWriter(engine)
    rows = [(*row[:2], writer.number, *row[3:output], row[output] + 1, *row[output + 1 :]) for row in old]
    began = time.perf_counter()
    writer.month(NEWEST, [rows])
    writer.finish([NEWEST])
    write = time.perf_counter() - began
    shown = scale.cli("facts", "refresh")
    found = {"month_rows": len(rows), "month_write": write, "month_refresh": shown}
    return found | {"month_per_million": (write + shown) / len(rows) * 1e6}


def measured(browser: Browser, scales: Sequence[Scale], changes: int) -> None:
    """Loads and changes of all sizes in turns, so that each meets the same machine."""
    running: dict[str, Running] = {}
    try:
        for scale in scales:
            step(f"{scale.name}: start")
            running[scale.name] = Running(cockpit(scale.environment, port(), 2))
            scale.told["start"] = running[scale.name].start_seconds
        sides = {scale.name: running[scale.name].side for scale in scales}
        step("cold loads")
        loads = _in_turns(scales, _LOADS, lambda scale, _: _load(browser, sides[scale.name]))
        step("changes")
        visits = {scale.name: Visit(browser) for scale in scales}
        wanted = {s.name: filters(changes + _WARM, 11, [t.key for t in s.district.towns]) for s in scales}
        for scale in scales:
            visits[scale.name].open(sides[scale.name].address, sides[scale.name].ready)
        drawn = _in_turns(scales, _WARM, lambda s, i: visits[s.name].change(wanted[s.name][i])["drawn"])
        before = {name: server.cpu() for name, server in running.items()}
        drawn = _in_turns(scales, changes, lambda s, i: visits[s.name].change(wanted[s.name][_WARM + i])["drawn"])
        for scale in scales:
            server = running[scale.name]
            told = {"cold": report.median(loads[scale.name]), "change_p50": report.median(drawn[scale.name])}
            told |= {"change_p95": report.p95(drawn[scale.name]), "cpu": (server.cpu() - before[scale.name]) / changes * 1e3}
            told |= _first_looks(sides[scale.name].address, scale)
            told |= {f"memory_{name}": amount for name, amount in server.memory().items()}
            scale.told |= told | _sizes(scale)
    finally:
        for server in running.values():
            server.stop()


def _in_turns(scales: Sequence[Scale], times: int, work: Callable[[Scale, int], float]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {scale.name: [] for scale in scales}
    for i in range(times):
        for scale in scales:
            found[scale.name].append(work(scale, i))
    return found


def _load(browser: Browser, side: Side) -> float:
    visit = Visit(browser)
    took = visit.open(side.address, side.ready)
    visit.context.close()
    return took


def _first_looks(address: str, scale: Scale) -> dict[str, float]:
    """Milliseconds of the server for what nobody asked for before."""
    inner = next((town.key for town in scale.district.towns if town.parts), "")
    looks = {"other_period": "/?period=2020", "comparable": "/?comparable=1"} | ({"inside": f"/?area={inner}"} if inner else {})
    return {name: _answered(address, path) * 1e3 for name, path in looks.items()}


def _answered(address: str, path: str) -> float:
    asked = urllib.request.Request(f"{address}/_dash-layout", headers={"X-Cockpit-Address": path})
    began = time.perf_counter()
    with urllib.request.urlopen(asked, timeout=_SECONDS) as answer:
        answer.read()
    return time.perf_counter() - began


def _sizes(scale: Scale) -> dict[str, float]:
    own = Path(scale.environment["COCKPIT_DATABASE_URL"].removeprefix("sqlite:///"))
    files = sum(f.stat().st_size for f in Path(scale.environment["COCKPIT_COLUMNS"]).rglob("*") if f.is_file())
    return {"own": own.stat().st_size / 2**20, "files": files / 2**20}


def markdown(runs: Sequence[dict[str, Any]]) -> str:
    """A column a size."""
    lines = ["| | " + " | ".join(str(r["size"]) for r in runs) + " |", "|---" * (len(runs) + 1) + "|"]
    for key, title, form in ROWS:
        lines.append(f"| {title} | " + " | ".join(form.format(r[key]) if key in r else "–" for r in runs) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Make what is missing, measure, write down."""
    parser = argparse.ArgumentParser(prog="bench.growth", description=__doc__)
    parser.add_argument("--sizes", nargs="+", choices=tuple(SIZES), default=list(SIZES))
    parser.add_argument("--changes", type=int, default=40)
    parser.add_argument("--home", type=Path, default=ROOT / ".state" / "growth")
    asked = parser.parse_args()
    with ExitStack() as last:
        scales = [made(name, asked.home, last) for name in asked.sizes]
        with chromium() as browser:
            measured(browser, scales, asked.changes)
            machine = report.machine(browser.version)
        runs = [{"size": scale.name, **scale.told} for scale in scales]
        _RESULTS.mkdir(parents=True, exist_ok=True)
        told = json.dumps({"machine": machine, "runs": runs}, ensure_ascii=False, indent=1)
        (_RESULTS / "growth.json").write_text(told + "\n", encoding="utf-8")
        (_RESULTS / "growth.md").write_text(markdown(runs), encoding="utf-8")
        print(markdown(runs))


if __name__ == "__main__":
    main()
