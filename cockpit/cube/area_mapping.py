"""Convert what is published by the lowest areas (county, town) to what a level shows, or an area of it.

A sum over an area is the sum over what lies below it; what is published for the whole alone (targets of other areas,
people, the platform) isn't shown for a part. In a district without levels everything stays as it is, the same objects.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cockpit.contracts.sheets import PLATFORM, TALENTS, TARGETS
from cockpit.cube.cube import DIMENSIONS
from cockpit.district.district import District
from cockpit.errors import DistrictError

_WHOLE_ONLY_TABLES = (PLATFORM.table, TALENTS.table)
_MONTH = ["month", *DIMENSIONS]
_MAX_NAMED = 5


def map_to_areas(rows: pd.DataFrame, district: District) -> pd.DataFrame:
    """Map the column ``town`` to the areas that the district shows; rows from elsewhere are left out.

    A row without a town belongs to the whole. Raises ``DistrictError`` for a town of the whole that the pack doesn't know:
    its values would be missing unnoticed.
    """
    if not district.has_levels and not district.scope:
        return rows
    towns = rows["town"].map(district.shown_area_by_key)
    if not district.is_part and len(unknown := rows["town"][towns.isna()].dropna().unique()):
        names = "、".join(sorted(unknown)[:_MAX_NAMED]) + ("等" if len(unknown) > _MAX_NAMED else "")
        raise DistrictError(
            f"数据里有区县配置没有的区域：{names}（共{len(unknown)}个）。请在 district.yaml 里补上，或请数据中心改正后再刷新。"
        )
    is_shown = towns.notna() if district.is_part else towns.notna() | rows["town"].isna()
    return rows.assign(town=towns.astype("str"))[is_shown].reset_index(drop=True)


def map_ledgers_to_areas(ledgers: Mapping[str, pd.DataFrame], district: District) -> Mapping[str, pd.DataFrame]:
    """Map all ledgers (table -> rows) to the areas that the district shows."""
    if not district.has_levels and not district.scope:
        return ledgers
    return {name: _ledger(name, rows, district) for name, rows in ledgers.items()}


def _ledger(name: str, rows: pd.DataFrame, district: District) -> pd.DataFrame:
    if name == TARGETS.table:
        return _targets(rows, district)
    if "town" in rows:
        return map_to_areas(rows, district)
    return rows.iloc[:0] if district.is_part and name in _WHOLE_ONLY_TABLES else rows


def _targets(rows: pd.DataFrame, district: District) -> pd.DataFrame:
    """Targets of the areas shown; inside an area its own stands for the whole."""
    areas = {f"town:{town.key}" for town in district.towns}
    if not district.is_part:
        others = rows["scope"].str.startswith("town:") & ~rows["scope"].isin(areas)
        return rows[~others].reset_index(drop=True)
    own = f"town:{district.area or (district.scope[0] if len(district.scope) == 1 else '')}"
    shown = rows[rows["scope"].isin({own} | areas)]
    return shown.assign(scope=shown["scope"].replace({own: "district"})).reset_index(drop=True)


def sum_cube_to_areas(rows: pd.DataFrame, district: District) -> pd.DataFrame:
    """Sum rows of the cube up to the district's areas; a sum of nothing reported stays missing."""
    if district.is_flat:
        return rows
    sums = [name for name in rows if name not in {*_MONTH, "max_span"}]
    grouped = map_to_areas(rows, district).groupby(_MONTH, sort=False, dropna=False)
    summed = grouped[sums].sum(min_count=1)
    return summed.assign(max_span=grouped["max_span"].max()).reset_index()[list(rows)]
