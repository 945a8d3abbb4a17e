"""The row over every view of the per-mu page: links to its views, and the choices of the view that is shown."""

from __future__ import annotations

from markupsafe import Markup

from cockpit.selection import View
from layouts.components.panel import EmptyState, empty, navigate
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render

PATH = "/land"
_VIEW_LABELS = {View.RESULT: "评价结果", View.WHAT_IF: "模拟评价", View.REMEDIATION: "低效整治"}


def tabs(context: RenderContext, *choices: Markup) -> Markup:
    """Render links to the views, which keep the filters; ``choices`` are at the right."""
    shared = context.selection.replace(firm="", grades=())
    views = [
        (label, shared.replace(view=view).href(PATH), view is context.selection.view) for view, label in _VIEW_LABELS.items()
    ]
    return render("land/tabs.html", views=views, choices=choices)


def not_published(context: RenderContext) -> EmptyState:
    """Render the empty state before the first published evaluation: what to do."""
    link = navigate("去模拟评价", context.href(context.selection.replace(view=View.WHAT_IF)), "button")
    hint = "先发布含“年度评价”表的工作簿；有了它，可在“模拟评价”里试算，满意后发布为正式等级。"
    return empty("还没有发布任何一年的评价", hint, link, is_unpublished=True)
