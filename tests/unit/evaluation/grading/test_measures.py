"""What a grade costs or brings a firm: the bill of the differentiated measures."""

from __future__ import annotations

import pytest

from cockpit.evaluation.grading.measures import amounts_by_firm, priced_measures
from tests.unit.evaluation.builders import firm, graded, group, policy

LAND = {"key": "land_tax", "name": "土地使用税减免", "basis": "用地面积", "price": 0.5, "rates": {"A": -1.0, "B": -0.6, "D": 0.0}}
POWER = {"key": "power", "name": "差别电价", "basis": "用电量", "rates": {"C": 0.1, "D": 0.3}}
WATER = {"key": "water", "name": "差别水价", "words": {"D": "每立方米加0.3元"}}


@pytest.fixture
def result():
    """A with 10 mu, B with 20, C and D with power, one treated as B, one treated as nothing."""
    rows = [
        firm(1, 900.0, land_mu=10.0, power_wan_kwh=7.0),
        firm(2, 1600.0, land_mu=20.0, power_wan_kwh=None),
        firm(3, 60.0, power_wan_kwh=100.0),
        firm(4, 50.0, power_wan_kwh=10.0),
        firm(5, 40.0, land_mu=4.0, division="44"),
        firm(6, 30.0, land_mu=4.0, division="45"),
    ]
    exemptions = [
        {"name": "公用事业", "mark": "参照B类", "industries": ["44"], "treated_as": "B"},
        {"name": "燃气", "mark": "T", "industries": ["45"]},
    ]
    cuts = {"scores": {"A": 85, "B": 70, "C": 55}}
    return graded(policy(group(cuts=cuts), measures=[LAND, POWER, WATER], exemptions=exemptions), rows)


def test_the_amounts_of_each_firm(result):
    land, power, water = result.policy.measures
    # 10 mu × 0.5 × -1; 20 × 0.5 × -0.6; C has no rate; treated as B: 4 × 0.5 × -0.6; T pays as before
    assert amounts_by_firm(result, land).tolist() == pytest.approx([-5.0, -6.0, 0.0, 0.0, -1.2, 0.0])
    assert amounts_by_firm(result, power).tolist() == pytest.approx([0.0, 0.0, 10.0, 3.0, 0.0, 0.0])
    with pytest.raises(ValueError, match="water"):
        amounts_by_firm(result, water)


def test_the_bill(result):
    bill = {m.key: amounts_by_firm(result, m).groupby(result.firms["treated_as"]).sum() for m in priced_measures(result)}
    assert list(bill) == ["land_tax", "power"]
    by_grade = {key: {grade: amounts.get(grade, 0.0) for grade in "ABCD"} for key, amounts in bill.items()}
    assert by_grade["land_tax"] == pytest.approx({"A": -5.0, "B": -7.2, "C": 0.0, "D": 0.0})
    assert by_grade["power"] == pytest.approx({"A": 0.0, "B": 0.0, "C": 10.0, "D": 3.0})
    assert [amounts_by_firm(result, m).sum() for m in priced_measures(result)] == pytest.approx([-12.2, 13.0])


def test_a_policy_without_measures_has_an_empty_bill():
    assert priced_measures(graded(policy(), [firm(1, 50.0)])) == ()
