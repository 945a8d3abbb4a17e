"""Green investment by area: the layout on the map, and a table of its areas beside it."""

from __future__ import annotations

import math
from dataclasses import replace

from markupsafe import Markup

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.selection import CHANGE_LABELS
from cockpit.views.green.areas import GreenAreaRow, GreenAreas
from cockpit.views.green.scope import INVESTMENT, PLANNED
from cockpit.views.parts import Item
from layouts.chain.tabs import page_token
from layouts.charts.area_colors import STRENGTH, area_fill, css_rgb, legible
from layouts.components.change import change
from layouts.components.no_data import no_data
from layouts.components.panel import PanelContents
from layouts.components.town_map import MapArea, town_area, town_map
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render
from layouts.ui.theme import css_color

#: Most towns of an area that the table names; the map names them all.
_MOST_TOWNS = 3


def render_areas(view: GreenAreas, context: RenderContext) -> PanelContents:
    """Render the map, and the table of the areas."""
    terms, token = context.district.terms, page_token(context)
    title = f"{view.name}：绿色能源投资" if view.name else f"各{terms.part}绿色能源投资"
    if not view.towns:
        return PanelContents(no_data(context), title=title, caption=view.caption)
    scale = formatting.scale_for(INVESTMENT, [t.value for t in view.towns])
    roles = dict(view.roles)
    areas = [_map_area(town, roles.get(town.key, ""), view.whole, scale, token, context) for town in view.towns]
    return PanelContents(
        _table(view, scale, token, context),
        title=title,
        subtitle=f"{scale.unit} · {context.click_hint('towns', context.district.terms.part)}",
        insight=view.insight,
        svg=town_map(context.map_geometry, areas, f"口径：{INVESTMENT.definition_for(terms)}"),
        caption=view.caption,
    )


def _map_area(town: Item, role: str, whole: str, scale: Scale, token: str, context: RenderContext) -> MapArea:
    """Build a town of the map: one of the layout has its colour by role, all others are neutral."""
    hint = [f"{town.name}{f'（{role}）' if role else ''}", f"绿色能源投资 {formatting.format_value(INVESTMENT, town.value)}"]
    if versus := CHANGE_LABELS[context.selection.compare]:
        hint.append(f"{versus} {formatting.format_change(town.change, is_percent=False)}")
    if not math.isnan(town.share):
        hint.append(f"占{whole} {formatting.format_share(town.share_shown)}")
    name = f"{role} {town.short}" if role else town.short
    area = town_area(town.key, name, math.nan, formatting.format_number(town.value, scale), hint, context)
    if not role:
        return area
    fill = area_fill(token, role, context.viewport)
    return replace(area, fill=css_rgb(fill), ink=legible(fill, context.viewport))


def _table(view: GreenAreas, scale: Scale, token: str, context: RenderContext) -> Markup:
    """Render a row an area, the rest of the towns last."""
    return render(
        "green/areas.html",
        rows=[_row(row, view, scale, token, context) for row in view.rows],
        unit=scale.unit,
        versus=CHANGE_LABELS[context.selection.compare],
        whole=view.whole,
        has_projects=view.has_projects,
        note="；".join(note for note in ("示意图，非行政界线", view.note) if note),
    )


def _row(row: GreenAreaRow, view: GreenAreas, scale: Scale, token: str, context: RenderContext) -> dict[str, object]:
    towns = "、".join(row.towns) if len(row.towns) <= _MOST_TOWNS else f"{len(row.towns)}个{context.district.terms.part}"
    keys = tuple(sorted(t.key for t in view.towns if t.short in row.towns))
    is_selected = bool(keys) and keys == context.selection.towns
    totals = row.projects
    return {
        "name": f"{row.role} {row.name}" if row.role else row.name,
        # An area named like its one town needs no second line.
        "towns": towns if towns != row.name else "",
        "color": _color(row.role, token, context),
        "href": context.href(context.selection.replace(towns=() if is_selected else keys)),
        "title": f"{'取消' if is_selected else '只看'}{row.name}",
        "is_selected": is_selected,
        "value": formatting.format_number(row.value, scale),
        "change": change(row.change, is_percent=False, arrow=False),
        "share": formatting.format_share(row.share_shown),
        "projects": f"{totals.projects:,}",
        "planned": formatting.format_number(totals.planned, PLANNED.scales[0]),
    }


def _color(role: str, token: str, context: RenderContext) -> str:
    """Return the colour of a role, the chain's over the neutral one as on the map."""
    strength = STRENGTH[context.viewport.theme].get(role)
    if not strength:
        return css_color("s3")
    return f"color-mix(in srgb, {css_color(token)} {strength * 100:g}%, {css_color('s3')})"
