"""Merging a batch's rows into a sheet's table, and taking them out again."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Table, and_, bindparam, delete, insert, select

from cockpit.contracts.batch import SheetRows
from cockpit.contracts.columns import Sheet
from data.database import reader
from data.database.bulk import load_rows
from data.database.tables import CURRENT, HISTORY, ORIGIN, batch_confirmation, fields
from data.publishing.cube_table import LONGEST_LIST, chunks


@dataclass(frozen=True, slots=True)
class Changed:
    """Months and enterprises of rows that were added, replaced, removed or restored."""

    months: frozenset[int] = frozenset()
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Merged:
    """Counts of a merge, what it changed, and the batches whose rows it brought again unchanged."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    changed: Changed = Changed()
    confirmed: frozenset[int] = frozenset()


def merge(connection: Connection, sheet: Sheet, incoming: SheetRows, known: Collection[str], number: int) -> Merged:
    """Write a batch's rows: new keys are added, others replace the current row, which goes to the history.

    A field that is not in ``known`` (the source had no such column) keeps its published value. A row that
    is identical to the published one stays that batch's. Only a part of the rows is in memory at a time, with the
    published rows of the same keys.
    """
    added = replaced = unchanged = 0
    months: set[int] = set()
    codes: set[str] = set()
    owners: set[int] = set()
    table = CURRENT[sheet.table]
    first = connection.execute(select(table.c.batch_id).limit(1)).first() is None
    for part in incoming.parts():
        rows = _typed(part, sheet, number)
        merged = _added(connection, sheet, rows) if first else _merge_part(connection, sheet, rows, known, number)
        added, replaced, unchanged = added + merged.added, replaced + merged.replaced, unchanged + merged.unchanged
        months |= merged.changed.months
        codes |= merged.changed.codes
        owners |= merged.confirmed
    return Merged(added, replaced, unchanged, Changed(frozenset(months), frozenset(codes)), frozenset(owners))


def _added(connection: Connection, sheet: Sheet, rows: pd.DataFrame) -> Merged:
    _insert(connection, CURRENT[sheet.table], rows)
    return Merged(added=len(rows), changed=_changed(sheet, rows))


def _merge_part(connection: Connection, sheet: Sheet, rows: pd.DataFrame, known: Collection[str], number: int) -> Merged:
    published = _published(connection, sheet, rows, number)
    if published.empty:
        return _added(connection, sheet, rows)
    types = reader.dtypes(sheet.table)
    keys = list(sheet.keys)
    columns = list(fields(sheet))
    matched = rows.merge(published, on=keys, how="left", suffixes=("", "_old"), indicator="found")
    exists = (matched["found"] == "both").to_numpy(dtype=bool)
    for column in columns:
        if column not in known and column not in keys and column != "span":
            matched[column] = matched[f"{column}_old"].where(exists, matched[column]).astype(types[column])
    same = exists & _identical(matched, [c for c in columns if c not in keys])
    replaced = matched[exists & ~same]
    written = matched[~same]
    _insert(connection, HISTORY[sheet.table], _old_rows(replaced, sheet).assign(replaced_by=number))
    _delete_keys(connection, CURRENT[sheet.table], replaced[keys])
    _insert(connection, CURRENT[sheet.table], written[[*columns, *ORIGIN]])
    owners = frozenset(int(b) for b in matched.loc[same, "batch_id_old"].unique())
    return Merged(int((~exists).sum()), len(replaced), int(same.sum()), _changed(sheet, written), owners)


def restore(connection: Connection, sheet: Sheet, number: int) -> Changed:
    """Undo a batch's rows: those it added go, those it replaced come back."""
    current, history = CURRENT[sheet.table], HISTORY[sheet.table]
    changed = Changed(*(_distinct(connection, current, key, number) for key in ("month", "credit_code")))
    connection.execute(delete(current).where(current.c.batch_id == number))
    columns = [c.name for c in current.columns]
    back = select(*(history.c[c] for c in columns)).where(history.c.replaced_by == number)
    connection.execute(insert(current).from_select(columns, back))
    connection.execute(delete(history).where(history.c.replaced_by == number))
    return changed


def _distinct(connection: Connection, current: Table, key: str, number: int) -> frozenset[Any]:
    """The different values of a key column among a batch's rows."""
    if key not in current.primary_key.columns:
        return frozenset()
    return frozenset(connection.scalars(select(current.c[key]).where(current.c.batch_id == number).distinct()))


def dependants(connection: Connection, number: int) -> list[int]:
    """Later batches that must be withdrawn before ``number``, the newest first.

    Those that replaced its rows, that brought its rows again unchanged, or whose rows belong to
    enterprises that only this batch has entered in the register.
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
        users = select(table.c.batch_id).where(table.c.credit_code.in_(entered), table.c.batch_id != number).distinct()
        later |= set(connection.scalars(users))
    return sorted(later, reverse=True)


def _typed(incoming: pd.DataFrame, sheet: Sheet, number: int) -> pd.DataFrame:
    """The columns of the sheet's table, in their order."""
    types = reader.dtypes(sheet.table)
    rows = pd.DataFrame({c: incoming[c].astype(types[c]) for c in fields(sheet)})
    return rows.assign(batch_id=number, source_row=incoming["source_row"].to_numpy())


def _published(connection: Connection, sheet: Sheet, rows: pd.DataFrame, number: int) -> pd.DataFrame:
    """The current rows that may share a key with ``rows``: all of these, and few others. Batch ``number`` is being merged."""
    table = CURRENT[sheet.table]
    types = reader.dtypes(sheet.table) | dict.fromkeys(ORIGIN, "int64")
    present = {key: sorted(rows[key].unique().tolist()) for key in sheet.keys}
    # The key column that tells most rows apart goes some hundred at a time, since engines limit a list; the others too
    # where they are short enough.
    finest = max(present, key=lambda key: len(present[key]))
    alike = [table.c[key].in_(v) for key, v in present.items() if key != finest and len(v) <= LONGEST_LIST]
    before = select(table).where(table.c.batch_id != number, *alike)  # no key comes twice in a batch
    return reader.frames(connection, (before.where(table.c[finest].in_(some)) for some in chunks(present[finest])), types)


def _identical(matched: pd.DataFrame, columns: list[str]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    same = np.ones(len(matched), dtype=bool)
    for column in columns:
        new, old = matched[column], matched[f"{column}_old"]
        equal = (new == old).to_numpy(dtype=bool, na_value=False)
        same &= equal | (new.isna() & old.isna()).to_numpy(dtype=bool)
    return same


def _old_rows(replaced: pd.DataFrame, sheet: Sheet) -> pd.DataFrame:
    keys = list(sheet.keys)
    others = [c for c in (*fields(sheet), *ORIGIN) if c not in keys]
    types = reader.dtypes(sheet.table) | dict.fromkeys(ORIGIN, "int64")
    old = {c: replaced[f"{c}_old"].astype(types[c]) for c in others}
    return pd.DataFrame({**{k: replaced[k] for k in keys}, **old})


def _changed(sheet: Sheet, rows: pd.DataFrame) -> Changed:
    months = frozenset(int(v) for v in rows["month"].unique()) if "month" in sheet.keys else frozenset()
    codes = frozenset(str(v) for v in rows["credit_code"].unique()) if "credit_code" in sheet.keys else frozenset()
    return Changed(months, codes)


def _insert(connection: Connection, table: Table, rows: pd.DataFrame) -> None:
    load_rows(connection, table, list(rows.columns), _plain(rows))


def _delete_keys(connection: Connection, table: Table, keys: pd.DataFrame) -> None:
    matches = and_(*(table.c[k] == bindparam(f"key_{k}") for k in keys.columns))
    names = [f"key_{k}" for k in keys.columns]
    if records := [dict(zip(names, row, strict=True)) for row in _plain(keys)]:
        connection.execute(delete(table).where(matches), records)


def _plain(rows: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Plain Python values, None for missing."""
    plain = []
    for _, column in rows.items():
        values = column.dt.date if pd.api.types.is_datetime64_any_dtype(column) else column
        plain.append(values.astype(object).where(column.notna(), None).tolist())
    return zip(*plain, strict=True)
