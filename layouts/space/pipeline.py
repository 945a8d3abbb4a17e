"""Renewal projects from planning to completion, drawn as three columns."""

from __future__ import annotations

import math
from datetime import date

from cockpit.ledgers.remediation import NO_DATE
from cockpit.ledgers.renewal import Stage
from cockpit.views.space.pipeline import Column, Pipeline, Project
from cockpit.views.space.plan import MU, OUTPUT, SPACE
from layouts.components.panel import Panel
from layouts.page import Env
from layouts.space.legend import nothing, shown
from layouts.ui import html

#: Projects of a column that stand open; the others are in a list below.
SHOWN = 12
_ORDERS = {Stage.PLANNED: "面积最大在前", Stage.ACTIVE: "启动最久在前", Stage.DONE: "最近完成在前"}
_NONE = {Stage.PLANNED: "没有谋划中的项目", Stage.ACTIVE: "没有实施中的项目", Stage.DONE: "还没有完成的项目"}
_NO_START = NO_DATE.replace("列入", "启动")


def draw_pipeline(view: Pipeline, env: Env) -> Panel:
    """The way from planning to completion."""
    title = "更新项目"
    if not view.columns:
        return Panel("pipeline", title, nothing(view.known, env), caption=view.caption)
    columns = html.Div([_column(c, view.day) for c in view.columns], className="way")
    return Panel("pipeline", title, columns, subtitle="谋划 → 实施 → 完成", reading=view.reading, caption=view.caption)


def _column(column: Column, day: date) -> html.Section:
    total = column.sums
    parts = " · ".join(f"{name} {n:,}" for name, n in column.methods if n)
    space, output = shown(total.space, SPACE), shown(total.output, OUTPUT)
    told = f"{shown(total.area, MU)} 亩 · 新增空间 {space} 万平方米 · 预计产值 {output} 亿元"
    head = html.Div(
        [
            html.H3(column.stage.value),
            html.Span(f"{total.count:,}", className="figure"),
            html.Span("个", className="unit"),
            html.Span(parts, className="way-parts"),
            html.P(told, className="way-note"),
        ],
        className="way-head",
    )
    if not column.projects:
        return html.Section([head, html.P(_NONE[column.stage], className="way-none")], className="way-column")
    order = html.Div([html.Span(_ORDERS[column.stage]), html.Span("更新面积 亩")], className="way-order")
    rows = [_row(column.stage, p, day) for p in column.projects]
    shown_rows = [head, order, html.Ul(rows[:SHOWN], className="way-rows")]
    return html.Section([*shown_rows, *_rest(column, rows)], className="way-column")


def _rest(column: Column, rows: list[html.Li]) -> list[html.Details]:
    """The projects that don't stand open."""
    if len(rows) <= SHOWN:
        return []
    more: list[html.Ul | html.P] = [html.Ul(rows[SHOWN:], className="way-rows")]
    if column.sums.count > len(rows):
        more.append(html.P(f"另有{column.sums.count - len(rows):,}个未列出，选一个镇街再看", className="way-none"))
    summary = html.Summary(f"其余 {column.sums.count - SHOWN:,} 个")
    return [html.Details([summary, html.Div(more, className="way-scroll")], className="way-rest")]


def _row(stage: Stage, project: Project, day: date) -> html.Li:
    return html.Li(
        [
            html.Span(project.name, className="way-name", title=project.name),
            html.B(shown(project.area, MU)),
            html.Span(" · ".join(w for w in (project.town, project.method) if w)),
            html.Span(_told(stage, project, day)),
        ]
    )


def _told(stage: Stage, project: Project, day: date) -> str:
    """What stands under a project's area."""
    if stage is Stage.PLANNED:
        return "" if math.isnan(project.space) else f"新增空间 {shown(project.space, SPACE)} 万平方米"
    if stage is Stage.ACTIVE:
        return f"已{project.age}" if project.age else _NO_START
    if project.completed_on is None:
        return "未填完成日期"
    when = f"{project.completed_on.month}月{project.completed_on.day}日"
    when = when if project.completed_on.year == day.year else project.completed_on.isoformat()
    return f"{when} · 用时{project.age}" if project.age else when
