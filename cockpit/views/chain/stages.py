"""The stages of a chain (产业链图谱): what each consists of, which are missing (缺链) and which weak (弱链)."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import pandas as pd

from cockpit import cache, formatting
from cockpit.aggregations import aggregate
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.formulas import Metric
from cockpit.catalogue.metrics import METRICS
from cockpit.catalogue.names import short_firm
from cockpit.cube.cube import Filter
from cockpit.selection import Selection
from cockpit.sentences.clauses import Clause, join_clauses
from cockpit.sentences.shares import share_clause
from cockpit.sentences.superlatives import show_value, superlative
from cockpit.snapshot import Snapshot
from cockpit.views.chain.firms import registered_firms, reported_firms
from cockpit.views.context import ViewContext, items
from cockpit.views.parts import Caption, Item

POSITIONS = ("上游", "中游", "下游")
#: Metrics that may be shown by stage and colour the map.
CHOICES = (
    "output",
    "value_added",
    "tax",
    "tax_per_mu",
    "value_added_per_mu",
    "rd_intensity",
    "labour_productivity",
    "energy_intensity",
)


@dataclass(frozen=True, slots=True)
class ChainStage:
    """A node of the chain's map (产业链图谱).

    ``item``: output, change and share of the chain's output; ``shown``: the same of the selected metric; NaN value =
    no data. ``firms``: 规上 enterprises of the period's last month; ``registered``: all of the register. ``gap``:
    no enterprise of the district (缺链); ``reasons``: why it is weak (弱链), none when it isn't; ``leader``: the short
    name of the chain leader if it belongs to the stage. Stages that the map doesn't name have position ''.
    """

    item: Item
    shown: Item
    position: str
    next_stages: tuple[str, ...]
    firms: float
    registered: int
    gap: bool
    reasons: tuple[str, ...]
    leader: str

    @property
    def weak(self) -> str:
        """Return the first reason why the stage is weak; '' when it isn't."""
        return self.reasons[0] if self.reasons else ""


@dataclass(frozen=True, slots=True)
class StagePanel:
    """The chain's stages, by position and then output. ``metric``: the selected one of ``choices``; ``rule``: what is weak."""

    stages: tuple[ChainStage, ...]
    metric: Metric
    choices: tuple[Metric, ...]
    rule: str
    insight: str
    caption: Caption

    @property
    def is_known(self) -> bool:
        """Whether the map or any enterprise names a stage of the chain; else there is nothing to draw."""
        return any(stage.item.key for stage in self.stages)


def unknown_stages(data: Snapshot, selection: Selection) -> tuple[str, ...]:
    """Return the selected stages that neither the map nor an enterprise of the selected chain names."""
    if not selection.stages:
        return ()
    known: set[str] = set()
    for table in ("chain_stage", "enterprise"):
        rows = data.ledgers[table]
        known |= set(rows.loc[rows["chain"].isin(selection.chains), "stage"].dropna())
    return tuple(s for s in selection.stages if s not in known)


def selected_metric(ctx: ViewContext) -> Metric:
    """Return the metric that the map shows; 工业总产值 unless another of ``CHOICES`` is selected."""
    return METRICS[ctx.selection.metric if ctx.selection.metric in CHOICES else CHOICES[0]]


def stage_panel(ctx: ViewContext, chain: str) -> StagePanel:
    """Compute the chain's whole map, whatever stages are selected: a click in it selects them."""
    metric = selected_metric(ctx)
    where = ctx.selection.replace(chains=(chain,), stages=()).where
    stages = chain_map(ctx, where, metric)
    choices = tuple(METRICS[key] for key in CHOICES)
    return StagePanel(stages, metric, choices, weak_stage_rule(ctx), _insight(stages, metric), ctx.caption(metric, where=where))


def weak_stage_rule(ctx: ViewContext) -> str:
    """Say when a stage counts as weak."""
    limit = ctx.district.thresholds.weak_stage_share_pct
    return f"弱链：产值占比低于{limit:g}%、规上企业不足两家或产值下降，按{ctx.terms.whole}判断"


def chain_map(ctx: ViewContext, where: Filter, metric: Metric) -> tuple[ChainStage, ...]:
    """Compute the stages of the map of ``where``'s chain from the enterprises that name them.

    A stage that enterprises name but the map lacks comes after the others, with position ''. Which are missing or weak is
    judged on the whole district: that a town has one firm of a stage doesn't make it weak in the chain.
    """
    values = _stage_values(ctx, where, metric)
    whole = Filter(chains=where.chains)
    judged = values if where == whole else _stage_values(ctx, whole, METRICS["output"])
    planned = ctx.full.cache.get_or_compute(cache.CHAIN_MAPS, (), lambda: _planned_stages(ctx.full.ledgers["chain_stage"]))
    stages = [values.stage(stage, position, after, judged) for chain, stage, position, after in planned if chain in where.chains]
    named = {s.item.key for s in stages}
    stages += [values.stage(key, "", (), judged) for key in {**values.output, **values.registered} if key not in named]
    order = {p: i for i, p in enumerate(POSITIONS)}
    stages.sort(key=lambda s: (order.get(s.position, len(order)), s.gap, 0.0 if math.isnan(s.item.value) else -s.item.value))
    return tuple(stages)


def _stage_values(ctx: ViewContext, where: Filter, metric: Metric) -> _StageValues:
    output = {i.key: i for i in items(ctx, METRICS["output"], where, Grouping.STAGE)}
    return _StageValues(
        output,
        output if metric.key == "output" else {i.key: i for i in items(ctx, metric, where, Grouping.STAGE)},
        dict(aggregate.evaluate_metric(ctx.data, METRICS["firms"], ctx.period, where, Grouping.STAGE).items()),
        dict(Counter(registered_firms(ctx, where).text("stage")).most_common()),
        _leader_stage(ctx, where),
        ctx.district.thresholds.weak_stage_share_pct,
    )


def _planned_stages(rows: pd.DataFrame) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """List chain, stage, position and following stages of each node of the maps."""
    stages = []
    for row in rows.itertuples(index=False):
        after = row.next_stages if isinstance(row.next_stages, str) else ""
        stages.append((row.chain, row.stage, row.position, tuple(n.strip() for n in after.split("、") if n.strip())))
    return stages


@dataclass(frozen=True, slots=True)
class _StageValues:
    """Values by stage name. ``leader``: (stage, short name); ``limit``: share of output (%) below which a stage is weak."""

    output: dict[str, Item]
    shown: dict[str, Item]
    firms: dict[str, float]
    registered: dict[str, int]
    leader: tuple[str, str]
    limit: float

    def stage(self, key: str, position: str, following: tuple[str, ...], judged: _StageValues) -> ChainStage:
        """Build the stage; without any enterprise all its values are NaN. ``judged``: the values that say whether it is weak."""
        name = key or "未填"
        none = Item(key, name, name, math.nan, math.nan, math.nan, math.nan)
        item, shown = self.output.get(key, none), self.shown.get(key, none)
        firms, registered = self.firms.get(key, 0.0), self.registered.get(key, 0)
        leader = self.leader[1] if self.leader[0] == key else ""
        gap, reasons = judged.judge(key, none)
        return ChainStage(item, shown, position, following, firms, registered, gap, reasons, leader)

    def judge(self, key: str, none: Item) -> tuple[bool, tuple[str, ...]]:
        """Return whether the stage is missing, and why it is weak; ``none``: the item of a stage without output."""
        if not key:  # firms that name no stage are none
            return False, ()
        item, firms = self.output.get(key, none), self.firms.get(key, 0.0)
        gap = self.registered.get(key, 0) == 0 and firms == 0 and math.isnan(item.value)
        return gap, () if gap else self._reasons(item, firms)

    def _reasons(self, item: Item, firms: float) -> tuple[str, ...]:
        if math.isnan(item.value) and firms == 0:
            return ("没有规上企业",)
        reasons = []
        if item.share * 100 < self.limit:
            reasons.append(f"占比{formatting.format_share(item.share_shown)}")
        if firms == 1:
            reasons.append("仅一家规上企业")
        if item.change < 0:
            reasons.append("产值下降")
        return tuple(reasons)


def _leader_stage(ctx: ViewContext, where: Filter) -> tuple[str, str]:
    """Return (stage, short name) of the chain's leader with the largest output; blank when there is none."""
    leader = reported_firms(ctx, where).where_equal("role", "链主").head(1)
    if not len(leader):
        return "", ""
    [stage], [name] = leader.text("stage"), leader.names()
    return stage, short_firm(ctx.district, name)


def _insight(stages: tuple[ChainStage, ...], metric: Metric) -> str:
    gaps = [s.item.name for s in stages if s.gap]
    weak = [s.item.name for s in stages if s.weak]
    clauses: list[Clause | str | None] = [_first_stage(stages, metric)]
    clauses += [f"{'、'.join(gaps)}缺链"] if gaps else []
    clauses += [f"{'、'.join(weak)}为弱链"] if weak else []
    return join_clauses(clauses, "，") or "尚无链条图谱"


def _first_stage(stages: tuple[ChainStage, ...], metric: Metric) -> Clause | None:
    """Say what share the largest stage has, or which is the highest; nothing of firms that name no stage."""
    known = [s for s in stages if s.item.key and not math.isnan(s.shown.value)]
    first = max(known, key=lambda s: s.shown.value, default=None)
    if first is None:
        return None
    return share_clause(first.item.name, first.shown.share, shown=first.shown.share_shown) or superlative(
        [(s.item.name, s.shown.value) for s in known], "最高", show_value(metric), noun="个环节", attribute=metric.label
    )
