"""What several panels of the page 创新与人才 share: a level in words, the bar of a goal, empty states."""

from __future__ import annotations

import dataclasses
from typing import Any

from cockpit import formatting
from cockpit.views.innovation.state import LEVELS
from cockpit.views.innovation.talent import Standing, people
from layouts.components import growth
from layouts.components.panel import empty
from layouts.page import Env
from layouts.ui import html

_HINTS = {
    "创新载体": "发布含“创新载体”表的工作簿后，这里显示重大平台、特色小镇、科创园区、孵化器和众创空间。",
    "服务型制造示范": "发布含“创新载体”表的工作簿后，这里显示服务型制造示范。",
    "人才": "发布含“人才”表的工作簿后，这里显示产业领军人才、人才总量和各人才计划。",
}


def level_words(level: str) -> str:
    """A level as said in a sentence: 国家级, 省级; another word as written; 未填级别."""
    return f"{level}级" if level in LEVELS else level or "未填级别"


def nothing(what: str, env: Env, *, known: bool) -> html.Div:
    """The empty state: no such data at all, or none under this selection."""
    if not known:
        return empty(f"还没有{what}数据", _HINTS[what])
    # Neither industry nor 可比口径 narrows these data, so undoing them is no way out.
    return growth.nothing(dataclasses.replace(env, selection=env.selection.but(industries=(), comparable=False)))


def goal_bar(standing: Standing) -> list[Any]:
    """Completion of a goal as a bar that is full when the goal is reached, with goal and share in words."""
    goal, done = people(standing.target), min(max(standing.completion, 0.0), 1.0) * 100
    until = f"{standing.by_year}年目标" if standing.by_year else "目标"
    share = formatting.percent(standing.completion)
    reached = "✓ " if standing.missing <= 0 else ""
    fill = html.Span(className="target-done", style={"width": f"{done:.2f}%"})
    words = [html.Span(f"{until} {goal}", className="target-amount"), html.Span(f"{reached}{share}", className="target-share")]
    return [html.Div(fill, className="target-track"), html.Div(words, className="target-words")]
