"""The headline of the view 绿色能源, the share of green projects among the signed, and the energy intensity."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

from cockpit import formatting
from cockpit.aggregations import evaluate as core
from cockpit.analysis.comparison import Compared
from cockpit.analysis.targets import Target, target_for
from cockpit.cube.table_view import TableView
from cockpit.selection import COMPARE_LABELS
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
from cockpit.views.projects.state import started


@dataclass(frozen=True, slots=True)
class ProjectTotals:
    """Projects of one kind: how many, started ones, planned and invested in 万元."""

    projects: int
    started: int
    planned: float
    invested: float

    @property
    def started_rate(self) -> float:
        """开工率, a fraction of the number."""
        return self.started / self.projects if self.projects else math.nan

    @property
    def completion(self) -> float:
        """投资完成率: Σ invested ÷ Σ planned."""
        return self.invested / self.planned if self.planned > 0 else math.nan

    @property
    def size(self) -> float:
        """Planned investment per project, in 万元."""
        return self.planned / self.projects if self.projects else math.nan


@dataclass(frozen=True, slots=True)
class GreenShare:
    """Projects signed in the period: the green ones and the others. ``known``: whether any was ever handed in."""

    green: ProjectTotals
    other: ProjectTotals
    known: bool
    insight: str
    caption: Caption

    @property
    def of_number(self) -> float:
        """Green projects ÷ all."""
        whole = self.green.projects + self.other.projects
        return self.green.projects / whole if whole else math.nan

    @property
    def of_planned(self) -> float:
        """Their planned investment ÷ that of all."""
        whole = self.green.planned + self.other.planned
        return self.green.planned / whole if whole > 0 else math.nan


@dataclass(frozen=True, slots=True)
class GreenHeadline:
    """Headline figures: investment of the district and of the chain's firms in 万元, projects, intensity, output."""

    investment: Compared
    of_chain: float
    target: Target | None
    share: GreenShare
    to_date: ProjectTotals
    intensity: Compared
    output: Compared
    caption: Caption


def headline(ctx: ViewContext) -> GreenHeadline:
    """The headline figures."""
    where = everywhere(ctx)
    rows = signed(ctx)
    return GreenHeadline(
        ctx.total(INVESTMENT, where),
        core.total(ctx.data, INVESTMENT, ctx.period, ctx.where),
        target_for(ctx.full, INVESTMENT, ctx.period, where),
        share(ctx),
        project_totals(green(rows)),
        ctx.total(INTENSITY, where),
        ctx.total(OUTPUT),
        ctx.caption(INVESTMENT, where=where),
    )


def project_totals(rows: TableView) -> ProjectTotals:
    """The sums of these projects."""
    return ProjectTotals(len(rows), started(rows), rows.total("planned"), rows.total("invested"))


def share(ctx: ViewContext) -> GreenShare:
    """How many of the projects signed in the period are green, and how they come on against the others."""
    rows = within_period(ctx, signed(ctx))
    own, other = project_totals(green(rows)), project_totals(rows.take(~rows.boolean("green")))
    definition = (
        "签约日期在期内的项目；绿色能源项目指台账“绿色能源”为“是”的项目，不限产业链。"
        "开工率为已开工个数 ÷ 签约个数，完成率为累计完成投资 ÷ 计划总投资；进度看期末，完成投资为台账最新数。"
    )
    found = GreenShare(own, other, has_projects(ctx), "", project_caption(ctx, ctx.period.label, definition))
    return dataclasses.replace(found, insight=_share_insight(found))


def _share_insight(found: GreenShare) -> str:
    whole = found.green.projects + found.other.projects
    if not whole:
        return ""
    told = f"{whole:,}个签约项目中绿色{found.green.projects:,}个"
    return f"{told}，计划投资{formatting.format_value(PLANNED, found.green.planned)}" if found.green.projects else told


def intensity(ctx: ViewContext) -> Trend:
    """Energy used per value added, month by month, and whether it falls."""
    where = everywhere(ctx)
    told, whole = growth.trend(ctx, INTENSITY, where), ctx.total(INTENSITY, where)
    return dataclasses.replace(told, insight=_intensity_insight(ctx, told, whole)) if told.points else told


def _intensity_insight(ctx: ViewContext, told: Trend, whole: Compared) -> str:
    words = [f"{ctx.period.label}为{formatting.format_value(INTENSITY, whole.value)}"] if not math.isnan(whole.value) else []
    if not math.isnan(whole.change):
        moved = formatting.format_change(whole.change, is_percent=False)
        falls = "下降" if moved[0] == formatting.MINUS else "上升" if moved[0] == "+" else "持平"
        words.append(f"{COMPARE_LABELS[ctx.compare]}{falls}{moved.lstrip('+' + formatting.MINUS) if falls != '持平' else ''}")
    known = [p for p in told.points if not math.isnan(p.change)]
    if known:
        below = sum(p.change < 0 for p in known)
        words.append(f"{len(known)}个{'月' if all(p.covered == 1 for p in known) else '时段'}中{below}个低于上年同期")
    return "，".join(words)
