"""Where rows wait between reading and publishing: a temporary database on disk, of which a few megabytes are in memory.

It has no name and is gone with the batch, or with the process, however that ends.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cockpit.contracts.columns import Column, Kind, Sheet
from cockpit.contracts.sheets import MONTHLY
from data.loaders.finding_store import FindingStore
from data.loaders.headers.header_text import NUMERIC
from data.loaders.headers.headers import ColumnMapping
from data.loaders.rows import ParsedRows
from data.loaders.sources.disk_errors import disk_errors
from data.loaders.sources.grid import Cells, Mask

ROWS_AT_ONCE = 5_000
_CACHE_KIB = 4_000
_DTYPES = {
    Kind.MONEY: "Int64",
    Kind.NUMBER: "float64",
    Kind.COUNT: "float64",
    Kind.FLAG: "boolean",
    Kind.MONTH: "int64",
    Kind.YEAR: "int64",
    Kind.DATE: "datetime64[s]",
}


class _Temporary(sqlite3.Connection):
    """Closed when the last of those who read it is gone."""

    def __del__(self) -> None:
        self.close()


class BatchStore:
    """Rows of the sheets, and ``told``: what has been found about them."""

    def __init__(self) -> None:
        # An empty name is SQLite's own temporary file; a batch may be published by another thread than read it.
        self._connection = sqlite3.connect("", isolation_level=None, check_same_thread=False, factory=_Temporary)
        for pragma in ("journal_mode=off", "synchronous=off", f"cache_size=-{_CACHE_KIB}"):
            self._connection.execute(f"pragma {pragma}")
        self._connection.execute("begin")
        self.told = FindingStore(self._connection)

    def open(self, sheet: Sheet) -> None:
        """Make room for a sheet's rows."""
        self._connection.execute(
            f'create table "{sheet.table}" (row_number integer primary key, faulty, repeated default 0, '
            f"span default 1, {_names(sheet.fields)})"
        )

    def add(self, rows: ParsedRows) -> None:
        """Keep rows, and what was found about them; they come in the order of the sheet."""
        columns = [_stored(rows.values[c.field], c.kind) for c in rows.sheet.columns]
        self._connection.executemany(
            f'insert into "{rows.sheet.table}" (row_number, faulty, {_names(rows.sheet.fields)}) '
            f"values ({', '.join('?' * (2 + len(columns)))})",
            zip(rows.row_numbers.tolist(), rows.has_error.tolist(), *columns, strict=True),
        )
        self.told.tell(rows.findings)

    def mark_repeats(self, sheet: Sheet) -> None:
        """Mark rows whose whole key came before, with the number of the first. Rows are quick to find by key from now on."""
        table, keys = f'"{sheet.table}"', [f'"{name}"' for name in sheet.keys]
        complete = " and ".join(f"{key} is not null" for key in keys)
        alike = " and ".join(f"{table}.{key} = several.{key}" for key in keys)
        self._connection.execute(f'create index "{sheet.table}_by_key" on {table} ({", ".join(keys)})')
        self._connection.execute(
            f"update {table} set repeated = several.first from (select {', '.join(keys)}, min(row_number) as first "
            f"from {table} where {complete} group by {', '.join(keys)} having count(*) > 1) as several "
            f"where {alike} and {table}.row_number > several.first"
        )

    def values(self, sheet: Sheet, names: Sequence[str], where: str) -> Iterator[tuple[Any, ...]]:
        """Values of some of the stored columns, row by row in the order of the sheet."""
        query = self._connection.execute(f'select {_names(names)} from "{sheet.table}" where {where} order by row_number')
        while some := query.fetchmany(ROWS_AT_ONCE):
            yield from some

    def counts(self, sheet: Sheet, by: str, where: str) -> Iterator[tuple[Any, int]]:
        """The different values of a column, rising, with the number of rows that have it."""
        query = f'select "{by}", count(*) from "{sheet.table}" where {where} group by "{by}" order by "{by}"'
        return iter(self._connection.execute(query))

    def rows(
        self, sheet: Sheet, mappings: dict[str, ColumnMapping], names: Sequence[str], where: str, parameters: Sequence[Any]
    ) -> ParsedRows:
        """Rows taken out again, with the values of some fields and without their cells."""
        query = f'select row_number, {_names(names)} from "{sheet.table}" where {where}'
        found = self._connection.execute(query, parameters).fetchall()
        number, *columns = zip(*found, strict=True) if found else [()] * (1 + len(names))
        values = {name: _array(v, sheet.column(name).kind) for name, v in zip(names, columns, strict=True)}
        chosen = {name: mapping for name, mapping in mappings.items() if name in values}
        return ParsedRows(sheet, chosen, np.array(number, dtype=np.int64), None, values)

    def update_rows(self, rows: ParsedRows, spans: npt.NDArray[np.int64], changed: Mask) -> None:
        """Keep what rows taken out have become: span and figures of the changed ones, and the findings."""
        names = [name for name in rows.mappings if rows.sheet.column(name).kind in NUMERIC]
        columns = [rows.values[name][changed].tolist() for name in names]
        assigned = ", ".join(f'"{name}" = ?' for name in ("span", *names))
        self._connection.executemany(
            f'update "{rows.sheet.table}" set {assigned} where row_number = ?',
            zip(spans[changed].tolist(), *columns, rows.row_numbers[changed].tolist(), strict=True),
        )
        self.told.tell_unquoted(rows.sheet.title, rows.findings_without_value)

    def leave_out_errors(self, sheet: Sheet) -> None:
        """Mark the rows that have been found in error since they were added."""
        self._connection.execute(
            f'update "{sheet.table}" set faulty = 1 where row_number in '
            "(select \"row\" from finding where sheet = ? and code like 'E%')",
            (sheet.title,),
        )

    def frames(self, sheet: Sheet, order: str) -> Iterator[pd.DataFrame]:
        """The rows without an error as frames of some thousand rows; a single one without rows when there are none."""
        names = [*sheet.fields, *(["span"] if sheet is MONTHLY else []), "row_number"]
        query = self._connection.execute(f'select {_names(names)} from "{sheet.table}" where not faulty order by {order}')
        some = query.fetchmany(ROWS_AT_ONCE)
        yield _frame(sheet, names, some)
        while some := query.fetchmany(ROWS_AT_ONCE):
            yield _frame(sheet, names, some)


class StoredRows:
    """The good rows of a sheet (``cockpit.contracts.batch.SheetRows``)."""

    def __init__(self, store: BatchStore, sheet: Sheet) -> None:
        self._store, self._sheet = store, sheet

    def parts(self) -> Iterator[pd.DataFrame]:
        """Months in the order of their table's key, so that a part meets its like there; others as they stand in the sheet."""
        with disk_errors():
            yield from self._store.frames(self._sheet, "month, credit_code" if self._sheet is MONTHLY else "row_number")

    def whole(self) -> pd.DataFrame:
        """All at once."""
        return pd.concat(list(self._store.frames(self._sheet, "row_number")), ignore_index=True)


def _names(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _stored(values: Cells, kind: Kind) -> list[Any]:
    if kind is Kind.DATE:
        return [v and v.isoformat() for v in values]
    plain: list[Any] = values.tolist()
    return plain


def _array(values: Sequence[Any], kind: Kind) -> Cells:
    """Values as ``Rows`` has them."""
    cells = np.empty(len(values), dtype=object)
    if kind is Kind.DATE:
        cells[:] = [v and date.fromisoformat(v) for v in values]
    elif kind is Kind.FLAG:
        cells[:] = [None if v is None else bool(v) for v in values]
    else:
        cells[:] = values
    return cells


def _series(values: Sequence[Any], column: Column) -> pd.Series:
    dtype = _DTYPES.get(column.kind, "str")
    if dtype == "int64" and not column.required:
        dtype = "Int64"
    if dtype in ("int64", "float64"):
        return pd.Series(np.array(values, dtype=dtype))
    plain = pd.Series(_array(values, column.kind), dtype=object)
    return (pd.to_datetime(plain) if column.kind is Kind.DATE else plain).astype(dtype)


def _frame(sheet: Sheet, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """Typed columns; missing is NA."""
    found = dict(zip(names, zip(*rows, strict=True) if rows else [()] * len(names), strict=True))
    columns = {c.field: _series(found[c.field], c) for c in sheet.columns}
    if "span" in found:
        columns["span"] = pd.Series(found["span"], dtype="int64")
    return pd.DataFrame(columns).assign(source_row=np.array(found["row_number"], dtype=np.int64))
