"""The view 绿色能源 of its chain: investment by area and field, projects, energy intensity, leader and suppliers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from cockpit import formatting
from cockpit.analysis.comparison import Compared
from cockpit.analysis.targets import Pace, Target
from cockpit.catalogue.formulas import Metric
from cockpit.selection import COMPARE_LABELS, Compare, View
from cockpit.views.chain import firms as chain_firms
from cockpit.views.green import areas as green_areas
from cockpit.views.green import headline as green
from cockpit.views.green import projects as green_projects
from cockpit.views.green.headline import GreenHeadline
from cockpit.views.green.scope import INTENSITY, INVESTMENT, OUTPUT, PLANNED
from cockpit.views.parts import Trend
from layouts.chain import tabs as chain_tabs
from layouts.chain.firms import render_leader
from layouts.components.cells import Cell, cells
from layouts.components.change import change
from layouts.components.no_data import no_data
from layouts.components.panel import PanelContents, PanelKind, PanelSpec
from layouts.components.trend_chart import trend_chart
from layouts.green.areas import KEY as AREAS
from layouts.green.areas import render_areas
from layouts.green.projects import render_fields, render_projects, render_share
from layouts.page import Page
from layouts.ui import html
from layouts.ui.render_context import RenderContext
from layouts.ui.theme import chain_token

_GREEN = "绿色能源项目指项目台账“绿色能源”为“是”的项目，不限产业链。"


def render_headline(view: GreenHeadline, context: RenderContext) -> PanelContents:
    """The rows of chains and views, and the headline figures."""
    found = [
        _measured("绿色能源投资", INVESTMENT, view.investment, _target(view), context),
        _signed(view),
        _planned(view),
        _invested(view),
        _started(view),
        _measured("能耗强度", INTENSITY, view.intensity, "能耗 ÷ 增加值，越低越好", context),
        _measured("本链产值", OUTPUT, view.output, _of_chain_investment(view), context),
    ]
    return PanelContents(
        title="关键指标",
        body=[chain_tabs.chain_row(context), chain_tabs.chain_views(context), cells(found)],
        caption=view.caption,
    )


def _measured(name: str, metric: Metric, compared: Compared, note: Any, context: RenderContext) -> Cell:
    """A figure of the catalogue with its change."""
    shown = formatting.format_value(metric, compared.value)
    if math.isnan(compared.value):
        return Cell(name, shown.text, "", metric.definition_for(context.district.terms), note=compared.reason or "没有数据")
    compare = context.selection.compare
    if compare is Compare.NONE:
        return Cell(name, shown.text, shown.unit, metric.definition_for(context.district.terms), note=note)
    moved = change(compared.change, is_percent=compared.is_percent, reason=compared.reason)
    versus = compared.reason if math.isnan(compared.change) and compared.reason else COMPARE_LABELS[compare]
    return Cell(name, shown.text, shown.unit, metric.definition_for(context.district.terms), moved, versus, note)


def _target(view: GreenHeadline) -> list[Any]:
    """Completion of the annual target, and how far it is behind."""
    target = view.target
    if target is None:
        return []
    amount = formatting.format_number(target.amount, formatting.scale_for(INVESTMENT, target.amount))
    told: list[Any] = [f"目标 {amount}，完成 {formatting.format_percent(target.completion)}"]
    return [*told, *_behind(target)]


def _behind(target: Target) -> list[Any]:
    if target.pace is Pace.ON:
        return []
    tone, mark = ("soon", "◆") if target.pace is Pace.AMBER else ("slow", "■")
    return [" ", html.Span(f"{mark} 落后{formatting.round_half_up(target.points_behind, 1)}点", className=tone)]


def _signed(view: GreenHeadline) -> Cell:
    share = view.share
    whole = share.green.projects + share.other.projects
    definition = f"签约日期在期内的绿色能源项目个数。{_GREEN}"
    if not share.known:
        return Cell("绿色签约项目", formatting.MISSING, "", definition, note="没有项目台账")
    versus = f"占全部签约 {formatting.format_percent(share.of_number)}" if whole else ""
    return Cell(
        "绿色签约项目",
        f"{share.green.projects:,}",
        "个",
        definition,
        None,
        versus,
        f"全部签约 {whole:,} 个",
    )


def _planned(view: GreenHeadline) -> Cell:
    share = view.share
    definition = f"签约日期在期内的绿色能源项目计划总投资之和。{_GREEN}"
    if not share.known:
        return Cell("绿色签约投资", formatting.MISSING, "", definition, note="没有项目台账")
    shown = _money(share.green.planned)
    whole = _money(share.green.planned + share.other.planned)
    versus = "" if math.isnan(share.of_planned) else f"占签约投资 {formatting.format_percent(share.of_planned)}"
    return Cell("绿色签约投资", shown.text, shown.unit, definition, None, versus, f"全部签约 {whole}")


def _money(value: float) -> formatting.FormattedValue:
    """Nothing is 0, not 0.00."""
    shown = formatting.format_value(PLANNED, value)
    return shown if value else formatting.FormattedValue("0", shown.unit)


def _invested(view: GreenHeadline) -> Cell:
    own = view.to_date
    definition = f"截至期末签约的绿色能源项目累计完成投资之和，台账最新数。{_GREEN}"
    if not view.share.known:
        return Cell("项目完成投资", formatting.MISSING, "", definition, note="没有项目台账")
    shown = _money(own.invested)
    versus = "" if math.isnan(own.completion) else f"完成计划 {formatting.format_percent(own.completion)}"
    return Cell("项目完成投资", shown.text, shown.unit, definition, None, versus, f"累计签约 {own.projects:,} 个绿色项目")


def _started(view: GreenHeadline) -> Cell:
    own = view.to_date
    definition = f"截至期末签约的绿色能源项目中，期末已开工的个数。{_GREEN}"
    if not view.share.known:
        return Cell("已开工项目", formatting.MISSING, "", definition, note="没有项目台账")
    versus = "" if math.isnan(own.started_rate) else f"开工率 {formatting.format_percent(own.started_rate)}"
    waiting = own.projects - own.started
    return Cell("已开工项目", f"{own.started:,}", "个", definition, None, versus, f"{waiting:,} 个待开工")


def _of_chain_investment(view: GreenHeadline) -> str:
    if math.isnan(view.of_chain):
        return ""
    return f"本链绿色能源投资 {formatting.format_value(INVESTMENT, view.of_chain)}"


def render_intensity(view: Trend, context: RenderContext) -> PanelContents:
    """Energy used per value added, by month."""
    drawn = trend_chart(view, context.district.terms, context.viewport)
    unit = formatting.scale_for(view.metric, [v for p in view.points for v in (p.value, p.base, p.before)]).unit
    return PanelContents(
        title="能耗强度",
        body=no_data(context) if drawn is None else None,
        subtitle=f"{unit} · 越低越好，下为同比",
        insight="" if drawn is None else view.insight,
        svg=drawn,
        caption=view.caption,
    )


def _of_chain(draw: Callable[[Any, RenderContext, str], PanelContents]) -> Callable[[Any, RenderContext], PanelContents]:
    """A drawing function that is told the chain's colour."""
    return lambda view, context: draw(view, context, chain_token(context.path.rsplit("/", 1)[-1]))


PAGE = Page(
    "green",
    "绿色能源",
    chain_tabs.only_where_offered(
        View.GREEN,
        (
            PanelSpec("kpis", "关键指标", green.headline, render_headline),
            PanelSpec(AREAS, "投资布局", green_areas.areas, _of_chain(render_areas), kind=PanelKind.SVG),
            PanelSpec("fields", "分领域投资", green_projects.fields, _of_chain(render_fields)),
            PanelSpec("green-share", "签约中的绿色项目", green.share, _of_chain(render_share)),
            PanelSpec("green-projects", "项目进展", green_projects.projects, _of_chain(render_projects)),
            PanelSpec("intensity", "能耗强度", green.intensity, render_intensity, kind=PanelKind.SVG),
            PanelSpec("leader", "链主与配套", chain_firms.leader_panel, render_leader),
        ),
    ),
    tab="chain",
)
