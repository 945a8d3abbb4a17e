"""The summary of the view 绿色能源, the share of green projects among all signed ones, and the energy intensity."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

from cockpit.aggregations import aggregate
from cockpit.analysis.comparison import Compared
from cockpit.analysis.targets import Target, target_for
from cockpit.cube.table_view import TableView
from cockpit.selection import COMPARE_LABELS
from cockpit.sentences.changes import change_terms
from cockpit.sentences.superlatives import value_text
from cockpit.views import growth
from cockpit.views.context import ViewContext
from cockpit.views.green.scope import (
    INTENSITY,
    INVESTMENT,
    OUTPUT,
    PLANNED,
    everywhere,
    green,
    has_projects,
    project_caption,
    signed,
    within_period,
)
from cockpit.views.parts import Caption, Trend
from cockpit.views.projects.state import INVESTED_AS_OF, count_started


@dataclass(frozen=True, slots=True)
class ProjectTotals:
    """Totals of some projects: their number, that of started ones, planned and completed investment in 万元."""

    projects: int
    started: int
    planned: float
    invested: float

    @property
    def start_rate(self) -> float:
        """Return 开工率, a fraction of the number."""
        return self.started / self.projects if self.projects else math.nan

    @property
    def completion(self) -> float:
        """Return 投资完成率: Σ invested ÷ Σ planned."""
        return self.invested / self.planned if self.planned > 0 else math.nan

    @property
    def size(self) -> float:
        """Return the planned investment per project in 万元."""
        return self.planned / self.projects if self.projects else math.nan


@dataclass(frozen=True, slots=True)
class GreenShare:
    """Projects signed in the period: the green ones and the others. ``known``: whether any was ever published."""

    green: ProjectTotals
    other: ProjectTotals
    known: bool
    insight: str
    caption: Caption

    @property
    def of_number(self) -> float:
        """Return green projects ÷ all, by number."""
        whole = self.green.projects + self.other.projects
        return self.green.projects / whole if whole else math.nan

    @property
    def of_planned(self) -> float:
        """Return green projects ÷ all, by planned investment."""
        whole = self.green.planned + self.other.planned
        return self.green.planned / whole if whole > 0 else math.nan


@dataclass(frozen=True, slots=True)
class GreenSummary:
    """Values of the summary: investment of the district and of the chain's firms in 万元, projects, intensity, output."""

    investment: Compared
    of_chain: float
    target: Target | None
    share: GreenShare
    to_date: ProjectTotals
    intensity: Compared
    output: Compared
    caption: Caption


def summary(ctx: ViewContext) -> GreenSummary:
    """Compute the summary of the view."""
    where = everywhere(ctx)
    rows = signed(ctx)
    return GreenSummary(
        ctx.total(INVESTMENT, where),
        aggregate.total(ctx.data, INVESTMENT, ctx.period, ctx.where),
        target_for(ctx.full, INVESTMENT, ctx.period, where),
        green_share(ctx),
        project_totals(green(rows)),
        ctx.total(INTENSITY, where),
        ctx.total(OUTPUT),
        ctx.caption(INVESTMENT, where=where),
    )


def project_totals(rows: TableView) -> ProjectTotals:
    """Add up projects."""
    return ProjectTotals(len(rows), count_started(rows), rows.total("planned"), rows.known_total("invested"))


def green_share(ctx: ViewContext) -> GreenShare:
    """Compare the green projects signed in the period with the others: number, investment, progress."""
    rows = within_period(ctx, signed(ctx))
    own, other = project_totals(green(rows)), project_totals(rows.take(~rows.boolean("green")))
    definition = (
        "签约日期在期内的项目；绿色能源项目指台账“绿色能源”为“是”的项目，不限产业链。"
        f"开工率为已开工个数 ÷ 签约个数，完成率为累计完成投资 ÷ 计划总投资；进度看期末。{INVESTED_AS_OF}"
    )
    result = GreenShare(own, other, has_projects(ctx), "", project_caption(ctx, ctx.period.label, definition))
    return dataclasses.replace(result, insight=_share_insight(result))


def _share_insight(share: GreenShare) -> str:
    whole = share.green.projects + share.other.projects
    if not whole:
        return ""
    count = f"{whole:,}个签约项目中绿色{share.green.projects:,}个"
    return f"{count}，计划投资{value_text(PLANNED, share.green.planned)}" if share.green.projects else count


def intensity(ctx: ViewContext) -> Trend:
    """Compute the energy used per value added by month, and whether it falls."""
    where = everywhere(ctx)
    trend, whole = growth.trend(ctx, INTENSITY, where), ctx.total(INTENSITY, where)
    return dataclasses.replace(trend, insight=_intensity_insight(ctx, trend, whole)) if trend.points else trend


def _intensity_insight(ctx: ViewContext, trend: Trend, whole: Compared) -> str:
    covered = ctx.label(INTENSITY, everywhere(ctx))
    parts = [f"{covered}为{value_text(INTENSITY, whole.value)}"] if not math.isnan(whole.value) else []
    if not math.isnan(whole.change):
        parts.append(f"{COMPARE_LABELS[ctx.compare]}{change_terms(INTENSITY).verb(whole.change)}")
    known = [p for p in trend.points if not math.isnan(p.change)]
    if known:
        below = sum(p.change < 0 for p in known)
        parts.append(f"{len(known)}个{'月' if all(p.covered == 1 for p in known) else '时段'}中{below}个低于上年同期")
    return "，".join(parts)
