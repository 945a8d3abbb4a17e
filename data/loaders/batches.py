"""Reading a file into a checked batch: parse -> check -> typed frames and every finding."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cockpit.batch import Batch, Source
from cockpit.columns import Kind
from cockpit.contracts import ENTERPRISES, EVALUATION_INPUTS, MONTHLY, SHEET_BY_TITLE, SHEETS, TARGETS
from cockpit.district import District, nearest
from cockpit.errors import SourceError
from cockpit.findings import Finding
from cockpit.published import Published
from data.loaders import checks, monthly, targets
from data.loaders.cells import Names
from data.loaders.delimited import folder_paths
from data.loaders.grid import Grid
from data.loaders.limits import Limits
from data.loaders.parsing import parse
from data.loaders.refusal import Refused
from data.loaders.rows import Rows
from data.loaders.sources import known_titles, read_grids
from data.sandbox.workbook import plain_title

Progress = Callable[[str, int, int], None]
_DTYPES = {
    Kind.MONEY: "Int64",
    Kind.NUMBER: "float64",
    Kind.COUNT: "float64",
    Kind.FLAG: "boolean",
    Kind.MONTH: "int64",
    Kind.YEAR: "int64",
    Kind.DATE: "datetime64[s]",
}


def read_batch(
    path: Path,
    district: District,
    published: Published,
    *,
    today: date,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Batch:
    """A file as a checked batch; a file that can't be read has the one finding E101.

    Raises ``SourceError`` when there is no such file.
    """
    if not path.exists():
        raise SourceError(f"找不到文件：{path}。请检查路径和文件名。")
    tell = progress or (lambda what, done, of: None)
    tell("读取文件", 0, 1)
    try:
        source = _source(path)
        grids, unknown = read_grids(path, limits or Limits())
    except Refused as refusal:
        return _refused(source, str(refusal))
    except OSError as error:
        raise SourceError(f"文件打不开：{path}（{error.strerror}）。请检查权限。") from error
    return check_grids(source, grids, unknown, district, published, today, tell)


def check_grids(
    source: Source,
    grids: Sequence[Grid],
    unknown: Sequence[str],
    district: District,
    published: Published,
    today: date,
    tell: Progress,
) -> Batch:
    """Parse and check the grids of a source, whatever it was."""
    titles = known_titles()
    names = Names(district, today)
    findings = [_ignored(title) for title in unknown]
    by_title: dict[str, Grid] = {}
    for grid in grids:
        title = titles[plain_title(grid.title)]
        if title in by_title:
            findings.append(Finding("E109", title, None, None, None, None, f"“{title}”出现了两次。请合并成一张表。"))
            continue
        by_title[title] = grid
    if not by_title:
        known = "、".join(s.title for s in SHEETS)
        return _refused(source, f"没有找到任何认识的工作表。工作表应命名为：{known}。")
    parsed: dict[str, Rows] = {}
    ordered = [s for s in SHEETS if s.title in by_title]
    for done, sheet in enumerate(ordered):
        tell(f"检查{sheet.title}", done, len(ordered))
        rows, found = parse(by_title[sheet.title], sheet, names)
        findings += found
        if rows is not None:
            parsed[sheet.table] = rows
    findings += _cross_check(parsed, published)
    frames, fields = {}, {}
    for table, rows in parsed.items():
        findings += rows.findings
        frames[table] = _frame(rows)
        fields[table] = frozenset(rows.places)
    sheet_names = {SHEET_BY_TITLE[t].table: g.title for t, g in by_title.items()}
    tell("检查完毕", len(ordered), len(ordered))
    return Batch(source, frames, fields, sheet_names, tuple(_sorted(findings)))


def _ignored(title: str) -> Finding:
    near = nearest(title, [s.title for s in SHEETS])
    hint = f"若是“{near}”，请把工作表改成这个名字。" if near else ""
    return Finding("N202", title, None, None, None, None, f"工作表“{title}”不在规定的表中，已忽略。{hint}")


def _cross_check(parsed: dict[str, Rows], published: Published) -> list[Finding]:
    register = checks.Register(published.enterprises(), parsed.get(ENTERPRISES.table))
    for rows in parsed.values():
        checks.check_known(rows, register)
        checks.check_parts(rows)
    if TARGETS.table in parsed:
        targets.convert(parsed[TARGETS.table])
    if EVALUATION_INPUTS.table in parsed:
        checks.check_land(parsed[EVALUATION_INPUTS.table], register)
    if MONTHLY.table not in parsed:
        return []
    rows = parsed[MONTHLY.table]
    spans, missing = monthly.settle(rows, published, register)
    rows.values["span"] = spans.astype(object)
    return missing


def _frame(rows: Rows) -> pd.DataFrame:
    """The rows without an error, typed; missing is NA."""
    keep = ~rows.faulty
    columns: dict[str, Any] = {}
    for column in rows.sheet.columns:
        values = rows.values[column.field][keep]
        dtype = _DTYPES.get(column.kind, "str")
        if dtype == "int64" and not column.required:
            dtype = "Int64"
        if column.kind is Kind.DATE:
            columns[column.field] = pd.to_datetime(pd.Series(values, dtype=object)).astype(dtype)
        elif column.kind in (Kind.NUMBER, Kind.COUNT):
            columns[column.field] = pd.Series([np.nan if v is None else v for v in values], dtype=dtype)
        else:
            columns[column.field] = pd.Series(values, dtype=object).astype(dtype)
    if "span" in rows.values:
        columns["span"] = pd.Series(rows.values["span"][keep], dtype="int64")
    return pd.DataFrame(columns).assign(source_row=rows.number[keep])


def _source(path: Path) -> Source:
    digest = hashlib.sha256()
    size = 0
    for file in folder_paths(path) if path.is_dir() else [path]:
        if path.is_dir():
            digest.update(file.name.encode())
        with file.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
                size += len(chunk)
    return Source(path.name, digest.hexdigest(), size)


def _refused(source: Source, words: str) -> Batch:
    return Batch(source, {}, {}, {}, (Finding("E101", None, None, None, None, source.name, words),))


def _sorted(findings: list[Finding]) -> list[Finding]:
    place = {s.title: i for i, s in enumerate(SHEETS)}
    severity = {"E": 0, "W": 1, "N": 2}
    return sorted(findings, key=lambda f: (place.get(f.sheet or "", 99), severity[f.code[0]], f.row or 0, f.code, f.letter or ""))
