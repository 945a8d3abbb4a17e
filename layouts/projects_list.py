"""The projects one by one: those behind by rule, and the list; each opens to everything known of it."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from dash import html

from cockpit import formatting
from cockpit.formulas import Scale
from cockpit.projects import STEPS
from cockpit.views.projects_list import Attention, Listing, Project
from cockpit.views.projects_state import PLANNED
from layouts.components.panel import Panel, empty, navigate, switch
from layouts.page import Env
from layouts.projects_look import mark, money, nothing, rate_bar, swatch, worry
from layouts.theme import chain_token, css_color

#: Rows that stand open; the others are in a list below.
URGENT, SHOWN = 10, 15
_HEADS = ("项目", "产业链", "镇街", "阶段", *(s.value for s in STEPS))


def draw_attention(view: Attention, env: Env) -> Panel:
    """Projects behind by rule, the longest first; each opens to its details."""
    if not view.total:
        return Panel("attention", "逾期与停滞", nothing(view.known, env), caption=view.caption)
    subtitle = "全部在库项目 · 超期最久在前 · 点击看项目"
    if not view.projects:
        calm = empty("没有逾期或停滞的项目", f"截至期末在库 {view.total:,} 个项目，都在规定时限内。")
        return Panel("attention", "逾期与停滞", calm, subtitle=subtitle, caption=view.caption)
    scale = formatting.scale_for(PLANNED, [p.planned for p in view.projects])
    rows = [_urgent(p, scale) for p in view.projects]
    content: list[Any] = [_counts(view), html.Ul(rows[:URGENT], className="urgent")]
    if len(rows) > URGENT:
        beyond = f"，另有 {view.count - len(rows):,} 个未列出" if view.count > len(rows) else ""
        more = html.Summary(f"其余 {len(rows) - URGENT:,} 个{beyond}")
        content.append(html.Details([more, html.Ul(rows[URGENT:], className="urgent way-scroll")], className="way-rest"))
    return Panel("attention", "逾期与停滞", content, subtitle=subtitle, reading=view.reading, caption=view.caption)


def _counts(view: Attention) -> html.Div:
    """How many of each concern."""
    told = [html.Span([html.Span("■ ", className="slow"), f"{c.value} ", html.B(f"{n:,}")]) for c, n in view.late if n]
    if view.soon:
        told.append(html.Span([html.Span("◆ ", className="soon"), "下月到期 ", html.B(f"{view.soon:,}")]))
    return html.Div(told, className="concerns")


def _urgent(project: Project, scale: Scale) -> html.Li:
    planned = f"{money(project.planned, scale)} {scale.unit}"
    left = f"还有{-project.over:,}天到期" if project.over else "今日到期"
    title = left if project.soon else f"已超期{project.over:,}天"
    line = [
        mark(project),
        html.Span(project.name, className="urgent-name", title=project.name),
        html.Span(project.town, className="urgent-town"),
        html.Span(worry(project), className="urgent-why"),
        html.Span(planned, className="urgent-money"),
    ]
    opened = html.Div([html.P(f"{worry(project)}，{title}", className="empty-hint"), _detail(project)])
    return html.Li(html.Details([html.Summary(line, title=title), opened]), key=project.number)


def draw_list(view: Listing, env: Env) -> Panel:
    """All projects of the period, or those of one standing."""
    options = [(f"全部 {view.total:,}", env.href(env.selection.but(group="")), view.standing is None)]
    options += [(f"{s.value} {n:,}", env.href(env.selection.but(group=s.value)), s is view.standing) for s, n in view.counts]
    title = "项目清单"
    if not view.total:
        return Panel("list", title, nothing(view.known, env), caption=view.caption)
    tools = switch(options, "按状态筛选项目")
    if not view.projects and view.standing:
        every = navigate("看全部项目", env.href(env.selection.but(group="")), "button")
        gone = empty(f"没有{view.standing.value}的项目", f"期内签约的 {view.total:,} 个项目都在别的阶段。", every)
        return Panel("list", title, gone, tools=tools, caption=view.caption)
    scale = formatting.scale_for(PLANNED, [p.planned for p in view.projects])
    table = html.Div(_table(view, scale), className="scroll")
    content = [table, *_rest(view)]
    told = f"{view.count:,} 个 · {scale.unit} · 计划投资最大在前 · 点击项目看详情"
    return Panel("list", title, content, subtitle=told, reading=view.reading, tools=tools, caption=view.caption)


def _table(view: Listing, scale: Scale) -> html.Table:
    heads = (*_HEADS, "计划投资", "完成投资", "进度")
    head = [html.Th(h, className="text" if i < len(_HEADS) else "", scope="col") for i, h in enumerate(heads)]
    rows = [[_row(p, scale), _opened(p, len(heads))] for p in view.projects]
    shown, rest = ([r for pair in part for r in pair] for part in (rows[:SHOWN], rows[SHOWN:]))
    bodies = [html.Tbody(shown), *([html.Tbody(rest, className="rest-rows")] if rest else [])]
    return html.Table([html.Thead(html.Tr(head)), *bodies], className="table project-table")


def _rest(view: Listing) -> list[html.Details]:
    """What opens the table's other rows, and what isn't listed at all."""
    if view.count <= SHOWN:
        return []
    beyond = view.count - len(view.projects)
    words = f"其余 {len(view.projects) - SHOWN:,} 个" + (f"，另有 {beyond:,} 个未列出，请缩小范围" if beyond else "")
    return [html.Details(html.Summary(words), className="way-rest list-rest")]


def _row(project: Project, scale: Scale) -> html.Tr:
    token = chain_token(project.chain)
    where = html.Span(f"{project.chain_name} · {project.town}", className="project-where")
    name = html.Details(html.Summary([html.Span(project.name, title=project.name), where]), className="project-name")
    days = ["" if d is None else d.isoformat() for d in project.dates]
    told = [
        name,
        html.Span([swatch(token), project.chain_name]),
        project.town,
        [meter(project.step, token), html.Span(project.standing), " ", mark(project)],
        *(html.Span(d or formatting.MISSING, className="" if d else "flat") for d in days),
    ]
    classes = ("", "wide", "wide", "stage-cell", *("wide" for _ in days))
    cells = [html.Td(t, className=f"text {c}".strip(), title=worry(project) if i == 3 else None)
             for i, (t, c) in enumerate(zip(told, classes, strict=True))]  # fmt: skip
    cells += [html.Td(money(project.planned, scale)), html.Td(money(project.invested, scale), className="wide")]
    cells.append(html.Td(html.Div(rate_bar(project.done_rate, token), className="rate")))
    return html.Tr(cells, key=project.number)


def _opened(project: Project, width: int) -> html.Tr:
    """The row that the one before it opens."""
    return html.Tr(html.Td(_detail(project), colSpan=width), className="opened", key=f"{project.number}+")


def meter(step: int, token: str) -> html.Span:
    """Four squares, filled up to the step."""
    fill = [css_color(token if at <= step else "s3") for at in range(len(STEPS))]
    return html.Span([html.I(style={"background": f}) for f in fill], className="meter", **{"aria-hidden": "true"})


def _detail(project: Project) -> html.Div:
    """Everything known: the steps with their dates and the days between them, and the facts."""
    token = chain_token(project.chain)
    between = ["" if a is None or b is None else f"{(b - a).days:,} 天" for a, b in pairwise(project.dates)]
    steps = []
    for at, (step, day, gap) in enumerate(zip(STEPS, project.dates, [*between, ""], strict=True)):
        dot = html.I(style={"background": css_color(token if at <= project.step else "s3")})
        when = day.isoformat() if day else formatting.MISSING
        steps.append(html.Li([dot, html.B(step.value), html.Span(when), html.Span(gap, className="gap")]))
    facts = [html.Div([html.Dt(name), html.Dd(value or formatting.MISSING)]) for name, value in _facts(project)]
    return html.Div([html.Ol(steps, className="project-steps"), html.Dl(facts, className="project-facts")], className="project")


def _facts(project: Project) -> list[tuple[str, str]]:
    green = {None: "", True: "是", False: "否"}[project.green]
    invested = str(formatting.figure(PLANNED, project.invested)) if project.invested else "0"
    done = f"（{formatting.percent(project.done_rate)}）" if project.invested and not math.isnan(project.done_rate) else ""
    return [
        ("项目编号", project.number),
        ("投资主体", project.investor),
        ("产业链", project.chain_name),
        ("镇街", project.town),
        ("来源", project.origin),
        ("绿色能源", " · ".join(w for w in (green, project.field) if w)),
        ("计划总投资", str(formatting.figure(PLANNED, project.planned))),
        ("累计完成投资", f"{invested}{done}"),
        ("停在此步", f"{project.standing} {project.age}"),
        ("预警", f"{project.concern}{'（下月到期）' if project.soon else ''}" if project.concern else "无"),
    ]
