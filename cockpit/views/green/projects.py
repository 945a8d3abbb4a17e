"""Green projects: by field (细分领域), and one by one with the step each has reached."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cockpit import formatting
from cockpit.calendar.dates import as_date
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.names import group_name
from cockpit.ledgers.projects import STANDINGS
from cockpit.sentences.clauses import join_clauses
from cockpit.sentences.shares import share_clause
from cockpit.sentences.superlatives import show_value, superlative, value_text
from cockpit.views.context import ViewContext
from cockpit.views.green.scope import PLANNED, UNKNOWN_FIELD, as_of_label, green, has_projects, project_caption, signed
from cockpit.views.green.summary import ProjectTotals, project_totals
from cockpit.views.parts import Caption
from cockpit.views.projects.state import INVESTED_AS_OF

#: The monthly data have no field, so investment by field is that of the projects.
_NO_FIELD = f"月度经营的绿色能源投资不分领域，分领域用项目台账的计划总投资和累计完成投资。{INVESTED_AS_OF}"


@dataclass(frozen=True, slots=True)
class GreenFieldRow:
    """A field: its projects, and its share of the planned investment: a fraction, and the percentage as shown."""

    name: str
    totals: ProjectTotals
    share: float
    share_shown: Decimal


@dataclass(frozen=True, slots=True)
class GreenFields:
    """Fields by planned investment, the largest first; ``whole``: all green projects."""

    rows: tuple[GreenFieldRow, ...]
    whole: ProjectTotals
    known: bool
    insight: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class GreenProject:
    """A green project: town's short name, planned and invested in 万元 (NaN = not reported), the step reached (0-3)."""

    number: str
    name: str
    field: str
    town: str
    planned: float
    invested: float
    step: int
    since: date | None

    @property
    def completion(self) -> float:
        """Return invested ÷ planned, a fraction."""
        return self.invested / self.planned if self.planned > 0 else math.nan


@dataclass(frozen=True, slots=True)
class GreenProjectList:
    """All green projects, the largest first; ``standings``: how many are at each step."""

    rows: tuple[GreenProject, ...]
    standings: tuple[tuple[str, int], ...]
    known: bool
    insight: str
    caption: Caption


def fields(ctx: ViewContext) -> GreenFields:
    """Add up the green projects signed up to the period's end by field."""
    rows = green(signed(ctx))
    whole, names = project_totals(rows), rows.text("field")
    by_field = [(n or UNKNOWN_FIELD, project_totals(rows.take([n == other for other in names]))) for n in set(names)]
    by_field.sort(key=lambda f: (-f[1].planned, f[0]))
    shown = formatting.shown_shares([totals.planned for _, totals in by_field])
    fields = [
        GreenFieldRow(name, totals, totals.planned / whole.planned if whole.planned > 0 else math.nan, percent)
        for (name, totals), percent in zip(by_field, shown, strict=True)
    ]
    caption = project_caption(ctx, f"{as_of_label(ctx)}签约", _NO_FIELD)
    return GreenFields(tuple(fields), whole, has_projects(ctx), _fields_insight(fields), caption)


def _fields_insight(rows: list[GreenFieldRow]) -> str:
    """Say which field has the largest planned investment, and which has come furthest with it."""
    planned = [(r.name, r.totals.planned) for r in rows]
    completion = [(r.name, r.totals.completion) for r in rows]
    most = superlative(planned, "最多", show_value(PLANNED), noun="个领域", attribute="计划投资")
    best = superlative(completion, "最高", formatting.format_percent, noun="个领域", attribute="完成率")
    first = next((r for r in rows if most and r.name == most.subject), None)
    share = share_clause(first.name, first.share, shown=first.share_shown) if first else None
    return join_clauses([most, share, best], "，")


def projects(ctx: ViewContext) -> GreenProjectList:
    """List the green projects signed up to the period's end, with the step reached by then."""
    rows = green(signed(ctx))
    rows = rows.sort_by(-rows.number("planned"), rows.categorical("project_no").codes)
    projects = tuple(
        GreenProject(
            str(row["project_no"]),
            str(row["name"]),
            row["field"] if isinstance(row["field"], str) else UNKNOWN_FIELD,
            group_name(ctx.district, Grouping.TOWN, str(row["town"]))[1],
            float(row["planned"]),
            float(row["invested"]),
            int(row["step"]),
            as_date(row["since"]),
        )
        for row in rows.records()
    )
    standings = tuple((s.value, sum(p.step == i for p in projects)) for i, s in enumerate(STANDINGS))
    definition = f"截至期末签约的绿色能源项目；进度按期末时已填的开工、竣工、投产日期，期末以后的日期不算。{INVESTED_AS_OF}"
    caption = project_caption(ctx, as_of_label(ctx), definition)
    return GreenProjectList(projects, standings, has_projects(ctx), _projects_insight(projects, standings), caption)


def _projects_insight(projects: tuple[GreenProject, ...], standings: tuple[tuple[str, int], ...]) -> str:
    if not projects:
        return ""
    counts = "，".join(f"{name}{count}个" for name, count in standings if count)
    waiting = sum(p.planned for p in projects if p.step == 0)
    tail = f"；待开工的计划投资{value_text(PLANNED, waiting)}" if waiting > 0 else ""
    return f"{counts}{tail}"
