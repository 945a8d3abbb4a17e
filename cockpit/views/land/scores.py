"""How scores are distributed (得分分布)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cockpit.evaluation.policy.policy import EvaluationGroup
from cockpit.evaluation.results.evaluated_firms import EvaluatedFirms
from cockpit.evaluation.results.per_mu import per_mu
from cockpit.formatting import format_trimmed
from cockpit.views.context import ViewContext
from cockpit.views.evaluation_scope import EvaluationScope, evaluation_scope
from cockpit.views.land.evaluation import caption
from cockpit.views.parts import Caption

_WIDTHS = (1.0, 2.0, 2.5, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
_MOST_BINS = 32


@dataclass(frozen=True, slots=True)
class GroupGrades:
    """Firms of a group by grade, and its 亩均税收 (万元/亩)."""

    key: str
    counts: tuple[int, ...]
    ungraded: int
    tax_per_mu: float


@dataclass(frozen=True, slots=True)
class ScoreDistribution:
    """Scores of one group: ``counts`` [grade][bin] over ``edges``; the last bin includes all above.

    ``lines``: the scores that reach A, B, C (NaN = none). ``groups``: every group's counts.
    """

    group: str
    groups: tuple[GroupGrades, ...]
    edges: tuple[float, ...]
    counts: tuple[tuple[int, ...], ...]
    lines: tuple[float, ...]
    insight: str
    caption: Caption


def displayed_group(ctx: ViewContext, scope: EvaluationScope) -> EvaluationGroup:
    """Return the group for panels that show one only: the selected one, else the policy's first."""
    groups = scope.evaluation.policy.groups
    return next((g for g in groups if g.key == ctx.selection.group), groups[0])


def score_distribution(ctx: ViewContext) -> ScoreDistribution | None:
    """Compute how the scores of one group are distributed; ``None`` before the first published evaluation."""
    scope = evaluation_scope(ctx)
    if scope is None:
        return None
    group = displayed_group(ctx, scope)
    all_groups = scope.firms(group="")
    groups = {g.key: all_groups.where_equal("group", g.key) for g in scope.evaluation.policy.groups}
    firms = groups[group.key]
    edges = _edges(firms)
    lines = tuple(float(x) for x in scope.evaluation.group_result(group.key).grading.lines)
    definition = f"综合得分 = 各项指标得分之和 + 加分 − 扣分；竖线为{ctx.terms.whole}该组各等级的最低得分。"
    counts = tuple(_counts(*item) for item in groups.items())
    bins = firms.histogram("score", edges)
    return ScoreDistribution(group.key, counts, tuple(edges), bins, lines, _insight(firms), caption(ctx, scope, definition))


def _edges(firms: EvaluatedFirms) -> list[float]:
    """Return bin edges of a round width over all scores but the highest hundredth, starting at 0 unless some are below."""
    if not len(firms):
        return [0.0, 100.0]
    low, high = min(firms.minimum("score"), 0.0), firms.quantile("score", 0.99)
    width = next((w for w in _WIDTHS if (high - low) / w <= _MOST_BINS), _WIDTHS[-1])
    first = math.floor(low / width)
    last = max(math.ceil(high / width), first + 1)
    return [x * width for x in range(first, last + 1)]


def _counts(key: str, firms: EvaluatedFirms) -> GroupGrades:
    *counts, ungraded = firms.grade_counts()
    return GroupGrades(key, tuple(counts), ungraded, per_mu(firms, "tax"))


def _insight(firms: EvaluatedFirms) -> str:
    if not len(firms):
        return "所选范围没有企业"
    middle, worst = firms.median("score"), len(firms.where_equal("grade", "D"))
    return f"中位得分{format_trimmed(middle, 1)}" + (f"，D类{worst}家" if worst else "，没有D类")
