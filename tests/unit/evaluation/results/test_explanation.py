"""Why a firm has its grade, and what would lift it: the second checked by evaluating again with the value written in."""

from __future__ import annotations

import math
import random

import pytest

from cockpit.evaluation.grading.engine import evaluate_policy
from cockpit.evaluation.policy.policy import GRADES
from cockpit.evaluation.results.explanation import explain_firm, explanation_sentences, needed_value
from tests.unit.evaluation.builders import QUOTAS, column, firm, frame, graded, group, indicator, policy, scoring


def explained(evaluation, n):
    return explain_firm(evaluation, n - 1)


# --- the sentence


def field(rank, score_402):
    """656 firms: 392 (to B: 60 % are 393.6) well above, one at 64.6 as the last B, then down to the one explained."""
    energy = indicator("energy", 20, "工业增加值", "综合能耗", 1.0) | {"name": "单位能耗增加值"}
    rule = policy(group(indicator(weight=80, baseline=80.0), energy))
    scores = [70.0 + n / 100 for n in range(392)] + [64.6] + [62.0 + n / 100 for n in range(rank - 394)]
    rows = [firm(n, score - 20.0, value_added=1.0, energy_tce=1.0) for n, score in enumerate(scores, 1)]
    rows.append(firm(1000, score_402 - 4.1, value_added=0.205, energy_tce=1.0))
    rows += [firm(2000 + n, 5.0 + n / 1000, value_added=1.0, energy_tce=1.0) for n in range(656 - rank)]
    return graded(rule, rows), rank - 1


def test_the_sentence_verbatim():
    evaluation, row = field(402, 61.2)
    assert explain_firm(evaluation, row).sentence == "总分61.2，列规上第402位；差B类线3.4分；最弱项：单位能耗增加值（得分4.1/20）"
    assert explanation_sentences(evaluation)[row] == explain_firm(evaluation, row).sentence


@pytest.mark.parametrize(
    ("gap", "text"),
    [
        (3.44, "差B类线3.4分"),
        (3.45, "差B类线3.5分"),
        (0.05, "差B类线0.1分"),
        (0.0449, "差B类线0.0449分"),
        (0.00001, "差B类线不到0.0001分"),
    ],
)
def test_a_small_gap_isnt_written_as_zero(gap, text):
    evaluation = scoring([100, 50, 50 - gap, 10, 9], policy(group(cuts={"quotas": {"A": 20, "B": 40, "C": 80}})))
    assert explained(evaluation, 3).gap == pytest.approx(gap, abs=1e-8)
    assert text in explained(evaluation, 3).sentence


def five(**more):
    """Firms 1 A, 2 and 3 B, 4 C, 5 D with 90, 80, 70, 60, 50 points."""
    return [firm(n, 100.0 - 10 * n, **more) for n in range(1, 6)]


NAMED = indicator() | {"name": "亩均税收"}


def test_the_sentences_of_a_vetoed_an_exempt_and_an_a_firm():
    rows = [*five(), firm(6, 65.0, founded_on="2022-05-01"), firm(7, 66.0, veto="环境违法")]
    young = {"name": "成立不满两年", "mark": "不定等级", "founded_within_years": 2}
    evaluation = graded(policy(group(NAMED), exemptions=[young]), rows)
    assert explained(evaluation, 1).sentence == "总分90.0，列规上第1位；已是A类；最弱项：亩均税收（得分90.0/100）"
    assert explained(evaluation, 6).sentence == "总分65.0，列规上第5位；成立不满两年；最弱项：亩均税收（得分65.0/100）"
    assert explained(evaluation, 7).sentence == "总分66.0，列规上第4位；一票否决：环境违法；最弱项：亩均税收（得分66.0/100）"
    last = "总分50.0，列规上第7位；差C类线10.0分；总分位于末档；最弱项：亩均税收（得分50.0/100）"
    assert explained(evaluation, 5).sentence == last
    for n in (1, 6, 7):
        explanation = explained(evaluation, n)
        assert (explanation.next_grade, math.isnan(explanation.gap)) == ("", True)
        assert [(math.isnan(line.needed), line.reachable) for line in explanation.lines] == [(True, True)]


def test_the_sentence_of_a_missing_value_of_a_mean_and_of_no_baseline():
    rd = indicator("rd", 40, "研发经费", "主营业务收入", 0.1) | {"name": "研发占比"}
    rows = [firm(1, 100.0), firm(2, 100.0, rd=1.0, revenue=50.0)]
    missing = graded(policy(group(indicator(weight=60), rd)), rows)
    assert explained(missing, 1).sentence.endswith("最弱项：研发占比（数据缺失）")
    mean = graded(policy(group(indicator(weight=60), rd | {"missing": "group_mean"})), rows)
    assert explained(mean, 1).sentence.endswith("最弱项：研发占比（得分8.0/40）")
    last = rd | {"baseline": {"of": "mean", "over": "industry", "year": "last"}}
    rows[0] |= {"rd": 1.0, "revenue": 50.0, "division": "29"}
    none = graded(policy(group(indicator(weight=60), last)), rows, rows[1:])
    assert explained(none, 1).sentence.endswith("最弱项：研发占比（没有可比的基准值）")


def test_scores_below_zero_and_around_it():
    rows = [*five(), firm(6, 0.0, malus=5.0), firm(7, 0.0, malus=0.04)]
    evaluation = graded(policy(group(NAMED)), rows)
    assert explained(evaluation, 6).sentence.startswith("总分-5.0，")
    assert explained(evaluation, 7).sentence.startswith("总分0.0，")


def test_all_sentences_are_those_of_the_explanations():
    rows = [*five(bonus=3.0), firm(6, None), firm(7, 66.0, veto="环境违法"), firm(8, 5.0, kind="宗地")]
    low = {"effect": "demotes", "grade": "D", "indicator": "tax_per_mu", "comparison": "below", "limit": {"of": "mean"}}
    rule = policy(group(indicator(weight=60), indicator("rd", 40), conditions=[low]), group(NAMED, key="宗地", kind="宗地"))
    evaluation = graded(rule, rows)
    assert explanation_sentences(evaluation) == [explain_firm(evaluation, row).sentence for row in range(len(rows))]


# --- figures of the explanation


def test_the_figures_of_a_firm():
    evaluation = graded(policy(group(NAMED), bonus_ceiling=2, malus_ceiling=9), [*five(), firm(6, 65.0, bonus=5.0, malus=None)])
    explanation = explained(evaluation, 6)
    assert (explanation.credit_code, explanation.name) == (f"{6:018d}", "企业6")
    assert (explanation.group, explanation.group_size, explanation.rank) == ("规上", 6, 4)
    assert (explanation.base_score, explanation.bonus, explanation.malus, explanation.score) == (65.0, 2.0, 0.0, 67.0)
    assert (explanation.grade, explanation.next_grade, explanation.gap) == ("C", "B", 3.0)
    [line] = explanation.lines
    assert (line.value, line.baseline, line.points) == (65.0, 100.0, 65.0)
    assert line.needed == pytest.approx(68.0)


@pytest.mark.parametrize(
    ("direction", "expected"),
    [
        ("higher", [(1, 1.0), (2, 0.75), (2, 0.75), (4, 0.25), (0, None)]),
        ("lower", [(4, 0.25), (2, 0.75), (2, 0.75), (1, 1.0), (0, None)]),
    ],
)
def test_rank_and_percentile_among_those_with_a_value(direction, expected):
    of = indicator(direction=direction, cap=1.5)
    evaluation = scoring([90, 80, 80, 60, None], policy(group(of)))
    lines = [explained(evaluation, n).lines[0] for n in range(1, 6)]
    assert [(x.rank, None if math.isnan(x.percentile) else x.percentile) for x in lines] == expected
    assert {x.known for x in lines} == {4}


def test_a_negative_value_ranks_last_also_where_lower_is_better():
    evaluation = scoring([-90, 80, 70], policy(group(indicator(direction="lower", cap=1.5))))
    assert [explained(evaluation, n).lines[0].rank for n in (1, 2, 3)] == [3, 2, 1]


# --- what would lift it

HIGHER = [
    indicator("tax_per_mu", 40, baseline=50.0, cap=1.5),
    indicator("added", 30, "工业增加值", baseline=20.0),
    indicator("rd", 30, "研发经费", baseline=5.0, cap=1.2, floor=0.1, missing="redistribute"),
]
MIXED = [
    HIGHER[0],
    indicator("energy", 30, "综合能耗", baseline=20.0, direction="lower", cap=2.0),
    indicator("power", 20, "用电量", baseline=5.0, direction="lower_linear", missing="zero"),
    indicator("rd", 10, "研发经费", baseline=5.0, missing="redistribute"),
]
FIELDS = {"tax_per_mu": "tax", "added": "value_added", "rd": "rd", "energy": "energy_tce", "power": "power_wan_kwh"}
MEDIAN = {"effect": "needs", "grade": "B", "indicator": "rd", "comparison": "at_least", "limit": {"of": "fixed", "value": 4.0}}
LOW = {
    "effect": "demotes",
    "grade": "D",
    "indicator": "tax_per_mu",
    "comparison": "below",
    "limit": {"of": "fixed", "value": 20.0},
}
GREEDY = {"effect": "needs", "grade": "A", "indicator": "energy", "comparison": "below", "limit": {"of": "fixed", "value": 18.0}}
POWER = {
    "effect": "demotes",
    "grade": "C",
    "indicator": "power",
    "comparison": "at_least",
    "limit": {"of": "fixed", "value": 9.0},
}
LINES = {"A": 105.0, "B": 80.003, "C": 50.0}


def some(seed, size=16):
    pick = random.Random(seed)

    def maybe(value):
        return None if pick.random() < 0.15 else value

    return [
        firm(
            n,
            round(pick.uniform(-5, 110), 3),
            value_added=maybe(round(pick.uniform(-3, 40), 3)),
            rd=maybe(round(pick.uniform(0, 9), 3)),
            energy_tce=maybe(round(pick.uniform(5, 50), 3)),
            power_wan_kwh=maybe(round(pick.uniform(0, 12), 3)),
            bonus=pick.choice([0.0, 2.0]),
        )
        for n in range(1, size + 1)
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cuts", "ties"),
    [
        ({"quotas": QUOTAS}, "better"),
        ({"quotas": QUOTAS}, "worse"),
        ({"quotas": QUOTAS}, "strict"),
        ({"scores": LINES}, "worse"),
        ({"quotas": QUOTAS, "scores": LINES}, "worse"),
    ],
)
@pytest.mark.parametrize(
    ("indicators", "conditions", "decimals"),
    [(HIGHER, [], 8), (HIGHER, [MEDIAN, LOW], 8), (MIXED, [], 8), (MIXED, [MEDIAN, LOW, GREEDY, POWER], 8), (HIGHER, [LOW], 2)],
)
def test_the_needed_value_reaches_the_next_grade_and_slightly_less_does_not(indicators, conditions, decimals, cuts, ties):
    rule = policy(group(*indicators, cuts=cuts | {"ties": ties}, conditions=conditions, tie_breaks=["rd"]), decimals=decimals)
    figures = frame(some(len(conditions) * 7 + decimals))
    evaluation = evaluate_policy(rule, figures, figures)
    slight = 1e-6 if decimals == 8 else 0.02  # a policy that rounds scores forgives half a unit
    reached = refused = 0
    for n in range(1, len(figures) + 1):
        explanation = explained(evaluation, n)
        for line in explanation.lines:
            if not explanation.next_grade:
                assert math.isnan(line.needed)
                continue
            better = 1 if line.indicator.direction == "higher" else -1

            def grade_with(value, line=line, n=n):
                changed = figures.copy()
                changed.loc[n - 1, FIELDS[line.indicator.key]] = value
                return GRADES.index(column(evaluate_policy(rule, changed, changed), "grade")[n - 1])

            goal = GRADES.index(explanation.next_grade)
            if line.reachable:
                reached += 1
                assert grade_with(line.needed) <= goal, (n, line)
                if math.isnan(line.value) and math.isnan(explanation.gap):
                    continue  # it is above the line, and might fall to the next firm's score without losing its rank
                assert grade_with(line.needed - better * slight) > goal, (n, line)
            else:
                refused += 1
                assert grade_with(1e7 if better > 0 else 0.0) > goal, (n, line)
    assert reached > 10
    assert refused > 1


def test_beyond_the_cap_is_not_reachable_by_this_alone():
    # 5 of 10 and 80 of 90 points, the line of B at 97: at its cap of 15 the first gives 95, the second alone 92 of 90
    cuts = {"scores": {"A": 120, "B": 97, "C": 50}}
    rule = policy(group(indicator("a", 10, cap=1.5), indicator("b", 90, "研发经费", cap=1.5), cuts=cuts))
    first, second = explained(graded(rule, [firm(1, 50.0, rd=80 / 0.9)]), 1).lines
    assert (math.isnan(first.needed), first.reachable) == (True, False)
    assert second.needed == pytest.approx(92 / 0.9)
    assert second.reachable


def test_a_value_at_the_cap_exactly_is_reachable():
    cuts = {"scores": {"A": 150, "B": 120, "C": 50}}
    assert explained(scoring([50], policy(group(indicator(cap=1.5), cuts=cuts))), 1).lines[0].needed == pytest.approx(120.0)
    assert explained(scoring([130], policy(group(indicator(cap=1.5), cuts=cuts))), 1).lines[0].needed == pytest.approx(150.0)


def test_an_indicator_without_weight_lifts_nobody():
    evaluation = graded(policy(group(indicator(), indicator("rd", 0, "研发经费"))), five(rd=1.0))
    assert [line.reachable for line in explained(evaluation, 4).lines] == [True, False]


def test_where_no_firm_stands_nothing_is_needed():
    # 20 % of three are no firm: there is no A to reach
    evaluation = scoring([90, 80, 70], policy())
    explanation = explained(evaluation, 1)
    assert (explanation.grade, explanation.next_grade, explanation.lines[0].reachable) == ("B", "A", False)
    assert math.isnan(explanation.gap)
    assert explanation.sentence == "总分90.0，列规上第1位；最弱项：tax_per_mu（得分90.0/100）"


def test_a_reported_value_takes_its_weight_back():
    # 60 of 60 points, research missing: 100. The line of A is 110: 60 + x ÷ 10 × 40 = 110, x = 12.5
    rd = indicator("rd", 40, "研发经费", baseline=10.0, missing="redistribute")
    cuts = {"scores": {"A": 110, "B": 50, "C": 20}}
    evaluation = graded(policy(group(indicator(weight=60), rd, cuts=cuts)), [firm(1, 100.0)])
    assert column(evaluation, "score") == [100.0]
    assert explained(evaluation, 1).lines[1].needed == pytest.approx(12.5)


def test_the_value_for_a_grade_further_up():
    evaluation = graded(policy(), five())
    result = evaluation.group_result("规上")
    values = [needed_value(result, 4, 0, goal, 50.0, 8) for goal in (2, 1, 0)]
    assert values == pytest.approx([60.0, 70.0, 90.0])
