"""Talents (人才): leading and all talents against the district's goals, and the talent plans of the chains."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from cockpit import cache, formatting
from cockpit.analysis.targets import Pace, classify_pace
from cockpit.calendar import months as m
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.formulas import Scale
from cockpit.catalogue.names import group_name
from cockpit.district.plans import TalentGoal
from cockpit.formatting import FormattedValue
from cockpit.sentences.changes import GROWTH, strongest_change
from cockpit.sentences.clauses import join_clauses
from cockpit.views.context import ViewContext
from cockpit.views.parts import Caption

#: The categories (类别) that come first, with or without a goal; every other one is a plan.
LEADING, ALL = "产业领军人才", "人才总量"
_MOST_YEARS = 5
_PEOPLE, _TEN_THOUSAND = Scale("人", whole=True), Scale("万人", 1e4)
_IN_TEN_THOUSANDS_FROM = 1e5
_DEFINITION = (
    "人数为各年度数，取不晚于所选期间的最近一年。完成率 = 人数 ÷ 目标。有期限的目标另看增量进度："
    "（人数 − 规划前一年人数）÷（目标 − 规划前一年人数），与规划期已过的年数占比（时间进度）相比；"
    "没有期限的存量目标没有序时进度。来源：人才；目标和人才计划所属产业链为公开的规划。"
)


@dataclass(frozen=True, slots=True)
class GoalStanding:
    """How a number of people compares with its goal. Shares are fractions, NaN where they aren't defined.

    ``missing`` counts the people still to come (negative: how many there are beyond the goal). A goal with a deadline has
    ``by_year``, and compares two shares: ``progress``, how much of the increase since the end of ``base_year`` has come, and
    ``time_gone``, how many of the plan's years have passed. ``pace`` is the outcome, ``None`` where they can't be compared.
    """

    target: float
    completion: float
    missing: float
    by_year: int
    plan_name: str
    base_year: int
    progress: float = math.nan
    time_gone: float = math.nan
    pace: Pace | None = None

    @property
    def behind_shown(self) -> Decimal:
        """Percentage points that the increase is behind (positive) or ahead of (negative) the time gone, from both as shown."""
        return formatting.percent_gap(self.time_gone, self.progress)


@dataclass(frozen=True, slots=True)
class TalentStock:
    """People of a category by year, rising, at most five; ``chain`` and ``field`` of a plan, '' = none."""

    category: str
    years: tuple[tuple[int, float], ...]
    change: float
    standing: GoalStanding | None = None
    chain: str = ""
    chain_name: str = ""
    field: str = ""

    @property
    def year(self) -> int:
        """The newest year."""
        return self.years[-1][0]

    @property
    def value(self) -> float:
        """People in the newest year."""
        return self.years[-1][1]


@dataclass(frozen=True, slots=True)
class TalentPanel:
    """Totals (leading, all) and plans. Both empty: nothing by the period's year; ``known``: whether any was published."""

    totals: tuple[TalentStock, ...]
    plans: tuple[TalentStock, ...]
    known: bool
    insight: str
    caption: Caption


def format_people(headcount: float) -> FormattedValue:
    """Format a number of people: whole, from 100,000 up in 万人."""
    scale = _TEN_THOUSAND if abs(headcount) >= _IN_TEN_THOUSANDS_FROM else _PEOPLE
    return FormattedValue(formatting.format_number(headcount, scale), scale.unit)


def talent_totals(ctx: ViewContext) -> tuple[TalentStock, ...]:
    """Compute leading talents and all talents, those that have a value."""
    goals = {g.category: g for g in ctx.district.talent_goals}
    by_category = _by_category(ctx)
    return tuple(_stock(ctx, c, by_category[c], goals.get(c)) for c in (LEADING, ALL) if c in by_category)


def talent_stocks(ctx: ViewContext) -> TalentPanel:
    """Compute totals and plans, of the whole district whatever is selected."""
    by_category, totals = _by_category(ctx), talent_totals(ctx)
    goals = {g.category: g for g in ctx.district.talent_goals}
    order = [p.category for p in ctx.district.talent_plans]
    ranked = sorted(set(by_category) - {LEADING, ALL}, key=lambda c: (order.index(c) if c in order else len(order), c))
    plans = tuple(_stock(ctx, c, by_category[c], goals.get(c)) for c in ranked)
    known = not ctx.full.ledgers["talent"].empty
    return TalentPanel(totals, plans, known, _insight(totals, plans), _caption(ctx, (*totals, *plans)))


def _by_category(ctx: ViewContext) -> dict[str, dict[int, float]]:
    """Return category -> year -> people, up to the period's year."""
    rows, year = ctx.full.ledgers["talent"], m.year_of(ctx.period.last)

    def build() -> dict[str, dict[int, float]]:
        by_category: dict[str, dict[int, float]] = {}
        for category, row_year, headcount in zip(rows["category"], rows["year"], rows["headcount"], strict=True):
            if int(row_year) <= year:
                by_category.setdefault(str(category), {})[int(row_year)] = float(headcount)
        return by_category

    return ctx.full.cache.get_or_compute(cache.TALENT, year, build)


def _stock(ctx: ViewContext, category: str, by_year: dict[int, float], goal: TalentGoal | None) -> TalentStock:
    years = tuple(sorted(by_year.items()))
    last, value = years[-1]
    base = by_year.get(last - 1, math.nan)
    plan = next((p for p in ctx.district.talent_plans if p.category == category), None)
    return TalentStock(
        category,
        years[-_MOST_YEARS:],
        (value - base) / base if base > 0 else math.nan,
        _standing(ctx, by_year, goal) if goal else None,
        plan.chain if plan else "",
        group_name(ctx.district, Grouping.CHAIN, plan.chain)[0] if plan else "",
        plan.field if plan else "",
    )


def _standing(ctx: ViewContext, by_year: dict[int, float], goal: TalentGoal) -> GoalStanding:
    last = max(by_year)
    value, target = by_year[last], float(goal.target)
    reached = (target, value / target, target - value)
    if goal.from_year is None or goal.by_year is None:
        return GoalStanding(*reached, 0, goal.plan_name, 0)
    base_year = goal.from_year - 1
    base = by_year.get(base_year, math.nan)
    if last < goal.from_year or not base < target:
        return GoalStanding(*reached, goal.by_year, goal.plan_name, base_year)
    progress = (value - base) / (target - base)
    time_gone = min((last - base_year) / (goal.by_year - base_year), 1.0)
    pace = classify_pace(progress, time_gone, ctx.district.thresholds)
    return GoalStanding(*reached, goal.by_year, goal.plan_name, base_year, progress, time_gone, pace)


def _caption(ctx: ViewContext, stocks: Iterable[TalentStock]) -> Caption:
    shown = tuple(stocks)
    year = max((s.year for s in shown), default=m.year_of(ctx.period.last))
    versus = f"（比上年：{year - 1}年）" if any(not math.isnan(s.change) for s in shown) else ""
    where = ctx.where
    unused = [n for n, keys in ((ctx.terms.part, where.towns), ("产业链", where.chains), ("行业", where.industries)) if keys]
    notes = (f"人才只有{ctx.terms.whole}数，未按{'、'.join(unused)}筛选",) if unused else ()
    return Caption(ctx.terms.whole, f"{year}年{versus}", ctx.data_date(), _DEFINITION, notes)


def _insight(totals: tuple[TalentStock, ...], plans: tuple[TalentStock, ...]) -> str:
    """Say how far each goal is, and which plan grows fastest.

    An older value is said with its year, and no plan's growth of another year is compared with the newest.
    """
    newest = max((s.year for s in (*totals, *plans)), default=0)
    goals = [_goal_text(s, s.standing, newest) for s in totals if s.standing]
    grown = [(s.category, s.change) for s in plans if s.year == newest]
    return join_clauses([*goals, strongest_change(grown, GROWTH, noun="项人才计划")])


def _goal_text(stock: TalentStock, standing: GoalStanding, newest: int) -> str:
    name = stock.category if stock.year == newest else f"{stock.category}（{stock.year}年）"
    gap = format_people(abs(standing.missing))
    if standing.missing <= 0:
        beyond = f"，超出{gap.text}{gap.unit}" if standing.missing else ""
        return f"{name}已达到{_format_goal(standing.target)}目标{beyond}"
    text = f"{name}距{_format_goal(standing.target)}还差{gap.text}{gap.unit}"
    if standing.pace is None:
        return text
    behind = standing.behind_shown
    if not behind:
        return f"{text}，增量与时间进度持平"
    return f"{text}，增量进度{'落后' if behind > 0 else '快于'}时间{abs(behind)}{formatting.POINTS}"


def _format_goal(target: float) -> str:
    """Format a goal as one says it: 28万人, 1,500人."""
    if target >= _IN_TEN_THOUSANDS_FROM and target % 1e4 == 0:
        return f"{int(target / 1e4):,}万人"
    return f"{int(target):,}人"
