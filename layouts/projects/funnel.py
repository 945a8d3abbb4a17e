"""The way from signing to production."""

from __future__ import annotations

import math

from markupsafe import Markup

from cockpit import formatting
from cockpit.ledgers.projects import STANDINGS, STEPS
from cockpit.views.projects.funnel import Funnel, FunnelStep
from cockpit.views.projects.state import PLANNED
from layouts.components.panel import PanelContents, link_tabs
from layouts.projects.parts import STANDING_TOKENS, no_projects
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import NOTHING, render
from layouts.ui.theme import css_color


def render_funnel(view: Funnel, context: RenderContext) -> PanelContents:
    """Render the four steps; a bar's left part went on to the next step, its right part still stands there."""
    tools = _scope_tabs(view, context)
    if not view.steps:
        return PanelContents(no_projects(view.known, context), tools=tools, caption=view.caption)
    rows = [_row(step, view.steps[0].count, context) for step in view.steps]
    return PanelContents(
        render("projects/funnel.html", rows=rows),
        subtitle="个 · 点击看停在此步的项目",
        insight=view.insight,
        tools=tools,
        caption=view.caption,
    )


def _scope_tabs(view: Funnel, context: RenderContext) -> Markup:
    """Render a link that adds the projects signed before the period; nothing without any."""
    if not view.earlier:
        return NOTHING
    all_projects = context.href(context.selection.replace(period=view.all_period))
    options = [("期内签约", context.href(context.selection), True), (f"加上此前 {view.earlier:,}个", all_projects, False)]
    return link_tabs(options, "统计范围")


def _row(step: FunnelStep, total: int, context: RenderContext) -> dict[str, object]:
    standing = step.standing.value
    is_selected = context.selection.group == standing
    following = STANDINGS[min(STEPS.index(step.step) + 1, len(STEPS) - 1)]
    rate = "" if math.isnan(step.rate) or not step.count else f"转化 {formatting.format_percent(step.rate)}"
    days = "" if math.isnan(step.days) else f"中位 {formatting.format_rounded(step.days, 0)}天"
    return {
        "name": step.step.value,
        "count": f"{step.count:,}",
        "rate": " · ".join(text for text in (rate, days) if text),
        "planned": _planned(step.planned) if step.count else "",
        "gone_width": f"{(step.count - step.current) / total * 100:.2f}",
        "gone_color": css_color(STANDING_TOKENS[following]),
        "current_width": f"{step.current / total * 100:.2f}",
        "current_color": css_color(STANDING_TOKENS[step.standing]),
        "current": f"{standing} {step.current:,}个{f' · {_planned(step.current_planned)}' if step.current else ''}",
        "is_selected": is_selected,
        "href": context.href(context.selection.replace(group="" if is_selected else standing)),
        "title": "清单显示全部项目" if is_selected else f"清单只看{standing}的项目",
    }


def _planned(amount: float) -> str:
    return f"计划 {formatting.format_value(PLANNED, amount)}"
