"""Towns of the per-mu page: land of D firms, and the ranking by tax or value added per mu with what moved it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from cockpit import formatting
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.entries import PER_MU
from cockpit.district.areas import Area
from cockpit.evaluation.results.grade_shares import GradeHolding, grade_holdings
from cockpit.evaluation.results.per_mu import PerMuChange, per_mu_changes
from cockpit.sentences.changes import ChangeTerms, signed_unit, strongest_change
from cockpit.sentences.clauses import join_clauses
from cockpit.sentences.shares import share_clause
from cockpit.sentences.superlatives import count_noun, superlative
from cockpit.views.context import ViewContext, whole_name
from cockpit.views.evaluation_scope import evaluation_scope
from cockpit.views.land.evaluation import caption
from cockpit.views.parts import Caption

#: Metrics of the ranking (key in the address) -> column of the evaluation, name.
PER_MU_METRICS = {"tax_per_mu": ("tax", "亩均税收"), "value_added_per_mu": ("value_added", "亩均增加值")}


@dataclass(frozen=True, slots=True)
class WorstLand:
    """Land of a town's D firms (亩), its share of the town's evaluated land, and the number of D firms."""

    key: str
    name: str
    short: str
    land: float
    share: float
    firms: int


@dataclass(frozen=True, slots=True)
class WorstLandPanel:
    """Every town of the district, in district order."""

    rows: tuple[WorstLand, ...]
    insight: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class PerMuRow:
    """A town's tax or value added per mu (万元/亩) now and a year before; the change is own + structure."""

    key: str
    name: str
    value: float
    base: float
    change: float
    own: float
    structure: float


@dataclass(frozen=True, slots=True)
class PerMuRanking:
    """Towns by tax or value added per mu, highest first; ``whole``: of them all, within the other filters."""

    metric: str
    name: str
    rows: tuple[PerMuRow, ...]
    whole: PerMuRow
    insight: str
    caption: Caption


_PER_MU_CHANGES = ChangeTerms("提高", "下降", "提高最多", "降得最少", signed_unit(PER_MU.unit, 2))


def worst_land(ctx: ViewContext) -> WorstLandPanel | None:
    """Compute the land of D firms by town: of all towns, whichever are selected."""
    scope = evaluation_scope(ctx)
    if scope is None:
        return None
    firms = scope.firms(towns=())
    holdings = {holding.key: holding for holding in grade_holdings(firms, "town", "D")}
    rows = tuple(_worst_land(town, holdings.get(town.key)) for town in ctx.district.towns)
    total = sum(holding.land for holding in holdings.values())
    most = max(rows, key=lambda r: -1.0 if math.isnan(r.land) else r.land)
    insight = "所选范围没有D类企业用地"
    if total > 0:
        # Of all towns, whichever are selected.
        whole = ctx.terms.whole if ctx.selection.towns else ""
        land = f"{whole}D类企业占地{formatting.format_rounded(total, 0)}亩"
        insight = join_clauses([land, share_clause(most.name, most.land / total)], "，")
    return WorstLandPanel(rows, insight, caption(ctx, scope, "评为D类的企业用地面积之和，用地取年度评价表。", free="towns"))


def per_mu_ranking(ctx: ViewContext) -> PerMuRanking | None:
    """Rank towns by the selected metric; changes split over industries: their own change, and land moved between them."""
    scope = evaluation_scope(ctx)
    if scope is None:
        return None
    metric = ctx.selection.metric if ctx.selection.metric in PER_MU_METRICS else "tax_per_mu"
    column, name = PER_MU_METRICS[metric]
    changes, whole = per_mu_changes(scope.firms(towns=()), scope.before(towns=()), column, "town", "division")
    names = {t.key: t.name for t in ctx.district.towns}
    rows = tuple(_row(change, names.get(change.key, change.key)) for change in changes)
    definition = (
        f"{name} = 年度评价的{'评价税收' if column == 'tax' else '工业增加值'}之和 ÷ 用地面积之和。"
        f"自身：各行业自己的亩均水平变化；结构：用地在行业之间的转移；两者之和等于该{ctx.terms.part}的变化。"
    )
    sentence = caption(ctx, scope, definition, versus=True, free="towns")
    return PerMuRanking(
        metric,
        name,
        rows,
        _row(whole, whole_name(ctx.terms, replace(ctx.where, towns=()))),
        _insight(rows, name, count_noun(Grouping.TOWN, ctx.terms)),
        sentence,
    )


def _worst_land(town: Area, holding: GradeHolding | None) -> WorstLand:
    if holding is None:
        return WorstLand(town.key, town.name, town.short, math.nan, math.nan, 0)
    return WorstLand(town.key, town.name, town.short, holding.land, holding.share, holding.firms)


def _row(change: PerMuChange, name: str) -> PerMuRow:
    return PerMuRow(change.key, name, change.value, change.base, change.change, change.own, change.structure)


def _insight(rows: tuple[PerMuRow, ...], name: str, noun: str) -> str:
    if not rows:
        return "所选范围没有数据"
    return join_clauses(
        [
            superlative([(r.name, r.value) for r in rows], "最高", _show_per_mu, noun=noun, attribute=name, above_zero=False),
            strongest_change([(r.name, r.change) for r in rows], _PER_MU_CHANGES, noun=noun),
        ]
    )


def _show_per_mu(value: float) -> str:
    return f"{formatting.format_number(value, PER_MU)}{PER_MU.unit}"
