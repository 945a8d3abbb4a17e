"""Ranks and grades of one group: quotas, score lines, ties, conditions, veto, exemptions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd

from cockpit.cube.arrays import BoolArray, FloatArray, IntArray
from cockpit.evaluation.grading.baselines import baseline_values, indicator_terms
from cockpit.evaluation.grading.scoring import GroupScores
from cockpit.evaluation.policy.policy import GRADES, Condition, Cuts, EvaluationGroup, Exemption, Indicator, Policy

_ROUNDINGS = {"floor": ROUND_FLOOR, "ceil": ROUND_CEILING, "round": ROUND_HALF_UP}
_WORST = len(GRADES) - 1
#: Stands for 'none' among indices of grades, exemptions and groups.
NO_INDEX = -1


@dataclass(frozen=True, slots=True)
class GroupGrading:
    """Ranks and grades of a group's firms.

    ``rank``: 1 = highest score among all the group's firms, equal scores share a rank. ``by_score``: index in
    ``GRADES`` that score and rank alone give, ``grade``: with conditions and veto; ``NO_INDEX`` where exempt.
    ``exempt``: index of the exemption that applies, else ``NO_INDEX``; ``vetoed``: graded by veto. ``lines``:
    the score that reaches A, B, C (NaN: no firm has that rank). ``limits``: [condition][firm].
    """

    rank: IntArray
    by_score: IntArray
    grade: IntArray
    exempt: IntArray
    vetoed: BoolArray
    lines: FloatArray
    limits: tuple[FloatArray, ...]


def grade_group(
    policy: Policy, group: EvaluationGroup, firms: pd.DataFrame, scores: GroupScores, score: FloatArray,
    last_year: Callable[[], pd.DataFrame], path: str,
) -> GroupGrading:  # fmt: skip
    """Grade a group. Quotas count the firms that are graded; a vetoed firm still counts, nobody moves up.

    A veto is stronger than an exemption: it gives its grade to every firm.
    """
    breaks = [comparable_values(group.indicator(k), firms, scores.values[:, group.indicator_index(k)]) for k in group.tie_breaks]
    vetoed = (firms["veto"].fillna("").to_numpy(dtype=object) != "") & (policy.veto is not None)
    exempt = np.where(vetoed, NO_INDEX, exemption_indices(policy, firms))
    graded = exempt == NO_INDEX
    by_score = np.full(len(firms), NO_INDEX, dtype=np.int64)
    by_score[graded], lines = _grade_by_cuts(group.cuts, score[graded], [b[graded] for b in breaks])
    limits = tuple(
        baseline_values(c.limit, group.indicator(c.indicator), firms, last_year, f"{path}.conditions[{i}].limit")
        for i, c in enumerate(group.conditions)
    )
    final, _ = apply_conditions(group, scores.values, limits, by_score)
    if policy.veto is not None:
        final = np.where(vetoed, np.maximum(final, GRADES.index(policy.veto)), final)
    return GroupGrading(_ranks(score, breaks)[0], by_score, final, exempt, vetoed, lines, limits)


def exemption_indices(policy: Policy, firms: pd.DataFrame) -> IntArray:
    """Return the index of the first exemption that applies to each firm, else ``NO_INDEX``."""
    indices = np.full(len(firms), NO_INDEX, dtype=np.int64)
    for index in reversed(range(len(policy.exemptions))):
        indices = np.where(_is_exempt(policy.exemptions[index], policy, firms), index, indices)
    return indices


def _is_exempt(rule: Exemption, policy: Policy, firms: pd.DataFrame) -> BoolArray:
    if rule.founded_within_years is not None:
        since = pd.Timestamp(policy.year_end) - pd.DateOffset(years=rule.founded_within_years)
        return np.asarray(firms["founded_on"] > since, dtype=np.bool_)
    column, members = ("division", rule.industries) if rule.industries else ("credit_code", rule.firms)
    return np.asarray(firms[column].isin(members), dtype=np.bool_)


def quota_counts(cuts: Cuts, graded: int) -> tuple[int, int, int]:
    """Count how many of ``graded`` firms are A, at least B, and at least C, by the quotas."""
    rounding = _ROUNDINGS[cuts.rounding]
    a, b, c = (int((cuts.quotas[g] * graded / Decimal(100)).to_integral_value(rounding)) for g in ("A", "B", "C"))
    return a, b, c


def _grade_by_cuts(cuts: Cuts, score: FloatArray, breaks: list[FloatArray]) -> tuple[IntArray, FloatArray]:
    """Return the grade index by quotas and score lines, and the score that reaches each of A, B, C."""
    grades = np.zeros(len(score), dtype=np.int64)
    lines = np.full(_WORST, np.nan)
    if cuts.scores:
        lines = np.array([cuts.scores[g] for g in ("A", "B", "C")])
        grades = (score[:, np.newaxis] < lines).sum(axis=1)
    if cuts.quotas and len(score):
        best, worst, strict = _ranks(score, breaks)
        rank = {"better": best, "worse": worst, "strict": strict}[cuts.ties]
        limits = quota_counts(cuts, len(score))
        grades = np.maximum(grades, (rank[:, np.newaxis] > np.array(limits)).sum(axis=1))
        falling = np.sort(score)[::-1]
        by_rank = np.array([falling[n - 1] if n else np.nan for n in limits])
        lines = np.where(np.array(limits) > 0, np.fmax(lines, by_rank), np.nan)
    return grades, lines


def _ranks(score: FloatArray, breaks: list[FloatArray]) -> tuple[IntArray, IntArray, IntArray]:
    """Rank the firms from 1: best and worst rank among equals, and the own rank when the row order decides."""
    keys = [-score, *(-b for b in breaks)]
    order = np.lexsort(keys[::-1])
    n = len(score)
    new = np.ones(n, dtype=bool)
    if n > 1:
        new[1:] = np.any([k[order][1:] != k[order][:-1] for k in keys], axis=0)
    first = np.flatnonzero(new)
    run = np.cumsum(new) - 1
    ends = np.append(first[1:], n)
    best, worst, own = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    best[order], worst[order], own[order] = first[run] + 1, ends[run], np.arange(1, n + 1)
    return best, worst, own


def meets_condition(condition: Condition, values: FloatArray, limit: FloatArray) -> BoolArray:
    """Return a mask of where the condition's comparison is true; never for a missing value."""
    mask: BoolArray = values >= limit if condition.comparison == "at_least" else values < limit
    return mask


def apply_conditions(
    group: EvaluationGroup, values: FloatArray, limits: tuple[FloatArray, ...], by_score: IntArray
) -> tuple[IntArray, tuple[BoolArray, ...]]:
    """Apply the group's conditions to the grades; also return a mask per condition of the firms whose grade it lowered.

    First the worst grade that a ``demotes`` gives, then the ``needs`` from A down, so that a firm that misses
    A must still fulfil what B needs: the order in the policy file is irrelevant.
    """
    met = [
        meets_condition(c, values[:, group.indicator_index(c.indicator)], limit)
        for c, limit in zip(group.conditions, limits, strict=True)
    ]
    targets = [GRADES.index(c.grade) for c in group.conditions]
    demoting = [i for i, c in enumerate(group.conditions) if c.effect == "demotes"]
    final = by_score.copy()
    for i in demoting:
        final = np.where((by_score != NO_INDEX) & met[i], np.maximum(final, targets[i]), final)
    lowered = [np.zeros(len(by_score), dtype=np.bool_)] * len(targets)
    for i in demoting:
        lowered[i] = met[i] & (by_score != NO_INDEX) & (by_score < targets[i]) & (final == targets[i])
    for i in sorted(set(range(len(targets))) - set(demoting), key=lambda i: targets[i]):
        lowered[i] = (final == targets[i]) & ~met[i]
        final = np.where(lowered[i], targets[i] + 1, final)
    return final, tuple(lowered)


def comparable_values(indicator: Indicator, firms: pd.DataFrame, values: FloatArray) -> FloatArray:
    """Orient values so that the higher is the better; a missing one, or one of a negative term, is the worst."""
    signed = values if indicator.direction == "higher" else -values
    return np.where(np.isnan(values) | indicator_terms(firms, indicator).negative, -np.inf, signed)
