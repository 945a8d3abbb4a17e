"""What has been found about a source, kept in the store's temporary database: however many findings, few are in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

from cockpit.contracts.findings import Finding
from cockpit.contracts.sheets import SHEETS
from data.loaders.sources.grid import Grid, display_text

_FIELDS = 'code, sheet, "row", "column", letter, value, message'
_ORDER = "place, severity, coalesce(\"row\", 0), code, coalesce(letter, ''), id"
_PLACES = {sheet.title: i for i, sheet in enumerate(SHEETS)}
_ELSEWHERE = 99
_SEVERITIES = "EWN"
_AT_ONCE = 1_000


class FindingStore(Sequence[Finding]):
    """The findings: sheets in the specification's order, errors first, then by row."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute(f"create table finding (id integer primary key, place, severity, {_FIELDS})")
        # Findings that lack the text of their cell: rows were settled when their cells were out of memory.
        connection.execute('create table unquoted (sheet, "row", "column", id, primary key (sheet, "row", id)) without rowid')

    def tell(self, findings: Iterable[Finding]) -> None:
        """Add findings."""
        self._connection.executemany(
            f"insert into finding (place, severity, {_FIELDS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)", map(_row, findings)
        )

    def tell_unquoted(self, sheet: str, findings: Iterable[tuple[Finding, int]]) -> None:
        """Add findings about rows of a sheet that lack the text of their cell, with the index of its column."""
        for finding, column in findings:
            marks = f"insert into finding (place, severity, {_FIELDS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            number = self._connection.execute(marks, _row(finding)).lastrowid
            self._connection.execute("insert into unquoted values (?, ?, ?, ?)", (sheet, finding.row, column, number))

    def quote(self, sheet: str, grid: Grid) -> None:
        """Give the findings about a sheet their cells' texts."""
        for first, end in grid.extents:
            wanted = self._connection.execute(
                'select id, "row" - 1, "column" from unquoted where sheet = ? and "row" - 1 >= ? and "row" - 1 < ?',
                (sheet, first, end),
            ).fetchall()
            for chunk in grid.chunks(first, end) if wanted else ():
                texts = [(display_text(chunk.columns[column][row - first]), number) for number, row, column in wanted]
                self._connection.executemany("update finding set value = ? where id = ?", texts)
        self._connection.execute("delete from unquoted where sheet = ?", (sheet,))

    def __len__(self) -> int:
        """How many."""
        [number] = self._connection.execute("select count(*) from finding").fetchone()
        return int(number)

    def __iter__(self) -> Iterator[Finding]:
        """All, in their order."""
        yield from self._found()

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Finding]: ...
    def __getitem__(self, index: int | slice) -> Finding | Sequence[Finding]:
        """Findings by their place in the order."""
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            return tuple(self._found(start, max(stop - start, 0)))[::step] if step > 0 else tuple(self)[index]
        at = range(len(self))[index]
        return next(self._found(at, 1))

    def _found(self, start: int = 0, most: int = -1) -> Iterator[Finding]:
        query = self._connection.execute(f"select {_FIELDS} from finding order by {_ORDER} limit ? offset ?", (most, start))
        while some := query.fetchmany(_AT_ONCE):
            yield from (Finding(*row) for row in some)


def _row(finding: Finding) -> tuple[object, ...]:
    place = _PLACES.get(finding.sheet or "", _ELSEWHERE)
    told = (finding.code, finding.sheet, finding.row, finding.column, finding.letter, finding.value, finding.message)
    return (place, _SEVERITIES.index(finding.code[0]), *told)
