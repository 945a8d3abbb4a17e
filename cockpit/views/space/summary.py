"""The page 空间: key values, renewal by town, and land put back to use."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cockpit.aggregations import aggregate
from cockpit.analysis.targets import Target
from cockpit.calendar import months as m
from cockpit.calendar.dates import format_day, month_end
from cockpit.calendar.periods import Period, PeriodKind, months_label
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.names import group_name
from cockpit.cube.cube import Filter
from cockpit.cube.table_view import TableView
from cockpit.district.terms import LevelTerms
from cockpit.ledgers.parks import ParkTotals, latest_year, park_totals
from cockpit.ledgers.renewal import NO_RENEWALS, RenewalStage, RenewalTotals, totals_by_stage
from cockpit.sentences.scope import month_name
from cockpit.sentences.shares import is_whole, precise_percent
from cockpit.sentences.superlatives import largest_name, show_value, value_text
from cockpit.views.context import ViewContext
from cockpit.views.parts import Caption
from cockpit.views.remediation.state import RELEASED, period_to_date
from cockpit.views.space.plan import STAGE_RULES, plan_progress
from cockpit.views.space.state import RENEWAL, RenewalByStage, parks_by_year, renewal_state, space_caption, stage_totals


@dataclass(frozen=True, slots=True)
class SpaceSummary:
    """Key values. Projects by stage; ``during``: area done within the period; land in 亩, NaN = none.

    ``goal``: the plan's area with its pace, ``None`` under a town filter or without a plan; ``share``: of the
    district's area done, for selected towns. ``parks`` None: no year of parks is over; ``before``: the year before.
    """

    known: bool
    done: RenewalTotals
    active: RenewalTotals
    planned: RenewalTotals
    during: float
    goal: Target | None
    plan_name: str
    share: float
    released: float
    released_during: float
    parks: ParkTotals | None
    before: ParkTotals | None
    park_year: int
    caption: Caption


@dataclass(frozen=True, slots=True)
class RenewalTownRow(RenewalByStage):
    """A town's projects by stage; ``key`` '' = the district."""

    key: str
    name: str
    short: str
    done: RenewalTotals
    active: RenewalTotals
    planned: RenewalTotals


@dataclass(frozen=True, slots=True)
class RenewalTowns:
    """Every town, whichever are selected, most area done first; and the district."""

    rows: tuple[RenewalTownRow, ...]
    whole: RenewalTownRow | None
    known: bool
    insight: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class ReleasedLandRow:
    """Land put back to use in a town up to the period's end, in 亩."""

    key: str
    name: str
    land: float


@dataclass(frozen=True, slots=True)
class ReleasedLand:
    """Land put back to use (亩): ``total`` up to the period's end, by town, and in each of the last twelve months."""

    known: bool
    total: float
    towns: tuple[ReleasedLandRow, ...]
    months: tuple[int, ...]
    values: tuple[float, ...]
    insight: str
    caption: Caption


def summary(ctx: ViewContext) -> SpaceSummary:
    """Compute the key values."""
    now = renewal_state(ctx)
    done, active, planned = stage_totals(now.entries)
    goals = plan_progress(ctx).goals
    every = stage_totals(now.every)[0].area
    by_year = parks_by_year(ctx)
    year = latest_year(by_year, now.day)
    parks, before = (tuple(by_year.get(y, {}).values()) for y in (year, year - 1))
    renewal_plan = ctx.district.renewal_plan
    return SpaceSummary(
        now.known,
        done,
        active,
        planned,
        _during(now.at_stage(RenewalStage.DONE), ctx.period),
        goals[0].target if goals and not ctx.selection.towns else None,
        renewal_plan.name if renewal_plan else "",
        done.area / every if ctx.selection.towns and every else math.nan,
        aggregate.total(ctx.full, RELEASED, period_to_date(ctx), ctx.where),
        aggregate.total(ctx.full, RELEASED, ctx.period, ctx.where),
        park_totals(parks) if parks else None,
        park_totals(before) if before else None,
        year,
        space_caption(ctx, RENEWAL, STAGE_RULES),
    )


def _during(done: TableView, period: Period) -> float:
    completed = done.month("completed_on")
    return done.take((completed >= period.first) & (completed <= period.last)).total("area_mu")


def renewal_towns(ctx: ViewContext) -> RenewalTowns:
    """Compute renewal by town."""
    now = renewal_state(ctx)
    town_caption = space_caption(ctx, RENEWAL, f"完成率 = 已完成面积 ÷ 全部面积。{STAGE_RULES}", every_town=True)
    if not now.known:
        return RenewalTowns((), None, False, "", town_caption)
    by_town = totals_by_stage(now.every, "town")
    rows = []
    for key in {t.key for t in ctx.district.towns} | set(by_town):
        name, short = group_name(ctx.district, Grouping.TOWN, key)
        rows.append(RenewalTownRow(key, name, short, *by_town.get(key, (NO_RENEWALS, NO_RENEWALS, NO_RENEWALS))))
    rows.sort(key=lambda r: (-r.done.area, -r.active.area, -r.planned.area, r.key))
    return RenewalTowns(
        tuple(rows),
        RenewalTownRow("", ctx.terms.whole, ctx.terms.whole, *stage_totals(now.every)),
        True,
        _towns_insight(rows, ctx.terms),
        town_caption,
    )


def _towns_insight(rows: list[RenewalTownRow], terms: LevelTerms) -> str:
    """Say which towns have done the most, and which nothing of what they have begun or planned."""
    whole = sum(r.done.area for r in rows)
    if not whole:
        return "截至期末还没有完成的更新项目"
    first = rows[:2] if len(rows) > 2 and rows[1].done.area > 0 else rows[:1]
    share, names = sum(r.done.area for r in first) / whole, "、".join(r.name for r in first)
    together = f"{names}{'合计' if len(first) > 1 else ''}占已完成面积的{precise_percent(share)}"
    parts = [f"已完成面积全部在{names}" if is_whole(share) else together]
    none = [r.name for r in rows if r.area > 0 and not r.done.area]
    if none:
        parts.append(f"{'、'.join(none)}还没有完成的项目" if len(none) <= 3 else f"{len(none)}个{terms.part}还没有完成的项目")
    return "；".join(parts)


def released_land(ctx: ViewContext) -> ReleasedLand:
    """Compute the land put back to use by remediation (低效整治): all of it, by town, and by month."""
    months = m.year_to(ctx.period.last)
    last_months = Period(PeriodKind.RANGE, months[0], months[-1])
    day = month_end(ctx.period.last)
    period = f"截至{format_day(day)}，各月为{months_label(months[0], months[-1])}"
    land_caption = ctx.caption(RELEASED, period=period)
    rows = ctx.full.ledgers["remediation"]
    if rows.empty:
        return ReleasedLand(False, math.nan, (), months, (), "", land_caption)
    by_month = aggregate.evaluate_metric(ctx.full, RELEASED, last_months, ctx.where, Grouping.MONTH)
    values = tuple(by_month.get(month, 0.0) for month in months)
    by_town = aggregate.evaluate_metric(
        ctx.full, RELEASED, period_to_date(ctx), Filter((), ctx.where.industries, ctx.where.chains), Grouping.TOWN
    )
    land = [ReleasedLandRow(t.key, t.name, by_town.get(t.key, 0.0)) for t in ctx.district.towns]
    land.sort(key=lambda t: -t.land)
    total = aggregate.total(ctx.full, RELEASED, period_to_date(ctx), ctx.where)
    shown = tuple(land) if total or any(t.land for t in land) else ()
    return ReleasedLand(True, total, shown, months, values, _released_insight(total, months, values), land_caption)


def _released_insight(total: float, months: tuple[int, ...], values: tuple[float, ...]) -> str:
    if not total:
        return "截至期末还没有盘活的用地"
    parts = [f"累计盘活{value_text(RELEASED, total)}"]
    best = largest_name([(month_name(x, with_year=True), v) for x, v in zip(months, values, strict=True)], show_value(RELEASED))
    if best:
        parts.append(f"近{len(months)}个月中{best}最多（{value_text(RELEASED, max(values))}）")
    return "，".join(parts)
