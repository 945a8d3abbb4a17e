"""The page 空间: the renewal plan, its projects by stage, industrial parks, land put back to use."""

from __future__ import annotations

import math

from markupsafe import Markup

from cockpit import formatting
from cockpit.catalogue.entries import PER_MU
from cockpit.catalogue.formulas import Scale
from cockpit.selection import View
from cockpit.views.remediation.state import RELEASED
from cockpit.views.space import parks as space_parks
from cockpit.views.space import pipeline as space_projects
from cockpit.views.space import plan as space_plan
from cockpit.views.space import summary as space
from cockpit.views.space.parks import RULES, benchmark_multiple, growth
from cockpit.views.space.plan import MU, OUTPUT, SPACE, marked_pace_text
from cockpit.views.space.summary import SpaceSummary
from layouts.components.cells import Cell, cells
from layouts.components.change import change
from layouts.components.panel import PanelContents, PanelKind, PanelSpec
from layouts.page import Filters, Page
from layouts.space.parks import render_example, render_parks
from layouts.space.pipeline import render_pipeline
from layouts.space.plan import render_methods, render_plan
from layouts.space.towns import render_released, render_towns
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render

_DEFINITIONS = {
    "space": "已完成的有机更新项目新增的产业空间之和；每亩为其与更新面积之比。",
    "output": "已完成的有机更新项目的预计新增产值之和，不是已实现的产值；每亩为其与更新面积之比。",
}


def render_summary(view: SpaceSummary, context: RenderContext) -> PanelContents:
    """Render the key values."""
    values = [
        _area(view, context),
        _done_total(view, "新增产业空间", "space", SPACE, "平方米"),
        _done_total(view, "预计新增产值", "output", OUTPUT, "万元"),
        _released(view, context),
        *_parks(view, context),
    ]
    return PanelContents(cells(values), caption=view.caption)


def _area(view: SpaceSummary, context: RenderContext) -> Cell:
    definition = f"已完成的有机更新项目的更新面积之和。{view.caption.definition}"
    if not view.known:
        return Cell("更新面积", formatting.MISSING, "", definition, note="没有有机更新数据")
    versus = f"{view.done.count}个项目"
    if view.goal:
        versus = f"完成{view.plan_name}计划的 {formatting.format_percent(view.goal.completion)}"
    area = formatting.format_number(view.done.area, MU)
    return Cell("已完成更新面积", area, "亩", definition, versus=versus, note=_area_note(view, context))


def _area_note(view: SpaceSummary, context: RenderContext) -> Markup | str:
    """Render the pace of the plan, else the share of the district's area, else what was done within the period."""
    if view.goal:
        return render("space/pace.html", tone=view.goal.pace.tone, text=marked_pace_text(view.goal))
    if not math.isnan(view.share):
        return f"占{context.district.terms.whole}已完成面积的 {formatting.format_percent(view.share)}"
    return f"期内完成 {formatting.format_number(view.during, MU)}亩"


def _done_total(view: SpaceSummary, name: str, field: str, scale: Scale, per_mu: str) -> Cell:
    """Build the cell of new space or output that is done; ``per_mu``: the unit per 亩, 1/10,000 of that of ``scale``."""
    if not view.known:
        return Cell(name, formatting.MISSING, "", _DEFINITIONS[field], note="没有有机更新数据")
    done, active, planned = (getattr(p, field) for p in (view.done, view.active, view.planned))
    each = formatting.format_rounded(done * 1e4 / view.done.area, 0) if view.done.area else "0"
    versus = f"每亩 {each}{per_mu}" if each != "0" else ""
    note = f"实施 {formatting.format_number(active, scale)} · 谋划 {formatting.format_number(planned, scale)}"
    return Cell(name, formatting.format_number(done, scale), scale.unit, _DEFINITIONS[field], versus=versus, note=note)


def _released(view: SpaceSummary, context: RenderContext) -> Cell:
    definition = RELEASED.definition_for(context.district.terms)
    if math.isnan(view.released):
        return Cell("盘活用地", formatting.MISSING, "", definition, note="没有低效整治数据")
    return Cell(
        "盘活用地",
        formatting.format_number(view.released, MU),
        "亩",
        definition,
        versus=f"期内 {formatting.format_number(view.released_during, MU)}亩",
        note="低效整治，截至期末累计",
        href=context.selection.replace(view=View.REMEDIATION).href("/land"),
    )


def _parks(view: SpaceSummary, context: RenderContext) -> list[Cell]:
    parks, before, names = view.parks, view.before, ("园区亩均税收", "园区入驻率")
    if parks is None:
        note = "期末前没有整年的园区数据" if not view.park_year else f"所选{context.district.terms.part}没有园区"
        return [Cell(name, formatting.MISSING, "", RULES, note=note) for name in names]
    benchmark = context.district.park_benchmark
    multiple = benchmark_multiple(parks.tax_per_mu, benchmark)
    versus = f"{benchmark.name} {benchmark.tax_per_mu_wan:g}万元/亩的 {multiple}" if benchmark and multiple else ""
    tax_change = growth(parks.tax_per_mu, before.tax_per_mu) if before else math.nan
    occupancy_change = parks.occupancy - before.occupancy if before else math.nan
    size = f"{parks.parks}个园区 · {formatting.format_number(parks.floor, SPACE)}万平方米"
    year = f"比{view.park_year - 1}年"
    tax = formatting.format_number(parks.tax_per_mu, PER_MU)
    occupancy = formatting.format_percent(parks.occupancy)
    unit = "%" if "%" in occupancy else ""
    return [
        Cell(names[0], tax, PER_MU.unit, RULES, change(tax_change, is_percent=False), year, versus),
        Cell(names[1], occupancy.removesuffix("%"), unit, RULES, change(occupancy_change, is_percent=True), year, size),
    ]


PAGE = Page(
    "space",
    "空间",
    (
        PanelSpec("kpis", "空间概况", space.summary, render_summary),
        PanelSpec("plan", "更新计划进度", space_plan.plan_progress, render_plan, PanelKind.CHART, span=7),
        PanelSpec("towns", "各{part}有机更新", space.renewal_towns, render_towns, PanelKind.SVG, span=5),
        PanelSpec("parks", "园区效益", space_parks.parks, render_parks, span=8),
        PanelSpec("example", "园区案例", space_parks.park_example, render_example, span=4),
        PanelSpec("methods", "更新方式", space_plan.renewal_methods, render_methods, span=4),
        PanelSpec("pipeline", "更新项目", space_projects.renewal_pipeline, render_pipeline, span=8),
        PanelSpec("released", "低效整治盘活用地", space.released_land, render_released, PanelKind.CHART, span=4),
    ),
    tab="space",
    filters=frozenset((Filters.TOWN, Filters.INDUSTRY, Filters.PERIOD)),
)
