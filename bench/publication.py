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
from data.synthetic.firms import REGISTER, made_up

_NEWEST, _MONTHS = 202212, 60


def workbook(path: Path, rows: int, seed: int = 3) -> None:
    """Save a workbook with so many monthly rows of made-up firms, sixty months each, and their register."""
    district = load_district("linping")
    firms = made_up(district, rows // _MONTHS, _MONTHS, seed)
    book = openpyxl.Workbook(write_only=True)
    register = book.create_sheet(ENTERPRISES.title)
    fields = [ENTERPRISES.column(name) for name in REGISTER]
    register.append([f.header for f in fields])
    towns, chains = {t.key: t.name for t in district.towns}, {c.key: c.name for c in district.chains}
    for row in firms.rows(district, slice(0, rows // _MONTHS)):
        told = dict(zip(REGISTER, row, strict=True))
        told |= {"town": towns[told["town"]], "chain": chains[told["chain"]]}
        register.append([told[name] for name in REGISTER])
    sheet, chance = book.create_sheet(MONTHLY.title), np.random.default_rng(seed)
    sheet.append([c.header for c in MONTHLY.columns])
    for month in m.span(m.shift(_NEWEST, 1 - _MONTHS), _NEWEST):
        sizes = (firms.size * chance.uniform(0.8, 1.2, len(firms))).round(2).tolist()
        for code, size in zip(firms.codes, sizes, strict=True):
            told = {
                "credit_code": code,
                "month": m.iso(month),
                "basis": "当月",
                "output_fen": size,
                "tax_fen": round(size * 0.06, 2),
            }
            told |= {"revenue_fen": round(size * 0.95, 2), "value_added_fen": round(size * 0.24, 2), "staff": int(size / 20) + 3}
            sheet.append([told.get(c.field) for c in MONTHLY.columns])
    book.save(path)


def measure(command: str, file: Path, url: str) -> dict[str, float]:
    """Seconds and peak megabytes of a command over the file."""
    environment = os.environ | {"COCKPIT_DATABASE_URL": url}
    words = [sys.executable, "-m", "bench.publication", "--run", command, str(file)]
    begun = time.perf_counter()
    done = subprocess.run(words, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return {"seconds": time.perf_counter() - begun, "peak_mb": json.loads(done.stdout.splitlines()[-1])["peak_mb"]}


def _run(command: str, file: str) -> None:
    """The command in a process of its own; the last line tells its peak."""
    more = ["--who", "测量", "--accept-warnings"] if command == "load" else []
    subprocess.run([sys.executable, "cli.py", command, file, *more], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"peak_mb": peak}) + "\n")


def main() -> None:
    """Measure workbooks of growing size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[50_000, 100_000, 200_000, 400_000])
    parser.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        _run(*asked.run)
        return
    with tempfile.TemporaryDirectory() as folder:
        for rows in asked.rows:
            file, told = Path(folder) / f"{rows}.xlsx", {"rows": rows}
            workbook(file, rows)
            found: dict[str, Any] = {"mb": file.stat().st_size / 1e6}
            for command in ("check", "load"):
                found[command] = measure(command, file, f"sqlite:///{folder}/{rows}.sqlite3")
            sys.stdout.write(json.dumps(told | found) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
