"""The view 绿色能源 of its chain: investment by area and field, projects, energy intensity, leader and suppliers."""

from __future__ import annotations

import math

from markupsafe import Markup

from cockpit import formatting
from cockpit.analysis.comparison import Compared
from cockpit.analysis.targets import Target
from cockpit.catalogue.formulas import Metric
from cockpit.selection import COMPARE_LABELS, Compare, View
from cockpit.views.chain import firms as chain_firms
from cockpit.views.green import areas as green_areas
from cockpit.views.green import projects as green_projects
from cockpit.views.green import summary as green
from cockpit.views.green.scope import INTENSITY, INVESTMENT, OUTPUT, PLANNED
from cockpit.views.green.summary import GreenSummary
from cockpit.views.parts import Trend
from cockpit.views.projects.state import INVESTED_AS_OF
from layouts.chain.firms import render_leader
from layouts.chain.tabs import chain_tabs, only_where_offered
from layouts.components.cells import Cell, cells
from layouts.components.change import change
from layouts.components.no_data import no_data
from layouts.components.panel import PanelContents, PanelKind, PanelSpec
from layouts.components.trend_chart import trend_chart
from layouts.green.areas import render_areas
from layouts.green.projects import render_fields, render_projects, render_share
from layouts.page import Page
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import NOTHING, render

_GREEN = "绿色能源项目指项目台账“绿色能源”为“是”的项目，不限产业链。"


def render_summary(view: GreenSummary, context: RenderContext) -> PanelContents:
    """Render the rows of chains and views, and the key values."""
    values = [
        _measured("绿色能源投资", INVESTMENT, view.investment, _target(view.target), context),
        _signed(view),
        _planned(view),
        _invested(view),
        _started(view),
        _measured("能耗强度", INTENSITY, view.intensity, "能耗 ÷ 增加值，越低越好", context),
        _measured("本链产值", OUTPUT, view.output, _chain_investment(view), context),
    ]
    return PanelContents(chain_tabs(context) + cells(values), caption=view.caption)


def _measured(name: str, metric: Metric, compared: Compared, note: Markup | str, context: RenderContext) -> Cell:
    """Build the cell of a metric with its change."""
    definition = metric.definition_for(context.district.terms)
    shown = formatting.format_value(metric, compared.value)
    if math.isnan(compared.value):
        return Cell(name, shown.text, "", definition, note=compared.reason or "没有数据")
    compare = context.selection.compare
    if compare is Compare.NONE:
        return Cell(name, shown.text, shown.unit, definition, note=note)
    growth = change(compared.change, is_percent=compared.is_percent, reason=compared.reason)
    versus = compared.reason if math.isnan(compared.change) and compared.reason else COMPARE_LABELS[compare]
    return Cell(name, shown.text, shown.unit, definition, growth, versus, note)


def _target(target: Target | None) -> Markup:
    """Render the completion of the annual target, and how far it is behind."""
    if target is None:
        return NOTHING
    return render(
        "green/target.html",
        amount=formatting.format_number(target.amount, formatting.scale_for(INVESTMENT, target.amount)),
        completion=formatting.format_percent(target.completion),
        tone=target.pace.tone,
        behind=target.behind_text,
    )


def _signed(view: GreenSummary) -> Cell:
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
        versus=versus,
        note=f"全部签约 {whole:,}个",
    )


def _planned(view: GreenSummary) -> Cell:
    share = view.share
    definition = f"签约日期在期内的绿色能源项目计划总投资之和。{_GREEN}"
    if not share.known:
        return Cell("绿色签约投资", formatting.MISSING, "", definition, note="没有项目台账")
    shown = _money(share.green.planned)
    whole = _money(share.green.planned + share.other.planned)
    versus = "" if math.isnan(share.of_planned) else f"占签约投资 {formatting.format_percent(share.of_planned)}"
    return Cell("绿色签约投资", shown.text, shown.unit, definition, versus=versus, note=f"全部签约 {whole}")


def _money(value: float) -> formatting.FormattedValue:
    """Format an investment; none at all is 0, not 0.00."""
    shown = formatting.format_value(PLANNED, value)
    return shown if value else formatting.FormattedValue("0", shown.unit)


def _invested(view: GreenSummary) -> Cell:
    own = view.to_date
    definition = f"截至期末签约的绿色能源项目累计完成投资之和。{INVESTED_AS_OF}{_GREEN}"
    if not view.share.known:
        return Cell("项目完成投资", formatting.MISSING, "", definition, note="没有项目台账")
    shown = _money(own.invested)
    versus = "" if math.isnan(own.completion) else f"完成计划 {formatting.format_percent(own.completion)}"
    return Cell("项目完成投资", shown.text, shown.unit, definition, versus=versus, note=f"累计签约 {own.projects:,}个绿色项目")


def _started(view: GreenSummary) -> Cell:
    own = view.to_date
    definition = f"截至期末签约的绿色能源项目中，期末已开工的个数。{_GREEN}"
    if not view.share.known:
        return Cell("已开工项目", formatting.MISSING, "", definition, note="没有项目台账")
    versus = "" if math.isnan(own.start_rate) else f"开工率 {formatting.format_percent(own.start_rate)}"
    waiting = own.projects - own.started
    return Cell("已开工项目", f"{own.started:,}", "个", definition, versus=versus, note=f"{waiting:,}个待开工")


def _chain_investment(view: GreenSummary) -> str:
    if math.isnan(view.of_chain):
        return ""
    return f"本链绿色能源投资 {formatting.format_value(INVESTMENT, view.of_chain)}"


def render_intensity(view: Trend, context: RenderContext) -> PanelContents:
    """Render the energy used per value added, by month."""
    chart = trend_chart(view, context.district.terms, context.viewport)
    unit = formatting.scale_for(view.metric, [v for p in view.points for v in (p.value, p.base, p.before)]).unit
    return PanelContents(
        NOTHING if chart else no_data(context),
        subtitle=f"{unit} · 越低越好，下为同比",
        insight=view.insight if chart else "",
        svg=chart,
        caption=view.caption,
    )


PAGE = Page(
    "green",
    "绿色能源",
    only_where_offered(
        View.GREEN,
        (
            PanelSpec("kpis", "关键指标", green.summary, render_summary),
            PanelSpec("areas", "投资布局", green_areas.areas, render_areas, PanelKind.SVG, span=5),
            PanelSpec("fields", "分领域投资", green_projects.fields, render_fields, span=4),
            PanelSpec("green-share", "签约中的绿色项目", green.green_share, render_share, span=3),
            PanelSpec("green-projects", "项目进展", green_projects.projects, render_projects, span=5),
            PanelSpec("intensity", "能耗强度", green.intensity, render_intensity, PanelKind.SVG, span=4),
            PanelSpec("leader", "链主与配套", chain_firms.leader_panel, render_leader, span=3),
        ),
    ),
    tab="chain",
)
