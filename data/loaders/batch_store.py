"""Parsed rows between reading and publishing, in the batch's temporary database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cockpit.contracts.columns import Column, Kind, Sheet
from cockpit.contracts.sheets import MONTHLY, MONTHLY_MEASURES
from data.loaders.checks.comparisons.suspects import SuspectStore
from data.loaders.finding_store import FindingStore
from data.loaders.headers.header_text import NUMERIC
from data.loaders.headers.headers import ColumnMapping
from data.loaders.parsed_rows import ParsedRows
from data.loaders.sources.cell import BoolArray, CellArray
from data.loaders.sources.temporary_database import TemporaryDatabase, disk_errors

ROWS_AT_ONCE = 5_000
_DTYPES = {
    Kind.MONEY: "Int64",
    Kind.NUMBER: "float64",
    Kind.COUNT: "float64",
    Kind.FLAG: "boolean",
    Kind.MONTH: "int64",
    Kind.YEAR: "int64",
    Kind.DATE: "datetime64[s]",
}


class BatchStore:
    """Tables of the parsed rows, one a sheet, and the ``findings`` about them."""

    def __init__(self, database: TemporaryDatabase) -> None:
        self._database = database
        self.findings = FindingStore(database)

    def create_table(self, sheet: Sheet) -> None:
        """Create the table for a sheet's rows."""
        self._database.execute(
            f'create table "{sheet.table}" (row_number integer primary key, has_error, duplicate_of, '
            f"span default 1, {_column_list(sheet.fields)})"
        )

    def add(self, rows: ParsedRows) -> None:
        """Insert rows and the findings about them; rows come in the order of the sheet."""
        columns = [_to_sql(rows.values[c.field], c.kind) for c in rows.sheet.columns]
        self._database.executemany(
            f'insert into "{rows.sheet.table}" (row_number, has_error, {_column_list(rows.sheet.fields)}) '
            f"values ({', '.join('?' * (2 + len(columns)))})",
            zip(rows.row_numbers.tolist(), rows.has_error.tolist(), *columns, strict=True),
        )
        self.findings.add(rows.findings)

    def mark_duplicates(self, sheet: Sheet) -> None:
        """Set ``duplicate_of`` of rows whose complete key came before to the first one's number; create an index by key."""
        table, keys = f'"{sheet.table}"', [f'"{name}"' for name in sheet.keys]
        complete = " and ".join(f"{key} is not null" for key in keys)
        same_key = " and ".join(f"{table}.{key} = first_rows.{key}" for key in keys)
        self._database.execute(f'create index "{sheet.table}_by_key" on {table} ({", ".join(keys)})')
        self._database.execute(
            f"update {table} set duplicate_of = first_rows.number from (select {', '.join(keys)}, min(row_number) as number "
            f"from {table} where {complete} group by {', '.join(keys)} having count(*) > 1) as first_rows "
            f"where {same_key} and {table}.row_number > first_rows.number"
        )

    def values(self, sheet: Sheet, names: Sequence[str], where: str) -> Iterator[tuple[Any, ...]]:
        """Yield the values of some columns, row by row in the order of the sheet; ``where``: a SQL condition."""
        query = self._database.execute(f'select {_column_list(names)} from "{sheet.table}" where {where} order by row_number')
        while rows := query.fetchmany(ROWS_AT_ONCE):
            yield from rows

    def count_by(self, sheet: Sheet, by: str, where: str) -> Iterator[tuple[Any, int]]:
        """Count the rows by the values of a column, rising; ``where``: a SQL condition."""
        query = f'select "{by}", count(*) from "{sheet.table}" where {where} group by "{by}" order by "{by}"'
        return iter(self._database.execute(query))

    def count(self, sheet: Sheet, where: str) -> int:
        """Count rows; ``where``: a SQL condition."""
        [number] = self._database.execute(f'select count(*) from "{sheet.table}" where {where}').fetchone()
        return int(number)

    def counts(self, sheet: Sheet, conditions: Sequence[str]) -> list[int]:
        """Count the rows of several SQL conditions at once."""
        sums = ", ".join(f"count(case when {condition} then 1 end)" for condition in conditions)
        return list(self._database.execute(f'select {sums} from "{sheet.table}"').fetchone()) if conditions else []

    def load_rows(
        self, sheet: Sheet, mappings: dict[str, ColumnMapping], names: Sequence[str], where: str, parameters: Sequence[Any]
    ) -> ParsedRows:
        """Load rows with the values of some fields, without their raw cells."""
        query = f'select row_number, has_error, {_column_list(names)} from "{sheet.table}" where {where}'
        result = self._database.execute(query, parameters).fetchall()
        numbers, errors, *columns = zip(*result, strict=True) if result else [()] * (2 + len(names))
        values = {name: _from_sql(v, sheet.column(name).kind) for name, v in zip(names, columns, strict=True)}
        loaded = {name: mapping for name, mapping in mappings.items() if name in values}
        rows = ParsedRows(sheet, loaded, np.array(numbers, dtype=np.int64), None, values, tally=self.findings.tally)
        rows.has_error[:] = errors
        return rows

    def year_sums(self) -> Iterator[tuple[Any, ...]]:
        """Yield (credit code, year, sum of each monthly measure or None) where a year's rows cover twelve months."""
        sums = []
        for column in MONTHLY_MEASURES:
            total = f'sum("{column.field}" * span) / 12.0' if column.field == "staff" else f'sum("{column.field}")'
            sums.append(f'case when sum(case when "{column.field}" is not null then span end) = 12 then {total} end')
        return iter(
            self._database.execute(
                f'select credit_code, month / 100, {", ".join(sums)} from "{MONTHLY.table}" '
                "where duplicate_of is null and not has_error group by credit_code, month / 100 having sum(span) = 12"
            )
        )

    def suspects(self, sheet: Sheet, mappings: dict[str, ColumnMapping]) -> SuspectStore:
        """Create the table of a sheet's far-off values."""
        return SuspectStore(self._database, sheet, mappings)

    def update_rows(self, rows: ParsedRows, spans: npt.NDArray[np.int64], changed: BoolArray) -> None:
        """Write back loaded rows: span and numbers of the ``changed`` ones, and the findings about all."""
        names = [name for name in rows.mappings if rows.sheet.column(name).kind in NUMERIC]
        columns = [rows.values[name][changed].tolist() for name in names]
        assigned = ", ".join(f'"{name}" = ?' for name in ("span", *names))
        self._database.executemany(
            f'update "{rows.sheet.table}" set {assigned} where row_number = ?',
            zip(spans[changed].tolist(), *columns, rows.row_numbers[changed].tolist(), strict=True),
        )
        self.findings.add_without_values(rows.sheet.title, rows.findings_without_value)

    def exclude_errors(self, sheet: Sheet) -> None:
        """Mark the rows that got an error finding after they were inserted."""
        self._database.execute(
            f'update "{sheet.table}" set has_error = 1 where row_number in '
            "(select \"row\" from finding where sheet = ? and code like 'E%')",
            (sheet.title,),
        )

    def frames(self, sheet: Sheet, order: str) -> Iterator[pd.DataFrame]:
        """Yield the rows without an error as frames of some thousand rows; one frame without rows when there are none."""
        names = [*sheet.fields, *(["span"] if sheet is MONTHLY else []), "row_number"]
        query = self._database.execute(f'select {_column_list(names)} from "{sheet.table}" where not has_error order by {order}')
        rows = query.fetchmany(ROWS_AT_ONCE)
        yield _frame(sheet, names, rows)
        while rows := query.fetchmany(ROWS_AT_ONCE):
            yield _frame(sheet, names, rows)


class StoredRows:
    """Rows of a sheet without those in error (implements ``cockpit.contracts.batch.SheetRows``)."""

    def __init__(self, store: BatchStore, sheet: Sheet) -> None:
        self._store, self._sheet = store, sheet

    def parts(self) -> Iterator[pd.DataFrame]:
        """Yield monthly rows in the order of their table's key, so that a part touches few pages there; others in sheet order."""
        with disk_errors():
            yield from self._store.frames(self._sheet, "month, credit_code" if self._sheet is MONTHLY else "row_number")

    def whole(self) -> pd.DataFrame:
        """Load all rows into one frame."""
        return pd.concat(list(self._store.frames(self._sheet, "row_number")), ignore_index=True)


def _column_list(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _to_sql(values: CellArray, kind: Kind) -> list[Any]:
    if kind is Kind.DATE:
        return [v and v.isoformat() for v in values]
    plain: list[Any] = values.tolist()
    return plain


def _from_sql(values: Sequence[Any], kind: Kind) -> CellArray:
    """Convert stored values to an array as in ``ParsedRows.values``."""
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
    plain = pd.Series(_from_sql(values, column.kind), dtype=object)
    return (pd.to_datetime(plain) if column.kind is Kind.DATE else plain).astype(dtype)


def _frame(sheet: Sheet, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """Build a frame of typed columns; missing values are NA."""
    values = dict(zip(names, zip(*rows, strict=True) if rows else [()] * len(names), strict=True))
    columns = {c.field: _series(values[c.field], c) for c in sheet.columns}
    if "span" in values:
        columns["span"] = pd.Series(values["span"], dtype="int64")
    return pd.DataFrame(columns).assign(source_row=np.array(values["row_number"], dtype=np.int64))
