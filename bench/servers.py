"""Both servers as processes, and their CPU time and memory over the whole process tree."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
_TICKS = os.sysconf("SC_CLK_TCK")
_WAIT_SECONDS = 300


@dataclass(frozen=True)
class ServerSide:
    """One of the two apps: how it is started, and ``ready``, the script that tells whether its page is complete."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    ready: str
    address: str


def sides(url: str, ports: tuple[int, int], workers: int) -> tuple[ServerSide, ServerSide]:
    """Return the plain app and the cockpit on the same database."""
    python = sys.executable
    plain = ServerSide(
        "plain",
        (python, "-m", "bench.plain", url, str(ports[0])),
        {},
        "document.querySelectorAll('.js-plotly-plot .main-svg').length >= 10 && document.querySelector('.ag-row')",
        f"http://127.0.0.1:{ports[0]}",
    )
    return plain, cockpit({"COCKPIT_DATABASE_URL": url}, ports[1], workers)


def cockpit(environment: dict[str, str], port: int, workers: int) -> ServerSide:
    """Return the cockpit with these settings."""
    return ServerSide(
        "cockpit",
        (sys.executable, "cli.py", "serve", "--port", str(port), "--workers", str(workers)),
        environment,
        "document.querySelector('.town-map') && document.querySelector('.trend') && document.querySelector('.kpi')",
        f"http://127.0.0.1:{port}",
    )


class RunningServer:
    """A started server."""

    def __init__(self, side: ServerSide) -> None:
        self.side = side
        environment = {k: v for k, v in os.environ.items() if not k.startswith("COCKPIT_")} | side.environment
        started = time.perf_counter()
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(side.command, cwd=ROOT, env=environment, **quiet)  # type: ignore[call-overload]
        while True:
            try:
                with urllib.request.urlopen(f"{side.address}/_dash-layout", timeout=5):
                    break
            except OSError:
                if self.process.poll() is not None or time.perf_counter() - started > _WAIT_SECONDS:
                    raise RuntimeError(f"{side.name} did not start") from None
                time.sleep(0.1)
        self.start_seconds = time.perf_counter() - started

    def stop(self) -> None:
        """Stop the process."""
        self.process.terminate()
        self.process.wait(30)

    def pids(self) -> list[int]:
        """Return the ids of the process and its children."""
        pids = [self.process.pid]
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(stat.read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent == self.process.pid:
                pids.append(int(stat.parent.name))
        return pids

    def cpu(self) -> float:
        """Return the seconds of CPU used so far, in steps of 10 ms."""
        total = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / _TICKS

    def memory(self) -> dict[str, float]:
        """Return megabytes: ``total`` counts shared pages once; ``worker`` is the largest child, or the process itself."""
        sizes = {pid: _pss(pid) for pid in self.pids()}
        children = [size for pid, size in sizes.items() if pid != self.process.pid]
        return {"total": sum(sizes.values()), "worker": max(children or sizes.values())}


def _pss(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0
