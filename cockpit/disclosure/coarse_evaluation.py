"""An evaluation without its firms: totals over groups in which no grade, land or tax gives a firm away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.catalogue.dimensions import ALL_DIVISIONS, MERGED_DIVISION
from cockpit.cube.arrays import FloatArray
from cockpit.cube.table_view import ColumnStore
from cockpit.disclosure.cell_groups import MERGED_CHAIN, CellGroups, Coarsening, CubeCell
from cockpit.disclosure.decision import merge_cells
from cockpit.disclosure.statistics import CellStatistics, GroupStatistics, total_statistics
from cockpit.district.district import District

#: Instead of the grade, where a town's firms of a grade are too few and are counted with those of others.
MERGED_GRADE = "合并"
_AMOUNTS = ("land_mu", "tax")


@dataclass(frozen=True)
class CoarseEvaluation:
    """Totals of an evaluation. ``totals``: as ``results.evaluated_firms.totals_by_dimensions``, one row a town, chain, group
    and grade of those that are shown; ``merged``: the merged towns of each evaluation group.
    """

    totals: ColumnStore
    merged: tuple[CellGroups, ...]


def coarsen_evaluation(firms: pd.DataFrame, coarsening: Coarsening, district: District) -> CoarseEvaluation:
    """Add up the firms of an evaluation (``Evaluation.firms``) by town, chain, group and grade.

    Each sum is over at least the minimum number of firms, none of which dominates its land (亩) or tax (万元). Inside a town
    and grade small chains are merged into 其他产业链, then small grades of the town (``MERGED_GRADE``), then towns; an
    evaluation group that is too small as a whole is left out. Towns begin as the cube's groups have them. Division is
    ``ALL_DIVISIONS`` throughout.
    """
    order, frames, merged = [town.key for town in district.towns], [], []
    for _, own in firms.groupby("group", sort=True):
        statistics = _statistics(own)
        if not total_statistics(statistics.values()).is_sensitive(district.thresholds):
            groups = merge_cells(statistics, order, district.thresholds, CellGroups(coarsening.groups.towns))
            frames.append(_totals(own, groups))
            merged.append(groups)
    columns = ["town", "division", "chain", "group", "grade", "firms", *_AMOUNTS]
    totals = pd.concat(frames, ignore_index=True) if frames else firms.iloc[:0].assign(division="", firms=0)
    return CoarseEvaluation(ColumnStore(totals[columns]), tuple(merged))


def coarsen_grades(grades: pd.DataFrame, coarsening: Coarsening, district: District) -> tuple[pd.DataFrame, CellGroups]:
    """Return a year's grades (see ``Snapshot.grades``) by groups of at least the minimum number of graded firms, and the groups.

    The groups hold whole groups of the cube. Without credit code, stage, role and kind; no row where there are too few in all.
    """
    columns = [grades[name].astype(object).where(grades[name].notna(), "") for name in CubeCell._fields]
    cells = [CubeCell(*map(str, keys)) for keys in zip(*columns, strict=True)]
    none = np.empty((0, 1))
    statistics = {
        cell: GroupStatistics(count, np.array([count]), none.astype(np.int64), none, none)
        for cell, count in Counter(cells).items()
    }
    limits, order = district.thresholds, [town.key for town in district.towns]
    if not statistics or total_statistics(statistics.values()).is_sensitive(limits):
        return grades.iloc[:0], coarsening.groups
    groups = merge_cells(statistics, order, limits, coarsening.groups)
    shown = pd.DataFrame([groups.group(cell) for cell in cells], columns=list(CubeCell._fields), dtype="str")
    rows = grades.reset_index(drop=True).assign(**shown, credit_code="", stage="", role="", kind="").astype(grades.dtypes)
    return rows.sort_values([*CubeCell._fields, "grade"], kind="stable").reset_index(drop=True), groups


def _cells(firms: pd.DataFrame) -> list[CubeCell]:
    """Return town, chain and grade of each firm as a cell: chains of a grade are merged as divisions of a chain are."""
    columns = [firms[name].astype(object).where(firms[name].notna(), "") for name in ("town", "chain", "grade")]
    return [CubeCell(*map(str, keys)) for keys in zip(*columns, strict=True)]


def _statistics(firms: pd.DataFrame) -> CellStatistics:
    amounts = np.abs(firms[list(_AMOUNTS)].to_numpy(dtype=np.float64, na_value=0.0))
    rows: dict[CubeCell, list[int]] = {}
    for i, cell in enumerate(_cells(firms)):
        rows.setdefault(cell, []).append(i)
    return {cell: _group_statistics(amounts, own) for cell, own in rows.items()}


def _group_statistics(amounts: FloatArray, rows: Sequence[int]) -> GroupStatistics:
    values = amounts[rows].T[:, :, None]  # [amount, firm, one month]
    return GroupStatistics(len(rows), np.array([len(rows)]), (values > 0).sum(axis=1), values.sum(axis=1), values.max(axis=1))


def _totals(firms: pd.DataFrame, groups: CellGroups) -> pd.DataFrame:
    shown = [groups.group(cell) for cell in _cells(firms)]
    keys = {
        "town": [cell.town for cell in shown],
        "division": [ALL_DIVISIONS] * len(shown),
        "chain": [MERGED_CHAIN if cell.division == MERGED_DIVISION else cell.division for cell in shown],
        "group": firms["group"].tolist(),
        "grade": [MERGED_GRADE if cell.chain == MERGED_CHAIN else cell.chain for cell in shown],
    }
    values = {"firms": [1] * len(shown)} | {name: firms[name].tolist() for name in _AMOUNTS}
    return pd.DataFrame(keys | values).groupby(list(keys), sort=True)[list(values)].sum().reset_index()
