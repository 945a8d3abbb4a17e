"""Why a firm has its grade, where score and rank alone don't say it: veto, exemption, condition; and what makes a D."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cockpit import formatting
from cockpit.evaluation.grading.grading import Grading, conditioned
from cockpit.evaluation.grading.scoring import Scores
from cockpit.evaluation.policy.policy import GRADES, Condition, Group, Indicator, Policy

_D = len(GRADES) - 1


def reasons(policy: Policy, group: Group, firms: pd.DataFrame, scored: Scores, grading: Grading) -> np.ndarray:
    """A sentence for each firm, '' where rank or score alone gave the grade and it isn't D."""
    words = np.full(len(firms), "", dtype=object)
    words[(grading.by_score == _D) & (grading.grade == _D)] = "总分低于C类线" if group.cuts.scores else "总分位于末档"
    keys = [i.key for i in group.indicators]
    _, lowered = conditioned(group, scored.values, grading.limits, grading.by_score)
    for condition, limit, acts in zip(group.conditions, grading.limits, lowered, strict=True):
        indicator = group.indicators[keys.index(condition.indicator)]
        levels, which = np.unique(limit[acts], return_inverse=True)  # mostly one level for all: put it into words once
        told = np.array([condition_words(condition, indicator, level) for level in levels], dtype=object)[which]
        words[acts] = [f"{w}；{t}" if w else t for w, t in zip(words[acts], told, strict=True)]
    for index, rule in enumerate(policy.exemptions):
        words[grading.exempt == index] = rule.name
    vetoed = grading.vetoed
    words[vetoed] = [f"一票否决：{v}" for v in firms["veto"].to_numpy(dtype=object)[vetoed]]
    return words


def condition_words(condition: Condition, indicator: Indicator, limit: float) -> str:
    """What the condition asks for, or what it finds: 亩均税收低于2万元/亩."""
    level = plain(indicator.shown(limit))
    if condition.effect == "demotes":
        return f"{indicator.name}{'低于' if condition.comparison == 'below' else '不低于'}{level}{indicator.unit}"
    verb = "未达到" if condition.comparison == "at_least" else "不低于"
    return f"{indicator.name}{verb}{condition.grade}类所需的{level}{indicator.unit}"


def plain(value: float) -> str:
    """A level as people write it: at most four significant digits after the point, no trailing zeros."""
    if np.isnan(value):
        return formatting.MISSING
    digits = 4 if abs(value) < 1 else 2 if abs(value) < 1000 else 0
    text = f"{formatting.rounded(value, digits):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
