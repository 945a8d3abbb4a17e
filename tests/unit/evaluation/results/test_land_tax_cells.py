"""Cells of land and tax: where they end, and the labels by which their firms are searched."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.evaluation.results.evaluated_firms import all_firms, firm_columns
from cockpit.evaluation.results.land_tax_cells import LandTaxCell, parse_cell_key, partition_firms
from tests.unit.evaluation import builders


def test_cells_end_at_round_numbers():
    land, tax = np.array([1.0, 1.11, 1.12, 9.99]), np.array([100.0, 111.9, 100.0, 7.1])
    of, lands, taxes = partition_firms(land, tax, np.zeros(4, dtype=np.int64), 10)
    assert of[0] == of[1]
    assert len(set(of.tolist())) == 3
    assert lands[of].tolist() == [[1.0, 1.12], [1.0, 1.12], [1.12, 1.25], [9.0, 10.0]]
    assert taxes[of].tolist() == [[100.0, 112.0], [100.0, 112.0], [100.0, 112.0], [7.1, 8.0]]


def test_grades_never_share_a_cell():
    of, _, _ = partition_firms(np.ones(3), np.ones(3), np.array([0, 1, 4]), 10)
    assert len(set(of.tolist())) == 3


def test_cells_are_as_small_as_their_number_allows():
    land = np.array([1.0, 1.13, 1.3, 1.7, 3.0, 7.0])
    tax, grades = np.ones(6), np.zeros(6, dtype=np.int64)
    numbers = [len(set(partition_firms(land, tax, grades, most)[0].tolist())) for most in (6, 5, 3, 1)]
    # R20; R10 joins 1 and 1.13; R5 has 1-1.6, 1.6-2.5, 2.5-4 and 6.3-10, one too many, so it is 1, 2 and 5; powers of ten
    assert numbers == [6, 5, 3, 1]


land_and_tax = st.lists(st.tuples(st.floats(1e-3, 1e6), st.floats(1e-4, 1e9)), min_size=1, max_size=60)


@settings(max_examples=100)
@given(land_and_tax, st.integers(1, 40))
def test_every_firm_lies_within_its_cells_bounds(firms, most):
    land, tax = (np.array(side) for side in zip(*firms, strict=True))
    of, *bounds = partition_firms(land, tax, np.zeros(len(firms), dtype=np.int64), most)
    for side, spans in zip((land, tax), bounds, strict=True):
        assert (spans[of][:, 0] <= side).all()
        assert (side < spans[of][:, 1]).all()


@pytest.mark.parametrize("grade", ["A", "D", ""])
@pytest.mark.parametrize("land", [(1.0, 1.12), (0.0125, 0.016), (1e5, 112000.0)])
@pytest.mark.parametrize("tax", [(0.00315, 0.00355), (8.0, 9.0), (6.3e8, 7.1e8)])
def test_a_cells_key_names_it(grade, land, tax):
    it = LandTaxCell("规上 一组", grade, land, tax)
    assert parse_cell_key(it.key) == it
    assert len(it.key) <= 80
    assert "e" not in it.key


def test_the_label_of_a_cell():
    assert LandTaxCell("规上", "C", (10.0, 12.5), (315.0, 400.0)).label == "规上 C类 用地10—12.5亩 税收315—400万元"
    assert LandTaxCell("宗地", "", (1.0, 1.6), (1120.0, 1250.0)).label == "宗地 不定等级 用地1—1.6亩 税收1120—1250万元"


@pytest.mark.parametrize(
    "text", ["", "电子", "规上:C:10:12", "规上:E:10:12:1:2", "规上:C:a:b:1:2", ":C:1:2:3:4", "规上:C:1:2:3:4:", "。" * 500]
)
def test_another_text_names_no_cell(text):
    assert parse_cell_key(text) is None


def test_a_cell_reaches_from_its_first_to_below_its_second_numbers():
    land_and_tax_of = [(10, 4), (12.4, 4.9), (12.5, 4), (10, 5), (9.9, 4)]
    firms = [builders.firm(n, tax, land_mu=mu) for n, (mu, tax) in enumerate(land_and_tax_of, 1)]
    firms.append(builders.firm(6, None, land_mu=11.0))
    graded = builders.evaluate_policy(builders.policy(), builders.frame(firms), builders.frame([])).firms.assign(grade="B")
    every = all_firms(firm_columns(graded))
    inside = LandTaxCell("规上", "B", (10.0, 12.5), (4.0, 5.0)).filter(every)
    assert inside.text("credit_code") == [builders.number(1), builders.number(2)]
    assert not len(LandTaxCell("规上", "C", (10.0, 12.5), (4.0, 5.0)).filter(every))
    assert not len(LandTaxCell("宗地", "B", (10.0, 12.5), (4.0, 5.0)).filter(every))
    assert math.isnan(every.number("tax")[5])
