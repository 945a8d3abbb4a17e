"""The renewal plan against time gone, and the methods of renewal."""

from __future__ import annotations

import math

from cockpit import formatting
from cockpit.views.space.plan import (
    MU,
    PlanGoal,
    PlanProgress,
    PlanRate,
    RenewalMethodRow,
    RenewalMethods,
    pace_text,
)
from layouts.components.panel import PanelContents, empty
from layouts.space.parts import STAGE_CLASSES, no_renewal_data, stage_bar, stage_key
from layouts.space.plan_figure import plan_figure
from layouts.ui.render_context import RenderContext
from layouts.ui.templates import render


def render_plan(view: PlanProgress, context: RenderContext) -> PanelContents:
    """Render a bar for each goal with the share of time gone, and the area done month by month."""
    plan = view.plan
    if not view.known:
        return PanelContents(no_renewal_data(context, known=False), caption=view.caption)
    if plan is None:
        return PanelContents(empty(f"{context.district.terms.own}没有更新计划", is_unpublished=True), caption=view.caption)
    longest = max([1.0, *((g.target.done + g.active + g.planned) / g.target.amount for g in view.goals)])
    time_gone = view.goals[0].target.time_gone
    body = render(
        "space/plan.html",
        time_gone=f"序时进度 {formatting.format_percent(time_gone)} · 已过 {view.rate.gone}/{len(view.months)}个月",
        time_gone_left=f"{time_gone / longest * 100:.2f}",
        goals=[_goal(goal, longest, view.towns) for goal in view.goals],
        rates=_rates(view.rate),
    )
    return PanelContents(
        body,
        title=f"{plan.name}计划进度",
        subtitle=f"{context.district.terms.whole} · {plan.first_year}—{plan.first_year + plan.years - 1}年",
        insight=view.insight,
        figure=plan_figure(view, context.viewport),
        caption=view.caption,
    )


def _goal(goal: PlanGoal, longest: float, towns: str) -> dict[str, object]:
    """Build the bar of a goal; ``longest``: the end of all bars, in multiples of their targets."""
    target = goal.target
    values = (target.done, goal.active, goal.planned)
    return {
        "name": goal.name,
        "done": formatting.format_number(target.done, goal.scale),
        "amount": f"/ {formatting.format_rounded(target.amount, 0)}{goal.scale.unit}",
        "tone": target.pace.tone,
        "behind": target.behind_text,
        "completion": formatting.format_percent(target.completion),
        "bar": stage_bar(values, target.amount * longest, goal.scale),
        "tick": f"{target.time_gone / longest * 100:.2f}",
        "stages": [
            (class_name, f"{stage.value} {formatting.format_number(value, goal.scale)}")
            for (stage, class_name), value in zip(STAGE_CLASSES.items(), values, strict=True)
        ],
        "selected": f"其中{towns}完成 {formatting.format_number(goal.selected, goal.scale)}" if towns else "",
        "label": f"{goal.name}完成计划的{formatting.format_percent(target.completion)}，{pace_text(target)}",
    }


def _rates(rate: PlanRate) -> list[tuple[str, str, str]]:
    """List the area a month so far, and what the months left would need: label, value, unit."""
    if math.isnan(rate.so_far) or math.isnan(rate.needed):
        return []
    rates = [
        (f"已过{rate.gone}个月，月均", formatting.format_number(rate.so_far, MU), "亩"),
        (f"余下{rate.left}个月，须月均", formatting.format_number(rate.needed, MU), "亩"),
    ]
    if rate.so_far > 0 and rate.needed > 0:
        rates.append(("相当于", formatting.format_rounded(rate.needed / rate.so_far, 1), "倍"))
    return rates


def render_methods(view: RenewalMethods, context: RenderContext) -> PanelContents:
    """Render the methods of renewal: how much of each is done, in progress and planned."""
    if view.whole is None:
        return PanelContents(no_renewal_data(context, known=view.known), caption=view.caption)
    most = max(r.area for r in view.rows) or 1.0
    rows = [_method(row) | {"bar": stage_bar(_areas(row), most, MU)} for row in view.rows]
    return PanelContents(
        render("space/methods.html", rows=rows, whole=_method(view.whole)),
        subtitle="更新面积 亩",
        insight=view.insight,
        tools=stage_key(),
        caption=view.caption,
    )


def _areas(row: RenewalMethodRow) -> list[float]:
    return [row.done.area, row.active.area, row.planned.area]


def _method(row: RenewalMethodRow) -> dict[str, object]:
    totals = zip(STAGE_CLASSES, (row.done, row.active, row.planned), strict=True)
    return {
        "name": row.name,
        "areas": [formatting.format_number(area, MU) for area in _areas(row)],
        "count": f"{row.count:,}",
        "counts": " · ".join(f"{stage.value} {total.count}" for stage, total in totals),
        "completion": formatting.format_percent(row.completion),
    }
