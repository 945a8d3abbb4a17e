"""The wall scene of the overview: hero and four values, map, trend over chains."""

from __future__ import annotations

import math
from dataclasses import replace

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.district.district import District
from cockpit.views.overview.panels import ChainCard
from cockpit.views.parts import Item
from cockpit.views.wall.scenes import OverviewScene
from layouts.components.bars import bar_length
from layouts.components.change import change
from layouts.components.town_map import MapArea, town_map
from layouts.components.trend_chart import trend_chart
from layouts.ui.templates import render
from layouts.ui.theme import chain_token, css_color
from layouts.wall.parts import RenderedScene, WallContext, facts, hero


def render_scene(view: OverviewScene, context: WallContext) -> RenderedScene:
    """Render the scene; map and trend are no charts, but HTML."""
    is_tall, terms = context.orientation == "tall", context.district.terms
    areas = [_area(row, with_value=not is_tall, is_selected=row.key == view.town) for row in view.towns.rows]
    ranked = sorted(view.towns.rows, key=lambda r: -math.inf if math.isnan(r.change) else r.change, reverse=True)
    values = [card.item.value for card in view.chains.cards]
    scale = formatting.scale_for(view.chains.metric, values)
    most = max((v for v in values if not math.isnan(v)), default=1.0) or 1.0
    html = render(
        "wall/overview.html",
        headline=view.headline,
        hero=hero(view.hero, f"规上工业总产值 · {view.period}"),
        facts=facts(view.others, context.most_facts, f"town:{view.town}" if view.town else ""),
        is_tall=is_tall,
        map_title=f"{terms.part}{view.towns.metric.label}增速",
        map=town_map(context.map_geometry, areas),
        ranks=[(r.short, f"town:{r.key}", change(r.change, is_percent=False)) for r in ranked],
        trend_title=f"各月{view.trend.metric.label}",
        trend_unit=formatting.scale_for(view.trend.metric, [p.value for p in view.trend.points]).unit,
        # Few labels: the wall is read from afar.
        trend=trend_chart(view.trend, terms, replace(context.viewport, narrow=True)),
        chains_title="六条产业链" if len(view.chains.cards) == 6 else "产业链",
        chains_note=f"{scale.unit} · 同比",
        chains=[_chain(card, scale, most, context.district) for card in view.chains.cards],
    )
    return RenderedScene(html)


def _area(row: Item, *, with_value: bool, is_selected: bool) -> MapArea:
    moved = formatting.format_change(row.change, is_percent=False)
    value = row.change * 100
    label = moved.removesuffix("%") if with_value and not math.isnan(value) else ""
    return MapArea(row.key, row.short, value, label, is_selected=is_selected, target=f"town:{row.key}")


def _chain(card: ChainCard, scale: Scale, most: float, district: District) -> dict[str, object]:
    item = card.item
    return {
        "name": item.name,
        "target": f"chain:{item.key}",
        "color": css_color(chain_token(district, item.key)),
        "width": bar_length(item.value, most),
        "value": formatting.format_number(item.value, scale),
        "change": change(item.change, is_percent=False),
    }
