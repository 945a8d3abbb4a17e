"""Map and ranking of the areas; a click on either selects an area."""

from __future__ import annotations

import math

from markupsafe import Markup

from cockpit import formatting
from cockpit.catalogue.entries import PER_MU
from cockpit.catalogue.formulas import Metric, Scale
from cockpit.selection import CHANGE_LABELS, COMPARE_LABELS, Compare, MapColoring
from cockpit.views.overview.panels import TownPanel
from cockpit.views.parts import Item
from layouts.components.bars import bar_length
from layouts.components.change import change
from layouts.components.legend import legend
from layouts.components.no_data import no_data
from layouts.components.panel import PanelContents, link_tabs
from layouts.components.town_map import MapArea, town_area, town_map
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import NOTHING, render

_PER_MU = "tax_per_mu"
_PERCENT = 0.01
_COLORING_LABELS = {MapColoring.CHANGE: "增速", MapColoring.VALUE: "规模"}


def render_towns(view: TownPanel, context: RenderContext) -> PanelContents:
    """Render the map, and the table beside it."""
    metric, part = view.metric, context.district.terms.part
    by_change = view.shade is MapColoring.CHANGE and context.selection.compare is not Compare.NONE
    scale = formatting.scale_for(metric, [row.value for row in view.rows])
    areas = [_area(view, row, scale, by_change, context) for row in view.rows]
    is_known = any(not math.isnan(row.value) for row in view.rows)
    change_unit = f"{COMPARE_LABELS[context.selection.compare]} {formatting.POINTS_HEADING if metric.is_percent else '%'}"
    legend_title = f"{metric.label}{change_unit}" if by_change else f"{metric.label} {scale.unit}"
    definition = metric.definition_for(context.district.terms)
    body = legend(legend_title, [area.value for area in areas]) + _table(view, scale, context)
    return PanelContents(
        body if is_known else no_data(context),
        title=part + metric.label,
        subtitle=f"{scale.unit} · {context.click_hint('towns', part)}",
        insight=view.insight,
        tools=_metric_menu(view, context) + _coloring_tabs(context),
        svg=town_map(context.map_geometry, areas, f"口径：{definition}") if is_known else NOTHING,
        caption=view.caption,
    )


def _area(view: TownPanel, row: Item, scale: Scale, by_change: bool, context: RenderContext) -> MapArea:
    moved = formatting.format_change(row.change, is_percent=view.metric.is_percent)
    hint = [
        row.name,
        f"{view.metric.label} {formatting.format_value(view.metric, row.value)}",
    ]
    if not math.isnan(row.share):
        hint.append(f"占各{context.district.terms.part}合计 {formatting.format_share(row.share_shown)}")
    if versus := CHANGE_LABELS[context.selection.compare]:
        hint.append(f"{versus} {moved}")
    value = row.change / _PERCENT if by_change else row.value / scale.factor
    label = moved.replace(formatting.POINTS, "") if by_change else formatting.format_number(row.value, scale)
    return town_area(row.key, row.short, value, label, hint, context)


def _table(view: TownPanel, scale: Scale, context: RenderContext) -> Markup:
    rows = sorted(zip(view.rows, view.tax_per_mu, view.completion, strict=True), key=lambda row: -_or_lowest(row[0].value))
    with_per_mu, with_target = view.metric.key != _PER_MU, any(not math.isnan(completion) for *_, completion in rows)
    most = max((abs(item.value) for item, *_ in rows if not math.isnan(item.value)), default=1.0) or 1.0
    return render(
        "overview/towns_table.html",
        part=context.district.terms.part,
        metric=view.metric,
        unit=scale.unit,
        versus=CHANGE_LABELS[context.selection.compare],
        with_per_mu=with_per_mu,
        with_target=with_target,
        rows=[_row(*row, view.metric, scale, most, context) for row in rows],
    )


def _row(
    item: Item, per_mu: float, completion: float, metric: Metric, scale: Scale, most: float, context: RenderContext
) -> dict[str, object]:
    is_selected = item.key in context.selection.towns
    return {
        "name": item.name,
        "href": context.click_href("towns", item.key),
        "title": context.click_title("towns", item.key, item.name),
        "is_selected": is_selected,
        "width": bar_length(abs(item.value), most),
        "value": formatting.format_number(item.value, scale),
        "change": change(item.change, is_percent=metric.is_percent, arrow=False),
        "per_mu": formatting.format_number(per_mu, PER_MU),
        "completion": formatting.format_percent(completion),
    }


def _or_lowest(value: float) -> float:
    return -math.inf if math.isnan(value) else value


def _metric_menu(view: TownPanel, context: RenderContext) -> Markup:
    options = [(m.label, context.href(context.selection.replace(metric=m.key)), m is view.metric) for m in view.choices]
    return render("components/menu.html", summary=view.metric.label, options=options)


def _coloring_tabs(context: RenderContext) -> Markup:
    selection = context.selection
    options = [(text, context.href(selection.replace(shade=c)), c is selection.shade) for c, text in _COLORING_LABELS.items()]
    return link_tabs(options, "地图着色")
