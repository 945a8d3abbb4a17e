"""Green investment by area, drawn: the layout on the map, and a table of its areas beside it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.selection import COMPARE_LABELS
from cockpit.views.green.areas import AreaRow, Areas
from cockpit.views.green.state import INVESTMENT, PLANNED
from cockpit.views.parts import Item
from layouts.charts.area_colors import STRENGTH, area_fill, css_rgb, legible
from layouts.components import growth
from layouts.components.change import change
from layouts.components.panel import Panel, navigate
from layouts.components.town_map import Place, town_map, town_place
from layouts.page import Env
from layouts.ui import html
from layouts.ui.theme import css_color

KEY = "areas"
#: Towns of an area that are named; the map names them all.
_MOST_TOWNS = 3


def draw_areas(view: Areas, env: Env, token: str) -> Panel:
    """The map and the areas. ``token``: the chain's colour."""
    title = f"{view.name}：绿色能源投资" if view.name else "各镇街绿色能源投资"
    if not view.towns:
        return Panel(KEY, title, growth.nothing(env), has_drawing=True, caption=view.caption)
    scale = formatting.scale_for(INVESTMENT, [t.value for t in view.towns])
    roles = dict(view.roles)
    notes = "；".join(w for w in ("示意图，非行政界线", view.note) if w)
    places = [_place(t, roles.get(t.key, ""), scale, token, env) for t in view.towns]
    return Panel(
        KEY,
        title,
        [_table(view, scale, token, env), html.P(notes, className="map-note")],
        subtitle=f"{scale.unit} · 点击镇街可筛选",
        reading=view.reading,
        drawing=town_map(env.shape, places, f"口径：{INVESTMENT.definition}"),
        has_drawing=True,
        caption=view.caption,
    )


def _place(town: Item, role: str, scale: Scale, token: str, env: Env) -> Place:
    """Without a value: an area of the layout has its colour by role, all others are neutral."""
    words = [f"{town.name}{f'（{role}）' if role else ''}", f"绿色能源投资 {formatting.figure(INVESTMENT, town.value)}"]
    words.append(f"{COMPARE_LABELS[env.selection.compare]} {formatting.change(town.change, is_percent=False)}")
    if not math.isnan(town.share):
        words.append(f"占全区 {formatting.percent(town.share)}")
    label = formatting.number(town.value, scale)
    name = f"{role} {town.short}" if role else town.short
    place = town_place(town.key, name, math.nan, label, words, env)
    if not role:
        return place
    fill = area_fill(token, role, env.on)
    return replace(place, fill=css_rgb(fill), ink=legible(fill, env.on))


def _table(view: Areas, scale: Scale, token: str, env: Env) -> html.Div:
    """A row an area; the rest of the towns last, and the sum."""
    if not view.rows:
        return html.Div()
    heads: list[Any] = ["片区", ["投资 ", html.Br(), scale.unit], COMPARE_LABELS[env.selection.compare], "占比"]
    if view.has_projects:
        heads += [["绿色项目 ", html.Br(), "个"], ["计划投资 ", html.Br(), "亿元"]]
    head = html.Thead(html.Tr([html.Th(h, className="" if i else "text", scope="col") for i, h in enumerate(heads)]))
    body = [_row(r, view, scale, token, env) for r in view.rows]
    return html.Div(html.Table([head, html.Tbody(body)], className="table area-table"), className="area-box scroll")


def _row(row: AreaRow, view: Areas, scale: Scale, token: str, env: Env) -> html.Tr:
    strength = STRENGTH[env.on.theme].get(row.role)
    # Colour over the neutral one, as on the map.
    mix = f"color-mix(in srgb, {css_color(token)} {strength * 100:g}%, {css_color('s3')})" if strength else css_color("s3")
    towns = "、".join(row.towns) if len(row.towns) <= _MOST_TOWNS else f"{len(row.towns)}个镇街"
    # An area that is called like its one town needs no second line.
    place = html.Span(towns, className="area-towns") if towns != row.name else None
    name = [
        html.I(style={"background": mix}, className="swatch"),
        html.B(f"{row.role} {row.name}" if row.role else row.name),
        place,
    ]
    figures: list[Any] = [
        formatting.number(row.value, scale),
        change(row.change, is_percent=False, arrow=False),
        formatting.percent(row.share),
    ]
    if view.has_projects:
        planned = formatting.number(row.projects.planned, PLANNED.scales[0]) if row.projects.projects else "0"
        figures += [f"{row.projects.projects:,}", planned]
    keys = tuple(sorted(t.key for t in view.towns if t.short in row.towns))
    on = bool(keys) and keys == env.selection.towns
    href = env.href(env.selection.but(towns=() if on else keys))
    link = navigate(name, href, "row-link area-name", title=f"{'取消' if on else '只看'}{row.name}")
    return html.Tr([html.Td(link, className="text"), *(html.Td(f) for f in figures)], className="on" if on else "")
