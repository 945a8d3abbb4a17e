"""The per-mu wall scene: hero and figures, grades by town, and how grades moved."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.evaluation.policy.policy import GRADES
from cockpit.views.land import evaluation as land
from cockpit.views.wall.scenes import LandScene
from layouts.components.change import change, counted
from layouts.land.grade_flow_figure import flow_figure
from layouts.land.land_tax_figure import land_tax_figure
from layouts.ui import html
from layouts.ui.theme import css_color, grade_token
from layouts.wall.parts import Drawn, WallEnv, block, chart, fact, headline, number

_PER_MU = Scale("万元/亩")
_NARROWEST = 0.1


def draw(view: LandScene, env: WallEnv) -> Drawn:
    """The scene's markup and chart; only the headline before the first published evaluation."""
    if view.figures is None:
        return Drawn([headline(view.headline), html.Div(className="w-body")])
    figures: dict[str, dict[str, Any]] = {}
    blocks = [_left(view.figures, env)]
    if view.structure is not None:
        blocks.append(block("各镇街等级结构", "家", _structure(view.structure)))
    if view.migration is not None and view.migration.flows is not None and view.migration.flows.total:
        years = (f"{view.migration.base_year}年", f"{view.migration.year}年")
        figures["flow"] = flow_figure(view.migration.flows, years, env.on)
        blocks.append(block("等级变动", "家", chart("flow"), "w-flow"))
    if env.shape == "ultra" and view.bubbles is not None and (drawn := land_tax_figure(view.bubbles, env.on)):
        figures["bubbles"] = drawn
        blocks.append(block("用地与税收", f"{view.bubbles.group} · 双对数", chart("bubbles")))
    return Drawn([headline(view.headline), html.Div(blocks, className="w-body w-land")], figures)


def _left(figures: land.Headline, env: WallEnv) -> html.Div:
    moved = figures.tax_per_mu / figures.tax_per_mu_base - 1 if figures.tax_per_mu_base > 0 else math.nan
    first = html.Div(
        [
            html.Div(f"亩均税收 · {figures.year}年评价", className="w-hero-name"),
            number(formatting.number(figures.tax_per_mu, _PER_MU), _PER_MU.unit, "w-hero"),
            html.Div(
                [change(moved, is_percent=False), html.Span(" 比上年", className="w-note")], className="w-hero-change w-change"
            ),
        ],
        className="w-hero-block",
    )
    ab = formatting.percent(figures.ab_share).removesuffix("%")
    facts = [
        fact("A、B类占比", number(ab, "%", "w-value"), change(figures.ab_share - figures.ab_base, is_percent=True)),
        fact(
            "D类企业",
            number(f"{figures.counts['D']:,}", "家", "w-value"),
            counted(figures.counts["D"] - figures.worst_base, "家"),
        ),
        fact(
            "D类占地",
            number(f"{formatting.rounded(figures.worst_land, 0):,}", "亩", "w-value"),
            f"占 {formatting.percent(figures.worst_land_share)}",
        ),
        fact("累计盘活用地", number(formatting.number(figures.cleared, Scale("亩", whole=True)), "亩", "w-value"), "完成整治"),
    ]
    return html.Div([first, html.Div(facts[: 2 if env.shape == "tall" else 4], className="w-second")], className="w-column")


def _structure(view: land.Structure) -> html.Div:
    head = html.Div(
        [html.Span(), html.Div([_key(g) for g in GRADES[:-1]], className="w-keys"), html.Span("D"), html.Span("A+B")],
        className="w-grades w-grades-head",
    )
    return html.Div([head, *(_row(r) for r in view.rows[:12])], className="w-structure")


def _key(grade: str) -> html.Span:
    return html.Span([html.I(style={"background": css_color(grade_token(grade))}, className="w-swatch"), grade])


def _row(row: land.GradeRow) -> html.Div:
    parts = []
    for grade, amount in zip(GRADES, row.amounts, strict=True):
        share = amount / row.total if row.total else 0.0
        token = grade_token(grade)
        style = {"width": f"{share * 100:.3f}%", "background": css_color(token), "color": css_color(f"{token}-on")}
        parts.append(html.Span(f"{amount:,.0f}" if share >= _NARROWEST and grade != "D" else "", style=style))
    worst = html.B(f"{row.amounts[-1]:,.0f}", **{"data-count": ""})
    return html.Div(
        [html.Span(row.name), html.Div(parts, className="w-segments"), worst, html.Span(formatting.percent(row.ab))],
        className="w-grades",
    )
