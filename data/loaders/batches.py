"""From a file to a checked batch: parse its grids, check the rows, return typed rows and all findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path

from cockpit.contracts.batch import Batch, BatchSource
from cockpit.contracts.columns import Sheet
from cockpit.contracts.findings import Finding
from cockpit.contracts.published import PublishedData
from cockpit.contracts.sheets import ENTERPRISES, SHEET_BY_TABLE, SHEET_BY_TITLE, SHEETS, TARGETS
from cockpit.district.district import District
from cockpit.district.spelling import nearest
from cockpit.errors import SourceError
from data.loaders.batch_store import BatchStore, StoredRows
from data.loaders.cells.parse_context import ParseContext
from data.loaders.checks import checks, targets
from data.loaders.checks.keys import FoldedKeys
from data.loaders.checks.relations import check_completion
from data.loaders.checks.stored_rows import StoredChecks
from data.loaders.code_finder import CodeFinder
from data.loaders.headers.headers import ColumnMapping
from data.loaders.parsed_rows import ParsedRows
from data.loaders.parsing import Parser
from data.loaders.sources.files import describe_source
from data.loaders.sources.grid import Grid
from data.loaders.sources.limits import Limits
from data.loaders.sources.sources import SourceSheets, read_sheets, sheet_name
from data.loaders.sources.temporary_database import TemporaryDatabase, disk_errors, open_temporary_database
from data.loaders.sources.unreadable import UnreadableSource
from data.progress import Progress

_MAX_UNKNOWN_SHEETS = 1_000
_MAX_NAMES = 5


def read_batch(
    path: Path,
    district: District,
    published: PublishedData,
    *,
    today: date,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Batch:
    """Read a file into a checked batch; a file that can't be read has the one finding E101.

    ``published``: the data that the checks compare with; ``today``: later dates are findings; ``progress`` is called with
    the step's text, the number of steps done and of all. Raises ``SourceError`` when the file is missing or can't be
    opened, or when the temporary folder is full.
    """
    if not path.exists():
        raise SourceError(f"找不到文件：{path}。请检查路径和文件名。")
    report = progress or no_progress
    report("读取文件", 0, 1)
    database = open_temporary_database()
    source = BatchSource(path.name, "", 0)
    try:
        source = describe_source(path, limits or Limits())
        sheets = read_sheets(path, limits or Limits(), database)
    except UnreadableSource as error:
        return _unreadable_batch(source, str(error))
    except OSError as error:
        raise SourceError(f"文件打不开：{path}（{error.strerror}）。请检查权限。") from error
    return check_sheets(source, sheets, database, ParseContext(district, today), published, report)


def no_progress(step: str, done: int, total: int) -> None:
    """Do nothing: a ``Progress`` for callers that show none."""


def check_sheets(
    source: BatchSource,
    read: SourceSheets,
    database: TemporaryDatabase,
    context: ParseContext,
    published: PublishedData,
    progress: Progress,
) -> Batch:
    """Parse and check the sheets of any source."""
    by_title = {grid.sheet: grid for grid in read.grids}
    findings = [*_unknown_sheets(read.unknown), *(_repeated_sheet(by_title[t], more) for t, more in read.repeated.items())]
    if not by_title:
        known = "、".join(s.title for s in SHEETS)
        return _unreadable_batch(source, f"没有找到任何认识的工作表。工作表应命名为：{known}。")
    sheets = [s for s in SHEETS if s.title in by_title]
    with disk_errors():
        check = _BatchCheck(BatchStore(database), context, published, read.repeated)
        check.store.findings.add(findings)
        for done, sheet in enumerate(sheets):
            progress(f"检查{sheet.title}", done, len(sheets))
            check.run(by_title[sheet.title], sheet)
        check.store.findings.add_rest()
    sheet_names = {SHEET_BY_TITLE[t].table: g.title for t, g in by_title.items()}
    progress("检查完毕", len(sheets), len(sheets))
    rows = {table: StoredRows(check.store, SHEET_BY_TABLE[table]) for table in check.mappings}
    fields = {table: frozenset(mappings) for table, mappings in check.mappings.items()}
    return Batch(source, rows, fields, sheet_names, check.store.findings)


class _BatchCheck:
    """Check of a source, sheet by sheet; the register comes first, since others refer to it."""

    def __init__(
        self, store: BatchStore, context: ParseContext, published: PublishedData, repeated: Mapping[str, Sequence[str]]
    ) -> None:
        self.store, self._context, self._published = store, context, published
        #: Whether an enterprise that isn't known can only be one that this source doesn't register.
        self._register_is_whole = ENTERPRISES.title not in repeated
        #: Table -> field -> column, of the sheets that have a header.
        self.mappings: dict[str, dict[str, ColumnMapping]] = {}
        #: The same of the sheets of which every row was read: the others can't be held against anything.
        self._whole: dict[str, dict[str, ColumnMapping]] = {}

    @cached_property
    def _register(self) -> checks.EnterpriseRegister:
        own = self.store if ENTERPRISES.table in self.mappings else None
        return checks.EnterpriseRegister(self._published.enterprises(), own)

    @cached_property
    def _stored_checks(self) -> StoredChecks:
        return StoredChecks(self.store, self._whole, self._published, self._register, self._context.district)

    def run(self, grid: Grid, sheet: Sheet) -> None:
        """Parse a sheet into the store, and compare its rows with each other and with the published data."""
        parser = Parser(grid, sheet, self._context, self.store.findings.tally, lambda: self._code_finder(sheet))
        mappings = parser.mappings
        if mappings is not None:
            self.mappings[sheet.table] = mappings
            self.store.create_table(sheet)
            keys = FoldedKeys(sheet, self._published)
            for rows in parser.rows():
                parser.count_normalized(keys.unify(rows))
                self._check_rows(rows)
                self.store.add(rows)
            if set(sheet.keys) <= mappings.keys():
                self.store.mark_duplicates(sheet)
                self.store.findings.add_without_values(sheet.title, self._duplicates(sheet, mappings))
                if not parser.stopped:
                    self._whole[sheet.table] = mappings
                    self._stored_checks.run(sheet)
            self.store.findings.fill_values(sheet.title, grid)
            self.store.exclude_errors(sheet)
        if sheet is ENTERPRISES and not grid.blank:
            self._register_is_whole &= sheet.table in self._whole
        self.store.findings.add(parser.findings)

    def _code_finder(self, sheet: Sheet) -> CodeFinder:
        """Return the finder of codes by name: of all known enterprises, for the register itself of those published."""
        published = checks.EnterpriseRegister(self._published.enterprises(), None)
        return CodeFinder((published if sheet is ENTERPRISES else self._register).names)

    def _check_rows(self, rows: ParsedRows) -> None:
        if rows.sheet.table in checks.REFERRING and self._register_is_whole:
            checks.check_registered(rows, self._register)
        check_completion(rows)
        if rows.sheet is TARGETS:
            targets.convert_targets(rows)

    def _duplicates(self, sheet: Sheet, mappings: dict[str, ColumnMapping]) -> Iterator[tuple[Finding, int]]:
        """Yield E109 for each later row of the same key, with the index of the key's first column."""
        labels = "、".join(sheet.column(f).label for f in sheet.keys)
        mapping = mappings[sheet.keys[0]]
        for number, first in self.store.values(sheet, ("row_number", "duplicate_of"), "duplicate_of is not null"):
            message = f"与第{first}行重复（{labels}相同）。请只保留一行。"
            yield Finding("E109", sheet.title, number, mapping.display_name, mapping.letter, None, message), mapping.index


def _unknown_sheets(titles: Sequence[str]) -> Iterator[Finding]:
    yield from map(_unknown_sheet, titles[:_MAX_UNKNOWN_SHEETS])
    if (more := len(titles) - _MAX_UNKNOWN_SHEETS) > 0:
        yield Finding("N202", None, None, None, None, str(more), f"还有 {more:,} 张不在规定的表中的工作表，已忽略。", more)


def _repeated_sheet(grid: Grid, more: Sequence[str]) -> Finding:
    """Report E109: which of several sheets is meant can't be told, so none but the first is read."""
    names = [sheet_name(grid.title, grid.file), *more]
    listed = "、".join(f"“{name}”" for name in names[:_MAX_NAMES])
    advice = "请一次检查和载入一个文件，一个一个来；或把各行并到一张表里" if grid.file else "请把各行并到一张表里，或只留一张"
    message = (
        f"“{grid.sheet}”有 {len(names):,} 张表：{listed}{'等' if len(names) > _MAX_NAMES else ''}。"
        f"只检查了第一张，这一批不能发布。{advice}。"
    )
    return Finding("E109", grid.sheet, None, None, None, None, message)


def _unknown_sheet(title: str) -> Finding:
    near = nearest(title, [s.title for s in SHEETS])
    hint = f"若是“{near}”，请把工作表改成这个名字。" if near else ""
    return Finding("N202", title, None, None, None, None, f"工作表“{title}”不在规定的表中，已忽略。{hint}")


def _unreadable_batch(source: BatchSource, message: str) -> Batch:
    return Batch(source, {}, {}, {}, (Finding("E101", None, None, None, None, source.name, message),))
