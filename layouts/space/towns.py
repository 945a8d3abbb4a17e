"""Renewal by town as a map and a table, and land put back to use, drawn."""

from __future__ import annotations

import math

from cockpit import formatting
from cockpit.selection import View
from cockpit.views.remediation.state import RELEASED
from cockpit.views.space.headline import Released, TownLand, TownRow, Towns
from cockpit.views.space.plan import MU
from layouts.components import growth
from layouts.components.bars import Bar, bars
from layouts.components.legend import legend
from layouts.components.panel import Panel, empty, navigate
from layouts.components.town_map import Place, town_map, town_place
from layouts.page import Env
from layouts.space.legend import nothing, shown, stack
from layouts.space.released_figure import released_figure
from layouts.ui import html

_HEADS = ("镇街", "", "完成", "实施", "谋划", "完成率")


def draw_towns(view: Towns, env: Env) -> Panel:
    """Map of the area done and table of all states; both choose towns."""
    title = "各镇街有机更新"
    if not view.rows or view.whole is None:
        return Panel("towns", title, nothing(view.known, env), has_drawing=True, caption=view.caption)
    places = [_place(r, env) for r in view.rows]
    return Panel(
        "towns",
        title,
        [legend("已完成更新面积 亩", [p.value for p in places]), _table(view, view.whole, env)],
        subtitle="亩 · 点击镇街可筛选",
        reading=view.reading,
        drawing=town_map(env.shape, places, "口径：截至期末各状态有机更新项目的更新面积之和"),
        has_drawing=True,
        caption=view.caption,
    )


def _place(row: TownRow, env: Env) -> Place:
    words = [
        row.name,
        *(
            f"{name} {shown(part.area, MU)} 亩 · {part.count} 个项目"
            for name, part in (("完成", row.done), ("实施", row.active), ("谋划", row.planned))
        ),
    ]
    label = f"{formatting.rounded(row.done.area, 0):,}"
    return town_place(row.key, row.short, row.done.area, label, words, env)


def _table(view: Towns, whole: TownRow, env: Env) -> html.Table:
    most = max(r.area for r in view.rows) or 1.0
    head = html.Thead(
        html.Tr([html.Th(h, className="text" if i == 0 else "bar-cell" if i == 1 else "") for i, h in enumerate(_HEADS)])
    )
    body = html.Tbody([_row(r, most, env) for r in view.rows])
    return html.Table([head, body, html.Tfoot(_row(whole, 0.0, env))], className="table towns-table")


def _row(row: TownRow, most: float, env: Env) -> html.Tr:
    """``most``: length of the bar; 0: the district, without one."""
    parts = (row.done.area, row.active.area, row.planned.area)
    chosen = row.key in env.selection.towns
    known = row.key in {t.key for t in env.district.towns}
    target = env.href(env.selection.toggled("towns", row.key))
    link = navigate(row.name, target, "row-link", title=f"{'取消' if chosen else '只看'}{row.name}") if known else row.name
    return html.Tr(
        [
            html.Td(link, className="text"),
            html.Td(stack(parts, most, MU) if most else "", className="bar-cell"),
            *(html.Td(shown(p, MU)) for p in parts),
            html.Td(formatting.percent(row.done_rate)),
        ],
        className="on" if chosen else "",
    )


def draw_released(view: Released, env: Env) -> Panel:
    """Land put back to use by town and month; more on the view 低效整治."""
    title = "低效整治盘活用地"
    figure = released_figure(view.months, view.values, env.on)
    if not view.towns:
        words = empty("还没有低效整治数据", "发布含“低效整治”表的工作簿后，这里显示盘活的用地。")
        content = growth.nothing(env) if view.known else words
        return Panel("released", title, content, reading=view.reading, has_graph=True, caption=view.caption)
    link = navigate("低效整治 →", env.selection.but(view=View.REMEDIATION).href("/land"), "more-link")
    most = max(t.land for t in view.towns)
    rows = [_town(t, env) for t in view.towns]
    return Panel(
        "released",
        title,
        html.Div(bars(rows, "items", (0.0, most)), className="released-towns"),
        subtitle="亩 · 各月，下为镇街累计",
        reading=view.reading,
        tools=link,
        figure=figure,
        has_graph=True,
        caption=view.caption,
    )


def _town(town: TownLand, env: Env) -> Bar:
    chosen = town.key in env.selection.towns
    label = "0" if math.isnan(town.land) or not town.land else formatting.figure(RELEASED, town.land).text
    href = env.href(env.selection.toggled("towns", town.key))
    hint = f"{'取消' if chosen else '只看'}{town.name}"
    return Bar(town.name, 0.0, town.land, label, "now" if chosen else "bar", href, on=chosen, title=hint)
