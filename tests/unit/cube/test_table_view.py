"""Rows of a ledger as arrays: what is told, chosen, ordered and added up, cells without a word or figure included."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from cockpit.cube.table_view import Columns, median

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
    return Columns(FRAME).rows


def test_each_is_told_as_its_kind(rows):
    np.testing.assert_array_equal(rows.figure("money"), [3, np.nan, 1, 2])
    assert rows.flag("green").tolist() == [True, False, False, True]
    assert rows.words("town") == ["a", "", "b", "a"]
    assert rows.month("on").tolist() == [202203, 0, 202112, 202201]
    assert rows.records()[2]["name"] == "丙"


def test_chosen_ones_keep_their_order(rows):
    assert rows.of("town", "a").words("name") == ["甲", "丁"]
    assert rows.within({"town": ("a", "b"), "name": ("丙", "丁")}).words("name") == ["丙", "丁"]
    assert rows.within({"town": ()}).words("name") == rows.words("name")  # nothing wanted: all
    assert len(rows.of("town", "")) == 0  # what is not told is no word
    assert rows.only(np.array([3, 0])).of("town", "a").words("name") == ["丁", "甲"]
    assert [r["name"] for r in rows.of("town", "b").records()] == ["丙"]


def test_what_has_no_day_or_figure_stands_last(rows):
    assert rows.by(rows.day("on")).words("name") == ["丙", "丁", "甲", "乙"]
    assert rows.by(rows.latest("on")).words("name") == ["甲", "丁", "丙", "乙"]
    assert rows.by(-rows.figure("money")).first(3).words("name") == ["甲", "丁", "丙"]
    equal = rows.by(rows.flag("green"), -rows.figure("money"))
    assert equal.words("name") == ["丙", "乙", "甲", "丁"]


def test_sums_and_medians_leave_out_what_is_not_told(rows):
    assert rows.total("money") == 6.0
    assert rows.of("name", "乙").total("money") == 0.0
    assert median(rows.figure("money")) == 2.0
    assert math.isnan(median(rows.of("name", "乙").figure("money")))
