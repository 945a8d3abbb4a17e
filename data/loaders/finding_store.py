"""The findings about a source, in the batch's temporary database: however many there are, few are in memory.

Of one kind some thousand are stored; the ``tally`` counts the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import overload

from cockpit.contracts.findings import Finding
from cockpit.contracts.sheets import SHEETS
from data.loaders.finding_tally import FindingTally
from data.loaders.sources.cell import display_text
from data.loaders.sources.grid import Grid
from data.loaders.sources.temporary_database import TemporaryDatabase

_FIELDS = 'code, sheet, "row", "column", letter, value, message, number'
_INSERT = f"insert into finding (sheet_order, severity, {_FIELDS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ORDER = "sheet_order, severity, coalesce(\"row\", 0), code, coalesce(letter, ''), id"
_SHEET_ORDER = {sheet.title: i for i, sheet in enumerate(SHEETS)}
_LAST = 99
_SEVERITIES = "EWN"
_ROWS_AT_ONCE = 1_000


class FindingStore(Sequence[Finding]):
    """Findings in order: sheets as in the specification, errors first, then by row."""

    def __init__(self, database: TemporaryDatabase) -> None:
        self._database = database
        self.tally = FindingTally()
        database.execute(f"create table finding (id integer primary key, sheet_order, severity, {_FIELDS})")
        # Findings without their cell's text: their rows were checked when the raw cells weren't in memory.
        database.execute('create table without_value (sheet, "row", "column", id, primary key (sheet, "row", id)) without rowid')

    def add(self, findings: Iterable[Finding]) -> None:
        """Insert findings."""
        self._database.executemany(_INSERT, (_to_row(finding) for finding in findings if self.tally.admit(finding)))

    def add_rest(self) -> None:
        """Insert how many of each kind were only counted; the last to be called."""
        self._database.executemany(_INSERT, map(_to_row, self.tally.rest()))

    def add_without_values(self, sheet: str, findings: Iterable[tuple[Finding, int]]) -> None:
        """Insert findings that lack their cell's text, each with the index of its column, for ``fill_values``."""
        for finding, column in findings:
            if not self.tally.admit(finding):
                continue
            number = self._database.execute(_INSERT, _to_row(finding)).lastrowid
            self._database.execute("insert into without_value values (?, ?, ?, ?)", (sheet, finding.row, column, number))

    def fill_values(self, sheet: str, grid: Grid) -> None:
        """Set the texts of the cells that findings about a sheet lack, from its grid."""
        for first, end in grid.chunk_ranges:
            incomplete = self._database.execute(
                'select id, "row" - 1, "column" from without_value where sheet = ? and "row" - 1 >= ? and "row" - 1 < ?',
                (sheet, first, end),
            ).fetchall()
            for chunk in grid.chunks(first, end) if incomplete else ():
                texts = [(display_text(chunk.columns[column][row - first]), number) for number, row, column in incomplete]
                self._database.executemany("update finding set value = ? where id = ?", texts)
        self._database.execute("delete from without_value where sheet = ?", (sheet,))

    def __len__(self) -> int:
        """Count the findings."""
        [number] = self._database.execute("select count(*) from finding").fetchone()
        return int(number)

    def __iter__(self) -> Iterator[Finding]:
        """Iterate over the findings in order, some thousand at a time in memory."""
        yield from self._load()

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Finding]: ...
    def __getitem__(self, index: int | slice) -> Finding | Sequence[Finding]:
        """Load findings by their position in the order."""
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            return tuple(self._load(start, max(stop - start, 0)))[::step] if step > 0 else tuple(self)[index]
        position = range(len(self))[index]
        return next(self._load(position, 1))

    def _load(self, start: int = 0, limit: int = -1) -> Iterator[Finding]:
        query = self._database.execute(f"select {_FIELDS} from finding order by {_ORDER} limit ? offset ?", (limit, start))
        while rows := query.fetchmany(_ROWS_AT_ONCE):
            yield from (Finding(*row) for row in rows)


def _to_row(finding: Finding) -> tuple[object, ...]:
    order = _SHEET_ORDER.get(finding.sheet or "", _LAST)
    where = (finding.sheet, finding.row, finding.column, finding.letter)
    return (order, _SEVERITIES.index(finding.code[0]), finding.code, *where, finding.value, finding.message, finding.number)
