"""What an evaluation says of the district."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.evaluation.summary import UNGRADED, by_part, change_by_part, lift, migration, moves, per_mu

FIRMS = pd.DataFrame(
    [
        # code, town, group, division, grade, tax, land
        ("1", "tangqi", "规上", "17", "A", 100.0, 10.0),
        ("2", "tangqi", "规上", "17", "C", 40.0, 10.0),
        ("3", "tangqi", "规上", "18", "D", 10.0, 10.0),
        ("4", "donghu", "规上", "17", "B", 60.0, 5.0),
        ("5", "donghu", "规上", "18", "C", 50.0, 5.0),
        ("6", "donghu", "宗地", "18", "C", 9.0, 3.0),
        ("7", "qiaosi", "宗地", "29", "D", 4.0, 4.0),
        ("8", "qiaosi", "宗地", "29", "D", 90.0, 4.0),
        ("9", "qiaosi", "规上", "29", "不定等级", 500.0, 1.0),
    ],
    columns=["credit_code", "town", "group", "division", "grade", "tax", "land_mu"],
)


def test_firms_by_town_and_grade():
    table = by_part(FIRMS, "town", "count")
    assert table.index.tolist() == ["donghu", "tangqi", "qiaosi"]  # 1/3, 1/3, 0: ties by size
    assert table.loc["tangqi"].to_dict() == pytest.approx({"A": 1, "B": 0, "C": 1, "D": 1, "total": 3, "ab": 1 / 3})
    assert table.loc["qiaosi"].to_dict() == {"A": 0, "B": 0, "C": 0, "D": 2, "total": 2, "ab": 0}
    assert table["total"].sum() == 8  # the one without a grade isn't counted


def test_land_and_tax_by_grade():
    land = by_part(FIRMS, "group", "land_mu")
    assert land.loc["宗地"].to_dict() == {"A": 0, "B": 0, "C": 3, "D": 8, "total": 11, "ab": 0}
    tax = by_part(FIRMS, "town", "tax")
    assert tax.loc["donghu", ["B", "C", "total"]].tolist() == [60, 59, 119]
    assert tax.loc["tangqi", "ab"] == pytest.approx(100 / 150)


def test_a_share_of_nothing_is_none():
    owing = FIRMS.assign(tax=-1.0)
    assert by_part(owing, "town", "tax")["ab"].isna().all()
    assert by_part(FIRMS.head(0), "town", "count").empty


def grades(pairs):
    return pd.DataFrame(pairs, columns=["credit_code", "grade"])


def test_migration_and_moves():
    before = grades([("1", "A"), ("2", "C"), ("3", "D"), ("4", "D"), ("5", "B"), ("6", "不定等级"), ("7", "B")])
    after = grades([("1", "B"), ("2", "A"), ("3", "D"), ("4", "C"), ("5", "B"), ("6", "C"), ("8", "A")])
    table = migration(before, after)
    assert table.index.tolist() == table.columns.tolist() == ["A", "B", "C", "D", UNGRADED]
    expected = {("A", "B"), ("C", "A"), ("D", "D"), ("D", "C"), ("B", "B"), (UNGRADED, "C"), ("B", UNGRADED), (UNGRADED, "A")}
    assert {(row, to) for row in table.index for to in table.columns if table.loc[row, to] == 1} == expected
    assert table.to_numpy().sum() == 8
    assert moves(table) == (2, 1, 1)  # 2 and 4 rose, 1 fell, 3 stayed D


def test_migration_from_nothing():
    table = migration(grades([]).astype("str"), grades([("1", "A")]))
    assert table.loc[UNGRADED, "A"] == 1
    assert moves(table) == (0, 0, 0)
    assert migration(grades([]), grades([])).to_numpy().sum() == 0


def test_lifting_the_d_firms_to_the_median_of_their_groups_c():
    # 规上 C: 4 and 10 a mu, median 7; firm 3 has 1: 6 × 10. 宗地 C: 3; firm 7 has 1: 2 × 4; firm 8 has more
    assert lift(FIRMS, FIRMS) == pytest.approx(60 + 8)
    assert lift(FIRMS[FIRMS["town"] == "qiaosi"], FIRMS) == pytest.approx(8)
    assert lift(FIRMS, FIRMS[FIRMS["grade"] != "C"]) == 0.0
    assert lift(FIRMS.head(0), FIRMS) == 0.0


def test_per_mu_is_a_ratio_of_sums_not_a_mean_of_ratios():
    assert per_mu(FIRMS, "tax")["whole"] == pytest.approx(863 / 52)
    by_town = per_mu(FIRMS, "tax", "town")
    assert by_town.to_dict() == pytest.approx({"tangqi": 5.0, "donghu": 119 / 13, "qiaosi": 594 / 9})


def test_per_mu_leaves_out_firms_that_lack_either():
    some = FIRMS.assign(tax=FIRMS["tax"].where(FIRMS["credit_code"] != "1"))
    assert per_mu(some, "tax", "town")["tangqi"] == pytest.approx(50 / 20)
    assert per_mu(FIRMS.assign(land_mu=0.0), "tax", "town").isna().all()
    assert per_mu(FIRMS.head(0), "tax").empty


BEFORE = FIRMS.assign(
    tax=[80.0, 40.0, 20.0, 30.0, 50.0, 10.0, 4.0, 9.0, 5.0], land_mu=[8.0, 12.0, 10.0, 5.0, 6.0, 3.0, 4.0, 4.0, 2.0]
)


def test_how_a_towns_tax_per_mu_moved():
    table = change_by_part(FIRMS, BEFORE, "tax", "town", "division")
    assert table.index.tolist() == ["qiaosi", "donghu", "tangqi"]
    town = table.loc["tangqi"]
    # 150 ÷ 30 and 140 ÷ 30; 17: 140 ÷ 20 = 7 against 120 ÷ 20 = 6, 18: 1 against 2; no land moved between them
    assert (town["value"], town["base"]) == (5.0, pytest.approx(140 / 30))
    assert town["own"] == pytest.approx(2 / 3 * 1 - 1 / 3 * 1)
    assert town["structure"] == pytest.approx(0.0, abs=1e-12)


figures = st.lists(
    st.tuples(st.sampled_from("甲乙"), st.sampled_from(["17", "18", "29"]), st.floats(0, 1e4), st.floats(0.1, 500)),
    min_size=1,
    max_size=12,
)


@settings(deadline=None, max_examples=50)
@given(figures, figures)
def test_own_and_structure_add_up_to_the_change(now, then):
    made = [pd.DataFrame(rows, columns=["town", "division", "tax", "land_mu"]) for rows in (now, then)]
    table = change_by_part(*made, "tax", "town", "division")
    assert set(table.index) == {row[0] for row in (*now, *then)}
    for town, row in table.iterrows():
        value, base = (
            math.fsum(r[2] for r in rows if r[0] == town) / land
            if (land := math.fsum(r[3] for r in rows if r[0] == town))
            else math.nan
            for rows in (now, then)
        )
        np.testing.assert_allclose(row["value"], value, rtol=1e-9)
        np.testing.assert_allclose(row["base"], base, rtol=1e-9)
        np.testing.assert_allclose(row["own"] + row["structure"], value - base, rtol=1e-9, atol=1e-7)
