"""One firm's evaluation explained: its indicators, the sentence a clerk would say, and what would lift it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from cockpit import formatting
from cockpit.evaluation.grading.engine import Evaluation, GroupResult
from cockpit.evaluation.grading.grading import NONE, holds, merit
from cockpit.evaluation.grading.scoring import moved_weights
from cockpit.evaluation.policy.policy import GRADES, Indicator

_LETTERS: tuple[Literal["A", "B", "C"], ...] = ("A", "B", "C")


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """One indicator of a firm. NaN value = missing.

    ``rank`` among the group's firms with a value (1 = best, 0 = missing); ``percentile``: share of them that
    are not better, 0-1. ``needed``: the value that alone reaches the next grade, all else equal; NaN with
    ``reachable`` False: not by this alone; NaN with True: there is no next grade.
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
class Explanation:
    """Everything that explains a firm's grade. ``gap``: points to the line of ``next_grade`` (NaN: not a matter of points)."""

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
    lines: tuple[IndicatorLine, ...]
    sentence: str


def explain(evaluation: Evaluation, row: int) -> Explanation:
    """Explain the firm at position ``row`` of ``evaluation.firms``."""
    firm = evaluation.firms.iloc[row]
    result = evaluation.result(str(firm["group"]))
    at = result.standing[row]
    goal = _goal(result, at)
    lines = tuple(_line(result, at, j, goal, evaluation, float(firm["score"])) for j in range(len(result.group.indicators)))
    gap = _gap(result, goal, float(firm["score"]))
    weakest = next(line for line in lines if line.indicator.key == firm["weakest"])
    told: dict[str, Any] = {
        "credit_code": str(firm["credit_code"]),
        "name": str(firm["name"]),
        "group": result.group.key,
        "group_size": len(result.rows),
        "base_score": float(firm["base_score"]),
        "bonus": _added(firm["bonus"], evaluation.policy.bonus_ceiling),
        "malus": _added(firm["malus"], evaluation.policy.malus_ceiling),
        "score": float(firm["score"]),
        "rank": int(firm["rank"]),
        "grade": str(firm["grade"]),
        "reason": str(firm["reason"]),
    }
    next_grade = GRADES[goal] if goal != NONE else ""
    return Explanation(**told, next_grade=next_grade, gap=gap, lines=lines, sentence=_sentence(told, next_grade, gap, weakest))


def sentences(evaluation: Evaluation) -> list[str]:
    """The sentence of every firm, in the order of ``evaluation.firms``: one pass, without the indicators' ranks."""
    rows: list[str] = [""] * len(evaluation.firms)
    records = evaluation.firms[["score", "rank", "grade", "group", "weakest", "reason"]].to_dict("records")
    for result in evaluation.groups:
        keys, scores = [i.key for i in result.group.indicators], result.scores
        for at, row in enumerate(result.rows):
            told, goal = records[row], _goal(result, at)
            j = keys.index(told["weakest"])
            weakest = IndicatorLine(
                result.group.indicators[j], scores.values[at, j], scores.baselines[at, j], scores.points[at, j],
                0, 0, math.nan, math.nan, False,
            )  # fmt: skip
            gap = _gap(result, goal, told["score"])
            rows[row] = _sentence(told, GRADES[goal] if goal != NONE else "", gap, weakest)
    return rows


def _goal(result: GroupResult, at: int) -> int:
    """The next better grade's index; ``NONE`` for A, exempt and vetoed firms."""
    grading = result.grading
    if grading.exempt[at] != NONE or grading.vetoed[at] or grading.grade[at] == 0:
        return NONE
    return int(grading.grade[at]) - 1


def _gap(result: GroupResult, goal: int, score: float) -> float:
    """Points to the line of the next grade; NaN when the score is there already or no line is known."""
    if goal == NONE:
        return math.nan
    missing = round(float(result.grading.lines[goal]) - score, 8)  # as exact as scores are
    return missing if missing > 0 else math.nan


def _line(result: GroupResult, at: int, j: int, goal: int, evaluation: Evaluation, score: float) -> IndicatorLine:
    indicator, scores = result.group.indicators[j], result.scores
    column = scores.values[:, j]
    mine = float(column[at])
    merits = merit(indicator, evaluation.firms.iloc[result.rows], column)
    count, above = int((~np.isnan(column)).sum()), int((merits > merits[at]).sum())
    missing = math.isnan(mine)
    needed = math.nan if goal == NONE else needed_value(result, at, j, goal, score, evaluation.policy.decimals)
    return IndicatorLine(
        indicator,
        mine,
        float(scores.baselines[at, j]),
        float(scores.points[at, j]),
        0 if missing else above + 1,
        count,
        math.nan if missing or not count else (count - above) / count,
        needed,
        goal == NONE or not math.isnan(needed),
    )


def needed_value(result: GroupResult, at: int, j: int, goal: int, score: float, decimals: int) -> float:
    """The value of indicator ``j`` that lifts the firm to grade ``goal`` with all else equal; NaN when none does.

    Baselines, the other firms and the score line stay as they are: inverts the indicator's score formula,
    then looks at the conditions. Not reachable: beyond the cap, or another indicator's condition stands in the way.
    A better grade will do: what ``goal`` needs beside the score may not be asked of it.
    """
    found = [_value_for(result, at, j, grade, score, decimals) for grade in range(goal + 1)]
    known = [value for value in found if not math.isnan(value)]
    easiest = min if result.group.indicators[j].direction == "higher" else max
    return easiest(known, default=math.nan)


def _value_for(result: GroupResult, at: int, j: int, goal: int, score: float, decimals: int) -> float:
    """The value that gives ``goal`` itself, or NaN."""
    cuts = result.group.cuts
    line = float(result.grading.lines[goal])
    if math.isnan(line):
        return math.nan
    step = 10.0**-decimals
    by_score = cuts.scores.get(_LETTERS[goal]) == line
    target = math.ceil(line / step - 1e-6) * step  # the lowest score on the policy's grid that reaches the line
    if not by_score and (cuts.ties != "better" or result.group.tie_breaks):
        target += step  # an equal score would not be enough
    value = float(result.scores.values[at, j])
    if target > score + step / 2 or math.isnan(value):
        value = _for_points(result, at, j, target - score)
        if math.isnan(value):
            return math.nan
    return _for_conditions(result, at, j, goal, value)


def _for_points(result: GroupResult, at: int, j: int, more: float) -> float:
    """The value of indicator ``j`` that gives the firm ``more`` points; NaN when none does."""
    group, scores = result.group, result.scores
    indicator, weights = group.indicators[j], np.array([float(i.weight) for i in group.indicators])
    moved = moved_weights(group, scores)[at]
    moved[j] = False  # reported, it keeps its weight
    factor = float(weights.sum() / weights[~moved].sum()) if weights[~moved].any() else 1.0
    others = float(np.delete(scores.points[at], j).sum()) / float(scores.factor[at]) * factor
    baseline, most = float(scores.baselines[at, j]), float(weights[j]) * factor
    if not most or math.isnan(baseline):
        return math.nan
    share = (float(scores.points[at].sum()) + more - others) / most
    if indicator.cap is not None and share > indicator.cap + 1e-12:
        return math.nan
    return _value_of(indicator, share, baseline)


def _for_conditions(result: GroupResult, at: int, j: int, goal: int, value: float) -> float:
    """``value`` moved on to what the conditions of grade ``goal`` ask for; NaN when another indicator stands in the way."""
    group, scores = result.group, result.scores
    keys = [i.key for i in group.indicators]
    for condition, limit in zip(group.conditions, result.grading.limits, strict=True):
        given = GRADES.index(condition.grade)
        wants = condition.effect == "needs"
        if (goal != given) if wants else (goal >= given):
            continue
        of = keys.index(condition.indicator)
        tried = np.array([value if of == j else scores.values[at, of]])
        if bool(holds(condition, tried, limit[at : at + 1])[0]) == wants:
            continue
        rises = (condition.comparison == "at_least") == wants
        if of != j or rises != (group.indicators[j].direction == "higher"):
            return math.nan
        value = float(limit[at]) if rises else math.nextafter(float(limit[at]), -math.inf)  # below is below
    return value


def _value_of(indicator: Indicator, share: float, baseline: float) -> float:
    """The value whose score is ``share`` of the weight; NaN when no value has it."""
    match indicator.direction:
        case "higher":
            return share * baseline
        case "lower":
            return baseline / share if share > 0 else math.nan
        case _:
            return (2 - share) * baseline if share <= 2 else math.nan


def _added(value: float, ceiling: float | None) -> float:
    known = 0.0 if np.isnan(value) else float(value)
    return known if ceiling is None else min(known, ceiling)


def _sentence(told: dict[str, Any], next_grade: str, gap: float, weakest: IndicatorLine) -> str:
    """总分61.2，列规上第402位；差B类线3.4分；最弱项：单位能耗增加值（得分4.1/20）."""
    parts = [f"总分{_one(told['score'])}，列{told['group']}第{told['rank']}位"]
    if not math.isnan(gap):
        parts.append(f"差{next_grade}类线{_gap_words(gap)}分")
    elif told["grade"] == "A":
        parts.append("已是A类")
    if told["reason"]:
        parts.append(str(told["reason"]))
    weight = weakest.indicator.weight.normalize()
    score = f"得分{_one(weakest.points)}/{weight:f}"
    if not weakest.points and (math.isnan(weakest.value) or math.isnan(weakest.baseline)):
        score = "数据缺失" if math.isnan(weakest.value) else "没有可比的基准值"
    parts.append(f"最弱项：{weakest.indicator.name}（{score}）")
    return "；".join(parts)


def _one(points: float) -> str:
    """One decimal; what rounds to zero has no sign."""
    return f"{abs(shown) if not (shown := formatting.rounded(points, 1)) else shown}"


def _gap_words(gap: float) -> str:
    shown = [formatting.rounded(gap, digits) for digits in (1, 4)]
    return next((f"{x}" for x in shown if x), "不到0.0001")
