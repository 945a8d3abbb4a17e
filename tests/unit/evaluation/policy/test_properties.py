"""Properties of all policies and firms."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.evaluation.grading.engine import evaluate_policy
from cockpit.evaluation.policy.policy import GRADES
from tests.unit.evaluation.builders import column, content, firm, frame, graded, group, indicator, policy, validate_policy

pytestmark = pytest.mark.slow

amounts = st.one_of(st.none(), st.just(0.0), st.floats(-50, 500, width=32), st.integers(-5, 20).map(float))
positive = st.floats(0.125, 500, width=32)
few_examples = settings(max_examples=40)


@st.composite
def some_firms(draw, least=1, most=25):
    size = draw(st.integers(least, most))
    return [
        firm(
            n,
            draw(amounts),
            land_mu=draw(positive),
            value_added=draw(amounts),
            energy_tce=draw(st.one_of(st.none(), st.just(0.0), positive)),
            rd=draw(amounts),
            revenue=draw(st.one_of(st.none(), positive)),
            bonus=draw(st.sampled_from([0.0, 3.0, 12.0])),
            malus=draw(st.sampled_from([None, 0.0, 5.0])),
            division=draw(st.sampled_from(["17", "18", "44"])),
            founded_on=draw(st.sampled_from(["2000-01-01", "2022-01-01", None])),
            veto=draw(st.sampled_from([None, None, None, "事故"])),
        )
        for n in range(1, size + 1)
    ]


@st.composite
def some_cuts(draw):
    percents = sorted(draw(st.lists(st.decimals(0, 100, places=1), min_size=3, max_size=3)))
    lines = sorted(draw(st.lists(st.floats(0, 150), min_size=3, max_size=3)), reverse=True)
    quotas, scores = dict(zip("ABC", percents, strict=True)), dict(zip("ABC", lines, strict=True))
    chosen = draw(st.sampled_from(["quotas", "scores", "both"]))
    cuts = ({"quotas": quotas} if chosen != "scores" else {}) | ({"scores": scores} if chosen != "quotas" else {})
    rounding, ties = draw(st.sampled_from(["floor", "ceil", "round"])), draw(st.sampled_from(["better", "worse", "strict"]))
    return {**cuts, "rounding": rounding, "ties": ties}


@st.composite
def some_indicators(draw, baselines=("fixed",)):
    """Three indicators: tax per mu, value added per energy (either direction), research."""
    missing = st.sampled_from(["zero", "redistribute"])
    weights = draw(st.sampled_from([(50, 30, 20), (100, 0, 0), (33.4, 33.3, 33.3), (10, 10, 80)]))
    direction = draw(st.sampled_from(["higher", "lower", "lower_linear"]))
    terms = ("综合能耗", "工业增加值") if direction != "higher" else ("工业增加值", "综合能耗")

    def level(value):
        of = draw(st.sampled_from(baselines))
        return {"of": "fixed", "value": value} if of == "fixed" else {"of": of}

    cap = st.sampled_from([None, 1.5, 3.0])
    return [
        indicator("tax_per_mu", weights[0], baseline=level(5.0), cap=draw(cap), missing=draw(missing)),
        indicator("energy", weights[1], *terms, level(2.0), direction=direction, cap=draw(cap) or 2.0, missing=draw(missing)),
        indicator("rd", weights[2], "研发经费", "主营业务收入", level(0.5), cap=draw(cap), missing=draw(missing)),
    ]


RULES = {
    "bonus_ceiling": 10,
    "exemptions": [
        {"name": "公用事业企业", "mark": "T", "industries": ["44"]},
        {"name": "成立不满两年", "mark": "不定等级", "founded_within_years": 2, "treated_as": "B"},
    ],
}


@few_examples
@given(some_firms(), some_indicators(), some_cuts(), st.randoms())
def test_the_order_of_rows_is_irrelevant(rows, indicators, cuts, random):
    rule = policy(group(*indicators, cuts=cuts, tie_breaks=["rd"]), **RULES)
    mixed = list(rows)
    random.shuffle(mixed)
    pd.testing.assert_frame_equal(graded(rule, rows).firms, graded(rule, mixed).firms, check_exact=True)


@few_examples
@given(some_firms(), st.sampled_from(["ratio", "mean", "best"]), st.sampled_from(["group", "industry"]), st.randoms())
def test_the_order_of_rows_is_irrelevant_to_baselines_too(rows, of, over, random):
    rows = [row | {"tax": row["tax"] and abs(row["tax"])} for row in rows]  # so that every baseline can be computed
    rows[0] |= {"tax": 900.0, "division": "17"}
    last = [row | {"tax": 1000.0} for row in rows]
    for year in ("this", "last"):
        rule = policy(group(indicator(baseline={"of": of, "over": over, "year": year}, missing="group_mean")))
        mixed, mixed_last = random.sample(rows, len(rows)), random.sample(last, len(last))
        pd.testing.assert_frame_equal(graded(rule, rows, last).firms, graded(rule, mixed, mixed_last).firms, check_exact=True)


@few_examples
@given(some_firms(), some_indicators(), some_cuts(), st.data())
def test_more_of_a_good_indicator_never_lowers_a_firms_score(rows, indicators, cuts, data):
    rule = policy(group(*indicators, cuts=cuts), **RULES)
    at = data.draw(st.integers(0, len(rows) - 1))
    raised = [dict(row) for row in rows]
    raised[at]["tax"] = rows[at]["tax"] or 0.0
    before = column(graded(rule, raised), "score")
    raised[at]["tax"] += data.draw(positive)
    after = column(graded(rule, raised), "score")
    assert after[at] >= before[at]
    assert [x for i, x in enumerate(after) if i != at] == [x for i, x in enumerate(before) if i != at]


@few_examples
@given(some_firms(), some_indicators(), some_cuts())
def test_grades_never_rise_as_scores_fall(rows, indicators, cuts):
    result = graded(policy(group(*indicators, cuts=cuts), **RULES), rows).firms
    assert set(result["grade"]) <= {*GRADES, "T", "不定等级"}
    usual = result[(result["by_score"] != "")].sort_values("score", ascending=False)
    order = [GRADES.index(g) for g in usual["by_score"]]
    equal = usual["score"].duplicated(keep=False).any() and cuts["ties"] == "strict"
    assert order == sorted(order) or equal
    vetoed = result["veto"].notna()
    assert (result.loc[vetoed, "grade"] == "D").all()
    plain = result[~vetoed & (result["by_score"] != "")]
    assert plain["grade"].tolist() == plain["by_score"].tolist()


@few_examples
@given(some_firms(), some_cuts())
def test_quotas_add_up(rows, cuts):
    """Not more firms than the quota up to each grade, unless equals share the better; not fewer, unless they share the worse."""
    result = graded(policy(group(cuts={**cuts, "quotas": {"A": 17.5, "B": 55, "C": 90}, "scores": {}})), rows).firms
    exact = [x * len(rows) / 100 for x in (17.5, 55, 90)]
    whole = {"floor": math.floor, "ceil": math.ceil, "round": lambda x: math.floor(x + 0.5)}[cuts["rounding"]]
    counts = [int((result["by_score"].isin(list(GRADES[: n + 1]))).sum()) for n in range(3)]
    for have, quota in zip(counts, map(whole, exact), strict=True):
        assert have >= quota if cuts["ties"] == "better" else have <= quota if cuts["ties"] == "worse" else have == quota
    assert len(result) == len(rows)


@few_examples
@given(some_indicators(), positive)
def test_a_firm_at_every_baseline_scores_the_sum_of_weights(indicators, land):
    values = {i["key"]: i["baseline"]["value"] for i in indicators}
    added = 40.0
    energy = added * values["energy"] if indicators[1]["direction"] != "higher" else added / values["energy"]
    one = firm(1, values["tax_per_mu"] * land, land_mu=land, value_added=added, energy_tce=energy, rd=4.0, revenue=8.0)
    assert column(graded(policy(group(*indicators)), [one]), "score") == [100.0]


@few_examples
@given(some_firms())
def test_like_firms_are_at_their_own_ratio_mean_and_best(rows):
    one = rows[0] | {"tax": 30.0, "bonus": 0.0, "malus": 0.0}
    alike = [one | {"credit_code": row["credit_code"]} for row in rows]
    for of in ("ratio", "mean", "best"):
        result = graded(policy(group(indicator(baseline={"of": of}))), alike)
        assert column(result, "score") == [100.0] * len(rows)


@few_examples
@given(some_firms(least=2), some_indicators(), some_cuts())
def test_an_evaluation_repeats_exactly(rows, indicators, cuts):
    made = content(group(*indicators, cuts=cuts), **RULES)
    first, again = (evaluate_policy(validate_policy(made), frame(rows), frame([])) for _ in range(2))
    pd.testing.assert_frame_equal(first.firms, again.firms, check_exact=True)
    assert first.policy == again.policy
