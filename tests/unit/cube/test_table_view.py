"""Rows of a ledger as arrays: what is told, chosen, ordered and added up, cells without a word or figure included."""

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


def test_each_is_told_as_its_kind(rows):
    np.testing.assert_array_equal(rows.number("money"), [3, np.nan, 1, 2])
    assert rows.boolean("green").tolist() == [True, False, False, True]
    assert rows.text("town") == ["a", "", "b", "a"]
    assert rows.month("on").tolist() == [202203, 0, 202112, 202201]
    assert rows.records()[2]["name"] == "丙"


def test_chosen_ones_keep_their_order(rows):
    assert rows.where_equal("town", "a").text("name") == ["甲", "丁"]
    assert rows.filter({"town": ("a", "b"), "name": ("丙", "丁")}).text("name") == ["丙", "丁"]
    assert rows.filter({"town": ()}).text("name") == rows.text("name")  # nothing wanted: all
    assert len(rows.where_equal("town", "")) == 0  # what is not told is no word
    assert rows.take(np.array([3, 0])).where_equal("town", "a").text("name") == ["丁", "甲"]
    assert [r["name"] for r in rows.where_equal("town", "b").records()] == ["丙"]


def test_what_has_no_day_or_figure_stands_last(rows):
    assert rows.sort_by(rows.date("on")).text("name") == ["丙", "丁", "甲", "乙"]
    assert rows.sort_by(rows.latest_first("on")).text("name") == ["甲", "丁", "丙", "乙"]
    assert rows.sort_by(-rows.number("money")).head(3).text("name") == ["甲", "丁", "丙"]
    equal = rows.sort_by(rows.boolean("green"), -rows.number("money"))
    assert equal.text("name") == ["丙", "乙", "甲", "丁"]


def test_sums_and_medians_leave_out_what_is_not_told(rows):
    assert rows.total("money") == 6.0
    assert rows.where_equal("name", "乙").total("money") == 0.0
    assert median(rows.number("money")) == 2.0
    assert math.isnan(median(rows.where_equal("name", "乙").number("money")))
