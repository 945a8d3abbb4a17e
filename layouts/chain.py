"""A chain's page: one layout for every chain."""

from __future__ import annotations

import math
from typing import Any

from dash import html

from cockpit import formatting
from cockpit.formulas import Scale
from cockpit.selection import COMPARE_LABELS
from cockpit.views import chain, chain_firms, chain_stages
from cockpit.views.parts import Item, Kpi
from layouts import growth
from layouts.components.bars import Bar, bars
from layouts.components.change import change
from layouts.components.kpi_strip import kpi_strip
from layouts.components.panel import Panel, empty, navigate
from layouts.page import Env, Page, PanelSpec
from layouts.theme import chain_token, css_color

_MOST_BARS = 10


def key_of(path: str) -> str:
    """The chain's key in ``/chain/<key>``."""
    return path.rsplit("/", 1)[-1]


def tabs(env: Env) -> html.Nav:
    """The chains of the district; the current one is marked."""
    links = []
    for c in env.district.chains:
        on = c.key == key_of(env.path)
        words = [html.I(style={"background": css_color(chain_token(c.key))}, className="swatch"), c.name]
        more = {"aria-current": "page"} if on else {}
        links.append(navigate(words, env.selection.but(chains=()).href(f"/chain/{c.key}"), "on" if on else "", **more))
    return html.Nav(links, className="chain-tabs", **{"aria-label": "产业链"})


def draw_headline(view: tuple[Kpi, ...], env: Env) -> Panel:
    """The chain's headline figures under the row of chains."""
    return Panel("kpis", "关键指标", [tabs(env), kpi_strip(view, env.selection.compare, env.on)])


def draw_stages(view: chain_stages.StagePanel, env: Env) -> Panel:
    """The chain's stages from upstream to downstream; missing and weak ones stand out."""
    if not view.stages:
        return Panel("stages", "链条图谱", empty("还没有这条链的图谱", "请在“产业链图谱”表中填写环节"), caption=view.caption)
    scale = formatting.scale_for(view.metric, [s.item.value for s in view.stages])
    most = max((s.item.value for s in view.stages if not math.isnan(s.item.value)), default=1.0) or 1.0
    positions = [p for p in (*chain_stages.POSITIONS, "") if any(s.position == p for s in view.stages)]
    columns = []
    for position in positions:
        nodes = [_node(s, view, scale, most, env) for s in view.stages if s.position == position]
        columns.append(html.Div([html.H3(position or "图谱外"), *nodes], className="stage-column"))
    return Panel(
        "stages",
        "链条图谱",
        html.Div(columns, className="stages"),
        subtitle=f"产值 {scale.unit} · 条长为产值，同一刻度 · {view.rule}",
        reading=view.reading,
        caption=view.caption,
    )


def _node(stage: chain_stages.Stage, view: chain_stages.StagePanel, scale: Scale, most: float, env: Env) -> html.Div:
    item = stage.item
    to = (
        html.P([html.Span("→ ", className="arrow"), "、".join(stage.next_stages)], className="stage-next")
        if stage.next_stages
        else None
    )
    if stage.gap:
        mark = html.Span("◇ 缺链", className="tag warn")
        missing = "所选范围没有企业" if env.selection.towns or env.selection.industries else "全区没有企业"
        body: list[Any] = [
            html.Div([html.B(item.name), mark], className="stage-name"),
            html.P(missing, className="stage-why"),
            to,
        ]
        return html.Div(body, className="stage gap")
    tags = []
    if stage.leader:
        tags.append(html.Span(["链主 ", stage.leader], className="tag"))
    if stage.weak:
        tags.append(html.Span(f"◆ 弱链 {stage.weak}", className="tag warn"))
    width = 0 if math.isnan(item.value) else max(item.value, 0) / most * 100
    token = chain_token(key_of(env.path))
    return html.Div(
        [
            html.Div([html.B(item.name), *tags], className="stage-name"),
            html.Div(
                [
                    html.Span(formatting.number(item.value, scale), className="figure"),
                    html.Span(f"{scale.unit} · {stage.firms:,.0f}家规上 · 占{formatting.percent(item.share)}", className="unit"),
                    change(item.change, is_percent=view.metric.is_percent),
                ],
                className="stage-value",
            ),
            html.Div(html.Span(style={"width": f"{width:.1f}%", "background": css_color(token)}), className="stage-bar"),
            to,
        ],
        className=f"stage{' weak' if stage.weak else ''}",
    )


def draw_leader(view: chain_firms.LeaderPanel, env: Env) -> Panel:
    """The leader's share, and how suppliers grow against the others."""
    if not view.roles:
        return Panel("leader", "链主与配套", growth.nothing(env), caption=view.caption)
    token = chain_token(key_of(env.path))
    content: list[Any] = []
    if view.leader_name:
        name = html.Div(
            [html.Span("链主", className="unit"), html.B(view.leader_name), html.Span(view.leader_place, className="unit")]
        )
        share = html.Div(
            [html.Span(formatting.percent(view.leader_share), className="figure"), html.Span("占全链产值", className="unit")]
        )
        content.append(html.Div([name, share], className="leader"))
    content.append(_shares(view, token))
    rows = [
        Bar(
            f"{r.item.name}（{r.firms:,.0f}家）",
            0.0,
            0.0 if math.isnan(r.item.change) else r.item.change * 100,
            formatting.change(r.item.change, is_percent=False),
            token,
            extra="" if math.isnan(r.points) else f"拉动 {formatting.points(r.points)} 点",
        )
        for r in view.roles
    ]
    content.append(bars(rows, "roles"))
    versus = COMPARE_LABELS[env.selection.compare]
    return Panel("leader", "链主与配套", content, subtitle=f"产值{versus} %", reading=view.reading, caption=view.caption)


def _shares(view: chain_firms.LeaderPanel, token: str) -> html.Div:
    """The roles' shares of the chain's output as one bar."""
    opacity = {0: 1.0, 1: 0.62, 2: 0.34}
    parts, words = [], []
    for i, role in enumerate(view.roles):
        if math.isnan(role.item.share) or role.item.share <= 0:
            continue
        width = {"width": f"{role.item.share * 100:.2f}%"}
        parts.append(html.Span(style={**width, "background": css_color(token), "opacity": opacity.get(i, 0.34)}))
        words.append(html.Span(f"{role.item.name} {formatting.figure(view.metric, role.item.value)}"))
    return html.Div([html.Div(parts, className="share-bar"), html.Div(words, className="share-words")], className="shares")


def draw_breakdown(key: str, dimension: str) -> Any:
    """Drawing function of a breakdown whose rows toggle ``dimension`` of the selection."""

    def draw(view: chain.Breakdown, env: Env) -> Panel:
        if not view.items:
            return Panel(key, f"{view.title}分布", growth.nothing(env), caption=view.caption)
        scale = formatting.scale_for(view.metric, [i.value for i in view.items])
        chosen = set(getattr(env.selection, dimension))
        rows = [_item_bar(i, scale, chosen, dimension, view, env) for i in view.items[:_MOST_BARS]]
        more = len(view.items) - _MOST_BARS
        subtitle = f"产值 {scale.unit} · {COMPARE_LABELS[env.selection.compare]} · 点击可筛选"
        note = html.P(f"另有{more}个{view.title}未列出", className="more") if more > 0 else None
        return Panel(
            key, f"{view.title}分布", [bars(rows, "items"), note], subtitle=subtitle, reading=view.reading, caption=view.caption
        )

    return draw


def _item_bar(item: Item, scale: Scale, chosen: set[str], dimension: str, view: chain.Breakdown, env: Env) -> Bar:
    return Bar(
        item.short,
        0.0,
        0.0 if math.isnan(item.value) else item.value,
        formatting.number(item.value, scale),
        chain_token(key_of(env.path)),
        env.href(env.selection.toggled(dimension, item.key)),
        change(item.change, is_percent=view.metric.is_percent, arrow=False),
        item.key in chosen,
        f"{'取消' if item.key in chosen else '只看'}{item.name}",
    )


def draw_firms(view: chain_firms.FirmPanel, env: Env) -> Panel:
    """The largest enterprises and the chain's concentration."""
    if not view.rows:
        return Panel("firms", "重点企业", growth.nothing(env), caption=view.caption)
    scale = formatting.scale_for(view.metric, [r.output for r in view.rows])
    heads = (
        "企业",
        "镇街",
        "行业",
        "环节",
        "角色",
        f"产值 {scale.unit}",
        COMPARE_LABELS[env.selection.compare],
        "占比",
        "亩均税收 万元/亩",
    )
    texts = 5
    head = html.Thead(html.Tr([html.Th(h, className="text" if i < texts else "", scope="col") for i, h in enumerate(heads)]))
    rows = []
    for r in view.rows:
        words = [
            html.Td(w or formatting.MISSING, className="text", title=w) for w in (r.name, r.town, r.industry, r.stage, r.role)
        ]
        figures = [
            html.Td(formatting.number(r.output, scale)),
            html.Td(change(r.change, is_percent=False, arrow=False)),
            html.Td(formatting.percent(r.share)),
            html.Td(formatting.MISSING if math.isnan(r.tax_per_mu) else f"{formatting.rounded(r.tax_per_mu, 1):,}"),
        ]
        rows.append(html.Tr([*words, *figures]))
    table = html.Div(html.Table([head, html.Tbody(rows)], className="table firms-table"), className="scroll")
    return Panel(
        "firms",
        "重点企业",
        [_concentration(view), table],
        subtitle=f"按产值前{len(view.rows)}家，共{view.firms:,}家规上企业",
        reading=view.reading,
        caption=view.caption,
    )


def _concentration(view: chain_firms.FirmPanel) -> html.Div:
    """CR4 and HHI with what they mean, always beside the number of enterprises."""
    if math.isnan(view.hhi):
        return html.Div()
    level = "高度集中" if view.hhi >= 2500 else "中度集中" if view.hhi >= 1500 else "较分散"
    facts = (
        ("前4家占比（CR4）", formatting.percent(view.cr4), "产值最大的4家企业之和 ÷ 全部企业产值"),
        (
            "集中度指数（HHI）",
            f"{formatting.rounded(view.hhi, 0):,}",
            "各企业占比的平方和 ×10,000；1,500以下较分散，2,500以上高度集中",
        ),
        ("判断", level, ""),
    )
    return html.Div([html.Div([html.Span(k, title=t), html.B(v)]) for k, v, t in facts], className="concentration")


PAGE = Page(
    "chain",
    "产业链",
    (
        PanelSpec("kpis", "关键指标", chain.headline, draw_headline),
        PanelSpec("stages", "链条图谱", lambda ctx: chain_stages.stage_panel(ctx, ctx.selection.chains[0]), draw_stages),
        PanelSpec("leader", "链主与配套", chain_firms.leader_panel, draw_leader),
        PanelSpec("trend", "月度走势", chain.trend, growth.draw_trend, has_graph=True),
        PanelSpec("town-split", "镇街分布", chain.towns, draw_breakdown("town-split", "towns")),
        PanelSpec("industry-split", "行业分布", chain.industries, draw_breakdown("industry-split", "industries")),
        PanelSpec("firms", "重点企业", chain_firms.firm_panel, draw_firms),
    ),
)
