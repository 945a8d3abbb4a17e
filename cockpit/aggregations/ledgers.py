"""Sums and counts of the ledgers: projects, renewal, remediation, 时尚E家, and published grades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from cockpit import months as m
from cockpit.cube import Filter
from cockpit.dimensions import Grouping
from cockpit.metrics import Ledger, Platform

_COLUMN = {
    Grouping.TOWN: "town",
    Grouping.INDUSTRY: "division",
    Grouping.CHAIN: "chain",
    Grouping.STAGE: "stage",
    Grouping.ROLE: "role",
}
_FEN_PER_WAN = 1e6


def ledger(
    tables: Mapping[str, pd.DataFrame], leaf: Ledger, months: Sequence[int], where: Filter, by: Grouping | None
) -> pd.Series:
    """Number of rows or sum of the value field (money in 万元), by group.

    A filter on a dimension that the ledger lacks does not restrict it. A ledger without any row gives NaN
    (nothing was handed in); rows, but none that counts, give 0.
    """
    rows = tables[leaf.table]
    if rows.empty:
        return _missing(by)
    rows = restrict(rows, where)
    counted = rows[_counts(rows, leaf, months)]
    if not leaf.value:
        amounts = pd.Series(1.0, index=counted.index)
    else:
        amounts = counted[leaf.value].astype("float64") / (_FEN_PER_WAN if leaf.value.endswith("_fen") else 1.0)
    if by is None:
        return pd.Series({"": float(amounts.sum())})
    column = _COLUMN[by]
    groups = sorted(rows[column].dropna().unique())
    return amounts.groupby(counted[column]).sum().reindex(groups, fill_value=0.0).astype("float64").rename(None)


def platform(tables: Mapping[str, pd.DataFrame], leaf: Platform, months: Sequence[int]) -> pd.Series:
    """A figure of 时尚E家 in the district (money in 万元): state of the last month, or sum over the months."""
    rows = tables["platform"]
    wanted = months[-1:] if leaf.last else months
    here = rows[(rows["area"] == "本区") & rows["month"].isin(list(wanted))][leaf.value].astype("float64").dropna()
    scale = _FEN_PER_WAN if leaf.value.endswith("_fen") else 1.0
    return pd.Series({"": float(here.sum()) / scale if len(here) else np.nan})


def graded(
    grades: Mapping[int, pd.DataFrame], wanted: Sequence[str], months: Sequence[int], where: Filter, by: Grouping | None
) -> pd.Series:
    """Enterprises with one of the wanted grades (all when empty) in the evaluation of the year of ``months``."""
    rows = restrict(grades[m.year_of(months[-1])], where)
    hit = rows["grade"].isin(wanted) if wanted else pd.Series(True, index=rows.index)
    if by is None:
        return pd.Series({"": float(hit.sum())})
    return hit.astype("float64").groupby(rows[_COLUMN[by]]).sum().rename(None)


def restrict(rows: pd.DataFrame, where: Filter) -> pd.DataFrame:
    """The rows that ``where`` keeps, as far as the table has its dimensions."""
    for column, wanted in where.items():
        if column in rows.columns:
            rows = rows[rows[column].isin(wanted)]
    return rows


def _counts(rows: pd.DataFrame, leaf: Ledger, months: Sequence[int]) -> pd.Series:
    counts = pd.Series(True, index=rows.index)
    for column, word in leaf.where:
        counts &= (rows[column] == word).fillna(False)
    if leaf.dated:
        dated = _month_of(rows[leaf.dated])
        counts &= dated.le(months[-1]) if leaf.until_end else dated.isin(list(months))
    if leaf.done_by:
        counts &= _month_of(rows[leaf.done_by]).le(months[-1])
    return counts.astype(bool)


def _month_of(dates: pd.Series) -> pd.Series:
    """yyyymm of each date; NaN for a missing one, which no comparison counts."""
    dates = pd.to_datetime(dates)
    return dates.dt.year * 100.0 + dates.dt.month


def _missing(by: Grouping | None) -> pd.Series:
    return pd.Series({"": np.nan}) if by is None else pd.Series(dtype="float64")
