"""Towns of the per-mu page: land that D firms hold, and the ranking by yield per mu with what moved it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cockpit import formatting
from cockpit.district.areas import Area
from cockpit.evaluation.results.grade_shares import GradeHolding, grade_holdings
from cockpit.evaluation.results.per_mu import PerMuChange, per_mu_changes
from cockpit.views.context import ViewContext
from cockpit.views.land.evaluation import caption, evaluation_scope
from cockpit.views.parts import Caption

#: Metrics of the ranking (key of the link) -> column of the evaluation's figures, name.
PER_MU_METRICS = {"tax_per_mu": ("tax", "亩均税收"), "value_added_per_mu": ("value_added", "亩均增加值")}


@dataclass(frozen=True, slots=True)
class WorstLand:
    """A town's land held by D firms (亩), its share of the town's evaluated land, and the number of D firms."""

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
    """A town's yield in 万元/亩 now and a year before, and the change split into own and structure."""

    key: str
    name: str
    value: float
    base: float
    change: float
    own: float
    structure: float


@dataclass(frozen=True, slots=True)
class PerMuRanking:
    """Towns by yield, highest first; ``whole`` the district's."""

    metric: str
    name: str
    rows: tuple[PerMuRow, ...]
    whole: PerMuRow
    insight: str
    caption: Caption


def worst_land(ctx: ViewContext) -> WorstLandPanel | None:
    """Land held by D firms, by town; every town stays on the map whatever towns are selected."""
    found = evaluation_scope(ctx)
    if found is None:
        return None
    firms = found.firms(towns=())
    held = {part.key: part for part in grade_holdings(firms, "town", "D")}
    rows = tuple(_worst(town, held.get(town.key)) for town in ctx.district.towns)
    total = sum(part.land for part in held.values())
    most = max(rows, key=lambda r: -1.0 if math.isnan(r.land) else r.land)
    insight = "所选范围没有D类企业用地"
    if total > 0:
        told = formatting.share_phrase(most.land / total)
        insight = f"D类企业占地{formatting.round_half_up(total, 0):,}亩，{most.name}占{told}"
    return WorstLandPanel(rows, insight, caption(ctx, found, "评为D类的企业用地面积之和，用地取年度评价表。", free="towns"))


def per_mu_ranking(ctx: ViewContext) -> PerMuRanking | None:
    """Towns by the chosen yield. A town's change splits over its industries: their own yields, and land moved between them."""
    found = evaluation_scope(ctx)
    if found is None:
        return None
    metric = ctx.selection.metric if ctx.selection.metric in PER_MU_METRICS else "tax_per_mu"
    column, name = PER_MU_METRICS[metric]
    found_rows, whole = per_mu_changes(found.firms(towns=()), found.before(towns=()), column, "town", "division")
    names = {t.key: t.name for t in ctx.district.towns}
    rows = tuple(_row(y, names.get(y.key, y.key)) for y in found_rows)
    told = (
        f"{name} = 年度评价的{'评价税收' if column == 'tax' else '工业增加值'}之和 ÷ 用地面积之和。"
        f"自身：各行业自己的亩均水平变化；结构：用地在行业之间的转移；两者之和等于该{ctx.terms.part}的变化。"
    )
    said = caption(ctx, found, told, versus=True, free="towns")
    return PerMuRanking(metric, name, rows, _row(whole, ctx.terms.whole), _insight(rows, name), said)


def _worst(town: Area, held: GradeHolding | None) -> WorstLand:
    if held is None:
        return WorstLand(town.key, town.name, town.short, math.nan, math.nan, 0)
    return WorstLand(town.key, town.name, town.short, held.land, held.share, held.firms)


def _row(found: PerMuChange, name: str) -> PerMuRow:
    return PerMuRow(found.key, name, found.value, found.base, found.change, found.own, found.structure)


def _insight(rows: tuple[PerMuRow, ...], name: str) -> str:
    if not rows:
        return "所选范围没有数据"
    told = f"{rows[0].name}{name}最高"
    moved = [r for r in rows if not math.isnan(r.change)]
    if moved:
        best = max(moved, key=lambda r: r.change)
        told += (
            f"；{best.name}{'提高最多' if best.change > 0 else '降得最少'}（{formatting.format_signed(best.change, 1)}万元/亩）"
        )
    return told
