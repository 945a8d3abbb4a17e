"""The whole evaluation: which group a firm belongs to, what is refused, the results of a firm."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from cockpit.errors import PolicyError
from cockpit.evaluation.grading.engine import IDENTITY_COLUMNS, VALUE_COLUMNS, evaluate_policy
from tests.unit.evaluation.builders import column, firm, frame, graded, grades, group, indicator, number, policy, scoring


def test_the_first_group_that_fits_takes_a_firm_in():
    textile = group(key="纺织", industries=["17", "18"])
    rule = policy(textile, group(key="其他规上"), group(key="宗地", kind="宗地"))
    rows = [
        firm(1, 50.0, division="18"),
        firm(2, 60.0, division="29"),
        firm(3, 70.0, kind="宗地", division="17"),
        firm(4, 80.0, division="17"),
    ]
    result = graded(rule, rows)
    assert column(result, "group") == ["纺织", "其他规上", "宗地", "纺织"]
    assert column(result, "rank") == [2, 1, 1, 1]
    assert [r.rows.tolist() for r in result.groups] == [[0, 3], [1], [2]]
    assert result.ungrouped == 0


def test_firms_of_no_group_are_counted_and_left_out():
    rows = [firm(1, 50.0, kind="宗地"), firm(2, 60.0), firm(3, 70.0, division="29"), firm(4, 80.0)]
    result = graded(policy(group(industries=["17"])), rows)
    assert column(result, "credit_code") == [number(2), number(4)]
    assert result.ungrouped == 2
    assert result.groups[0].rows.tolist() == [0, 1]  # positions in the frame of those evaluated
    assert result.groups[0].position_of_row == {0: 0, 1: 1}
    assert column(result, "rank") == [2, 1]


def test_a_year_without_figures_is_refused():
    with pytest.raises(PolicyError, match="没有2022年的年度评价数据"):
        graded(policy(), [])


def test_a_group_without_firms_is_refused_with_its_path():
    with pytest.raises(PolicyError, match=r"groups\[1\]（宗地）：2022年没有一家企业属于这一组"):
        graded(policy(group(), group(key="宗地", kind="宗地")), [firm(1, 50.0)])


def test_a_group_whose_firms_an_earlier_one_takes_is_without_firms():
    with pytest.raises(PolicyError, match=r"groups\[1\]（纺织）"):
        graded(policy(group(), group(key="纺织", industries=["17"])), [firm(1, 50.0)])


def test_a_group_of_exempt_firms_only():
    rule = policy(exemptions=[{"name": "公用事业企业", "mark": "T", "industries": ["17"]}])
    result = scoring([90, 80], rule)
    assert column(result, "grade") == ["T", "T"]
    assert column(result, "rank") == [1, 2]
    assert len(result.graded) == 0
    assert np.isnan(result.groups[0].grading.lines).all()


def test_the_frame_that_comes_out():
    result = graded(policy(), [firm(2, 40.0, bonus=3.0, malus=1.0), firm(1, 80.0, founded_on=None)])
    own = ["group", "base_score", "score", "rank", "grade", "by_score", "treated_as", "weakest", "reason"]
    assert sorted(result.firms.columns) == sorted([*IDENTITY_COLUMNS, *VALUE_COLUMNS, *own])
    assert column(result, "credit_code") == [number(1), number(2)]  # by code
    assert column(result, "base_score") == [80.0, 40.0]
    assert column(result, "score") == [80.0, 42.0]
    assert result.firms["rank"].dtype == "int64"


def test_the_input_frames_are_not_changed():
    rows = frame([firm(2, 40.0), firm(1, 80.0)])
    copy = rows.copy(deep=True)
    evaluate_policy(policy(), rows, rows)
    pd.testing.assert_frame_equal(rows, copy)


TWO = (indicator("tax_per_mu", 60), indicator("rd", 40, "研发经费", "主营业务收入", 0.1))


@pytest.mark.parametrize(
    ("missing", "rows", "expected"),
    [
        ("zero", {"tax": 50.0, "rd": 2.0, "revenue": 50.0}, "rd"),  # 30/60 and 16/40
        ("zero", {"tax": 40.0, "rd": 2.0, "revenue": 50.0}, "tax_per_mu"),  # equal shares: the first
        ("zero", {"tax": 40.0}, "rd"),
        ("group_mean", {"tax": 40.0}, "tax_per_mu"),  # the mean is 40/40
        ("redistribute", {"tax": 40.0}, "tax_per_mu"),  # its weight went away: it costs nothing
    ],
)
def test_the_weakest_is_that_with_the_smallest_share_of_its_weight(missing, rows, expected):
    rule = policy(group(TWO[0], TWO[1] | {"missing": missing}))
    result = graded(rule, [firm(1, **rows), firm(2, 100.0, rd=5.0, revenue=50.0)])
    assert column(result, "weakest")[0] == expected


def test_an_indicator_without_weight_is_never_the_weakest():
    of = group(indicator("rd", 0, "研发经费", "主营业务收入", 0.1), indicator())
    assert column(graded(policy(of), [firm(1, 0.0, rd=0.0, revenue=50.0)]), "weakest") == ["tax_per_mu"]


@pytest.mark.parametrize(
    ("cuts", "reason"),
    [
        ({"quotas": {"A": 20, "B": 60, "C": 80}}, "总分位于末档"),
        ({"scores": {"A": 80, "B": 60, "C": 55}}, "总分低于C类线"),
    ],
)
def test_the_reason_of_a_d(cuts, reason):
    result = scoring([90, 80, 70, 60, 50], policy(group(cuts=cuts)))
    assert column(result, "reason") == ["", "", "", "", reason]


def test_the_reason_of_a_condition_and_of_two():
    low = {
        "effect": "demotes",
        "grade": "D",
        "indicator": "tax_per_mu",
        "comparison": "below",
        "limit": {"of": "fixed", "value": 75},
    }
    mean = {
        "effect": "needs",
        "grade": "A",
        "indicator": "tax_per_mu",
        "comparison": "at_least",
        "limit": {"of": "mean", "factor": 2},
    }
    of = indicator() | {"name": "亩均税收"}
    result = scoring([90, 80, 70, 60, 50], policy(group(of, conditions=[low, mean])))
    assert grades(result) == "BBDDD"
    assert column(result, "reason") == [
        "亩均税收未达到A类所需的140万元/亩",
        "",
        "亩均税收低于75万元/亩",
        "亩均税收低于75万元/亩",
        "总分位于末档",  # it would be D without the condition too
    ]
    chain = [mean, mean | {"grade": "B"}]
    result = scoring([90, 80, 70, 60, 50], policy(group(of, conditions=chain)))
    assert column(result, "reason")[0] == "亩均税收未达到A类所需的140万元/亩；亩均税收未达到B类所需的140万元/亩"


def test_a_condition_that_lowered_nothing_is_no_reason():
    # demoted to D by one condition; that it would also have missed A says nothing
    low = {
        "effect": "demotes",
        "grade": "D",
        "indicator": "tax_per_mu",
        "comparison": "below",
        "limit": {"of": "fixed", "value": 95},
    }
    needs = low | {"effect": "needs", "grade": "A", "comparison": "at_least"}
    result = scoring([90, 80, 70, 60, 50], policy(group(indicator() | {"name": "亩均税收"}, conditions=[needs, low])))
    assert column(result, "reason")[0] == "亩均税收低于95万元/亩"


def test_equal_scores_share_a_rank():
    assert column(scoring([50, 70, 70, 90, 50]), "rank") == [4, 2, 2, 1, 4]


def test_binary_noise_makes_no_rank():
    # 0.1 + 0.2 in two indicators and 0.3 in one are the same score
    of = (indicator("a", 50, baseline=50.0), indicator("b", 50, "研发经费", baseline=50.0))
    result = graded(policy(group(*of)), [firm(1, 0.1, rd=0.2), firm(2, 0.3, rd=0.0), firm(3, 0.2, rd=0.1)])
    assert column(result, "rank") == [1, 1, 1]


def test_a_hundred_and_fifty_thousand_firms():
    size = 150_000
    rise = np.arange(1, size + 1)
    one = frame([firm(1, 1.0)])
    rows = one.loc[np.zeros(size, dtype=int)].reset_index(drop=True)
    rows["credit_code"] = pd.Series([number(n) for n in rise.tolist()], dtype="str")
    rows["tax"] = np.roll(rise, 77_777) / 1000.0
    low = {
        "effect": "demotes",
        "grade": "D",
        "indicator": "tax_per_mu",
        "comparison": "below",
        "limit": {"of": "fixed", "value": 2},
    }
    result = evaluate_policy(policy(group(indicator(baseline={"of": "ratio"}), conditions=[low])), rows, rows.head(0))
    assert len(result.firms) == size
    assert result.firms["grade"].value_counts().to_dict() == {"A": 30_000, "B": 60_000, "C": 52_500, "D": 7_500}
    assert sorted(column(result, "rank")) == rise.tolist()
    expected = rows["tax"] / (math.fsum(rows["tax"]) / size) * 100
    np.testing.assert_allclose(result.firms["score"], expected, rtol=0, atol=1e-7)
