"""The plan of organic renewal against time gone, and the methods of renewal."""

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
from cockpit.sentences.clauses import join_clauses
from cockpit.sentences.shares import is_whole, precise_percent, share_clause
from cockpit.sentences.superlatives import superlative
from cockpit.views.context import ViewContext
from cockpit.views.parts import Caption
from cockpit.views.space.state import (
    RENEWAL,
    RenewalByStage,
    in_selected_towns,
    renewal_state,
    renewals_at,
    space_caption,
    stage_totals,
)

#: Units of the page's values.
MU, SPACE, OUTPUT = Scale("亩"), Scale("万平方米"), Scale("亿元")
STAGE_RULES = (
    "截至期末的状态由日期得出：期末以后才启动的算谋划，期末以后才完成的算实施；完成而未填完成日期的算完成。"
    "谋划没有登记日期，各期都计入。"
)


@dataclass(frozen=True, slots=True)
class PlanGoal:
    """A goal of the plan: done against target, what is active and planned; ``selected``: done in the selected towns."""

    name: str
    scale: Scale
    target: Target
    active: float
    planned: float
    selected: float


@dataclass(frozen=True, slots=True)
class PlanRate:
    """Area a month (亩): so far on average, and what the months left would need; NaN = there are none (left)."""

    gone: int
    left: int
    so_far: float
    needed: float


@dataclass(frozen=True, slots=True)
class PlanProgress:
    """The district's plan as of the period's end. ``course``: area done (亩) at the end of each plan month gone.

    ``plan`` None: the district has none; ``known``: any project was ever published; ``towns``: names of those selected.
    """

    plan: RenewalPlan | None
    known: bool
    goals: tuple[PlanGoal, ...]
    rate: PlanRate
    months: tuple[int, ...]
    course: tuple[float, ...]
    towns: str
    insight: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class RenewalMethodRow(RenewalByStage):
    """A method of renewal (更新方式): what is done, in progress and planned."""

    name: str
    done: RenewalTotals
    active: RenewalTotals
    planned: RenewalTotals

    @property
    def count(self) -> int:
        """Number of all its projects."""
        return self.done.count + self.active.count + self.planned.count


@dataclass(frozen=True, slots=True)
class RenewalMethods:
    """The methods, the largest area first, and their sum. No rows: nothing within the selection."""

    rows: tuple[RenewalMethodRow, ...]
    whole: RenewalMethodRow | None
    known: bool
    insight: str
    caption: Caption


def plan_progress(ctx: ViewContext) -> PlanProgress:
    """Compute the plan, always of the whole district: a town has no part of its own in it."""
    renewal_plan, rows = ctx.district.renewal_plan, ctx.full.ledgers["renewal"]
    towns = ctx.district.town_names(ctx.selection.towns, short=True)
    if renewal_plan is None or rows.empty:
        empty_caption = space_caption(ctx, RENEWAL, "", every_town=True)
        return PlanProgress(
            renewal_plan, not rows.empty, (), PlanRate(0, 0, math.nan, math.nan), (), (), towns, "", empty_caption
        )
    every = plan_months(renewal_plan)
    # After its last month the plan stays as it ended.
    entries = within_plan(renewals_at(ctx, min(ctx.period.last, every[-1])), renewal_plan)
    gone = months_elapsed(renewal_plan, ctx.period.last)
    goals = _goals(ctx, renewal_plan, entries, gone / len(every))
    area, left = goals[0].target, len(every) - gone
    rate = PlanRate(
        gone,
        left,
        area.done / gone if gone else math.nan,
        max(area.amount - area.done, 0.0) / left if left else math.nan,
    )
    definition = (
        f"{renewal_plan.source}完成率 = 计划期内已完成项目之和 ÷ 计划数；产值为已完成项目的预计新增产值，不是已实现的产值。"
        f"序时进度 = 计划期已过月数 ÷ 全部月数（{gone}÷{len(every)}）。{STAGE_RULES}"
    )
    plan_caption = space_caption(ctx, RENEWAL, definition, every_town=True)
    course = _course(entries, every[:gone])
    insight = _plan_insight(goals[0], rate, renewal_plan)
    return PlanProgress(renewal_plan, True, goals, rate, every, course, towns, insight, plan_caption)


def _goals(ctx: ViewContext, renewal_plan: RenewalPlan, entries: TableView, gone: float) -> tuple[PlanGoal, ...]:
    done, active, planned = stage_totals(entries)
    selected = stage_totals(in_selected_towns(entries, ctx))[0]
    goals = []
    for name, scale, key, amount in (
        ("更新面积", MU, "area", renewal_plan.area_mu),
        ("新增产业空间", SPACE, "space", renewal_plan.new_space_wan_m2),
        ("预计新增产值", OUTPUT, "output", renewal_plan.new_output_yi),
    ):
        reached: float = getattr(done, key)
        completion = reached / amount
        target = Target(amount, reached, completion, gone, classify_pace(completion, gone, ctx.district.thresholds))
        goals.append(PlanGoal(name, scale, target, getattr(active, key), getattr(planned, key), getattr(selected, key)))
    return tuple(goals)


def _course(entries: TableView, months: tuple[int, ...]) -> tuple[float, ...]:
    """Total the area done by the end of each month; what was done on an unknown day counts from the first."""
    done = entries.where_equal("stage", RenewalStage.DONE.value)
    when = done.month("completed_on")
    return tuple(round(done.take(when <= month).total("area_mu"), 6) for month in months)


def _plan_insight(goal: PlanGoal, rate: PlanRate, renewal_plan: RenewalPlan) -> str:
    target = goal.target
    if not rate.gone:
        return f"计划自{renewal_plan.first_year}年起，截至期末尚未开始"
    parts = [f"更新面积完成{formatting.format_percent(target.completion)}，{pace_text(target)}"]
    if target.completion < 1 and rate.left:
        reach = (target.done + goal.active) / target.amount
        parts.append(f"实施中的全部完成{'也只到' if reach < 1 else '可到'}{formatting.format_percent(reach)}")
    return "；".join(parts) + ("" if rate.left else "；计划期已满")


def pace_text(target: Target, unit: str = formatting.POINTS) -> str:
    """Format how far done is behind or ahead of time gone (落后序时进度39.3个百分点)."""
    points = target.behind_shown
    if not points:
        return "与序时进度持平"
    return f"{'落后' if points > 0 else '领先'}序时进度{abs(points)}{unit}"


def marked_pace_text(target: Target) -> str:
    """Format the pace, with the mark ◆ or ■ before it where it is behind by the district's limits."""
    return f"{target.pace.mark} {pace_text(target, formatting.POINTS_SHORT)}".lstrip()


def renewal_methods(ctx: ViewContext) -> RenewalMethods:
    """Compute the methods of renewal by stage."""
    now = renewal_state(ctx)
    approach = ctx.district.renewal_plan.approach if ctx.district.renewal_plan else ""
    method_caption = space_caption(ctx, RENEWAL, f"{approach}完成率 = 已完成面积 ÷ 全部面积。{STAGE_RULES}")
    by_method = totals_by_stage(now.entries, "method")
    rows = [RenewalMethodRow(name, *by_method[name]) for name in METHODS if name in by_method]
    rows.sort(key=lambda r: -r.area)
    if not rows:
        return RenewalMethods((), None, now.known, "", method_caption)
    whole = RenewalMethodRow("合计", *stage_totals(now.entries))
    return RenewalMethods(tuple(rows), whole, True, _methods_insight(rows, whole), method_caption)


def _methods_insight(rows: list[RenewalMethodRow], whole: RenewalMethodRow) -> str:
    if len(rows) == 1 or not whole.area:
        return f"全部为{rows[0].name}" if len(rows) == 1 else ""
    most = superlative([(r.name, r.area) for r in rows], "最大", _show_area, noun="种方式", attribute="面积")
    share = next((r.area / whole.area for r in rows if most and r.name == most.subject), math.nan)
    rates = [r for r in rows if r.area]
    slowest = superlative(
        [(r.name, r.completion) for r in rates],
        "最低",
        formatting.format_percent,
        noun="种方式",
        attribute="完成率",
        least=True,
    )
    low = next((r for r in rates if slowest and r.name == slowest.subject), None)
    if low is not None and low.planned.area * 2 > low.area:
        waits = (
            "，全部还在谋划"
            if is_whole(low.planned.area / low.area)
            else f"，{precise_percent(low.planned.area / low.area)}还在谋划"
        )
    else:
        waits = ""
    lead = join_clauses([most, share_clause(most.subject, share) if most else None], "，")
    return join_clauses([lead, f"{slowest}{waits}" if slowest else ""])


def _show_area(area: float) -> str:
    return f"{formatting.format_number(area, MU)}{MU.unit}"
