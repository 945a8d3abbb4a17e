"""What several panels of the page 创新与人才 share: names of levels, the bar of a goal, empty states."""

from __future__ import annotations

import dataclasses

from markupsafe import Markup

from cockpit import formatting
from cockpit.views.innovation.state import LEVELS
from cockpit.views.innovation.talent import GoalStanding, format_people
from layouts.components.bars import bar_length
from layouts.components.no_data import no_rows
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render

#: Subject -> its sheet, and what its panels show.
_SHEETS = {
    "创新载体": ("创新载体", "重大平台、特色小镇、科创园区、孵化器和众创空间"),
    "服务型制造示范": ("创新载体", "服务型制造示范"),
    "人才": ("人才", "产业领军人才、人才总量和各人才计划"),
}


def level_name(level: str) -> str:
    """Return the level as a sentence names it: 国家级, 省级; another text as written; 未填级别 for none."""
    return f"{level}级" if level in LEVELS else level or "未填级别"


def no_innovation_data(subject: str, context: RenderContext, *, known: bool) -> Markup:
    """Render the empty state: no data of a subject (创新载体, 人才 …) at all, or (``known``) none under this selection."""
    # Neither industry nor 可比口径 narrows these data, so undoing them is no way out.
    narrowed = dataclasses.replace(context, selection=context.selection.replace(industries=(), comparable=False))
    return no_rows(narrowed, *_SHEETS[subject], known=known, subject=subject)


def goal_bar(standing: GoalStanding) -> Markup:
    """Render the completion of a goal as a bar that is full when the goal is reached, with goal and share as text."""
    label = f"{standing.by_year}年目标" if standing.by_year else "目标"
    mark = "✓ " if standing.missing <= 0 else ""
    return render(
        "innovation/goal_bar.html",
        width=bar_length(min(standing.completion, 1.0), 1.0),
        goal=f"{label} {format_people(standing.target)}",
        completion=f"{mark}{formatting.format_percent(standing.completion)}",
    )
