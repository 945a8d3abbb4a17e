"""The engine: a policy and a year's figures in, every firm's score, rank and grade out. Vectorised and pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from cockpit.cube.arrays import FloatArray, IntArray
from cockpit.errors import PolicyError
from cockpit.evaluation.grading.grading import NONE, Grading, grade
from cockpit.evaluation.grading.reasons import reasons
from cockpit.evaluation.grading.rounding import half_up
from cockpit.evaluation.grading.scoring import Scores, moved_weights, score
from cockpit.evaluation.policy.policy import COLUMNS, GRADES, Group, Policy

#: Columns of the frame that the engine reads, beside the figures of ``COLUMNS``, ``bonus`` and ``malus`` (floats).
IDENTITY = ("credit_code", "name", "town", "division", "chain", "stage", "role", "kind", "founded_on", "veto")
FIGURES = (*COLUMNS.values(), "bonus", "malus")


@dataclass(frozen=True)
class GroupResult:
    """What a group's firms got. ``rows``: their positions in the evaluation's frame; all arrays run parallel to it."""

    group: Group
    rows: IntArray
    scores: Scores
    grading: Grading

    @cached_property
    def standing(self) -> dict[int, int]:
        """Position in the evaluation's frame -> position in the group's arrays."""
        return {int(row): at for at, row in enumerate(self.rows)}


@dataclass(frozen=True)
class Evaluation:
    """An evaluated year.

    ``firms``: one row an evaluated firm by credit code: ``IDENTITY``, ``FIGURES`` and ``group, base_score,
    score, rank, grade, by_score, treated_as, weakest, reason``. ``base_score`` is before additions and deductions;
    ``grade`` is A-D or the mark of the exemption; ``treated_as`` the grade whose measures apply ('' = none).
    ``outside``: firms with figures that no group takes in.
    """

    policy: Policy
    firms: pd.DataFrame
    groups: tuple[GroupResult, ...]
    outside: int = 0

    @property
    def graded(self) -> pd.DataFrame:
        """The firms graded A-D."""
        return self.firms[self.firms["grade"].isin(GRADES)]

    def result(self, group: str) -> GroupResult:
        """A group's result by the group's key."""
        return next(r for r in self.groups if r.group.key == group)


def evaluate(policy: Policy, firms: pd.DataFrame, last_year: pd.DataFrame) -> Evaluation:
    """Evaluate the policy's year.

    ``firms``: the year's figures, one row a firm, columns ``IDENTITY`` and ``FIGURES`` (NaN = not reported);
    ``last_year``: the same of the year before, may be empty. The order of rows is irrelevant. Raises
    ``PolicyError`` for a year without figures, a group without firms, or a baseline that can't be computed.
    """
    if firms.empty:
        raise PolicyError(f"没有{policy.year}年的年度评价数据，没有评价。请先发布含该年“年度评价”的工作簿。")
    if not firms["credit_code"].is_monotonic_increasing:
        firms = firms.sort_values("credit_code")
    firms = firms.reset_index(drop=True)
    member, before = members(policy, firms), members(policy, last_year)
    results = []
    for index, group in enumerate(policy.groups):
        rows = np.flatnonzero(member == index)
        place = f"groups[{index}]（{group.key}）"
        if not len(rows):
            raise PolicyError(f"{place}：{policy.year}年没有一家企业属于这一组，没有评价。请检查评价类型和行业。")
        results.append(_group(policy, group, firms, rows, _before(policy, last_year, before == index, place), place))
    return Evaluation(policy, _told(policy, firms, member, results), _renumbered(results, member), int((member == NONE).sum()))


def members(policy: Policy, firms: pd.DataFrame) -> IntArray:
    """Index of the first group that takes in each firm, else ``NONE``."""
    found = np.full(len(firms), NONE, dtype=np.int64)
    for index in reversed(range(len(policy.groups))):
        group = policy.groups[index]
        fits = (firms["kind"] == group.kind).to_numpy(dtype=bool)
        if group.industries:
            fits = fits & firms["division"].isin(group.industries).to_numpy(dtype=bool)
        found = np.where(fits, index, found)
    return found


def _before(policy: Policy, last_year: pd.DataFrame, keep: object, place: str) -> Callable[[], pd.DataFrame]:
    """The group's firms of the year before; asked for only by policies that need them."""

    def rows() -> pd.DataFrame:
        found = last_year[keep]
        if found.empty:
            raise PolicyError(f"{place}：基准值要用{policy.year - 1}年的数据，但该年没有年度评价数据，没有评价。")
        return found

    return rows


def _group(
    policy: Policy, group: Group, firms: pd.DataFrame, rows: IntArray, last_year: Callable[[], pd.DataFrame], place: str
) -> GroupResult:
    own = firms.iloc[rows]
    scored = score(group, own, last_year, place)
    total = final_score(policy, scored.points, own)
    return GroupResult(group, rows, scored, grade(policy, group, own, scored, total, last_year, place))


def final_score(policy: Policy, points: FloatArray, firms: pd.DataFrame) -> FloatArray:
    """Base score plus additions, minus deductions, each up to its ceiling; rounded as the policy says."""
    added, taken = (
        np.minimum(firms[name].fillna(0.0).to_numpy(dtype=np.float64), np.inf if ceiling is None else ceiling)
        for name, ceiling in (("bonus", policy.bonus_ceiling), ("malus", policy.malus_ceiling))
    )
    return half_up(half_up(points.sum(axis=1), policy.decimals) + added - taken, policy.decimals)


def _told(policy: Policy, firms: pd.DataFrame, member: IntArray, results: list[GroupResult]) -> pd.DataFrame:
    """The frame of the evaluation: firms of all groups with what they got."""
    columns = {name: np.full(len(firms), np.nan) for name in ("base_score", "score", "rank")}
    words = {name: np.full(len(firms), "", dtype=object) for name in ("group", "grade", "by_score", "treated_as", "weakest")}
    words["reason"] = np.full(len(firms), "", dtype=object)
    letters = np.array([*GRADES, ""], dtype=object)  # the last one stands for NONE
    marks = np.array([*(e.mark for e in policy.exemptions), ""], dtype=object)
    stand_ins = np.array([*(e.treated_as or "" for e in policy.exemptions), ""], dtype=object)
    for r in results:
        own = firms.iloc[r.rows]
        columns["base_score"][r.rows] = half_up(r.scores.points.sum(axis=1), policy.decimals)
        columns["score"][r.rows] = final_score(policy, r.scores.points, own)
        columns["rank"][r.rows] = r.grading.rank
        words["group"][r.rows] = r.group.key
        words["grade"][r.rows] = np.where(r.grading.exempt == NONE, letters[r.grading.grade], marks[r.grading.exempt])
        words["by_score"][r.rows] = letters[r.grading.by_score]
        words["treated_as"][r.rows] = np.where(r.grading.exempt == NONE, letters[r.grading.grade], stand_ins[r.grading.exempt])
        words["weakest"][r.rows] = _weakest(r.group, r.scores)
        words["reason"][r.rows] = reasons(policy, r.group, own, r.scores, r.grading)
    told = firms.assign(**columns, **{k: pd.Series(v, index=firms.index, dtype="str") for k, v in words.items()})
    told = told[member != NONE].reset_index(drop=True)
    return told.astype({"rank": "int64"})


def _weakest(group: Group, scores: Scores) -> np.ndarray:
    """Key of the indicator with the smallest share of its weight; the first of equals.

    One without weight can't be weak, nor one whose weight went to the others: it costs the firm nothing.
    """
    weights = np.array([float(i.weight) for i in group.indicators])
    counts = (weights > 0) & ~moved_weights(group, scores)
    shares = np.where(counts, scores.points / np.where(weights > 0, weights, 1.0), np.inf)
    keys = np.array([i.key for i in group.indicators], dtype=object)
    weakest: np.ndarray = keys[shares.round(9).argmin(axis=1)]  # equal but for binary noise is equal
    return weakest


def _renumbered(results: list[GroupResult], member: IntArray) -> tuple[GroupResult, ...]:
    """The results with positions in the frame of evaluated firms only."""
    position = np.cumsum(member != NONE) - 1
    return tuple(GroupResult(r.group, position[r.rows], r.scores, r.grading) for r in results)
