"""Renewal by town as a map and a table, and land put back to use."""

from __future__ import annotations

import math

from markupsafe import Markup

from cockpit import formatting
from cockpit.selection import View
from cockpit.views.remediation.state import RELEASED
from cockpit.views.space.plan import MU
from cockpit.views.space.summary import ReleasedLand, ReleasedLandRow, RenewalTownRow, RenewalTowns
from layouts.components.bars import Bar, bars
from layouts.components.legend import legend
from layouts.components.no_data import no_rows
from layouts.components.panel import PanelContents, navigate
from layouts.components.town_map import MapArea, town_area, town_map
from layouts.space.parts import no_renewal_data, stage_bar
from layouts.space.released_figure import released_figure
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render


def render_towns(view: RenewalTowns, context: RenderContext) -> PanelContents:
    """Render a map of the area done and a table of all stages; both select towns."""
    if not view.rows or view.whole is None:
        return PanelContents(no_renewal_data(context, known=view.known), caption=view.caption)
    areas = [_map_area(row, context) for row in view.rows]
    return PanelContents(
        legend("已完成更新面积 亩", [area.value for area in areas]) + _table(view, view.whole, context),
        subtitle=f"亩 · {context.click_hint('towns', context.district.terms.part)}",
        insight=view.insight,
        svg=town_map(context.map_geometry, areas, "口径：截至期末各状态有机更新项目的更新面积之和"),
        caption=view.caption,
    )


def _map_area(row: RenewalTownRow, context: RenderContext) -> MapArea:
    stages = (("完成", row.done), ("实施", row.active), ("谋划", row.planned))
    hint = [f"{name} {formatting.format_number(total.area, MU)}亩 · {total.count}个项目" for name, total in stages]
    label = formatting.format_rounded(row.done.area, 0)
    return town_area(row.key, row.short, row.done.area, label, [row.name, *hint], context)


def _table(view: RenewalTowns, whole: RenewalTownRow, context: RenderContext) -> Markup:
    most = max(r.area for r in view.rows) or 1.0
    known = {town.key for town in context.district.towns}
    rows = []
    for row in view.rows:
        is_selected = row.key in context.selection.towns
        rows.append(
            _row(row)
            | {
                "bar": stage_bar(_areas(row), most, MU),
                "href": context.click_href("towns", row.key) if row.key in known else "",
                "title": context.click_title("towns", row.key, row.name),
                "is_selected": is_selected,
            }
        )
    return render("space/towns.html", part=context.district.terms.part, rows=rows, whole=_row(whole))


def _row(row: RenewalTownRow) -> dict[str, object]:
    return {
        "name": row.name,
        "areas": [formatting.format_number(area, MU) for area in _areas(row)],
        "completion": formatting.format_percent(row.completion),
    }


def _areas(row: RenewalTownRow) -> list[float]:
    return [row.done.area, row.active.area, row.planned.area]


def render_released(view: ReleasedLand, context: RenderContext) -> PanelContents:
    """Render land put back to use by month and town; a link leads to the view 低效整治."""
    if not view.towns:
        body = no_rows(context, "低效整治", "盘活的用地", known=view.known)
        return PanelContents(body, insight=view.insight, caption=view.caption)
    most = max(t.land for t in view.towns)
    by_town = bars([_bar(town, context) for town in view.towns], "items", (0.0, most))
    return PanelContents(
        render("space/released_towns.html", bars=by_town),
        subtitle=f"亩 · 各月，下为{context.district.terms.part}累计",
        insight=view.insight,
        tools=navigate("低效整治 →", context.selection.replace(view=View.REMEDIATION).href("/land"), "more-link"),
        figure=released_figure(view.months, view.values, context.district.terms, context.viewport),
        caption=view.caption,
    )


def _bar(town: ReleasedLandRow, context: RenderContext) -> Bar:
    is_selected = town.key in context.selection.towns
    label = "0" if math.isnan(town.land) or not town.land else formatting.format_value(RELEASED, town.land).text
    href, title = context.click_href("towns", town.key), context.click_title("towns", town.key, town.name)
    token = "now" if is_selected else "bar"
    return Bar(town.name, 0.0, town.land, label, token, href, is_selected=is_selected, title=title)
