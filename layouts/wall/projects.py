"""The wall scene of projects and green energy: what was signed, how far it is, by chain."""

from __future__ import annotations

import math

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.views.projects.breakdowns import PartRow
from cockpit.views.projects.funnel import FunnelStep, Summary
from cockpit.views.wall.scenes import ProjectsScene
from layouts.ui import html
from layouts.ui.theme import chain_token, css_color
from layouts.wall.parts import Drawn, WallEnv, block, fact, headline, number

_YI = Scale("亿元", 1e4)


def draw(view: ProjectsScene, env: WallEnv) -> Drawn:
    """The scene's markup; only the headline when nothing was signed."""
    if not view.figures.count:
        return Drawn([headline(view.headline), html.Div(className="w-body")])
    steps = [_step(s, view.figures.count) for s in view.funnel.steps]
    funnel = block("项目进展", "个，占签约", html.Div(steps, className="w-funnel"))
    most = max((r.planned for r in view.chains.rows), default=0.0) or 1.0
    rows = [_chain(r, most) for r in view.chains.rows if r.count]
    chains = block("各产业链签约", "亿元 · 个", html.Div(rows, className="w-chains"))
    return Drawn(
        [headline(view.headline), html.Div([_left(view.figures, view.period, env), funnel, chains], className="w-body w-land")]
    )


def _left(figures: Summary, period: str, env: WallEnv) -> html.Div:
    first = html.Div(
        [
            html.Div(f"签约项目计划投资 · {period}", className="w-hero-name"),
            number(formatting.number(figures.planned, _YI), _YI.unit, "w-hero"),
            html.Div(html.Span(f"{figures.count:,} 个项目", className="w-note"), className="w-hero-change"),
        ],
        className="w-hero-block",
    )
    rate, done = (formatting.percent(v).removesuffix("%") for v in (figures.start_rate, figures.done_rate))
    facts = [
        fact("开工率", number(rate, "%", "w-value"), f"开工 {figures.started:,} 个"),
        fact("投资完成率", number(done, "%", "w-value"), f"完成 {formatting.number(figures.invested, _YI)} 亿元"),
    ]
    green = figures.green
    if green is not None:
        share = "" if math.isnan(green.share) else f"占 {formatting.percent(green.share)}"
        facts.append(fact("绿色能源项目", number(f"{green.count:,}", "个", "w-value"), share))
        facts.append(fact("绿色能源投资", number(formatting.number(green.planned, _YI), "亿元", "w-value"), "计划投资"))
    return html.Div([first, html.Div(facts[: 2 if env.shape == "tall" else 4], className="w-second")], className="w-column")


def _step(step: FunnelStep, whole: int) -> html.Div:
    """A step of the funnel: a bar over all that were signed."""
    share = step.count / whole if whole else 0.0
    bar = html.Div(html.I(style={"width": f"{share * 100:.1f}%", "background": css_color("prev")}), className="w-bar")
    told = html.Span(formatting.percent(share), className="w-note")
    return html.Div([html.Span(str(step.step)), html.B(f"{step.count:,}", **{"data-count": ""}), told, bar], className="w-step")


def _chain(row: PartRow, most: float) -> html.Div:
    fill = {"background": css_color(chain_token(row.key))}
    bar = html.Div(html.I(style=fill | {"width": f"{max(row.planned, 0.0) / most * 100:.1f}%"}), className="w-bar")
    figure = html.B(formatting.number(row.planned, _YI), **{"data-count": ""})
    name = [html.I(style=fill, className="w-swatch"), html.Span(row.name)]
    return html.Div([*name, bar, figure, html.Span(f"{row.count:,} 个", className="change")], className="w-chain")
