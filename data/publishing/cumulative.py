"""Keeps published cumulative figures (累计) as they were reported when an earlier month changes.

A published row of 口径 累计 holds its month's own amount: January to date less what was reported before. When an earlier month of
that year comes later or is corrected, the next cumulative month takes the difference, so that January to date stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Integer, and_, exists, insert, literal, select, update

from cockpit.calendar import months as m
from cockpit.contracts.columns import Kind, Sign
from cockpit.contracts.sheets import MONTHLY, MONTHLY_MEASURES
from cockpit.errors import PublishingError
from data.database import reader
from data.database.tables import HISTORY, monthly
from data.publishing.cube_table import in_chunks
from data.publishing.merging import ChangedKeys

_CUMULATIVE = "累计"
_ADDITIVE = tuple(c.field for c in MONTHLY_MEASURES if c.kind is not Kind.COUNT)
_NEVER_NEGATIVE = tuple(c.field for c in MONTHLY_MEASURES if c.sign in (Sign.POSITIVE, Sign.NOT_NEGATIVE))
_NAMED = 3


def keep_cumulative_totals(connection: Connection, number: int) -> ChangedKeys:
    """Take what batch ``number`` changed from the next published cumulative month of the same enterprise and year.

    The row goes to the history like any that the batch replaces. Raises ``PublishingError`` where a month would become
    negative that may not be.
    """
    changed = _changes_before_cumulative(connection, number)
    if changed.empty:
        return ChangedKeys()
    targets = []
    for row, differences, span in _affected(changed, _rows_of(connection, sorted(set(changed["credit_code"]))), number):
        values = {name: _less(row[name], difference) for name, difference in differences.items() if not pd.isna(row[name])}
        targets.append((row, {**values, "span": span}))
    _refuse_negative(targets)
    for row, values in targets:
        _replace(connection, row, values, number)
    return ChangedKeys(frozenset(int(r["month"]) for r, _ in targets), frozenset(str(r["credit_code"]) for r, _ in targets))


def _changes_before_cumulative(connection: Connection, number: int) -> pd.DataFrame:
    """Return the batch's rows before a published cumulative month of their year, with the change of each additive measure."""
    later = monthly.alias("later")
    end_of_year = monthly.c.month - monthly.c.month.cast(Integer) % 100 + m.MONTHS_OF_YEAR
    has_later = exists().where(
        and_(
            later.c.credit_code == monthly.c.credit_code,
            later.c.batch_id != number,
            later.c.basis == _CUMULATIVE,
            later.c.month > monthly.c.month,
            later.c.month <= end_of_year,
        )
    )
    types = reader.dtypes(MONTHLY.table) | {"batch_id": "int64", "source_row": "int64"}
    new = reader.read_frame(connection, select(monthly).where(monthly.c.batch_id == number, has_later), types)
    if new.empty:
        return new
    before = HISTORY[MONTHLY.table]
    statements = (
        select(before).where(before.c.replaced_by == number, before.c.credit_code.in_(chunk))
        for chunk in in_chunks(sorted(set(new["credit_code"])))
    )
    old = reader.read_concatenated(connection, statements, types)
    both = new.merge(old, on=["credit_code", "month"], how="left", suffixes=("", "_old"))
    return both.assign(**{name: both[name].fillna(0) - both[f"{name}_old"].fillna(0) for name in _ADDITIVE})


def _rows_of(connection: Connection, codes: list[str]) -> pd.DataFrame:
    types = reader.dtypes(MONTHLY.table) | {"batch_id": "int64", "source_row": "int64"}
    statements = (select(monthly).where(monthly.c.credit_code.in_(chunk)) for chunk in in_chunks(codes))
    return reader.read_concatenated(connection, statements, types)


def _affected(changed: pd.DataFrame, rows: pd.DataFrame, number: int) -> Iterable[tuple[pd.Series, dict[str, float], int]]:
    """Return the cumulative rows that take a change, with the change of each measure and their span in months."""
    differences: defaultdict[int, dict[str, float]] = defaultdict(lambda: dict.fromkeys(_ADDITIVE, 0))
    by_code = {code: own.sort_values("month") for code, own in rows.groupby("credit_code")}
    for _, row in changed.iterrows():
        own = by_code[row["credit_code"]]
        is_later = (own["month"] > row["month"]) & (own["month"] // 100 == row["month"] // 100)
        following = own[is_later & (own["basis"] == _CUMULATIVE) & (own["batch_id"] != number)]
        differences[int(following.index[0])]  # it may cover fewer months now
        for name in _ADDITIVE:
            # A cumulative row that leaves the measure blank states nothing of it: the next one that does takes the change.
            if len(stating := following.index[following[name].notna()]):
                differences[int(stating[0])][name] += row[name]
    for index, change in differences.items():
        target = rows.loc[index]
        own = by_code[target["credit_code"]]
        earlier = own["month"][(own["month"] < target["month"]) & (own["month"] // 100 == target["month"] // 100)]
        last = m.number_of(int(earlier.max())) if len(earlier) else 0
        span = m.number_of(int(target["month"])) - last
        if span != target["span"] or any(change.values()):
            yield target, change, span


def _less(value: Any, difference: Any) -> Any:
    # Rounding removes the error of subtracting floats (12.3 - 8.9).
    return int(value) - int(difference) if isinstance(value, int | np.integer) else round(float(value) - float(difference), 9)


def _refuse_negative(targets: list[tuple[pd.Series, dict[str, Any]]]) -> None:
    labels = {column.field: column.label for column in MONTHLY_MEASURES}
    refused = [
        f"{row['credit_code']} 的{m.iso(int(row['month']))}“{labels[name]}”"
        for row, values in targets
        for name in _NEVER_NEGATIVE
        if name in values and values[name] < 0 <= row[name]
    ]
    if refused:
        named = "、".join(refused[:_NAMED]) + (f"等{len(refused)}处" if len(refused) > _NAMED else "")
        raise PublishingError(
            f"更正以前月份后，按已发布的累计数推算的当月数为负：{named}。请核对更正的月份，或同时报送更正后的累计数。"
        )


def _replace(connection: Connection, row: pd.Series, values: dict[str, Any], number: int) -> None:
    before = HISTORY[MONTHLY.table]
    key = and_(monthly.c.credit_code == row["credit_code"], monthly.c.month == int(row["month"]))
    columns = [column.name for column in monthly.columns]
    old = select(*(monthly.c[name] for name in columns), literal(number)).where(key)
    connection.execute(insert(before).from_select([*columns, "replaced_by"], old))
    connection.execute(update(monthly).where(key).values(**values, batch_id=number))
