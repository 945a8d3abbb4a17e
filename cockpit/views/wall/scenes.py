"""The wall's scenes as values: one message each, one large value, a few smaller ones, and the panels that show why."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from cockpit import formatting
from cockpit.analysis import alerts
from cockpit.calendar import months as m
from cockpit.catalogue.dimensions import Grouping
from cockpit.district.district import Chain
from cockpit.views.chain import firms as chain_firms
from cockpit.views.chain import stages as chain_stages
from cockpit.views.chain.firms import LeaderPanel
from cockpit.views.chain.stages import StagePanel
from cockpit.views.context import ViewContext, items, kpi, whole_name
from cockpit.views.land import evaluation as land
from cockpit.views.land import scatter as land_scatter
from cockpit.views.land.evaluation import GradeMigrationPanel, GradeStructure
from cockpit.views.land.scatter import LandTaxScatter
from cockpit.views.overview import panels as overview
from cockpit.views.overview.panels import ChainsPanel, TownPanel
from cockpit.views.parts import Kpi, Trend
from cockpit.views.projects import breakdowns as projects_split
from cockpit.views.projects import funnel as projects
from cockpit.views.space import parks as space_parks
from cockpit.views.space import plan as space_plan
from cockpit.views.wall import headlines as wall_headlines
from cockpit.views.wall.headlines import WallHeadline


@dataclass(frozen=True)
class OverviewScene:
    """The district: output as the hero. ``town``: key of the one town that it is narrowed to."""

    headline: WallHeadline
    period: str
    hero: Kpi
    others: tuple[Kpi, ...]
    towns: TownPanel
    trend: Trend
    chains: ChainsPanel
    town: str


@dataclass(frozen=True)
class ChainScene:
    """One chain with its stages; ``share``: of the output of ``share_of`` (全区, or 所选) in %, as the overview shows it."""

    chain: Chain
    headline: WallHeadline
    period: str
    hero: Kpi
    share: Decimal
    share_of: str
    others: tuple[Kpi, ...]
    leader: LeaderPanel
    stages: StagePanel


@dataclass(frozen=True)
class LandScene:
    """The year's per-mu grading; ``None`` values before the first published evaluation."""

    headline: WallHeadline
    summary: land.LandSummary | None
    structure: GradeStructure | None
    grade_migration: GradeMigrationPanel | None
    scatter: LandTaxScatter | None


@dataclass(frozen=True)
class ProjectsScene:
    """Projects signed in the period and what of them is green; money in 万元."""

    headline: WallHeadline
    period: str
    summary: projects.ProjectSummary
    funnel: projects.Funnel
    chains: projects_split.ProjectBreakdown


@dataclass(frozen=True)
class SpaceScene:
    """The renewal plan against time gone, and the parks."""

    headline: WallHeadline
    plan: space_plan.PlanProgress
    parks: space_parks.ParkList


@dataclass(frozen=True)
class AlertsScene:
    """What turned amber or red since the month before, most important first."""

    headline: WallHeadline
    alerts: tuple[alerts.Alert, ...]


_OVERVIEW_OTHERS = ("value_added", "tax", "tax_per_mu", "green_investment")
_CHAIN_OTHERS = ("tax", "value_added", "tax_per_mu", "green_investment")


def _period(ctx: ViewContext) -> str:
    """Name the period of the values of 月度经营 with its year."""
    months = ctx.covered.months
    if not ctx.covered.missing or not months:
        return wall_headlines.period_name(ctx.period.first, ctx.period.last)
    named = wall_headlines.covered_period(ctx)
    return named if "年" in named else f"{m.year_of(months[-1])}年{named}"


def overview_scene(ctx: ViewContext) -> OverviewScene:
    """Compute the overview; selected areas narrow it (one level deeper)."""
    hero, chains = kpi(ctx, "output"), overview.chains(ctx)
    others = tuple(kpi(ctx, key) for key in _OVERVIEW_OTHERS)
    sentence = wall_headlines.overview_headline(ctx, hero, others, chains)
    town = ctx.selection.towns[0] if len(ctx.selection.towns) == 1 else ""
    return OverviewScene(sentence, _period(ctx), hero, others, overview.towns(ctx), overview.trend(ctx), chains, town)


def chain_scene(ctx: ViewContext) -> ChainScene:
    """Compute the scene of the one chain that is selected."""
    own = ctx.district.chain(ctx.selection.chains[0])
    hero, stages, leader = kpi(ctx, "output"), chain_stages.stage_panel(ctx, own.key), chain_firms.leader_panel(ctx)
    where = ctx.selection.replace(chains=()).where
    every = items(ctx, hero.metric, where, Grouping.CHAIN)
    share = next((item.share_shown for item in every if item.key == own.key), formatting.NO_SHARE)
    sentence = wall_headlines.chain_headline(ctx, hero, stages, leader)
    others = tuple(kpi(ctx, k) for k in _CHAIN_OTHERS)
    whole = whole_name(ctx.terms, where, narrowed="所选")
    return ChainScene(own, sentence, _period(ctx), hero, share, whole, others, leader, stages)


def land_scene(ctx: ViewContext) -> LandScene:
    """Compute the scene of the newest published evaluation."""
    summary, grade_migration = land.summary(ctx), land.grade_migration(ctx)
    return LandScene(
        wall_headlines.land_headline(ctx, summary, grade_migration),
        summary,
        land.grade_structure(ctx),
        grade_migration,
        land_scatter.scatter(ctx),
    )


def projects_scene(ctx: ViewContext) -> ProjectsScene:
    """Compute the scene of projects and green energy."""
    summary = projects.summary(ctx)
    sentence = wall_headlines.projects_headline(ctx, summary)
    named = wall_headlines.period_name(ctx.period.first, ctx.period.last)
    return ProjectsScene(sentence, named, summary, projects.funnel(ctx), projects_split.chains(ctx))


def space_scene(ctx: ViewContext) -> SpaceScene:
    """Compute the scene of space."""
    plan, parks = space_plan.plan_progress(ctx), space_parks.parks(ctx)
    return SpaceScene(wall_headlines.space_headline(ctx, plan, parks), plan, parks)


def alerts_scene(ctx: ViewContext) -> AlertsScene:
    """Compute the alerts of the newest month."""
    rows = alerts.alerts(ctx.full, ctx.period.last)
    return AlertsScene(wall_headlines.alerts_headline(ctx, rows), rows)
