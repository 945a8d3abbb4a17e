"""Firms, land and tax by grade."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from cockpit.evaluation.results.grade_shares import grade_holdings, grade_shares
from cockpit.evaluation.results.totals import evaluation_totals
from cockpit.selection import GradeMeasure
from tests.unit.evaluation.results.firms import FIRMS, select


def test_firms_by_town_and_grade():
    rows = grade_shares(select(FIRMS), "town", GradeMeasure.FIRMS)
    assert [r.key for r in rows] == ["donghu", "tangqi", "qiaosi"]  # 1/3, 1/3, 0: ties by size, then by key
    tangqi, qiaosi = rows[1:]
    assert (tangqi.amounts, tangqi.total, tangqi.ab) == ((1, 0, 1, 1), 3, pytest.approx(1 / 3))
    assert (qiaosi.amounts, qiaosi.total, qiaosi.ab) == ((0, 0, 0, 2), 2, 0)
    assert sum(r.total for r in rows) == 8  # the one without a grade isn't counted


def test_land_and_tax_by_grade():
    land = {r.key: r for r in grade_shares(select(FIRMS), "group", GradeMeasure.LAND)}
    assert (land["宗地"].amounts, land["宗地"].total, land["宗地"].ab) == ((0, 0, 3, 8), 11, 0)
    tax = {r.key: r for r in grade_shares(select(FIRMS), "town", GradeMeasure.TAX)}
    assert tax["donghu"].amounts == (0, 60, 59, 0)
    assert tax["tangqi"].ab == pytest.approx(100 / 150)


def test_a_share_of_nothing_is_none():
    owing = grade_shares(select(FIRMS.assign(tax=-1.0)), "town", GradeMeasure.TAX)
    assert len(owing) == 3
    assert all(math.isnan(r.ab) for r in owing)
    assert grade_shares(select(FIRMS.head(0)), "town", GradeMeasure.FIRMS) == []


def test_only_the_selected_firms_count():
    rows = grade_shares(select(FIRMS, division=("17",), town=("tangqi", "qiaosi")), "town", GradeMeasure.FIRMS)
    assert [(r.key, r.amounts) for r in rows] == [("tangqi", (1, 0, 1, 0))]


def test_land_and_tax_of_the_firms_of_a_grade():
    rows = {h.key: h for h in grade_holdings(select(FIRMS), "town", "D")}
    assert (rows["tangqi"].land, rows["tangqi"].share, rows["tangqi"].firms) == (10, 10 / 30, 1)
    assert (rows["donghu"].land, rows["donghu"].share, rows["donghu"].firms) == (0, 0, 0)
    assert rows["qiaosi"].share == pytest.approx(8 / 9)  # the one without a grade has land, too
    assert math.isnan(grade_holdings(select(FIRMS.assign(land_mu=0.0)), "town", "D")[0].share)


def test_hundredths_of_land_add_up_exactly():
    """1.1 + 2.2 is 3.3000000000000003 in binary; 0.1 ten times is 0.9999999999999999. As shown nothing may tip over."""
    many = pd.concat([FIRMS.assign(land_mu=0.1)] * 1000, ignore_index=True)
    assert [h.land for h in grade_holdings(select(many), "town", "D")] == [0, 200.0, 100.0]
    assert evaluation_totals(select(many)).land == {"A": 100.0, "B": 100.0, "C": 300.0, "D": 300.0}


def lift(firms, **keys):
    return evaluation_totals(select(firms, **keys)).lift


def test_lifting_the_d_firms_to_the_median_of_their_groups_c():
    # 规上 C: 4 and 10 a mu, median 7; firm 3 has 1: 6 × 10. 宗地 C: 3; firm 7 has 1: 2 × 4; firm 8 has more
    assert lift(FIRMS) == pytest.approx(60 + 8)
    assert lift(FIRMS, town=("qiaosi",)) == pytest.approx(8)  # the median stays the district's
    assert lift(FIRMS[FIRMS["grade"] != "C"]) == 0.0
    assert lift(FIRMS.head(0)) == 0.0
