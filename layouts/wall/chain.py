"""The wall scene of a chain: hero with the roles' shares, second values, and the map of its stages."""

from __future__ import annotations

import math

from cockpit import formatting
from cockpit.catalogue.formulas import Metric, Scale
from cockpit.views.chain.stages import CHOICES, POSITIONS, ChainStage
from cockpit.views.wall.scenes import ChainScene
from layouts.chain.stage_edges import StageNode, edges_picture
from layouts.components.bars import bar_length
from layouts.components.change import change
from layouts.ui.templates import render
from layouts.ui.theme import chain_token, css_color
from layouts.wall.parts import RenderedScene, WallContext, facts, hero

_STRENGTH = (1.0, 0.62, 0.34)


def render_scene(view: ChainScene, context: WallContext) -> RenderedScene:
    """Render the scene; its map of stages is no chart, but HTML."""
    token, whole = chain_token(context.district, view.chain.key), context.district.terms.whole
    share = "" if view.share.is_nan() else f"占{view.share_of} {formatting.format_share(view.share)}"
    stages, metric = view.stages.stages, view.stages.metric
    scale = formatting.scale_for(metric, [s.shown.value for s in stages])
    most = max((s.shown.value for s in stages if not math.isnan(s.shown.value)), default=1.0) or 1.0
    positions = [p for p in (*POSITIONS, "") if any(s.position == p for s in stages)]
    columns = [(p, [s for s in stages if s.position == p]) for p in positions]
    nodes = [[StageNode(s.item.name, s.next_stages, s.shown.value, s.gap) for s in column] for _, column in columns]
    html = render(
        "wall/chain.html",
        headline=view.headline,
        hero=hero(view.hero, f"产值 · {view.period}", share),
        roles=_roles(view),
        facts=facts(view.others, context.most_facts, f"chain:{view.chain.key}", CHOICES),
        color=css_color(token),
        whole=whole,
        edges=edges_picture(nodes, context.viewport, token),
        columns=[(p or "图谱外", [_node(s, metric, scale, most) for s in column]) for p, column in columns],
        note=f"条长为{metric.label}，{scale.unit}",
        rule=view.stages.rule,
    )
    return RenderedScene(html)


def _roles(view: ChainScene) -> list[tuple[str, str, str, float]]:
    """(name, share, width in percent, opacity) of leader, suppliers and others."""
    roles = [(r.item, s) for r, s in zip(view.leader.roles, _STRENGTH, strict=False) if r.item.share > 0]
    return [(i.name, formatting.format_share(i.share_shown), f"{i.share * 100:.2f}", strength) for i, strength in roles]


def _node(stage: ChainStage, metric: Metric, scale: Scale, most: float) -> dict[str, object]:
    value = stage.shown.value
    return {
        "name": stage.item.name,
        "is_leader": stage.leader,
        "state": "gap" if stage.gap else "weak" if stage.weak else "",
        "value": formatting.format_number(value, scale),
        "change": change(stage.shown.change, is_percent=metric.is_percent),
        "width": bar_length(value, most),
    }
