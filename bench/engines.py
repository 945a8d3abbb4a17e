"""What the facts engines can do: load, publish a month, sum, list. Writes JSON and Markdown; no part of the tests.

    python -m bench.engines --on sqlite --firms 10000       # or postgresql, shards; --areas 90 for a province's counties

Each run adds to `bench/results/engines.json` and writes `engines.md` anew. Its databases live in a folder that is deleted.
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
from cockpit.district.areas import Town
from cockpit.district.district import District
from data.database.engine import open_engine, upgrade
from data.district_pack import load_district
from data.facts import statements
from data.facts.demonstration import write_facts
from data.facts.engine import Facts, open_facts
from data.facts.firm_files import FirmFiles
from data.facts.refresh import refresh
from data.facts.repository import FactsRepository
from data.facts.tables import fact
from data.facts.writing import FACT_COLUMNS, FactsWriter
from data.synthetic.district import NEWEST, begin

_RESULTS = Path(__file__).parent / "results"
_SERVER = ("shared_buffers=1GB", "work_mem=256MB", "maintenance_work_mem=512MB", "max_wal_size=4GB", "jit=off")
_PATIENCE = 30.0
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
class Place:
    """A facts engine to be measured: how it is filled and how the cockpit sees it."""

    writer: Engine
    facts: Facts
    shards: dict[str, Engine] = field(default_factory=dict)


def district_of(areas: int) -> District:
    """The district's own towns, or so many made-up areas: a province's counties."""
    own = load_district("linping")
    if not areas:
        return own
    towns = tuple(Town(key=f"c{n:03d}", code=f"33{n:010d}", name=f"第{n}县", short=f"{n}县") for n in range(areas))
    return own.model_copy(update={"towns": towns})


def place(kind: str, home: Path, district: District, last: ExitStack) -> Place:
    """Start what ``kind`` needs; ``last`` stops it."""
    if kind == "sqlite":
        url = f"sqlite:///{home}/facts.sqlite3"
        return Place(open_engine(url), open_facts(url, _PATIENCE))
    clusters = {name: Cluster(home / name, *_SERVER) for name in (("c", "n1", "n2") if kind == "shards" else ("c",))}
    for cluster in clusters.values():
        last.callback(cluster.stop)
    coordinator = clusters.pop("c")
    made = Place(open_engine(coordinator.url), open_facts(coordinator.url, _PATIENCE))
    if clusters:
        keys = [t.key for t in district.towns]
        towns = {"n1": keys[::2], "n2": keys[1::2]}
        join_shards(made.writer, clusters, towns)
        made.shards = shards_of(clusters, towns)
    return made


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds and what came of it."""
    began = time.perf_counter()
    done = work()
    return time.perf_counter() - began, done


def told(part: dict[str, Any]) -> dict[str, Any]:
    """The figures so far, on the screen: a run takes minutes."""
    print("\n", json.dumps(part), flush=True)
    return part


def run(kind: str, firms: int, months: int, areas: int) -> dict[str, Any]:
    """One measurement of everything."""
    district = district_of(areas)
    with ExitStack() as last:
        home = Path(last.enter_context(tempfile.TemporaryDirectory(prefix="engines-")))
        at = place(kind, home, district, last)
        own = open_engine(f"sqlite:///{home}/own.sqlite3")
        upgrade(own)
        found = {"on": kind, "firms": firms, "months": months, "areas": len(district.towns)}
        found |= told(_load(at, district, firms, months))
        files = FirmFiles(home / "columns", at.facts)
        found |= told(_sums(at, own, files, district))
        found |= told(_month(at, own, files))
        found |= told(_firms(at, own, files, district))
        at.facts.let_go()
        for engine in (own, at.writer, *at.shards.values()):
            engine.dispose()
    return found | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


class _Stopwatch(FactsWriter):
    """Writes, and tells the time of making rows from that of writing them, and both from that of the planner's figures."""

    making = writing = planning = 0.0

    def month(self, month: int, parts: Iterable[Iterable[tuple[Any, ...]]]) -> int:
        made = self._made(parts)
        making = self.making
        seconds, written = timed(lambda: super(_Stopwatch, self).month(month, made))
        self.writing += seconds - (self.making - making)
        return int(written)

    def finish(self, months: Any) -> int:
        self.planning, number = timed(lambda: super(_Stopwatch, self).finish(months))
        return int(number)

    def _made(self, parts: Iterable[Iterable[tuple[Any, ...]]]) -> Iterator[list[tuple[Any, ...]]]:
        rest = iter(parts)
        while True:
            seconds, part = timed(lambda: next(rest, None))
            self.making += seconds
            if part is None:
                return
            yield list(part)


def _load(at: Place, district: District, firms: int, months: int) -> dict[str, Any]:
    writer = _Stopwatch(at.writer, at.shards)
    rows = write_facts(writer, begin(district, firms, months, 1), lambda words, *_: print(words, end="\r", flush=True))
    return {"rows": rows, "load": rows / writer.writing, "planning": writer.planning}


def _sums(at: Place, own: Engine, files: FirmFiles, district: District) -> dict[str, Any]:
    editions, chosen = at.facts.editions(), at.facts.published()
    every = sorted(month for month in chosen if month)
    years = [every[start : start + 12] for start in range(0, len(every), 12)]
    cube, count = timed(lambda: sum(len(at.facts.ask(statements.cube_rows(chosen, some), patient=True)) for some in years))
    columns, _ = timed(lambda: files.fill(editions, editions, patient=True))
    whole, _ = timed(lambda: refresh(own, at.facts, files))
    snapshot, _ = timed(FactsRepository(own, district, at.facts, files).snapshot)
    return {"cube": cube, "cube_rows": count, "columns": columns, "whole": whole, "snapshot": snapshot}


def _month(at: Place, own: Engine, files: FirmFiles) -> dict[str, Any]:
    """The newest month published again, each output a little higher."""
    output = FACT_COLUMNS.index("output_fen")
    columns = select(*(fact.c[name] for name in FACT_COLUMNS)).where(fact.c.month == NEWEST)
    old = [tuple(row) for row in at.facts.ask(columns, patient=True)]
    writer = FactsWriter(at.writer, at.shards)
    changed = [(*row[:2], writer.number, *row[3:output], row[output] + 1, *row[output + 1 :]) for row in old]
    write, _ = timed(lambda: (writer.month(NEWEST, [changed]), writer.finish([NEWEST])))
    sums, _ = timed(lambda: at.facts.ask(statements.cube_rows(at.facts.published(), [NEWEST]), patient=True))
    shown, done = timed(lambda: refresh(own, at.facts, files))
    assert done is not None
    assert done.months == (NEWEST,)
    total = (write + shown) / len(old) * 1e6
    return {
        "month_rows": len(old),
        "month_write": write,
        "month_cube": sums,
        "month_refresh": shown,
        "per_million": total,
    }


def _firms(at: Place, own: Engine, files: FirmFiles, district: District) -> dict[str, Any]:
    repository = FactsRepository(own, district, at.facts, files)
    held = repository.snapshot()
    seconds, rows = timed(lambda: repository.firm_totals(held, "output", _YEAR, _BEFORE))
    key = district.chains[0].key
    chain, _ = timed(lambda: repository.chain_firms(held, key, [(_YEAR[0], _YEAR[-1]), (_BEFORE[0], _BEFORE[-1])]))
    medians, _ = timed(lambda: repository.chain_medians(held, key, "output", (_BEFORE[0], _YEAR[-1])))
    comparable, _ = timed(lambda: repository.comparable(held, _YEAR, _BEFORE))
    return {"firm_totals": seconds, "firm_rows": len(rows), "chain": chain, "medians": medians, "comparable": comparable}


def markdown(runs: Sequence[dict[str, Any]]) -> str:
    """A column a run."""
    heads = [f"{r['on']}，{r['firms']:,}家×{r['months']}月，{r['areas']}个区域" for r in runs]
    lines = ["| | " + " | ".join(heads) + " |", "|---" * (len(runs) + 1) + "|"]
    for key, title, form in ROWS:
        lines.append(f"| {title} | " + " | ".join(form.format(r[key]) if key in r else "–" for r in runs) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure once and write down."""
    parser = argparse.ArgumentParser(prog="bench.engines")
    parser.add_argument("--on", choices=("sqlite", "postgresql", "shards"), required=True)
    parser.add_argument("--firms", type=int, default=10_000)
    parser.add_argument("--months", type=int, default=60)
    parser.add_argument("--areas", type=int, default=0)
    parser.add_argument("--into", type=Path, default=_RESULTS)
    given = parser.parse_args()
    found = run(given.on, given.firms, given.months, given.areas) | {"machine": machine("–")}
    file = given.into / "engines.json"
    given.into.mkdir(parents=True, exist_ok=True)
    runs = [*(json.loads(file.read_text(encoding="utf-8")) if file.exists() else []), found]
    file.write_text(json.dumps(runs, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (given.into / "engines.md").write_text(markdown(runs), encoding="utf-8")
    print(markdown([found]))


if __name__ == "__main__":
    main()
