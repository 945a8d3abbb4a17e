"""Towns on the per-mu page: the map of land held by D firms, and the ranking by yield per mu."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.views.land.towns import YIELDS, Ranking, WorstLand, WorstLandPanel, YieldRow
from layouts.components import growth
from layouts.components.legend import legend
from layouts.components.panel import Panel, navigate, switch
from layouts.components.town_map import Place, town_map, town_place
from layouts.land.tabs import unpublished
from layouts.page import Env
from layouts.ui import html

_PER_MU = Scale("万元/亩")
_MU = Scale("亩", whole=True)


def draw_worst_land(view: WorstLandPanel | None, env: Env) -> Panel:
    """Map and table of land held by D firms; both choose towns."""
    title = "D类企业用地"
    if view is None:
        return Panel("worst-land", title, unpublished(env), has_drawing=True)
    if all(math.isnan(r.land) for r in view.rows):
        return Panel("worst-land", title, growth.nothing(env), has_drawing=True, caption=view.caption)
    places = [_place(r, env) for r in view.rows]
    return Panel(
        "worst-land",
        title,
        [legend("D类企业用地 亩", [p.value for p in places]), _land_table(view, env)],
        subtitle="亩 · 点击镇街可筛选",
        reading=view.reading,
        drawing=town_map(env.shape, places, "口径：评为D类的企业用地面积之和"),
        has_drawing=True,
        caption=view.caption,
    )


def _place(row: WorstLand, env: Env) -> Place:
    land = formatting.number(row.land, _MU)
    words = [
        row.name,
        f"D类企业用地 {land} 亩",
        f"占评价用地 {formatting.percent(row.share)}",
        f"D类企业 {row.firms:,} 家",
    ]
    return town_place(row.key, row.short, row.land, land, words, env)


def _land_table(view: WorstLandPanel, env: Env) -> html.Table:
    most = max((r.land for r in view.rows if not math.isnan(r.land)), default=0.0) or 1.0
    rows = sorted(view.rows, key=lambda r: -(-1.0 if math.isnan(r.land) else r.land))
    heads: list[Any] = ["镇街", "", "用地 亩", "占比", "企业 家"]
    head = html.Thead(
        html.Tr([html.Th(h, className="text" if i == 0 else "bar-cell" if i == 1 else "") for i, h in enumerate(heads)])
    )
    return html.Table([head, html.Tbody([_land_row(r, most, env) for r in rows])], className="table towns-table")


def _land_row(row: WorstLand, most: float, env: Env) -> html.Tr:
    width = 0 if math.isnan(row.land) else row.land / most * 100
    return html.Tr(
        [
            html.Td(_town_link(row.key, row.name, env), className="text"),
            html.Td(html.Span(style={"width": f"{width:.1f}%"}, className="cell-bar"), className="bar-cell"),
            html.Td(formatting.number(row.land, _MU)),
            html.Td(formatting.percent(row.share)),
            html.Td(f"{row.firms:,}"),
        ],
        className="on" if row.key in env.selection.towns else "",
    )


def _town_link(key: str, name: str, env: Env) -> html.A:
    chosen = key in env.selection.towns
    target = env.href(env.selection.toggled("towns", key))
    return navigate(name, target, "row-link", title=f"{'取消' if chosen else '只看'}{name}")


def draw_ranking(view: Ranking | None, env: Env) -> Panel:
    """Towns by yield with the year before, the change, and what moved it."""
    title = "镇街亩均排名"
    if view is None:
        return Panel("ranking", title, unpublished(env))
    if not view.rows:
        return Panel("ranking", title, growth.nothing(env), caption=view.caption)
    options = [(name, env.href(env.selection.but(metric=key)), key == view.metric) for key, (_, name) in YIELDS.items()]
    return Panel(
        "ranking",
        title,
        html.Div(_ranking_table(view, env), className="scroll"),
        subtitle=f"{view.name}，万元/亩",
        reading=view.reading,
        tools=switch(options, "指标"),
        caption=view.caption,
    )


def _ranking_table(view: Ranking, env: Env) -> html.Table:
    most = max((abs(r.value) for r in view.rows if not math.isnan(r.value)), default=0.0) or 1.0
    moved = [abs(v) for r in view.rows for v in (r.own, r.structure) if not math.isnan(v)]
    span = max(moved, default=0.0) or 1.0
    heads = ("", "镇街", "", "本年", "上年", "增减", "自身", "结构", "自身与结构")
    classes = ("rank", "text", "bar-cell", "", "", "", "", "", "split-cell")
    head = html.Thead(html.Tr([html.Th(h, className=c) for h, c in zip(heads, classes, strict=True)]))
    body = [_ranking_row(str(i), r, most, span, env) for i, r in enumerate(view.rows, 1)]
    whole = _ranking_row("", view.whole, most, span, env)
    return html.Table([head, html.Tbody(body), html.Tfoot(whole)], className="table ranking-table")


def _ranking_row(rank: str, row: YieldRow, most: float, span: float, env: Env) -> html.Tr:
    width = 0 if math.isnan(row.value) else min(abs(row.value) / most, 1.0) * 100
    bar = html.Span(style={"width": f"{width:.1f}%"}, className="cell-bar")
    return html.Tr(
        [
            html.Td(rank, className="rank"),
            html.Td(_town_link(row.key, row.name, env) if row.key else html.B(row.name), className="text"),
            html.Td(bar if row.key else "", className="bar-cell"),
            html.Td(html.B(formatting.number(row.value, _PER_MU))),
            html.Td(formatting.number(row.base, _PER_MU)),
            html.Td(_signed(row.change)),
            html.Td(_signed(row.own)),
            html.Td(_signed(row.structure)),
            html.Td(_split(row, span), className="split-cell"),
        ],
        className="on" if row.key and row.key in env.selection.towns else "",
    )


def _signed(value: float) -> html.Span:
    tone = "flat" if math.isnan(value) or not formatting.rounded(value, 2) else "up" if value > 0 else "down"
    return html.Span(formatting.signed(value, 2), className=f"change {tone}")


def _split(row: YieldRow, span: float) -> html.Div:
    """Own change and structure as two bars from a common zero."""
    bars = []
    for words, value, place in (("自身", row.own, "upper"), ("结构", row.structure, "lower")):
        if math.isnan(value):
            continue
        width = abs(value) / span * 50
        left = 50.0 if value >= 0 else 50.0 - width
        style = {"left": f"{left:.2f}%", "width": f"{width:.2f}%"}
        bars.append(
            html.Span(style=style, className=f"split-bar {place}", title=f"{words} {formatting.signed(value, 2)} 万元/亩")
        )
    return html.Div([html.Span(className="split-zero"), *bars], className="split")
