"""What-if changes as text, and on a policy's weights and quotas."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.evaluation.policy.changes import apply_changes, parse_changes, scale_weights
from tests.unit.evaluation.builders import column, firm, graded, group, indicator, policy

RULE = policy(
    group(indicator(weight=60), indicator("rd", 40, "研发经费")),
    group(key="宗地", kind="宗地", cuts={"scores": {"A": 80, "B": 60, "C": 40}}),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0w1:40;1qA:25", {"0w1": "40", "1qA": "25"}),
        ("0b:mean", {"0b": "mean"}),
        ("0w0:12.5", {"0w0": "12.5"}),
        ("", {}),
        (";;", {}),
        ("0w1:-4;0w1:x;0z1:4;w1:4;0w1:1e9;0b:40;0w1:mean", {}),
        ("0w1:40;<script>;0w0:20", {"0w1": "40", "0w0": "20"}),
        ("0w1:40;0w1:50", {"0w1": "50"}),
    ],
)
def test_what_can_be_read_is_read(text, expected):
    assert parse_changes(text) == expected


@given(st.dictionaries(st.sampled_from(["0w0", "0w1", "1sA", "0qB"]), st.integers(0, 100).map(str)))
def test_what_the_browser_writes_is_read(changes):
    text = ";".join(sorted(f"{key}:{value}" for key, value in changes.items()))  # as in `land_scenario.js`
    assert parse_changes(text) == changes


def test_no_change_gives_the_very_policy():
    assert apply_changes(RULE, {}) is RULE
    assert apply_changes(RULE, {"0w0": "60"}) is RULE


def test_changed_weights_are_scaled_to_the_total():
    weights = [i.weight for i in apply_changes(RULE, {"0w1": "20"}).groups[0].indicators]
    assert weights == [Decimal(75), Decimal(25)]  # 60 and 20 of 80
    assert apply_changes(RULE, {"0w1": "20"}).groups[1] == RULE.groups[1]


@given(
    st.lists(st.integers(0, 200).map(Decimal), min_size=1, max_size=8),
    st.sampled_from([Decimal(100), Decimal("33.33"), Decimal(150)]),
)
def test_scaled_weights_add_up_exactly_and_keep_their_order(weights, total):
    result = scale_weights(weights, total)
    assert sum(result) == total
    assert all(w >= 0 for w in result)
    pairs = sorted(zip(weights, result, strict=True))
    assert all(b[1] - a[1] >= (Decimal("-0.01") if a[0] == b[0] else 0) for a, b in itertools.pairwise(pairs))


def test_quotas_that_would_overlap_are_pushed_apart():
    assert apply_changes(RULE, {"0qA": "70"}).groups[0].cuts.quotas == {"A": 70, "B": 70, "C": 95}
    assert apply_changes(RULE, {"0qB": "30"}).groups[0].cuts.quotas == {"A": 20, "B": 30, "C": 95}


def test_a_changed_policy_grades_otherwise_and_leaves_the_first_as_it_was():
    rows = [firm(1, 50.0, rd=100.0), firm(2, 100.0, rd=40.0), firm(3, 10.0, kind="宗地")]
    before = RULE.model_dump()
    assert column(graded(RULE, rows), "score")[:2] == [70.0, 76.0]
    # 20 and 40 of 60: 33.33 and 66.67
    assert column(graded(apply_changes(RULE, {"0w0": "20"}), rows), "score")[:2] == pytest.approx([83.335, 59.998])
    assert RULE.model_dump() == before
