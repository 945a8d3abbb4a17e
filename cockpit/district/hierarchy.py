"""From what is published by the lowest areas (county, town) to what a level shows, or an area of it.

A sum over an area is the sum over what lies below it; what only the whole tells (targets of other areas, people, the
platform) isn't told of a part. In a district without levels everything stays as it is, the same objects.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cockpit.contracts.sheets import PLATFORM, TALENTS, TARGETS
from cockpit.cube.cube import DIMENSIONS
from cockpit.district.district import District
from cockpit.errors import DistrictError

_OF_THE_WHOLE = (PLATFORM.table, TALENTS.table)
_MONTH = ["month", *DIMENSIONS]
_NAMED = 5


def map_to_areas(rows: pd.DataFrame, district: District) -> pd.DataFrame:
    """Rows with a column ``town`` as the district shows them: towns become its areas, rows from elsewhere are left out.

    A row without a town belongs to the whole. Raises ``DistrictError`` for a town of the whole that the pack doesn't know:
    its figures would be missing without a word.
    """
    if not district.has_levels:
        return rows
    towns = rows["town"].map(district.shown_area_by_key)
    if not district.path and len(unknown := rows["town"][towns.isna()].dropna().unique()):
        named = "、".join(sorted(unknown)[:_NAMED]) + ("等" if len(unknown) > _NAMED else "")
        raise DistrictError(
            f"数据里有区县配置没有的区域：{named}（共{len(unknown)}个）。请在 district.yaml 里补上，或请数据中心改正后再刷新。"
        )
    kept = towns.notna() if district.path else towns.notna() | rows["town"].isna()
    return rows.assign(town=towns.astype("str"))[kept].reset_index(drop=True)


def map_ledgers_to_areas(ledgers: Mapping[str, pd.DataFrame], district: District) -> Mapping[str, pd.DataFrame]:
    """All ledgers (by table) as the district shows them."""
    if not district.has_levels:
        return ledgers
    return {name: _ledger(name, rows, district) for name, rows in ledgers.items()}


def _ledger(name: str, rows: pd.DataFrame, district: District) -> pd.DataFrame:
    if name == TARGETS.table:
        return _targets(rows, district)
    if "town" in rows:
        return map_to_areas(rows, district)
    return rows.iloc[:0] if district.path and name in _OF_THE_WHOLE else rows


def _targets(rows: pd.DataFrame, district: District) -> pd.DataFrame:
    """Targets of the areas shown; inside an area its own stands for the whole."""
    areas = {f"town:{town.key}" for town in district.towns}
    if not district.path:
        others = rows["scope"].str.startswith("town:") & ~rows["scope"].isin(areas)
        return rows[~others].reset_index(drop=True)
    own = f"town:{district.area}"
    kept = rows[rows["scope"].isin({own} | areas)]
    return kept.assign(scope=kept["scope"].replace({own: "district"})).reset_index(drop=True)


def sum_cube_to_areas(rows: pd.DataFrame, district: District) -> pd.DataFrame:
    """Rows of the cube summed up to the district's areas; a sum of nothing reported stays missing."""
    if district.is_flat:
        return rows
    sums = [name for name in rows if name not in {*_MONTH, "max_span"}]
    grouped = map_to_areas(rows, district).groupby(_MONTH, sort=False, dropna=False)
    found = grouped[sums].sum(min_count=1)
    return found.assign(max_span=grouped["max_span"].max()).reset_index()[list(rows)]
