"""Rows of a table as arrays: converted, filtered, sorted and added up, missing cells included."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from cockpit.cube.table_view import ColumnStore, median

FRAME = pd.DataFrame(
    {
        "name": pd.Series(["甲", "乙", "丙", "丁"], dtype="str"),
        "town": pd.Series(["a", None, "b", "a"], dtype="str"),
        "on": pd.to_datetime(["2022-03-31", None, "2021-12-01", "2022-01-15"]).as_unit("s"),
        "money": pd.array([3, None, 1, 2], dtype="Int64"),
        "green": pd.array([True, None, False, True], dtype="boolean"),
    }
)


@pytest.fixture
def rows():
    return ColumnStore(FRAME).rows


def test_each_column_is_converted_as_its_kind(rows):
    np.testing.assert_array_equal(rows.number("money"), [3, np.nan, 1, 2])
    assert rows.boolean("green").tolist() == [True, False, False, True]
    assert rows.text("town") == ["a", "", "b", "a"]
    assert rows.month("on").tolist() == [202203, 0, 202112, 202201]
    assert rows.records()[2]["name"] == "丙"


def test_filtered_rows_stay_in_order(rows):
    assert rows.where_equal("town", "a").text("name") == ["甲", "丁"]
    assert rows.filter({"town": ("a", "b"), "name": ("丙", "丁")}).text("name") == ["丙", "丁"]
    assert rows.filter({"town": ()}).text("name") == rows.text("name")  # no value: no restriction
    assert len(rows.where_equal("town", "")) == 0  # a missing text is no text
    assert rows.take(np.array([3, 0])).where_equal("town", "a").text("name") == ["丁", "甲"]
    assert [r["name"] for r in rows.where_equal("town", "b").records()] == ["丙"]


def test_rows_without_date_or_number_come_last(rows):
    assert rows.sort_by(rows.date("on")).text("name") == ["丙", "丁", "甲", "乙"]
    assert rows.sort_by(rows.latest_first("on")).text("name") == ["甲", "丁", "丙", "乙"]
    assert rows.sort_by(-rows.number("money")).head(3).text("name") == ["甲", "丁", "丙"]
    equal = rows.sort_by(rows.boolean("green"), -rows.number("money"))
    assert equal.text("name") == ["丙", "乙", "甲", "丁"]


def test_sums_and_medians_leave_out_missing_numbers(rows):
    assert rows.total("money") == 6.0
    assert rows.where_equal("name", "乙").total("money") == 0.0
    assert median(rows.number("money")) == 2.0
    assert math.isnan(median(rows.where_equal("name", "乙").number("money")))


def test_a_view_takes_masks_and_positions_also_as_lists(rows):
    assert rows.take([True, False, False, True]).text("name") == ["甲", "丁"]
    assert rows.take([2, 0]).text("name") == ["丙", "甲"]
    assert len(rows.take([])) == 0


def test_extremes_leave_out_missing_numbers(rows):
    assert rows.known("money") == [3.0, 1.0, 2.0]
    assert (rows.minimum("money"), rows.maximum("money"), rows.median("money")) == (1.0, 3.0, 2.0)
    assert (rows.argmax("money"), rows.where_equal("town", "b").argmax("money")) == (0, 0)
    nothing = rows.where_equal("name", "乙")
    assert nothing.argmax("money") is None
    assert math.isnan(nothing.minimum("money"))
    assert math.isnan(nothing.maximum("money"))
