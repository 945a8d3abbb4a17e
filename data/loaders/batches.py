"""Reading a file into a checked batch: parse -> check -> typed frames and every finding."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path

from cockpit.contracts.batch import Batch, Source
from cockpit.contracts.columns import Sheet
from cockpit.contracts.findings import Finding
from cockpit.contracts.published import PublishedData
from cockpit.contracts.sheets import ENTERPRISES, EVALUATION_INPUTS, MONTHLY, SHEET_BY_TABLE, SHEET_BY_TITLE, SHEETS, TARGETS
from cockpit.district.district import District, nearest
from cockpit.errors import SourceError
from data.loaders.cells.cells import ParseContext
from data.loaders.checks import checks, monthly, targets
from data.loaders.headers.headers import ColumnMapping
from data.loaders.parsing import Parser
from data.loaders.rows import ParsedRows
from data.loaders.sources.delimited import folder_paths
from data.loaders.sources.disk_errors import disk_errors
from data.loaders.sources.grid import Grid
from data.loaders.sources.limits import Limits
from data.loaders.sources.sources import known_titles, read_grids
from data.loaders.sources.unreadable import UnreadableSource
from data.loaders.store import BatchStore, StoredRows
from data.sandbox.workbook import plain_title

Progress = Callable[[str, int, int], None]


def read_batch(
    path: Path,
    district: District,
    published: PublishedData,
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
    except UnreadableSource as refusal:
        return _refused(source, str(refusal))
    except OSError as error:
        raise SourceError(f"文件打不开：{path}（{error.strerror}）。请检查权限。") from error
    return check_grids(source, grids, unknown, district, published, today, tell)


def check_grids(
    source: Source,
    grids: Sequence[Grid],
    unknown: Sequence[str],
    district: District,
    published: PublishedData,
    today: date,
    tell: Progress,
) -> Batch:
    """Parse and check the grids of a source, whatever it was."""
    titles = known_titles()
    context = ParseContext(district, today)
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
    ordered = [s for s in SHEETS if s.title in by_title]
    work = _Work(BatchStore(), context, published)
    work.store.told.tell(findings)
    for done, sheet in enumerate(ordered):
        tell(f"检查{sheet.title}", done, len(ordered))
        with disk_errors():
            work.check(by_title[sheet.title], sheet)
    sheet_names = {SHEET_BY_TITLE[t].table: g.title for t, g in by_title.items()}
    tell("检查完毕", len(ordered), len(ordered))
    rows = {table: StoredRows(work.store, SHEET_BY_TABLE[table]) for table in work.mappings}
    fields = {table: frozenset(mappings) for table, mappings in work.mappings.items()}
    return Batch(source, rows, fields, sheet_names, work.store.told)


class _Work:
    """A source being checked, sheet by sheet; the register first, since others refer to it."""

    def __init__(self, store: BatchStore, context: ParseContext, published: PublishedData) -> None:
        self.store, self._context, self._published = store, context, published
        #: The columns found, of each sheet that could be understood.
        self.mappings: dict[str, dict[str, ColumnMapping]] = {}

    @cached_property
    def _register(self) -> checks.EnterpriseRegister:
        own = self.store if ENTERPRISES.table in self.mappings else None
        return checks.EnterpriseRegister(self._published.enterprises(), own)

    def check(self, grid: Grid, sheet: Sheet) -> None:
        """Read a sheet into the store, and compare its rows with each other and with what is known."""
        parser = Parser(grid, sheet, self._context)
        mappings = parser.mappings
        if mappings is not None:
            self.mappings[sheet.table] = mappings
            self.store.open(sheet)
            for rows in parser.rows():
                self._check_rows(rows)
                self.store.add(rows)
            if set(sheet.keys) <= mappings.keys():
                self.store.mark_repeats(sheet)
                self.store.told.tell_unquoted(sheet.title, self._repeats(sheet, mappings))
            if sheet is MONTHLY:
                monthly.resolve_firm_histories(self.store, mappings, self._published, self._register)
            self.store.told.quote(sheet.title, grid)
            self.store.leave_out_errors(sheet)
        self.store.told.tell(parser.findings)

    def _check_rows(self, rows: ParsedRows) -> None:
        if rows.sheet.table in checks.REFERRING:
            checks.check_registered(rows, self._register)
        checks.check_components(rows)
        if rows.sheet is TARGETS:
            targets.convert_targets(rows)
        if rows.sheet is EVALUATION_INPUTS:
            checks.check_land(rows, self._register)

    def _repeats(self, sheet: Sheet, mappings: dict[str, ColumnMapping]) -> Iterator[tuple[Finding, int]]:
        """E109 at the later row; rows whose key is incomplete take no part."""
        labels = "、".join(sheet.column(f).label for f in sheet.keys)
        mapping = mappings[sheet.keys[0]]
        for number, first in self.store.values(sheet, ("row_number", "repeated"), "repeated"):
            message = f"与第{first}行重复（{labels}相同）。请只保留一行。"
            yield Finding("E109", sheet.title, number, mapping.display_name, mapping.letter, None, message), mapping.index


def _ignored(title: str) -> Finding:
    near = nearest(title, [s.title for s in SHEETS])
    hint = f"若是“{near}”，请把工作表改成这个名字。" if near else ""
    return Finding("N202", title, None, None, None, None, f"工作表“{title}”不在规定的表中，已忽略。{hint}")


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


def _refused(source: Source, message: str) -> Batch:
    return Batch(source, {}, {}, {}, (Finding("E101", None, None, None, None, source.name, message),))
