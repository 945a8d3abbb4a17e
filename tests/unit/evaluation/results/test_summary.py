"""What an evaluation says of the district."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.evaluation.policy.policy import GRADES
from cockpit.evaluation.results.cohort import cohort, columns
from cockpit.evaluation.results.summary import by_part, held, migration, moves, per_mu, yields
from cockpit.evaluation.results.totals import totals

#: What the cases leave aside.
ASIDE = {"name": "企业", "chain": "", "reason": "", "group": "规上", "grade": "C", "credit_code": "0", "value_added": math.nan}

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


def among(firms, **wanted):
    """The firms of a frame; ``wanted``: of these places only."""
    frame = firms.assign(**{k: v for k, v in ASIDE.items() if k not in firms}, score=0.0, rank=1)
    return cohort(columns(frame)).within(wanted)


def test_firms_by_town_and_grade():
    rows = by_part(among(FIRMS), "town", "count")
    assert [r.key for r in rows] == ["donghu", "tangqi", "qiaosi"]  # 1/3, 1/3, 0: ties by size, then by key
    tangqi, qiaosi = rows[1:]
    assert (tangqi.amounts, tangqi.total, tangqi.ab) == ((1, 0, 1, 1), 3, pytest.approx(1 / 3))
    assert (qiaosi.amounts, qiaosi.total, qiaosi.ab) == ((0, 0, 0, 2), 2, 0)
    assert sum(r.total for r in rows) == 8  # the one without a grade isn't counted


def test_land_and_tax_by_grade():
    land = {r.key: r for r in by_part(among(FIRMS), "group", "land_mu")}
    assert (land["宗地"].amounts, land["宗地"].total, land["宗地"].ab) == ((0, 0, 3, 8), 11, 0)
    tax = {r.key: r for r in by_part(among(FIRMS), "town", "tax")}
    assert tax["donghu"].amounts == (0, 60, 59, 0)
    assert tax["tangqi"].ab == pytest.approx(100 / 150)


def test_a_share_of_nothing_is_none():
    owing = by_part(among(FIRMS.assign(tax=-1.0)), "town", "tax")
    assert len(owing) == 3
    assert all(math.isnan(r.ab) for r in owing)
    assert by_part(among(FIRMS.head(0)), "town", "count") == []


def test_only_the_firms_of_the_cohort_count():
    rows = by_part(among(FIRMS, division=("17",), town=("tangqi", "qiaosi")), "town", "count")
    assert [(r.key, r.amounts) for r in rows] == [("tangqi", (1, 0, 1, 0))]


def test_what_the_firms_of_a_grade_hold():
    rows = {h.key: h for h in held(among(FIRMS), "town", "D")}
    assert (rows["tangqi"].land, rows["tangqi"].share, rows["tangqi"].firms) == (10, 10 / 30, 1)
    assert (rows["donghu"].land, rows["donghu"].share, rows["donghu"].firms) == (0, 0, 0)
    assert rows["qiaosi"].share == pytest.approx(8 / 9)  # the one without a grade has land, too
    assert math.isnan(held(among(FIRMS.assign(land_mu=0.0)), "town", "D")[0].share)


def test_hundredths_of_land_add_up_exactly():
    """1.1 + 2.2 is 3.3000000000000003 in binary; 0.1 ten times is 0.9999999999999999. As shown nothing may tip over."""
    many = pd.concat([FIRMS.assign(land_mu=0.1)] * 1000, ignore_index=True)
    assert [h.land for h in held(among(many), "town", "D")] == [0, 200.0, 100.0]
    assert totals(among(many)).land == {"A": 100.0, "B": 100.0, "C": 300.0, "D": 300.0}


def grades(pairs):
    frame = pd.DataFrame(pairs, columns=["credit_code", "grade"], dtype="str")
    return among(frame.assign(town="tangqi", division="17", tax=1.0, land_mu=1.0))


def moved(before, after):
    codes = [pd.Index(c.words("credit_code"), dtype="str") for c in (before, after)]
    return migration(before.grade, after.grade, codes[0].get_indexer(codes[1]))


NONE = len(GRADES)


def test_migration_and_moves():
    before = grades([("1", "A"), ("2", "C"), ("3", "D"), ("4", "D"), ("5", "B"), ("6", "不定等级"), ("7", "B")])
    after = grades([("1", "B"), ("2", "A"), ("3", "D"), ("4", "C"), ("5", "B"), ("6", "C"), ("8", "A")])
    table = moved(before, after)
    a, b, c, d = range(4)
    expected = {(a, b), (c, a), (d, d), (d, c), (b, b), (NONE, c), (b, NONE), (NONE, a)}
    assert set(zip(*np.nonzero(table), strict=True)) == expected
    assert table.sum() == 8
    assert moves(table) == (2, 1, 1)  # 2 and 4 rose, 1 fell, 3 stayed D


def test_migration_from_nothing():
    table = moved(grades([]), grades([("1", "A")]))
    assert table[NONE, 0] == table.sum() == 1
    assert moves(table) == (0, 0, 0)
    assert moved(grades([("1", "B")]), grades([]))[1, NONE] == 1
    assert moved(grades([]), grades([])).sum() == 0


def lift(firms, **wanted):
    return totals(among(firms, **wanted)).lift


def test_lifting_the_d_firms_to_the_median_of_their_groups_c():
    # 规上 C: 4 and 10 a mu, median 7; firm 3 has 1: 6 × 10. 宗地 C: 3; firm 7 has 1: 2 × 4; firm 8 has more
    assert lift(FIRMS) == pytest.approx(60 + 8)
    assert lift(FIRMS, town=("qiaosi",)) == pytest.approx(8)  # the median stays the district's
    assert lift(FIRMS[FIRMS["grade"] != "C"]) == 0.0
    assert lift(FIRMS.head(0)) == 0.0


def test_per_mu_is_a_ratio_of_sums_not_a_mean_of_ratios():
    assert per_mu(among(FIRMS), "tax") == pytest.approx(863 / 52)
    by_town = {t: per_mu(among(FIRMS, town=(t,)), "tax") for t in ("tangqi", "donghu", "qiaosi")}
    assert by_town == pytest.approx({"tangqi": 5.0, "donghu": 119 / 13, "qiaosi": 594 / 9})


def test_per_mu_leaves_out_firms_that_lack_either():
    some = FIRMS.assign(tax=FIRMS["tax"].where(FIRMS["credit_code"] != "1"))
    assert per_mu(among(some, town=("tangqi",)), "tax") == pytest.approx(50 / 20)
    assert math.isnan(per_mu(among(FIRMS.assign(land_mu=0.0)), "tax"))
    assert math.isnan(per_mu(among(FIRMS.head(0)), "tax"))


BEFORE = FIRMS.assign(
    tax=[80.0, 40.0, 20.0, 30.0, 50.0, 10.0, 4.0, 9.0, 5.0], land_mu=[8.0, 12.0, 10.0, 5.0, 6.0, 3.0, 4.0, 4.0, 2.0]
)


def test_how_a_towns_tax_per_mu_moved():
    rows, whole = yields(among(FIRMS), among(BEFORE), "tax", "town", "division")
    assert [r.key for r in rows] == ["qiaosi", "donghu", "tangqi"]
    town = rows[-1]
    # 150 ÷ 30 and 140 ÷ 30; 17: 140 ÷ 20 = 7 against 120 ÷ 20 = 6, 18: 1 against 2; no land moved between them
    assert (town.value, town.base) == (5.0, pytest.approx(140 / 30))
    assert town.own == pytest.approx(2 / 3 * 1 - 1 / 3 * 1)
    assert town.structure == pytest.approx(0.0, abs=1e-12)
    assert (whole.value, whole.base) == (pytest.approx(863 / 52), pytest.approx(248 / 54))


def test_without_a_year_before_there_are_values_only():
    rows, whole = yields(among(FIRMS), None, "tax", "town", "division")
    assert [r.value for r in rows] == pytest.approx([66.0, 119 / 13, 5.0])
    assert all(math.isnan(v) for r in (*rows, whole) for v in (r.base, r.change, r.own, r.structure))


def test_a_place_that_only_one_of_the_years_has_is_told():
    gone = BEFORE.assign(town=BEFORE["town"].replace("donghu", "linping"), division=BEFORE["division"].replace("29", "30"))
    rows = {r.key: r for r in yields(among(FIRMS), among(gone), "tax", "town", "division")[0]}
    assert set(rows) == {"tangqi", "donghu", "linping", "qiaosi"}
    assert math.isnan(rows["donghu"].base)
    assert math.isnan(rows["linping"].value)
    assert rows["qiaosi"].own == 0  # none of its industries was there before: all is structure
    assert rows["qiaosi"].structure == pytest.approx(rows["qiaosi"].change)


figures = st.lists(
    st.tuples(st.sampled_from("甲乙"), st.sampled_from(["17", "18", "29"]), st.floats(0, 1e4), st.floats(0.1, 500)),
    min_size=1,
    max_size=12,
)


@settings(deadline=None, max_examples=50)
@given(figures, figures)
def test_own_and_structure_add_up_to_the_change(now, then):
    made = [pd.DataFrame(rows, columns=["town", "division", "tax", "land_mu"]) for rows in (now, then)]
    found, whole = yields(*map(among, made), "tax", "town", "division")
    assert {r.key for r in found} == {row[0] for row in (*now, *then)}
    for row in (*found, whole):
        value, base = (
            math.fsum(r[2] for r in rows if row.key in (r[0], "")) / land
            if (land := math.fsum(r[3] for r in rows if row.key in (r[0], "")))
            else math.nan
            for rows in (now, then)
        )
        np.testing.assert_allclose(row.value, value, rtol=1e-9)
        np.testing.assert_allclose(row.base, base, rtol=1e-9)
        np.testing.assert_allclose(row.own + row.structure, value - base, rtol=1e-9, atol=1e-7)
