"""`make bench`: both apps on the same synthetic data, measured alternately. Options: ``--help``."""

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
from bench.servers import ROOT, RunningServer, sides

_WARM = 5
#: Number of selections that a crowd repeats: somewhat more than the responses that a worker caches.
_POPULAR = 300


def main() -> None:
    """Run the measurements and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("firms", 10_000), ("months", 60), ("loads", 5), ("changes", 40), ("people", 20), ("seconds", 15)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--heap", type=int, default=500, help="changes over which the browser's heap is watched")
    parser.add_argument("--many", type=int, default=200, help="people of a second crowd, at the cockpit alone")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--into", type=Path, default=ROOT / "bench" / "results")
    options = parser.parse_args()
    url = prepare_database(options.firms, options.months)
    with chromium() as browser:
        results = measure(browser, url, options)
    report.write(results, options.into)
    print(report.markdown(results))


def measure(browser: Browser, url: str, options: argparse.Namespace) -> dict[str, Any]:
    """Run all measurements of both apps."""
    results: dict[str, Any] = {
        "machine": report.machine(browser.version),
        "data": f"{options.firms:,} firms × {options.months} months",
    }
    running = [RunningServer(side) for side in sides(url, (free_port(), free_port()), options.workers)]
    try:
        for one in running:
            results[one.side.name] = {"start_seconds": one.start_seconds}
            report_progress(f"{one.side.name}: warm up")
            crowd(one.side, 2, 3)
        _loads(browser, running, options.loads, results)
        _changes(browser, running, options.changes, results)
        for one in running:
            report_progress(f"{one.side.name}: {options.people} people")
            new_selections = crowd(one.side, options.people, options.seconds)
            repeated = crowd(one.side, options.people, options.seconds, _POPULAR)
            for prefix, values in (("crowd", new_selections), ("again", repeated), ("memory", one.memory())):
                results[one.side.name] |= {f"{prefix}_{k}": v for k, v in values.items()}
        report_progress(f"cockpit: {options.many} people")
        results["cockpit"] |= {f"many_{k}": v for k, v in crowd(running[1].side, options.many, options.seconds).items()}
        _firms(browser, running[1], options.changes, results["cockpit"])
        if options.heap:
            results["cockpit"]["heap"] = _heap(browser, running[1], options.heap)
    finally:
        for one in running:
            one.stop()
    return results


def _loads(browser: Browser, running: list[RunningServer], repeats: int, results: dict[str, Any]) -> None:
    """Measure first and second visits, locally and over a slow line, alternating between the apps."""
    times_by_side: dict[str, dict[str, list[float]]] = {one.side.name: {} for one in running}
    for turn in range(repeats):
        for one in running:
            report_progress(f"{one.side.name}: load {turn + 1}/{repeats}")
            times = times_by_side[one.side.name]
            first = Visit(browser)
            times.setdefault("cold", []).append(first.open(one.side.address, one.side.ready))
            times.setdefault("sent", []).append(first.sent / 1e6)
            first.close()
            again = Visit(browser, first.context)
            times.setdefault("second", []).append(again.open(one.side.address, one.side.ready))
            first.context.close()
            slow = Visit(browser, slow=True)
            times.setdefault("cold_slow", []).append(slow.open(one.side.address, one.side.ready))
            slow.context.close()
    for name, times in times_by_side.items():
        results[name] |= {key: report.median(values) for key, values in times.items()} | {"loads": times}


def _changes(browser: Browser, running: list[RunningServer], repeats: int, results: dict[str, Any]) -> None:
    """Measure changes of the filters in alternating blocks, and the server's CPU time over each block."""
    selections = filters(repeats + _WARM, 11)
    visits = [Visit(browser) for _ in running]
    taken: list[list[dict[str, float]]] = [[] for _ in running]
    cpu = [0.0 for _ in running]
    for i, one in enumerate(running):
        visits[i].open(one.side.address, one.side.ready)
        for chosen in selections[:_WARM]:
            visits[i].change(chosen)
    for block in _blocks(selections[_WARM:], 10):
        for i, one in enumerate(running):
            report_progress(f"{one.side.name}: {len(block)} changes")
            before = one.cpu()
            taken[i] += [visits[i].change(chosen) for chosen in block]
            cpu[i] += one.cpu() - before
    for i, one in enumerate(running):
        durations = [t["rendered"] for t in taken[i]]
        middle = {f"change_{k}": report.median([t[k] for t in taken[i]]) for k in ("responded", "waited", "received", "requests")}
        results[one.side.name] |= middle | {
            "change_p50": report.median(durations),
            "change_p95": report.p95(durations),
            "change_bytes": report.median([t["bytes"] for t in taken[i]]) / 1e3,
            "cpu": cpu[i] / repeats * 1e3,
            "faults": visits[i].faults,
            "changes": durations,
        }
        visits[i].context.close()


def _firms(browser: Browser, one: RunningServer, repeats: int, results: dict[str, Any]) -> None:
    """Measure changes of the filters on the cockpit's page with the scatter chart and the list of firms."""
    report_progress("cockpit: the firms")
    selections, visit = filters(repeats + _WARM, 17), Visit(browser)
    visit.open(one.side.address, "document.querySelector('.ag-row')", "/land")
    for chosen in selections[:_WARM]:
        visit.change(chosen)
    before = one.cpu()
    durations = [visit.change(chosen)["rendered"] for chosen in selections[_WARM:]]
    results |= {
        "firms_p50": report.median(durations),
        "firms_p95": report.p95(durations),
        "firms_cpu": (one.cpu() - before) / repeats * 1e3,
    }
    results["faults"] += visit.faults
    visit.context.close()


def _blocks(items: list[Filters], size: int) -> list[list[Filters]]:
    return [items[i : i + size] for i in range(0, len(items), size)]


def _heap(browser: Browser, one: RunningServer, repeats: int) -> list[dict[str, float]]:
    """Measure heap and nodes after each tenth of the changes."""
    visit = Visit(browser)
    visit.open(one.side.address, one.side.ready)
    selections, samples = filters(min(repeats, 200), 23), []
    for i in range(repeats):
        visit.change(selections[i % len(selections)])
        if (i + 1) % max(repeats // 10, 1) == 0:
            samples.append({"changes": i + 1, **visit.heap()})
            report_progress(f"heap: {samples[-1]}")
    visit.context.close()
    return samples


def prepare_database(firms: int, months: int) -> str:
    """Create a database of synthetic data, which the next run uses again; returns its URL."""
    file = ROOT / ".state" / f"bench-{firms}x{months}.sqlite3"
    url = f"sqlite:///{file}"
    if not file.exists():
        report_progress("synthetic data")
        environment = os.environ | {"COCKPIT_DATABASE_URL": url}
        command = [sys.executable, "cli.py", "demo", "--firms", str(firms), "--months", str(months)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return url


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def report_progress(message: str) -> None:
    """Print what comes next."""
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
