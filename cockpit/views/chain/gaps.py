"""Missing and weak stages of a chain (缺链弱链) and what to attract: whom they feed, what they need, what is under way."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cockpit.catalogue.formulas import Metric
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.cube import Filter
from cockpit.cube.table_view import TableView
from cockpit.ledgers.projects import ProjectStanding
from cockpit.views.chain.projects import chain_projects, policies
from cockpit.views.chain.stages import ChainStage, chain_map, weak_stage_rule
from cockpit.views.context import ViewContext
from cockpit.views.parts import Caption


@dataclass(frozen=True, slots=True)
class StageNeighbors:
    """The stages directly before or after one: names, their output together (万元, NaN = none) and 规上 enterprises."""

    names: tuple[str, ...]
    output: float
    firms: float


@dataclass(frozen=True, slots=True)
class StageGap:
    """A missing (``stage.gap``) or weak stage; ``projects``: names of those that might fill it."""

    stage: ChainStage
    before: StageNeighbors
    after: StageNeighbors
    projects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GapPanel:
    """Missing stages first, then weak ones, over the whole district; ``stages``: all of the chain, in the map's order.

    ``rows``: those of the selected stages, ``every``: the whole chain's. ``open_projects``: the chain's projects not in
    production yet, ``unnamed`` of them without a field (细分领域); ``policies``: titles of those in force.
    """

    rows: tuple[StageGap, ...]
    every: tuple[StageGap, ...]
    stages: tuple[str, ...]
    open_projects: int
    unnamed: int
    policies: tuple[str, ...]
    metric: Metric
    rule: str
    insight: str
    caption: Caption


def gaps(ctx: ViewContext) -> GapPanel:
    """List the missing and weak stages of the chain, the missing ones first.

    Judged on the whole district: that a town lacks a stage doesn't make it missing from the chain.
    """
    metric = METRICS["output"]
    where = Filter(chains=ctx.selection.chains)
    stages = chain_map(ctx, where, metric)
    selected = ctx.selection.stages
    waiting = chain_projects(ctx)
    waiting = waiting.take(~waiting.isin("standing", (ProjectStanding.PRODUCING.value,)))
    waiting = waiting.sort_by(-waiting.number("planned"), waiting.categorical("project_no").codes)
    every = [_stage_gap(s, stages, waiting) for s in stages if (s.gap or s.weak) and s.position]
    every.sort(key=lambda g: not g.stage.gap)
    rows = [g for g in every if not selected or g.stage.item.key in selected]
    return GapPanel(
        tuple(rows),
        tuple(every),
        tuple(s.item.key for s in stages if s.item.key),
        len(waiting),
        waiting.text("field").count(""),
        tuple(p.title for p in policies(ctx).rows if p.applies),
        metric,
        weak_stage_rule(ctx),
        _insight(rows, has_map=any(s.position for s in stages), is_narrowed=bool(selected)),
        ctx.caption(metric, where=where),
    )


def _stage_gap(stage: ChainStage, stages: tuple[ChainStage, ...], waiting: TableView) -> StageGap:
    before = [s for s in stages if stage.item.key in s.next_stages]
    after = [s for s in stages if s.item.key in stage.next_stages]
    return StageGap(stage, _neighbors(before), _neighbors(after), _matching_projects(stage.item.key, waiting))


def _neighbors(stages: list[ChainStage]) -> StageNeighbors:
    known = [s.item.value for s in stages if not math.isnan(s.item.value)]
    return StageNeighbors(tuple(s.item.name for s in stages), sum(known) if known else math.nan, sum(s.firms for s in stages))


def _matching_projects(stage: str, waiting: TableView) -> tuple[str, ...]:
    """Name the projects whose field (细分领域) is part of the stage's name, or whose name contains it."""
    candidates = zip(waiting.text("name"), waiting.text("field"), strict=True)
    return tuple(name for name, field in candidates if stage in name or (field != "" and field in stage))


def _insight(rows: list[StageGap], *, has_map: bool, is_narrowed: bool) -> str:
    missing = [g.stage.item.name for g in rows if g.stage.gap]
    weak = [g.stage.item.name for g in rows if not g.stage.gap]
    if not has_map:
        return "这条链没有图谱，不能判断缺链弱链"
    if not rows:
        return "所选环节没有缺链或弱链" if is_narrowed else "各环节齐全，没有弱链"
    parts = [f"缺{'、'.join(missing)}"] if missing else []
    return "；".join([*parts, *([f"弱链{len(weak)}个：{'、'.join(weak)}"] if weak else [])])
