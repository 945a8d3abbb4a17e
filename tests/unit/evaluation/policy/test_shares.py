"""An indicator in %: written and scored as the share itself, shown in hundredths."""

from __future__ import annotations

import pytest

from cockpit.errors import PolicyError
from cockpit.evaluation.grading.reasons import describe_condition
from cockpit.evaluation.policy.changes import apply_changes, describe_changes, group_sliders
from cockpit.evaluation.policy.description import describe_indicator
from cockpit.evaluation.policy.validation import validate_policy

RULE = {
    "name": "某区办法",
    "place": "某区",
    "year": 2022,
    "groups": [
        {
            "key": "规上",
            "kind": "规上",
            "indicators": [
                {
                    "key": "rd_share",
                    "name": "研发经费占比",
                    "unit": "%",
                    "weight": 100,
                    "numerator": "研发经费",
                    "denominator": "主营业务收入",
                    "baseline": {"of": "fixed", "value": 0.0302},
                }
            ],
            "cuts": {"quotas": {"A": 20, "B": 60, "C": 95}},
            "conditions": [
                {
                    "effect": "demotes",
                    "grade": "D",
                    "indicator": "rd_share",
                    "comparison": "below",
                    "limit": {"of": "fixed", "value": 0.01},
                }
            ],
        }
    ],
}


def test_it_is_shown_in_hundredths():
    group = validate_policy(RULE).groups[0]
    [indicator] = group.indicators
    assert indicator.to_display(0.0302) == pytest.approx(3.02)
    assert indicator.from_display(3.02) == pytest.approx(0.0302)
    assert "基准值为3.02%；" in describe_indicator(indicator)
    assert describe_condition(group.conditions[0], indicator, 0.01) == "研发经费占比低于1%"


def test_a_slider_moves_in_hundredths_and_the_rule_changes_by_the_share():
    policy = validate_policy(RULE)
    [limit] = [k for k in group_sliders(policy.groups[0], 0) if k.kind == "门槛"]
    assert (limit.value, limit.unit) == (1.0, "%")
    changed = apply_changes(policy, {"0c0": "2.5"})
    assert changed.groups[0].conditions[0].limit.value == pytest.approx(0.025)
    assert describe_changes(policy, changed) == ["规上 研发经费占比的D类门槛 1→2.5%"]


def test_terms_of_different_units_are_no_share():
    wrong = {**RULE["groups"][0]["indicators"][0], "denominator": "用地面积"}
    with pytest.raises(PolicyError, match=r"groups\[0\].indicators\[0\]：单位写 % 的指标，分子和分母须同单位"):
        validate_policy({**RULE, "groups": [{**RULE["groups"][0], "indicators": [wrong]}]})
