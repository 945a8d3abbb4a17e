"""Baselines (基准值): of what, over whom, of which year, times what."""

from __future__ import annotations

import pytest

from cockpit.errors import PolicyError
from tests.unit.evaluation.builders import column, firm, graded, group, indicator, points, policy

NOW = [
    firm(1, 100.0, land_mu=10.0),  # 10
    firm(2, 300.0, land_mu=10.0, division="18"),  # 30
    firm(3, 20.0, land_mu=4.0),  # 5
]
LAST = [
    firm(1, 120.0, land_mu=10.0),  # 12
    firm(2, 80.0, land_mu=10.0, division="18"),  # 8
    firm(7, 70.0, land_mu=10.0, division="29"),  # 7
    firm(8, 900.0, kind="宗地"),  # of another group
]


def rule(baseline, **more):
    return policy(group(indicator(baseline=baseline, **more)))


def levels(baseline, now=NOW, last=LAST, **more):
    return [round(row[0], 9) for row in graded(rule(baseline, **more), now, last).groups[0].scores.baselines.tolist()]


@pytest.mark.parametrize(
    ("baseline", "expected"),
    [
        ({"of": "fixed", "value": 24.097}, [24.097] * 3),
        ({"of": "ratio"}, [17.5] * 3),  # (100 + 300 + 20) ÷ (10 + 10 + 4)
        ({"of": "mean"}, [15.0] * 3),  # (10 + 30 + 5) ÷ 3
        ({"of": "best"}, [30.0] * 3),
        ({"of": "best", "factor": 0.8}, [24.0] * 3),
        ({"of": "ratio", "over": "industry"}, [8.571428571, 30.0, 8.571428571]),  # 120 ÷ 14
        ({"of": "mean", "over": "industry"}, [7.5, 30.0, 7.5]),
        ({"of": "best", "over": "industry"}, [10.0, 30.0, 10.0]),
        ({"of": "mean", "year": "last", "factor": 2}, [18.0] * 3),  # 2 × (12 + 8 + 7) ÷ 3
        ({"of": "ratio", "year": "last"}, [9.0] * 3),  # 270 ÷ 30
        ({"of": "best", "year": "last", "over": "industry"}, [12.0, 8.0, 12.0]),
    ],
)
def test_levels(baseline, expected):
    assert levels(baseline) == expected


def test_the_best_is_the_lowest_where_lower_is_better():
    assert levels({"of": "best"}, direction="lower", cap=1.5) == [5.0] * 3
    assert levels({"of": "best"}, direction="lower_linear") == [5.0] * 3


def test_a_negative_value_is_never_the_best():
    now = [*NOW, firm(4, -50.0), firm(5, -1.0, land_mu=-1.0)]
    assert levels({"of": "best"}, now, direction="lower", cap=1.5) == [5.0] * 5
    assert levels({"of": "best"}, now) == [30.0] * 5


def test_only_firms_with_both_terms_count():
    now = [*NOW, firm(4, None), firm(5, 900.0, land_mu=None), firm(6, 900.0, land_mu=0.0)]
    assert levels({"of": "ratio"}, now) == [17.5] * 6
    assert levels({"of": "mean"}, now) == [15.0] * 6


def test_the_groups_own_firms_of_last_year_count_by_their_group_today():
    # firm 8 was 宗地: its 900 belong to the other group
    assert levels({"of": "best", "year": "last"}) == [12.0] * 3


@pytest.mark.parametrize("of", ["ratio", "mean", "best"])
def test_a_baseline_of_nothing_is_refused_with_its_path(of):
    with pytest.raises(PolicyError, match=r"groups\[0\]（规上）\.indicators\[0\]\.baseline：全组都没有“tax_per_mu”的数据"):
        levels({"of": of}, [firm(1, None), firm(2, 5.0, land_mu=None)])


@pytest.mark.parametrize("of", ["ratio", "mean"])
def test_a_baseline_must_be_above_zero(of):
    with pytest.raises(PolicyError, match=r"indicators\[0\]\.baseline：“tax_per_mu”的基准值为 -2，须大于零"):
        levels({"of": of}, [firm(1, -5.0), firm(2, 1.0)])


def test_the_best_of_negatives_only_is_none():
    with pytest.raises(PolicyError, match=r"indicators\[0\]\.baseline"):
        levels({"of": "best"}, [firm(1, -5.0)])


def test_no_industry_with_a_baseline_is_refused_and_one_is_enough():
    baseline = {"of": "mean", "over": "industry"}
    with pytest.raises(PolicyError, match=r"indicators\[0\]\.baseline：没有一个行业能算出"):
        levels(baseline, [firm(1, None), firm(2, -5.0, division="18")])
    result = graded(rule(baseline), [firm(1, 8.0), firm(2, -5.0, division="18")])
    assert points(result) == [[100.0], [0.0]]


@pytest.mark.parametrize("last", [[], [firm(8, 900.0, kind="宗地")]])
def test_a_year_before_without_the_groups_firms_is_refused_with_its_year(last):
    with pytest.raises(PolicyError, match=r"groups\[0\]（规上）：基准值要用2021年的数据"):
        levels({"of": "mean", "year": "last"}, NOW, last)


def test_last_year_is_loaded_only_where_a_baseline_needs_it():
    assert levels({"of": "ratio"}, NOW, []) == [17.5] * 3


def test_a_conditions_limit_is_a_level_too():
    above = {"effect": "needs", "grade": "A", "indicator": "tax_per_mu", "comparison": "at_least", "limit": {"of": "mean"}}
    cuts = {"scores": {"A": 0, "B": 0, "C": 0}}
    result = graded(policy(group(cuts=cuts, conditions=[above])), NOW)
    assert column(result, "grade") == ["B", "A", "B"]  # 10 and 5 lie below the mean of 15
    above["limit"] = {"of": "mean", "year": "last"}
    with pytest.raises(PolicyError, match=r"groups\[0\]（规上）\.conditions\[0\]\.limit"):
        graded(policy(group(cuts=cuts, conditions=[above])), NOW, [firm(1, None)])
