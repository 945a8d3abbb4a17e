"""The results as a Markdown table and as JSON, with the machine and the versions that they were measured on."""

from __future__ import annotations

import json
import os
import platform
import statistics
from importlib.metadata import version
from pathlib import Path
from typing import Any

_PACKAGES = ("dash", "plotly", "pandas", "numpy", "SQLAlchemy", "gunicorn", "playwright")


def machine(browser: str) -> dict[str, Any]:
    """Describe the machine and the versions of the packages."""
    cpu = [line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    memory = next((int(line.split()[1]) / 1e6 for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0.0)
    return {
        "cpu": cpu[0] if cpu else platform.processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory, 1),
        "load_average": [round(x, 2) for x in os.getloadavg()],
        "python": platform.python_version(),
        "chromium": browser,
        **{name.lower(): version(name) for name in _PACKAGES},
    }


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def p95(values: list[float]) -> float:
    """Return the value that 95 % do not exceed."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)]


def median(values: list[float]) -> float:
    """Return the median."""
    return statistics.median(values)


#: (title, key of the results, unit, digits, whether less is better)
ROWS = (
    ("cold load → all drawn", "cold", "ms", 0, True),
    ("the same at 20 Mbit/s and 20 ms", "cold_slow", "ms", 0, True),
    ("second visit", "second", "ms", 0, True),
    ("sent, cold", "sent", "MB", 2, True),
    ("filter change → all drawn, median", "change_p50", "ms", 0, True),
    ("filter change → all drawn, p95", "change_p95", "ms", 0, True),
    ("bytes of a change", "change_bytes", "KB", 1, True),
    ("server CPU a change", "cpu", "ms", 1, True),
    ("many people, each selection new: changes a second", "crowd_rate", "/s", 1, False),
    ("the same, p95", "crowd_p95", "ms", 0, True),
    ("the same, errors", "crowd_errors", "", 0, True),
    ("many people, the same 300 selections: changes a second", "again_rate", "/s", 1, False),
    ("the same, p95", "again_p95", "ms", 0, True),
    ("the same, errors", "again_errors", "", 0, True),
    ("memory, all processes (PSS)", "memory_total", "MB", 0, True),
    ("memory, one worker (PSS)", "memory_worker", "MB", 0, True),
)


def markdown(results: dict[str, Any]) -> str:
    """Format the table: plain app, cockpit, and how many times better."""
    lines = ["| | plain Dash | cockpit | ratio |", "|---|---|---|---|"]
    for name, key, unit, digits, less in ROWS:
        plain, ours = results["plain"].get(key), results["cockpit"].get(key)
        if plain is None or ours is None:
            continue
        above, below = (plain, ours) if less else (ours, plain)
        ratio = f"{above / below:.1f} ×" if below else "–"
        lines.append(f"| {name} | {plain:,.{digits}f} {unit} | {ours:,.{digits}f} {unit} | {ratio} |")
    ours, on = results["cockpit"], results["machine"]
    if "firms_p50" in ours:
        firms = f"change {ours['firms_p50']:,.0f} ms, p95 {ours['firms_p95']:,.0f} ms, CPU {ours['firms_cpu']:,.1f} ms"
        lines += ["", f"The cockpit's page with the scatter of firms and their list: {firms}."]
        lines += [f"{ours['many_rate']:,.1f} changes a second by many more people, p95 {ours['many_p95']:,.0f} ms, "
                  f"{ours['many_errors']} errors."]  # fmt: skip
    where = f"{on['cores']} × {on['cpu']}, {on['memory_gb']} GB, load at the start {on['load_average'][0]}"
    what = f"Chromium {on['chromium']}, Python {on['python']}, Dash {on['dash']}, Plotly {on['plotly']}"
    lines += ["", f"{where}; {what}; {results['data']}."]
    return "\n".join(lines) + "\n"


def write(results: dict[str, Any], folder: Path) -> None:
    """Write ``results.json`` and ``results.md``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / "results.md").write_text(markdown(results), encoding="utf-8")
