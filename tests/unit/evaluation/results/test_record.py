"""What is frozen reads back the same."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from cockpit.evaluation.results.explanation import explain_firm
from cockpit.evaluation.results.record import EvaluationRecord, restore_evaluation, serialize_firms, serialize_summary
from tests.unit.evaluation.builders import firm, frame, graded, group, indicator, number, policy

REGISTER = ["credit_code", "name", "town", "division", "chain", "stage", "role", "kind", "founded_on"]
RULE = policy(
    group(
        indicator(weight=60, baseline={"of": "mean", "over": "industry", "year": "last"}),
        indicator("rd", 40, "研发经费", "主营业务收入", 0.1, missing="redistribute"),
        conditions=[{"effect": "needs", "grade": "A", "indicator": "rd", "comparison": "at_least", "limit": {"of": "mean"}}],
        tie_breaks=["rd"],
    ),
    group(key="宗地", kind="宗地", cuts={"quotas": {"A": 20, "B": 60, "C": 95}, "scores": {"A": 90, "B": 60, "C": 30}}),
    exemptions=[{"name": "公用事业企业", "mark": "T", "industries": ["44"], "treated_as": "B"}],
    bonus_ceiling=5,
)
ROWS = [
    firm(1, 50.0, rd=1.0, revenue=20.0, bonus=9.0),
    firm(2, 90.0, malus=3.0, founded_on=None),
    firm(3, 70.0, kind="宗地", stage=None),
    firm(4, 80.0, kind="宗地", veto="较大安全生产事故"),
    firm(5, 100 / 3, division="44"),
    firm(6, None, division="29", rd=0.1, revenue=3.0),
    firm(7, -5.0, rd=2.0, revenue=20.0, pollutant_t=0.1 + 0.2),
    firm(8, 60.0, division="18"),
]
LAST = [firm(1, 40.0), firm(2, 60.0), firm(5, 10.0, division="44"), firm(8, -4.0, division="18")]


@pytest.fixture
def result():
    return graded(RULE, [*ROWS, firm(9, 1.0, kind="其他")], LAST)


def through(result):
    """As the database gives it back: rows by credit code, a register of all firms."""
    stored = json.loads(json.dumps(serialize_firms(result)))
    return restore_evaluation(result.policy, stored, serialize_summary(result), frame(ROWS)[REGISTER])


def test_a_record_reads_back_equal(result):
    again = through(result)
    pd.testing.assert_frame_equal(again.firms[result.firms.columns.to_list()], result.firms, check_exact=True)
    assert (again.policy, again.ungrouped) == (result.policy, result.ungrouped) == (RULE, 1)
    for one, other in zip(again.groups, result.groups, strict=True):
        assert one.group == other.group
        np.testing.assert_array_equal(one.rows, other.rows)
        for part in ("values", "baselines", "points", "factor"):
            np.testing.assert_array_equal(getattr(one.scores, part), getattr(other.scores, part))
        for part in ("rank", "by_score", "grade", "exempt", "vetoed", "lines"):
            np.testing.assert_array_equal(getattr(one.grading, part), getattr(other.grading, part), part)
            assert getattr(one.grading, part).dtype == getattr(other.grading, part).dtype
        assert len(one.grading.limits) == len(other.grading.limits)
        for limit, restored in zip(one.grading.limits, other.grading.limits, strict=True):
            np.testing.assert_array_equal(limit, restored)


def test_explanations_read_back_equal(result):
    again = through(result)
    assert [repr(explain_firm(again, n)) for n in range(8)] == [repr(explain_firm(result, n)) for n in range(8)]


def test_a_record_of_a_record_is_the_same(result):
    again = through(result)
    assert serialize_firms(again) == serialize_firms(result)
    assert serialize_summary(again) == serialize_summary(result)


def test_a_firm_that_left_the_register_keeps_its_grade_under_its_code(result):
    again = restore_evaluation(result.policy, serialize_firms(result), serialize_summary(result), frame(ROWS[1:])[REGISTER])
    first = again.firms.iloc[0]
    assert (first["name"], first["grade"], first["rank"]) == (
        number(1),
        result.firms.iloc[0]["grade"],
        result.firms.iloc[0]["rank"],
    )
    assert len(again.firms) == 8


def test_names_and_towns_are_those_of_today(result):
    moved = frame([ROWS[0] | {"name": "新名", "town": "donghu", "division": "44"}, *ROWS[1:]])[REGISTER]
    again = restore_evaluation(result.policy, serialize_firms(result), serialize_summary(result), moved)
    assert again.firms.iloc[0][["name", "town", "division"]].tolist() == ["新名", "donghu", "44"]
    assert again.firms["grade"].tolist() == result.firms["grade"].tolist()  # not exempt as a utility now


def test_the_json_form_of_a_record_head():
    from datetime import UTC, datetime

    head = EvaluationRecord(3, 2022, "某办法", "0" * 64, 7, "李", datetime(2023, 5, 1, 2, 3, tzinfo=UTC))
    assert head.as_dict() == {
        "evaluation": 3,
        "year": 2022,
        "policy": "某办法",
        "policy_sha256": "0" * 64,
        "data_version": 7,
        "published_by": "李",
        "published_at": "2023-05-01T02:03:00+00:00",
    }
