"""The projects one by one: those behind by rule, and the list; each opens to everything known of it."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from cockpit import formatting
from cockpit.catalogue.formulas import Scale
from cockpit.ledgers.projects import STEPS
from cockpit.views.projects.listing import Attention, Listing, Project
from cockpit.views.projects.state import PLANNED
from layouts.components.panel import Panel, empty, navigate, switch
from layouts.page import Env
from layouts.projects.list_grid import BEHIND, project_grid
from layouts.projects.styles import money, nothing, tone, worry
from layouts.ui import html
from layouts.ui.theme import chain_token, css_color

#: Rows that stand open; the others are below. Each costs the browser time on every change of the selection.
URGENT, SHOWN = 10, 15
_HEADS, _STAGE = ("项目", "产业链", "镇街", "阶段", *(s.value for s in STEPS)), 3


def draw_attention(view: Attention, env: Env) -> Panel:
    """Projects behind by rule, the longest first; each opens to its details."""
    if not view.total:
        return Panel("attention", "逾期与停滞", nothing(view.known, env), caption=view.caption)
    subtitle = "全部在库项目 · 超期最久在前 · 点击看项目"
    if not view.projects:
        calm = empty("没有逾期或停滞的项目", f"截至期末在库 {view.total:,} 个项目，都在规定时限内。")
        return Panel("attention", "逾期与停滞", calm, subtitle=subtitle, caption=view.caption)
    scale = formatting.scale_for(PLANNED, [p.planned for p in view.projects])
    content: list[Any] = [_counts(view), html.Ul([_urgent(p, scale) for p in view.projects[:URGENT]], className="urgent")]
    if view.count > URGENT:
        content.append(_all(view, scale, env, BEHIND))
    return Panel("attention", "逾期与停滞", content, subtitle=subtitle, reading=view.reading, caption=view.caption)


def _counts(view: Attention) -> html.Div:
    """How many of each concern."""
    told = [html.Span([html.Span("■ ", className="slow"), f"{c.value} ", html.B(f"{n:,}")]) for c, n in view.late if n]
    if view.soon:
        told.append(html.Span([html.Span("◆ ", className="soon"), "下月到期 ", html.B(f"{view.soon:,}")]))
    return html.Div(told, className="concerns")


def _urgent(project: Project, scale: Scale) -> html.Li:
    left = f"还有{-project.over:,}天到期" if project.over else "今日到期"
    title = left if project.soon else f"已超期{project.over:,}天"
    line = [
        html.Span(project.name, className="urgent-name", title=project.name),
        html.Span(project.town, className="urgent-town"),
        html.Span(worry(project), className="urgent-why"),
        html.Span(f"{money(project.planned, scale)} {scale.unit}", className="urgent-money"),
    ]
    opened = html.Div(f"{worry(project)}，{title}\n{_told(project)}", className="project-facts")
    return html.Li(html.Details([html.Summary(line, title=title), opened]), className=tone(project), key=project.number)


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
    content = [table, *([_all(view, scale, env)] if view.count > SHOWN else [])]
    told = f"{view.count:,} 个 · {scale.unit} · 计划投资最大在前 · 点击项目看详情"
    return Panel("list", title, content, subtitle=told, reading=view.reading, tools=tools, caption=view.caption)


def _table(view: Listing, scale: Scale) -> html.Table:
    heads = (*_HEADS, "计划投资", "完成投资", "进度")
    head = [html.Th(h, className="text" if i < len(_HEADS) else "", scope="col") for i, h in enumerate(heads)]
    rows = [r for p in view.projects[:SHOWN] for r in (_row(p, scale), _opened(p, len(heads)))]
    return html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="table project-table")


def _all(view: Attention | Listing, scale: Scale, env: Env, first: tuple[str, ...] = ()) -> html.Details:
    """All of them where the panel shows but the first, and what isn't listed at all."""
    beyond = view.count - len(view.projects)
    words = f"全部 {len(view.projects):,} 个，可按各列排序" + (f"；另有 {beyond:,} 个未列出，请缩小范围" if beyond else "")
    return html.Details([html.Summary(words), project_grid(view.projects, scale, env.on, first)], className="way-rest all")


def _row(project: Project, scale: Scale) -> html.Tr:
    """A row of few components, since there may be many: swatch, steps, mark and bar are drawn by the style sheet."""
    where = f"{project.chain_name} · {project.town}"
    summary = html.Summary(project.name, title=project.name, **{"data-where": where})
    days = [formatting.MISSING if d is None else d.isoformat() for d in project.dates]
    texts = [
        (html.Details(summary, className="project-name"), ""),
        (project.chain_name, "wide chain-cell"),
        (project.town, "wide"),
        (project.standing, f"stage-cell {tone(project)}"),
        *((day, "wide") for day in days),
    ]
    cells = [html.Td(told, className=f"text {name}".strip(), title=worry(project) if i == _STAGE else None)
             for i, (told, name) in enumerate(texts)]  # fmt: skip
    rate = project.done_rate
    cells += [html.Td(money(project.planned, scale)), html.Td(money(project.invested, scale), className="wide")]
    cells.append(html.Td(formatting.percent(rate) if rate else "0%", className="" if math.isnan(rate) else "rate-cell"))
    spent = 0.0 if math.isnan(rate) else min(max(rate, 0.0), 1.0)
    drawn = {"--part": css_color(chain_token(project.chain)), "--reached": project.step + 1, "--spent": f"{spent * 100:.1f}%"}
    return html.Tr(cells, key=project.number, style=drawn)


def _opened(project: Project, width: int) -> html.Tr:
    """The row that the one before it opens."""
    told = html.Div(_told(project), className="project-facts")
    return html.Tr(html.Td(told, colSpan=width), className="opened", key=f"{project.number}+")


def _told(project: Project) -> str:
    """Everything known, a fact a line that doesn't break: the steps with the days between them first."""
    lines = [f"{step.value}：{day.isoformat() if day else '未到'}" for step, day in zip(STEPS, project.dates, strict=True)]
    for at, (a, b) in enumerate(pairwise(project.dates), 1):
        lines[at] += f"（{(b - a).days:,}天后）" if a and b else ""
    facts = (f"{name}：{value or formatting.MISSING}" for name, value in _facts(project))
    return "\n".join([*lines, *facts]).replace(" ", "\N{NO-BREAK SPACE}")


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
        ("停在此步", f"{project.standing}，已{project.age}" if project.age else project.standing),
        ("预警", f"{project.concern}{'（下月到期）' if project.soon else ''}" if project.concern else "无"),
    ]
