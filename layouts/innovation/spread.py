"""Carriers by town and chain as squares, recognitions year by year, and research intensity."""

from __future__ import annotations

import math

from markupsafe import Markup

from cockpit import formatting
from cockpit.selection import COMPARE_LABELS, Compare
from cockpit.views.context import whole_name
from cockpit.views.innovation.carriers import RD
from cockpit.views.innovation.spread import (
    CarrierSpread,
    CarrierSpreadRow,
    Recognitions,
    ResearchIntensity,
    format_share_change,
)
from cockpit.views.innovation.state import LEVELS, Carrier
from cockpit.views.parts import Item
from layouts.components.bars import Bar, bars, extent
from layouts.components.no_data import no_data
from layouts.components.panel import PanelContents
from layouts.innovation.parts import level_name, no_innovation_data
from layouts.innovation.years_figure import years_figure
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import NOTHING, macro, render
from layouts.ui.theme import chain_token, css_color

#: Carriers of a cell that are squares; more are a number.
MOST_SQUARES = 4
#: Column heads of so many characters are on two lines.
_LONG_HEAD = 4

_change = macro("components/change.html", "change")


def render_spread(view: CarrierSpread, context: RenderContext) -> PanelContents:
    """Render two tables over the same kinds: a square for each carrier, the deeper its colour the higher its level."""
    if not view.kinds:
        return PanelContents(no_innovation_data("创新载体", context, known=view.known), caption=view.caption)
    tables = [
        _table(context.district.terms.part, "towns", view.towns, view, context),
        _table("产业链", "chains", view.chains, view, context),
    ]
    return PanelContents(
        render("innovation/spread.html", tables=tables),
        subtitle="一格为一个，点击可筛选",
        insight=view.insight,
        tools=render("innovation/level_key.html", levels=[level_name(level) for level in LEVELS]),
        caption=view.caption,
    )


def _table(
    title: str, dimension: str, rows: tuple[CarrierSpreadRow, ...], view: CarrierSpread, context: RenderContext
) -> dict[str, object]:
    counts = [sum(len(row.cells[i]) for row in rows) for i in range(len(view.kinds))]
    return {
        "title": title,
        "dimension": dimension,
        "heads": [_split_head(head) for head in (*view.kinds[:-1], "合计", "制造示范")],
        "rows": [_row(row, dimension, view.kinds, context) for row in rows],
        "sums": [f"{n:,}" for n in (*counts[:-1], sum(counts[:-1]), counts[-1])],
    }


def _split_head(head: str) -> tuple[str, ...]:
    """Split a head of four characters into two lines."""
    return (head[:2], head[2:]) if len(head) == _LONG_HEAD else (head,)


def _row(row: CarrierSpreadRow, dimension: str, kinds: tuple[str, ...], context: RenderContext) -> dict[str, object]:
    district, selection = context.district, context.selection
    is_selected = row.key in getattr(selection, dimension)
    known = {area.key for area in district.towns} if dimension == "towns" else {chain.key for chain in district.chains}
    hint = f"{'取消' if is_selected else '只看'}{row.name}"
    has_color = dimension == "chains" and row.key
    return {
        "name": row.name,
        "href": context.href(selection.toggled(dimension, row.key)) if row.key in known else "",
        "hint": hint,
        "color": css_color(chain_token(context.district, row.key)) if has_color else "",
        "cells": [_cell(carriers, f"{row.name}{kind}", hint) for kind, carriers in zip(kinds, row.cells, strict=True)],
        "total": f"{row.total:,}",
        "is_zero": not row.total,
        "is_selected": is_selected,
    }


def _cell(carriers: tuple[Carrier, ...], name: str, hint: str) -> dict[str, object] | None:
    """Build the squares, or the number, of a cell; ``None`` without a carrier."""
    if not carriers:
        return None
    names = "、".join(f"{carrier.name}（{level_name(carrier.level)}）" for carrier in carriers)
    label = f"{name} {len(carriers):,}个：{names}"
    is_number = len(carriers) > MOST_SQUARES
    return {
        "number": f"{len(carriers):,}" if is_number else "",
        "ranks": [] if is_number else [carrier.rank for carrier in carriers],
        "label": label,
        "hint": f"{label}。{hint}",
    }


def render_recognitions(view: Recognitions, context: RenderContext) -> PanelContents:
    """Render the carriers and demonstrators recognised so far, and in each year."""
    figure = years_figure(view.years, context.viewport)
    return PanelContents(
        NOTHING if figure else no_innovation_data("创新载体", context, known=view.known),
        subtitle="累计（个），下为当年新认定",
        insight=view.insight,
        figure=figure,
        caption=view.caption,
    )


def render_research(view: ResearchIntensity, context: RenderContext) -> PanelContents:
    """Render research intensity of chains and towns on one scale, each against the year before."""
    chains, towns = ([item for item in items if not math.isnan(item.value)] for items in (view.chains, view.towns))
    if not chains and not towns:
        return PanelContents(no_data(context), caption=view.caption)
    scale = extent([*(item.value for item in (*chains, *towns)), view.whole])
    last = _whole_bar(view, context)
    chain_bars = [_bar(i, "chains", chain_token(context.district, i.key) if i.key else "bar", context) for i in chains]
    town_bars = [_bar(i, "towns", "bar", context) for i in towns]
    groups = [
        ("产业链", bars([*chain_bars, last], "items", scale)),
        (context.district.terms.part, bars([*town_bars, last], "items", scale)),
    ]
    compare = context.selection.compare
    versus = "" if compare is Compare.NONE else f"，右为{COMPARE_LABELS[compare]}{formatting.POINTS_HEADING}"
    return PanelContents(
        render("innovation/research.html", groups=groups),
        subtitle=f"研发费用 ÷ 营业收入 %{versus}",
        insight=view.insight,
        caption=view.caption,
    )


def _whole_bar(view: ResearchIntensity, context: RenderContext) -> Bar:
    name = whole_name(context.district.terms, context.selection.where, narrowed="所选范围")
    extra = _share_change(view.whole_change, context)
    return Bar(name, 0.0, view.whole, _format_share(view.whole), "now", extra=extra, is_selected=True)


def _bar(item: Item, dimension: str, token: str, context: RenderContext) -> Bar:
    is_selected = item.key in getattr(context.selection, dimension)
    href = context.href(context.selection.toggled(dimension, item.key)) if item.key else ""
    title = f"{'取消' if is_selected else '只看'}{item.name}"
    extra = _share_change(item.change, context)
    return Bar(item.name, 0.0, item.value, _format_share(item.value), token, href, extra, is_selected, title)


def _format_share(value: float) -> str:
    return formatting.format_value(RD, value).text


def _share_change(difference: float, context: RenderContext) -> Markup | None:
    """Render the change without its unit, which is over the bars; ``None`` when nothing is compared."""
    if context.selection.compare is Compare.NONE:
        return None
    text = format_share_change(difference)
    tone, mark = {"+": ("up", "▲ "), formatting.MINUS: ("down", "▼ ")}.get(text[0], ("flat", ""))
    return Markup(_change(f"{mark}{text}", tone, ""))
