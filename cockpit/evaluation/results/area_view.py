"""An evaluation as a level or an area of a pack shows it: the same grades, the firms of the area, its areas as their towns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cockpit.cube.arrays import IntArray
from cockpit.district.district import District
from cockpit.evaluation.grading.engine import Evaluation, GroupResult


def evaluation_shown(evaluation: Evaluation, district: District) -> Evaluation:
    """Scores, ranks and grades stay those among all firms; only the firms of the area shown are left."""
    if not district.has_levels:
        return evaluation
    towns = evaluation.firms["town"].map(district.shown_as)
    kept = towns.notna().to_numpy(dtype=bool) if district.path else np.ones(len(towns), dtype=bool)
    at: IntArray = np.cumsum(kept) - 1
    firms = evaluation.firms.assign(town=towns.astype("str"))[kept].reset_index(drop=True)
    groups = tuple(_group(result, np.flatnonzero(kept[result.rows]), at) for result in evaluation.groups)
    return replace(evaluation, firms=firms, groups=groups, outside=0 if district.path else evaluation.outside)


def _group(result: GroupResult, kept: IntArray, at: IntArray) -> GroupResult:
    """The firms at the places ``kept`` of a group; ``at``: place in the old frame -> place in the new one."""
    scores, grading = result.scores, result.grading
    return replace(
        result,
        rows=at[result.rows[kept]],
        scores=replace(
            scores,
            values=scores.values[kept],
            baselines=scores.baselines[kept],
            points=scores.points[kept],
            factor=scores.factor[kept],
        ),
        grading=replace(
            grading,
            rank=grading.rank[kept],
            by_score=grading.by_score[kept],
            grade=grading.grade[kept],
            exempt=grading.exempt[kept],
            vetoed=grading.vetoed[kept],
            limits=tuple(limit[kept] for limit in grading.limits),
        ),
    )
