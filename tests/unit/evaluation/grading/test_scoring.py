"""From values to points: caps, floors, directions, missing values, additions and deductions."""

from __future__ import annotations

import pytest

from cockpit.errors import PolicyError
from tests.unit.evaluation.builders import column, firm, graded, group, indicator, points, policy, scoring

NAN = None


def rule(*indicators, **more):
    return policy(group(*indicators), **more)


def single(value, **more):
    """Points of one firm with this tax on one mu, baseline 100, weight 100."""
    return points(scoring([value], rule(indicator(**more))))[0][0]


@pytest.mark.parametrize(
    ("value", "more", "expected"),
    [
        (50, {}, 50.0),  # 50 ÷ 100 × 100
        (400, {}, 400.0),  # no cap
        (400, {"cap": 1.5}, 150.0),
        (150, {"cap": 1.5}, 150.0),
        (0, {}, 0.0),
        (-30, {}, 0.0),  # a negative numerator scores the floor
        (10, {"floor": 0.2}, 20.0),
        (-30, {"floor": 0.2}, 20.0),
        (-30, {"floor": -0.1}, -10.0),
        (50, {"direction": "lower", "cap": 3}, 200.0),  # 100 ÷ 50
        (50, {"direction": "lower", "cap": 1.5}, 150.0),
        (0, {"direction": "lower", "cap": 1.5}, 150.0),  # infinitely good: the cap
        (-5, {"direction": "lower", "cap": 1.5}, 0.0),  # a negative one isn't good at all
        (50, {"direction": "lower_linear"}, 150.0),  # 2 - 0.5
        (250, {"direction": "lower_linear"}, 0.0),  # 2 - 2.5, the floor
        (0, {"direction": "lower_linear"}, 200.0),
        (-5, {"direction": "lower_linear"}, 0.0),
        (-5, {"direction": "lower_linear", "floor": 0.1}, 10.0),
    ],
)
def test_points_of_a_value(value, more, expected):
    assert single(value, **more) == pytest.approx(expected, abs=1e-12)


def test_a_negative_denominator_scores_the_floor():
    of = indicator(numerator="工业增加值", denominator="评价税收", baseline=1.0)
    result = graded(rule(of), [firm(1, -2.0, value_added=-4.0), firm(2, 2.0, value_added=-4.0), firm(3, -2.0, value_added=4.0)])
    assert points(result) == [[0.0], [0.0], [0.0]]


TWO = (indicator(weight=60), indicator("rd", 40, "研发经费", "主营业务收入", 0.1))


def two(missing, rows):
    return graded(rule(TWO[0], TWO[1] | {"missing": missing}), rows)


FULL = firm(1, 50.0, rd=1.0, revenue=5.0)  # 30 + 0.2 ÷ 0.1 × 40 = 30 + 80
HALF = firm(2, 50.0, rd=1.0, revenue=20.0)  # 30 + 0.05 ÷ 0.1 × 40 = 30 + 20
MISSING = [{"rd": NAN, "revenue": 5.0}, {"rd": 1.0, "revenue": NAN}, {"rd": 1.0, "revenue": 0.0}, {"rd": 0.0, "revenue": 0.0}]


@pytest.mark.parametrize("more", MISSING)
@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ("zero", [30.0, 0.0]),
        ("group_mean", [30.0, 50.0]),  # (80 + 20) ÷ 2
        ("redistribute", [50.0, 0.0]),  # 30 × 100 ÷ 60
    ],
)
def test_a_missing_value_and_a_zero_denominator(missing, expected, more):
    result = two(missing, [FULL, HALF, firm(3, 50.0, **more)])
    assert points(result) == [[30.0, 80.0], [30.0, 20.0], expected]
    assert column(result, "base_score")[2] == pytest.approx(sum(expected))


def test_the_groups_mean_counts_firms_at_floor_and_cap_as_they_scored():
    capped = TWO[1] | {"missing": "group_mean", "cap": 1.5}
    result = graded(rule(TWO[0], capped), [FULL, firm(2, 50.0, rd=-3.0, revenue=5.0), firm(3, 50.0)])
    assert [p[1] for p in points(result)] == pytest.approx([60.0, 0.0, 30.0])  # (60 + 0) ÷ 2


def test_no_mean_is_needed_where_all_are_known():
    assert points(two("group_mean", [FULL, HALF])) == [[30.0, 80.0], [30.0, 20.0]]


def test_a_mean_of_nothing_is_refused_with_its_path():
    with pytest.raises(PolicyError, match=r"groups\[0\]（规上）\.indicators\[1\].*全组都没有“rd”的数据"):
        two("group_mean", [firm(1, 50.0), firm(2, 60.0)])


def test_an_indicator_that_nobody_reports_scores_zero_or_goes_to_the_others():
    rows = [firm(1, 50.0), firm(2, 80.0)]
    assert column(two("zero", rows), "score") == pytest.approx([30.0, 48.0])
    assert column(two("redistribute", rows), "score") == pytest.approx([50.0, 80.0])


def test_nothing_is_left_to_take_the_weight_over():
    weights = [
        indicator(f"i{n}", w, "研发经费", "主营业务收入", missing="redistribute") for n, w in enumerate((33.4, 33.3, 33.3))
    ]
    result = graded(rule(*weights), [firm(1, 50.0)])
    assert column(result, "score") == [0.0]
    assert result.groups[0].scores.factor.tolist() == [1.0]


def test_a_cap_moves_with_the_weight():
    first = TWO[0] | {"cap": 1.5}
    result = graded(rule(first, TWO[1] | {"missing": "redistribute"}), [firm(1, 900.0)])
    assert column(result, "score") == pytest.approx([150.0])  # 1.5 × 60 × 100 ÷ 60


def test_a_firm_of_an_industry_without_baseline_is_as_one_without_value_but_keeps_its_value():
    last = {"of": "mean", "over": "industry", "year": "last"}
    of = indicator(baseline=last, missing="group_mean")
    low = {
        "effect": "demotes",
        "grade": "D",
        "indicator": "tax_per_mu",
        "comparison": "below",
        "limit": {"of": "fixed", "value": 2},
    }
    rule_ = policy(group(of, conditions=[low]))
    result = graded(rule_, [firm(1, 50.0), firm(2, 150.0), firm(3, 1.0, division="29")], [firm(1, 100.0)])
    assert points(result) == [[50.0], [150.0], [100.0]]
    assert result.groups[0].scores.values.tolist() == [[50.0], [150.0], [1.0]]
    assert column(result, "grade")[2] == "D"  # the condition looks at the value


@pytest.mark.parametrize(
    ("bonus", "malus", "ceilings", "expected"),
    [
        (4.0, 0.0, {}, 54.0),
        (4.0, 7.5, {}, 46.5),
        (400.0, 0.0, {}, 450.0),
        (14.0, 0.0, {"bonus_ceiling": 10}, 60.0),
        (0.0, 14.0, {"malus_ceiling": 10}, 40.0),
        (14.0, 14.0, {"bonus_ceiling": 10, "malus_ceiling": 3}, 57.0),
        (14.0, 14.0, {"bonus_ceiling": 0, "malus_ceiling": 0}, 50.0),
        (NAN, NAN, {"bonus_ceiling": 10, "malus_ceiling": 10}, 50.0),
        (0.0, 70.0, {}, -20.0),
    ],
)
def test_additions_and_deductions_up_to_their_ceilings(bonus, malus, ceilings, expected):
    result = graded(rule(indicator(), **ceilings), [firm(1, 50.0, bonus=bonus, malus=malus)])
    assert column(result, "score") == [expected]
    assert column(result, "base_score") == [50.0]


def test_scores_are_rounded_half_up_before_they_are_ranked():
    result = scoring([60.005, 60.0149, 60.0049], rule(indicator(), decimals=2))
    assert column(result, "score") == [60.01, 60.01, 60.0]
    assert column(result, "rank") == [1, 1, 3]
