"""Space (空间): the renewal plan, projects on their way, parks, land put back to use."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.analysis.targets import Pace
from cockpit.catalogue.formulas import Scale
from cockpit.selection import View
from cockpit.views.remediation.state import RELEASED
from cockpit.views.space import headline as space
from cockpit.views.space import parks as space_parks
from cockpit.views.space import pipeline as space_projects
from cockpit.views.space import plan as space_plan
from cockpit.views.space.headline import Summary
from cockpit.views.space.parks import PER_MU, RULES, growth, times
from cockpit.views.space.plan import MU, OUTPUT, SPACE, pace_words
from layouts.components.cells import Cell, cells
from layouts.components.change import change
from layouts.components.panel import Panel
from layouts.page import Env, Page, PanelSpec
from layouts.space.legend import shown
from layouts.space.parks import draw_example, draw_parks
from layouts.space.pipeline import draw_pipeline
from layouts.space.plan import draw_plan, draw_ways
from layouts.space.towns import draw_released, draw_towns
from layouts.ui import html

_SUMS = {
    "space": "已完成的有机更新项目新增的产业空间之和；每亩为其与更新面积之比。",
    "output": "已完成的有机更新项目的预计新增产值之和，不是已实现的产值；每亩为其与更新面积之比。",
}
_BADGE = {Pace.AMBER: ("soon", "◆ "), Pace.RED: ("slow", "■ ")}


def draw_headline(view: Summary, env: Env) -> Panel:
    """The headline figures."""
    found = [
        _area(view),
        _sum(view, "新增产业空间", "space", SPACE, "平方米"),
        _sum(view, "预计新增产值", "output", OUTPUT, "万元"),
        _released(view, env),
        *_parks(view, env),
    ]
    return Panel("kpis", "空间概况", cells(found), caption=view.caption)


def _area(view: Summary) -> Cell:
    said = f"已完成的有机更新项目的更新面积之和。{view.caption.definition}"
    if not view.known:
        return Cell("更新面积", formatting.MISSING, "", said, note="没有有机更新数据")
    note: Any = f"期内完成 {shown(view.during, MU)} 亩"
    if view.goal:
        tone, mark = _BADGE.get(view.goal.pace, ("", ""))
        note = html.Span(f"{mark}{pace_words(view.goal)}", className=tone)
    elif not math.isnan(view.share):
        note = f"占全区已完成面积的 {formatting.percent(view.share)}"
    done = f"完成{view.plan_name}计划的 {formatting.percent(view.goal.completion)}" if view.goal else ""
    return Cell("已完成更新面积", shown(view.done.area, MU), "亩", said, versus=done or f"{view.done.count} 个项目", note=note)


def _sum(view: Summary, name: str, field: str, scale: Scale, per_mu: str) -> Cell:
    """New space or output of what is done; ``per_mu``: the unit, 1/10,000 of ``scale``, in which a 亩 of it is told."""
    if not view.known:
        return Cell(name, formatting.MISSING, "", _SUMS[field], note="没有有机更新数据")
    done, active, planned = (getattr(p, field) for p in (view.done, view.active, view.planned))
    each = formatting.rounded(done * 1e4 / view.done.area, 0) if view.done.area else 0
    note = f"实施 {shown(active, scale)} · 谋划 {shown(planned, scale)}"
    return Cell(name, shown(done, scale), scale.unit, _SUMS[field], versus=f"每亩 {each:,} {per_mu}" if each else "", note=note)


def _released(view: Summary, env: Env) -> Cell:
    if math.isnan(view.released):
        return Cell("盘活用地", formatting.MISSING, "", RELEASED.definition, note="没有低效整治数据")
    href = env.selection.but(view=View.REMEDIATION).href("/land")
    during = f"期内 {shown(view.released_during, MU)} 亩"
    return Cell(
        "盘活用地", shown(view.released, MU), "亩", RELEASED.definition, versus=during, note="低效整治，截至期末累计", href=href
    )


def _parks(view: Summary, env: Env) -> list[Cell]:
    parks, before, names = view.parks, view.before, ("园区亩均税收", "园区入驻率")
    if parks is None:
        words = "期末前没有整年的园区数据" if not view.park_year else "所选镇街没有园区"
        return [Cell(name, formatting.MISSING, "", RULES, note=words) for name in names]
    often = times(parks.tax_per_mu, env.district.park_benchmark)
    benchmark = env.district.park_benchmark
    versus = f"{benchmark.name} {benchmark.tax_per_mu_wan:g} 万元/亩的 {often}" if benchmark and often else ""
    moved = growth(parks.tax_per_mu, before.tax_per_mu) if before else math.nan
    filled = parks.occupancy - before.occupancy if before else math.nan
    size = f"{parks.parks} 个园区 · {shown(parks.floor, SPACE)} 万平方米"
    year = f"比{view.park_year - 1}年"
    per_mu = formatting.number(parks.tax_per_mu, PER_MU)
    tenancy = formatting.percent(parks.occupancy)
    return [
        Cell(names[0], per_mu, PER_MU.unit, RULES, change(moved, is_percent=False), year, versus),
        Cell(
            names[1], tenancy.removesuffix("%"), "%" if "%" in tenancy else "", RULES, change(filled, is_percent=True), year, size
        ),
    ]


PAGE = Page(
    "space",
    "空间",
    (
        PanelSpec("kpis", "空间概况", space.summary, draw_headline),
        PanelSpec("plan", "更新计划进度", space_plan.plan, draw_plan, has_graph=True),
        PanelSpec("towns", "各镇街有机更新", space.towns, draw_towns, has_drawing=True),
        PanelSpec("parks", "园区效益", space_parks.parks, draw_parks),
        PanelSpec("example", "园区案例", space_parks.example, draw_example),
        PanelSpec("ways", "更新方式", space_plan.ways, draw_ways),
        PanelSpec("pipeline", "更新项目", space_projects.pipeline, draw_pipeline),
        PanelSpec("released", "低效整治盘活用地", space.released, draw_released, has_graph=True),
    ),
    tab="space",
)
