"""Measures the facts engines: loading, publishing a month, sums, lists. Writes JSON and Markdown; tests only run it small.

    python -m bench.engines --on sqlite --firms 10000       # or postgresql, shards; --areas 90 for a province's counties

Each run appends to `bench/results/engines.json` and rewrites `engines.md`. Its databases are in a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from bench.clusters import Cluster, join_shards, shards_of
from bench.report import machine
from cockpit.calendar.months import span
from cockpit.cube.counted_rows import CountedRows
from cockpit.district.areas import Area
from cockpit.district.district import District
from data.database.engine import open_engine, upgrade_schema
from data.district_pack import load_district
from data.facts import statements
from data.facts.client import FactsClient, open_facts_client
from data.facts.demonstration import write_facts
from data.facts.firm_files import FirmFiles
from data.facts.refresh import refresh
from data.facts.repository import FactsRepository
from data.facts.tables import fact
from data.facts.writer import FACT_COLUMNS, FactsWriter
from data.synthetic.district import NEWEST_MONTH, start_run

_RESULTS = Path(__file__).parent / "results"
_SERVER = ("shared_buffers=1GB", "work_mem=256MB", "maintenance_work_mem=512MB", "max_wal_size=4GB", "jit=off")
_TIME_LIMIT = 30.0
_YEAR, _BEFORE = span(202201, 202212), span(202101, 202112)
ROWS = (
    ("rows", "行数", "{:,.0f}"),
    ("cube_rows", "立方体行数", "{:,.0f}"),
    ("load", "写入（不含造数），行/秒", "{:,.0f}"),
    ("planning", "统计（analyze），秒", "{:.1f}"),
    ("cube", "全部月份汇总，只一条语句，秒", "{:.1f}"),
    ("columns", "企业各月数字的文件，全部月份，秒", "{:.1f}"),
    ("whole", "首次刷新（汇总、名录、在报月份全部写入自己的库），秒", "{:.1f}"),
    ("snapshot", "进程载入立方体，秒", "{:.1f}"),
    ("month_rows", "一次月度发布的行数", "{:,.0f}"),
    ("month_write", "写入这个月，秒", "{:.2f}"),
    ("month_cube", "这个月汇总，只一条语句，秒", "{:.2f}"),
    ("month_refresh", "这个月刷新（到新数据版本可见），秒", "{:.2f}"),
    ("per_million", "发布每百万行合计，秒", "{:.1f}"),
    ("firm_totals", "全年企业清单加上年同期（firm_totals），秒", "{:.2f}"),
    ("firm_rows", "其中企业数", "{:,.0f}"),
    ("comparable", "可比口径的立方体（首次），秒", "{:.1f}"),
    ("chain", "一条产业链的企业（chain_firms，全年和上年），秒", "{:.2f}"),
    ("medians", "一条产业链的逐月中位数（24个月），秒", "{:.2f}"),
    ("peak_mb", "本程序内存峰值，MB", "{:,.0f}"),
)


@dataclass
class MeasuredEngine:
    """A facts engine to be measured: the connection that fills it, the cockpit's client, and its shards by area."""

    writer: Engine
    facts: FactsClient
    shards: dict[str, Engine] = field(default_factory=dict)


def district_of(areas: int) -> District:
    """Return the district with its own towns, or with so many synthetic areas, as the counties of a province."""
    own = load_district("linping")
    if not areas:
        return own
    towns = tuple(Area(key=f"c{n:03d}", code=f"33{n:010d}", name=f"第{n}县", short=f"{n}县") for n in range(areas))
    return own.model_copy(update={"towns": towns})


def start_engine(kind: str, home: Path, district: District, exits: ExitStack) -> MeasuredEngine:
    """Start the servers that ``kind`` needs; ``exits`` stops them."""
    if kind == "sqlite":
        url = f"sqlite:///{home}/facts.sqlite3"
        return MeasuredEngine(open_engine(url), open_facts_client(url, _TIME_LIMIT))
    clusters = {name: Cluster(home / name, *_SERVER) for name in (("c", "n1", "n2") if kind == "shards" else ("c",))}
    for cluster in clusters.values():
        exits.callback(cluster.stop)
    coordinator = clusters.pop("c")
    target = MeasuredEngine(open_engine(coordinator.url), open_facts_client(coordinator.url, _TIME_LIMIT))
    if clusters:
        keys = [t.key for t in district.towns]
        towns = {"n1": keys[::2], "n2": keys[1::2]}
        join_shards(target.writer, clusters, towns)
        target.shards = shards_of(clusters, towns)
    return target


def measure_seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that ``work`` takes, and its result."""
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def print_results(part: dict[str, Any]) -> dict[str, Any]:
    """Print results as soon as they are measured, and return them: a run takes minutes."""
    print("\n", json.dumps(part), flush=True)
    return part


def run(kind: str, firms: int, months: int, areas: int) -> dict[str, Any]:
    """Run all measurements once."""
    district = district_of(areas)
    with ExitStack() as exits:
        home = Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="engines-")))
        target = start_engine(kind, home, district, exits)
        own = open_engine(f"sqlite:///{home}/own.sqlite3")
        upgrade_schema(own)
        results = {"on": kind, "firms": firms, "months": months, "areas": len(district.towns)}
        results |= print_results(_load(target, district, firms, months))
        files = FirmFiles(home / "columns", target.facts)
        results |= print_results(_sums(target, own, files, district))
        results |= print_results(_month(target, own, files))
        results |= print_results(_firms(target, own, files, district))
        target.facts.dispose()
        for engine in (own, target.writer, *target.shards.values()):
            engine.dispose()
    return results | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


class _Stopwatch(FactsWriter):
    """A writer that measures separately the seconds of generating rows, of writing them, and of the planner's statistics."""

    generating = writing = planning = 0.0

    def month(self, month: int, parts: Iterable[Iterable[tuple[Any, ...]]]) -> int:
        generating, chunks = self.generating, self._generate(parts)
        seconds, written = measure_seconds(lambda: super(_Stopwatch, self).month(month, chunks))
        self.writing += seconds - (self.generating - generating)
        return int(written)

    def finish(self, months: Any) -> int:
        self.planning, number = measure_seconds(lambda: super(_Stopwatch, self).finish(months))
        return int(number)

    def _generate(self, parts: Iterable[Iterable[tuple[Any, ...]]]) -> Iterator[list[tuple[Any, ...]]]:
        rest = iter(parts)
        while True:
            seconds, part = measure_seconds(lambda: next(rest, None))
            self.generating += seconds
            if part is None:
                return
            yield list(part)


def _load(target: MeasuredEngine, district: District, firms: int, months: int) -> dict[str, Any]:
    writer = _Stopwatch(target.writer, target.shards)
    rows = write_facts(writer, start_run(district, firms, months, 1), lambda message, *_: print(message, end="\r", flush=True))
    return {"rows": rows, "load": rows / writer.writing, "planning": writer.planning}


def _sums(target: MeasuredEngine, own: Engine, files: FirmFiles, district: District) -> dict[str, Any]:
    versions, numbers = target.facts.month_versions(), target.facts.version_numbers()
    every = sorted(month for month in numbers if month)
    years = [every[start : start + 12] for start in range(0, len(every), 12)]
    queries = [statements.select_cube(numbers, months) for months in years]
    cube, count = measure_seconds(lambda: sum(len(target.facts.query(query, long_running=True)) for query in queries))
    columns, _ = measure_seconds(lambda: files.fill(versions, versions, long_running=True))
    whole, _ = measure_seconds(lambda: refresh(own, target.facts, files))
    snapshot, _ = measure_seconds(FactsRepository(own, district, target.facts, files).snapshot)
    return {"cube": cube, "cube_rows": count, "columns": columns, "whole": whole, "snapshot": snapshot}


def _month(target: MeasuredEngine, own: Engine, files: FirmFiles) -> dict[str, Any]:
    """Measure publishing the newest month once more, each output a little higher."""
    output = FACT_COLUMNS.index("output_fen")
    columns = select(*(fact.c[name] for name in FACT_COLUMNS)).where(fact.c.month == NEWEST_MONTH)
    old = [tuple(row) for row in target.facts.query(columns, long_running=True)]
    writer = FactsWriter(target.writer, target.shards)
    changed = [(*row[:2], writer.number, *row[3:output], row[output] + 1, *row[output + 1 :]) for row in old]
    write, _ = measure_seconds(lambda: (writer.month(NEWEST_MONTH, [changed]), writer.finish([NEWEST_MONTH])))
    query = statements.select_cube(target.facts.version_numbers(), [NEWEST_MONTH])
    sums, _ = measure_seconds(lambda: target.facts.query(query, long_running=True))
    shown, result = measure_seconds(lambda: refresh(own, target.facts, files))
    assert result is not None
    assert result.months == (NEWEST_MONTH,)
    total = (write + shown) / len(old) * 1e6
    return {
        "month_rows": len(old),
        "month_write": write,
        "month_cube": sums,
        "month_refresh": shown,
        "per_million": total,
    }


def _firms(target: MeasuredEngine, own: Engine, files: FirmFiles, district: District) -> dict[str, Any]:
    repository = FactsRepository(own, district, target.facts, files)
    snapshot = repository.snapshot()
    seconds, rows = measure_seconds(lambda: repository.firm_totals(snapshot, "output", _YEAR, _BEFORE))
    key = district.chains[0].key
    chain, _ = measure_seconds(lambda: repository.chain_firms(snapshot, key, [(_YEAR[0], _YEAR[-1]), (_BEFORE[0], _BEFORE[-1])]))
    medians, _ = measure_seconds(lambda: repository.chain_medians(snapshot, key, "output", (_BEFORE[0], _YEAR[-1])))
    comparable, _ = measure_seconds(lambda: snapshot.counted(CountedRows(tuple(_YEAR), tuple(_BEFORE), comparable=True)))
    return {"firm_totals": seconds, "firm_rows": len(rows), "chain": chain, "medians": medians, "comparable": comparable}


def markdown(runs: Sequence[dict[str, Any]]) -> str:
    """Format the runs as a Markdown table, one column each."""
    heads = [f"{r['on']}，{r['firms']:,}家×{r['months']}月，{r['areas']}个区域" for r in runs]
    lines = ["| | " + " | ".join(heads) + " |", "|---" * (len(runs) + 1) + "|"]
    for key, title, form in ROWS:
        lines.append(f"| {title} | " + " | ".join(form.format(r[key]) if key in r else "–" for r in runs) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the measurements once and write the results."""
    parser = argparse.ArgumentParser(prog="bench.engines")
    parser.add_argument("--on", choices=("sqlite", "postgresql", "shards"), required=True)
    parser.add_argument("--firms", type=int, default=10_000)
    parser.add_argument("--months", type=int, default=60)
    parser.add_argument("--areas", type=int, default=0)
    parser.add_argument("--into", type=Path, default=_RESULTS)
    options = parser.parse_args()
    results = run(options.on, options.firms, options.months, options.areas) | {"machine": machine("–")}
    file = options.into / "engines.json"
    options.into.mkdir(parents=True, exist_ok=True)
    runs = [*(json.loads(file.read_text(encoding="utf-8")) if file.exists() else []), results]
    file.write_text(json.dumps(runs, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (options.into / "engines.md").write_text(markdown(runs), encoding="utf-8")
    print(markdown([results]))


if __name__ == "__main__":
    main()
