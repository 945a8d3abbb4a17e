"""The view 时尚E家 of a chain that has the platform: members, capacity, orders, new tax, members against others."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from cockpit import formatting
from cockpit.analysis.comparison import Compared
from cockpit.calendar import months as m
from cockpit.selection import COMPARE_LABELS, Compare, View
from cockpit.views.platform import headline as platform
from cockpit.views.platform import members as platform_firms
from cockpit.views.platform import months as platform_months
from cockpit.views.platform.headline import Headline, Services
from cockpit.views.platform.members import OUTPUT
from cockpit.views.platform.months import Monthly, NewTax, Orders
from cockpit.views.platform.state import MATCHING, MEMBERS, MONEY, NEW_TAX
from layouts.chain import tabs as chain_tabs
from layouts.components import growth
from layouts.components.cells import Cell, cells
from layouts.components.change import change
from layouts.components.panel import Panel, empty
from layouts.page import Env, Page, PanelSpec
from layouts.platform.capacity_figure import capacity_figure
from layouts.platform.members import KEY, TITLE, draw_comparison
from layouts.platform.members_figure import members_figure
from layouts.platform.orders_figure import orders_figure
from layouts.platform.tax_figure import tax_figure
from layouts.ui import html
from layouts.ui.theme import chain_token

_FIELD = "时尚E家平台本区合计。"


def draw_headline(view: Headline, env: Env) -> Panel:
    """The rows of chains and views, and the headline figures."""
    found = [
        _counted("本区成员", view.members, "家", MEMBERS.definition, _of_nation(view), env),
        _counted("数字化改造", view.digitised, "家", f"{_FIELD}期末月份数字化改造企业数。", _share_of_members(view), env),
        Cell(
            "产能匹配率",
            *_percent(view.matching.value),
            MATCHING.definition,
            *_moved(view.matching, env),
            _capacity(view),
        ),
        Cell("订单额", *_money(view.order_value.value), f"{_FIELD}期内订单额之和。", *_moved(view.order_value, env), _each(view)),
        _counted("对接买手", view.buyers, "人", f"{_FIELD}期末月份对接买手数，各月不相加。", "期末月份当月数", env),
        _new_tax(view, env),
        _uplift(view),
    ]
    return Panel("kpis", "平台概况", [chain_tabs.chain_row(env), chain_tabs.chain_views(env), cells(found)], caption=view.caption)


def _counted(name: str, compared: Compared, unit: str, definition: str, note: str, env: Env) -> Cell:
    if math.isnan(compared.value):
        return Cell(name, formatting.MISSING, "", definition, note=compared.reason)
    return Cell(name, f"{compared.value:,.0f}", unit, definition, *_moved(compared, env), note)


def _moved(compared: Compared, env: Env) -> tuple[Any, str]:
    """The change and what it is against."""
    compare = env.selection.compare
    if compare is Compare.NONE or math.isnan(compared.value):
        return None, "" if compare is Compare.NONE else compared.reason
    words = COMPARE_LABELS[compare]
    drawn = change(compared.change, is_percent=compared.is_percent, reason=compared.reason)
    return drawn, compared.reason if math.isnan(compared.change) and compared.reason else words


def _percent(value: float) -> tuple[str, str]:
    return (formatting.MISSING, "") if math.isnan(value) else (f"{formatting.rounded(value * 100, 1)}", "%")


def _money(value: float) -> tuple[str, str]:
    shown = formatting.figure(MONEY, value)
    return shown.text, shown.unit


def _of_nation(view: Headline) -> str:
    if math.isnan(view.nation.value):
        return ""
    return f"全国 {view.nation.value:,.0f} 家"


def _share_of_members(view: Headline) -> str:
    if math.isnan(view.digitised.value) or not view.members.value > 0:
        return ""
    return f"占本区成员 {formatting.percent(view.digitised.value / view.members.value)}"


def _capacity(view: Headline) -> str:
    if math.isnan(view.offered) or math.isnan(view.matched):
        return ""
    return f"匹配 {formatting.rounded(view.matched, 0):,}/{formatting.rounded(view.offered, 0):,} 万件"


def _each(view: Headline) -> str:
    if math.isnan(view.orders.value):
        return ""
    return f"订单 {view.orders.value:,.0f} 单"


def _new_tax(view: Headline, env: Env) -> Cell:
    shown = formatting.figure(NEW_TAX, view.tax_total)
    text = shown.text if view.tax_total else "0"
    definition = f"{NEW_TAX.definition}累计自第一个有新增税收的月份起。"
    versus, note = "", ""
    if view.tax_since:
        versus = f"{m.year_of(view.tax_since)}年{m.number_of(view.tax_since)}月起"
        note = f"本期 {formatting.figure(NEW_TAX, view.tax.value).text}"
        if not math.isnan(view.tax.change) and env.selection.compare is not Compare.NONE:
            moved = formatting.change(view.tax.change, is_percent=False)
            note += f"，{COMPARE_LABELS[env.selection.compare]} {moved}"
    return Cell("累计新增税收", text, shown.unit, definition, None, versus, note)


def _uplift(view: Headline) -> Cell:
    definition = "规上成员企业的工业总产值合计 ÷ 家数；只算本期和最早同期都有产值的企业，增幅为合计之比。"
    pair = view.uplift
    if pair is None or math.isnan(pair.growth):
        why = "没有更早的同期可比" if pair and pair.firms else "所选范围没有成员企业"
        return Cell("成员户均产值", formatting.MISSING, "", definition, note=why)
    shown = formatting.figure(OUTPUT, pair.mean)
    grown = change(pair.growth, is_percent=False)
    return Cell("成员户均产值", shown.text, shown.unit, definition, grown, f"比{view.first}", f"规上 · 同一批 {pair.same:,} 家")


def _of_chain(draw: Callable[[Any, Env, str], Panel]) -> Callable[[Any, Env], Panel]:
    """A drawing function that is told the chain's colour."""
    return lambda view, env: draw(view, env, chain_token(env.path.rsplit("/", 1)[-1]))


def draw_members(view: Monthly, env: Env, token: str) -> Panel:
    """Members over time, here and nationwide."""
    figure = members_figure(view.points, MEMBERS, token, env.on)
    return _chart("members", "成员规模", "家 · 月末", view, figure, env)


def draw_capacity(view: Monthly, env: Env, token: str) -> Panel:
    """The matching rate over capacity offered and matched."""
    figure = capacity_figure(view.points, MATCHING, token, env.on)
    return _chart("capacity", "产能匹配", "匹配率 %，下为当月发布和匹配产能", view, figure, env)


def draw_orders(view: Orders, env: Env, token: str) -> Panel:
    """Orders, their value and buyers."""
    return _chart("orders", "订单与买手", "当月数", view.monthly, orders_figure(view.monthly.points, MONEY, env.on), env)


def draw_new_tax(view: NewTax, env: Env, token: str) -> Panel:
    """New tax accumulated."""
    figure = tax_figure(view.monthly.points, NEW_TAX, token, env.on)
    if figure is None and view.total == 0:
        none = empty("还没有新增税收", "到期末为止，各月新增税收都是0。")
        return Panel("new-tax", "新增税收", none, has_graph=True, caption=view.monthly.caption)
    return _chart("new-tax", "新增税收", f"{NEW_TAX.unit} · 累计，下为当月", view.monthly, figure, env)


def _chart(key: str, title: str, subtitle: str, view: Monthly, figure: dict[str, Any] | None, env: Env) -> Panel:
    lacking = growth.nothing(env) if view.known else _nothing_told()
    return Panel(
        key,
        title,
        None if figure else lacking,
        subtitle=subtitle,
        reading=view.reading,
        figure=figure,
        has_graph=True,
        caption=view.caption,
    )


def _nothing_told() -> html.Div:
    return empty("还没有时尚E家数据", "发布含“时尚E家”表的工作簿后，这里显示成员、产能、订单和税收。")


def draw_services(view: Services, env: Env) -> Panel:
    """What the platform does, online and offline."""
    story = view.story
    if story is None:
        return Panel("services", "平台服务", empty("区县配置没有写平台服务"), caption=view.caption)
    problems = [html.Span(p, className="tag") for p in story.problems]
    groups = []
    for channel in ("线上", "线下"):
        own = [s for s in story.services if s.channel == channel]
        if own:
            rows = [html.Li([html.B(s.title), html.Span(s.text)]) for s in own]
            groups.append(html.Div([html.H3(channel), html.Ul(rows)], className="service-group"))
    content = [html.P(story.summary, className="service-summary"), html.Div(["针对", *problems], className="service-problems")]
    return Panel(
        "services", f"{story.name}做什么", [*content, html.Div(groups, className="service-groups")], caption=view.caption
    )


PAGE = Page(
    "platform",
    "时尚E家",
    chain_tabs.only_where_offered(
        View.PLATFORM,
        (
            PanelSpec("kpis", "平台概况", platform.headline, draw_headline),
            PanelSpec("members", "成员规模", platform_months.members, _of_chain(draw_members), has_graph=True),
            PanelSpec("capacity", "产能匹配", platform_months.capacity, _of_chain(draw_capacity), has_graph=True),
            PanelSpec("orders", "订单与买手", platform_months.orders, _of_chain(draw_orders), has_graph=True),
            PanelSpec(KEY, TITLE, platform_firms.members, _of_chain(draw_comparison)),
            PanelSpec("new-tax", "新增税收", platform_months.new_tax, _of_chain(draw_new_tax), has_graph=True),
            PanelSpec("services", "平台服务", platform.services, draw_services),
        ),
    ),
    tab="chain",
)
