"""One firm's evaluation explained: its indicators, a sentence as a clerk would write it, and what would lift its grade."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from cockpit import formatting
from cockpit.evaluation.grading.engine import Evaluation, GroupResult
from cockpit.evaluation.grading.grades import NO_INDEX, meets_condition
from cockpit.evaluation.grading.ranks import IndicatorRanks
from cockpit.evaluation.grading.scoring import redistributed_weights
from cockpit.evaluation.policy.policy import GRADES, Indicator

_LETTERS: tuple[Literal["A", "B", "C"], ...] = ("A", "B", "C")


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """One indicator of a firm. NaN value = missing.

    ``rank`` among all firms of the group with a value (1 = best, 0 = missing), of whom there are ``known``;
    ``percentile``: share of them that are not better, 0-1.
    ``needed``: the value that alone reaches the next grade, all else equal; NaN with ``reachable`` False: not by this alone;
    NaN with True: there is no next grade.
    """

    indicator: Indicator
    value: float
    baseline: float
    points: float
    rank: int
    known: int
    percentile: float
    needed: float
    reachable: bool


@dataclass(frozen=True, slots=True)
class GradeExplanation:
    """Everything that explains a firm's grade. ``gap``: points to the line of ``next_grade`` (NaN: not a matter of points).

    ``rank`` and ``group_size`` are of the whole group, also within an area.
    """

    credit_code: str
    name: str
    group: str
    group_size: int
    base_score: float
    bonus: float
    malus: float
    score: float
    rank: int
    grade: str
    next_grade: str
    gap: float
    reason: str
    lines: tuple[IndicatorResult, ...]
    sentence: str


def explain_firm(evaluation: Evaluation, row: int) -> GradeExplanation:
    """Explain the firm at position ``row`` of ``evaluation.firms``."""
    firm = evaluation.firms.iloc[row]
    result = evaluation.group_result(str(firm["group"]))
    position = result.position_of_row[row]
    goal = _next_grade(result, position)
    score, indicators = float(firm["score"]), range(len(result.group.indicators))
    ranks = evaluation.indicator_ranks(result, np.array([position]))
    decimals = evaluation.policy.decimals
    lines = tuple(_indicator_result(result, position, j, goal, score, decimals, ranks) for j in indicators)
    gap = _gap(result, goal, score)
    weakest = next(line for line in lines if line.indicator.key == firm["weakest"])
    facts: dict[str, Any] = {
        "credit_code": str(firm["credit_code"]),
        "name": str(firm["name"]),
        "group": result.group.key,
        "group_size": ranks.size,
        "base_score": float(firm["base_score"]),
        "bonus": _capped(firm["bonus"], evaluation.policy.bonus_ceiling),
        "malus": _capped(firm["malus"], evaluation.policy.malus_ceiling),
        "score": score,
        "rank": int(firm["rank"]),
        "grade": str(firm["grade"]),
        "reason": str(firm["reason"]),
    }
    next_grade = GRADES[goal] if goal != NO_INDEX else ""
    weakest_text = _describe_weakest(weakest.indicator, weakest.value, weakest.baseline, weakest.points)
    sentence = _sentence(facts, next_grade, gap, weakest_text)
    return GradeExplanation(**facts, next_grade=next_grade, gap=gap, lines=lines, sentence=sentence)


def explanation_sentences(evaluation: Evaluation) -> list[str]:
    """Return the sentence of every firm, in the order of ``evaluation.firms``: one pass, without the indicators' ranks."""
    sentences: list[str] = [""] * len(evaluation.firms)
    records = evaluation.firms[["score", "rank", "grade", "group", "weakest", "reason"]].to_dict("records")
    for result in evaluation.groups:
        indicators, scores = result.group.indicators, result.scores
        columns = {indicator.key: j for j, indicator in enumerate(indicators)}
        for position, row in enumerate(result.rows):
            facts, goal = records[row], _next_grade(result, position)
            j = columns[facts["weakest"]]
            value, baseline, points = (a[position, j] for a in (scores.values, scores.baselines, scores.points))
            weakest = _describe_weakest(indicators[j], value, baseline, points)
            next_grade = GRADES[goal] if goal != NO_INDEX else ""
            sentences[row] = _sentence(facts, next_grade, _gap(result, goal, facts["score"]), weakest)
    return sentences


def _next_grade(result: GroupResult, position: int) -> int:
    """Return the next better grade's index; ``NO_INDEX`` for A, exempt and vetoed firms."""
    grading = result.grading
    if grading.exempt[position] != NO_INDEX or grading.vetoed[position] or grading.grade[position] == 0:
        return NO_INDEX
    return int(grading.grade[position]) - 1


def _gap(result: GroupResult, goal: int, score: float) -> float:
    """Return the points missing to the line of the next grade; NaN when the score is high enough or no line is known."""
    if goal == NO_INDEX:
        return math.nan
    missing = round(float(result.grading.lines[goal]) - score, 8)  # as exact as scores are
    return missing if missing > 0 else math.nan


def _indicator_result(
    result: GroupResult, position: int, j: int, goal: int, score: float, decimals: int, ranks: IndicatorRanks
) -> IndicatorResult:
    scores, rank, known = result.scores, int(ranks.rank[0, j]), int(ranks.known[j])
    needed = math.nan if goal == NO_INDEX else needed_value(result, position, j, goal, score, decimals)
    return IndicatorResult(
        result.group.indicators[j],
        float(scores.values[position, j]),
        float(scores.baselines[position, j]),
        float(scores.points[position, j]),
        rank,
        known,
        (known - rank + 1) / known if rank else math.nan,
        needed,
        goal == NO_INDEX or not math.isnan(needed),
    )


def needed_value(result: GroupResult, position: int, j: int, goal: int, score: float, decimals: int) -> float:
    """Find the value of indicator ``j`` that lifts the firm to grade ``goal`` with all else equal; NaN when none does.

    Baselines, the other firms and the score line stay as they are: inverts the indicator's score formula,
    then looks at the conditions. Not reachable: beyond the cap, or another indicator's condition prevents it.
    A better grade will do, too: it may not have the conditions that ``goal`` has.
    """
    values = [_value_for_grade(result, position, j, grade, score, decimals) for grade in range(goal + 1)]
    possible = [value for value in values if not math.isnan(value)]
    easiest = min if result.group.indicators[j].direction == "higher" else max
    return easiest(possible, default=math.nan)


def _value_for_grade(result: GroupResult, position: int, j: int, goal: int, score: float, decimals: int) -> float:
    """Find the value that gives ``goal`` itself, or NaN."""
    cuts = result.group.cuts
    line = float(result.grading.lines[goal])
    if math.isnan(line):
        return math.nan
    step = 10.0**-decimals
    by_score = cuts.scores.get(_LETTERS[goal]) == line
    target = math.ceil(line / step - 1e-6) * step  # the lowest score on the policy's grid that reaches the line
    if not by_score and (cuts.ties != "better" or result.group.tie_breaks):
        target += step  # an equal score would not be enough
    value = float(result.scores.values[position, j])
    if target > score + step / 2 or math.isnan(value):
        value = _value_for_points(result, position, j, target - score)
        if math.isnan(value):
            return math.nan
    return _value_for_conditions(result, position, j, goal, value)


def _value_for_points(result: GroupResult, position: int, j: int, more: float) -> float:
    """Find the value of indicator ``j`` that gives the firm ``more`` points; NaN when none does."""
    group, scores = result.group, result.scores
    indicator, weights = group.indicators[j], np.array([float(i.weight) for i in group.indicators])
    moved = redistributed_weights(group, scores)[position]
    moved[j] = False  # reported, it keeps its weight
    factor = float(weights.sum() / weights[~moved].sum()) if weights[~moved].any() else 1.0
    others = float(np.delete(scores.points[position], j).sum()) / float(scores.factor[position]) * factor
    baseline, most = float(scores.baselines[position, j]), float(weights[j]) * factor
    if not most or math.isnan(baseline):
        return math.nan
    share = (float(scores.points[position].sum()) + more - others) / most
    if indicator.cap is not None and share > indicator.cap + 1e-12:
        return math.nan
    return _value_of_share(indicator, share, baseline)


def _value_for_conditions(result: GroupResult, position: int, j: int, goal: int, value: float) -> float:
    """Raise (or lower) ``value`` to what the conditions of grade ``goal`` require; NaN when another indicator prevents it."""
    group, scores = result.group, result.scores
    for condition, limit in zip(group.conditions, result.grading.limits, strict=True):
        target = GRADES.index(condition.grade)
        must_hold = condition.effect == "needs"
        if (goal != target) if must_hold else (goal >= target):
            continue
        column = group.indicator_index(condition.indicator)
        compared = np.array([value if column == j else scores.values[position, column]])
        if bool(meets_condition(condition, compared, limit[position : position + 1])[0]) == must_hold:
            continue
        rises = (condition.comparison == "at_least") == must_hold
        if column != j or rises != (group.indicators[j].direction == "higher"):
            return math.nan
        value = float(limit[position]) if rises else math.nextafter(float(limit[position]), -math.inf)  # strictly below
    return value


def _value_of_share(indicator: Indicator, share: float, baseline: float) -> float:
    """Invert the score formula: the value whose score is ``share`` of the weight; NaN when no value has it."""
    match indicator.direction:
        case "higher":
            return share * baseline
        case "lower":
            return baseline / share if share > 0 else math.nan
        case _:
            return (2 - share) * baseline if share <= 2 else math.nan


def _capped(value: float, ceiling: float | None) -> float:
    known = 0.0 if np.isnan(value) else float(value)
    return known if ceiling is None else min(known, ceiling)


def _sentence(facts: dict[str, Any], next_grade: str, gap: float, weakest: str) -> str:
    """Write the sentence: 总分61.2，列规上第402位；差B类线3.4分；最弱项：单位能耗增加值（得分4.1/20）."""
    parts = [f"总分{_format_points(facts['score'])}，列{facts['group']}第{facts['rank']}位"]
    if not math.isnan(gap):
        parts.append(f"差{next_grade}类线{_format_gap(gap)}分")
    elif facts["grade"] == "A":
        parts.append("已是A类")
    if facts["reason"]:
        parts.append(str(facts["reason"]))
    return "；".join([*parts, weakest])


def _describe_weakest(indicator: Indicator, value: float, baseline: float, points: float) -> str:
    score = f"得分{_format_points(points)}/{indicator.weight.normalize():f}"
    if not points and (math.isnan(value) or math.isnan(baseline)):
        score = "数据缺失" if math.isnan(value) else "没有可比的基准值"
    return f"最弱项：{indicator.name}（{score}）"


def _format_points(points: float) -> str:
    """Format with one decimal; what rounds to zero has no sign."""
    rounded = formatting.round_half_up(points, 1)
    return f"{rounded if rounded else abs(rounded)}"


def _format_gap(gap: float) -> str:
    rounded = [formatting.round_half_up(gap, digits) for digits in (1, 4)]
    return next((f"{x}" for x in rounded if x), "不到0.0001")
