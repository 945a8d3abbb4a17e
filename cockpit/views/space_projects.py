"""Renewal projects on their way: planned, in progress, done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from cockpit import formatting
from cockpit.dimensions import Grouping
from cockpit.names import group_name
from cockpit.remediation import as_date, duration_words
from cockpit.renewal import METHODS, Stage, Sums
from cockpit.views.context import Context
from cockpit.views.parts import Caption
from cockpit.views.space_plan import STATES
from cockpit.views.space_state import RENEWAL, State, caption, renewals, state_sums

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

    stage: Stage
    sums: Sums
    methods: tuple[tuple[str, int], ...]
    projects: tuple[Project, ...]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The three columns as of ``day``; none: nothing within the selection."""

    columns: tuple[Column, ...]
    known: bool
    day: date
    reading: str
    caption: Caption


def pipeline(ctx: Context) -> Pipeline:
    """The largest planned, the longest in progress and the latest done first."""
    now = renewals(ctx)
    said = caption(ctx, RENEWAL, f"时长自启动日期起算。{STATES}")
    if now.entries.empty:
        return Pipeline((), now.known, now.day.date(), "", said)
    orders = (
        (Stage.PLANNED, ["area_mu", "name"], [False, True]),
        (Stage.ACTIVE, ["started_on", "area_mu", "name"], [True, False, True]),
        (Stage.DONE, ["completed_on", "area_mu", "name"], [False, False, True]),
    )
    columns = tuple(_column(ctx, s, now.of(s).sort_values(by, ascending=up, kind="stable")) for s, by, up in orders)
    return Pipeline(columns, True, now.day.date(), _reading(now), said)


def _column(ctx: Context, stage: Stage, rows: pd.DataFrame) -> Column:
    counts = Counter(rows["method"].to_list())
    methods = tuple((name, counts[name]) for name in METHODS)
    told = tuple(_project(ctx, row) for row in rows.head(LONGEST_COLUMN).to_dict("records"))
    done, active, planned = state_sums(rows)
    return Column(stage, {Stage.DONE: done, Stage.ACTIVE: active, Stage.PLANNED: planned}[stage], methods, told)


def _project(ctx: Context, row: Mapping[Any, Any]) -> Project:
    return Project(
        str(row["name"]),
        group_name(ctx.district, Grouping.TOWN, str(row["town"]))[1],
        str(row["method"]),
        float(row["area_mu"]),
        float(row["new_space_wan_m2"]),
        float(row["output_yi"]),
        as_date(row["started_on"]),
        as_date(row["completed_on"]),
        duration_words(float(row["months"]), float(row["days"])),
    )


def _reading(now: State) -> str:
    told = []
    done, active = now.of(Stage.DONE), now.of(Stage.ACTIVE)
    if done["months"].notna().any():
        median = formatting.rounded(float(done["months"].median()), 0)
        told.append(f"完成的{len(done)}个从启动到完成，中位数{median}个月")
    if active["months"].notna().any():
        oldest = active.loc[active["days"].idxmax()]
        age = duration_words(float(oldest["months"]), float(oldest["days"]))
        told.append(f"实施最久的{oldest['name']}已{age}")
    if len(planned := now.of(Stage.PLANNED)):
        told.append(f"{len(planned)}个还没有启动")
    return "；".join(told)
