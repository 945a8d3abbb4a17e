"""The same page over more and more firms, the cockpit alone in its own SQLite: ``python -m bench.growth``."""

from __future__ import annotations

import argparse
import json
import sys
import time
import urllib.request
from typing import Any

from playwright.sync_api import Browser

from bench import report
from bench.__main__ import data, port, step
from bench.browser import Visit, chromium, filters
from bench.servers import Running, sides

_WARM = 5


def main() -> None:
    """Measure each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--firms", type=int, nargs="+", default=[10_000, 150_000])
    parser.add_argument("--months", type=int, default=60)
    parser.add_argument("--changes", type=int, default=30)
    asked = parser.parse_args()
    with chromium() as browser:
        for firms in asked.firms:
            found = measure(browser, data(firms, asked.months), asked.changes)
            sys.stdout.write(json.dumps({"firms": firms, "months": asked.months, **found}) + "\n")
            sys.stdout.flush()


def measure(browser: Browser, url: str, changes: int) -> dict[str, Any]:
    """Seconds until it serves; a cold load, changes of filters, the first look at another period; memory."""
    _, side = sides(url, (port(), port()), 2)
    running = Running(side)
    try:
        step("cold loads")
        loads = []
        for _ in range(3):
            visit = Visit(browser)
            loads.append(visit.open(side.address, side.ready))
            visit.context.close()
        visit, wanted = Visit(browser), filters(changes + _WARM, 11)
        visit.open(side.address, side.ready)
        for chosen in wanted[:_WARM]:
            visit.change(chosen)
        step("changes")
        before = running.cpu()
        drawn = [visit.change(chosen)["drawn"] for chosen in wanted[_WARM:]]
        cpu = (running.cpu() - before) / changes * 1e3
        step("another period")
        told = {"start_seconds": running.start_seconds, "cold": report.median(loads), "change_p50": report.median(drawn)}
        told |= {"change_p95": report.p95(drawn), "cpu": cpu, "other_period_seconds": _other_period(side.address)}
        return told | {f"memory_{name}": amount for name, amount in running.memory().items()}
    finally:
        running.stop()


def _other_period(address: str) -> float:
    """Seconds of a first look at a year that nobody asked for before: all its firms are summed up."""
    asked = urllib.request.Request(f"{address}/_dash-layout", headers={"X-Cockpit-Address": "/?period=2020"})
    begun = time.perf_counter()
    with urllib.request.urlopen(asked, timeout=600) as answer:
        answer.read()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
