"""The projects one by one: those behind by rule, and the list; each opens to everything known of it."""

from __future__ import annotations

import math
from itertools import pairwise

from dash import html

from cockpit import formatting
from cockpit.calendar.dates import format_day
from cockpit.catalogue.formulas import Scale
from cockpit.district.district import District
from cockpit.district.terms import LevelTerms
from cockpit.ledgers.projects import STEPS
from cockpit.views.projects.listing import Attention, ProjectList, ProjectRow
from cockpit.views.projects.state import PLANNED
from layouts.components.client import Fragment
from layouts.components.panel import PanelContents, empty, link_tabs, navigate
from layouts.projects.list_grid import BEHIND, project_grid
from layouts.projects.parts import concern_text, no_projects, tone
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render
from layouts.ui.theme import chain_token, css_color

#: Rows outside the grid of all projects; each costs the browser time on every change of the selection.
URGENT, SHOWN = 10, 15


def render_attention(view: Attention, context: RenderContext) -> PanelContents:
    """Render projects behind by rule, the longest first; each opens to its details."""
    if not view.total:
        return PanelContents(no_projects(view.known, context), caption=view.caption)
    subtitle = "全部在库项目 · 超期最久在前 · 点击看项目"
    if not view.projects:
        calm = empty("没有逾期或停滞的项目", f"截至期末在库{view.total:,}个项目，都在规定时限内。")
        return PanelContents(calm, subtitle=subtitle, caption=view.caption)
    scale = formatting.scale_for(PLANNED, [p.planned for p in view.projects])
    first = render(
        "projects/urgent.html",
        late=[(concern.value, f"{n:,}") for concern, n in view.late if n],
        soon=f"{view.soon:,}" if view.soon else "",
        projects=[_urgent(p, scale, context.district.terms) for p in view.projects[:URGENT]],
    )
    grid = [_all_projects(view, scale, context, BEHIND)] if view.count > URGENT else []
    return PanelContents([Fragment(first), *grid], subtitle=subtitle, insight=view.insight, caption=view.caption)


def _urgent(project: ProjectRow, scale: Scale, terms: LevelTerms) -> dict[str, str]:
    left = f"还有{-project.over:,}天到期" if project.over else "今日到期"
    title = left if project.soon else f"已超期{project.over:,}天"
    return {
        "key": project.number,
        "tone": tone(project),
        "title": title,
        "name": project.name,
        "town": project.town,
        "concern": concern_text(project),
        "money": f"{formatting.format_number(project.planned, scale)}{scale.unit}",
        "facts": f"{concern_text(project)}，{title}\n{_facts_text(project, terms)}",
    }


def render_list(view: ProjectList, context: RenderContext) -> PanelContents:
    """Render all projects of the period, or those of one standing."""
    if not view.total:
        return PanelContents(no_projects(view.known, context), caption=view.caption)
    selection = context.selection
    options = [(f"全部 {view.total:,}", context.href(selection.replace(group="")), view.standing is None)]
    options += [(f"{s.value} {n:,}", context.href(selection.replace(group=s.value)), s is view.standing) for s, n in view.counts]
    tools = link_tabs(options, "按状态筛选项目")
    if not view.projects and view.standing:
        link = navigate("看全部项目", context.href(selection.replace(group="")), "button")
        hint = f"期内签约的{view.total:,}个项目都在别的阶段。"
        return PanelContents(empty(f"没有{view.standing.value}的项目", hint, link), tools=tools, caption=view.caption)
    scale = formatting.scale_for(PLANNED, [p.planned for p in view.projects])
    terms = context.district.terms
    headings = ("项目", "产业链", terms.part, "阶段", *(step.value for step in STEPS))
    rows = [_row(project, scale, context.district) for project in view.projects[:SHOWN]]
    table = render("projects/list.html", headings=headings, rows=rows)
    grid = [_all_projects(view, scale, context)] if view.count > SHOWN else []
    return PanelContents(
        [Fragment(table, className="scroll"), *grid],
        subtitle=f"{view.count:,}个 · {scale.unit} · 计划投资最大在前 · 点击项目看详情",
        insight=view.insight,
        tools=tools,
        caption=view.caption,
    )


def _all_projects(
    view: Attention | ProjectList, scale: Scale, context: RenderContext, first: tuple[str, ...] = ()
) -> html.Details:
    """Build the folded grid of all listed projects; its summary counts those that aren't listed."""
    beyond = view.count - len(view.projects)
    more = f"；另有 {beyond:,}个未列出，请缩小范围" if beyond else ""
    summary = html.Summary(f"全部 {len(view.projects):,}个，可按各列排序{more}")
    grid = project_grid(view.projects, scale, context.district, context.viewport, first)
    return html.Details([summary, grid], className="more-rows all")


def _row(project: ProjectRow, scale: Scale, district: District) -> dict[str, object]:
    """Build a row of few elements, since rows are many: the style sheet draws swatch, steps, mark and bar."""
    rate = project.completion
    spent = 0.0 if math.isnan(rate) else min(max(rate, 0.0), 1.0)
    return {
        "key": project.number,
        "name": project.name,
        "chain": project.chain_name,
        "town": project.town,
        "standing": project.standing,
        "tone": tone(project),
        "concern": concern_text(project),
        "dates": [formatting.MISSING if day is None else day.isoformat() for day in project.dates],
        "planned": formatting.format_number(project.planned, scale),
        "invested": formatting.format_number(project.invested, scale),
        "rate": formatting.format_percent(rate) if rate else "0%",
        "has_rate": not math.isnan(rate),
        "color": css_color(chain_token(district, project.chain)),
        "reached": project.step + 1,
        "spent": f"{spent * 100:.1f}",
        "facts": _facts_text(project, district.terms),
    }


def _facts_text(project: ProjectRow, terms: LevelTerms) -> str:
    """List everything known, one unbroken line a fact, the steps with the days between them first."""
    lines = [f"{step.value}：{format_day(day) if day else '未到'}" for step, day in zip(STEPS, project.dates, strict=True)]
    for at, (a, b) in enumerate(pairwise(project.dates), 1):
        lines[at] += f"（{(b - a).days:,}天后）" if a and b else ""
    facts = (f"{name}：{value or formatting.MISSING}" for name, value in _facts(project, terms))
    return "\n".join([*lines, *facts]).replace(" ", "\N{NO-BREAK SPACE}")


def _facts(project: ProjectRow, terms: LevelTerms) -> list[tuple[str, str]]:
    green = {None: "", True: "是", False: "否"}[project.green]
    invested = str(formatting.format_value(PLANNED, project.invested)) if project.invested else "0"
    done = (
        f"（{formatting.format_percent(project.completion)}）" if project.invested and not math.isnan(project.completion) else ""
    )
    return [
        ("项目编号", project.number),
        ("投资主体", project.investor),
        ("产业链", project.chain_name),
        (terms.part, project.town),
        ("来源", project.origin),
        ("绿色能源", " · ".join(text for text in (green, project.field) if text)),
        ("计划总投资", str(formatting.format_value(PLANNED, project.planned))),
        ("累计完成投资", f"{invested}{done}"),
        ("停在此步", f"{project.standing}，已{project.age}" if project.age else project.standing),
        ("预警", f"{project.concern}{'（下月到期）' if project.soon else ''}" if project.concern else "无"),
    ]
