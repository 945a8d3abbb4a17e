"""Sums and rounding of the engine."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.evaluation.grading.rounding import exact_sum, round_array


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (14.445, 2, 14.45),  # the nearest double lies below the half
        (14.444999999999, 2, 14.45),  # noise of earlier sums
        (14.4449, 2, 14.44),
        (-14.445, 2, -14.45),
        (2.5, 0, 3.0),
        (-2.5, 0, -3.0),
        (0.1 + 0.2, 8, 0.3),
        (99.999999996, 8, 100.0),
        (1e15, 8, 1e15),
        (0.0, 8, 0.0),
    ],
)
def test_half_up(value, digits, expected):
    assert round_array(np.array([value]), digits).tolist() == [expected]


def test_half_up_leaves_missing_values():
    assert np.isnan(round_array(np.array([np.nan]), 2)).tolist() == [True]


@given(st.lists(st.floats(-1e12, 1e12), max_size=30), st.randoms())
def test_a_total_is_the_same_in_any_order(values, random):
    mixed = list(values)
    random.shuffle(mixed)
    assert exact_sum(np.array(mixed, dtype=float)) == exact_sum(np.array(values, dtype=float))


def test_a_total_is_exact_and_leaves_missing_values_out():
    assert exact_sum(np.array([1e16, 1.0, np.nan, -1e16])) == 1.0
    assert exact_sum(np.array([np.nan])) == 0.0
