"""Ranks and grades of one group: quotas, score lines, ties, conditions, veto, exemptions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd

from cockpit.cube.arrays import BoolArray, FloatArray, IntArray
from cockpit.evaluation.grading.baselines import level, terms
from cockpit.evaluation.grading.scoring import Scores
from cockpit.evaluation.policy.policy import GRADES, Condition, Cuts, Exemption, Group, Indicator, Policy

_ROUNDINGS = {"floor": ROUND_FLOOR, "ceil": ROUND_CEILING, "round": ROUND_HALF_UP}
_WORST = len(GRADES) - 1
#: Stands for 'no grade' among the grade indices.
NONE = -1


@dataclass(frozen=True, slots=True)
class Grading:
    """Ranks and grades of a group's firms.

    ``rank``: 1 = highest score among all the group's firms, equal scores share a rank. ``by_score``: index in
    ``GRADES`` that score and rank alone give, ``grade``: with conditions and veto; ``NONE`` where exempt.
    ``exempt``: index of the exemption that applies, else ``NONE``; ``vetoed``: graded by veto. ``lines``:
    the score that reaches A, B, C (NaN: no firm stands there). ``limits``: [condition][firm].
    """

    rank: IntArray
    by_score: IntArray
    grade: IntArray
    exempt: IntArray
    vetoed: BoolArray
    lines: FloatArray
    limits: tuple[FloatArray, ...]


def grade(
    policy: Policy, group: Group, firms: pd.DataFrame, scored: Scores, score: FloatArray,
    last_year: Callable[[], pd.DataFrame], place: str,
) -> Grading:  # fmt: skip
    """Grade a group. Quotas count the firms that are graded; a vetoed firm keeps its place, nobody moves up.

    A veto is stronger than an exemption: it gives its grade to every firm.
    """
    keys = [i.key for i in group.indicators]
    breaks = [merit(group.indicators[keys.index(k)], firms, scored.values[:, keys.index(k)]) for k in group.tie_breaks]
    vetoed = (firms["veto"].fillna("").to_numpy(dtype=object) != "") & (policy.veto is not None)
    exempt = np.where(vetoed, NONE, exemptions(policy, firms))
    graded = exempt == NONE
    by_score = np.full(len(firms), NONE, dtype=np.int64)
    by_score[graded], lines = _cut(group.cuts, score[graded], [b[graded] for b in breaks])
    limits = tuple(
        level(c.limit, group.indicators[keys.index(c.indicator)], firms, last_year, f"{place}.conditions[{i}].limit")
        for i, c in enumerate(group.conditions)
    )
    final, _ = conditioned(group, scored.values, limits, by_score)
    if policy.veto is not None:
        final = np.where(vetoed, np.maximum(final, GRADES.index(policy.veto)), final)
    return Grading(_ranks(score, breaks)[0], by_score, final, exempt, vetoed, lines, limits)


def exemptions(policy: Policy, firms: pd.DataFrame) -> IntArray:
    """Index of the first exemption that applies to each firm, else ``NONE``."""
    found = np.full(len(firms), NONE, dtype=np.int64)
    for index in reversed(range(len(policy.exemptions))):
        found = np.where(_exempts(policy.exemptions[index], policy, firms), index, found)
    return found


def _exempts(rule: Exemption, policy: Policy, firms: pd.DataFrame) -> BoolArray:
    if rule.founded_within_years is not None:
        since = pd.Timestamp(policy.year_end) - pd.DateOffset(years=rule.founded_within_years)
        return np.asarray(firms["founded_on"] > since, dtype=np.bool_)
    column, wanted = ("division", rule.industries) if rule.industries else ("credit_code", rule.firms)
    return np.asarray(firms[column].isin(wanted), dtype=np.bool_)


def places(cuts: Cuts, graded: int) -> tuple[int, int, int]:
    """How many of ``graded`` firms are A, at least B, and at least C, by the quotas."""
    rounding = _ROUNDINGS[cuts.rounding]
    a, b, c = (int((cuts.quotas[g] * graded / Decimal(100)).to_integral_value(rounding)) for g in ("A", "B", "C"))
    return a, b, c


def _cut(cuts: Cuts, score: FloatArray, breaks: list[FloatArray]) -> tuple[IntArray, FloatArray]:
    """Grade index by quotas and score lines, and the score that reaches each of A, B, C."""
    found = np.zeros(len(score), dtype=np.int64)
    lines = np.full(_WORST, np.nan)
    if cuts.scores:
        lines = np.array([cuts.scores[g] for g in ("A", "B", "C")])
        found = (score[:, np.newaxis] < lines).sum(axis=1)
    if cuts.quotas and len(score):
        best, worst, own = _ranks(score, breaks)
        place = {"better": best, "worse": worst, "strict": own}[cuts.ties]
        limits = places(cuts, len(score))
        found = np.maximum(found, (place[:, np.newaxis] > np.array(limits)).sum(axis=1))
        falling = np.sort(score)[::-1]
        by_rank = np.array([falling[n - 1] if n else np.nan for n in limits])
        lines = np.where(np.array(limits) > 0, np.fmax(lines, by_rank), np.nan)
    return found, lines


def _ranks(score: FloatArray, breaks: list[FloatArray]) -> tuple[IntArray, IntArray, IntArray]:
    """Best and worst place of each firm's ties, and its own place when the row order decides; from 1."""
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


def holds(condition: Condition, values: FloatArray, limit: FloatArray) -> BoolArray:
    """Where the condition's comparison is true; never for a missing value."""
    found: BoolArray = values >= limit if condition.comparison == "at_least" else values < limit
    return found


def conditioned(
    group: Group, values: FloatArray, limits: tuple[FloatArray, ...], by_score: IntArray
) -> tuple[IntArray, tuple[BoolArray, ...]]:
    """The grades with the group's conditions, and for each condition the firms whose grade it lowered.

    First the worst grade that a ``demotes`` gives, then the ``needs`` from A down, so that a firm that misses
    A must still fulfil what B needs: the order in the policy file is irrelevant.
    """
    keys = [i.key for i in group.indicators]
    true = [holds(c, values[:, keys.index(c.indicator)], x) for c, x in zip(group.conditions, limits, strict=True)]
    given = [GRADES.index(c.grade) for c in group.conditions]
    demoting = [i for i, c in enumerate(group.conditions) if c.effect == "demotes"]
    final = by_score.copy()
    for i in demoting:
        final = np.where((by_score != NONE) & true[i], np.maximum(final, given[i]), final)
    lowered = [np.zeros(len(by_score), dtype=np.bool_)] * len(given)
    for i in demoting:
        lowered[i] = true[i] & (by_score != NONE) & (by_score < given[i]) & (final == given[i])
    for i in sorted(set(range(len(given))) - set(demoting), key=lambda i: given[i]):
        lowered[i] = (final == given[i]) & ~true[i]
        final = np.where(lowered[i], given[i] + 1, final)
    return final, tuple(lowered)


def merit(indicator: Indicator, firms: pd.DataFrame, values: FloatArray) -> FloatArray:
    """Values turned so that the higher is the better; a missing one, or one of a negative term, is the worst."""
    signed = values if indicator.direction == "higher" else -values
    return np.where(np.isnan(values) | terms(firms, indicator).negative, -np.inf, signed)
