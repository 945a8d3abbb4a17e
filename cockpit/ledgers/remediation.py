"""Remediation (低效整治) as of a day: which entries count, how far each is, and how long it took so far."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pandas as pd

from cockpit.calendar import months as m
from cockpit.calendar.dates import month_end, whole_months
from cockpit.contracts.sheets import REMEDIATIONS

#: Kinds of remediation (整治类型), in the sheet's order.
KINDS: tuple[str, ...] = REMEDIATIONS.column("kind").choices
#: Shown instead of the age of an entry without a date of listing.
NO_DATE = "未填列入日期"


class RemediationStage(StrEnum):
    """How far the remediation of a firm is: not listed yet, in progress, done."""

    TO_LIST = "尚未列入"
    IN_PROGRESS = "在治"
    DONE = "完成"


def remediation_as_of(rows: pd.DataFrame, day: pd.Timestamp, slow_months: int) -> pd.DataFrame:
    """Select the entries listed up to ``day``, with their state on that day.

    ``rows`` has the columns of ``contracts.sheets.REMEDIATIONS``. Added: ``stage``; ``days`` and ``months`` from listing
    to completion, else to ``day`` (NaN: no date of listing); ``slow`` and ``soon``: in progress for more than
    ``slow_months`` on ``day``, or only by the end of the month after. A later completion is not known yet on
    ``day``: its date and land are blank. 完成 without a date counts as done; 在治 with a date is in progress, since
    the metric ``released_land`` counts completed rows only.
    """
    known = rows[~(rows["listed_on"] > day)]
    done = (known["status"] == RemediationStage.DONE.value) & ~(known["completed_on"] > day)
    until = known["completed_on"].where(done).fillna(day)
    # How long it took is unknown where the day of completion is.
    listed = known["listed_on"].mask(done & known["completed_on"].isna())
    limit = known["listed_on"] + pd.DateOffset(months=slow_months)
    following = month_end(m.shift(m.month(day.year, day.month), 1))
    return known.assign(
        stage=np.where(done, RemediationStage.DONE.value, RemediationStage.IN_PROGRESS.value),
        completed_on=known["completed_on"].where(done),
        released_land_mu=known["released_land_mu"].where(done),
        days=(until - listed).dt.days.astype("float64"),
        months=whole_months(listed, until),
        slow=~done & (limit < day),
        soon=~done & (limit >= day) & (limit < following),
    )
