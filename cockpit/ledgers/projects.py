"""Projects (项目) as of a day: how far each has come, since when, and which are behind by rule."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
import pandas as pd

from cockpit.calendar import months as m
from cockpit.calendar.dates import month_end, whole_months
from cockpit.district.thresholds import Thresholds


class ProjectStep(StrEnum):
    """The four steps of a project, in order."""

    SIGNED = "签约"
    STARTED = "开工"
    COMPLETED = "竣工"
    PRODUCING = "投产"


class ProjectStanding(StrEnum):
    """Where a project stands: the step it has reached and has not yet left. In the order of ``ProjectStep``."""

    TO_START = "待开工"
    BUILDING = "在建"
    TO_PRODUCE = "待投产"
    PRODUCING = "已投产"


class Concern(StrEnum):
    """What is wrong with a project by rule."""

    LATE_START = "逾期未开工"
    STALLED = "进展停滞"
    LATE_COMPLETION = "逾期未竣工"
    LATE_PRODUCTION = "逾期未投产"


STEPS, STANDINGS = tuple(ProjectStep), tuple(ProjectStanding)
#: Date of each step in the ledger.
DATES = ("signed_on", "started_on", "completed_on", "in_production_on")


@dataclass(frozen=True, slots=True)
class DelayRule:
    """A project is behind after more than ``months`` in a ``standing``, if less than ``below`` % of the plan is invested."""

    concern: Concern
    standing: ProjectStanding
    months: int
    below: float = np.inf

    @property
    def text(self) -> str:
        """The rule in Chinese."""
        reached = {ProjectStanding.TO_START: "签约", ProjectStanding.BUILDING: "开工", ProjectStanding.TO_PRODUCE: "竣工"}[
            self.standing
        ]
        missing = {ProjectStanding.TO_START: "未开工", ProjectStanding.BUILDING: "未竣工", ProjectStanding.TO_PRODUCE: "未投产"}[
            self.standing
        ]
        if np.isfinite(self.below):
            return f"{reached}超过{self.months}个月、完成投资不足计划的{self.below:g}%"
        return f"{reached}超过{self.months}个月{missing}"


def delay_rules(limits: Thresholds) -> tuple[DelayRule, ...]:
    """Return the district's rules; where several apply to a project, the later one counts."""
    return (
        DelayRule(Concern.LATE_START, ProjectStanding.TO_START, limits.project_start_months),
        DelayRule(Concern.STALLED, ProjectStanding.BUILDING, limits.project_stall_months, limits.project_stall_share_pct),
        DelayRule(Concern.LATE_COMPLETION, ProjectStanding.BUILDING, limits.project_build_months),
        DelayRule(Concern.LATE_PRODUCTION, ProjectStanding.TO_PRODUCE, limits.project_production_months),
    )


def projects_as_of(rows: pd.DataFrame, day: pd.Timestamp, limits: Thresholds) -> pd.DataFrame:
    """Select the projects signed up to ``day``, with their state on that day.

    ``rows`` has the columns of ``contracts.sheets.PROJECTS``. A later step is not known yet on ``day``: its date is blank.
    Added: ``step`` (0-3, the furthest one reached: a project completed on a known day counts as started, dated or
    not), ``standing``, ``since`` (the day of that step), ``days`` and ``months`` from it to ``day``, ``concern``
    ('' = none) with ``limit``, the last day that is still in time, and ``soon``: behind only by the end of the month
    after; ``step_days_column(date)``: days from the step before. ``invested_fen`` is as of that day already, or missing.
    """
    known = rows[rows["signed_on"] <= day]
    known = known.assign(**{date: known[date].where(known[date] <= day) for date in DATES})
    reached = np.column_stack([known[date].notna() for date in DATES])
    step = len(DATES) - 1 - reached[:, ::-1].argmax(axis=1) if len(known) else np.empty(0, dtype=int)
    since = pd.Series(pd.NaT, index=known.index, dtype="datetime64[ns]")
    for index, date in enumerate(DATES):
        since = since.mask(step == index, known[date])
    until = pd.Series(day, index=known.index)
    known = known.assign(
        step=step,
        standing=np.array([s.value for s in STANDINGS], dtype=object)[step],
        since=since,
        days=(until - since).dt.days.astype("float64"),
        months=whole_months(since, until),
        concern="",
        soon=False,
        limit=pd.Series(pd.NaT, index=known.index, dtype="datetime64[ns]"),
    )
    for before, date in pairwise(DATES):
        known = known.assign(**{step_days_column(date): (known[date] - known[before]).dt.days.astype("float64")})
    for rule in delay_rules(limits):
        known = _apply_rule(known, rule, day)
    return known


def step_days_column(date: str) -> str:
    """Name the column with the days from the step before to the one with this date."""
    return f"took_{date}"


def _apply_rule(known: pd.DataFrame, rule: DelayRule, day: pd.Timestamp) -> pd.DataFrame:
    """Apply a rule; a project over one limit isn't reported as soon over another."""
    limit = known["since"] + pd.DateOffset(months=rule.months)
    share = known["invested_fen"].astype("float64") / known["planned_fen"].astype("float64") * 100
    # Where the investment is unknown, the project is not behind for it.
    applies = (known["standing"] == rule.standing.value) & ((share < rule.below) if np.isfinite(rule.below) else True)
    following = month_end(m.shift(m.month(day.year, day.month), 1))
    late = applies & (limit < day)
    soon = applies & ~late & (limit < following) & ((known["concern"] == "") | known["soon"])
    hit = late | soon
    return known.assign(
        concern=known["concern"].mask(hit, rule.concern.value),
        limit=known["limit"].mask(hit, limit),
        soon=(known["soon"] & ~late) | soon,
    )
