"""Parts of a firm's evaluation told in words: for the drawer of the per-mu page and the firm's own page."""

from __future__ import annotations

import math
from typing import Any

from cockpit import formatting
from cockpit.evaluation.grading.reasons import format_trimmed
from cockpit.evaluation.policy.policy import GRADES
from cockpit.evaluation.results.explanation import GradeExplanation, IndicatorResult
from cockpit.views.land.firms import FirmExplanation
from layouts.ui import html
from layouts.ui.theme import css_color, grade_token

_HEADS = ("指标", "数值", "基准值", "得分", "组内位次", "单独达标值")


def grade_tile(grade: str) -> html.Span:
    """A grade as a letter on its colour; another mark (不定等级) as a plain tag."""
    if grade not in GRADES:
        return html.Span(grade or "未评价", className="tag")
    token = grade_token(grade)
    return html.Span(grade, className="grade-tile", style={"background": css_color(token), "color": css_color(f"{token}-on")})


def score_and_rank(told: GradeExplanation) -> html.Div:
    """Score and rank within the evaluation group."""
    rank = f"第 {told.rank:,} 位 / 共 {told.group_size:,} 家"
    score = html.B(f"{formatting.round_half_up(told.score, 1)} 分")
    return html.Div([score, html.Span(rank, className="unit")], className="story-score")


def score_breakdown(told: GradeExplanation) -> html.P:
    """How the score is made up, and how far the next grade is."""
    parts = [f"基本得分 {formatting.round_half_up(told.base_score, 2)}"]
    if told.bonus:
        parts.append(f"加分 {format_trimmed(told.bonus)}")
    if told.malus:
        parts.append(f"扣分 {format_trimmed(told.malus)}")
    if told.next_grade and math.isnan(told.gap):
        parts.append(f"得分已够{told.next_grade}类线")
    return html.P("，".join(parts), className="empty-hint")


def indicator_table(told: GradeExplanation) -> html.Table:
    """Value, baseline, points and rank of each indicator, and what would lift the firm."""
    goal = f"单独达到{told.next_grade}类需" if told.next_grade else _HEADS[-1]
    heads = (*_HEADS[:-1], goal)
    head = html.Thead(html.Tr([html.Th(h, className="text" if i == 0 else "", scope="col") for i, h in enumerate(heads)]))
    return html.Table([head, html.Tbody([_line(line, told) for line in told.lines])], className="table story-table")


def _line(line: IndicatorResult, told: GradeExplanation) -> html.Tr:
    weight = float(line.indicator.weight)
    share = line.points / weight if weight else 0.0
    fill = html.Span(html.Span(style={"width": f"{min(max(share, 0), 1.5) / 1.5 * 100:.1f}%"}), className="points-bar")
    place = formatting.MISSING
    if line.rank:
        place = f"{line.rank:,}/{line.known:,}"
    beaten = html.Span(f"不低于{formatting.format_percent(line.percentile)}的企业" if line.rank else "没有数据", className="unit")
    return html.Tr(
        [
            html.Td([line.indicator.name, html.Span(line.indicator.unit, className="unit")], className="text"),
            html.Td(format_trimmed(line.indicator.to_display(line.value))),
            html.Td(format_trimmed(line.indicator.to_display(line.baseline))),
            html.Td([fill, f"{formatting.round_half_up(line.points, 1)} / {line.indicator.weight.normalize():f}"]),
            html.Td([place, beaten], className="story-place"),
            html.Td(_needed(line, told)),
        ]
    )


def _needed(line: IndicatorResult, told: GradeExplanation) -> Any:
    if not told.next_grade:
        return formatting.MISSING
    if not line.reachable:
        return html.Span("仅靠此项达不到", className="unit")
    return html.B(format_trimmed(line.indicator.to_display(line.needed)))


def grade_years(view: FirmExplanation) -> html.Div:
    """Grades of all published years."""
    steps = [
        html.Div(
            [html.Span(f"{year}年", className="unit"), grade_tile(grade), html.Span(f"{formatting.round_half_up(score, 1)} 分")]
        )
        for year, grade, score in view.history
    ]
    return html.Div([html.H3("历年等级"), html.Div(steps, className="story-years")])


def remediation_steps(view: FirmExplanation) -> list[html.Div]:
    """The firm's way from listing to done; nothing when it was never listed."""
    if not view.steps:
        return []
    rows = []
    for step in view.steps:
        days = [f"{d:%Y年%m月%d日}{what}" for d, what in ((step.listed_on, "列入"), (step.completed_on, "完成")) if d]
        land = "" if math.isnan(step.released_land) else f"盘活用地 {format_trimmed(step.released_land)} 亩"
        told = "，".join(p for p in (*days, step.age, land) if p)
        rows.append(html.Li([html.B(f"{step.kind} · {step.state}"), html.Span(told, className="unit")]))
    return [html.Div([html.H3("低效整治"), html.Ul(rows, className="story-steps")])]
