"""Classes of values: round cuts."""

from __future__ import annotations

import math

import pytest

from layouts.charts.value_classes import class_of, cuts


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([4.7, 4.8, 6.2, 7.4, 7.8, 8.5, 8.8, 10.8], [5, 7, 8, 9]),
        ([28.1, 30.8, 31.3, 31.6, 34.9, 40.5, 76.0, 105.2], [30, 32.5, 35, 75]),
        ([5.0, 5.0], []),
        ([5.0], []),
        ([math.nan, math.nan], []),
        ([-97.0, -91.0, -78.0, -69.0, math.nan], [-95, -90, -80, -70]),
    ],
)
def test_cuts_are_as_round_as_they_can_be_and_still_differ(values, expected):
    assert cuts(values, 5) == expected


def test_no_class_is_left_without_a_cut_below_it():
    limits = cuts([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], 5)
    assert {class_of(v, limits) for v in (1.0, 2.0, 4.0, 5.0, 7.0)} <= set(range(5))
    assert class_of(0.0, limits) == 0
    assert class_of(9.0, limits) == len(limits)
