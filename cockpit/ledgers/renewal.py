"""Organic renewal (有机更新) as of a day: how far each project is, what adds up, and how that stands to the plan."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from cockpit.calendar import months as m
from cockpit.calendar.dates import whole_months
from cockpit.contracts.sheets import RENEWALS
from cockpit.cube.table_view import TableView
from cockpit.district.plans import RenewalPlan

#: The methods of renewal (更新方式), in the sheet's order.
METHODS: tuple[str, ...] = RENEWALS.column("method").choices
_FEN_PER_YI = 1e10


class RenewalStage(StrEnum):
    """How far a project is: planned, in progress, done."""

    PLANNED = "谋划"
    ACTIVE = "实施"
    DONE = "完成"


@dataclass(frozen=True, slots=True)
class RenewalTotals:
    """Projects together: their number, area (亩), new space (万平方米) and expected new output (亿元)."""

    count: int
    area: float
    space: float
    output: float


#: No project.
NO_RENEWALS = RenewalTotals(0, 0.0, 0.0, 0.0)


def renewal_as_of(rows: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Add to the projects their state on ``day``.

    ``rows`` has the columns of ``contracts.sheets.RENEWALS``. Added: ``stage``; ``output_yi`` (亿元); ``days`` and ``months``
    from the start to completion, else to ``day`` (NaN: not started, or a date is missing). What happened after ``day``
    isn't known yet: a later completion leaves the project in progress, a later start leaves it planned, and both
    dates are blank. Otherwise the sheet's status counts: 完成 without a date is done, 谋划 stays planned whatever
    its dates, 实施 with a date of completion is in progress. The sheet doesn't have the day since when a project is planned:
    each is at least planned at any time.
    """
    done = (rows["status"] == RenewalStage.DONE.value) & ~(rows["completed_on"] > day)
    active = ~done & (rows["status"] != RenewalStage.PLANNED.value) & ~(rows["started_on"] > day)
    started = rows["started_on"].where(done | active)
    completed = rows["completed_on"].where(done)
    until = completed.fillna(day)
    # How long it took is unknown where the day of completion is.
    measured = started.mask(done & completed.isna())
    return rows.assign(
        stage=np.select([done, active], [RenewalStage.DONE.value, RenewalStage.ACTIVE.value], RenewalStage.PLANNED.value),
        started_on=started,
        completed_on=completed,
        output_yi=rows["expected_output_fen"].astype("float64") / _FEN_PER_YI,
        days=(until - measured).dt.days.astype("float64"),
        months=whole_months(measured, until),
    )


def totals_by_stage(entries: TableView, column: str = "") -> dict[str, tuple[RenewalTotals, RenewalTotals, RenewalTotals]]:
    """Total the projects of ``renewal_as_of`` when done, in progress and planned, by a column's value ('' = all as one).

    Projects without a value in the column are in no total. Empty without any project.
    """
    if not len(entries):
        return {}
    parts = {value: entries.where_equal(column, value) for value in set(entries.text(column))} if column else {"": entries}
    return {
        key: (_sums(rows, RenewalStage.DONE), _sums(rows, RenewalStage.ACTIVE), _sums(rows, RenewalStage.PLANNED))
        for key, rows in parts.items()
    }


def _sums(entries: TableView, stage: RenewalStage) -> RenewalTotals:
    rows = entries.where_equal("stage", stage.value)
    # Without the last digits of binary fractions the same projects give the same sum in any order: 82.15, not 82.1499….
    area, space, output = (round(rows.total(name), 6) for name in ("area_mu", "new_space_wan_m2", "output_yi"))
    return RenewalTotals(len(rows), area, space, output)


def plan_months(plan: RenewalPlan) -> tuple[int, ...]:
    """Return the plan's months as yyyymm."""
    return m.span(m.month(plan.first_year, 1), m.month(plan.first_year + plan.years - 1, 12))


def months_elapsed(plan: RenewalPlan, last: int) -> int:
    """Count the plan's months that are over at the end of month ``last``."""
    return sum(month <= last for month in plan_months(plan))


def within_plan(entries: TableView, plan: RenewalPlan) -> TableView:
    """Return the entries of ``renewal_as_of`` without those that were completed before the plan began."""
    months = entries.month("completed_on")
    return entries.take((months == 0) | (months >= plan_months(plan)[0]))
