"""Renewal projects on their way: planned, in progress, done."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from cockpit import cache, formatting
from cockpit.calendar.dates import as_date, format_duration
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.names import group_name
from cockpit.cube.arrays import FloatArray, IntArray
from cockpit.cube.table_view import TableView, median
from cockpit.ledgers.renewal import METHODS, RenewalStage, RenewalTotals
from cockpit.views.context import ViewContext
from cockpit.views.parts import Caption
from cockpit.views.space.plan import STATES
from cockpit.views.space.state import RENEWAL, State, caption, renewals, state_sums

#: Rows that a column may hold; the rest is told as a number.
LONGEST_COLUMN = 300


@dataclass(frozen=True, slots=True)
class Project:
    """A renewal project as of the period's end. ``area`` 亩, ``space`` 万平方米; ``town`` its short name; ``age`` in words."""

    name: str
    town: str
    method: str
    area: float
    space: float
    output: float
    started_on: date | None
    completed_on: date | None
    age: str


@dataclass(frozen=True, slots=True)
class Column:
    """The projects of a state: what they add up to, how many of each way, and the first of them."""

    stage: RenewalStage
    sums: RenewalTotals
    methods: tuple[tuple[str, int], ...]
    projects: tuple[Project, ...]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The three columns as of ``day``; none: nothing within the selection."""

    columns: tuple[Column, ...]
    known: bool
    day: date
    insight: str
    caption: Caption


def pipeline(ctx: ViewContext) -> Pipeline:
    """The largest planned, the longest in progress and the latest done first."""
    now = renewals(ctx)
    said = caption(ctx, RENEWAL, f"时长自启动日期起算。{STATES}")
    if not len(now.entries):
        return Pipeline((), now.known, now.day.date(), "", said)
    planned, active, done = (now.of(stage) for stage in (RenewalStage.PLANNED, RenewalStage.ACTIVE, RenewalStage.DONE))
    columns = (
        _column(ctx, RenewalStage.PLANNED, planned.sort_by(*_size(planned))),
        _column(ctx, RenewalStage.ACTIVE, active.sort_by(active.date("started_on"), *_size(active))),
        _column(ctx, RenewalStage.DONE, done.sort_by(done.latest_first("completed_on"), *_size(done))),
    )
    return Pipeline(columns, True, now.day.date(), _insight(now), said)


def _size(rows: TableView) -> tuple[FloatArray, IntArray]:
    """The largest area first, then by name."""
    return -rows.number("area_mu"), rows.categorical("name").codes


def _column(ctx: ViewContext, stage: RenewalStage, rows: TableView) -> Column:
    counts = Counter(rows.text("method"))
    methods = tuple((name, counts[name]) for name in METHODS)
    every = ctx.full.cache.get_or_compute(
        cache.RENEWAL_ROWS, ctx.period.last, lambda: [_project(ctx, r) for r in rows.store.records()]
    )
    told = tuple(every[i] for i in rows.indices[:LONGEST_COLUMN].tolist())
    done, active, planned = state_sums(rows)
    return Column(
        stage, {RenewalStage.DONE: done, RenewalStage.ACTIVE: active, RenewalStage.PLANNED: planned}[stage], methods, told
    )


def _project(ctx: ViewContext, row: Mapping[Any, Any]) -> Project:
    return Project(
        str(row["name"]),
        group_name(ctx.district, Grouping.TOWN, str(row["town"]))[1],
        str(row["method"]),
        float(row["area_mu"]),
        float(row["new_space_wan_m2"]),
        float(row["output_yi"]),
        as_date(row["started_on"]),
        as_date(row["completed_on"]),
        format_duration(float(row["months"]), float(row["days"])),
    )


def _insight(now: State) -> str:
    told = []
    done, active = now.of(RenewalStage.DONE), now.of(RenewalStage.ACTIVE)
    if not math.isnan(middle := median(done.number("months"))):
        told.append(f"完成的{len(done)}个从启动到完成，中位数{formatting.round_half_up(middle, 0)}个月")
    days = active.number("days")
    if not np.isnan(days).all():
        at = int(np.nanargmax(days))
        age = format_duration(float(active.number("months")[at]), float(days[at]))
        told.append(f"实施最久的{active.text('name')[at]}已{age}")
    if len(planned := now.of(RenewalStage.PLANNED)):
        told.append(f"{len(planned)}个还没有启动")
    return "；".join(told)
