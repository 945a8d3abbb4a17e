"""The row over every view of the per-mu page: its views, and what a view lets choose."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from cockpit.selection import View
from layouts.components.panel import empty, navigate
from layouts.ui import html
from layouts.ui.render_context import RenderContext

PATH = "/land"
_VIEWS = {View.RESULT: "评价结果", View.WHAT_IF: "模拟评价", View.REMEDIATION: "低效整治"}


def tabs(context: RenderContext, *choices: Any) -> html.Div:
    """Links to the views, with filters kept; ``choices`` stand at the right."""
    kept = context.selection.replace(firm="", grades=())
    links = []
    for view, words in _VIEWS.items():
        on = view is context.selection.view
        more = {"data-keep": "sim"} | ({"aria-current": "page"} if on else {})
        links.append(navigate(words, kept.replace(view=view).href(PATH), "on" if on else "", **more))
    nav = html.Nav(links, className="chain-tabs", **{"aria-label": "亩均效益"})
    return html.Div([nav, html.Div(list(choices), className="land-choices")], className="land-tabs")


def unpublished(context: RenderContext) -> Markup:
    """Before the first published evaluation: what to do."""
    link = navigate("去模拟评价", context.href(context.selection.replace(view=View.WHAT_IF)), "button")
    return empty("还没有发布任何一年的评价", "可在“模拟评价”里试算，满意后发布为正式等级。", link)
