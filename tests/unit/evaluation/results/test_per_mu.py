"""Amounts per mu, and what moved them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.evaluation.results.per_mu import per_mu, per_mu_changes
from tests.unit.evaluation.results.firms import FIRMS, select


def test_per_mu_is_a_ratio_of_sums_not_a_mean_of_ratios():
    assert per_mu(select(FIRMS), "tax") == pytest.approx(863 / 52)
    by_town = {t: per_mu(select(FIRMS, town=(t,)), "tax") for t in ("tangqi", "donghu", "qiaosi")}
    assert by_town == pytest.approx({"tangqi": 5.0, "donghu": 119 / 13, "qiaosi": 594 / 9})


def test_per_mu_leaves_out_firms_that_lack_either():
    some = FIRMS.assign(tax=FIRMS["tax"].where(FIRMS["credit_code"] != "1"))
    assert per_mu(select(some, town=("tangqi",)), "tax") == pytest.approx(50 / 20)
    assert math.isnan(per_mu(select(FIRMS.assign(land_mu=0.0)), "tax"))
    assert math.isnan(per_mu(select(FIRMS.head(0)), "tax"))


BEFORE = FIRMS.assign(
    tax=[80.0, 40.0, 20.0, 30.0, 50.0, 10.0, 4.0, 9.0, 5.0], land_mu=[8.0, 12.0, 10.0, 5.0, 6.0, 3.0, 4.0, 4.0, 2.0]
)


def test_how_a_towns_tax_per_mu_moved():
    rows, whole = per_mu_changes(select(FIRMS), select(BEFORE), "tax", "town", "division")
    assert [r.key for r in rows] == ["qiaosi", "donghu", "tangqi"]
    town = rows[-1]
    # 150 ÷ 30 and 140 ÷ 30; 17: 140 ÷ 20 = 7 against 120 ÷ 20 = 6, 18: 1 against 2; no land moved between them
    assert (town.value, town.base) == (5.0, pytest.approx(140 / 30))
    assert town.own == pytest.approx(2 / 3 * 1 - 1 / 3 * 1)
    assert town.structure == pytest.approx(0.0, abs=1e-12)
    assert (whole.value, whole.base) == (pytest.approx(863 / 52), pytest.approx(248 / 54))


def test_without_a_year_before_there_are_values_only():
    rows, whole = per_mu_changes(select(FIRMS), None, "tax", "town", "division")
    assert [r.value for r in rows] == pytest.approx([66.0, 119 / 13, 5.0])
    assert all(math.isnan(v) for r in (*rows, whole) for v in (r.base, r.change, r.own, r.structure))


def test_a_town_of_only_one_of_the_years_is_reported():
    moved = BEFORE.assign(town=BEFORE["town"].replace("donghu", "linping"), division=BEFORE["division"].replace("29", "30"))
    rows = {r.key: r for r in per_mu_changes(select(FIRMS), select(moved), "tax", "town", "division")[0]}
    assert set(rows) == {"tangqi", "donghu", "linping", "qiaosi"}
    assert math.isnan(rows["donghu"].base)
    assert math.isnan(rows["linping"].value)
    assert rows["qiaosi"].own == 0  # none of its industries was there before: all is structure
    assert rows["qiaosi"].structure == pytest.approx(rows["qiaosi"].change)


firm_rows = st.lists(
    st.tuples(st.sampled_from("甲乙"), st.sampled_from(["17", "18", "29"]), st.floats(0, 1e4), st.floats(0.1, 500)),
    min_size=1,
    max_size=12,
)


@settings(max_examples=50)
@given(firm_rows, firm_rows)
def test_own_and_structure_add_up_to_the_change(now, then):
    frames = [pd.DataFrame(rows, columns=["town", "division", "tax", "land_mu"]) for rows in (now, then)]
    changes, whole = per_mu_changes(*map(select, frames), "tax", "town", "division")
    assert {r.key for r in changes} == {row[0] for row in (*now, *then)}
    for row in (*changes, whole):
        value, base = (
            math.fsum(r[2] for r in rows if row.key in (r[0], "")) / land
            if (land := math.fsum(r[3] for r in rows if row.key in (r[0], "")))
            else math.nan
            for rows in (now, then)
        )
        np.testing.assert_allclose(row.value, value, rtol=1e-9)
        np.testing.assert_allclose(row.base, base, rtol=1e-9)
        np.testing.assert_allclose(row.own + row.structure, value - base, rtol=1e-9, atol=1e-7)
