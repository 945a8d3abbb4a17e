"""The map of a chain's stages (链条图谱): nodes as markup over a picture of the lines between them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from dash import html

from cockpit import formatting
from cockpit.formulas import Scale
from cockpit.views import chain_stages
from cockpit.views.chain_stages import Stage, StagePanel
from layouts.components.change import change
from layouts.components.panel import Panel, empty
from layouts.figures.stage_edges import Node, edges_picture
from layouts.page import Env
from layouts.theme import css_color


def draw_stages(view: StagePanel, env: Env, token: str) -> Panel:
    """The chain's stages from upstream to downstream; missing and weak ones stand out. ``token``: the chain's colour."""
    if not view.stages:
        return Panel("stages", "链条图谱", empty("还没有这条链的图谱", "请在“产业链图谱”表中填写环节"), caption=view.caption)
    scale = formatting.scale_for(view.metric, [s.item.value for s in view.stages])
    positions = [p for p in (*chain_stages.POSITIONS, "") if any(s.position == p for s in view.stages)]
    columns = [[s for s in view.stages if s.position == p] for p in positions]
    most = max((s.item.value for s in view.stages if not math.isnan(s.item.value)), default=1.0) or 1.0
    narrowed = bool(env.selection.towns or env.selection.industries)
    drawn = [
        html.Div(
            [
                html.H3(position or "图谱外", className="stage-position"),
                html.Div([_node(s, view, scale, most, token, narrowed=narrowed) for s in stages], className="stage-rows"),
            ],
            className="stage-column",
        )
        for position, stages in zip(positions, columns, strict=True)
    ]
    return Panel(
        "stages",
        "链条图谱",
        html.Div([*_edges(columns, env, token), *drawn], className="stages"),
        subtitle=f"产值 {scale.unit} · 线宽与条长为产值，同一刻度 · {view.rule}",
        reading=view.reading,
        caption=view.caption,
    )


def _edges(columns: Sequence[Sequence[Stage]], env: Env, token: str) -> list[html.Img]:
    nodes = [[Node(s.item.name, s.next_stages, s.item.value, s.gap) for s in column] for column in columns]
    picture = edges_picture(nodes, env.on, token)
    return [html.Img(src=picture, alt="", className="stage-edges")] if picture else []


def _node(stage: Stage, view: StagePanel, scale: Scale, most: float, token: str, *, narrowed: bool) -> html.Div:
    """A stage. Where it leads is said on focus, on hover, and on a phone, where no lines are drawn."""
    body = _missing(stage, narrowed=narrowed) if stage.gap else _figures(stage, view, scale, most, token)
    after: dict[str, Any] = {}
    if stage.next_stages:
        body.append(html.P(f"下一环节：{'、'.join(stage.next_stages)}", className="stage-next"))
        after["tabIndex"] = "0"
    state = " gap" if stage.gap else " weak" if stage.weak else ""
    return html.Div(html.Div(body, className=f"stage{state}", **after), className="stage-row")


def _missing(stage: Stage, *, narrowed: bool) -> list[Any]:
    why = "所选范围没有企业" if narrowed else "全区没有企业"
    return [
        html.Div([html.B(stage.item.name), html.Span("◇ 缺链", className="tag warn")], className="stage-name"),
        html.P(why, className="stage-why"),
    ]


def _figures(stage: Stage, view: StagePanel, scale: Scale, most: float, token: str) -> list[Any]:
    item = stage.item
    marks: list[Any] = []
    if stage.leader:
        marks += [html.Span(stage.leader, className="stage-why"), html.Span("链主", className="tag")]
    if stage.weak:
        marks += [html.Span(stage.weak, className="stage-why"), html.Span("◆ 弱链", className="tag warn")]
    share = "" if math.isnan(item.share) else f" · 占{formatting.percent(item.share)}"
    width = 0 if math.isnan(item.value) else max(item.value, 0) / most * 100
    return [
        html.Div([html.B(item.name), html.Span(marks, className="stage-marks")], className="stage-name"),
        html.Div(
            [
                html.Span(formatting.number(item.value, scale), className="figure"),
                html.Span(f"{scale.unit} · {stage.firms:,.0f}家规上{share}", className="unit"),
                change(item.change, is_percent=view.metric.is_percent),
            ],
            className="stage-value",
        ),
        html.Div(html.Span(style={"width": f"{width:.1f}%", "background": css_color(token)}), className="stage-bar"),
    ]
