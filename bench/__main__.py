"""`make bench`: both apps on the same made-up district, measured in turns. Options: ``--help``."""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from bench import report
from bench.browser import Filters, Visit, chromium, filters
from bench.crowd import crowd
from bench.servers import ROOT, Running, sides

_WARM = 5
#: Selections that a crowd asks for again and again: some more than the answers that a worker keeps.
_POPULAR = 300


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("firms", 10_000), ("months", 60), ("loads", 5), ("changes", 40), ("people", 20), ("seconds", 15)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--heap", type=int, default=500, help="changes over which the browser's heap is watched")
    parser.add_argument("--many", type=int, default=200, help="people of a second crowd, at the cockpit alone")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--into", type=Path, default=ROOT / "bench" / "results")
    asked = parser.parse_args()
    url = data(asked.firms, asked.months)
    with chromium() as browser:
        found = measure(browser, url, asked)
    report.write(found, asked.into)
    print(report.markdown(found))


def measure(browser: Browser, url: str, asked: argparse.Namespace) -> dict[str, Any]:
    """All figures of both sides."""
    found: dict[str, Any] = {"machine": report.machine(browser.version), "data": f"{asked.firms:,} firms × {asked.months} months"}
    running = [Running(side) for side in sides(url, (port(), port()), asked.workers)]
    try:
        for one in running:
            found[one.side.name] = {"start_seconds": one.start_seconds}
            step(f"{one.side.name}: warm up")
            crowd(one.side, 2, 3)
        _loads(browser, running, asked.loads, found)
        _changes(browser, running, asked.changes, found)
        for one in running:
            step(f"{one.side.name}: {asked.people} people")
            told = crowd(one.side, asked.people, asked.seconds)
            again = crowd(one.side, asked.people, asked.seconds, _POPULAR)
            memory = one.memory()
            found[one.side.name] |= {f"crowd_{k}": v for k, v in told.items()} | {f"again_{k}": v for k, v in again.items()}
            found[one.side.name] |= {f"memory_{k}": v for k, v in memory.items()}
        step(f"cockpit: {asked.many} people")
        found["cockpit"] |= {f"many_{k}": v for k, v in crowd(running[1].side, asked.many, asked.seconds).items()}
        _firms(browser, running[1], asked.changes, found["cockpit"])
        if asked.heap:
            found["cockpit"]["heap"] = _heap(browser, running[1], asked.heap)
    finally:
        for one in running:
            one.stop()
    return found


def _loads(browser: Browser, running: list[Running], times: int, found: dict[str, Any]) -> None:
    """First and second visits, on this machine and over a slow line, in turns."""
    seen: dict[str, dict[str, list[float]]] = {one.side.name: {} for one in running}
    for turn in range(times):
        for one in running:
            step(f"{one.side.name}: load {turn + 1}/{times}")
            mine = seen[one.side.name]
            first = Visit(browser)
            mine.setdefault("cold", []).append(first.open(one.side.address, one.side.ready))
            mine.setdefault("sent", []).append(first.sent / 1e6)
            first.close()
            again = Visit(browser, first.context)
            mine.setdefault("second", []).append(again.open(one.side.address, one.side.ready))
            first.context.close()
            slow = Visit(browser, slow=True)
            mine.setdefault("cold_slow", []).append(slow.open(one.side.address, one.side.ready))
            slow.context.close()
    for name, mine in seen.items():
        found[name] |= {key: report.median(values) for key, values in mine.items()} | {"loads": mine}


def _changes(browser: Browser, running: list[Running], times: int, found: dict[str, Any]) -> None:
    """Changes of the filters, in blocks that take turns; CPU over each block."""
    wanted = filters(times + _WARM, 11)
    visits = [Visit(browser) for _ in running]
    taken: list[list[dict[str, float]]] = [[] for _ in running]
    cpu = [0.0 for _ in running]
    for i, one in enumerate(running):
        visits[i].open(one.side.address, one.side.ready)
        for chosen in wanted[:_WARM]:
            visits[i].change(chosen)
    for block in _blocks(wanted[_WARM:], 10):
        for i, one in enumerate(running):
            step(f"{one.side.name}: {len(block)} changes")
            before = one.cpu()
            taken[i] += [visits[i].change(chosen) for chosen in block]
            cpu[i] += one.cpu() - before
    for i, one in enumerate(running):
        drawn = [t["drawn"] for t in taken[i]]
        middle = {f"change_{k}": report.median([t[k] for t in taken[i]]) for k in ("answered", "waited", "received", "asked")}
        found[one.side.name] |= middle | {
            "change_p50": report.median(drawn),
            "change_p95": report.p95(drawn),
            "change_bytes": report.median([t["bytes"] for t in taken[i]]) / 1e3,
            "cpu": cpu[i] / times * 1e3,
            "faults": visits[i].faults,
            "changes": drawn,
        }
        visits[i].context.close()


def _firms(browser: Browser, one: Running, times: int, found: dict[str, Any]) -> None:
    """Changes of the filters on the cockpit's page with the scatter of firms and their list."""
    step("cockpit: the firms")
    wanted, visit = filters(times + _WARM, 17), Visit(browser)
    visit.open(one.side.address, "document.querySelector('.ag-row')", "/land")
    for chosen in wanted[:_WARM]:
        visit.change(chosen)
    before = one.cpu()
    drawn = [visit.change(chosen)["drawn"] for chosen in wanted[_WARM:]]
    found |= {"firms_p50": report.median(drawn), "firms_p95": report.p95(drawn), "firms_cpu": (one.cpu() - before) / times * 1e3}
    found["faults"] += visit.faults
    visit.context.close()


def _blocks(items: list[Filters], size: int) -> list[list[Filters]]:
    return [items[i : i + size] for i in range(0, len(items), size)]


def _heap(browser: Browser, one: Running, times: int) -> list[dict[str, float]]:
    """Heap and nodes after each tenth of so many changes."""
    visit = Visit(browser)
    visit.open(one.side.address, one.side.ready)
    wanted, found = filters(min(times, 200), 23), []
    for i in range(times):
        visit.change(wanted[i % len(wanted)])
        if (i + 1) % max(times // 10, 1) == 0:
            found.append({"changes": i + 1, **visit.heap()})
            step(f"heap: {found[-1]}")
    visit.context.close()
    return found


def data(firms: int, months: int) -> str:
    """A database with the made-up district, kept for the next run."""
    file = ROOT / ".state" / f"bench-{firms}x{months}.sqlite3"
    url = f"sqlite:///{file}"
    if not file.exists():
        step("made-up district")
        environment = os.environ | {"COCKPIT_DATABASE_URL": url}
        command = [sys.executable, "cli.py", "demo", "--firms", str(firms), "--months", str(months)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return url


def port() -> int:
    """A free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def step(words: str) -> None:
    """Tell what comes."""
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
