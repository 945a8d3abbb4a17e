"""Sums and counts of the ledgers: projects, renewal, remediation, 时尚E家, and published grades."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cockpit import cache
from cockpit.aggregations.sums import COLUMN
from cockpit.calendar.dates import month_end
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.formulas import LedgerTotal, PlatformValue
from cockpit.contracts.sheets import FEN_PER_WAN
from cockpit.cube.arrays import BoolArray, FloatArray, fill_zero, group_sums
from cockpit.cube.breakdown import EMPTY_BREAKDOWN, TOTAL, Breakdown
from cockpit.cube.categorical import Categorical
from cockpit.cube.cube import Filter
from cockpit.cube.table_view import ColumnStore
from cockpit.ledgers.investment import invested_on
from cockpit.snapshot import Snapshot

#: The one field that changes over time without a date: it is as of the ledger's newest date.
INVESTED = "invested_fen"


def ledger(data: Snapshot, leaf: LedgerTotal, months: Sequence[int], where: Filter, by: Grouping | None) -> Breakdown:
    """Count the rows, or sum the value field (money in 万元), by group.

    A filter on a dimension that the ledger lacks does not restrict it. A ledger without any row gives NaN
    (nothing was handed in); rows, but none that counts, give 0.
    """
    table = ledger_table(data, leaf.table)
    if not len(table):
        return Breakdown((TOTAL,), np.array([np.nan])) if by is None else EMPTY_BREAKDOWN
    mask = _filter_mask(table, where)
    values = _amounts(data, table, leaf, months[-1])
    if values is None:
        return Breakdown((TOTAL,), np.array([np.nan])) if by is None else EMPTY_BREAKDOWN
    amounts = np.where(mask & _counts(table, leaf, months), values, 0.0)
    if by is None:
        return Breakdown((TOTAL,), group_sums(np.zeros(len(amounts), dtype=np.int64), amounts, 1))
    return _by_group(table.categorical(COLUMN[by]), mask, amounts)


def by_month(data: Snapshot, leaf: LedgerTotal, months: Sequence[int], where: Filter) -> FloatArray | None:
    """Return what counts within each of a run of months; ``None`` for a leaf that looks at more than one date's month."""
    if not leaf.dated or leaf.until_end or leaf.done_by or leaf.value == INVESTED:
        return None
    table = ledger_table(data, leaf.table)
    if not len(table):
        return np.full(len(months), np.nan)
    mask = _filter_mask(table, where) & _matches(table, leaf)
    values = _amounts(data, table, leaf, months[-1])
    assert values is not None
    month, amounts = table.month(leaf.dated)[mask], values[mask]
    within = (month >= months[0]) & (month <= months[-1])
    return group_sums(np.searchsorted(months, month[within]), amounts[within], len(months))


def platform(data: Snapshot, leaf: PlatformValue, months: Sequence[int]) -> Breakdown:
    """Return a value of 时尚E家 in the district (money in 万元): state of the last month, or sum over the months."""
    table = ledger_table(data, "platform")
    mask = table.categorical("area").isin(("本区",)) & np.isin(table.number("month"), months[-1:] if leaf.last else months)
    values = table.number(leaf.value)[mask]
    known = values[~np.isnan(values)]
    return Breakdown((TOTAL,), np.array([float(known.sum()) / _scale(leaf.value) if len(known) else np.nan]))


def graded(data: Snapshot, grades: Sequence[str], year: int, where: Filter, by: Grouping | None) -> Breakdown:
    """Count the enterprises with one of the grades (all when empty) in the published evaluation of ``year``."""
    counts = _grade_counts(data, year)
    rows = counts.rows.filter({column: keys for column, keys in where.items() if column in counts.columns})
    amounts = rows.number("firms")
    if grades:
        amounts = np.where(rows.isin("grade", grades), amounts, 0.0)
    if by is None:
        return Breakdown((TOTAL,), np.array([amounts.sum()]))
    return _by_group(rows.categorical(COLUMN[by]), np.ones(len(rows), dtype=bool), amounts)


def ledger_table(data: Snapshot, table: str) -> ColumnStore:
    """Return the columns of a ledger by its table name in ``contracts.sheets``, converted once a data version."""
    return data.cache.get_or_compute(cache.LEDGERS, table, lambda: ColumnStore(data.ledgers[table]))


def _grade_counts(data: Snapshot, year: int) -> ColumnStore:
    """Count enterprises (``firms``) by all other columns: a filter then costs as much as there are groups, not enterprises."""

    def compute() -> ColumnStore:
        rows = data.grades[year]
        dimensions = [column for column in rows.columns if column != "credit_code"]
        return ColumnStore(rows.groupby(dimensions, dropna=False, observed=True).size().rename("firms").reset_index())

    return data.cache.get_or_compute(cache.GRADE_COUNTS, year, compute)


def _by_group(by: Categorical, mask: BoolArray, amounts: FloatArray) -> Breakdown:
    counted = mask & (by.codes >= 0)
    used, group = np.unique(by.codes[counted], return_inverse=True)
    return Breakdown(tuple(by.keys[u] for u in used), group_sums(group, amounts[counted], len(used)))


def _filter_mask(table: ColumnStore, where: Filter) -> BoolArray:
    """Mask of the rows that pass the filter, as far as the table has its dimensions."""
    mask = np.ones(len(table), dtype=bool)
    for column, keys in where.items():
        if column in table.columns:
            mask &= table.categorical(column).isin(keys)
    return mask


def _counts(table: ColumnStore, leaf: LedgerTotal, months: Sequence[int]) -> BoolArray:
    """Mask of the rows that the leaf counts. Missing dates are month 0: in no period, but up to any period's end."""
    mask = _matches(table, leaf)
    if leaf.dated:
        month = table.month(leaf.dated)
        # Months are a run: periods have no gaps.
        mask &= (month >= (0 if leaf.until_end else months[0])) & (month <= months[-1])
    if leaf.done_by:
        done = table.month(leaf.done_by)
        mask &= (done > 0) & (done <= months[-1])
    return mask


def _matches(table: ColumnStore, leaf: LedgerTotal) -> BoolArray:
    """Mask of the rows with the texts that the leaf requires."""
    mask = np.ones(len(table), dtype=bool)
    for column, value in leaf.where:
        mask &= table.categorical(column).isin((value,))
    return mask


def _amounts(data: Snapshot, table: ColumnStore, leaf: LedgerTotal, last: int) -> FloatArray | None:
    """Return what each row counts for, as of the end of month ``last``; ``None`` where that isn't known."""
    if not leaf.value:
        return np.ones(len(table))
    values = table.number(leaf.value) if leaf.value != INVESTED else invested(data, last)
    return None if values is None else fill_zero(values) / _scale(leaf.value)


def invested(data: Snapshot, last: int) -> FloatArray | None:
    """Return the completed investment (分) of each row of the ledger as of the end of month ``last``; ``None`` = not known."""

    def compute() -> FloatArray | None:
        known = invested_on(data.ledgers["project_versions"], month_end(last), month_end(data.cube.newest_month))
        if known is None:
            return None
        values: FloatArray = data.ledgers["project"]["project_no"].map(known).to_numpy(dtype=np.float64, na_value=np.nan)
        return values

    return data.cache.get_or_compute(cache.INVESTED, last, compute)


def _scale(column: str) -> float:
    return FEN_PER_WAN if column.endswith("_fen") else 1.0
