"""The engine: from a policy and a year's values to every firm's score, rank and grade. Vectorised and pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from cockpit.cube.arrays import FloatArray, IntArray
from cockpit.errors import PolicyError
from cockpit.evaluation.grading.grades import NO_INDEX, GroupGrading, grade_group
from cockpit.evaluation.grading.ranks import IndicatorRanks, indicator_ranks
from cockpit.evaluation.grading.reasons import grade_reasons
from cockpit.evaluation.grading.rounding import round_array
from cockpit.evaluation.grading.scoring import GroupScores, redistributed_weights, score_group
from cockpit.evaluation.policy.policy import COLUMN_BY_LABEL, GRADES, EvaluationGroup, Policy

#: Columns of the frame that the engine reads: texts and dates, and (``VALUE_COLUMNS``) floats.
IDENTITY_COLUMNS = ("credit_code", "name", "town", "division", "chain", "stage", "role", "kind", "founded_on", "veto")
VALUE_COLUMNS = (*COLUMN_BY_LABEL.values(), "bonus", "malus")


@dataclass(frozen=True)
class GroupResult:
    """Scores and grades of a group's firms, parallel to ``rows``: their positions in the evaluation's frame.

    ``ranks``: those among all firms of the group, where ``rows`` are an area's only; ``None`` where they are all.
    """

    group: EvaluationGroup
    rows: IntArray
    scores: GroupScores
    grading: GroupGrading
    ranks: IndicatorRanks | None = None

    @cached_property
    def position_of_row(self) -> dict[int, int]:
        """Position in the evaluation's frame -> position in the group's arrays."""
        return {int(row): position for position, row in enumerate(self.rows)}


@dataclass(frozen=True)
class Evaluation:
    """An evaluated year.

    ``firms``: one row an evaluated firm by credit code: ``IDENTITY_COLUMNS``, ``VALUE_COLUMNS`` and ``group, base_score,
    score, rank, grade, by_score, treated_as, weakest, reason``. ``base_score`` is before additions and deductions;
    ``grade`` is A-D or the mark of the exemption; ``treated_as`` the grade whose measures apply ('' = none).
    ``ungrouped``: number of firms with values that belong to no group.
    """

    policy: Policy
    firms: pd.DataFrame
    groups: tuple[GroupResult, ...]
    ungrouped: int = 0

    @property
    def graded(self) -> pd.DataFrame:
        """The firms graded A-D."""
        return self.firms[self.firms["grade"].isin(GRADES)]

    def group_result(self, group: str) -> GroupResult:
        """Return a group's result by the group's key."""
        return next(r for r in self.groups if r.group.key == group)

    def indicator_ranks(self, result: GroupResult, positions: IntArray) -> IndicatorRanks:
        """Rank the firms at ``positions`` of one of ``groups`` among all firms of the group, also those outside of an area."""
        if result.ranks is not None:
            return result.ranks.take(positions)
        return indicator_ranks(result.group, self.firms.iloc[result.rows], result.scores.values, positions)


def evaluate_policy(policy: Policy, firms: pd.DataFrame, last_year: pd.DataFrame) -> Evaluation:
    """Evaluate the policy's year.

    ``firms``: the year's values, one row a firm, columns ``IDENTITY_COLUMNS`` and ``VALUE_COLUMNS`` (NaN = not reported);
    ``last_year``: the same of the year before, may be empty. The order of rows is irrelevant.

    Raises ``PolicyError`` for a year without values, a group without firms, or a baseline that can't be computed.
    """
    if firms.empty:
        raise PolicyError(f"没有{policy.year}年的年度评价数据，没有评价。请先发布含该年“年度评价”的工作簿。")
    if not firms["credit_code"].is_monotonic_increasing:
        firms = firms.sort_values("credit_code")
    firms = firms.reset_index(drop=True)
    group_of, group_of_last_year = assign_groups(policy, firms), assign_groups(policy, last_year)
    results = []
    for index, group in enumerate(policy.groups):
        rows = np.flatnonzero(group_of == index)
        path = f"groups[{index}]（{group.key}）"
        if not len(rows):
            raise PolicyError(f"{path}：{policy.year}年没有一家企业属于这一组，没有评价。请检查评价类型和行业。")
        load_last_year = _last_year_loader(policy, last_year, group_of_last_year == index, path)
        results.append(_evaluate_group(policy, group, firms, rows, load_last_year, path))
    frame = _result_frame(policy, firms, group_of, results)
    return Evaluation(policy, frame, _renumber_rows(results, group_of), int((group_of == NO_INDEX).sum()))


def assign_groups(policy: Policy, firms: pd.DataFrame) -> IntArray:
    """Return the index of the first group that each firm belongs to, else ``NO_INDEX``."""
    indices = np.full(len(firms), NO_INDEX, dtype=np.int64)
    for index in reversed(range(len(policy.groups))):
        group = policy.groups[index]
        fits = (firms["kind"] == group.kind).to_numpy(dtype=bool)
        if group.industries:
            fits = fits & firms["division"].isin(group.industries).to_numpy(dtype=bool)
        indices = np.where(fits, index, indices)
    return indices


def _last_year_loader(policy: Policy, last_year: pd.DataFrame, mask: object, path: str) -> Callable[[], pd.DataFrame]:
    """Build a loader of the group's firms of the year before; only policies that need them call it."""

    def load() -> pd.DataFrame:
        firms = last_year[mask]
        if firms.empty:
            raise PolicyError(f"{path}：基准值要用{policy.year - 1}年的数据，但该年没有年度评价数据，没有评价。")
        return firms

    return load


def _evaluate_group(
    policy: Policy, group: EvaluationGroup, firms: pd.DataFrame, rows: IntArray, last_year: Callable[[], pd.DataFrame], path: str
) -> GroupResult:
    own = firms.iloc[rows]
    scores = score_group(group, own, last_year, path)
    total = final_scores(policy, scores.points, own)
    return GroupResult(group, rows, scores, grade_group(policy, group, own, scores, total, last_year, path))


def final_scores(policy: Policy, points: FloatArray, firms: pd.DataFrame) -> FloatArray:
    """Add up base score plus additions, minus deductions, each up to its ceiling; rounded to ``policy.decimals``."""
    bonus, malus = (
        np.minimum(firms[name].fillna(0.0).to_numpy(dtype=np.float64), np.inf if ceiling is None else ceiling)
        for name, ceiling in (("bonus", policy.bonus_ceiling), ("malus", policy.malus_ceiling))
    )
    return round_array(round_array(points.sum(axis=1), policy.decimals) + bonus - malus, policy.decimals)


def _result_frame(policy: Policy, firms: pd.DataFrame, group_of: IntArray, results: list[GroupResult]) -> pd.DataFrame:
    """Build the frame of the evaluation: firms of all groups with their results."""
    numbers = {name: np.full(len(firms), np.nan) for name in ("base_score", "score", "rank")}
    texts = {name: np.full(len(firms), "", dtype=object) for name in ("group", "grade", "by_score", "treated_as", "weakest")}
    texts["reason"] = np.full(len(firms), "", dtype=object)
    grades = np.array([*GRADES, ""], dtype=object)  # the last one is for NO_INDEX
    marks = np.array([*(e.mark for e in policy.exemptions), ""], dtype=object)
    substitutes = np.array([*(e.treated_as or "" for e in policy.exemptions), ""], dtype=object)
    for r in results:
        own = firms.iloc[r.rows]
        numbers["base_score"][r.rows] = round_array(r.scores.points.sum(axis=1), policy.decimals)
        numbers["score"][r.rows] = final_scores(policy, r.scores.points, own)
        numbers["rank"][r.rows] = r.grading.rank
        texts["group"][r.rows] = r.group.key
        is_graded, grade, exempt = r.grading.exempt == NO_INDEX, grades[r.grading.grade], r.grading.exempt
        texts["grade"][r.rows] = np.where(is_graded, grade, marks[exempt])
        texts["by_score"][r.rows] = grades[r.grading.by_score]
        texts["treated_as"][r.rows] = np.where(is_graded, grade, substitutes[exempt])
        texts["weakest"][r.rows] = _weakest_indicators(r.group, r.scores)
        texts["reason"][r.rows] = grade_reasons(policy, r.group, own, r.scores, r.grading)
    frame = firms.assign(**numbers, **{k: pd.Series(v, index=firms.index, dtype="str") for k, v in texts.items()})
    frame = frame[group_of != NO_INDEX].reset_index(drop=True)
    return frame.astype({"rank": "int64"})


def _weakest_indicators(group: EvaluationGroup, scores: GroupScores) -> np.ndarray:
    """Return the key of the indicator with the smallest share of its weight; the first of equals.

    One without weight can't be weak, nor one whose weight went to the others: it costs the firm nothing.
    """
    weights = np.array([float(i.weight) for i in group.indicators])
    counts = (weights > 0) & ~redistributed_weights(group, scores)
    shares = np.where(counts, scores.points / np.where(weights > 0, weights, 1.0), np.inf)
    keys = np.array([i.key for i in group.indicators], dtype=object)
    weakest: np.ndarray = keys[shares.round(9).argmin(axis=1)]  # equal but for binary noise is equal
    return weakest


def _renumber_rows(results: list[GroupResult], group_of: IntArray) -> tuple[GroupResult, ...]:
    """Renumber the results' rows to positions in the frame of evaluated firms only."""
    position = np.cumsum(group_of != NO_INDEX) - 1
    return tuple(GroupResult(r.group, position[r.rows], r.scores, r.grading) for r in results)
