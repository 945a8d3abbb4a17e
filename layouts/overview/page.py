"""The overview (总览)."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.catalogue.formulas import Metric, Scale
from cockpit.selection import COMPARE_LABELS, Compare, Shade
from cockpit.views.overview import briefing
from cockpit.views.overview import panels as overview
from cockpit.views.overview.systems import Systems, systems
from cockpit.views.parts import Item, Kpi
from layouts.components import growth
from layouts.components.bars import columns
from layouts.components.change import change
from layouts.components.kpi_strip import kpi_strip
from layouts.components.legend import legend
from layouts.components.panel import Panel, navigate, switch
from layouts.components.town_map import Place, town_map, town_place
from layouts.page import Env, Page, PanelSpec
from layouts.ui import html
from layouts.ui.theme import chain_token, css_color

_FEWEST_COLUMNS = 0.01
_PER_MU = "tax_per_mu"


def draw_headline(view: tuple[Kpi, ...], env: Env) -> Panel:
    """The headline figures."""
    return Panel("kpis", "关键指标", kpi_strip(view, env, overview.CHOICES))


def draw_towns(view: overview.TownPanel, env: Env) -> Panel:
    """Map and ranking of the towns; both choose towns."""
    by_change = view.shade is Shade.CHANGE and env.selection.compare is not Compare.NONE
    scale = formatting.scale_for(view.metric, [r.value for r in view.rows])
    places = [_place(view, row, scale, by_change, env) for row in view.rows]
    known = any(not math.isnan(r.value) for r in view.rows)
    versus = COMPARE_LABELS[env.selection.compare]
    what = (
        f"{view.metric.label}{versus} {'百分点' if view.metric.is_percent else '%'}"
        if by_change
        else f"{view.metric.label} {scale.unit}"
    )
    return Panel(
        "towns",
        "镇街" + view.metric.label,
        [legend(what, [p.value for p in places]), _town_table(view, scale, env)] if known else growth.nothing(env),
        subtitle=f"{scale.unit} · 点击镇街可筛选",
        reading=view.reading,
        tools=[_metric_choice(view, env), _shade_choice(env)],
        drawing=town_map(env.shape, places, f"口径：{view.metric.definition}") if known else None,
        has_drawing=True,
        caption=view.caption,
    )


def _place(view: overview.TownPanel, row: Item, scale: Scale, by_change: bool, env: Env) -> Place:
    moved = formatting.change(row.change, is_percent=view.metric.is_percent)
    shown = formatting.number(row.value, scale)
    unit = 0.01
    words = [
        row.name,
        f"{view.metric.label} {formatting.figure(view.metric, row.value)}",
        f"{COMPARE_LABELS[env.selection.compare]} {moved}",
    ]
    if not math.isnan(row.share):
        words.insert(2, f"占比 {formatting.percent(row.share)}")
    value = row.change / unit if by_change else row.value / scale.factor
    label = moved.replace("个百分点", "") if by_change else shown
    return town_place(row.key, row.short, value, label, words, env)


def _town_table(view: overview.TownPanel, scale: Scale, env: Env) -> html.Table:
    rows = sorted(zip(view.rows, view.tax_per_mu, view.completion, strict=True), key=lambda r: -_or_low(r[0].value))
    most = max((abs(r[0].value) for r in rows if not math.isnan(r[0].value)), default=1.0) or 1.0
    heads: list[Any] = ["镇街", "", [view.metric.label, html.Br(), scale.unit], COMPARE_LABELS[env.selection.compare]]
    if view.metric.key != "tax_per_mu":
        heads.append(["亩均税收", html.Br(), "万元/亩"])
    with_target = any(not math.isnan(r[2]) for r in rows)
    if with_target:
        heads.append(["产值完成", html.Br(), "年度目标"])
    body = [_town_row(r, view.metric, scale, most, env, with_target=with_target) for r in rows]
    head = html.Thead(
        html.Tr([html.Th(h, className="text" if i == 0 else "bar-cell" if i == 1 else "") for i, h in enumerate(heads)])
    )
    return html.Table([head, html.Tbody(body)], className="table towns-table")


def _town_row(
    row: tuple[Item, float, float], metric: Metric, scale: Scale, most: float, env: Env, *, with_target: bool
) -> html.Tr:
    item, per_mu, completion = row
    chosen = item.key in env.selection.towns
    link = navigate(
        item.name,
        env.href(env.selection.toggled("towns", item.key)),
        "row-link",
        title=f"{'取消' if chosen else '只看'}{item.name}",
    )
    width = 0 if math.isnan(item.value) else abs(item.value) / most * 100
    cells: list[Any] = [
        html.Td(link, className="text"),
        html.Td(html.Span(style={"width": f"{width:.1f}%"}, className="cell-bar"), className="bar-cell"),
        html.Td(formatting.number(item.value, scale)),
        html.Td(change(item.change, is_percent=metric.is_percent, arrow=False)),
    ]
    if metric.key != "tax_per_mu":
        cells.append(html.Td(_two(per_mu)))
    if with_target:
        cells.append(html.Td(formatting.percent(completion)))
    return html.Tr(cells, className="on" if chosen else "")


def _two(value: float) -> str:
    return formatting.MISSING if math.isnan(value) else f"{formatting.rounded(value, 1):,}"


def _or_low(value: float) -> float:
    return -math.inf if math.isnan(value) else value


def _metric_choice(view: overview.TownPanel, env: Env) -> html.Details:
    links = [navigate(m.label, env.href(env.selection.but(metric=m.key)), "on" if m is view.metric else "") for m in view.choices]
    return html.Details([html.Summary(view.metric.label), html.Div(links, className="menu")], className="choice")


def _shade_choice(env: Env) -> html.Nav:
    words = {Shade.CHANGE: "增速", Shade.VALUE: "规模"}
    options = [(w, env.href(env.selection.but(shade=s)), s is env.selection.shade) for s, w in words.items()]
    return switch(options, "地图着色")


def draw_chains(view: overview.ChainsPanel, env: Env) -> Panel:
    """The chains side by side, on one scale."""
    known = [v for c in view.cards for v in c.monthly_change if not math.isnan(v)]
    low, high = min([*known, 0.0]), max([*known, _FEWEST_COLUMNS])
    cards = [_chain_card(c, view.metric, low, high, env) for c in view.cards]
    content = html.Div(cards, className="chains") if cards else growth.nothing(env)
    return Panel(
        "chains",
        "六条产业链" if len(view.cards) == 6 else "产业链",
        content,
        subtitle="产值，按大小排序 · 柱为各月同比 %，同一刻度",
        reading=view.reading,
        caption=view.caption,
    )


def _chain_card(card: overview.ChainCard, metric: Metric, low: float, high: float, env: Env) -> Any:
    token = chain_token(card.item.key)
    shown = formatting.figure(metric, card.item.value)
    facts = [
        ("占全区" if not env.selection.towns else "占所选", formatting.percent(card.item.share)),
        ("链主占比", formatting.percent(card.leader_share)),
        ("规上企业", f"{card.firms:,.0f} 家"),
    ]
    if env.selection.compare is not Compare.NONE:
        pulled = formatting.MISSING if math.isnan(card.points) else f"{formatting.points(card.points)} 点"
        facts.insert(1, ("拉动", pulled))
    return navigate(
        [
            html.Div(
                [html.I(style={"background": css_color(token)}, className="swatch"), card.item.name], className="chain-name"
            ),
            html.Div(
                [html.Span(shown.text, className="figure"), html.Span(shown.unit, className="unit")], className="chain-value"
            ),
            html.Div(_chain_change(card, env.selection.compare), className="chain-change"),
            columns(card.months, card.monthly_change, token, low, high),
            html.Div([html.Span(_month(card, 0)), html.Span(_month(card, -1))], className="chain-months"),
            html.Dl([html.Div([html.Dt(k), html.Dd(v)]) for k, v in facts], className="facts"),
        ],
        env.selection.but(chains=()).href(f"/chain/{card.item.key}"),
        "chain-card",
    )


def _chain_change(card: overview.ChainCard, compare: Compare) -> list[html.Span]:
    """The period's change and, year on year, the last month's."""
    if compare is Compare.NONE:
        return []
    told = [change(card.item.change, is_percent=False)]
    if compare is Compare.YOY and not math.isnan(card.last_month_change):
        month = formatting.change(card.last_month_change, is_percent=False)
        told.append(html.Span(f" {card.months[-1] % 100}月 {month}", className="versus"))
    return told


def _month(card: overview.ChainCard, at: int) -> str:
    return f"{card.months[at] % 100}月" if card.months else ""


def draw_briefing(view: briefing.Briefing, env: Env) -> Panel:
    """The month in one paragraph, and what to look at."""
    words = [html.B(t) if strong else t for t, strong in view.paragraph]
    marks = {"ok": "✓", "amber": "◆", "red": "■"}
    remarks = [
        html.Li(
            [
                html.Span(marks[r.level], className=f"remark-mark {r.level}"),
                html.Span(r.text, className="remark-text"),
                navigate(f"{r.link_label} →", r.link, "remark-link"),
            ]
        )
        for r in view.remarks
    ]
    content = [
        html.H3(view.headline, className="headline"),
        html.P(words, className="paragraph"),
        html.Ul(remarks, className="remarks"),
    ]
    return Panel("briefing", "本月解读", content, subtitle="由数据自动生成", caption=view.caption)


def draw_systems(view: Systems, env: Env) -> Panel:
    """Every system's figure in one row, each a link to its page."""
    cells = [
        navigate(
            [
                html.Span(s.name, className="system-name"),
                html.Span([html.B(s.figure), html.Span(s.unit, className="unit")], className="system-figure"),
                html.Span(s.fact, className=f"system-fact {s.tone}"),
            ],
            s.href,
            "system",
            title=s.definition,
        )
        for s in view.found
    ]
    return Panel("systems", "各项工作", html.Div(cells, className="systems") if cells else None, caption=view.caption)


PAGE = Page(
    "overview",
    "总览",
    (
        PanelSpec("briefing", "本月解读", briefing.briefing, draw_briefing),
        PanelSpec("kpis", "关键指标", overview.headline, draw_headline),
        PanelSpec("systems", "各项工作", systems, draw_systems),
        PanelSpec("towns", "镇街", overview.towns, draw_towns, has_drawing=True),
        PanelSpec("chains", "产业链", overview.chains, draw_chains),
        PanelSpec("trend", "月度走势", overview.trend, growth.draw_trend, has_drawing=True),
        PanelSpec("contributions", "谁拉动了增长", overview.contributions, growth.draw_contributions),
    ),
    tab="overview",
)
