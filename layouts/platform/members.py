"""Members of the platform against the others of their industries, drawn: growth, output per firm, by industry."""

from __future__ import annotations

import math

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.views.platform.members import GROUPS, OUTPUT, IndustryRow, MemberComparison, Pair, Side
from layouts.components import growth
from layouts.components.bars import Bar, bars, extent
from layouts.components.change import change
from layouts.components.panel import Panel, empty
from layouts.page import Env
from layouts.ui import html
from layouts.ui.theme import css_color

KEY, TITLE = "member-growth", "成员与非成员"
_NOT_A_CAUSE = "对比，不是因果：成员按名录现有标记，不知道各家何时加入；规模、产品和客户不同也会造成差距，不能都算作平台的作用。"


def draw_comparison(view: MemberComparison, env: Env, token: str) -> Panel:
    """Both groups side by side, and that this says nothing of causes. ``token``: the chain's colour."""
    if not view.sides or not any(s.now.firms for s in view.sides):
        lacking = empty("企业名录没有标记时尚E家成员", "在“企业名录”表的“时尚E家成员”一列填“是”，发布后这里对比两组企业的产值。")
        return Panel(KEY, TITLE, growth.nothing(env) if view.flagged else lacking, reading=view.reading, caption=view.caption)
    if not view.base and not view.first:
        lacking = empty("没有更早的产值可以对比", "期间以前没有同样月份的数据，或没有选择对比；换一个较晚的期间再看。")
        return Panel(KEY, TITLE, lacking, caption=view.caption)
    left = [_growth(view, token)] if view.base else []
    right = [_means(view, token)] if view.first else []
    beside = [html.Div([*left, *right], className="member-blocks")] if left or right else []
    under = [_table(view)] if view.base and view.industries else []
    content = [*beside, *under, html.P(_NOT_A_CAUSE, className="not-a-cause")]
    subtitle = "规上 · 同行业（两位数）· 产值"
    return Panel(KEY, TITLE, content, subtitle=subtitle, reading=view.reading, caption=view.caption)


def _growth(view: MemberComparison, token: str) -> html.Div:
    """Growth of the same firms, and of all firms."""
    rates = [v for s in view.sides for v in (s.now.growth * 100, s.now.growth_of_all * 100)]
    span = extent(rates)
    groups = [
        html.Div(
            [
                html.H3(f"同一批企业 · 产值{view.base} %"),
                bars([_rate(s, s.now.growth, s.now.same, token) for s in view.sides], "pairs", span),
            ]
        ),
        html.Div(
            [
                html.H3(f"全部企业（含进出）· 产值{view.base} %"),
                bars([_rate(s, s.now.growth_of_all, s.now.firms, token) for s in view.sides], "pairs", span),
            ]
        ),
    ]
    return html.Div(groups, className="member-block")


def _rate(side: Side, rate: float, firms: int, token: str) -> Bar:
    shown = 0.0 if math.isnan(rate) else rate * 100
    label = formatting.change(rate, is_percent=False)
    return Bar(f"{side.name} {firms:,}家", 0.0, shown, label, token if side.name == GROUPS[0] else "bar")


def _means(view: MemberComparison, token: str) -> html.Div:
    """Output per firm in the first year, and what has come to it since."""
    means = [v for s in view.sides for v in (s.since.mean, s.since.mean_before) if not math.isnan(v)]
    scale, most = formatting.scale_for(OUTPUT, means), max(means, default=1.0) or 1.0
    rows = [_mean(s, scale, most, token) for s in view.sides if s.since.same]
    return html.Div(
        [
            html.H3(f"户均产值 {scale.unit} · {view.first} → 本期"),
            html.Div(rows, className="means"),
            html.P("两期都有产值的企业，合计 ÷ 家数；增幅为合计之比", className="block-note"),
        ],
        className="member-block",
    )


def _mean(side: Side, scale: Scale, most: float, token: str) -> html.Div:
    pair, colour = side.since, css_color(token if side.name == GROUPS[0] else "bar")
    before, now = sorted((pair.mean_before, pair.mean))
    track = [
        html.Span(style={"width": f"{before / most * 100:.2f}%", "background": colour, "opacity": 0.4}),
        html.Span(style={"width": f"{(now - before) / most * 100:.2f}%", "background": colour}),
    ]
    return html.Div(
        [
            html.Div([html.Span(f"{side.name} {pair.same:,}家"), change(pair.growth, is_percent=False)], className="mean-name"),
            html.Div(track, className="mean-track"),
            html.Div(
                [
                    html.Span(formatting.number(pair.mean_before, scale)),
                    html.Span("→"),
                    html.B(formatting.number(pair.mean, scale)),
                ],
                className="mean-figures",
            ),
        ],
        className="mean",
    )


def _table(view: MemberComparison) -> html.Div:
    heads = ("分行业 · 同一批企业", "成员 家", f"成员{view.base}", "非成员 家", f"非成员{view.base}", "差距 点")
    head = html.Thead(html.Tr([html.Th(h, className="" if i else "text", scope="col") for i, h in enumerate(heads)]))
    body = html.Tbody([_row(r) for r in view.industries])
    return html.Div(html.Table([head, body], className="table"), className="scroll")


def _row(row: IndustryRow) -> html.Tr:
    own, other = row.sides
    figures = (f"{own.same:,}", _grown(own), f"{other.same:,}", _grown(other), _gap(own, other))
    return html.Tr([html.Td(row.name, className="text"), *(html.Td(f) for f in figures)])


def _grown(pair: Pair) -> html.Span:
    return change(pair.growth, is_percent=False, arrow=False)


def _gap(own: Pair, other: Pair) -> str:
    """The difference of the two figures beside it, as shown."""
    if math.isnan(own.growth) or math.isnan(other.growth):
        return formatting.MISSING
    points = formatting.rounded(own.growth * 100, 1) - formatting.rounded(other.growth * 100, 1)
    return formatting.signed(float(points), 1)
