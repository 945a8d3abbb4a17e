"""The renewal plan against time gone, and the ways of renewal, drawn."""

from __future__ import annotations

import math

from cockpit import formatting
from cockpit.analysis.targets import Pace
from cockpit.views.space.plan import MU, Goal, PlanPanel, Rate, Way, Ways, pace_words
from layouts.components.panel import Panel, empty
from layouts.page import Env
from layouts.space.legend import STATES, key, nothing, shown, stack
from layouts.space.plan_figure import plan_figure
from layouts.ui import html

_BADGE = {Pace.AMBER: ("warn", "◆"), Pace.RED: ("bad", "■")}
_WAY_HEADS = ("方式", "", "完成", "实施", "谋划", "项目 个", "完成率")


def draw_plan(view: PlanPanel, env: Env) -> Panel:
    """Three bars with the share of time gone, and the way there month by month."""
    plan = view.plan
    if plan is None or not view.known:
        words = nothing(False, env)
        if view.known:
            words = empty("本区没有更新计划", "在区县配置 district.yaml 里写入 renewal_plan 后，这里显示计划进度。")
        return Panel("plan", "更新计划进度", words, has_graph=True, caption=view.caption)
    reach = max([1.0, *((g.target.done + g.active + g.planned) / g.target.amount for g in view.goals)])
    goals = [_goal(g, reach, view.towns) for g in view.goals]
    return Panel(
        "plan",
        f"{plan.name}计划进度",
        html.Div([_time_gone(view, reach), *goals, *_rate(view.rate)], className="goals"),
        subtitle=f"全区 · {plan.first_year}—{plan.first_year + plan.years - 1}年",
        reading=view.reading,
        figure=plan_figure(view, env.on),
        has_graph=True,
        caption=view.caption,
    )


def _time_gone(view: PlanPanel, reach: float) -> html.Div:
    """What the tick on every bar below means: the share of time gone; the words slide with it and never leave the bar."""
    gone = view.goals[0].target.time_gone
    at = gone / reach * 100
    place = {"left": f"{at:.2f}%", "transform": f"translateX(-{at:.2f}%)"}
    words = f"序时进度 {formatting.percent(gone)} · 已过 {view.rate.gone}/{len(view.months)} 个月"
    return html.Div(html.Span(words, style=place), className="goal-time")


def _goal(goal: Goal, reach: float, towns: str) -> html.Div:
    target = goal.target
    tone, mark = _BADGE.get(target.pace, ("", ""))
    behind = f"{mark} {pace_words(target).replace('序时进度', '')}" if tone else ""
    head = [
        html.Span(goal.name, className="goal-name"),
        html.Span(shown(target.done, goal.scale), className="figure"),
        html.Span(f"/ {formatting.rounded(target.amount, 0):,} {goal.scale.unit}", className="unit"),
        html.Span([html.Span(behind, className=tone), html.B(formatting.percent(target.completion))], className="goal-pace"),
    ]
    tick = html.Span(className="target-tick", style={"left": f"{target.time_gone / reach * 100:.2f}%"})
    parts = (target.done, goal.active, goal.planned)
    told = [
        html.Span([html.I(className=f"swatch piece {n}"), f"{s.value} {shown(v, goal.scale)}"])
        for (s, n), v in zip(STATES.items(), parts, strict=True)
    ]
    told += [html.Span(f"其中{towns}完成 {shown(goal.chosen, goal.scale)}")] if towns else []
    words = f"{goal.name}完成计划的{formatting.percent(target.completion)}，{pace_words(target)}"
    return html.Div(
        [
            html.Div(head, className="goal-head"),
            html.Div([stack(parts, target.amount * reach, goal.scale), tick], className=f"goal-track {tone}".strip()),
            html.Div(told, className=f"goal-words {tone}".strip()),
        ],
        className="goal",
        title=words,
        **{"aria-label": words},
    )


def _rate(rate: Rate) -> list[html.Div]:
    """Area a month so far, and what the months left would need."""
    if math.isnan(rate.so_far) or math.isnan(rate.needed):
        return []
    told = [
        html.Div([html.Span(f"已过{rate.gone}个月，月均"), html.B(shown(rate.so_far, MU)), html.Span("亩")]),
        html.Div([html.Span(f"余下{rate.left}个月，须月均"), html.B(shown(rate.needed, MU)), html.Span("亩")]),
    ]
    if rate.so_far > 0 and rate.needed > 0:
        told.append(
            html.Div([html.Span("相当于"), html.B(f"{formatting.rounded(rate.needed / rate.so_far, 1)}"), html.Span("倍")])
        )
    return [html.Div(told, className="goal-rate")]


def draw_ways(view: Ways, env: Env) -> Panel:
    """The ways of renewal: how much of each is done, in progress and planned."""
    if view.whole is None:
        return Panel("ways", "更新方式", nothing(view.known, env), caption=view.caption)
    most = max(r.area for r in view.rows) or 1.0
    head = html.Thead(
        html.Tr([html.Th(h, className="text" if i == 0 else "stack-cell" if i == 1 else "") for i, h in enumerate(_WAY_HEADS)])
    )
    body = html.Tbody([_way(r, most) for r in view.rows])
    foot = html.Tfoot(_way(view.whole, 0.0))
    return Panel(
        "ways",
        "更新方式",
        html.Table([head, body, foot], className="table ways-table"),
        subtitle="更新面积 亩",
        reading=view.reading,
        tools=key(),
        caption=view.caption,
    )


def _way(row: Way, most: float) -> html.Tr:
    """``most``: length of the bar; 0: without one, as for the sum."""
    parts = (row.done, row.active, row.planned)
    areas = [p.area for p in parts]
    counts = " · ".join(f"{stage.value} {p.count}" for stage, p in zip(STATES, parts, strict=True))
    return html.Tr(
        [
            html.Td(row.name, className="text"),
            html.Td(stack(areas, most, MU) if most else "", className="stack-cell"),
            *(html.Td(shown(a, MU)) for a in areas),
            html.Td(f"{row.count:,}", title=counts),
            html.Td(formatting.percent(row.done_rate)),
        ]
    )
