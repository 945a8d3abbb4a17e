"""The projects one by one: those behind by rule, and the list."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from cockpit import cache
from cockpit.calendar.dates import as_date, format_duration
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.names import group_name
from cockpit.cube.table_view import TableView
from cockpit.ledgers.projects import DATES, STANDINGS, Concern, ProjectStanding
from cockpit.sentences.shares import precise_percent
from cockpit.sentences.superlatives import value_text
from cockpit.views.context import ViewContext
from cockpit.views.parts import Caption
from cockpit.views.projects.state import PLANNED, ProjectState, delay_rules_text, project_state

#: Rows that a list may hold; the rest is a number.
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """Everything known of a project.

    Money is in 万元, NaN where it is unknown. ``step`` is the last step that was taken (0 to 3), ``dates`` are those of the four
    steps, and ``age`` is the time since the last one, as text. ``concern`` says why it needs attention, '' where it doesn't;
    ``over`` counts the days since the last day that would have been in time (negative: the days left). ``green`` is ``None``
    where it wasn't reported.
    """

    number: str
    name: str
    chain: str
    chain_name: str
    town: str
    investor: str
    origin: str
    field: str
    green: bool | None
    planned: float
    invested: float
    step: int
    standing: str
    dates: tuple[date | None, ...]
    age: str
    concern: str
    soon: bool
    over: int

    @property
    def completion(self) -> float:
        """Invested ÷ planned."""
        return self.invested / self.planned if self.planned else math.nan


@dataclass(frozen=True, slots=True)
class Attention:
    """Projects that are behind, the longest first, then those that soon will be. ``total``: all projects looked at.

    ``late``: how many of each concern; ``planned``: their planned investment (万元); ``projects``: the first of them.
    """

    projects: tuple[ProjectRow, ...]
    count: int
    late: tuple[tuple[Concern, int], ...]
    soon: int
    planned: float
    total: int
    known: bool
    insight: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class ProjectList:
    """The projects signed in the period, of the selected standing (``None``: all), the largest planned investment first."""

    projects: tuple[ProjectRow, ...]
    count: int
    standing: ProjectStanding | None
    counts: tuple[tuple[ProjectStanding, int], ...]
    known: bool
    insight: str
    caption: Caption

    @property
    def total(self) -> int:
        """Projects of any standing."""
        return sum(n for _, n in self.counts)


def attention(ctx: ViewContext) -> Attention:
    """List projects behind by rule among all signed to date."""
    now = project_state(ctx)
    rows = now.stock.take(~now.stock.isin("concern", ("",)))
    rows = rows.sort_by(rows.boolean("soon"), -rows.number("over"), -rows.number("planned"))
    late = rows.take(~rows.boolean("soon"))
    counts = tuple((c, int(late.isin("concern", (c.value,)).sum())) for c in Concern)
    caption = dataclasses.replace(now.stock_caption, definition=f"{delay_rules_text(ctx)}{now.stock_caption.definition}")
    return Attention(
        _projects(ctx, now, rows),
        len(rows),
        counts,
        len(rows) - len(late),
        late.total("planned"),
        len(now.stock),
        now.known,
        _insight(late, now.stock),
        caption,
    )


def _insight(late: TableView, stock: TableView) -> str:
    if not len(late):
        return "没有逾期或停滞的项目" if len(stock) else ""
    share = "全部" if len(late) == len(stock) else precise_percent(len(late) / len(stock))
    money = value_text(PLANNED, late.total("planned"))
    return f"{len(late):,}个逾期或停滞，占在库项目的{share}，涉及计划投资{money}"


def listing(ctx: ViewContext) -> ProjectList:
    """List the projects signed in the period."""
    now = project_state(ctx)
    standing = next((s for s in STANDINGS if s.value == ctx.selection.group), None)
    rows = now.shown if standing is None else now.shown.where_equal("standing", standing.value)
    rows = rows.sort_by(-rows.number("planned"), rows.categorical("project_no").codes)
    counts = tuple((s, int(now.shown.isin("standing", (s.value,)).sum())) for s in STANDINGS)
    return ProjectList(
        _projects(ctx, now, rows), len(rows), standing, counts, now.known, now.lead(_largest(rows)), now.shown_caption
    )


def _largest(rows: TableView) -> str:
    """Say what share of the planned investment the largest ten have; '' for fewer than twenty projects."""
    total, first = rows.total("planned"), rows.head(10).total("planned")
    if len(rows) < 20 or total <= 0:
        return ""
    return f"投资最大的10个计划{value_text(PLANNED, first)}，占{precise_percent(first / total)}"


def _projects(ctx: ViewContext, now: ProjectState, rows: TableView) -> tuple[ProjectRow, ...]:
    """Return the first ``LONGEST`` rows as they are listed; all of a day's are built once a data version."""
    every = ctx.full.cache.get_or_compute(
        cache.PROJECT_ROWS, now.day, lambda: [_project(ctx, row) for row in now.stock.store.records()]
    )
    return tuple(every[i] for i in rows.indices[:LONGEST].tolist())


def _project(ctx: ViewContext, row: Mapping[Any, Any]) -> ProjectRow:
    planned, invested, over = (_number(row.get(k)) for k in ("planned", "invested", "over"))
    return ProjectRow(
        str(row["project_no"]),
        str(row["name"]),
        str(row["chain"]),
        group_name(ctx.district, Grouping.CHAIN, str(row["chain"]))[0],
        group_name(ctx.district, Grouping.TOWN, str(row["town"]))[1],
        _text(row["investor"]),
        _text(row["origin"]),
        _text(row["field"]),
        None if pd.isna(row["green"]) else bool(row["green"]),
        planned,
        invested,
        int(row["step"]),
        str(row["standing"]),
        tuple(as_date(row[d]) for d in DATES),
        format_duration(float(row["months"]), float(row["days"])),
        str(row["concern"]),
        bool(row["soon"]),
        0 if math.isnan(over) else int(over),
    )


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


def _number(value: Any) -> float:
    return math.nan if value is None or pd.isna(value) else float(value)
