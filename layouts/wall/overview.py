"""The overview's wall scene: hero and four figures, map, trend over chains."""

from __future__ import annotations

import math
from dataclasses import replace

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.district.geo import MapShape
from cockpit.views.overview.panels import ChainCard
from cockpit.views.parts import Item
from cockpit.views.wall.scenes import OverviewScene
from layouts.components.change import change
from layouts.components.town_map import Place, town_map
from layouts.components.trend_chart import trend_chart
from layouts.ui import html
from layouts.ui.theme import chain_token, css_color
from layouts.wall.parts import Drawn, WallEnv, block, headline, hero, second


def draw(view: OverviewScene, env: WallEnv) -> Drawn:
    """The scene's markup; map and trend are markup, too."""
    tall = env.shape == "tall"
    # Few labels: the wall is read from afar.
    trend = html.Div(trend_chart(view.trend, replace(env.on, narrow=True)), className="w-chart")
    unit = formatting.scale_for(view.trend.metric, [p.value for p in view.trend.points]).unit
    within = f"town:{view.town}" if view.town else ""
    left = html.Div(
        [hero(view.hero, f"规上工业总产值 · {view.period}"), second(view.others, 2 if tall else 4, within)], className="w-column"
    )
    right = [block(f"各月{view.trend.metric.label}", unit, trend, "w-trend"), *([] if tall else [_chains(view)])]
    middle = _towns(view, env.map, tall=tall)
    body = html.Div([left, middle, html.Div(right, className="w-column")], className="w-body w-overview")
    return Drawn([headline(view.headline), body])


def _towns(view: OverviewScene, shape: MapShape, *, tall: bool) -> html.Div:
    """The map; on a portrait screen the growth stands in a ranking beside it."""
    note, label = html.Div("示意图，非行政界线", className="w-caption"), view.towns.metric.label
    drawn = html.Div(town_map(shape, [_place(r, named_only=tall) for r in view.towns.rows]), className="w-chart")
    if not tall:
        return block(f"镇街{label}增速", "同比 %", [drawn, note], "w-map")
    ranked = sorted(view.towns.rows, key=lambda r: -math.inf if math.isnan(r.change) else r.change, reverse=True)
    rows = [
        html.Div([html.Span(r.short), change(r.change, is_percent=False)], className="w-rank", **{"data-deep": f"town:{r.key}"})
        for r in ranked
    ]
    beside = html.Div([drawn, html.Div(rows, className="w-ranks")], className="w-beside")
    return block(f"镇街{label}增速", "同比", [beside, note], "w-map")


def _place(row: Item, *, named_only: bool) -> Place:
    moved = formatting.change(row.change, is_percent=False)
    value = row.change * 100
    label = "" if named_only or math.isnan(value) else moved.removesuffix("%")
    return Place(row.key, row.short, value, label, deep=f"town:{row.key}")


def _chains(view: OverviewScene) -> html.Div:
    scale = formatting.scale_for(view.chains.metric, [c.item.value for c in view.chains.cards])
    most = max((c.item.value for c in view.chains.cards if not math.isnan(c.item.value)), default=1.0) or 1.0
    rows = [_chain(c, scale, most) for c in view.chains.cards]
    return block("产业链" if len(rows) != 6 else "六条产业链", f"{scale.unit} · 同比", html.Div(rows, className="w-chains"))


def _chain(card: ChainCard, scale: Scale, most: float) -> html.Div:
    token = chain_token(card.item.key)
    width = 0 if math.isnan(card.item.value) else max(card.item.value, 0) / most * 100
    fill = {"background": css_color(token)}
    return html.Div(
        [
            html.I(style=fill, className="w-swatch"),
            html.Span(card.item.name),
            html.Div(html.I(style=fill | {"width": f"{width:.1f}%"}), className="w-bar"),
            html.B(formatting.number(card.item.value, scale), **{"data-count": ""}),
            change(card.item.change, is_percent=False),
        ],
        className="w-chain",
        **{"data-deep": f"chain:{card.item.key}"},
    )
