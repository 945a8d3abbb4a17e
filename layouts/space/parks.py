"""Industrial parks against the benchmark, and one as a worked example, drawn."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.ledgers.parks import Park
from cockpit.views.space.parks import PER_MU, Example, ParkRow, Parks, times
from cockpit.views.space.plan import MU, SPACE
from layouts.components import growth
from layouts.components.bars import Bar, bars
from layouts.components.change import change
from layouts.components.panel import Panel, empty
from layouts.components.sparkline import line_picture
from layouts.page import Env
from layouts.space.legend import shown
from layouts.ui import html

_WAN = Scale("万元", whole=True)


def draw_parks(view: Parks, env: Env) -> Panel:
    """Each park: tax per mu against the benchmark and the year before, occupancy, owners, plots, how it is run."""
    title = "园区效益"
    if view.whole is None:
        return Panel("parks", title, _no_parks(view, env), caption=view.caption)
    most = max([r.park.tax_per_mu for r in view.rows if not math.isnan(r.park.tax_per_mu)] or [1.0])
    line = view.benchmark.tax_per_mu_wan / most * 100 if view.benchmark and most > view.benchmark.tax_per_mu_wan else 0.0
    body = html.Tbody([_row(r, most, line, view, env) for r in view.rows])
    table = html.Table([_head(view, line), body, html.Tfoot(_whole(view, env))], className="table parks-table")
    return Panel(
        "parks",
        title,
        html.Div(table, className="scroll"),
        subtitle=f"{view.year}年度 · 亩均税收 万元/亩",
        reading=view.reading,
        caption=view.caption,
    )


def _no_parks(view: Parks, env: Env) -> html.Div:
    if not view.known:
        return empty("还没有园区数据", "发布含“产业园区”表的工作簿后，这里显示园区的入驻率和亩均税收。")
    if not view.year:
        return empty("截至期末还没有整年的园区数据", "园区按年度登记；换一个较晚的期间再看。")
    return growth.nothing(env)


def _head(view: Parks, line: float) -> html.Thead:
    told: Any = "亩均税收"
    if view.benchmark and line:
        mark = f"┆ {view.benchmark.name} {view.benchmark.tax_per_mu_wan:g}"
        told = html.Span(mark, className="park-mark", style={"left": f"{line:.2f}%"})
    run = f"{view.years[0]}—{view.years[-1]}" if len(view.years) > 1 else ""
    cells = [
        html.Th("园区", className="text"),
        html.Th(html.Div(told, className="park-scale"), className="text park-cell"),
        html.Th("比上年"),
        html.Th(run, className="years"),
        html.Th("入驻率"),
        html.Th(["比上年", html.Br(), "百分点"]),
        html.Th("业主 家"),
        html.Th(["最小", html.Br(), "地块 亩"]),
        html.Th(["入驻", html.Br(), "企业 家"]),
        html.Th("共建模式", className="text"),
    ]
    return html.Thead(html.Tr(cells))


def _row(row: ParkRow, most: float, line: float, view: Parks, env: Env) -> html.Tr:
    park = row.park
    name = [html.Span(park.name, title=park.name), html.Span(row.town, className="unit")]
    figures = (park.owners, park.smallest_plot, park.tenants)
    return html.Tr(
        [
            html.Td(name, className="text park-name"),
            html.Td(_bar(park, most, line, view), className="park-cell"),
            html.Td(change(row.change, is_percent=False, arrow=False)),
            html.Td(_years(park.name, row.history, view), className="years"),
            html.Td(formatting.percent(park.occupancy)),
            html.Td(_points(row.occupancy_change)),
            *(html.Td(_plain(f)) for f in figures),
            html.Td(park.mode or formatting.MISSING, className="text"),
        ],
        className="example" if env.district.park_story and env.district.park_story.park == park.name else "",
    )


def _bar(park: Park, most: float, line: float, view: Parks) -> html.Div:
    if math.isnan(park.tax_per_mu):
        return html.Div(formatting.MISSING, className="park-bar")
    size = max(park.tax_per_mu, 0.0) / most * 100
    low = view.benchmark is not None and park.tax_per_mu < view.benchmark.tax_per_mu_wan
    figure = f"{'◆ ' if low else ''}{formatting.number(park.tax_per_mu, PER_MU)}"
    often = times(park.tax_per_mu, view.benchmark)
    told = f"{park.name}亩均税收 {formatting.number(park.tax_per_mu, PER_MU)} 万元/亩"
    pieces = [
        html.Span(className="park-fill", style={"width": f"{size:.2f}%"}),
        html.Span(figure, className=f"park-figure{' soon' if low else ''}", style={"left": f"{size:.2f}%"}),
    ]
    if line:
        pieces.append(html.Span(className="park-line", style={"left": f"{line:.2f}%"}))
    title = f"{told}，是{view.benchmark.name}的{often}" if view.benchmark and often else told
    return html.Div(pieces, className="park-bar", title=title)


def _years(name: str, history: tuple[float, ...], view: Parks) -> Any:
    told = "，".join(f"{y}年{formatting.number(v, PER_MU)}" for y, v in zip(view.years, history, strict=True))
    return line_picture(history, (), f"{name}亩均税收：{told} 万元/亩")


def _whole(view: Parks, env: Env) -> html.Tr:
    whole = view.whole
    assert whole is not None
    per_mu = formatting.number(whole.tax_per_mu, PER_MU)
    often = times(whole.tax_per_mu, view.benchmark)
    versus = html.Span(f"{view.benchmark.name}的{often}", className="unit") if view.benchmark and often else ""
    return html.Tr(
        [
            html.Td(f"{whole.parks}个园区", className="text"),
            html.Td([per_mu, versus], className="text park-cell"),
            html.Td(change(view.whole_change, is_percent=False, arrow=False)),
            html.Td(_years("全部园区", view.whole_history, view), className="years"),
            html.Td(formatting.percent(whole.occupancy)),
            html.Td(_points(view.whole_occupancy_change)),
            html.Td(""),
            html.Td(""),
            html.Td(_plain(whole.tenants)),
            html.Td("", className="text"),
        ]
    )


def _points(difference: float) -> html.Span:
    """A difference of occupancy in percentage points, which its column names."""
    text = formatting.signed(difference * 100, 1)
    tone = {"+": "up", formatting.MINUS: "down"}.get(text[0], "flat")
    return html.Span(text, className=f"change {tone}")


def _plain(value: float) -> str:
    """A count or a plot: whole where it is."""
    if math.isnan(value):
        return formatting.MISSING
    return f"{formatting.rounded(value, 0 if float(value).is_integer() else 1):,}"


def draw_example(view: Example, env: Env) -> Panel:
    """The pack's park: who made it, what it is, what it yields beside plain factories and the other parks."""
    story, park = view.story, view.park
    if story is None:
        words = empty("本区没有园区案例", "在区县配置 district.yaml 里写入 park_story 后，这里讲一个园区。")
        return Panel("example", "园区案例", words, caption=view.caption)
    parties: list[Any] = []
    for party in story.parties:
        parties += [html.Span("+", className="plus"), html.Span(party, className="tag")]
    parties += [html.Span("→", className="plus"), html.B(story.park)]
    content: list[Any] = [html.Div(parties[1:], className="parties")]
    if park is not None:
        content += [_yields(view, park), *_land(view, park)]
    content.append(_facts(view))
    if park is None:
        content.append(html.P("截至期末没有这个园区的年度数据", className="way-none"))
    title = f"{story.title}：{story.park}"
    return Panel("example", title, content, reading=view.reading, caption=view.caption)


def _yields(view: Example, park: Park) -> html.Div:
    """Tax per mu: the park, the other parks, the benchmark."""
    told = [(park.name, park.tax_per_mu, "now"), ("其余园区", view.others, "bar")]
    if view.benchmark:
        told.append((view.benchmark.name, view.benchmark.tax_per_mu_wan, "bar"))
    rows = [Bar(n, 0.0, v, formatting.number(v, PER_MU), t, on=t == "now") for n, v, t in told if not math.isnan(v)]
    return html.Div([html.H3("亩均税收 万元/亩"), bars(rows, "items")], className="yields")


def _land(view: Example, park: Park) -> list[html.P]:
    """What the same land would yield as plain factories."""
    if view.benchmark is None or math.isnan(view.plain_tax) or math.isnan(park.tax):
        return []
    words = [
        f"同样的 {shown(park.land, MU)} 亩，{view.benchmark.name}约纳税 ",
        html.B(formatting.number(view.plain_tax, _WAN)),
        " 万元，这里 ",
        html.B(formatting.number(park.tax, _WAN)),
        " 万元。",
    ]
    return [html.P(words, className="same-land")]


def _facts(view: Example) -> html.Dl:
    story, park = view.story, view.park
    told = [(f.label, f.text) for f in story.facts] if story else []
    if park is not None:
        told += [
            ("业主", f"{_plain(park.owners)} 家，最小地块 {_plain(park.smallest_plot)} 亩"),
            ("建筑面积", f"{shown(park.floor, SPACE)} 万平方米"),
            ("入驻", f"{formatting.percent(park.occupancy)}，{_plain(park.tenants)} 家企业"),
        ]
    return html.Dl([html.Div([html.Dt(name), html.Dd(text)]) for name, text in told], className="park-facts")
