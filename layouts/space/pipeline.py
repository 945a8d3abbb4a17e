"""Renewal projects from planning to completion, as three columns."""

from __future__ import annotations

import math
from datetime import date

from cockpit import formatting
from cockpit.calendar.dates import format_day
from cockpit.ledgers.remediation import NO_DATE
from cockpit.ledgers.renewal import RenewalStage
from cockpit.views.space.pipeline import RenewalColumn, RenewalPipeline, RenewalProject
from cockpit.views.space.plan import MU, OUTPUT, SPACE
from layouts.components.panel import PanelContents
from layouts.space.parts import no_renewal_data
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render

#: Projects of a column that are not folded.
FIRST_ROWS = 12
_ORDER_LABELS = {RenewalStage.PLANNED: "面积最大在前", RenewalStage.ACTIVE: "启动最久在前", RenewalStage.DONE: "最近完成在前"}
_EMPTY_LABELS = {
    RenewalStage.PLANNED: "没有谋划中的项目",
    RenewalStage.ACTIVE: "没有实施中的项目",
    RenewalStage.DONE: "还没有完成的项目",
}
_NO_START = NO_DATE.replace("列入", "启动")


def render_pipeline(view: RenewalPipeline, context: RenderContext) -> PanelContents:
    """Render the stages from planning to completion as columns of projects."""
    if not view.columns:
        return PanelContents(no_renewal_data(context, known=view.known), caption=view.caption)
    body = render("space/pipeline.html", columns=[_column(column, view.day, context) for column in view.columns])
    return PanelContents(body, subtitle="谋划 → 实施 → 完成", insight=view.insight, caption=view.caption)


def _column(column: RenewalColumn, day: date, context: RenderContext) -> dict[str, object]:
    totals = column.sums
    area, space, output = (
        formatting.format_number(value, scale)
        for value, scale in ((totals.area, MU), (totals.space, SPACE), (totals.output, OUTPUT))
    )
    rows = [_row(column.stage, project, day) for project in column.projects]
    unlisted = totals.count - len(rows)
    return {
        "name": column.stage.value,
        "count": f"{totals.count:,}",
        "parts": " · ".join(f"{name} {n:,}" for name, n in column.methods if n),
        "note": f"{area}亩 · 新增空间 {space}万平方米 · 预计产值 {output}亿元",
        "empty": "" if rows else _EMPTY_LABELS[column.stage],
        "tone": "",
        "value_name": "更新面积 亩",
        "order": _ORDER_LABELS[column.stage],
        "first": rows[:FIRST_ROWS],
        "rest": rows[FIRST_ROWS:],
        "rest_label": f"其余 {totals.count - FIRST_ROWS:,}个",
        "unlisted": f"另有{unlisted:,}个未列出，选一个{context.district.terms.part}再看" if unlisted > 0 else "",
    }


def _row(stage: RenewalStage, project: RenewalProject, day: date) -> dict[str, str]:
    return {
        "name": project.name,
        "area": formatting.format_number(project.area, MU),
        "facts": " · ".join(fact for fact in (project.town, project.method) if fact),
        "details": _details(stage, project, day),
    }


def _details(stage: RenewalStage, project: RenewalProject, day: date) -> str:
    """Describe a project by its stage: its new space, its age, or when it was completed."""
    if stage is RenewalStage.PLANNED:
        return "" if math.isnan(project.space) else f"新增空间 {formatting.format_number(project.space, SPACE)}万平方米"
    if stage is RenewalStage.ACTIVE:
        return f"已{project.age}" if project.age else _NO_START
    completed = project.completed_on
    if completed is None:
        return "未填完成日期"
    text = f"{completed.month}月{completed.day}日" if completed.year == day.year else format_day(completed)
    return f"{text} · 用时{project.age}" if project.age else text
