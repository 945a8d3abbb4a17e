"""Calendar days: the day a month ends, how long something took, and that in Chinese."""

from __future__ import annotations

import calendar
import math
from datetime import date

import pandas as pd

from cockpit.calendar import months as m


def month_end(yyyymm: int) -> pd.Timestamp:
    """Return the last day of a month: the day as of which a period's state counts."""
    year, number = m.year_of(yyyymm), m.number_of(yyyymm)
    return pd.Timestamp(year, number, calendar.monthrange(year, number)[1])


def whole_months(start: pd.Series, end: pd.Series) -> pd.Series:
    """Count whole months between two columns of dates, NaN where one is missing.

    The last day of a month completes a month that began on a later day of it (31 January to 28 February is one).
    """
    is_short = (end.dt.day < start.dt.day) & ~end.dt.is_month_end
    months = (end.dt.year - start.dt.year) * 12.0 + (end.dt.month - start.dt.month) - is_short
    return months.where(start.notna() & end.notna()).astype("float64")


def format_day(day: date) -> str:
    """Format a day as it is written everywhere but in a column of days, which has 2022-05-20: 2022年5月20日."""
    return f"{day.year}年{day.month}月{day.day}日"


def as_date(moment: object) -> date | None:
    """Convert a cell of a date column; ``None`` when it is empty."""
    return moment.date() if isinstance(moment, pd.Timestamp) else None


def format_duration(months: float, days: float) -> str:
    """Format a duration: 11个月, 16天 within the first month, 当天; '' when ``days`` is NaN."""
    if math.isnan(days):
        return ""
    if months >= 1:
        return f"{int(months)}个月"
    return f"{int(days)}天" if days else "当天"
