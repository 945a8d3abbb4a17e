"""How scores spread (得分分布)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cockpit.evaluation.grading.reasons import format_trimmed
from cockpit.evaluation.policy.policy import GRADES, EvaluationGroup
from cockpit.evaluation.results import summary
from cockpit.evaluation.results.evaluated_firms import EvaluatedFirms
from cockpit.views.context import ViewContext
from cockpit.views.land.evaluation import Scope, caption, scope
from cockpit.views.parts import Caption

_WIDTHS = (1.0, 2.0, 2.5, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
_MOST_BINS = 32


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """Firms of a group by grade, and its 亩均税收 (万元/亩)."""

    key: str
    counts: tuple[int, ...]
    ungraded: int
    tax_per_mu: float


@dataclass(frozen=True, slots=True)
class Spread:
    """Scores of one group: ``counts`` [grade][bin] over ``edges``; the last bin also holds all above.

    ``lines``: the scores that reach A, B, C (NaN = none). ``groups``: every group's counts.
    """

    group: str
    groups: tuple[GroupCounts, ...]
    edges: tuple[float, ...]
    counts: tuple[tuple[int, ...], ...]
    lines: tuple[float, ...]
    insight: str
    caption: Caption


def shown_group(ctx: ViewContext, found: Scope) -> EvaluationGroup:
    """The group of the panels that can show one only: the selected one, else the policy's first."""
    groups = found.evaluation.policy.groups
    return next((g for g in groups if g.key == ctx.selection.group), groups[0])


def spread(ctx: ViewContext) -> Spread | None:
    """How the scores of one group spread; ``None`` before the first published evaluation."""
    found = scope(ctx)
    if found is None:
        return None
    group = shown_group(ctx, found)
    everywhere = found.firms(group="")
    groups = {g.key: everywhere.where_equal("group", g.key) for g in found.evaluation.policy.groups}
    firms = groups[group.key]
    edges = _edges(firms.number("score"))
    lines = tuple(float(x) for x in found.evaluation.group_result(group.key).grading.lines)
    told = "综合得分 = 各项指标得分之和 + 加分 − 扣分；竖线为全区该组各等级的最低得分。"
    counts = tuple(_counts(*item) for item in groups.items())
    return Spread(group.key, counts, tuple(edges), _columns(firms, edges), lines, _insight(firms), caption(ctx, found, told))


def _columns(firms: EvaluatedFirms, edges: list[float]) -> tuple[tuple[int, ...], ...]:
    """Firms [grade][bin]; scores beyond the edges count in the outermost bins."""
    scores, grades, bins = firms.number("score"), firms.grade, len(edges) - 1
    at = np.clip(np.searchsorted(edges, scores, "right") - 1, 0, bins - 1)
    table = np.bincount(grades * bins + at, minlength=(len(GRADES) + 1) * bins).reshape(-1, bins)
    return tuple(tuple(row) for row in table[: len(GRADES)].tolist())


def _edges(scores: np.ndarray) -> list[float]:
    """Bin edges of a round width over all but the highest hundredth; whole scores start at 0 unless some are below."""
    if not len(scores):
        return [0.0, 100.0]
    low, high = min(float(scores.min()), 0.0), float(np.quantile(scores, 0.99))
    width = next((w for w in _WIDTHS if (high - low) / w <= _MOST_BINS), _WIDTHS[-1])
    first, last = np.floor(low / width), max(np.ceil(high / width), np.floor(low / width) + 1)
    return [float(x * width) for x in np.arange(first, last + 1)]


def _counts(key: str, firms: EvaluatedFirms) -> GroupCounts:
    *counts, ungraded = np.bincount(firms.grade, minlength=len(GRADES) + 1).tolist()
    return GroupCounts(key, tuple(counts), ungraded, summary.per_mu(firms, "tax"))


def _insight(firms: EvaluatedFirms) -> str:
    if not len(firms):
        return "所选范围没有企业"
    middle, worst = float(np.median(firms.number("score"))), int((firms.grade == GRADES.index("D")).sum())
    return f"中位得分{format_trimmed(round(middle, 1))}" + (f"，D类{worst}家" if worst else "，没有D类")
