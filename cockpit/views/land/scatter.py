"""Tax against land (用地与税收): each firm of a group, or where they lie close together, how many there are."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cockpit.catalogue.names import short_firm
from cockpit.evaluation.policy.policy import GRADES, EvaluationGroup
from cockpit.evaluation.results.evaluated_firms import EvaluatedFirms
from cockpit.evaluation.results.land_tax_cells import LandTaxCluster, cluster_firms
from cockpit.formatting import format_trimmed
from cockpit.views.context import ViewContext
from cockpit.views.evaluation_scope import evaluation_scope
from cockpit.views.land.evaluation import caption
from cockpit.views.land.scores import displayed_group
from cockpit.views.parts import Caption

#: More marks than these are too many to tell apart, and to draw quickly.
_MOST_MARKS = 400
#: Number of the largest taxpayers that are named.
_RICHEST = 2


@dataclass(frozen=True, slots=True)
class LandTaxPoint:
    """A firm: land (亩), tax and value added (万元, NaN = not reported)."""

    credit_code: str
    name: str
    short: str
    grade: str
    score: float
    rank: float
    land: float
    tax: float
    value_added: float


@dataclass(frozen=True, slots=True)
class LandTaxScatter:
    """Firms of one group that a logarithmic scale can show, one by one or as clusters.

    ``limit``: the D line in 万元/亩 (NaN = the policy has none). ``named``: positions of the firms to name;
    ``counts`` by grade, whatever grades are selected; ``hidden``: firms without land or tax, which the figure can't show.
    """

    group: str
    groups: tuple[str, ...]
    firms: tuple[LandTaxPoint, ...]
    clusters: tuple[LandTaxCluster, ...]
    limit: float
    named: tuple[int, ...]
    counts: tuple[int, ...]
    hidden: int
    insight: str
    caption: Caption

    @property
    def firm_count(self) -> int:
        """Number of firms that the figure shows, those of clusters included."""
        return len(self.firms) + sum(cluster.firms for cluster in self.clusters)


def scatter(ctx: ViewContext) -> LandTaxScatter | None:
    """Compute tax against land of one group's firms; ``None`` before the first published evaluation."""
    scope = evaluation_scope(ctx)
    if scope is None:
        return None
    group = displayed_group(ctx, scope)
    every, firms = scope.firms(group=group.key), scope.graded(group=group.key)
    visible = firms.with_land_and_tax()
    highlighted = _highlighted_rows(visible)
    single, clusters = cluster_firms(visible, group.key, _MOST_MARKS, highlighted)
    single = single.largest_first("land_mu")  # so that small marks are drawn over large ones
    limit = _limit(group)
    definition = "横轴用地面积、纵轴评价税收，均为对数刻度，斜线上亩均税收相等；圆点面积为工业增加值。"
    if clusters:
        definition += "企业多时，用地和税收相近的同类企业合为一点，数字为合计。"
    return LandTaxScatter(
        group.key,
        tuple(g.key for g in scope.evaluation.policy.groups),
        _points(ctx, single),
        clusters,
        limit,
        _positions(single, highlighted),
        every.grade_counts()[: len(GRADES)],
        len(firms) - len(visible),
        _insight(firms, group.key, limit),
        caption(ctx, scope, definition, grades=True),
    )


def _points(ctx: ViewContext, firms: EvaluatedFirms) -> tuple[LandTaxPoint, ...]:
    codes, names, grades = (firms.text(name) for name in ("credit_code", "name", "grade"))
    shorts = [short_firm(ctx.district, name) for name in names]
    numbers = [firms.number(name).tolist() for name in ("score", "rank", "land_mu", "tax", "value_added")]
    return tuple(LandTaxPoint(*cells) for cells in zip(codes, names, shorts, grades, *numbers, strict=True))


def _highlighted_rows(firms: EvaluatedFirms) -> list[int]:
    """Return the rows of the firms to name: the largest taxpayers, and the D firm with most land."""
    by_land = firms.largest_first("land_mu")
    richest, worst = by_land.largest_first("tax").head(_RICHEST), by_land.where_equal("grade", "D").head(1)
    return list(dict.fromkeys([*richest.indices.tolist(), *worst.indices.tolist()]))


def _positions(firms: EvaluatedFirms, rows: list[int]) -> tuple[int, ...]:
    """Return the positions among ``firms`` of those of the rows that are among them."""
    positions = {row: i for i, row in enumerate(firms.indices.tolist())}
    return tuple(positions[row] for row in rows if row in positions)


def _insight(firms: EvaluatedFirms, group: str, limit: float) -> str:
    """Say how many firms of the group shown lie below the limit, whatever became of them."""
    if math.isnan(limit):
        return ""
    count = firms.count_below("tax", limit)
    return f"{f'{count:,}家' if count else '没有'}{group}企业亩均税收低于{format_trimmed(limit)}万元/亩"


def _limit(group: EvaluationGroup) -> float:
    """Return the fixed 亩均税收 below which a firm becomes D; NaN when the policy has none."""
    keys = {i.key for i in group.indicators if (i.numerator, i.denominator) == ("评价税收", "用地面积")}
    for condition in group.conditions:
        demotes = (condition.effect, condition.grade, condition.comparison) == ("demotes", "D", "below")
        if demotes and condition.indicator in keys and condition.limit.value is not None:
            return condition.limit.value
    return math.nan
