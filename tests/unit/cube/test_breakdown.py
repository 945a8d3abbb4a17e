"""Values by group: reindexed, ranked, added up, and as pandas."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from cockpit.cube.breakdown import Breakdown, ComparedBreakdown, all_keys

TOWNS = Breakdown.from_items([("a", 1.0), ("b", math.nan), ("c", 3.0), ("d", 1.0)])


def test_a_value_by_key_and_nan_for_a_missing_one():
    assert TOWNS.get("c") == 3.0
    assert math.isnan(TOWNS.get("x"))
    assert TOWNS.get("x", 0.0) == 0.0
    np.testing.assert_array_equal(TOWNS.reindex(("d", "x", "a")), [1.0, np.nan, 1.0])
    assert all_keys(TOWNS, Breakdown.from_items([("e", 1.0)])) == ("a", "b", "c", "d", "e")


def test_the_largest_come_first_and_missing_ones_never():
    assert TOWNS.top(2) == [("c", 3.0), ("a", 1.0)]
    assert [key for key, _ in TOWNS.top(9)] == ["c", "a", "d"]
    assert TOWNS.total() == 5.0


def test_pandas_at_the_edge():
    pd.testing.assert_series_equal(TOWNS.to_series(), pd.Series({"a": 1.0, "b": np.nan, "c": 3.0, "d": 1.0}))
    assert TOWNS.to_frame("output").loc["c", "output"] == 3.0


def test_compared_groups_sort_by_value():
    values = np.array([1.0, np.nan, 3.0])
    compared = ComparedBreakdown(("a", "b", "c"), values, values / 2, values, np.ones(3), np.array([1, 1, 2]))
    rows = compared.sorted_by_value().rows()
    assert [row[:2] for row in rows][:2] == [("c", 3.0), ("a", 1.0)]
    assert compared.sorted_by_value().keys == ("c", "a", "b")
    assert compared.sorted_by_value().covered.tolist() == [2, 1, 1]
    assert compared.total() == pytest.approx(4.0)
    assert list(compared.to_frame().columns) == ["value", "base", "compared", "change", "covered"]
