"""Days against those published of the same key: what has begun or been signed once stays on its day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd

from cockpit.contracts.columns import Kind, Sheet
from cockpit.contracts.findings import Finding
from data.loaders.batch_store import BatchStore
from data.loaders.checks.comparisons.suspects import CellFinding
from data.loaders.headers.headers import ColumnMapping

_DAYS_OF_A_YEAR = 365
_FEWEST_OF_A_COLUMN = 3
_SHARE_OF_A_COLUMN = 0.5
_MAY_MOVE = ("valid_until",)  # a policy may well be prolonged


def check_days(
    store: BatchStore, sheet: Sheet, mappings: dict[str, ColumnMapping], published: pd.DataFrame
) -> Iterator[CellFinding]:
    """Yield W302 for days a year or more from the published ones, or W310 once for a column of which most are."""
    columns = [c for c in sheet.columns if c.kind is Kind.DATE and c.field in mappings and c.field not in _MAY_MOVE]
    if published.empty or not columns:
        return
    keys, names = list(sheet.keys), [c.field for c in columns]
    rows = store.values(sheet, ("row_number", *keys, *names), "duplicate_of is null and not has_error")
    before = {tuple(row[: len(keys)]): row[len(keys) :] for row in zip(*(published[n] for n in (*keys, *names)), strict=True)}
    both = [(row[0], row[1 + len(keys) :], before.get(tuple(row[1 : 1 + len(keys)]))) for row in rows]
    for at, column in enumerate(columns):
        pairs = [(number, new[at], old[at]) for number, new, old in both if old and new[at] and not pd.isna(old[at])]
        moved = [
            (number, now, then)
            for number, text, day in pairs
            if abs(((now := date.fromisoformat(text)) - (then := day.date())).days) >= _DAYS_OF_A_YEAR
        ]
        yield from _report(sheet, mappings[column.field], moved, len(pairs))


def _report(sheet: Sheet, mapping: ColumnMapping, moved: list[tuple[int, date, date]], compared: int) -> Iterator[CellFinding]:
    label, where = mapping.column.label, (mapping.display_name, mapping.letter, None)
    if len(moved) >= max(_FEWEST_OF_A_COLUMN, _SHARE_OF_A_COLUMN * compared):
        number, now, then = min(moved)
        message = (
            f"“{label}”有{len(moved):,}行与已发布的相差一年以上（如第{number}行是 {now}，已发布的是 {then}）。"
            "疑似错行，或日期换算错了（1900与1904两种日期系统相差4年）。请核对整列。"
        )
        yield Finding("W310", sheet.title, None, *where, message), mapping.index
        return
    for number, now, then in moved:
        message = f"{label} {now}，已发布的是 {then}，相差一年以上。请核对年份，或确认更正。"
        yield Finding("W302", sheet.title, number, *where, message), mapping.index
