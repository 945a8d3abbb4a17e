"""What may be computed from everything that the interface answers: with the cube single firms, with the coarser one none."""

from __future__ import annotations

import itertools
import math

import pytest

from cockpit.aggregations.sums import land
from cockpit.cube.cube import MEASURES, Filter
from tests.unit.disclosure import planted
from tests.unit.disclosure.attack import Attack, dominated, over_few_firms, totals_by_firm
from tests.unit.disclosure.row_space import are_disjoint
from tests.unit.disclosure.test_decision import untidy

pytestmark = pytest.mark.slow
#: Staff is weighed by months; what it is summed over is the same.
SUMMED = [measure for measure in MEASURES if measure != "staff_months"]


@pytest.fixture(scope="module")
def attack(district):
    return Attack(district, planted.sheets(), len(planted.MONTHS))


@pytest.mark.parametrize("measure", SUMMED)
def test_no_combination_of_answers_isolates_a_firm(attack, measure):
    sets = attack.coarse_sets(measure)
    # Every combination is over whole sets, so what holds for each of them holds for all.
    assert len(sets) >= len(planted.MONTHS)
    assert are_disjoint(sets)
    assert over_few_firms(sets) == dominated(sets, attack.figures(measure)) == []


@pytest.mark.parametrize("measure", SUMMED)
def test_bounds_of_every_firm_are_wider_than_15_percent(attack, measure):
    values = attack.figures(measure)
    for each in attack.coarse_sets(measure):
        totals = totals_by_firm(each, values)
        # The others may have reported all of it or nothing: from 0 to the total is what a reader can say of a firm.
        assert all(sum(totals.values()) > 1.15 * value for value in totals.values() if value)


@pytest.mark.parametrize("seed", [5, 7])
def test_no_combination_isolates_a_firm_of_an_untidy_district(district, seed):
    attack = Attack(district, untidy(seed), 8)
    for measure in SUMMED:
        sets = attack.coarse_sets(measure)
        assert not sets or are_disjoint(sets)
        assert over_few_firms(sets) == dominated(sets, attack.figures(measure)) == []
    assert len(attack.coarse_sets("output")) >= 8


def test_the_same_attack_on_the_cube_isolates_firms(attack):
    sets = attack.fine_sets()
    firms = {frozenset(n for n, _ in each) for each in over_few_firms(sets)}
    planted_cells = [(planted.SINGLE,), planted.PAIR, planted.TOWN_OF_TWO]
    # Who reported January and February together is what the two months together hold beyond each of them.
    assert {frozenset(cell) for cell in (*planted_cells, (planted.JOINT,))} <= firms
    for measure, n in (("output", planted.BIG_OUTPUT), ("tax", planted.BIG_TAX)):
        assert any(n in {firm for firm, _ in each} for each in dominated(sets, attack.figures(measure)))


def land_differences(data):
    """Differences of land between two months, over every selection of one key or none a dimension."""
    result = set()
    for question in itertools.product(*[("", *data.cube.codes[name].keys) for name in ("town", "division", "chain")]):
        where = Filter(*(() if key == "" else (key,) for key in question))
        known = [value for month in data.cube.months if not math.isnan(value := land(data, (month,), where, None).get(""))]
        result |= {round(abs(a - b), 4) for a, b in itertools.combinations(known, 2)}
    return result


def test_land_of_who_comes_or_goes_is_not_a_subtraction_away(attack):
    own = {firm["用地面积（亩）"] for firm in planted.sheets()["企业名录"]}
    assert planted.ENTRANT_LAND in own & land_differences(attack.data)
    assert not own & land_differences(attack.data.without_firms(attack.coarsening))
