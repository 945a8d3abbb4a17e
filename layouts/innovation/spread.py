"""Carriers by town and chain as squares, year by year, and research intensity drawn."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.selection import COMPARE_LABELS, Compare
from cockpit.views.innovation.carriers import RD
from cockpit.views.innovation.spread import Research, Row, Spread, Years, points
from cockpit.views.innovation.state import LEVELS, Carrier
from cockpit.views.parts import Item
from layouts.components import growth
from layouts.components.bars import Bar, bars, extent
from layouts.components.panel import Panel, navigate
from layouts.innovation.parts import level_words, nothing
from layouts.innovation.years_figure import years_figure
from layouts.page import Env
from layouts.ui import html
from layouts.ui.theme import chain_token, css_color

#: Carriers of a cell that are drawn as squares; more are a number.
MOST_SQUARES = 4


def draw_spread(view: Spread, env: Env) -> Panel:
    """Two tables over the same steps: a square a carrier, the deeper its colour the higher its level."""
    title = "载体分布"
    if not view.heads:
        return Panel("carrier-spread", title, nothing("创新载体", env, known=view.known), caption=view.caption)
    tables = html.Div(
        [_table("镇街", "towns", view.towns, view, env), _table("产业链", "chains", view.chains, view, env)], className="spreads"
    )
    key = [html.Span([html.I(className=f"square level-{at}"), level_words(level)]) for at, level in enumerate(LEVELS)]
    tools = html.Div(key, className="level-key")
    told = "一格为一个，点击可筛选"
    return Panel("carrier-spread", title, tables, subtitle=told, reading=view.reading, tools=tools, caption=view.caption)


def _table(what: str, dimension: str, rows: tuple[Row, ...], view: Spread, env: Env) -> html.Div:
    heads: list[Any] = [what, *map(_broken, view.heads[:-1]), "合计", _broken("制造示范")]
    head = html.Thead(html.Tr([html.Th(h, className="" if at else "text", scope="col") for at, h in enumerate(heads)]))
    body = html.Tbody([_row(r, dimension, view.heads, env) for r in rows])
    foot = html.Tfoot(html.Tr([html.Td("合计", className="text"), *_sums(rows)]))
    return html.Div(html.Table([head, body, foot], className=f"table spread-table by-{dimension}"), className="scroll")


def _broken(head: str) -> Any:
    """A head of four characters on two lines."""
    return [head[:2], html.Br(), head[2:]] if len(head) == 4 else head


def _sums(rows: tuple[Row, ...]) -> list[html.Td]:
    each = [sum(len(r.cells[at]) for r in rows) for at in range(len(rows[0].cells))]
    told = [*each[:-1], sum(each[:-1]), each[-1]]
    return [html.Td(f"{n:,}") for n in told]


def _row(row: Row, dimension: str, heads: tuple[str, ...], env: Env) -> html.Tr:
    chosen = row.key in getattr(env.selection, dimension)
    known = {t.key for t in env.district.towns} if dimension == "towns" else {c.key for c in env.district.chains}
    href = env.href(env.selection.toggled(dimension, row.key)) if row.key in known else ""
    hint = f"{'取消' if chosen else '只看'}{row.name}"
    swatch = (
        [html.I(style={"background": css_color(chain_token(row.key))}, className="swatch")]
        if dimension == "chains" and row.key
        else []
    )
    name = [*swatch, row.name]
    cells = [_cell(found, f"{row.name}{kind}", hint, href) for kind, found in zip(heads, row.cells, strict=True)]
    total = html.Td(html.B(f"{row.total:,}", className="" if row.total else "zero"))
    first = html.Td(navigate(name, href, "row-link", title=hint) if href else name, className="text")
    return html.Tr([first, *cells[:-1], total, cells[-1]], className="on" if chosen else "")


def _cell(found: tuple[Carrier, ...], what: str, hint: str, href: str) -> html.Td:
    if not found:
        return html.Td()
    if len(found) > MOST_SQUARES:
        shown: Any = f"{len(found):,}"
    else:
        shown = [html.I(className=f"square level-{c.rank}") for c in found]
    names = "、".join(f"{c.name}（{level_words(c.level)}）" for c in found)
    told = f"{what} {len(found):,} 个：{names}"
    if not href:
        return html.Td(html.Span(shown, className="marks", title=told))
    return html.Td(navigate(shown, href, "marks", title=f"{told}。{hint}", **{"aria-label": told}))


def draw_years(view: Years, env: Env) -> Panel:
    """Carriers and demonstrators recognised so far, and in each year."""
    figure = years_figure(view.years, env.on)
    return Panel(
        "years",
        "历年认定",
        None if figure else nothing("创新载体", env, known=view.known),
        subtitle="累计（个），下为当年新认定",
        reading=view.reading,
        figure=figure,
        has_graph=True,
        caption=view.caption,
    )


def draw_research(view: Research, env: Env) -> Panel:
    """Research intensity of chains and towns on one scale, each against the year before."""
    known = [i.value for i in (*view.chains, *view.towns) if not math.isnan(i.value)]
    if not known:
        return Panel("research", RD.name, growth.nothing(env), caption=view.caption)
    span = extent([*known, view.whole])
    chains = [_bar(i, "chains", chain_token(i.key) if i.key else "bar", env) for i in view.chains if not math.isnan(i.value)]
    towns = [_bar(i, "towns", "bar", env) for i in view.towns if not math.isnan(i.value)]
    narrowed = env.selection.towns or env.selection.industries or env.selection.chains
    whole = "所选范围" if narrowed else "全区"
    last = Bar(whole, 0.0, view.whole, _percent(view.whole), "now", extra=_moved(view.whole_change, env), on=True)
    groups = [
        html.Div([html.H3(title), bars([*rows, last], "items", span)], className="research-group")
        for title, rows in (("产业链", chains), ("镇街", towns))
    ]
    versus = "" if env.selection.compare is Compare.NONE else f"，右为{COMPARE_LABELS[env.selection.compare]}百分点"
    told = f"研发费用 ÷ 营业收入 %{versus}"
    return Panel(
        "research", RD.name, html.Div(groups, className="research"), subtitle=told, reading=view.reading, caption=view.caption
    )


def _bar(item: Item, dimension: str, token: str, env: Env) -> Bar:
    chosen = item.key in getattr(env.selection, dimension)
    href = env.href(env.selection.toggled(dimension, item.key)) if item.key else ""
    hint = f"{'取消' if chosen else '只看'}{item.name}"
    return Bar(item.name, 0.0, item.value, _percent(item.value), token, href, _moved(item.change, env), chosen, hint)


def _percent(value: float) -> str:
    return formatting.figure(RD, value).text


def _moved(moved: float, env: Env) -> Any:
    """The change without its unit, which stands over the bars."""
    if env.selection.compare is Compare.NONE:
        return None
    words = points(moved)
    tone, mark = {"+": ("up", "▲ "), formatting.MINUS: ("down", "▼ ")}.get(words[0], ("flat", ""))
    return html.Span(f"{mark}{words}", className=f"change {tone}")
