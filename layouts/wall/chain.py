"""A chain's wall scene: hero with the roles' shares, second figures, and the map of its stages."""

from __future__ import annotations

import math

from cockpit import formatting
from cockpit.catalogue.formulas import Metric, Scale
from cockpit.views.chain.stages import CHOICES, POSITIONS, Stage
from cockpit.views.wall.scenes import ChainScene
from layouts.chain.stages_figure import Node, edges_picture
from layouts.components.change import change
from layouts.ui import html
from layouts.ui.theme import chain_token, css_color
from layouts.wall.parts import Drawn, WallEnv, block, headline, hero, second

_STRENGTH = (1.0, 0.62, 0.34)


def draw(view: ChainScene, env: WallEnv) -> Drawn:
    """The scene's markup; its map is markup, too."""
    token = chain_token(view.chain.key)
    share = "" if math.isnan(view.share) else f"占全区 {formatting.percent(view.share)}"
    left = html.Div(
        [
            hero(view.hero, f"产值 · {view.period}", beside=share, extra=_roles(view, token)),
            _roles(view, token) if view.hero.target else None,
            second(view.others, 2 if env.shape == "tall" else 4, f"chain:{view.chain.key}", CHOICES),
        ],
        className="w-column",
    )
    return Drawn([headline(view.headline), html.Div([left, _stages(view, env, token)], className="w-body w-chain-scene")])


def _roles(view: ChainScene, token: str) -> html.Div:
    """Leader, suppliers and others as one bar."""
    known = [(r, s) for r, s in zip(view.leader.roles, _STRENGTH, strict=False) if r.item.share > 0]
    bars = [html.I(style={"width": f"{r.item.share * 100:.2f}%", "background": css_color(token), "opacity": s}) for r, s in known]
    words = [html.Span(f"{r.item.name} {formatting.percent(r.item.share)}") for r, _ in known]
    return html.Div([html.Div(bars, className="w-roles"), html.Div(words, className="w-track-words")], className="w-target")


def _stages(view: ChainScene, env: WallEnv, token: str) -> html.Div:
    stages, metric = view.stages.stages, view.stages.metric
    scale = formatting.scale_for(metric, [s.shown.value for s in stages])
    most = max((s.shown.value for s in stages if not math.isnan(s.shown.value)), default=1.0) or 1.0
    positions = [p for p in (*POSITIONS, "") if any(s.position == p for s in stages)]
    columns = [[s for s in stages if s.position == p] for p in positions]
    nodes = [[Node(s.item.name, s.next_stages, s.shown.value, s.gap) for s in column] for column in columns]
    picture = edges_picture(nodes, env.on, token)
    drawn = [
        html.Div(
            [
                html.B(p or "图谱外", className="w-position"),
                html.Div([_node(s, metric, scale, most, token) for s in column], className="w-nodes"),
            ],
            className="w-stage-column",
        )
        for p, column in zip(positions, columns, strict=True)
    ]
    edges = [html.Img(src=picture, alt="", className="w-edges")] if picture else []
    rule = html.Div(["◇ 缺链：全区无企业", html.Span(f"◆ {view.stages.rule}")], className="w-caption warn")
    return block(
        "链条图谱", f"条长为{metric.label}，{scale.unit}", [html.Div([*edges, *drawn], className="w-stages"), rule], "w-graph"
    )


def _node(stage: Stage, metric: Metric, scale: Scale, most: float, token: str) -> html.Div:
    tags = [html.Span("链主", className="w-tag")] if stage.leader else []
    if stage.gap:
        tags.append(html.Span("◇ 缺链", className="w-tag warn"))
    elif stage.weak:
        tags.append(html.Span("◆ 弱链", className="w-tag warn"))
    state = " gap" if stage.gap else " weak" if stage.weak else ""
    if stage.gap:
        body = [html.B(stage.item.name), html.Span("全区无企业", className="w-note")]
    else:
        width = 0 if math.isnan(stage.shown.value) else max(stage.shown.value, 0) / most * 100
        figure = html.B(formatting.number(stage.shown.value, scale), className="w-node-value", **{"data-count": ""})
        body = [
            html.B(stage.item.name),
            html.Div([figure, change(stage.shown.change, is_percent=metric.is_percent)], className="w-node-figure"),
            html.Div(html.I(style={"width": f"{width:.1f}%", "background": css_color(token)}), className="w-bar"),
        ]
    return html.Div([html.Div(tags, className="w-tags"), *body], className=f"w-node{state}")
