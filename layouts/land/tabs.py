"""The row over every view of the per-mu page: its views, and what a view lets choose."""

from __future__ import annotations

from typing import Any

from cockpit.selection import View
from layouts.components.panel import empty, navigate
from layouts.page import Env
from layouts.ui import html

PATH = "/land"
_VIEWS = {View.RESULT: "评价结果", View.WHAT_IF: "模拟评价", View.REMEDIATION: "低效整治"}


def tabs(env: Env, *choices: Any) -> html.Div:
    """Links to the views, with filters kept; ``choices`` stand at the right."""
    kept = env.selection.but(firm="", grades=())
    links = []
    for view, words in _VIEWS.items():
        on = view is env.selection.view
        more = {"data-keep": "sim"} | ({"aria-current": "page"} if on else {})
        links.append(navigate(words, kept.but(view=view).href(PATH), "on" if on else "", **more))
    nav = html.Nav(links, className="chain-tabs", **{"aria-label": "亩均效益"})
    return html.Div([nav, html.Div(list(choices), className="land-choices")], className="land-tabs")


def unpublished(env: Env) -> html.Div:
    """Before the first published evaluation: what to do."""
    link = navigate("去模拟评价", env.href(env.selection.but(view=View.WHAT_IF)), "button")
    return empty("还没有发布任何一年的评价", "可在“模拟评价”里试算，满意后发布为正式等级。", link)
