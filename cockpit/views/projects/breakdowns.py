"""Projects by chain and by area."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cockpit import formatting
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.names import group_name
from cockpit.cube.table_view import TableView
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
    return ProjectBreakdown(tuple(rows), whole, now.known, now.lead(_insight(rows, whole)), caption)


def _row(key: str, name: str, signed: TableView, stock: TableView) -> ProjectGroup:
    money = signed.total("planned"), signed.known_total("invested")
    return ProjectGroup(key, name, len(signed), count_started(signed), *money, count_late(stock))


def _insight(rows: list[ProjectGroup], whole: ProjectGroup) -> str:
    """Say which has the largest investment and which the lowest 开工率; where several tie, none is named."""
    phrases = []
    largest = _first(rows, lambda r: r.planned)
    if largest:
        share = formatting.format_percent(largest.planned / whole.planned)
        phrases.append(f"{largest.name}计划投资最多（{formatting.format_value(PLANNED, largest.planned)}，占{share}）")
    begun = [r for r in rows if r.count >= FEWEST]
    if slowest := _first(begun, lambda r: 1 - r.start_rate):
        name = "开工率也" if slowest is largest else f"{slowest.name}开工率"
        phrases.append(f"{name}最低（{formatting.format_percent(slowest.start_rate)}）")
    return "，".join(phrases)


def _first(rows: list[ProjectGroup], value: Callable[[ProjectGroup], float]) -> ProjectGroup | None:
    """Return the one row whose value is the greatest and above zero; ``None`` when there are several, or only one row."""
    ranked = sorted(rows, key=value, reverse=True)
    if len(ranked) < 2 or value(ranked[0]) <= 0 or value(ranked[0]) == value(ranked[1]):
        return None
    return ranked[0]
