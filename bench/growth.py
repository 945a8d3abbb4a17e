"""The same page for a district, a province and the country, measured alternately: ``python -m bench.growth``. Not run by tests.

Each has its facts in a PostgreSQL server of its own, created once under ``.state/growth`` (or ``--home``); the country takes
20 GB and half an hour the first time. Writes ``bench/results/growth.json`` and ``growth.md``.
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
from bench.__main__ import free_port, report_progress
from bench.areas import country
from bench.browser import Visit, chromium, filters
from bench.clusters import Cluster
from bench.servers import ROOT, RunningServer, ServerSide, cockpit
from cockpit.district.district import District
from data.database.engine import open_engine
from data.district_pack import load_district
from data.facts.demonstration import write_facts
from data.facts.statements import rows_in_versions, select_month_versions
from data.facts.tables import fact
from data.facts.writer import FACT_COLUMNS, FactsWriter, is_empty
from data.synthetic.district import NEWEST_MONTH, start_run

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
class MeasuredScale:
    """A size of data with its servers and results."""

    name: str
    district: District
    facts: str
    environment: dict[str, str]
    results: dict[str, Any]

    def cli(self, *arguments: str) -> float:
        """Run a command of cli.py; returns the seconds that it took."""
        began = time.perf_counter()
        command = [sys.executable, "cli.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=os.environ | self.environment, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - began


def prepare(name: str, home: Path, exits: ExitStack) -> MeasuredScale:
    """Start the servers of a size. The first time, also write its facts, load them, and publish one month once more."""
    firms, months, pack = SIZES[name]
    pack = str(country(home / "pack")) if pack == "country" else pack
    district, folder = load_district(pack), home / name
    report_progress(f"{name}: PostgreSQL")
    # Always the same address: the folder of the column files depends on it.
    cluster = Cluster(folder / "pg", *_SERVER, port=_PORTS + list(SIZES).index(name))
    exits.callback(cluster.stop)
    environment = {
        "COCKPIT_DISTRICT": pack,
        "COCKPIT_DATABASE_URL": f"sqlite:///{folder}/own.sqlite3",
        "COCKPIT_FACTS_URL": cluster.url,
        "COCKPIT_FACTS_SECONDS": str(_SECONDS),
        "COCKPIT_COLUMNS": str(folder / "columns"),
    }
    scale, results_file = MeasuredScale(name, district, cluster.url, environment, {}), folder / "results.json"
    if results_file.exists():
        scale.results = json.loads(results_file.read_text(encoding="utf-8"))
    else:
        scale.results = _published(scale, firms, months)
        results_file.write_text(json.dumps(scale.results), encoding="utf-8")
    return scale


def _published(scale: MeasuredScale, firms: int, months: int) -> dict[str, Any]:
    writer = open_engine(scale.facts)
    results: dict[str, Any] = {"firms": firms, "areas": len(scale.district.towns)}
    if is_empty(writer):
        report_progress(f"{scale.name}: facts")
        write_facts(FactsWriter(writer), start_run(scale.district, firms, months, 1), lambda *_: None)
    report_progress(f"{scale.name}: refresh")
    results["first_refresh"] = scale.cli("facts", "refresh")
    with writer.connect() as connection:
        results["rows"] = connection.exec_driver_sql("select count(*) from fact").scalar()
    results["first_per_million"] = results["first_refresh"] / results["rows"] * 1e6
    report_progress(f"{scale.name}: one more month")
    results |= _month(writer, scale)
    writer.dispose()
    return results


def _month(engine: Engine, scale: MeasuredScale) -> dict[str, Any]:
    """Measure publishing the newest month once more, each output a little higher."""
    output = FACT_COLUMNS.index("output_fen")
    with engine.connect() as connection:
        newest = {row.month: row.number for row in connection.execute(select_month_versions())}
        rows_of_month = select(*(fact.c[name] for name in FACT_COLUMNS)).where(rows_in_versions(newest, [NEWEST_MONTH]))
        old = connection.execute(rows_of_month).all()
    writer = FactsWriter(engine)
    rows = [(*row[:2], writer.number, *row[3:output], row[output] + 1, *row[output + 1 :]) for row in old]
    began = time.perf_counter()
    writer.month(NEWEST_MONTH, [rows])
    writer.finish([NEWEST_MONTH])
    write = time.perf_counter() - began
    shown = scale.cli("facts", "refresh")
    results = {"month_rows": len(rows), "month_write": write, "month_refresh": shown}
    return results | {"month_per_million": (write + shown) / len(rows) * 1e6}


def measure(browser: Browser, scales: Sequence[MeasuredScale], changes: int) -> None:
    """Measure loads and changes of all sizes alternately, so that the machine's load affects all alike."""
    running: dict[str, RunningServer] = {}
    try:
        for scale in scales:
            report_progress(f"{scale.name}: start")
            running[scale.name] = RunningServer(cockpit(scale.environment, free_port(), 2))
            scale.results["start"] = running[scale.name].start_seconds
        sides = {scale.name: running[scale.name].side for scale in scales}
        report_progress("cold loads")
        loads = _alternate(scales, _LOADS, lambda scale, _: _load(browser, sides[scale.name]))
        report_progress("changes")
        visits = {scale.name: Visit(browser) for scale in scales}
        selections = {s.name: filters(changes + _WARM, 11, [t.key for t in s.district.towns]) for s in scales}
        for scale in scales:
            visits[scale.name].open(sides[scale.name].address, sides[scale.name].ready)
        durations = _alternate(scales, _WARM, lambda s, i: visits[s.name].change(selections[s.name][i])["rendered"])
        before = {name: server.cpu() for name, server in running.items()}
        durations = _alternate(scales, changes, lambda s, i: visits[s.name].change(selections[s.name][_WARM + i])["rendered"])
        for scale in scales:
            server = running[scale.name]
            results = {
                "cold": report.median(loads[scale.name]),
                "change_p50": report.median(durations[scale.name]),
                "change_p95": report.p95(durations[scale.name]),
                "cpu": (server.cpu() - before[scale.name]) / changes * 1e3,
            }
            results |= _first_requests(sides[scale.name].address, scale)
            results |= {f"memory_{name}": amount for name, amount in server.memory().items()}
            scale.results |= results | _sizes(scale)
    finally:
        for server in running.values():
            server.stop()


def _alternate(
    scales: Sequence[MeasuredScale], times: int, work: Callable[[MeasuredScale, int], float]
) -> dict[str, list[float]]:
    timings: dict[str, list[float]] = {scale.name: [] for scale in scales}
    for i in range(times):
        for scale in scales:
            timings[scale.name].append(work(scale, i))
    return timings


def _load(browser: Browser, side: ServerSide) -> float:
    visit = Visit(browser)
    took = visit.open(side.address, side.ready)
    visit.context.close()
    return took


def _first_requests(address: str, scale: MeasuredScale) -> dict[str, float]:
    """Measure the server's milliseconds for views that nobody requested before."""
    inner = next((town.key for town in scale.district.towns if town.parts), "")
    paths = {"other_period": "/?period=2020", "comparable": "/?comparable=1"} | ({"inside": f"/?area={inner}"} if inner else {})
    return {name: _request_seconds(address, path) * 1e3 for name, path in paths.items()}


def _request_seconds(address: str, path: str) -> float:
    request = urllib.request.Request(f"{address}/_dash-layout", headers={"X-Cockpit-Address": path})
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=_SECONDS) as response:
        response.read()
    return time.perf_counter() - began


def _sizes(scale: MeasuredScale) -> dict[str, float]:
    own = Path(scale.environment["COCKPIT_DATABASE_URL"].removeprefix("sqlite:///"))
    files = sum(f.stat().st_size for f in Path(scale.environment["COCKPIT_COLUMNS"]).rglob("*") if f.is_file())
    return {"own": own.stat().st_size / 2**20, "files": files / 2**20}


def markdown(runs: Sequence[dict[str, Any]]) -> str:
    """Format the results as a Markdown table, one column a size."""
    lines = ["| | " + " | ".join(str(r["size"]) for r in runs) + " |", "|---" * (len(runs) + 1) + "|"]
    for key, title, form in ROWS:
        lines.append(f"| {title} | " + " | ".join(form.format(r[key]) if key in r else "–" for r in runs) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Create what is missing, run the measurements, write the results."""
    parser = argparse.ArgumentParser(prog="bench.growth", description=__doc__)
    parser.add_argument("--sizes", nargs="+", choices=tuple(SIZES), default=list(SIZES))
    parser.add_argument("--changes", type=int, default=40)
    parser.add_argument("--home", type=Path, default=ROOT / ".state" / "growth")
    options = parser.parse_args()
    with ExitStack() as exits:
        scales = [prepare(name, options.home, exits) for name in options.sizes]
        with chromium() as browser:
            measure(browser, scales, options.changes)
            machine = report.machine(browser.version)
        runs = [{"size": scale.name, **scale.results} for scale in scales]
        _RESULTS.mkdir(parents=True, exist_ok=True)
        content = json.dumps({"machine": machine, "runs": runs}, ensure_ascii=False, indent=1)
        (_RESULTS / "growth.json").write_text(content + "\n", encoding="utf-8")
        (_RESULTS / "growth.md").write_text(markdown(runs), encoding="utf-8")
        print(markdown(runs))


if __name__ == "__main__":
    main()
