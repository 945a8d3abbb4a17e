"""Talents drawn: leading and all talents on the way to their goals, and the talent plans in their chains' colours."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.analysis.targets import Pace
from cockpit.views.innovation.talent import Standing, Stock, Talents, people
from layouts.components.change import change
from layouts.components.panel import Panel
from layouts.innovation.parts import nothing
from layouts.page import Env
from layouts.ui import html
from layouts.ui.theme import chain_token, css_color

_TONES = {Pace.AMBER: ("warn", "◆ "), Pace.RED: ("bad", "■ ")}


def draw_talents(view: Talents, env: Env) -> Panel:
    """Goals over plans; all plans on one scale."""
    title = "人才目标与人才计划"
    if not view.heads and not view.plans:
        return Panel("talents", title, nothing("人才", env, known=view.known), caption=view.caption)
    most = max((v for s in view.plans for _, v in s.years), default=1.0)
    rows = []
    if view.heads:
        rows.append(html.Div([_head(s) for s in view.heads], className="stocks"))
    if view.plans:
        rows.append(html.Div([_plan(s, most) for s in view.plans], className="stocks plans"))
    told = "全区年度数 · 虚线框为目标，三项计划同一刻度" if len(view.plans) == 3 else "全区年度数 · 虚线框为目标"
    return Panel("talents", title, rows, subtitle=told, reading=view.reading, caption=view.caption)


def _head(stock: Stock) -> html.Div:
    standing = stock.standing
    most = max([*(v for _, v in stock.years), *([standing.target] if standing else [])])
    tokens = ["bar"] * (len(stock.years) - 1) + ["now"]
    below = _standing(standing) if standing else [html.P("没有设定目标", className="stock-words")]
    goal = [_goal_column(standing, most)] if standing else []
    columns = [*_columns(stock, most, tokens), *goal]
    return html.Div([_words(stock, []), html.Div(columns, className="year-columns"), *below], className="stock")


def _plan(stock: Stock, most: float) -> html.Div:
    token = chain_token(stock.chain) if stock.chain else "prev"
    swatch = [html.I(style={"background": css_color(token)}, className="swatch")]
    columns = _columns(stock, most, [token] * len(stock.years))
    return html.Div([_words(stock, swatch), html.Div(columns, className="year-columns")], className="stock")


def _words(stock: Stock, swatch: list[Any]) -> html.Div:
    shown = people(stock.value)
    where = stock.field or stock.chain_name
    moved = [] if math.isnan(stock.change) else [change(stock.change, is_percent=False), html.Span(" 比上年", className="versus")]
    name = [*swatch, html.H3(stock.category), html.Span(where, className="versus")]
    figure = [html.Span(shown.text, className="figure"), html.Span(shown.unit, className="unit")]
    return html.Div(
        [html.Div(name, className="stock-name"), html.Div([html.Span(figure), html.Span(moved)], className="stock-value")],
        title=f"{stock.category}：{stock.chain_name}" if stock.chain_name else stock.category,
    )


def _columns(stock: Stock, most: float, tokens: list[str]) -> list[html.Div]:
    """A column a year, the last one solid; value and year under it."""
    end = len(stock.years) - 1
    drawn = []
    for at, (year, value) in enumerate(stock.years):
        height = {"height": f"{value / most * 100 if most else 0:.2f}%", "background": css_color(tokens[at])}
        faded = at < end and tokens[at] not in ("bar", "now")
        fill = html.Span(style=height, className="year-fill faded" if faded else "year-fill")
        words = [html.B(people(value).text), html.Span(f"{year}年")]
        drawn.append(html.Div([html.Div(fill, className="year-area"), *words], className="year-column"))
    return drawn


def _goal_column(standing: Standing, most: float) -> html.Div:
    fill = html.Span(style={"height": f"{standing.target / most * 100:.2f}%"}, className="year-fill year-goal")
    until = f"{standing.by_year}年目标" if standing.by_year else "目标"
    words = [html.B(people(standing.target).text), html.Span(until)]
    return html.Div([html.Div(fill, className="year-area"), *words], className="year-column")


def _standing(standing: Standing) -> list[Any]:
    """Completion as a bar; of a goal with a deadline the increase against the time gone."""
    if standing.pace is None:
        why = f"没有{standing.base_year}年的基数" if standing.by_year else "目标没有期限"
        share = html.Span(f"完成目标 {formatting.percent(standing.completion)}", className="target-share")
        words = html.Div([share, html.Span(f"{why}，不比时间进度", className="target-gone")], className="target-words")
        return [_track(standing.completion, ""), words]
    tone, mark = _TONES.get(standing.pace, ("", ""))
    behind = f"{mark}落后 {formatting.rounded(standing.points_behind, 1)} 点 " if tone else ""
    progress = f"{standing.words}增量进度 {formatting.percent(standing.progress)}"
    words = html.Div(
        [
            html.Span([behind, progress], className=f"target-share {tone}".strip()),
            html.Span(f"时间进度 {formatting.percent(standing.time_gone)}", className="target-gone"),
        ],
        className="target-words",
    )
    return [_track(standing.progress, tone, standing.time_gone), words]


def _track(done: float, tone: str, gone: float = math.nan) -> html.Div:
    """A bar that is full at 100 %, with a tick at the time gone."""
    fill = html.Span(className=f"target-done {tone}".strip(), style={"width": f"{min(max(done, 0.0), 1.0) * 100:.2f}%"})
    tick = [] if math.isnan(gone) else [html.Span(className="target-tick", style={"left": f"{gone * 100:.2f}%"})]
    return html.Div([fill, *tick], className="target-track")
