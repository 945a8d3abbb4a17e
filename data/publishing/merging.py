"""Merges a batch's rows into a sheet's table, and removes them again."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Table, and_, bindparam, delete, insert, select

from cockpit.contracts.batch import SheetRows
from cockpit.contracts.columns import Sheet
from cockpit.cube.arrays import BoolArray
from data.database import reader
from data.database.bulk import load_rows
from data.database.tables import CURRENT, HISTORY, ORIGIN, batch_confirmation, stored_fields
from data.publishing.cube_table import MAX_IN_LIST, in_chunks


@dataclass(frozen=True, slots=True)
class ChangedKeys:
    """Months and credit codes of rows that were added, replaced, removed or restored."""

    months: frozenset[int] = frozenset()
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MergeResult:
    """Row counts of a merge, what it changed, and ``confirmed``: batches whose rows it contained unchanged."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    changed: ChangedKeys = ChangedKeys()
    confirmed: frozenset[int] = frozenset()


def merge_rows(
    connection: Connection, sheet: Sheet, incoming: SheetRows, source_fields: Collection[str], number: int
) -> MergeResult:
    """Write the rows of batch ``number``: new keys are added, others replace the current row, which goes to the history.

    A field that is not in ``source_fields`` (the source had no such column) keeps its published value. A row that is
    identical to the published one stays that batch's. Only a part of the rows is in memory at a time, with the
    published rows of the same keys.
    """
    added = replaced = unchanged = 0
    months: set[int] = set()
    codes: set[str] = set()
    owners: set[int] = set()
    table = CURRENT[sheet.table]
    is_first = connection.execute(select(table.c.batch_id).limit(1)).first() is None
    for part in incoming.parts():
        rows = _typed(part, sheet, number)
        merged = _insert_new(connection, sheet, rows) if is_first else _merge_part(connection, sheet, rows, source_fields, number)
        added, replaced, unchanged = added + merged.added, replaced + merged.replaced, unchanged + merged.unchanged
        months |= merged.changed.months
        codes |= merged.changed.codes
        owners |= merged.confirmed
    return MergeResult(added, replaced, unchanged, ChangedKeys(frozenset(months), frozenset(codes)), frozenset(owners))


def _insert_new(connection: Connection, sheet: Sheet, rows: pd.DataFrame) -> MergeResult:
    _insert(connection, CURRENT[sheet.table], rows)
    return MergeResult(added=len(rows), changed=_changed(sheet, rows))


def _merge_part(
    connection: Connection, sheet: Sheet, rows: pd.DataFrame, source_fields: Collection[str], number: int
) -> MergeResult:
    published = _published(connection, sheet, rows, number)
    if published.empty:
        return _insert_new(connection, sheet, rows)
    types = reader.dtypes(sheet.table)
    keys = list(sheet.keys)
    columns = list(stored_fields(sheet))
    matched = rows.merge(published, on=keys, how="left", suffixes=("", "_old"), indicator="match")
    exists = (matched["match"] == "both").to_numpy(dtype=bool)
    for column in columns:
        if column not in source_fields and column not in keys and column != "span":
            matched[column] = matched[f"{column}_old"].where(exists, matched[column]).astype(types[column])
    same = exists & _identical_rows(matched, [c for c in columns if c not in keys])
    replaced = matched[exists & ~same]
    written = matched[~same]
    _insert(connection, HISTORY[sheet.table], _old_rows(replaced, sheet).assign(replaced_by=number))
    _delete_keys(connection, CURRENT[sheet.table], replaced[keys])
    _insert(connection, CURRENT[sheet.table], written[[*columns, *ORIGIN]])
    owners = frozenset(int(b) for b in matched.loc[same, "batch_id_old"].unique())
    return MergeResult(int((~exists).sum()), len(replaced), int(same.sum()), _changed(sheet, written), owners)


def restore_rows(connection: Connection, sheet: Sheet, number: int) -> ChangedKeys:
    """Undo the rows of batch ``number``: delete those it added, restore those it replaced."""
    current, history = CURRENT[sheet.table], HISTORY[sheet.table]
    changed = ChangedKeys(*(_distinct(connection, current, key, number) for key in ("month", "credit_code")))
    connection.execute(delete(current).where(current.c.batch_id == number))
    columns = [c.name for c in current.columns]
    back = select(*(history.c[c] for c in columns)).where(history.c.replaced_by == number)
    connection.execute(insert(current).from_select(columns, back))
    connection.execute(delete(history).where(history.c.replaced_by == number))
    return changed


def _distinct(connection: Connection, current: Table, key: str, number: int) -> frozenset[Any]:
    """Return the distinct values of a key column in a batch's rows; none when the table has no such key."""
    if key not in current.primary_key.columns:
        return frozenset()
    return frozenset(connection.scalars(select(current.c[key]).where(current.c.batch_id == number).distinct()))


def dependent_batches(connection: Connection, number: int) -> list[int]:
    """Return the later batches that must be withdrawn before ``number``, newest first.

    Those that replaced its rows, that contained its rows unchanged, or whose rows belong to enterprises that only this
    batch has entered in the register.
    """
    later: set[int] = set()
    for history in HISTORY.values():
        later |= set(connection.scalars(select(history.c.replaced_by).where(history.c.batch_id == number).distinct()))
    later |= set(connection.scalars(select(batch_confirmation.c.batch_id).where(batch_confirmation.c.owner_id == number)))
    register, before = CURRENT["enterprise"], HISTORY["enterprise"]
    entered = (
        select(register.c.credit_code)
        .where(register.c.batch_id == number)
        .where(register.c.credit_code.not_in(select(before.c.credit_code).where(before.c.replaced_by == number)))
    )
    for name in ("monthly", "evaluation_input", "remediation"):
        table = CURRENT[name]
        using = select(table.c.batch_id).where(table.c.credit_code.in_(entered), table.c.batch_id != number).distinct()
        later |= set(connection.scalars(using))
    return sorted(later, reverse=True)


def _typed(incoming: pd.DataFrame, sheet: Sheet, number: int) -> pd.DataFrame:
    """Return the columns of the sheet's table, in their order and dtypes."""
    types = reader.dtypes(sheet.table)
    rows = pd.DataFrame({c: incoming[c].astype(types[c]) for c in stored_fields(sheet)})
    return rows.assign(batch_id=number, source_row=incoming["source_row"].to_numpy())


def _published(connection: Connection, sheet: Sheet, rows: pd.DataFrame, number: int) -> pd.DataFrame:
    """Read the current rows that may share a key with ``rows``: all that do, and few others.

    Rows of batch ``number``, which is being merged, are left out: no key comes twice in a batch.
    """
    table = CURRENT[sheet.table]
    types = reader.dtypes(sheet.table) | dict.fromkeys(ORIGIN, "int64")
    values = {key: sorted(rows[key].unique().tolist()) for key in sheet.keys}
    # Engines limit an IN list: the key column with most values is queried in chunks, the others where they are short enough.
    finest = max(values, key=lambda key: len(values[key]))
    others = [table.c[key].in_(v) for key, v in values.items() if key != finest and len(v) <= MAX_IN_LIST]
    rows_before = select(table).where(table.c.batch_id != number, *others)
    statements = (rows_before.where(table.c[finest].in_(chunk)) for chunk in in_chunks(values[finest]))
    return reader.read_concatenated(connection, statements, types)


def _identical_rows(matched: pd.DataFrame, columns: list[str]) -> BoolArray:
    same = np.ones(len(matched), dtype=bool)
    for column in columns:
        new, old = matched[column], matched[f"{column}_old"]
        equal = (new == old).to_numpy(dtype=bool, na_value=False)
        same &= equal | (new.isna() & old.isna()).to_numpy(dtype=bool)
    return same


def _old_rows(replaced: pd.DataFrame, sheet: Sheet) -> pd.DataFrame:
    keys = list(sheet.keys)
    others = [c for c in (*stored_fields(sheet), *ORIGIN) if c not in keys]
    types = reader.dtypes(sheet.table) | dict.fromkeys(ORIGIN, "int64")
    old = {c: replaced[f"{c}_old"].astype(types[c]) for c in others}
    return pd.DataFrame({**{k: replaced[k] for k in keys}, **old})


def _changed(sheet: Sheet, rows: pd.DataFrame) -> ChangedKeys:
    months = frozenset(int(v) for v in rows["month"].unique()) if "month" in sheet.keys else frozenset()
    codes = frozenset(str(v) for v in rows["credit_code"].unique()) if "credit_code" in sheet.keys else frozenset()
    return ChangedKeys(months, codes)


def _insert(connection: Connection, table: Table, rows: pd.DataFrame) -> None:
    load_rows(connection, table, list(rows.columns), _plain_rows(rows))


def _delete_keys(connection: Connection, table: Table, keys: pd.DataFrame) -> None:
    matches = and_(*(table.c[k] == bindparam(f"key_{k}") for k in keys.columns))
    names = [f"key_{k}" for k in keys.columns]
    if records := [dict(zip(names, row, strict=True)) for row in _plain_rows(keys)]:
        connection.execute(delete(table).where(matches), records)


def _plain_rows(rows: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Yield the rows as plain Python values, None for missing."""
    columns = []
    for _, column in rows.items():
        values = column.dt.date if pd.api.types.is_datetime64_any_dtype(column) else column
        columns.append(values.astype(object).where(column.notna(), None).tolist())
    return zip(*columns, strict=True)
