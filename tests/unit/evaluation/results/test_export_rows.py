"""The list of an evaluation, as programs and the public notice read it."""

from __future__ import annotations

import json

from cockpit.evaluation.results.evaluated_firms import grade_code
from cockpit.evaluation.results.export_rows import export_rows
from tests.unit.evaluation.builders import firm, graded, group, indicator, number, policy


def test_one_row_a_firm_by_group_then_rank_then_code(district):
    rd = indicator("rd", 40, "研发经费", "主营业务收入", 0.1) | {"name": "研发占比"}
    rule = policy(group(key="宗地", kind="宗地"), group(indicator(weight=60), rd))
    rows = [
        firm(1, 50.0, rd=1.0, revenue=20.0, bonus=2.0, chain=""),
        firm(2, 90.0),
        firm(3, 70.0, kind="宗地", town="linping"),
        firm(4, 80.0, kind="宗地", veto="环境违法"),
        firm(5, 90.0, town="nowhere"),
    ]
    result = export_rows(graded(rule, rows), district)
    assert [(r["group"], r["rank"], r["code"]) for r in result] == [
        ("宗地", 1, number(4)),
        ("宗地", 2, number(3)),
        ("规上", 1, number(2)),  # 54 points, and 5 the same; 1 has 30 + 20 + 2
        ("规上", 1, number(5)),
        ("规上", 3, number(1)),
    ]
    last = result[-1]
    assert last == {
        "code": number(1),
        "name": "企业1",
        "town": "塘栖镇",
        "chain": "未归链",
        "group": "规上",
        "bonus": 2.0,
        "malus": None,
        "base_score": 50.0,
        "score": 52.0,
        "rank": 3,
        "grade": "D",
        "reason": "总分位于末档",
        "weakest": "tax_per_mu",
        "explanation": "总分52.0，列规上第3位；差C类线2.0分；总分位于末档；最弱项：tax_per_mu（得分30.0/60）",
        "indicators": {
            "tax_per_mu": {"value": 50.0, "baseline": 100.0, "score": 30.0},
            "rd": {"value": 0.05, "baseline": 0.1, "score": 20.0},
        },
    }
    assert result[2]["indicators"]["rd"] == {"value": None, "baseline": 0.1, "score": 0.0}
    assert result[2]["weakest"] == "研发占比"
    assert result[3]["town"] == "nowhere"
    assert result[0]["reason"] == "一票否决：环境违法"
    assert json.loads(json.dumps(result, allow_nan=False)) == result


def test_grades_come_before_marks():
    assert sorted(["T", "D", "不定等级", "A"], key=grade_code) == ["A", "D", "T", "不定等级"]
