"""The page 项目 as values: key values and the way from signing to production."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from dataclasses import dataclass

from cockpit import formatting
from cockpit.analysis import comparison
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.table_view import TableView, median
from cockpit.ledgers.projects import DATES, STANDINGS, STEPS, Concern, ProjectStanding, ProjectStep, step_days_column
from cockpit.sentences.superlatives import value_text
from cockpit.views.context import ViewContext
from cockpit.views.parts import Caption
from cockpit.views.projects.state import (
    PLANNED,
    ProjectRates,
    ProjectState,
    count_started,
    delay_rules_text,
    project_state,
)


@dataclass(frozen=True, slots=True)
class GreenProjectSummary:
    """Green-energy projects: how many, their share of all, planned investment (万元) and its share, how many started."""

    count: int
    share: float
    planned: float
    planned_share: float
    started: int


@dataclass(frozen=True, slots=True)
class ProjectSummary(ProjectRates):
    """Key values of the projects signed in the period; money in 万元, rates as fractions, NaN = none.

    ``growth``: of the number signed against the base of the comparison; ``green`` None: the ledger doesn't mark it;
    ``late`` and ``soon``: projects by concern among all signed to date; ``concern_definition``: the rules as text.
    """

    known: bool
    count: int
    growth: float
    no_growth: str
    origins: tuple[tuple[str, int], ...]
    planned: float
    invested: float
    started: int
    completed: int
    producing: int
    start_days: float
    green: GreenProjectSummary | None
    late: tuple[tuple[Concern, int], ...]
    soon: int
    concern_definition: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """A step: projects that reached it with planned and invested money (万元), of them those that still stand there.

    ``rate``: of those that reached the step before (NaN for the first); ``days``: median days from it.
    """

    step: ProjectStep
    standing: ProjectStanding
    count: int
    planned: float
    invested: float
    current: int
    current_planned: float
    rate: float
    days: float


@dataclass(frozen=True, slots=True)
class Funnel:
    """The four steps. No steps: nothing was signed; ``earlier``: projects signed before the period, ``all_period`` shows them."""

    steps: tuple[FunnelStep, ...]
    known: bool
    earlier: int
    all_period: str
    insight: str
    caption: Caption


def summary(ctx: ViewContext) -> ProjectSummary:
    """Compute the key values."""
    now = project_state(ctx)
    rows, late = now.signed, now.stock.take(~now.stock.boolean("soon"))
    number = comparison.compare_total(ctx.full, METRICS["signed_projects"], ctx.period, ctx.where, ctx.compare)
    reached = [int((rows.number("step") >= at).sum()) for at in range(len(STEPS))]
    origins = Counter(origin for origin in rows.text("origin") if origin)
    return ProjectSummary(
        now.known,
        len(rows),
        number.change,
        number.reason,
        tuple(origins.most_common()),
        rows.total("planned"),
        rows.known_total("invested"),
        reached[1],
        reached[2],
        reached[3],
        median(rows.number(step_days_column(DATES[1]))),
        _green(rows),
        tuple((c, int(late.isin("concern", (c.value,)).sum())) for c in Concern),
        int(now.stock.boolean("soon").sum()),
        delay_rules_text(ctx),
        now.caption,
    )


def _green(rows: TableView) -> GreenProjectSummary | None:
    if all(math.isnan(value) for value in rows.number("green")):
        return None
    green, planned = rows.take(rows.boolean("green")), rows.total("planned")
    amount = green.total("planned")
    share = amount / planned if planned else math.nan
    return GreenProjectSummary(len(green), len(green) / len(rows), amount, share, count_started(green))


def funnel(ctx: ViewContext) -> Funnel:
    """Compute how far the projects signed in the period have come."""
    now = project_state(ctx)
    earlier = 0 if now.is_stock else len(now.stock) - len(now.signed)
    steps = tuple(_step(now.shown, at) for at in range(len(STEPS))) if len(now.shown) else ()
    return Funnel(steps, now.known, earlier, _all_period(ctx, now) if earlier else "", now.lead(_insight(steps)), _caption(now))


def _step(rows: TableView, at: int) -> FunnelStep:
    step = rows.number("step")
    reached, current = rows.take(step >= at), rows.take(step == at)
    before = int((step >= at - 1).sum()) if at else 0
    return FunnelStep(
        STEPS[at],
        STANDINGS[at],
        len(reached),
        reached.total("planned"),
        reached.known_total("invested"),
        len(current),
        current.total("planned"),
        len(reached) / before if before else math.nan,
        median(rows.number(step_days_column(DATES[at]))) if at else math.nan,
    )


def _caption(now: ProjectState) -> Caption:
    rates = "各步转化率 = 到该步的项目数 ÷ 到上一步的项目数；用时为两步日期都有的项目的中位数。"
    return dataclasses.replace(now.shown_caption, definition=f"{now.shown_caption.definition}{rates}")


def _all_period(ctx: ViewContext, now: ProjectState) -> str:
    """Return the period from the first signing on, as a link writes it."""
    return Period(PeriodKind.RANGE, int(now.stock.month(DATES[0]).min()), ctx.period.last).text


def _insight(steps: tuple[FunnelStep, ...]) -> str:
    if not steps:
        return ""
    signed, started, completed, producing = steps
    begun = f"已开工{started.count:,}个（{formatting.format_percent(started.rate)}）" if started.count else "还没有开工的"
    ready = f"，竣工{completed.count:,}个，投产{producing.count:,}个" if completed.count else ""
    text = f"签约{signed.count:,}个，{begun}{ready}"
    if signed.current:
        text += f"；待开工{signed.current:,}个，计划投资{value_text(PLANNED, signed.current_planned)}"
    return text
