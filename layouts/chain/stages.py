"""The map of a chain's stages (链条图谱): nodes that choose a stage, over a picture of the lines between them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.selection import View
from cockpit.views.chain import stages as chain_stages
from cockpit.views.chain.stages import Stage, StagePanel
from layouts.chain.stages_figure import Node, edges_picture
from layouts.charts.value_classes import class_of, cuts
from layouts.components.change import change
from layouts.components.legend import strip
from layouts.components.panel import Panel, empty, navigate
from layouts.page import Env
from layouts.ui import html
from layouts.ui.theme import RAMP, css_color


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What all nodes share: the scale of their figures, the greatest of them, and the cuts of the five classes."""

    view: StagePanel
    env: Env
    token: str
    scale: Scale
    most: float
    limits: list[float]


def draw_stages(view: StagePanel, env: Env, token: str) -> Panel:
    """The chain's stages from upstream to downstream; missing and weak ones stand out. ``token``: the chain's colour."""
    if not view.stages:
        return Panel("stages", "链条图谱", empty("还没有这条链的图谱", "请在“产业链图谱”表中填写环节"), caption=view.caption)
    values = [s.shown.value for s in view.stages]
    scale = formatting.scale_for(view.metric, values)
    classed = [v / scale.factor for v in values]
    most = max((v for v in values if not math.isnan(v)), default=1.0) or 1.0
    drawing = _Drawing(view, env, token, scale, most, cuts(classed, len(RAMP)))
    positions = [p for p in (*chain_stages.POSITIONS, "") if any(s.position == p for s in view.stages)]
    columns = [[s for s in view.stages if s.position == p] for p in positions]
    drawn = [
        html.Div(
            [
                html.H3(position or "图谱外", className="stage-position"),
                html.Div([_node(s, drawing) for s in stages], className="stage-rows"),
            ],
            className="stage-column",
        )
        for position, stages in zip(positions, columns, strict=True)
    ]
    content = html.Div([*_edges(columns, env, token), *drawn], className="stages")
    return Panel(
        "stages",
        "链条图谱",
        [content, _foot(drawing, classed)],
        subtitle=f"{view.metric.label} {scale.unit} · 线宽为产值 · {view.rule}",
        reading=view.reading,
        tools=_tools(view, env),
        caption=view.caption,
    )


def _tools(view: StagePanel, env: Env) -> list[Any]:
    """The way back to the whole chain, and the choice of the metric."""
    links = [navigate(m.label, env.href(env.selection.but(metric=m.key)), "on" if m is view.metric else "") for m in view.choices]
    choice = html.Details([html.Summary(view.metric.label), html.Div(links, className="menu")], className="choice")
    return (
        [navigate("× 全部环节", env.href(env.selection.but(stages=())), "reset-link"), choice]
        if env.selection.stages
        else [choice]
    )


def _foot(drawing: _Drawing, values: Sequence[float]) -> html.Div:
    """What the colours mean, and what a click does."""
    told = f"底色：{drawing.view.metric.label} {drawing.scale.unit}"
    classes = [html.Div(strip(values), className="stage-classes")] if drawing.limits else []
    legend = html.Div([html.Span(told), *classes])
    return html.Div([legend, html.Span("点击环节，全页只看该环节；可选多个")], className="stages-foot")


def _edges(columns: Sequence[Sequence[Stage]], env: Env, token: str) -> list[html.Img]:
    chosen = env.selection.stages
    nodes = [[Node(s.item.name, s.next_stages, s.item.value, s.gap, s.item.key in chosen) for s in c] for c in columns]
    picture = edges_picture(nodes, env.on, token)
    return [html.Img(src=picture, alt="", className="stage-edges")] if picture else []


def _node(stage: Stage, drawing: _Drawing) -> html.Div:
    """A stage as a link that chooses it. Where it leads is said on focus, on hover, and on a phone, where no lines are drawn."""
    body = _missing(stage, drawing.env) if stage.gap else _figures(stage, drawing)
    if stage.next_stages:
        body.append(html.Span(f"下一环节：{'、'.join(stage.next_stages)}", className="stage-next"))
    chosen = stage.item.key in drawing.env.selection.stages
    state = f"stage{' gap' if stage.gap else ' weak' if stage.weak else ''}{' on' if chosen else ''}"
    if not stage.item.key:
        return html.Div(html.Div(body, className=state), className="stage-row")
    more = {"aria-current": "true"} if chosen else {}
    hint = f"{'取消选择' if chosen else '看招引方向：' if stage.gap else '只看'}{stage.item.name}"
    return html.Div(navigate(body, _link(stage, drawing.env), state, **{"aria-label": hint, **more}), className="stage-row")


def _link(stage: Stage, env: Env) -> str:
    """Chooses the stage, or lets it go. A missing one has no figures to see: it leads to what is to be attracted."""
    toggled = env.selection.toggled("stages", stage.item.key)
    if stage.gap and stage.item.key not in env.selection.stages:
        toggled = toggled.but(view=View.LISTS, stages=(stage.item.key,))
    return env.href(toggled)


def _missing(stage: Stage, env: Env) -> list[Any]:
    narrowed = bool(env.selection.towns or env.selection.industries)
    why = "所选范围没有企业" if narrowed else "全区没有企业"
    return [
        html.Div([html.B(stage.item.name), html.Span("◇ 缺链", className="tag warn")], className="stage-name"),
        html.Div([html.Span(why, className="stage-why"), html.Span("招引方向 →", className="stage-go")], className="stage-value"),
    ]


def _figures(stage: Stage, drawing: _Drawing) -> list[Any]:
    shown, metric, scale = stage.shown, drawing.view.metric, drawing.scale
    marks: list[Any] = []
    if stage.leader:
        marks += [html.Span(stage.leader, className="stage-why"), html.Span("链主", className="tag")]
    if stage.weak:
        marks += [html.Span(stage.weak, className="stage-why"), html.Span("◆ 弱链", className="tag warn")]
    share = "" if math.isnan(shown.share) else f" · 占{formatting.percent(shown.share)}"
    known = not math.isnan(shown.value)
    width = max(shown.value, 0) / drawing.most * 100 if known else 0
    shade = {"background": css_color(RAMP[class_of(shown.value / scale.factor, drawing.limits)])} if known else {}
    unit = f"{scale.unit} · " if known else ""
    return [
        html.Div([html.B(stage.item.name), html.Span(marks, className="stage-marks")], className="stage-name", style=shade),
        html.Div(
            [
                html.Span(formatting.number(shown.value, scale), className="figure"),
                html.Span(f"{unit}{stage.firms:,.0f}家规上{share}", className="unit"),
                change(shown.change, is_percent=metric.is_percent),
            ],
            className="stage-value",
        ),
        html.Div(html.Span(style={"width": f"{width:.1f}%", "background": css_color(drawing.token)}), className="stage-bar"),
    ]
