"""The page 创新与人才: key values, the ladder of carriers of innovation, their lists, research, talents."""

from __future__ import annotations

import math

from cockpit import formatting
from cockpit.selection import COMPARE_LABELS, Compare
from cockpit.views.innovation import carriers as innovation
from cockpit.views.innovation import spread as innovation_spread
from cockpit.views.innovation import talent as innovation_talent
from cockpit.views.innovation.carriers import RD, InnovationSummary
from cockpit.views.innovation.state import LEVELS
from cockpit.views.innovation.talent import ALL, LEADING, TalentStock, format_people
from cockpit.views.parts import Kpi
from layouts.components.cells import Cell, cells
from layouts.components.change import change
from layouts.components.panel import PanelContents, PanelKind, PanelSpec
from layouts.components.sparkline import sparkline
from layouts.innovation.carriers import render_carriers, render_demonstrators, render_ladder
from layouts.innovation.parts import goal_bar, level_name
from layouts.innovation.spread import render_recognitions, render_research, render_spread
from layouts.innovation.talent import render_talents
from layouts.page import Page
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import NOTHING, render


def render_summary(view: InnovationSummary, context: RenderContext) -> PanelContents:
    """Render the key values."""
    below_national = " · ".join(f"{level_name(level)} {n:,}" for level, n in view.levels if level != LEVELS[0])
    share = f"占 {formatting.format_percent(view.national / view.carriers)}" if view.carriers else ""
    levels = " · ".join(f"{level_name(level)} {n:,}" for level, n in view.demonstrator_levels)
    values = [
        _counted("创新载体", view.carriers, view, _added(view.added, view.year), "重大平台至众创空间五类", context),
        _counted("国家级载体", view.national, view, share, below_national, context),
        _counted("服务型制造示范", view.demonstrators, view, _added(view.demonstrators_added, view.year), levels, context),
        *(_stock(category, view.stocks, context) for category in (LEADING, ALL)),
        _research(view.rd, context),
    ]
    return PanelContents(cells(values), caption=view.caption)


def _counted(name: str, number: int, view: InnovationSummary, versus: str, note: str, context: RenderContext) -> Cell:
    definition = view.caption.definition
    if not view.known:
        return Cell(name, formatting.MISSING, "", definition, note="还没有创新载体数据")
    scope = "未按行业筛选" if context.selection.industries else ""
    return Cell(name, f"{number:,}", "个", definition, versus=versus, note=note, scope=scope)


def _added(added: int, year: int) -> str:
    return f"{year}年新认定 {added:,}个" if added else f"{year}年没有新认定"


def _stock(category: str, stocks: tuple[TalentStock, ...], context: RenderContext) -> Cell:
    stock = next((s for s in stocks if s.category == category), None)
    if stock is None:
        return Cell(category, formatting.MISSING, "", "", note="还没有人才数据")
    people, has_change = format_people(stock.value), not math.isnan(stock.change)
    return Cell(
        category,
        people.text,
        people.unit,
        f"{context.district.terms.whole}年度数，来源：人才",
        change=change(stock.change, is_percent=False) if has_change else NOTHING,
        versus=f"比{stock.year - 1}年" if has_change else f"{stock.year}年",
        note=goal_bar(stock.standing) if stock.standing else "没有设定目标",
        scope=context.district.terms.whole if _is_narrowed(context) else "",
    )


def _is_narrowed(context: RenderContext) -> bool:
    return bool(context.selection.where.items())


def _research(kpi: Kpi, context: RenderContext) -> Cell:
    shown, compare, compared = formatting.format_value(RD, kpi.compared.value), context.selection.compare, kpi.compared
    growth, versus = NOTHING, "研发费用 ÷ 营业收入"
    if compare is not Compare.NONE:
        growth = change(compared.change, is_percent=True, reason=compared.reason)
        versus = compared.reason or COMPARE_LABELS[compare]
    note = render("innovation/kpi_sparkline.html", sparkline=sparkline(RD, kpi.spark, kpi.spark_base))
    return Cell(RD.name, shown.text, shown.unit, RD.definition_for(context.district.terms), growth, versus, note)


PAGE = Page(
    "innovation",
    "创新与人才",
    (
        PanelSpec("kpis", "创新与人才概况", innovation.summary, render_summary),
        PanelSpec("ladder", "创新载体阶梯", innovation.carrier_ladder, render_ladder, span=7),
        PanelSpec("talents", "人才目标与人才计划", innovation_talent.talent_stocks, render_talents, span=5),
        PanelSpec("carrier-spread", "载体分布", innovation_spread.carrier_spread, render_spread, span=7),
        PanelSpec("research", "研发强度", innovation_spread.research_intensity, render_research, span=5),
        PanelSpec("years", "历年认定", innovation_spread.recognitions, render_recognitions, PanelKind.CHART, span=5),
        PanelSpec("demonstrators", "服务型制造示范", innovation.demonstrator_list, render_demonstrators, span=5, order=2),
        PanelSpec("carriers", "载体名录", innovation.carrier_list, render_carriers, span=7, order=1),
    ),
    tab="innovation",
)
