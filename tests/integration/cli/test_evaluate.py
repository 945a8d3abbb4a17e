"""`evaluate` as other programs use it: grades as JSON on standard output, all else on standard error, exit codes."""

from __future__ import annotations

import json
from io import BytesIO

import openpyxl
import pytest

from tests import evaluation_oracle, workbooks
from tests.workbooks import code, firm

RULE = """name: 某区2022年办法
place: 某区
year: 2022
groups:
  - key: 规上
    kind: 规上
    indicators:
      - {key: tax, name: 亩均税收, unit: 万元/亩, weight: 100,
         numerator: 评价税收, denominator: 用地面积, baseline: {of: fixed, value: 10}}
    cuts: {quotas: {A: 34, B: 67, C: 67}, rounding: round}
"""


def inputs(number, tax, year=2022):
    return {"统一社会信用代码": code(number), "年份": year, "评价税收（万元）": tax, "用地面积（亩）": 10.0}


@pytest.fixture
def rule(tmp_path):
    file = tmp_path / "rule.yaml"
    file.write_text(RULE, encoding="utf-8")
    return file


@pytest.fixture
def loaded(run, tmp_path):
    """A database with three firms' inputs of 2022: 100, 50 and 80 万元 on 10 mu."""
    rows = [inputs(1, 100), inputs(2, 50), inputs(3, 80)]
    file = workbooks.write(tmp_path / "w.xlsx", {"企业名录": [firm(1), firm(2), firm(3)], "年度评价": rows})
    assert run("load", file, "--accept-warnings")[0] == 0
    return run


def test_the_sample_as_json_equals_the_grades_by_hand(run, sample_url, book):
    exit_code, out, err = run(
        "evaluate", "--year", 2022, "--policy", "linping-2022.yaml", "--json", COCKPIT_DATABASE_URL=sample_url
    )
    assert (exit_code, err) == (0, "")
    rows = json.loads(out)
    expected = evaluation_oracle.grade_year(book, 2022)
    keys = ("group", "base_score", "score", "rank", "grade")
    assert {r["code"]: tuple(r[k] for k in keys) for r in rows} == {
        c: (g.group, float(g.base_score), float(g.score), g.rank, g.grade) for c, g in expected.items()
    }
    assert len(rows) == 656 + 1039
    assert list(rows[0])[:5] == ["code", "name", "town", "chain", "group"]
    assert "总分" in out  # not escaped


def test_trying_out_prints_a_table_and_changes_nothing(loaded, rule):
    exit_code, out, err = loaded("evaluate", "--year", 2022, "--policy", rule)
    assert (exit_code, err) == (0, "")
    assert "某区2022年办法（2022年，家）" in out
    assert [line.split() for line in out.splitlines() if "规上" in line] == [
        ["│", "规上", "│", "1", "│", "1", "│", "1", "│", "3", "│"]
    ]
    again = json.loads(loaded("evaluate", "--year", 2022, "--policy", rule, "--publish", "--json")[1])
    assert [(r["code"], r["score"], r["rank"], r["grade"]) for r in again] == [
        (code(1), 100.0, 1, "A"),
        (code(3), 80.0, 2, "B"),
        (code(2), 50.0, 3, "D"),
    ]


def test_publishing_says_so_on_standard_error(loaded, rule):
    exit_code, out, err = loaded("evaluate", "--year", 2022, "--policy", rule, "--publish", "--who", "王", "--json")
    assert (exit_code, len(json.loads(out))) == (0, 3)
    assert err == "已发布为评价记录 1（2022年，依据数据版本 1）。\n"
    _, out, err = loaded("evaluate", "--year", 2022, "--policy", rule, "--publish")
    assert err == "已发布为评价记录 2（2022年，依据数据版本 2）。\n"
    assert "合计" in out


@pytest.mark.parametrize("publish", [False, True])
def test_the_notice_is_saved(loaded, rule, tmp_path, publish):
    more = ("--publish", "--who", "王") if publish else ()
    exit_code, out, err = loaded("evaluate", "--year", 2022, "--policy", rule, "--xlsx", "公示.xlsx", "--json", *more)
    assert (exit_code, len(json.loads(out))) == (0, 3)
    assert "公示名单已保存：公示.xlsx" in err
    book = openpyxl.load_workbook(BytesIO((tmp_path / "公示.xlsx").read_bytes()))
    assert ("王 发布" if publish else "未发布") in str(book["公示名单"]["A2"].value)


def test_a_notice_that_cannot_be_saved_is_reported_before_publishing(loaded, rule):
    exit_code, out, err = loaded("evaluate", "--year", 2022, "--policy", rule, "--publish", "--xlsx", "none/公示.xlsx")
    assert (exit_code, out) == (2, "")
    assert "没有文件夹 none" in err
    exit_code, out, err = loaded("evaluate", "--year", 2022, "--policy", rule, "--publish", "--xlsx", ".")
    assert (exit_code, out) == (2, "")
    assert "是文件夹" in err
    assert "评价记录 1（" in loaded("evaluate", "--year", 2022, "--policy", rule, "--publish")[2]  # nothing was published before


FAULTS = [
    ("weight: 100", "weight: 90", "groups[0]：权重之和为 90，应为 100"),
    ("numerator: 评价税收", "numerator: 税收", "groups[0].indicators[0].numerator：没有“税收”这一列"),
    ("    kind: 规上", "    kind: [规上", "rule.yaml不是有效的 YAML，第7行"),
    ("{of: fixed, value: 10}", "{of: mean, year: last}", "groups[0]（规上）：基准值要用2021年的数据"),
]


def test_a_faulty_policy_is_refused_with_its_path_and_nothing_is_published(loaded, rule):
    for old, new, message in FAULTS:
        rule.write_text(RULE.replace(old, new), encoding="utf-8")
        exit_code, out, err = loaded("evaluate", "--year", 2022, "--policy", rule, "--publish", "--json")
        assert (exit_code, out) == (1, "")
        assert message in err
    rule.write_text(RULE, encoding="utf-8")
    assert "评价记录 1（" in loaded("evaluate", "--year", 2022, "--policy", rule, "--publish")[2]


def test_an_empty_policy_is_refused(loaded, rule):
    rule.write_text("", encoding="utf-8")
    exit_code, out, err = loaded("evaluate", "--year", 2022, "--policy", rule)
    assert (exit_code, out, err) == (1, "", "rule.yaml是空的，没有评价。\n")


def test_wrong_use_is_two_and_says_what_to_do(loaded, rule):
    exit_code, out, err = loaded("evaluate", "--year", 2019, "--policy", rule, "--json")
    assert (exit_code, out) == (2, "")
    assert err == "没有2019年的年度评价数据，没有评价。有数据的年份：2022。\n"
    exit_code, out, err = loaded("evaluate", "--year", 2022, "--policy", "none.yaml", "--json")
    assert (exit_code, out) == (2, "")
    assert "找不到评价办法文件：none.yaml" in err
    assert "linping-2022.yaml、anhui-2023.yaml、dezhou-2024.yaml、huaian-2024.yaml、huangyan-2022.yaml" in err
    assert loaded("evaluate", "--year", "去年", "--policy", rule)[:2] == (2, "")
    assert loaded("evaluate", "--year", 2022)[:2] == (2, "")


def test_a_policy_of_the_pack_goes_by_its_name_and_a_file_here_wins(run, sample_url, tmp_path):
    def evaluated(name):
        exit_code, out, _ = run("evaluate", "--year", 2022, "--policy", name, COCKPIT_DATABASE_URL=sample_url)
        assert exit_code == 0
        return out.splitlines()[0]

    assert evaluated("huangyan-2022.yaml").startswith("黄岩区2022年度")
    assert evaluated("huaian-2024").startswith("淮安市2024年")
    (tmp_path / "huangyan-2022.yaml").write_text(RULE, encoding="utf-8")
    assert evaluated("huangyan-2022.yaml").startswith("某区2022年办法")


def test_withdrawing_what_an_evaluation_was_made_from_says_that_it_stays(loaded, rule, tmp_path):
    loaded("evaluate", "--year", 2022, "--policy", rule, "--publish")
    later = workbooks.write(tmp_path / "later.xlsx", {"年度评价": [inputs(2, 70)]})
    # A batch that changes the year's inputs leaves the evaluation as it is, and says so before and after.
    again = "要按新数据评定，请用 evaluate --year 2022 --policy 办法文件 --publish 重新发布"
    message = "2022年已发布的评价（记录1）按这次改动之前的数据评定，仍然保留，页面照旧显示；"
    checked, published = loaded("check", later)[1], loaded("load", later, "--accept-warnings")[1]
    assert f"{message}{again}" in checked.replace("\n", "")
    assert f"{message}{again}" in published.replace("\n", "")
    # Record 1 was made before batch 2: without it the evaluation is of the published data again.
    assert "已发布的评价" not in loaded("withdraw", 2)[1]
    result = json.loads(loaded("withdraw", 1, "--json")[1])
    assert result["notes"] == [
        "2022年已发布的评价（记录1）用到了这批年度评价数据，不随之撤回：仍然保留，页面照旧显示；"
        "撤回后没有2022年的年度评价数据，重新载入后才能再评定。"
    ]


def test_withdrawing_some_of_the_inputs_says_how_to_evaluate_again(loaded, rule, tmp_path):
    later = workbooks.write(tmp_path / "later.xlsx", {"年度评价": [inputs(2, 70), inputs(3, 80, 2021)]})
    loaded("load", later, "--accept-warnings")
    loaded("evaluate", "--year", 2022, "--policy", rule, "--publish")
    [note] = json.loads(loaded("withdraw", 2, "--json")[1])["notes"]  # 2021 was never evaluated
    assert note.endswith("要按撤回后的数据评定，请用 evaluate --year 2022 --policy 办法文件 --publish 重新发布。")
