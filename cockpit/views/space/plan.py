"""The plan of organic renewal against time gone, and the ways of renewal."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cockpit import formatting
from cockpit.analysis.targets import Target, classify_pace
from cockpit.catalogue.formulas import Scale
from cockpit.cube.table_view import TableView
from cockpit.district.plans import RenewalPlan
from cockpit.ledgers.renewal import (
    METHODS,
    RenewalStage,
    RenewalTotals,
    months_elapsed,
    plan_months,
    totals_by_stage,
    within_plan,
)
from cockpit.views.context import ViewContext
from cockpit.views.parts import Caption
from cockpit.views.space.state import RENEWAL, ByState, caption, known_on, of_towns, renewals, state_sums

#: Units of the page's figures.
MU, SPACE, OUTPUT = Scale("亩"), Scale("万平方米"), Scale("亿元")
STATES = (
    "截至期末的状态由日期得出：期末以后才启动的算谋划，期末以后才完成的算实施；完成而未填完成日期的算完成。"
    "谋划没有登记日期，各期都计入。"
)


@dataclass(frozen=True, slots=True)
class Goal:
    """One number of the plan: done against target; projects ``active`` and ``planned``; ``chosen``: done in the chosen towns."""

    name: str
    scale: Scale
    target: Target
    active: float
    planned: float
    chosen: float


@dataclass(frozen=True, slots=True)
class Rate:
    """Area a month (亩): so far on average, and what the months left would need; NaN = there are none (left)."""

    gone: int
    left: int
    so_far: float
    needed: float


@dataclass(frozen=True, slots=True)
class PlanPanel:
    """The district's plan as of the period's end. ``course``: area done (亩) at the end of each plan month gone.

    ``plan`` None: the district has none; ``known``: any project was ever handed in; ``towns``: names of those chosen.
    """

    plan: RenewalPlan | None
    known: bool
    goals: tuple[Goal, ...]
    rate: Rate
    months: tuple[int, ...]
    course: tuple[float, ...]
    towns: str
    insight: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class Way(ByState):
    """A way of renewal: what is done, in progress and planned."""

    name: str
    done: RenewalTotals
    active: RenewalTotals
    planned: RenewalTotals

    @property
    def count(self) -> int:
        """All its projects."""
        return self.done.count + self.active.count + self.planned.count


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways, the largest area first, and their sum. No rows: nothing within the selection."""

    rows: tuple[Way, ...]
    whole: Way | None
    known: bool
    insight: str
    caption: Caption


def plan(ctx: ViewContext) -> PlanPanel:
    """The plan, always of the whole district: a town has no part of its own in it."""
    found, rows = ctx.district.renewal_plan, ctx.full.ledgers["renewal"]
    towns = "、".join(ctx.district.town(t).short for t in ctx.selection.towns)
    if found is None or rows.empty:
        said = caption(ctx, RENEWAL, "", every_town=True)
        return PlanPanel(found, not rows.empty, (), Rate(0, 0, math.nan, math.nan), (), (), towns, "", said)
    every = plan_months(found)
    # After its last month the plan stays as it ended.
    entries = within_plan(known_on(ctx, min(ctx.period.last, every[-1])), found)
    gone = months_elapsed(found, ctx.period.last)
    goals = _goals(ctx, found, entries, gone / len(every))
    area, left = goals[0].target, len(every) - gone
    rate = Rate(
        gone,
        left,
        area.done / gone if gone else math.nan,
        max(area.amount - area.done, 0.0) / left if left else math.nan,
    )
    definition = (
        f"{found.source}完成率 = 计划期内已完成项目之和 ÷ 计划数；产值为已完成项目的预计新增产值，不是已实现的产值。"
        f"序时进度 = 计划期已过月数 ÷ 全部月数（{gone}÷{len(every)}）。{STATES}"
    )
    said = caption(ctx, RENEWAL, definition, every_town=True)
    course = _course(entries, every[:gone])
    return PlanPanel(found, True, goals, rate, every, course, towns, _plan_insight(goals[0], rate, found), said)


def _goals(ctx: ViewContext, found: RenewalPlan, entries: TableView, gone: float) -> tuple[Goal, ...]:
    done, active, planned = state_sums(entries)
    chosen = state_sums(of_towns(entries, ctx))[0]
    goals = []
    for name, scale, key, amount in (
        ("更新面积", MU, "area", found.area_mu),
        ("新增产业空间", SPACE, "space", found.new_space_wan_m2),
        ("预计新增产值", OUTPUT, "output", found.new_output_yi),
    ):
        reached: float = getattr(done, key)
        completion = reached / amount
        target = Target(amount, reached, completion, gone, classify_pace(completion, gone, ctx.district.thresholds))
        goals.append(Goal(name, scale, target, getattr(active, key), getattr(planned, key), getattr(chosen, key)))
    return tuple(goals)


def _course(entries: TableView, months: tuple[int, ...]) -> tuple[float, ...]:
    """Area done by the end of each month; what is done on an unknown day counts from the first."""
    done = entries.where_equal("stage", RenewalStage.DONE.value)
    when = done.month("completed_on")
    return tuple(round(done.take(when <= month).total("area_mu"), 6) for month in months)


def _plan_insight(goal: Goal, rate: Rate, found: RenewalPlan) -> str:
    target = goal.target
    if not rate.gone:
        return f"计划自{found.first_year}年起，截至期末尚未开始"
    told = [f"更新面积完成{formatting.format_percent(target.completion)}，{pace_words(target)}"]
    if target.completion < 1 and rate.left:
        reach = (target.done + goal.active) / target.amount
        told.append(f"实施中的全部完成{'也只到' if reach < 1 else '可到'}{formatting.format_percent(reach)}")
    return "；".join(told) + ("" if rate.left else "；计划期已满")


def pace_words(target: Target) -> str:
    """落后39.3点, 领先2.0点 or 与序时进度持平: the difference of both figures as they are shown."""
    points = formatting.round_half_up(target.time_gone * 100, 1) - formatting.round_half_up(target.completion * 100, 1)
    if not points:
        return "与序时进度持平"
    return f"落后序时进度{points}点" if points > 0 else f"领先序时进度{-points}点"


def ways(ctx: ViewContext) -> Ways:
    """The ways of renewal by state."""
    now = renewals(ctx)
    approach = ctx.district.renewal_plan.approach if ctx.district.renewal_plan else ""
    said = caption(ctx, RENEWAL, f"{approach}完成率 = 已完成面积 ÷ 全部面积。{STATES}")
    found = totals_by_stage(now.entries, "method")
    rows = [Way(name, *found[name]) for name in METHODS if name in found]
    rows.sort(key=lambda r: -r.area)
    if not rows:
        return Ways((), None, now.known, "", said)
    whole = Way("合计", *state_sums(now.entries))
    return Ways(tuple(rows), whole, True, _ways_insight(rows, whole), said)


def _ways_insight(rows: list[Way], whole: Way) -> str:
    if len(rows) == 1 or not whole.area:
        return f"全部为{rows[0].name}" if len(rows) == 1 else ""
    told = [f"{rows[0].name}面积最大，占{formatting.format_percent(rows[0].area / whole.area)}"]
    ranked = sorted((r for r in rows if r.area), key=lambda r: r.done_rate)
    if ranked[-1].done_rate > (low := ranked[0]).done_rate:
        waits = f"，{formatting.format_percent(low.planned.area / low.area)}还在谋划" if low.planned.area * 2 > low.area else ""
        told.append(f"{low.name}完成率最低（{formatting.format_percent(low.done_rate)}）{waits}")
    return "；".join(told)
