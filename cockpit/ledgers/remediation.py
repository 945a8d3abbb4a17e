"""Remediation (低效整治) as of a day: which entries count, how far each is, and how long it took so far."""

from __future__ import annotations

import calendar
import math
from datetime import date
from enum import StrEnum

import numpy as np
import pandas as pd

from cockpit.calendar import months as m
from cockpit.contracts.sheets import REMEDIATIONS

#: Kinds of remediation (整治类型), in the sheet's order.
KINDS: tuple[str, ...] = REMEDIATIONS.column("kind").choices
#: How an entry without a date of listing tells its age.
NO_DATE = "未填列入日期"


class Stage(StrEnum):
    """How far a firm is on its way: not listed yet, in progress, done."""

    TO_LIST = "应列入"
    IN_PROGRESS = "在治"
    DONE = "完成"


def month_end(yyyymm: int) -> pd.Timestamp:
    """The last day of a month: the day as of which a period's state counts."""
    year, number = m.year_of(yyyymm), m.number_of(yyyymm)
    return pd.Timestamp(year, number, calendar.monthrange(year, number)[1])


def as_of(rows: pd.DataFrame, day: pd.Timestamp, slow_months: int) -> pd.DataFrame:
    """The entries listed up to ``day``, with how they stood then.

    ``rows`` has the columns of ``contracts.REMEDIATIONS``. Added: ``stage``; ``days`` and ``months`` from listing
    to completion, else to ``day`` (NaN: no date of listing); ``slow`` and ``soon``: in progress for more than
    ``slow_months`` on ``day``, or only by the end of the month after. A later completion is not known yet on
    ``day``: its date and land are blank. 完成 without a date counts as done; 在治 with a date is in progress, since
    the land put back counts completed rows only.
    """
    known = rows[~(rows["listed_on"] > day)]
    done = (known["status"] == Stage.DONE.value) & ~(known["completed_on"] > day)
    until = known["completed_on"].where(done).fillna(day)
    # How long it took is unknown where the day of completion is.
    listed = known["listed_on"].mask(done & known["completed_on"].isna())
    limit = known["listed_on"] + pd.DateOffset(months=slow_months)
    following = month_end(m.shift(m.month(day.year, day.month), 1))
    return known.assign(
        stage=np.where(done, Stage.DONE.value, Stage.IN_PROGRESS.value),
        completed_on=known["completed_on"].where(done),
        released_land_mu=known["released_land_mu"].where(done),
        days=(until - listed).dt.days.astype("float64"),
        months=whole_months(listed, until),
        slow=~done & (limit < day),
        soon=~done & (limit >= day) & (limit < following),
    )


def whole_months(start: pd.Series, end: pd.Series) -> pd.Series:
    """Whole months between two columns of dates, NaN where one is missing; the last day of a month ends one begun later."""
    short = (end.dt.day < start.dt.day) & ~end.dt.is_month_end
    found = (end.dt.year - start.dt.year) * 12.0 + (end.dt.month - start.dt.month) - short
    return found.where(start.notna() & end.notna()).astype("float64")


def format_duration(months: float, days: float) -> str:
    """11个月, 16天 within the first month, 当天; '' when unknown."""
    if math.isnan(days):
        return ""
    if months >= 1:
        return f"{int(months)}个月"
    return f"{int(days)}天" if days else "当天"


def as_date(moment: object) -> date | None:
    """A cell of a date column as a date; ``None`` when it is empty."""
    return moment.date() if isinstance(moment, pd.Timestamp) else None
