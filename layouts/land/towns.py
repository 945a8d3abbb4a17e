"""Towns on the per-mu page: the map of land held by D firms, and the ranking by yield per mu."""

from __future__ import annotations

import math
from typing import Any

from markupsafe import Markup

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.views.land.towns import PER_MU_METRICS, PerMuRanking, PerMuRow, WorstLand, WorstLandPanel
from layouts.components.legend import legend
from layouts.components.no_data import no_data
from layouts.components.panel import PanelContents, link_tabs, navigate
from layouts.components.town_map import MapArea, town_area, town_map
from layouts.land.tabs import unpublished
from layouts.ui import html
from layouts.ui.render_context import RenderContext

_PER_MU = Scale("万元/亩")
_MU = Scale("亩", whole=True)


def render_worst_land(view: WorstLandPanel | None, context: RenderContext) -> PanelContents:
    """Map and table of land held by D firms; both choose towns."""
    title = "D类企业用地"
    if view is None:
        return PanelContents(title=title, body=unpublished(context))
    if all(math.isnan(r.land) for r in view.rows):
        return PanelContents(title=title, body=no_data(context), caption=view.caption)
    places = [_place(r, context) for r in view.rows]
    return PanelContents(
        title=title,
        body=[legend("D类企业用地 亩", [p.value for p in places]), _land_table(view, context)],
        subtitle=f"亩 · 点击{context.district.terms.part}可筛选",
        insight=view.insight,
        svg=town_map(context.map_geometry, places, "口径：评为D类的企业用地面积之和"),
        caption=view.caption,
    )


def _place(row: WorstLand, context: RenderContext) -> MapArea:
    land = formatting.format_number(row.land, _MU)
    words = [
        row.name,
        f"D类企业用地 {land} 亩",
        f"占评价用地 {formatting.format_percent(row.share)}",
        f"D类企业 {row.firms:,} 家",
    ]
    return town_area(row.key, row.short, row.land, land, words, context)


def _land_table(view: WorstLandPanel, context: RenderContext) -> html.Table:
    most = max((r.land for r in view.rows if not math.isnan(r.land)), default=0.0) or 1.0
    rows = sorted(view.rows, key=lambda r: -(-1.0 if math.isnan(r.land) else r.land))
    heads: list[Any] = [context.district.terms.part, "", "用地 亩", "占比", "企业 家"]
    head = html.Thead(
        html.Tr([html.Th(h, className="text" if i == 0 else "bar-cell" if i == 1 else "") for i, h in enumerate(heads)])
    )
    return html.Table([head, html.Tbody([_land_row(r, most, context) for r in rows])], className="table towns-table")


def _land_row(row: WorstLand, most: float, context: RenderContext) -> html.Tr:
    width = 0 if math.isnan(row.land) else row.land / most * 100
    return html.Tr(
        [
            html.Td(_town_link(row.key, row.name, context), className="text"),
            html.Td(html.Span(style={"width": f"{width:.1f}%"}, className="cell-bar"), className="bar-cell"),
            html.Td(formatting.format_number(row.land, _MU)),
            html.Td(formatting.format_percent(row.share)),
            html.Td(f"{row.firms:,}"),
        ],
        className="on" if row.key in context.selection.towns else "",
    )


def _town_link(key: str, name: str, context: RenderContext) -> Markup:
    chosen = key in context.selection.towns
    target = context.href(context.selection.toggled("towns", key))
    return navigate(name, target, "row-link", title=f"{'取消' if chosen else '只看'}{name}")


def render_ranking(view: PerMuRanking | None, context: RenderContext) -> PanelContents:
    """Towns by yield with the year before, the change, and what moved it."""
    title = f"{context.district.terms.part}亩均排名"
    if view is None:
        return PanelContents(title=title, body=unpublished(context))
    if not view.rows:
        return PanelContents(title=title, body=no_data(context), caption=view.caption)
    options = [
        (name, context.href(context.selection.replace(metric=key)), key == view.metric)
        for key, (_, name) in PER_MU_METRICS.items()
    ]
    return PanelContents(
        title=title,
        body=html.Div(_ranking_table(view, context), className="scroll"),
        subtitle=f"{view.name}，万元/亩",
        insight=view.insight,
        tools=link_tabs(options, "指标"),
        caption=view.caption,
    )


def _ranking_table(view: PerMuRanking, context: RenderContext) -> html.Table:
    most = max((abs(r.value) for r in view.rows if not math.isnan(r.value)), default=0.0) or 1.0
    moved = [abs(v) for r in view.rows for v in (r.own, r.structure) if not math.isnan(v)]
    span = max(moved, default=0.0) or 1.0
    heads = ("", context.district.terms.part, "", "本年", "上年", "增减", "自身", "结构", "自身与结构")
    classes = ("rank", "text", "bar-cell", "", "", "", "", "", "split-cell")
    head = html.Thead(html.Tr([html.Th(h, className=c) for h, c in zip(heads, classes, strict=True)]))
    body = [_ranking_row(str(i), r, most, span, context) for i, r in enumerate(view.rows, 1)]
    whole = _ranking_row("", view.whole, most, span, context)
    return html.Table([head, html.Tbody(body), html.Tfoot(whole)], className="table ranking-table")


def _ranking_row(rank: str, row: PerMuRow, most: float, span: float, context: RenderContext) -> html.Tr:
    width = 0 if math.isnan(row.value) else min(abs(row.value) / most, 1.0) * 100
    bar = html.Span(style={"width": f"{width:.1f}%"}, className="cell-bar")
    return html.Tr(
        [
            html.Td(rank, className="rank"),
            html.Td(_town_link(row.key, row.name, context) if row.key else html.B(row.name), className="text"),
            html.Td(bar if row.key else "", className="bar-cell"),
            html.Td(html.B(formatting.format_number(row.value, _PER_MU))),
            html.Td(formatting.format_number(row.base, _PER_MU)),
            html.Td(_signed(row.change)),
            html.Td(_signed(row.own)),
            html.Td(_signed(row.structure)),
            html.Td(_split(row, span), className="split-cell"),
        ],
        className="on" if row.key and row.key in context.selection.towns else "",
    )


def _signed(value: float) -> html.Span:
    tone = "flat" if math.isnan(value) or not formatting.round_half_up(value, 2) else "up" if value > 0 else "down"
    return html.Span(formatting.format_signed(value, 2), className=f"change {tone}")


def _split(row: PerMuRow, span: float) -> html.Div:
    """Own change and structure as two bars from a common zero."""
    bars = []
    for words, value, place in (("自身", row.own, "upper"), ("结构", row.structure, "lower")):
        if math.isnan(value):
            continue
        width = abs(value) / span * 50
        left = 50.0 if value >= 0 else 50.0 - width
        style = {"left": f"{left:.2f}%", "width": f"{width:.2f}%"}
        bars.append(
            html.Span(style=style, className=f"split-bar {place}", title=f"{words} {formatting.format_signed(value, 2)} 万元/亩")
        )
    return html.Div([html.Span(className="split-zero"), *bars], className="split")
