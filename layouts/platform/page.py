"""The view 时尚E家 of a chain that has the platform: members, capacity, orders, new tax, members against others."""

from __future__ import annotations

import math
from typing import Any

from markupsafe import Markup

from cockpit import formatting
from cockpit.analysis.comparison import Compared
from cockpit.calendar import months as m
from cockpit.district.terms import LevelTerms
from cockpit.selection import COMPARE_LABELS, Compare, View
from cockpit.views.platform import members as platform_firms
from cockpit.views.platform import months as platform_months
from cockpit.views.platform import summary as platform
from cockpit.views.platform.members import OUTPUT
from cockpit.views.platform.months import PlatformOrders, PlatformSeries, PlatformTax
from cockpit.views.platform.records import MATCHING, MEMBERS, MONEY, NEW_TAX
from cockpit.views.platform.summary import PlatformServices, PlatformSummary
from layouts.chain.tabs import chain_tabs, only_where_offered, page_token
from layouts.components.cells import Cell, cells
from layouts.components.change import change
from layouts.components.no_data import no_rows
from layouts.components.panel import PanelContents, PanelKind, PanelSpec, empty
from layouts.page import Filters, Page
from layouts.platform.capacity_figure import capacity_figure
from layouts.platform.members import render_comparison
from layouts.platform.members_figure import members_figure
from layouts.platform.orders_figure import orders_figure
from layouts.platform.tax_figure import tax_figure
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import NOTHING, render

_TOTAL_TEMPLATE = "时尚E家平台{own}合计。"
_CHANNELS = ("线上", "线下")


def render_summary(view: PlatformSummary, context: RenderContext) -> PanelContents:
    """Render the rows of chains and views, and the key values."""
    terms = context.district.terms
    total = terms.fill(_TOTAL_TEMPLATE)
    values = [
        _counted(f"{terms.own}成员", view.members, "家", MEMBERS.definition_for(terms), _of_nation(view), context),
        _counted(
            "数字化改造", view.digitised, "家", f"{total}期末月份数字化改造企业数。", _share_of_members(view, terms), context
        ),
        Cell(
            "产能匹配率",
            *_percent(view.matching.value),
            MATCHING.definition_for(terms),
            *_change(view.matching, context),
            _capacity(view),
        ),
        Cell(
            "订单额",
            *_money(view.order_value.value),
            f"{total}期内订单额之和。",
            *_change(view.order_value, context),
            _order_count(view),
        ),
        _counted("对接买手", view.buyers, "人", f"{total}期末月份对接买手数，各月不相加。", "期末月份当月数", context),
        _new_tax(view, context),
        _uplift(view),
    ]
    return PanelContents(chain_tabs(context) + cells(values), caption=view.caption)


def _counted(name: str, compared: Compared, unit: str, definition: str, note: str, context: RenderContext) -> Cell:
    if math.isnan(compared.value):
        return Cell(name, formatting.MISSING, "", definition, note=compared.reason)
    return Cell(name, formatting.format_count(compared.value), unit, definition, *_change(compared, context), note)


def _change(compared: Compared, context: RenderContext) -> tuple[Markup, str]:
    """Render the change, and what it is compared with."""
    compare = context.selection.compare
    if compare is Compare.NONE or math.isnan(compared.value):
        return NOTHING, "" if compare is Compare.NONE else compared.reason
    rendered = change(compared.change, is_percent=compared.is_percent, reason=compared.reason)
    return rendered, compared.reason if math.isnan(compared.change) and compared.reason else COMPARE_LABELS[compare]


def _percent(value: float) -> tuple[str, str]:
    shown = formatting.percent_value(value)
    return shown.text, shown.unit


def _money(value: float) -> tuple[str, str]:
    money = formatting.format_value(MONEY, value)
    return money.text, money.unit


def _of_nation(view: PlatformSummary) -> str:
    if math.isnan(view.nation.value):
        return ""
    return f"全国 {formatting.format_count(view.nation.value)}家"


def _share_of_members(view: PlatformSummary, terms: LevelTerms) -> str:
    if math.isnan(view.digitised.value) or not view.members.value > 0:
        return ""
    return f"占{terms.own}成员 {formatting.format_percent(view.digitised.value / view.members.value)}"


def _capacity(view: PlatformSummary) -> str:
    if math.isnan(view.offered) or math.isnan(view.matched):
        return ""
    return f"匹配 {formatting.format_rounded(view.matched, 0)}/{formatting.format_rounded(view.offered, 0)}万件"


def _order_count(view: PlatformSummary) -> str:
    if math.isnan(view.orders.value):
        return ""
    return f"订单 {formatting.format_count(view.orders.value)}单"


def _new_tax(view: PlatformSummary, context: RenderContext) -> Cell:
    total = formatting.format_value(NEW_TAX, view.tax_total)
    text = total.text if view.tax_total else "0"
    definition = f"{NEW_TAX.definition_for(context.district.terms)}累计自第一个有新增税收的月份起。"
    versus, note = "", ""
    if view.tax_since:
        versus = f"{m.year_of(view.tax_since)}年{m.number_of(view.tax_since)}月起"
        note = f"本期 {formatting.format_value(NEW_TAX, view.tax.value).text}"
        if not math.isnan(view.tax.change) and context.selection.compare is not Compare.NONE:
            growth = formatting.format_change(view.tax.change, is_percent=False)
            note += f"，{COMPARE_LABELS[context.selection.compare]} {growth}"
    return Cell("累计新增税收", text, total.unit, definition, versus=versus, note=note)


def _uplift(view: PlatformSummary) -> Cell:
    definition = "规上成员企业的工业总产值合计 ÷ 家数；只算本期和最早同期都有产值的企业，增幅为合计之比。"
    pair = view.uplift
    if pair is None or math.isnan(pair.growth):
        reason = "没有更早的同期可比" if pair and pair.firms else "所选范围没有成员企业"
        return Cell("成员户均产值", formatting.MISSING, "", definition, note=reason)
    mean = formatting.format_value(OUTPUT, pair.mean)
    growth = change(pair.growth, is_percent=False)
    return Cell("成员户均产值", mean.text, mean.unit, definition, growth, f"比{view.first}", f"规上 · 同一批 {pair.same:,}家")


def render_members(view: PlatformSeries, context: RenderContext) -> PanelContents:
    """Render members over time, in the district and nationwide."""
    figure = members_figure(view.points, MEMBERS, context.district.terms, page_token(context), context.viewport)
    return _chart("家 · 月末", view, figure, context)


def render_capacity(view: PlatformSeries, context: RenderContext) -> PanelContents:
    """Render the matching rate over capacity offered and matched."""
    figure = capacity_figure(view.points, MATCHING, context.district.terms, page_token(context), context.viewport)
    return _chart("匹配率 %，下为当月发布和匹配产能", view, figure, context)


def render_orders(view: PlatformOrders, context: RenderContext) -> PanelContents:
    """Render orders, their value and buyers."""
    figure = orders_figure(view.monthly.points, MONEY, context.district.terms, context.viewport)
    return _chart("当月数", view.monthly, figure, context)


def render_new_tax(view: PlatformTax, context: RenderContext) -> PanelContents:
    """Render the accumulated new tax."""
    figure = tax_figure(view.monthly.points, NEW_TAX, context.district.terms, page_token(context), context.viewport)
    if figure is None and view.total == 0:
        return PanelContents(empty("还没有新增税收", "到期末为止，各月新增税收都是0。"), caption=view.monthly.caption)
    return _chart(f"{NEW_TAX.unit} · 累计，下为当月", view.monthly, figure, context)


def _chart(subtitle: str, view: PlatformSeries, figure: dict[str, Any] | None, context: RenderContext) -> PanelContents:
    body = NOTHING
    if figure is None:
        body = no_rows(context, "时尚E家", "成员、产能、订单和税收", known=view.known)
    return PanelContents(body, subtitle=subtitle, insight=view.insight, figure=figure, caption=view.caption)


def render_services(view: PlatformServices, context: RenderContext) -> PanelContents:
    """Render what the platform does, online and offline."""
    narrative = view.narrative
    if narrative is None:
        return PanelContents(empty("没有平台服务的介绍"), caption=view.caption)
    channels = [(c, [s for s in narrative.services if s.channel == c]) for c in _CHANNELS]
    body = render("platform/services.html", narrative=narrative, channels=[(c, own) for c, own in channels if own])
    return PanelContents(body, title=f"{narrative.name}做什么", caption=view.caption)


PAGE = Page(
    "platform",
    "时尚E家",
    only_where_offered(
        View.PLATFORM,
        (
            PanelSpec("kpis", "平台概况", platform.summary, render_summary),
            PanelSpec("members", "成员规模", platform_months.members, render_members, PanelKind.CHART, span=4),
            PanelSpec("capacity", "产能匹配", platform_months.capacity, render_capacity, PanelKind.CHART, span=4),
            PanelSpec("orders", "订单与买手", platform_months.orders, render_orders, PanelKind.CHART, span=4),
            PanelSpec("member-growth", "成员与非成员", platform_firms.members, render_comparison, span=6),
            PanelSpec("new-tax", "新增税收", platform_months.new_tax, render_new_tax, PanelKind.CHART, span=3),
            PanelSpec("services", "平台服务", platform.services, render_services, span=3),
        ),
    ),
    tab="chain",
    filters=frozenset(Filters) - {Filters.COMPARABLE},
)
