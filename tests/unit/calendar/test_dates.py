"""Days, whole months and durations."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd
import pytest

from cockpit.calendar.dates import as_date, format_duration, month_end, whole_months


def test_a_month_ends_on_its_last_day():
    assert month_end(202202) == pd.Timestamp(2022, 2, 28)
    assert month_end(202402) == pd.Timestamp(2024, 2, 29)


def test_a_cell_of_a_date_column_is_a_date_or_nothing():
    cells = pd.Series([pd.Timestamp(2022, 3, 1), None])
    assert [as_date(cell) for cell in cells] == [date(2022, 3, 1), None]


def test_a_missing_date_leaves_no_months():
    assert whole_months(pd.Series([pd.NaT]), pd.Series([pd.Timestamp(2022, 3, 1)])).isna().all()


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2022-01-15", "2022-02-14", 0),
        ("2022-01-15", "2022-02-15", 1),
        ("2022-01-31", "2022-02-28", 1),
        ("2021-12-31", "2022-12-30", 11),
    ],
)
def test_whole_months(start, end, months):
    assert whole_months(pd.Series([pd.Timestamp(start)]), pd.Series([pd.Timestamp(end)])).to_list() == [months]


def test_durations_are_formatted():
    assert [format_duration(m, d) for m, d in ((11.0, 350.0), (0.0, 16.0), (0.0, 0.0), (math.nan, math.nan))] == [
        "11个月",
        "16天",
        "当天",
        "",
    ]
