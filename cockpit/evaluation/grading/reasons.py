"""Why a firm has its grade, where score and rank alone don't explain it: veto, exemption, condition; and what makes a D."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cockpit.evaluation.grading.grades import GroupGrading, apply_conditions
from cockpit.evaluation.grading.scoring import GroupScores
from cockpit.evaluation.policy.policy import GRADES, Condition, EvaluationGroup, Indicator, Policy
from cockpit.formatting import format_trimmed

_D = len(GRADES) - 1


def grade_reasons(
    policy: Policy, group: EvaluationGroup, firms: pd.DataFrame, scores: GroupScores, grading: GroupGrading
) -> np.ndarray:
    """Return a sentence for each firm, '' where rank or score alone decided the grade and it isn't D."""
    texts = np.full(len(firms), "", dtype=object)
    texts[(grading.by_score == _D) & (grading.grade == _D)] = "总分低于C类线" if group.cuts.scores else "总分位于末档"
    _, lowered = apply_conditions(group, scores.values, grading.limits, grading.by_score)
    for condition, limit, applies in zip(group.conditions, grading.limits, lowered, strict=True):
        indicator = group.indicator(condition.indicator)
        limits, inverse = np.unique(limit[applies], return_inverse=True)  # mostly one limit for all: describe it once
        descriptions = [describe_condition(condition, indicator, value) for value in limits]
        added = (descriptions[i] for i in inverse.tolist())
        texts[applies] = [f"{text}；{more}" if text else more for text, more in zip(texts[applies], added, strict=True)]
    for index, rule in enumerate(policy.exemptions):
        texts[grading.exempt == index] = rule.name
    vetoed = grading.vetoed
    texts[vetoed] = [f"一票否决：{v}" for v in firms["veto"].to_numpy(dtype=object)[vetoed]]
    return texts


def describe_condition(condition: Condition, indicator: Indicator, limit: float) -> str:
    """Describe what the condition requires, or what it detects: 亩均税收低于2万元/亩."""
    value = format_trimmed(indicator.to_display(limit))
    if condition.effect == "demotes":
        return f"{indicator.name}{'低于' if condition.comparison == 'below' else '不低于'}{value}{indicator.unit}"
    verb = "未达到" if condition.comparison == "at_least" else "不低于"
    return f"{indicator.name}{verb}{condition.grade}类所需的{value}{indicator.unit}"
