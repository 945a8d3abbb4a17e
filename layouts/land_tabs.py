"""The row over every view of the per-mu page: its views, and what a view lets choose."""

from __future__ import annotations

from typing import Any

from dash import html

from cockpit.selection import View
from layouts.components.panel import navigate
from layouts.page import Env

PATH = "/land"
_VIEWS = {View.RESULT: "评价结果", View.WHAT_IF: "模拟评价", View.REMEDIATION: "低效整治"}


def tabs(env: Env, *choices: Any) -> html.Div:
    """Links to the views, with filters kept; ``choices`` stand at the right."""
    kept = env.selection.but(firm="", grades=(), sim="", base="", versus="", record=0)
    links = []
    for view, words in _VIEWS.items():
        on = view is env.selection.view
        more = {"aria-current": "page"} if on else {}
        links.append(navigate(words, kept.but(view=view).href(PATH), "on" if on else "", **more))
    nav = html.Nav(links, className="chain-tabs", **{"aria-label": "亩均效益"})
    return html.Div([nav, html.Div(list(choices), className="land-choices")], className="land-tabs")
