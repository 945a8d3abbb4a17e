"""Seconds and memory of ``cli.py check`` and ``load`` over a large workbook: ``python -m bench.publication``."""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl

from bench.servers import ROOT
from cockpit.calendar import months as m
from cockpit.contracts.sheets import ENTERPRISES, MONTHLY
from data.district_pack import load_district
from data.synthetic.firms import generate_firms

_NEWEST, _MONTHS = 202212, 60


def workbook(path: Path, rows: int, seed: int = 3) -> None:
    """Save a workbook with so many monthly rows of synthetic firms, sixty months each, and their register."""
    district = load_district("linping")
    firms = generate_firms(district, rows // _MONTHS, _MONTHS, seed)
    book = openpyxl.Workbook(write_only=True)
    register = book.create_sheet(ENTERPRISES.title)
    register.append([c.header for c in ENTERPRISES.columns])
    towns, chains = {t.key: t.name for t in district.towns}, {c.key: c.name for c in district.chains}
    for row in firms.rows(district, slice(0, rows // _MONTHS)):
        row_values = dict(zip(ENTERPRISES.fields, row, strict=True))
        row_values |= {"town": towns[row_values["town"]], "chain": chains[row_values["chain"]]}
        register.append([row_values[name] for name in ENTERPRISES.fields])
    sheet, chance = book.create_sheet(MONTHLY.title), np.random.default_rng(seed)
    sheet.append([c.header for c in MONTHLY.columns])
    for month in m.span(m.shift(_NEWEST, 1 - _MONTHS), _NEWEST):
        sizes = (firms.size * chance.uniform(0.8, 1.2, len(firms))).round(2).tolist()
        for code, size in zip(firms.codes, sizes, strict=True):
            row_values = {
                "credit_code": code,
                "month": m.iso(month),
                "basis": "当月",
                "output_fen": size,
                "tax_fen": round(size * 0.06, 2),
            }
            row_values |= {
                "revenue_fen": round(size * 0.95, 2),
                "value_added_fen": round(size * 0.24, 2),
                "staff": int(size / 20) + 3,
            }
            sheet.append([row_values.get(c.field) for c in MONTHLY.columns])
    book.save(path)


def measure(command: str, file: Path, url: str) -> dict[str, float]:
    """Measure seconds and peak megabytes of a command over the file."""
    environment = os.environ | {"COCKPIT_DATABASE_URL": url}
    arguments = [sys.executable, "-m", "bench.publication", "--run", command, str(file)]
    started = time.perf_counter()
    done = subprocess.run(arguments, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return {"seconds": time.perf_counter() - started, "peak_mb": json.loads(done.stdout.splitlines()[-1])["peak_mb"]}


def _run(command: str, file: str) -> None:
    """Run the command in a process of its own and print its peak memory as the last line."""
    options = ["--who", "测量", "--accept-warnings"] if command == "load" else []
    subprocess.run([sys.executable, "cli.py", command, file, *options], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"peak_mb": peak}) + "\n")


def main() -> None:
    """Measure workbooks of growing size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[50_000, 100_000, 200_000, 400_000])
    parser.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        _run(*options.run)
        return
    with tempfile.TemporaryDirectory() as folder:
        for rows in options.rows:
            file = Path(folder) / f"{rows}.xlsx"
            workbook(file, rows)
            results: dict[str, Any] = {"rows": rows, "mb": file.stat().st_size / 1e6}
            for command in ("check", "load"):
                results[command] = measure(command, file, f"sqlite:///{folder}/{rows}.sqlite3")
            sys.stdout.write(json.dumps(results) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
