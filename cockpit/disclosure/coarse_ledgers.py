"""Ledgers without what they say of single enterprises."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cockpit.contracts.sheets import ENTERPRISES, PARKS, PROJECTS, REMEDIATIONS, TARGETS
from cockpit.disclosure.average_land import average_by_class
from cockpit.disclosure.cell_groups import CellGroups, CubeCell
from cockpit.district.district import District

#: What remains of a row of the register: how many enterprises there are of what kind, but nothing of any of them.
_REGISTER_COLUMNS = ("town", "industry_code", "chain", "stage", "kind", "platform_member")
_REMEDIATION_COLUMNS = ("town", "kind", "status", "listed_on", "completed_on", "released_land_mu")
_TOWN_SCOPE = "town:"


def coarsen_ledgers(ledgers: Mapping[str, pd.DataFrame], groups: CellGroups, district: District) -> Mapping[str, pd.DataFrame]:
    """Return the ledgers (table -> rows) for readers without the right to single firms; columns and types stay.

    Merged towns stand under the key of their group. Of a row of the register remain town, the division of its group, chain,
    stage, kind and membership; of one of remediation town, kind, status, days and released land, averaged over as many rows as
    that needs (see ``average_by_class``). Their credit codes are numbers that name nobody, their order says nothing. Projects
    lose their investor, parks without the minimum of tenants their tax. A merged town has no target: those of its towns
    would stand for single ones.
    """
    shown = {name: _coarsen_towns(rows, groups) for name, rows in ledgers.items()}
    if ENTERPRISES.table in shown:
        divisions = _divisions(ledgers[ENTERPRISES.table], groups)
        shown[ENTERPRISES.table] = shown[ENTERPRISES.table].assign(industry_code=divisions)
    for name, columns in ((ENTERPRISES.table, _REGISTER_COLUMNS), (REMEDIATIONS.table, _REMEDIATION_COLUMNS)):
        if name in shown:
            shown[name] = _without_names(shown[name], columns)
    if REMEDIATIONS.table in shown:
        shown[REMEDIATIONS.table] = _average_released_land(shown[REMEDIATIONS.table], district)
    for name in (PROJECTS.table, "project_versions"):
        if name in shown and "investor" in shown[name]:
            shown[name] = shown[name].assign(investor=_blank(shown[name]["investor"]))
    if PARKS.table in shown:
        rows = shown[PARKS.table]
        enough = rows["tenants"] >= district.thresholds.disclosure_minimum_firms
        shown[PARKS.table] = rows.assign(tax_fen=rows["tax_fen"].where(enough))
    if TARGETS.table in shown:
        rows = shown[TARGETS.table]
        is_merged = rows["scope"].isin([_TOWN_SCOPE + town for town in groups.shown_town])
        shown[TARGETS.table] = rows[~is_merged].reset_index(drop=True)
    return shown


def _coarsen_towns(rows: pd.DataFrame, groups: CellGroups) -> pd.DataFrame:
    if "town" not in rows or not groups.towns:
        return rows
    return rows.assign(town=rows["town"].replace(dict(groups.shown_town)))


def _divisions(register: pd.DataFrame, groups: CellGroups) -> pd.Series:
    """Return the two-digit division of each enterprise's group, whatever its chain is merged into."""
    rows = zip(register["town"], register["industry_code"].str[:2], register["chain"], strict=True)
    divisions = [groups.group(CubeCell(*keys)).division for keys in rows]
    return pd.Series(divisions, index=register.index, dtype=register["industry_code"].dtype)


def _blank(column: pd.Series) -> pd.Series:
    return pd.Series(index=column.index, dtype=column.dtype)


def _without_names(rows: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Blank all other columns, sort by what remains and number the rows as credit codes that no enterprise has."""
    blank = {name: _blank(rows[name]) for name in rows if name not in columns}
    remaining = rows.assign(**blank).sort_values(list(columns), kind="stable").reset_index(drop=True)
    numbers = pd.Series([f"-{i}" for i in range(len(remaining))], index=remaining.index, dtype=rows["credit_code"].dtype)
    return remaining.assign(credit_code=numbers)


def _average_released_land(rows: pd.DataFrame, district: District) -> pd.DataFrame:
    """Average released land inside a town over rows of a kind completed in the same month, or over more where those are too few.

    Where even the district's rows are too few, or one has nearly all of it, none is shown.
    """
    land = rows["released_land_mu"].to_numpy(dtype=np.float64, na_value=np.nan)
    town, kind = (pd.factorize(rows[name])[0].astype(np.int64) for name in ("town", "kind"))
    days = rows["completed_on"]
    month = (days.dt.year * 12 + days.dt.month).fillna(0).to_numpy(dtype=np.int64)
    averaged = average_by_class(town, np.column_stack([kind, month]), land, district.thresholds)
    return rows.assign(released_land_mu=averaged)
