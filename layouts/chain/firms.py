"""The enterprises of a chain: its leader and suppliers (链主与配套), the largest ones, and how concentrated they are."""

from __future__ import annotations

import math

from cockpit import formatting
from cockpit.selection import COMPARE_LABELS
from cockpit.views.chain.firms import FirmPanel, FirmRow, LeaderPanel, Role
from layouts.components import growth
from layouts.components.bars import Bar, bars
from layouts.components.change import change
from layouts.components.panel import Panel, navigate
from layouts.page import Env
from layouts.ui import html
from layouts.ui.theme import css_color

#: Leader, suppliers, others: one colour, ever weaker.
_STRENGTH = (1.0, 0.62, 0.34)
#: HHI: from where a market counts as moderately and as highly concentrated, and its greatest value.
_MODERATE, _HIGH, _MOST = 1500.0, 2500.0, 10000.0
_LEVELS = ("较分散", "中度集中", "高度集中")
_HEADS = ("企业", "镇街", "行业", "环节", "角色")


def draw_leader(view: LeaderPanel, env: Env, token: str) -> Panel:
    """The leader's share, and how suppliers grow against the others."""
    if not view.roles:
        return Panel("leader", "链主与配套", growth.nothing(env), caption=view.caption)
    content: list[html.Div] = []
    if view.leader_name:
        name = html.Div(
            [html.Span("链主", className="unit"), html.B(view.leader_name), html.Span(view.leader_place, className="unit")]
        )
        narrowed = bool(env.selection.stages or env.selection.towns or env.selection.industries)
        of_what = "占所选范围产值" if narrowed else "占全链产值"
        share = html.Div(
            [html.Span(formatting.percent(view.leader_share), className="figure"), html.Span(of_what, className="unit")]
        )
        content.append(html.Div([name, share], className="leader"))
    strengths = [_STRENGTH[min(i, len(_STRENGTH) - 1)] for i in range(len(view.roles))]
    content.append(_shares(view, token, strengths))
    content.append(bars([_role_bar(r, token, s) for r, s in zip(view.roles, strengths, strict=True)], "roles"))
    versus = COMPARE_LABELS[env.selection.compare]
    return Panel("leader", "链主与配套", content, subtitle=f"产值{versus} %", reading=view.reading, caption=view.caption)


def _role_bar(role: Role, token: str, strength: float) -> Bar:
    grown = role.item.change
    return Bar(
        f"{role.item.name}（{role.firms:,.0f}家）",
        0.0,
        0.0 if math.isnan(grown) else grown * 100,
        formatting.change(grown, is_percent=False),
        token,
        extra="" if math.isnan(role.points) else f"拉动 {formatting.points(role.points)} 点",
        strength=strength,
    )


def _shares(view: LeaderPanel, token: str, strengths: list[float]) -> html.Div:
    """The roles' shares of the chain's output as one bar."""
    parts, words = [], []
    for role, strength in zip(view.roles, strengths, strict=True):
        if math.isnan(role.item.share) or role.item.share <= 0:
            continue
        fill = {"background": css_color(token), "opacity": strength}
        parts.append(html.Span(style={"width": f"{role.item.share * 100:.2f}%", **fill}))
        told = f"{role.item.name} {formatting.figure(view.metric, role.item.value)}"
        words.append(html.Span([html.I(style=fill, className="swatch"), told]))
    return html.Div([html.Div(parts, className="share-bar"), html.Div(words, className="share-words")], className="shares")


def draw_firms(view: FirmPanel, env: Env, token: str) -> Panel:
    """The largest enterprises and the chain's concentration."""
    if not view.rows:
        return Panel("firms", "重点企业", growth.nothing(env), caption=view.caption)
    scale = formatting.scale_for(view.metric, [r.output for r in view.rows])
    heads = (*_HEADS, f"产值 {scale.unit}", COMPARE_LABELS[env.selection.compare], "占比", "亩均税收 万元/亩")
    head = html.Thead(
        html.Tr([html.Th(h, className="text" if i < len(_HEADS) else "", scope="col") for i, h in enumerate(heads)])
    )
    rows = [_firm(r, formatting.number(r.output, scale), env) for r in view.rows]
    table = html.Div(html.Table([head, html.Tbody(rows)], className="table firms-table"), className="scroll")
    return Panel(
        "firms",
        "重点企业",
        html.Div([table, *_concentration(view, token)], className="firm-list"),
        subtitle=f"按产值前{len(view.rows)}家，共{view.firms:,}家规上企业",
        reading=view.reading,
        caption=view.caption,
    )


def _firm(row: FirmRow, output: str, env: Env) -> html.Tr:
    target = env.selection.shared.but(chains=()).href(f"/enterprise/{row.credit_code}")
    name = html.Td(navigate(row.name, target, "row-link"), className="text", title=row.name)
    words = (row.town, row.industry, row.stage, row.role)
    per_mu = formatting.MISSING if math.isnan(row.tax_per_mu) else f"{formatting.rounded(row.tax_per_mu, 1):,}"
    figures = (output, change(row.change, is_percent=False, arrow=False), formatting.percent(row.share), per_mu)
    return html.Tr(
        [
            name,
            *(html.Td(w or formatting.MISSING, className="text", title=w) for w in words),
            *(html.Td(f) for f in figures),
        ]
    )


def _concentration(view: FirmPanel, token: str) -> list[html.Div]:
    """CR4 and HHI as pictures with what they mean, always beside the number of enterprises."""
    if math.isnan(view.hhi):
        return []
    four = [
        html.Span(style={"width": f"{max(r.share, 0) * 100:.2f}%", "background": css_color(token), "opacity": 1 - 0.18 * i})
        for i, r in enumerate(view.rows[:4])
    ]
    level = sum(view.hhi >= limit for limit in (_MODERATE, _HIGH))
    zones = [html.Span(w, className="on" if i == level else "") for i, w in enumerate(_LEVELS)]
    return [
        html.Div(
            [
                html.H3("集中度"),
                _measure("前4家占比（CR4）", formatting.percent(view.cr4)),
                html.Div(four, className="share-bar on-track"),
                html.P("产值最大的4家企业，合计占全部企业产值的比重。"),
                _measure("集中度指数（HHI）", f"{formatting.rounded(view.hhi, 0):,}"),
                html.Div(html.Span(style={"left": f"{_on_scale(view.hhi):.1f}%"}), className="hhi-scale"),
                html.Div(zones, className="hhi-zones"),
                html.P(f"{view.firms:,}家企业占比的平方和 ×10,000；1,500以下较分散，2,500以上高度集中。"),
            ],
            className="concentration",
        )
    ]


def _measure(name: str, figure: str) -> html.Div:
    return html.Div([html.Span(name), html.B(figure)], className="measure")


def _on_scale(hhi: float) -> float:
    """Place on a scale whose three levels are equally wide, in percent."""
    stops = (0.0, _MODERATE, _HIGH, _MOST)
    level = min(sum(hhi >= s for s in stops[1:3]), 2)
    within = (hhi - stops[level]) / (stops[level + 1] - stops[level])
    return (level + min(max(within, 0.0), 1.0)) / 3 * 100
