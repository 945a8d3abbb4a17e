from __future__ import annotations

import numpy as np
import pytest

from cockpit.cube.cube import Filter
from tests.factories import snapshot
from tests.workbooks import firm, month


@pytest.fixture
def cube(district):
    sheets = {
        "企业名录": [firm(1), firm(2, "东湖街道", "3415"), firm(3, kind="宗地"), firm(4)],
        "月度经营": [month(1, "2022-02", 100.01, _span=2), month(1, "2022-05"), month(2, "2022-03", None), month(3, "2022-04")],
    }
    return snapshot(sheets, district).cube


def test_months_run_unbroken_from_the_first_covered_to_the_newest(cube):
    assert cube.months == (202201, 202202, 202203, 202204, 202205)
    assert (cube.first_month, cube.newest_month) == (202201, 202205)


def test_money_is_stored_in_fen_so_that_sums_are_exact(cube):
    output = cube.values["output"]
    assert np.nansum(output[:, 1]) == 100_010_000
    assert np.isnan(output[:, 2]).all(), "reported empty is missing, not zero"


def test_presence_covers_the_months_of_a_joint_row_and_silent_enterprises_are_left_out(cube):
    assert cube.present.shape == (3, 5)
    assert cube.present.tolist() == [
        [True, True, False, False, True],
        [False, False, True, False, False],
        [False, False, False, True, False],
    ]


def test_the_span_is_how_many_months_a_row_covers(cube):
    assert cube.span.max(axis=0).tolist() == [0, 2, 1, 1, 1]


def test_only_cells_of_its_kind_pass_a_filter(cube):
    assert cube.mask(Filter()).sum() == 2
    assert cube.mask(Filter(kind="宗地")).sum() == 1
    assert cube.mask(Filter(towns=("donghu",), industries=("34",))).sum() == 1
    assert cube.mask(Filter(towns=("donghu",), industries=("17",))).sum() == 0
    assert Filter(stages=("x",), chains=("y",)).items() == (("chain", ("y",)), ("stage", ("x",)))


def test_months_without_data_have_no_position(cube):
    assert cube.month_columns([202112, 202201, 202203, 202301]).tolist() == [0, 2]


def test_values_are_filled_with_zero_beside_a_mask_of_what_was_reported(cube):
    values, flags = cube.filled_and_mask("output", 1)
    assert values.sum() == 100_010_000 + np.nansum(cube.values["output"][:, 2:])
    assert not np.isnan(values).any()
    np.testing.assert_array_equal(flags, ~np.isnan(cube.values["output"][:, 1:]))
