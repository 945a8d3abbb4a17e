"""The stages of a chain (产业链图谱): what stands where, what is missing (缺链) and what is weak (弱链)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cockpit import formatting
from cockpit.aggregations import core
from cockpit.dimensions import Grouping
from cockpit.formulas import Metric
from cockpit.metrics import METRICS
from cockpit.names import short_firm
from cockpit.views.chain_firms import reported_firms
from cockpit.views.context import Context, items
from cockpit.views.parts import Caption, Item

POSITIONS = ("上游", "中游", "下游")


@dataclass(frozen=True, slots=True)
class Stage:
    """A node of the chain's map (产业链图谱).

    ``item``: output, change and share of the chain's output; NaN value = no figures. ``gap``: no enterprise
    of the district (缺链); ``weak``: why it is weak (弱链), empty when it isn't; ``leader``: the short name
    of the chain leader when it stands here. Stages without a place in the map have position ''.
    """

    item: Item
    position: str
    next_stages: tuple[str, ...]
    firms: float
    gap: bool
    weak: str
    leader: str


@dataclass(frozen=True, slots=True)
class StagePanel:
    """The chain's stages, by position and then output."""

    stages: tuple[Stage, ...]
    metric: Metric
    rule: str
    reading: str
    caption: Caption


def stage_panel(ctx: Context, chain: str) -> StagePanel:
    """Stages of the chain map with the figures of the enterprises that name them.

    A stage that enterprises name but the map lacks is listed after the others, with position ''.
    """
    metric = METRICS["output"]
    found = {i.key: i for i in items(ctx, metric, ctx.where, Grouping.STAGE)}
    firms = core.evaluate(ctx.data, METRICS["firms"], ctx.period, ctx.where, Grouping.STAGE)
    leader = _leader_stage(ctx)
    plan = ctx.full.ledgers["chain_stage"]
    plan = plan[plan["chain"] == chain]
    stages = []
    for row in plan.itertuples(index=False):
        item = found.pop(row.stage, Item(row.stage, row.stage, row.stage, np.nan, np.nan, np.nan, np.nan))
        after = row.next_stages if isinstance(row.next_stages, str) else ""
        following = tuple(name.strip() for name in after.split("、") if name.strip())
        count = float(firms.get(row.stage, 0.0))
        stages.append(_stage(ctx, item, row.position, following, count, leader))
    for item in found.values():
        stages.append(_stage(ctx, item, "", (), float(firms.get(item.key, 0.0)), leader))
    order = {p: i for i, p in enumerate(POSITIONS)}
    stages.sort(key=lambda s: (order.get(s.position, len(order)), s.gap, -np.nan_to_num(s.item.value)))
    limit = ctx.district.thresholds.weak_stage_share_pct
    rule = f"弱链：占比低于{limit:g}%、仅一家企业或产值下降"
    return StagePanel(tuple(stages), metric, rule, _reading(tuple(stages)), ctx.caption(metric))


def _stage(ctx: Context, item: Item, position: str, following: tuple[str, ...], firms: float, leader: tuple[str, str]) -> Stage:
    gap = firms == 0 and np.isnan(item.value)
    named = leader[1] if leader[0] == item.key else ""
    return Stage(item, position, following, firms, gap, "" if gap else _weakness(ctx, item, firms), named)


def _weakness(ctx: Context, item: Item, firms: float) -> str:
    if item.share * 100 < ctx.district.thresholds.weak_stage_share_pct:
        return f"占比{formatting.percent(item.share)}"
    if firms == 1:
        return "仅一家企业"
    if item.change < 0:
        return "产值下降"
    return ""


def _leader_stage(ctx: Context) -> tuple[str, str]:
    """(stage, short name) of the chain's leader with the largest output; empty when there is none."""
    totals = reported_firms(ctx)
    leaders = totals[totals["role"] == "链主"]
    if leaders.empty:
        return "", ""
    first = leaders.iloc[0]
    return str(first["stage"]), short_firm(str(first["name"]))


def _reading(stages: tuple[Stage, ...]) -> str:
    gaps = [s.item.name for s in stages if s.gap]
    weak = [s.item.name for s in stages if s.weak]
    known = [s for s in stages if s.item.share > 0]
    parts = []
    if known:
        first = max(known, key=lambda s: s.item.value)
        parts.append(f"{first.item.name}占{formatting.spoken_share(first.item.share)}")
    if gaps:
        parts.append(f"{'、'.join(gaps)}缺链")
    if weak:
        parts.append(f"{'、'.join(weak)}为弱链")
    return "，".join(parts) or "尚无链条图谱"
