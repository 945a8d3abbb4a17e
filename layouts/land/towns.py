"""Towns on the per-mu page: the map of the land of D firms, and the ranking by tax or value added per mu."""

from __future__ import annotations

import math

from cockpit import formatting
from cockpit.catalogue.entries import PER_MU
from cockpit.catalogue.formulas import Scale
from cockpit.views.land.towns import PER_MU_METRICS, PerMuRanking, PerMuRow, WorstLand, WorstLandPanel
from layouts.components.bars import bar_length
from layouts.components.legend import legend
from layouts.components.no_data import no_data
from layouts.components.panel import PanelContents, link_tabs
from layouts.components.town_map import MapArea, town_area, town_map
from layouts.land.tabs import not_published
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render

_MU = Scale("亩", whole=True)


def render_worst_land(view: WorstLandPanel | None, context: RenderContext) -> PanelContents:
    """Render map and table of the land of D firms; both filter by town."""
    if view is None:
        return PanelContents(not_published(context))
    if all(math.isnan(r.land) for r in view.rows):
        return PanelContents(no_data(context), caption=view.caption)
    part, areas = context.district.terms.part, [_map_area(r, context) for r in view.rows]
    most = max((r.land for r in view.rows if not math.isnan(r.land)), default=0.0) or 1.0
    rows = sorted(view.rows, key=lambda r: -(-1.0 if math.isnan(r.land) else r.land))
    table = render("land/worst_land.html", part=part, rows=[_land_row(r, most, context) for r in rows])
    return PanelContents(
        legend("D类企业用地 亩", [area.value for area in areas]) + table,
        subtitle=f"亩 · {context.click_hint('towns', part)}",
        insight=view.insight,
        svg=town_map(context.map_geometry, areas, "口径：评为D类的企业用地面积之和"),
        caption=view.caption,
    )


def _map_area(row: WorstLand, context: RenderContext) -> MapArea:
    land = formatting.format_number(row.land, _MU)
    hint = [
        row.name,
        f"D类企业用地 {land}亩",
        f"占本{context.district.terms.part}评价用地 {formatting.format_percent(row.share)}",
        f"D类企业 {row.firms:,}家",
    ]
    return town_area(row.key, row.short, row.land, land, hint, context)


def _land_row(row: WorstLand, most: float, context: RenderContext) -> dict[str, object]:
    return {
        "town": _town(row.key, row.name, context),
        "width": bar_length(row.land, most),
        "land": formatting.format_number(row.land, _MU),
        "share": formatting.format_percent(row.share),
        "firms": f"{row.firms:,}",
    }


def _town(key: str, name: str, context: RenderContext) -> dict[str, object]:
    """Build a town's name and the link that filters by it; '' for ``key`` is a sum of towns, without a link."""
    is_selected = bool(key) and key in context.selection.towns
    return {
        "name": name,
        "href": context.click_href("towns", key) if key else "",
        "title": context.click_title("towns", key, name),
        "is_selected": is_selected,
    }


def render_per_mu_ranking(view: PerMuRanking | None, context: RenderContext) -> PanelContents:
    """Render towns by tax or value added per mu: the year before, the change, and what moved it."""
    if view is None:
        return PanelContents(not_published(context))
    if not view.rows:
        return PanelContents(no_data(context), caption=view.caption)
    options = [
        (name, context.href(context.selection.replace(metric=key)), key == view.metric)
        for key, (_, name) in PER_MU_METRICS.items()
    ]
    most = max((abs(r.value) for r in view.rows if not math.isnan(r.value)), default=0.0) or 1.0
    span = max((abs(v) for r in view.rows for v in (r.own, r.structure) if not math.isnan(v)), default=0.0) or 1.0
    return PanelContents(
        render(
            "land/per_mu_ranking.html",
            part=context.district.terms.part,
            rows=[_ranking_row(row, most, span, context) for row in view.rows],
            whole=_ranking_row(view.whole, most, span, context),
        ),
        subtitle=f"{view.name}，万元/亩",
        insight=view.insight,
        tools=link_tabs(options, "指标"),
        caption=view.caption,
    )


def _ranking_row(row: PerMuRow, most: float, span: float, context: RenderContext) -> dict[str, object]:
    return {
        "town": _town(row.key, row.name, context),
        "width": bar_length(min(abs(row.value), most), most),
        "value": formatting.format_number(row.value, PER_MU),
        "base": formatting.format_number(row.base, PER_MU),
        "change": _change(row.change),
        "own": _change(row.own),
        "structure": _change(row.structure),
        "bars": _split_bars(row, span),
    }


def _change(value: float) -> dict[str, str]:
    tone = "flat" if math.isnan(value) or not formatting.round_half_up(value, 2) else "up" if value > 0 else "down"
    return {"text": formatting.format_signed(value, 2), "tone": tone}


def _split_bars(row: PerMuRow, span: float) -> list[dict[str, str]]:
    """Build own change and structure as two bars from a common zero in the middle."""
    bars = []
    for name, value, position in (("自身", row.own, "upper"), ("结构", row.structure, "lower")):
        if math.isnan(value):
            continue
        width = abs(value) / span * 50
        bars.append(
            {
                "position": position,
                "left": f"{50.0 if value >= 0 else 50.0 - width:.2f}",
                "width": f"{width:.2f}",
                "title": f"{name} {formatting.format_signed(value, 2)}万元/亩",
            }
        )
    return bars
