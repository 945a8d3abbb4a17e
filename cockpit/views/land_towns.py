"""Towns of the per-mu page: land that D firms hold, and the ranking by yield per mu with what moved it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit import formatting
from cockpit.evaluation import summary
from cockpit.views.context import Context
from cockpit.views.land import Scope, caption, scope, within
from cockpit.views.parts import Caption

#: Metrics of the ranking (key of the link) -> column of the evaluation's figures, name.
YIELDS = {"tax_per_mu": ("tax", "亩均税收"), "value_added_per_mu": ("value_added", "亩均增加值")}


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
    reading: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class YieldRow:
    """A town's yield in 万元/亩 now and a year before, and the change split into own and structure."""

    key: str
    name: str
    value: float
    base: float
    change: float
    own: float
    structure: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """Towns by yield, highest first; ``whole`` the district's."""

    metric: str
    name: str
    rows: tuple[YieldRow, ...]
    whole: YieldRow
    reading: str
    caption: Caption


def worst_land(ctx: Context) -> WorstLandPanel | None:
    """Land held by D firms, by town; every town stays on the map whatever towns are selected."""
    found = scope(ctx)
    if found is None:
        return None
    firms = _everywhere(ctx, found)
    worst = firms[firms["grade"] == "D"]
    land, all_land = worst.groupby("town")["land_mu"].sum(), firms.groupby("town")["land_mu"].sum()
    count = worst.groupby("town").size()
    rows = tuple(
        WorstLand(
            t.key,
            t.name,
            t.short,
            float(land.get(t.key, 0.0)) if t.key in all_land else np.nan,
            float(land.get(t.key, 0.0)) / float(all_land[t.key]) if all_land.get(t.key, 0.0) else np.nan,
            int(count.get(t.key, 0)),
        )
        for t in ctx.district.towns
    )
    total = float(land.sum())
    most = max(rows, key=lambda r: -1.0 if np.isnan(r.land) else r.land)
    reading = "所选范围没有D类企业用地"
    if total > 0:
        told = formatting.spoken_share(most.land / total)
        reading = f"D类企业占地{formatting.rounded(total, 0):,}亩，{most.name}占{told}"
    return WorstLandPanel(rows, reading, caption(ctx, found, "评为D类的企业用地面积之和，用地取年度评价表。", free="towns"))


def ranking(ctx: Context) -> Ranking | None:
    """Towns by the chosen yield. A town's change splits over its industries: their own yields, and land moved between them."""
    found = scope(ctx)
    if found is None:
        return None
    metric = ctx.selection.metric if ctx.selection.metric in YIELDS else "tax_per_mu"
    column, name = YIELDS[metric]
    now = _everywhere(ctx, found)
    earlier = ctx.repository.evaluation(ctx.full, found.year - 1) if found.before is not None else None
    before = within(earlier.evaluation.firms, ctx.selection.but(towns=())) if earlier else now.iloc[:0]
    table = summary.change_by_part(now, before, column, "town", "division")
    names = {t.key: t.name for t in ctx.district.towns}
    rows = tuple(_row(str(key), names.get(str(key), str(key)), table.loc[key]) for key in table.index)
    whole = summary.change_by_part(now.assign(all="all"), before.assign(all="all"), column, "all", "division")
    total = _row("", "全区", whole.iloc[0]) if len(whole) else YieldRow("", "全区", *[np.nan] * 5)
    told = (
        f"{name} = 年度评价的{'评价税收' if column == 'tax' else '工业增加值'}之和 ÷ 用地面积之和。"
        "自身：各行业自己的亩均水平变化；结构：用地在行业之间的转移；两者之和等于该镇街的变化。"
    )
    return Ranking(metric, name, rows, total, _reading(rows, name), caption(ctx, found, told, versus=True, free="towns"))


def _everywhere(ctx: Context, found: Scope) -> pd.DataFrame:
    return within(found.evaluation.firms, ctx.selection.but(towns=()))


def _row(key: str, name: str, values: pd.Series) -> YieldRow:
    return YieldRow(key, name, *(float(values[c]) for c in ("value", "base", "change", "own", "structure")))


def _reading(rows: tuple[YieldRow, ...], name: str) -> str:
    if not rows:
        return "所选范围没有数据"
    told = f"{rows[0].name}{name}最高"
    moved = [r for r in rows if not np.isnan(r.change)]
    if moved:
        best = max(moved, key=lambda r: r.change)
        told += f"；{best.name}{'提高最多' if best.change > 0 else '降得最少'}（{formatting.signed(best.change, 1)}万元/亩）"
    return told
