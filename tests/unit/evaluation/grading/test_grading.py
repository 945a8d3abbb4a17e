"""From scores to grades: quotas, ties, score lines, conditions, veto, exemptions."""

from __future__ import annotations

import pytest

from cockpit.evaluation.grading.grades import quota_counts
from cockpit.evaluation.policy.policy import Cuts
from tests.unit.evaluation.builders import QUOTAS, column, firm, graded, grades, group, indicator, policy, scoring

TEN = [100, 90, 80, 70, 60, 50, 40, 30, 20, 10]


def rule(cuts=None, **more):
    return policy(group(cuts=cuts or {"quotas": QUOTAS}), **more)


@pytest.mark.parametrize(
    ("rounding", "firms", "expected"),
    [
        ("floor", 10, (2, 6, 9)),
        ("ceil", 10, (2, 6, 10)),  # 9.5 -> 10
        ("round", 10, (2, 6, 10)),
        ("round", 9, (2, 5, 9)),  # 1.8, 5.4, 8.55
        ("floor", 9, (1, 5, 8)),
        ("ceil", 9, (2, 6, 9)),
        ("floor", 3, (0, 1, 2)),
        ("ceil", 0, (0, 0, 0)),
        ("floor", 1695, (339, 1017, 1610)),  # 1610.25
    ],
)
def test_quota_counts(rounding, firms, expected):
    assert quota_counts(Cuts.model_validate({"quotas": QUOTAS, "rounding": rounding}), firms) == expected


def test_a_quota_counts_in_decimals():
    # 0.07 × 100 is 7.000000000000001 in binary, and 4.35 × 100 falls short of 435
    floor = Cuts.model_validate({"quotas": {"A": 7, "B": 58, "C": 4.35 + 90}, "rounding": "floor"})
    assert quota_counts(floor, 100) == (7, 58, 94)
    ceil = Cuts.model_validate({"quotas": {"A": 0.07, "B": 0.07, "C": 0.07}, "rounding": "ceil"})
    assert quota_counts(ceil, 10_000) == (7, 7, 7)


@pytest.mark.parametrize(("rounding", "expected"), [("floor", "AABBBBCCCD"), ("ceil", "AABBBBCCCC")])
def test_quotas(rounding, expected):
    assert grades(scoring(TEN, rule({"quotas": QUOTAS, "rounding": rounding}))) == expected


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        ("better", "AAABBBCCCD"),  # 2nd and 3rd are equal: both within the first two
        ("worse", "ABBBBBCCCD"),
        ("strict", "AABBBBCCCD"),  # the smaller credit code
    ],
)
def test_a_tie_at_the_line_of_a(ties, expected):
    result = scoring([100, 90, 90, 70, 60, 50, 40, 30, 20, 10], rule({"quotas": QUOTAS, "ties": ties}))
    assert grades(result) == expected
    assert column(result, "rank") == [1, 2, 2, 4, 5, 6, 7, 8, 9, 10]


@pytest.mark.parametrize(("ties", "expected"), [("better", "A" * 10), ("worse", "D" * 10), ("strict", "AABBBBCCCD")])
def test_all_firms_tie(ties, expected):
    assert grades(scoring([50] * 10, rule({"quotas": QUOTAS, "ties": ties}))) == expected


@pytest.mark.parametrize(("ties", "expected"), [("better", "AAAABBCCCC"), ("worse", "AABBBBDDDD")])
def test_ties_over_two_lines(ties, expected):
    quotas = {"A": 20, "B": 60, "C": 80}
    values = [100, 90, 90, 90, 60, 50, 30, 30, 30, 30] if ties == "better" else [100, 95, 90, 70, 60, 50, 30, 30, 30, 30]
    assert grades(scoring(values, rule({"quotas": quotas, "ties": ties}))) == expected


def test_quotas_of_nothing_and_of_all():
    assert grades(scoring(TEN, rule({"quotas": {"A": 0, "B": 0, "C": 100}}))) == "C" * 10
    assert grades(scoring(TEN, rule({"quotas": {"A": 100, "B": 100, "C": 100}}))) == "A" * 10
    assert grades(scoring(TEN, rule({"quotas": {"A": 0, "B": 0, "C": 0}}))) == "D" * 10


def test_score_lines():
    result = scoring([100, 80, 79.99999999, 60, 59, 40, 39], rule({"scores": {"A": 80, "B": 60, "C": 40}}))
    assert grades(result) == "AABBCCD"
    assert result.groups[0].grading.lines.tolist() == [80.0, 60.0, 40.0]


def test_both_cuts_give_the_worse_grade():
    cuts = {"quotas": QUOTAS, "scores": {"A": 95, "B": 55, "C": 25}}
    result = scoring(TEN, rule(cuts))
    assert grades(result) == "ABBBBCCCDD"
    # A: 95 by score; B: the 6th has 50, so 55 by score; C: the 9th has 20, so 25
    assert result.groups[0].grading.lines.tolist() == [95.0, 55.0, 25.0]
    result = scoring(TEN, rule(cuts | {"scores": {"A": 70, "B": 35, "C": 5}}))
    assert grades(result) == "AABBBBCCCD"
    assert result.groups[0].grading.lines.tolist() == [90.0, 50.0, 20.0]


def test_lines_are_those_of_the_last_firm_within():
    assert scoring(TEN, rule()).groups[0].grading.lines.tolist() == [90.0, 50.0, 20.0]
    few = scoring([100, 90, 80], rule()).groups[0].grading.lines
    assert [str(x) for x in few] == ["nan", "100.0", "90.0"]  # 20 % of three is no firm


def condition(effect, grade, comparison="below", limit=35.0, **more):
    level = {"of": "fixed", "value": limit}
    return {"effect": effect, "grade": grade, "indicator": "tax_per_mu", "comparison": comparison, "limit": level, **more}


def conditioned(*conditions, values=TEN, **more):
    return scoring(values, policy(group(conditions=list(conditions)), **more))


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ([condition("demotes", "D")], "AABBBBCDDD"),  # below 35
        ([condition("demotes", "D", limit=30.0)], "AABBBBCCDD"),  # 30 itself isn't below 30
        ([condition("demotes", "C", limit=75.0)], "AABCCCCCCD"),
        ([condition("demotes", "B", "at_least", 90.0)], "BBBBBBCCCD"),
        ([condition("needs", "A", "at_least", 95.0)], "ABBBBBCCCD"),
        ([condition("needs", "A", "at_least", 90.0)], "AABBBBCCCD"),
        ([condition("needs", "C", "at_least", 35.0)], "AABBBBCDDD"),
        ([condition("needs", "B", "below", 65.0)], "AACCBBCCCD"),
    ],
)
def test_conditions(conditions, expected):
    assert grades(conditioned(*conditions)) == expected


def test_what_misses_a_must_fulfil_what_b_needs_in_whatever_order():
    chain = [condition("needs", "A", "at_least", 95.0), condition("needs", "B", "at_least", 95.0)]
    assert grades(conditioned(*chain)) == "ACCCCCCCCD"
    assert grades(conditioned(*reversed(chain))) == "ACCCCCCCCD"
    mixed = [condition("needs", "C", "at_least", 45.0), condition("demotes", "C", "below", 85.0)]
    assert grades(conditioned(*mixed)) == "AACCCCDDDD"
    assert grades(conditioned(*reversed(mixed))) == "AACCCCDDDD"


def test_a_missing_value_fulfils_no_condition():
    rd = indicator("rd", 0, "研发经费", "主营业务收入", 1.0)

    def one(effect, grade, comparison):
        of = group(indicator(), rd, conditions=[condition(effect, grade, comparison, indicator="rd")])
        return grades(scoring([90, 80, 70, 60, 50], policy(of)))

    assert one("demotes", "D", "below") == "ABBCD"
    assert one("demotes", "D", "at_least") == "ABBCD"
    assert one("needs", "A", "below") == "BBBCD"
    assert one("needs", "A", "at_least") == "BBBCD"


def test_a_veto_gives_d_whatever_the_score_and_nobody_moves_up():
    rows = [firm(n, value, veto="较大安全生产事故" if n == 1 else None) for n, value in enumerate(TEN, 1)]
    result = graded(rule(), rows)
    assert grades(result) == "DABBBBCCCD"
    assert column(result, "by_score")[0] == "A"
    assert column(result, "rank")[0] == 1
    assert column(result, "reason")[0] == "一票否决：较大安全生产事故"
    assert column(result, "treated_as")[0] == "D"


def test_a_veto_may_give_another_grade_or_none():
    rows = [firm(n, value, veto="环境违法" if n in (1, 10) else None) for n, value in enumerate(TEN, 1)]
    assert grades(graded(rule(veto="C"), rows)) == "CABBBBCCCD"  # the last one stays D
    assert grades(graded(rule(veto=None), rows)) == "AABBBBCCCD"


def test_an_empty_reason_is_no_veto():
    assert grades(scoring([90, 80, 70, 60, 50], rule(), veto="")) == "ABBCD"


YOUNG = {"name": "成立不满两年", "mark": "不定等级", "founded_within_years": 2, "treated_as": "B"}
UTILITY = {"name": "公用事业企业", "mark": "T", "industries": ["44", "45", "46"]}


def exempted(rows, *exemptions, **more):
    return graded(rule(exemptions=list(exemptions), **more), rows)


@pytest.mark.parametrize(
    ("founded", "young"),
    [
        ("2020-12-31", False),  # two years to the day
        ("2021-01-01", True),
        ("2020-02-29", False),
        ("2022-12-31", True),
        ("2023-05-01", True),
        (None, False),
    ],
)
def test_the_age_counts_to_the_years_end(founded, young):
    result = exempted([firm(1, 50.0, founded_on=founded)], YOUNG)
    assert (column(result, "grade") == ["不定等级"]) is young


def test_the_age_of_a_leap_year():
    rows = [firm(1, 9.0, founded_on="2022-12-31"), firm(2, 8.0, founded_on="2023-01-01")]
    result = graded(rule(year=2024, exemptions=[YOUNG]), rows)
    assert column(result, "grade")[1] == "不定等级"
    assert column(result, "grade")[0] != "不定等级"


def test_exempt_firms_are_scored_and_ranked_and_use_no_quota():
    rows = [firm(n, value, founded_on="2022-03-01" if n in (1, 4) else "2000-01-01") for n, value in enumerate(TEN, 1)]
    result = exempted(rows, YOUNG)
    # eight are graded: one A (1.6), four to B (4.8), seven to C (7.6)
    assert column(result, "grade") == ["不定等级", "A", "B", "不定等级", "B", "B", "C", "C", "C", "D"]
    assert column(result, "rank") == list(range(1, 11))
    assert column(result, "score") == TEN
    assert column(result, "by_score")[0] == ""
    assert column(result, "treated_as")[0] == "B"
    assert column(result, "reason")[0] == "成立不满两年"
    assert result.groups[0].grading.lines.tolist() == [90.0, 50.0, 20.0]


def test_exemptions_by_industry_and_by_name_and_the_first_that_fits():
    named = {"name": "在建企业", "mark": "在建", "firms": [firm(3)["credit_code"]], "treated_as": "C"}
    rows = [
        firm(1, 50.0, division="44"),
        firm(2, 50.0, division="44", founded_on="2022-01-01"),
        firm(3, 50.0),
        firm(4, 50.0, division="47"),
    ]
    result = exempted(rows, UTILITY, YOUNG, named)
    assert column(result, "grade") == ["T", "T", "在建", "D"]
    assert column(result, "treated_as") == ["", "", "C", "D"]
    assert column(exempted(rows, YOUNG, UTILITY, named), "grade")[1] == "不定等级"


def test_a_veto_is_stronger_than_an_exemption():
    rows = [firm(n, value, division="44" if n == 1 else "17", veto="偷税" if n == 1 else None) for n, value in enumerate(TEN, 1)]
    result = exempted(rows, UTILITY)
    assert grades(result) == "DABBBBCCCD"
    assert column(result, "reason")[0] == "一票否决：偷税"
    # nine are graded: one A (1.8), five to B (5.4), eight to C (8.55)
    assert grades(exempted(rows, UTILITY, veto=None)) == "TABBBBCCCD"


def test_conditions_do_not_apply_to_exempt_firms():
    low = condition("demotes", "D", "below", 1000.0)
    result = scoring(TEN, policy(group(conditions=[low]), exemptions=[UTILITY]), division="45")
    assert column(result, "grade") == ["T"] * 10
    assert column(result, "reason") == ["公用事业企业"] * 10


def two_indicators(**more):
    rd = indicator("rd", 0, "研发经费", "主营业务收入", 1.0, **more)
    return group(indicator(), rd, tie_breaks=["rd"], cuts={"quotas": {"A": 50, "B": 100, "C": 100}, "ties": "worse"})


@pytest.mark.parametrize(
    ("direction", "ranks", "expected"),
    [
        ({}, [3, 4, 1, 2], "BBAA"),  # the greater value first, a missing one last
        ({"direction": "lower", "cap": 1.5}, [1, 4, 3, 2], "ABBA"),
    ],
)
def test_a_tie_break_follows_the_indicators_direction(direction, ranks, expected):
    values = (1.0, None, 3.0, 2.0)
    result = graded(policy(two_indicators(**direction)), [firm(n, 50.0, rd=v, revenue=1.0) for n, v in enumerate(values, 1)])
    assert column(result, "rank") == ranks
    assert grades(result) == expected


def test_a_negative_value_breaks_no_tie():
    rows = [firm(1, 50.0, rd=-5.0, revenue=1.0), firm(2, 50.0, rd=1.0, revenue=1.0)]
    assert column(graded(policy(two_indicators(direction="lower", cap=1.5)), rows), "rank") == [2, 1]
