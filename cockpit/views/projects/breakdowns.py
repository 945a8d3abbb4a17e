"""Projects by chain and by area."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

from cockpit import formatting
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.names import group_name
from cockpit.cube.table_view import TableView
from cockpit.sentences.clauses import Clause, join_clauses
from cockpit.sentences.shares import share_clause
from cockpit.sentences.superlatives import count_noun, show_value, superlative
from cockpit.views.context import ViewContext
from cockpit.views.parts import Caption
from cockpit.views.projects.state import (
    PLANNED,
    ProjectRates,
    ProjectState,
    count_late,
    count_started,
    delay_rules_text,
    project_state,
)

#: With fewer projects a low 开工率 may be chance: it is not mentioned.
FEWEST = 3
_LATE = f"开工率高低只比签约{FEWEST}个以上的。逾期含停滞，按截至期末签约的全部项目计，不论哪年签约。"


@dataclass(frozen=True, slots=True)
class ProjectGroup(ProjectRates):
    """A chain or an area (the whole: key ''): projects signed in the period, started, money (万元); behind among all to date."""

    key: str
    name: str
    count: int
    started: int
    planned: float
    invested: float
    late: int


@dataclass(frozen=True, slots=True)
class ProjectBreakdown:
    """All chains or areas, the largest planned investment first, and their sum. No rows: nothing was signed."""

    rows: tuple[ProjectGroup, ...]
    whole: ProjectGroup | None
    known: bool
    insight: str
    caption: Caption


def chains(ctx: ViewContext) -> ProjectBreakdown:
    """Break the projects down by chain, every chain whichever are selected."""
    now = project_state(ctx, every_chain=True)
    return _breakdown(ctx, now, Grouping.CHAIN, "chain", [c.key for c in ctx.district.chains])


def towns(ctx: ViewContext) -> ProjectBreakdown:
    """Break the projects down by area, every area whichever are selected."""
    now = project_state(ctx, every_town=True)
    return _breakdown(ctx, now, Grouping.TOWN, "town", [t.key for t in ctx.district.towns])


def _breakdown(ctx: ViewContext, now: ProjectState, by: Grouping, column: str, keys: Sequence[str]) -> ProjectBreakdown:
    if not len(now.shown):
        return ProjectBreakdown((), None, now.known, "", now.caption)
    rows = []
    for key in keys:
        own, all_own = now.shown.where_equal(column, key), now.stock.where_equal(column, key)
        rows.append(_row(key, group_name(ctx.district, by, key)[0], own, all_own))
    rows.sort(key=lambda r: -r.planned)
    whole = _row("", "合计", now.shown, now.stock)
    definition = f"{now.shown_caption.definition}{_LATE}{delay_rules_text(ctx)}"
    caption = dataclasses.replace(now.shown_caption, definition=definition)
    insight = now.lead(_insight(rows, whole, count_noun(by, ctx.terms)))
    return ProjectBreakdown(tuple(rows), whole, now.known, insight, caption)


def _row(key: str, name: str, signed: TableView, stock: TableView) -> ProjectGroup:
    money = signed.total("planned"), signed.known_total("invested")
    return ProjectGroup(key, name, len(signed), count_started(signed), *money, count_late(stock))


def _insight(rows: list[ProjectGroup], whole: ProjectGroup, noun: str) -> str:
    """Say which has the largest investment with its share, and which of those with several projects the lowest 开工率."""
    most = superlative([(r.name, r.planned) for r in rows], "最多", show_value(PLANNED), noun=noun, attribute="计划投资")
    share = next((r.planned / whole.planned for r in rows if most and r.name == most.subject), math.nan)
    begun = [(r.name, r.start_rate) for r in rows if r.count >= FEWEST]
    slowest = superlative(begun, "最低", formatting.format_percent, noun=noun, attribute="开工率", least=True)
    if slowest and all(rate >= 1 for _, rate in begun):
        slowest = None  # all have begun all: nobody is slow
    compared: Clause | str | None = slowest
    if slowest and any(0 < r.count < FEWEST for r in rows):
        among = "" if slowest.subject == f"{len(begun)}{noun}" else f"{noun[1:]}中"
        compared = f"签约{FEWEST}个以上的{among}{slowest}"
    return join_clauses([most, share_clause(most.subject, share) if most else None, compared], "，")
