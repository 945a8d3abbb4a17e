"""Sums and counts of the ledgers: projects, renewal, remediation, 时尚E家, and published grades."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cockpit.aggregations.sums import COLUMN
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.formulas import Ledger, Platform
from cockpit.contracts.sheets import FEN_PER_WAN
from cockpit.cube.arrays import BoolArray, FloatArray, or_zero, sums
from cockpit.cube.breakdown import EMPTY_BREAKDOWN, TOTAL, Breakdown
from cockpit.cube.categorical import Categorical, to_categorical
from cockpit.cube.cube import Filter
from cockpit.cube.table_view import ColumnStore
from cockpit.snapshot import Snapshot


def ledger(data: Snapshot, leaf: Ledger, months: Sequence[int], where: Filter, by: Grouping | None) -> Breakdown:
    """Number of rows or sum of the value field (money in 万元), by group.

    A filter on a dimension that the ledger lacks does not restrict it. A ledger without any row gives NaN
    (nothing was handed in); rows, but none that counts, give 0.
    """
    rows = data.ledgers[leaf.table]
    if rows.empty:
        return _missing(by)
    keep = _kept(data, leaf.table, rows, where)
    amounts = np.where(keep & _counts(data, leaf, months), _amounts(data, leaf), 0.0)
    if by is None:
        return Breakdown((TOTAL,), sums(np.zeros(len(amounts), dtype=np.int64), amounts, 1))
    return _by_group(_coded(data, leaf.table, rows, COLUMN[by]), keep, amounts)


def by_month(data: Snapshot, leaf: Ledger, months: Sequence[int], where: Filter) -> FloatArray | None:
    """What counts within each of a run of months; ``None`` for a leaf that looks at more than one date's month."""
    if not leaf.dated or leaf.until_end or leaf.done_by:
        return None
    rows = data.ledgers[leaf.table]
    if rows.empty:
        return np.full(len(months), np.nan)
    keep = _kept(data, leaf.table, rows, where) & _has_words(data, leaf)
    dated, amounts = _months_of(data, leaf.table, leaf.dated)[keep], _amounts(data, leaf)[keep]
    there = (dated >= months[0]) & (dated <= months[-1])
    return sums(np.searchsorted(months, dated[there]), amounts[there], len(months))


def platform(data: Snapshot, leaf: Platform, months: Sequence[int]) -> Breakdown:
    """A figure of 时尚E家 in the district (money in 万元): state of the last month, or sum over the months."""
    rows = data.ledgers["platform"]
    wanted = months[-1:] if leaf.last else months
    here = rows[(rows["area"] == "本区") & rows["month"].isin(list(wanted))][leaf.value].astype("float64").dropna()
    scale = FEN_PER_WAN if leaf.value.endswith("_fen") else 1.0
    return Breakdown((TOTAL,), np.array([float(here.sum()) / scale if len(here) else np.nan]))


def graded(data: Snapshot, wanted: Sequence[str], year: int, where: Filter, by: Grouping | None) -> Breakdown:
    """Enterprises with one of the wanted grades (all when empty) in the published evaluation of ``year``."""
    places = _graded_places(data, year)
    kept = places.rows.filter({column: keys for column, keys in where.items() if column in places.frame.columns})
    amounts = kept.number("firms")
    if wanted:
        amounts = np.where(kept.isin("grade", wanted), amounts, 0.0)
    if by is None:
        return Breakdown((TOTAL,), np.array([amounts.sum()]))
    return _by_group(kept.categorical(COLUMN[by]), np.ones(len(kept), dtype=bool), amounts)


def _graded_places(data: Snapshot, year: int) -> ColumnStore:
    """How many enterprises have each grade in each place: a filter then costs as much as there are places, not enterprises."""

    def build() -> ColumnStore:
        rows = data.grades[year]
        same = [column for column in rows.columns if column != "credit_code"]
        return ColumnStore(rows.groupby(same, dropna=False, observed=True).size().rename("firms").reset_index())

    return data.cube.keep(("graded places", year), build)


def _by_group(by: Categorical, keep: BoolArray, amounts: FloatArray) -> Breakdown:
    kept = keep & (by.codes >= 0)
    used, group = np.unique(by.codes[kept], return_inverse=True)
    return Breakdown(tuple(by.keys[u] for u in used), sums(group, amounts[kept], len(used)))


def _kept(data: Snapshot, table: str, rows: pd.DataFrame, where: Filter) -> BoolArray:
    """The rows that ``where`` keeps, as far as the table has its dimensions."""
    keep = np.ones(len(rows), dtype=bool)
    for column, wanted in where.items():
        if column in rows.columns:
            keep &= _coded(data, table, rows, column).isin(wanted)
    return keep


def _coded(data: Snapshot, table: str, rows: pd.DataFrame, column: str) -> Categorical:
    """A column of a ledger as codes."""
    # Kept with the cube: it lives as long as the data version and its ledgers.
    return data.cube.keep(("coded", table, column), lambda: to_categorical(rows[column]))


def _counts(data: Snapshot, leaf: Ledger, months: Sequence[int]) -> BoolArray:
    counts = _has_words(data, leaf)
    if leaf.dated:
        dated = _months_of(data, leaf.table, leaf.dated)
        # Months are a run: periods have no gaps.
        counts &= (dated <= months[-1]) if leaf.until_end else (dated >= months[0]) & (dated <= months[-1])
    if leaf.done_by:
        counts &= _months_of(data, leaf.table, leaf.done_by) <= months[-1]
    return counts


def _has_words(data: Snapshot, leaf: Ledger) -> BoolArray:
    rows = data.ledgers[leaf.table]
    found = np.ones(len(rows), dtype=bool)
    for column, word in leaf.where:
        found &= _coded(data, leaf.table, rows, column).isin((word,))
    return found


def _amounts(data: Snapshot, leaf: Ledger) -> FloatArray:
    def build() -> FloatArray:
        rows = data.ledgers[leaf.table]
        if not leaf.value:
            return np.ones(len(rows))
        scale = FEN_PER_WAN if leaf.value.endswith("_fen") else 1.0
        amounts: FloatArray = or_zero(rows[leaf.value].to_numpy(dtype=np.float64, na_value=np.nan)) / scale
        return amounts

    return data.cube.keep(("amounts", leaf.table, leaf.value), build)


def _months_of(data: Snapshot, table: str, column: str) -> FloatArray:
    """yyyymm of each row's date; NaN for a missing one, which no comparison counts."""

    def build() -> FloatArray:
        dates = pd.to_datetime(data.ledgers[table][column])
        months: FloatArray = (dates.dt.year * 100.0 + dates.dt.month).to_numpy(dtype=np.float64, na_value=np.nan)
        return months

    return data.cube.keep(("months", table, column), build)


def _missing(by: Grouping | None) -> Breakdown:
    return Breakdown((TOTAL,), np.array([np.nan])) if by is None else EMPTY_BREAKDOWN
