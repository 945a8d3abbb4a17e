"""Renewal projects by stage: planned, in progress, done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cockpit import cache, formatting
from cockpit.calendar.dates import as_date, format_duration
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.names import group_name
from cockpit.cube.arrays import FloatArray, IntArray
from cockpit.cube.table_view import TableView
from cockpit.ledgers.renewal import METHODS, RenewalStage, RenewalTotals
from cockpit.views.context import ViewContext
from cockpit.views.parts import Caption
from cockpit.views.space.plan import STAGE_RULES
from cockpit.views.space.state import RENEWAL, RenewalState, renewal_state, space_caption, stage_totals

#: Most projects of a column; of the rest there is only the number.
LONGEST_COLUMN = 300


@dataclass(frozen=True, slots=True)
class RenewalProject:
    """A renewal project as of the period's end. ``area`` 亩, ``space`` 万平方米; ``town`` its short name; ``age`` as text."""

    name: str
    town: str
    method: str
    area: float
    space: float
    output: float
    completed_on: date | None
    age: str


@dataclass(frozen=True, slots=True)
class RenewalColumn:
    """The projects of a stage: their totals, how many by each method, and the first of them."""

    stage: RenewalStage
    sums: RenewalTotals
    methods: tuple[tuple[str, int], ...]
    projects: tuple[RenewalProject, ...]


@dataclass(frozen=True, slots=True)
class RenewalPipeline:
    """The three stages as columns, as of ``day``; none: nothing within the selection."""

    columns: tuple[RenewalColumn, ...]
    known: bool
    day: date
    insight: str
    caption: Caption


def renewal_pipeline(ctx: ViewContext) -> RenewalPipeline:
    """Compute the columns: the largest planned, the longest in progress and the latest done first."""
    now = renewal_state(ctx)
    renewal_caption = space_caption(ctx, RENEWAL, f"时长自启动日期起算。{STAGE_RULES}")
    if not len(now.entries):
        return RenewalPipeline((), now.known, now.day.date(), "", renewal_caption)
    planned, active, done = (now.at_stage(stage) for stage in (RenewalStage.PLANNED, RenewalStage.ACTIVE, RenewalStage.DONE))
    columns = (
        _column(ctx, RenewalStage.PLANNED, planned.sort_by(*_size(planned))),
        _column(ctx, RenewalStage.ACTIVE, active.sort_by(active.date("started_on"), *_size(active))),
        _column(ctx, RenewalStage.DONE, done.sort_by(done.latest_first("completed_on"), *_size(done))),
    )
    return RenewalPipeline(columns, True, now.day.date(), _insight(now), renewal_caption)


def _size(rows: TableView) -> tuple[FloatArray, IntArray]:
    """Return the sort keys that put the largest area first, then go by name."""
    return -rows.number("area_mu"), rows.categorical("name").codes


def _column(ctx: ViewContext, stage: RenewalStage, rows: TableView) -> RenewalColumn:
    counts = Counter(rows.text("method"))
    methods = tuple((name, counts[name]) for name in METHODS)
    every = ctx.full.cache.get_or_compute(
        cache.RENEWAL_ROWS, ctx.period.last, lambda: [_project(ctx, r) for r in rows.store.records()]
    )
    shown = tuple(every[i] for i in rows.indices[:LONGEST_COLUMN].tolist())
    totals = dict(zip((RenewalStage.DONE, RenewalStage.ACTIVE, RenewalStage.PLANNED), stage_totals(rows), strict=True))
    return RenewalColumn(stage, totals[stage], methods, shown)


def _project(ctx: ViewContext, row: Mapping[Any, Any]) -> RenewalProject:
    return RenewalProject(
        str(row["name"]),
        group_name(ctx.district, Grouping.TOWN, str(row["town"]))[1],
        str(row["method"]),
        float(row["area_mu"]),
        float(row["new_space_wan_m2"]),
        float(row["output_yi"]),
        as_date(row["completed_on"]),
        format_duration(float(row["months"]), float(row["days"])),
    )


def _insight(now: RenewalState) -> str:
    parts = []
    done, active = now.at_stage(RenewalStage.DONE), now.at_stage(RenewalStage.ACTIVE)
    if done.known("months"):
        parts.append(f"完成的{len(done)}个从启动到完成，中位数{formatting.format_rounded(done.median('months'), 0)}个月")
    longest = active.argmax("days")
    if longest is not None:
        age = format_duration(float(active.number("months")[longest]), float(active.number("days")[longest]))
        days = active.number("days")
        alone = sum(d == days[longest] for d in days) == 1
        name = active.text("name")[longest]
        parts.append(f"{'实施最久的' if len(active) > 1 else '实施中的'}{name}已{age}" if alone else f"实施最久的已{age}")
    if len(planned := now.at_stage(RenewalStage.PLANNED)):
        parts.append(f"{len(planned)}个还没有启动")
    return "；".join(parts)
