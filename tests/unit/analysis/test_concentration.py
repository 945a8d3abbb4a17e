from __future__ import annotations

import math

import numpy as np
import pytest

from cockpit.analysis.concentration import concentration
from cockpit.cube.cube import Filter


def test_four_largest_and_sum_of_squares():
    """40, 30, 10, 10, 10 %: CR4 = 90 %, HHI = 1600 + 900 + 3 × 100 = 2800."""
    result = concentration(np.array([10.0, 40, 10, 30, 10]))
    assert (result.firms, result.cr4, result.hhi) == (5, pytest.approx(0.9), pytest.approx(2800))


def test_one_enterprise_is_fully_concentrated():
    result = concentration(np.array([7.0]))
    assert (result.firms, result.cr4, result.hhi) == (1, 1, 10_000)


def test_who_reported_nothing_does_not_count_and_who_reported_zero_does():
    assert concentration(np.array([5.0, math.nan, 0.0])).firms == 2


@pytest.mark.parametrize("values", [[], [0.0, 0.0], [math.nan]])
def test_without_a_total_there_is_no_concentration(values):
    result = concentration(np.array(values, dtype=np.float64))
    assert math.isnan(result.cr4)
    assert math.isnan(result.hhi)


def test_concentration_equals_the_oracle(repository, expected):
    months = [f"2022-{n:02d}" for n in range(1, 13)]
    totals = repository.firm_totals(repository.snapshot(), "output", range(202201, 202213), ())
    result = concentration(totals.filter(Filter(towns=("donghu",))).value)
    assert (result.firms, result.cr4, result.hhi) == pytest.approx(
        expected.concentration("工业总产值", months, towns=("东湖街道",))
    )
