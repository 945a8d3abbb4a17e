"""An evaluation as seen from a level or an area: the same grades, only the area's firms, its parts as their towns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cockpit.cube.arrays import IntArray
from cockpit.district.district import District
from cockpit.evaluation.grading.engine import Evaluation, GroupResult


def evaluation_for_area(evaluation: Evaluation, district: District) -> Evaluation:
    """Restrict an evaluation to the firms of the district's area; scores, ranks and grades stay those among all firms.

    Within a scope, ranks are those among the firms of the scope: a rank among all would tell of firms outside it.
    """
    if not district.has_levels and not district.scope:
        return evaluation
    towns = evaluation.firms["town"].map(district.shown_area_by_key)
    inside = towns.notna().to_numpy(dtype=bool) if district.is_part else np.ones(len(towns), dtype=bool)
    new_rows: IntArray = np.cumsum(inside) - 1
    firms = evaluation.firms.assign(town=towns.astype("str"))[inside].reset_index(drop=True)
    groups = tuple(
        _filter_group(evaluation, result, np.flatnonzero(inside[result.rows]), new_rows) for result in evaluation.groups
    )
    if district.scope:
        groups = tuple(_rank_within(result) for result in groups)
        for result in groups:
            firms.loc[result.rows, "rank"] = result.grading.rank
    return replace(evaluation, firms=firms, groups=groups, ungrouped=0 if district.is_part else evaluation.ungrouped)


def _rank_within(result: GroupResult) -> GroupResult:
    """Rank a group's firms among themselves, in the order of the ranks that they have; firms without a rank stay without."""
    rank = result.grading.rank
    ranked = rank[rank > 0]
    within = np.where(rank > 0, 1 + np.searchsorted(np.sort(ranked), rank), rank)
    return replace(result, ranks=None, grading=replace(result.grading, rank=within))


def _filter_group(evaluation: Evaluation, result: GroupResult, positions: IntArray, new_rows: IntArray) -> GroupResult:
    """Keep the firms at ``positions`` of a group; ``new_rows``: row in the old frame -> row in the new one."""
    scores, grading = result.scores, result.grading
    return replace(
        result,
        ranks=evaluation.indicator_ranks(result, positions),
        rows=new_rows[result.rows[positions]],
        scores=replace(
            scores,
            values=scores.values[positions],
            baselines=scores.baselines[positions],
            points=scores.points[positions],
            factor=scores.factor[positions],
        ),
        grading=replace(
            grading,
            rank=grading.rank[positions],
            by_score=grading.by_score[positions],
            grade=grading.grade[positions],
            exempt=grading.exempt[positions],
            vetoed=grading.vetoed[positions],
            limits=tuple(limit[positions] for limit in grading.limits),
        ),
    )
