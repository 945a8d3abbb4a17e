"""Faults of a policy file: each reported in Chinese, with its path; nothing is evaluated."""

from __future__ import annotations

import copy
import re

import pytest
import yaml

from cockpit.errors import PolicyError, UsageError
from cockpit.evaluation.policy.policy import COLUMN_BY_LABEL, UNIT_BY_LABEL
from cockpit.evaluation.policy.validation import validate_policy
from data.evaluation.policies import district_policies, find_policy, load_policy, parse_policy, serialize_policy
from tests.unit.evaluation.builders import content, group, indicator

CONDITION = {
    "effect": "demotes",
    "grade": "D",
    "indicator": "tax_per_mu",
    "comparison": "below",
    "limit": {"of": "fixed", "value": 2},
}
GOOD = content(
    group(
        indicator(weight=45),
        indicator("power", 35, denominator="用电量", baseline={"of": "ratio"}),
        indicator("rd", 20, "研发经费", "主营业务收入", 0.03),
        conditions=[CONDITION],
        tie_breaks=["power"],
    ),
    exemptions=[{"name": "成立不满两年", "mark": "T", "founded_within_years": 2}],
    measures=[{"key": "power", "name": "差别电价", "basis": "用电量", "rates": {"D": 0.3}}],
)
REMOVED = object()


def changed(path, value):
    """The good policy with one entry changed, added or removed."""
    made = copy.deepcopy(GOOD)
    *parents, last = path
    node = made
    for step in parents:
        node = node[step]
    if value is REMOVED:
        del node[last]
    else:
        node[last] = value
    return made


def faults(made):
    with pytest.raises(PolicyError) as caught:
        validate_policy(made)
    return str(caught.value)


def test_the_good_one_is_good():
    assert validate_policy(GOOD).groups[0].indicators[2].weight == 20


G = ("groups", 0)
I2 = (*G, "indicators", 2)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        # weights
        ((*I2, "weight"), 21, "groups[0]：权重之和为 101，应为 100"),
        ((*I2, "weight"), 19.5, "groups[0]：权重之和为 99.5，应为 100"),
        ((*G, "total"), 150, "groups[0]：权重之和为 100，应为 150"),
        ((*I2, "weight"), "二十", "groups[0].indicators[2].weight：应是数字，现为“二十”"),
        ((*I2, "weight"), -1, "groups[0].indicators[2].weight：应不小于 0，现为 -1"),
        ((*I2, "weight"), True, "groups[0].indicators[2].weight：应是数字或文字，现为真假值"),
        ((*I2, "weight"), float("nan"), "groups[0].indicators[2].weight：应是有限的数"),
        ((*I2, "weight"), [20], "groups[0].indicators[2].weight：应是数字"),
        # columns
        ((*I2, "numerator"), "研发费用", "groups[0].indicators[2].numerator：没有“研发费用”这一列；可用的列：评价税收、"),
        ((*I2, "denominator"), "加分", "groups[0].indicators[2].denominator：没有“加分”这一列"),
        (("measures", 0, "basis"), "水", "measures[0].basis：没有“水”这一列"),
        # cuts
        ((*G, "cuts", "quotas"), {"A": 20, "B": 15, "C": 95}, "groups[0].cuts：quotas 的分档重叠：A=20，B=15，C=95"),
        ((*G, "cuts", "quotas"), {"A": 20, "B": 95.5, "C": 95}, "groups[0].cuts：quotas 的分档重叠"),
        ((*G, "cuts", "scores"), {"A": 80, "B": 85, "C": 40}, "groups[0].cuts：scores 的分档重叠：A=80，B=85，C=40"),
        ((*G, "cuts", "quotas"), {"A": 20, "C": 95}, "groups[0].cuts：quotas 须写全 A、B、C 三条线"),
        ((*G, "cuts", "quotas"), {"A": 20, "B": 60, "C": 101}, "groups[0].cuts.quotas.C：应不大于 100，现为 101"),
        ((*G, "cuts", "quotas"), {"A": -1, "B": 60, "C": 95}, "groups[0].cuts.quotas.A：应不小于 0"),
        ((*G, "cuts", "quotas"), {"A": 20, "B": 60, "E": 95}, "groups[0].cuts.quotas.E：应是 A、B、C 之一，现为“E”"),
        ((*G, "cuts", "quotas"), 20, "groups[0].cuts.quotas：应是一组“名称: 内容”"),
        ((*G, "cuts", "scores"), {"A": float("inf"), "B": 60, "C": 1}, "groups[0].cuts.scores.A：应是有限的数"),
        ((*G, "cuts"), {}, "groups[0].cuts：至少要有一种分档方式"),
        ((*G, "cuts", "ties"), "both", "groups[0].cuts.ties：应是 better、worse、strict 之一，现为“both”"),
        ((*G, "cuts", "rounding"), "up", "groups[0].cuts.rounding：应是 floor、ceil、round 之一，现为“up”"),
        # unknown and missing keys
        (("wieght",), 1, "wieght：没有这一项，请检查拼写"),
        ((*I2, "wieght"), 1, "groups[0].indicators[2].wieght：没有这一项"),
        ((*I2, "weight"), REMOVED, "groups[0].indicators[2].weight：缺少这一项"),
        ((*I2, "baseline"), REMOVED, "groups[0].indicators[2].baseline：缺少这一项"),
        (("year",), REMOVED, "year：缺少这一项"),
        (("groups",), REMOVED, "groups：缺少这一项"),
        (("groups",), [], "groups：不能为空"),
        ((*G, "indicators"), [], "groups[0].indicators：不能为空"),
        ((*G, "indicators"), "亩均税收", "groups[0].indicators：应是列表"),
        (("groups",), ["规上"], "groups[0]：应是一组“名称: 内容”"),
        (("name",), "", "name：不能为空"),
        (("name",), "长" * 61, "name：太长了"),
        (("name",), 2022, "name：应是文字"),
        # words
        ((*I2, "direction"), "up", "groups[0].indicators[2].direction：应是 higher、lower、lower_linear 之一"),
        ((*I2, "missing"), "mean", "groups[0].indicators[2].missing：应是 zero、group_mean、redistribute 之一"),
        ((*I2, "key"), "研发", "groups[0].indicators[2].key：须以小写字母开头"),
        ((*I2, "key"), "power", "groups[0]：indicators 重复：power"),
        ((*G, "kind"), "规下", "groups[0]：kind 须是 规上、宗地 之一，现为“规下”"),
        ((*G, "industries"), ["1751"], "groups[0].industries[0]：应是两位行业代码，现为“1751”"),
        ((*G, "industries"), [17], "groups[0].industries[0]：应是文字，数字须加引号"),
        (("veto",), "E", "veto：应是 A、B、C、D 之一，现为“E”"),
        (("year",), "去年", "year：应是整数，现为“去年”"),
        (("year",), 2022.5, "year：应是整数"),
        (("year",), 1922, "year：应不小于 2000，现为 1922"),
        (("bonus_ceiling",), -1, "bonus_ceiling：应不小于 0"),
        (("decimals",), 12, "decimals：应不大于 8"),
        # baselines, caps
        ((*I2, "baseline"), {"of": "fixed"}, "groups[0].indicators[2].baseline：固定值（fixed）须写 value"),
        ((*I2, "baseline"), {"of": "mean", "value": 3}, "groups[0].indicators[2].baseline：固定值（fixed）须写 value"),
        ((*I2, "baseline"), {"of": "fixed", "value": 0}, "groups[0].indicators[2].baseline.value：应大于 0"),
        ((*I2, "baseline"), {"of": "median"}, "groups[0].indicators[2].baseline.of：应是 fixed、ratio、mean、best 之一"),
        ((*I2, "baseline"), {"of": "mean", "factor": 0}, "groups[0].indicators[2].baseline.factor：应大于 0"),
        ((*I2, "baseline"), {"of": "mean", "year": "2021"}, "groups[0].indicators[2].baseline.year：应是 this、last 之一"),
        ((*I2, "cap"), 0, "groups[0].indicators[2].cap：应大于 0"),
        ((*I2, "floor"), float("-inf"), "groups[0].indicators[2].floor：应是有限的数"),
        (
            I2,
            GOOD["groups"][0]["indicators"][2] | {"cap": 0.5, "floor": 0.5},
            "groups[0].indicators[2]：上限 cap（0.5）须大于下限",
        ),
        ((*I2, "direction"), "lower", "groups[0].indicators[2]：越低越好（lower）的指标须写上限 cap"),
        # conditions
        ((*G, "conditions", 0, "indicator"), "water", "groups[0]：conditions[0].indicator：没有“water”这个指标"),
        ((*G, "tie_breaks"), ["power", "water"], "groups[0]：tie_breaks[1]：没有“water”这个指标"),
        ((*G, "conditions", 0, "grade"), "A", "groups[0].conditions[0]：不能降为A类"),
        ((*G, "conditions", 0, "limit"), 2, "groups[0].conditions[0].limit：应是一组“名称: 内容”"),
        ((*G, "conditions", 0), CONDITION | {"effect": "needs"}, "groups[0].conditions[0]：D类不能再设条件"),
        ((*G, "conditions", 0, "comparison"), "<", "groups[0].conditions[0].comparison：应是 at_least、below 之一"),
        # exemptions, measures, groups
        (("exemptions", 0, "mark"), "B", "exemptions[0]：mark 不能是等级“B”"),
        (("exemptions", 0, "industries"), ["44"], "exemptions[0]：founded_within_years、industries、firms 三者须写且只写一个"),
        (("exemptions", 0, "founded_within_years"), 0, "exemptions[0].founded_within_years：应不小于 1"),
        (("measures", 0, "rates"), {}, "measures[0]：计费的措施须同时写 basis 和 rates"),
        (("measures", 0, "rates"), {"D": float("nan")}, "measures[0].rates.D：应是有限的数"),
        (("measures", 0), {"key": "water", "name": "水价"}, "measures[0]：须写 words"),
        (("measures",), [GOOD["measures"][0]] * 2, "（整体）：measures 重复：power"),
        (("groups",), [GOOD["groups"][0]] * 2, "（整体）：groups 重复：规上"),
    ],
)
def test_a_fault_is_reported_with_its_path(path, value, message):
    text = faults(changed(path, value))
    assert text.startswith("评价办法有误，没有评价：\n")
    assert [line.startswith(f"  {message}") for line in text.splitlines()[1:]] == [True], text
    assert not re.search(r"\b(input|should|valid|type)\b", text, re.IGNORECASE)


def test_all_faults_are_reported_at_once():
    made = changed((*I2, "weight"), "二十")
    made["year"] = "去年"
    made["groups"][0]["cuts"]["ties"] = "both"
    assert len(faults(made).splitlines()) == 4


@pytest.mark.parametrize("nothing", [None, {}, [], ""])
def test_an_empty_policy(nothing):
    assert faults(nothing) == "评价办法是空的，没有评价。"


@pytest.mark.parametrize("other", ["亩均税收", ["规上"], 2022])
def test_what_is_no_mapping(other):
    assert "应是一组“名称: 内容”" in faults(other)


def refused(text):
    with pytest.raises(PolicyError) as caught:
        parse_policy(text, "x.yaml")
    return str(caught.value)


@pytest.mark.parametrize("text", ["", "# 只有注释\n", "---\n"])
def test_an_empty_file(text):
    assert refused(text) == "x.yaml是空的，没有评价。"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("name: [某办法\nyear: 2022\n", "第2行第5列写法不对。请检查缩进、冒号和括号。"),
        ("name: 某办法\n  year: 2022\n", "第2行第7列写法不对。请检查缩进、冒号和括号。"),
        ("\tname: x", "第1行第1列写法不对。请检查缩进、冒号和括号。"),
        ("name: *nothing\n", "第1行第7列写法不对。请检查缩进、冒号和括号。"),
        ("!!python/object/apply:os.getcwd []", "第1行第1列写法不对。请检查缩进、冒号和括号。"),
        ("name: \x00", "写法不对。请检查缩进、冒号和括号。"),
        ("year: 2022-13-45\n", "有不存在的日期，或位数过多的数字。"),
    ],
)
def test_broken_yaml_is_reported_with_its_line(text, fault):
    message = refused(text)
    assert message.startswith("没有评价：x.yaml不是有效的 YAML")
    assert message.removeprefix("没有评价：x.yaml不是有效的 YAML").lstrip("，：") == fault


@pytest.mark.parametrize("number", ["9" * 5000, "0x" + "f" * 5000, "0" + "7" * 6000, "0b" + "1" * 20000, "1" + ":59" * 3000])
def test_a_number_beyond_measure_is_refused_in_any_notation(number):
    assert "位数过多的数字" in refused(f"year: {number}")


LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize("text", [LAUGHS, "name: &x [*x]\n", "name: &x {y: &y {z: *x}}\n"])
def test_aliases_that_grow_without_end_are_refused(text):
    """Nine lines were 800 MB and no end."""
    assert "引用" in refused(text)


def test_yaml_beyond_measure_is_refused():
    assert refused("[" * 5000) == "没有评价：x.yaml层次过多，没有读取。请检查缩进和括号。"


def test_a_key_that_stands_twice():
    text = yaml.safe_dump(GOOD, allow_unicode=True)
    assert parse_policy(text, "x.yaml").policy.veto == "D"
    message = refused(text + "veto: C\nveto: B\n")
    line = text.count("\n") + 1
    assert message == f"x.yaml有误，没有评价：\n  第{line}行：“veto”写了两次\n  第{line + 1}行：“veto”写了两次"
    assert "“ties”写了两次" in refused("a:\n  - {ties: worse, ties: better}\n")


def test_a_merged_mapping_may_be_changed():
    assert "写了两次" not in refused("a: &a {x: 1}\nb: {<<: *a, x: 2}\nc: [*a, *a]\n")


def test_a_file_keeps_its_hash_and_text_whatever_its_line_ends(tmp_path):
    import hashlib

    file = tmp_path / "a.yaml"
    data = ("\ufeff" + yaml.safe_dump(GOOD, allow_unicode=True)).replace("\n", "\r\n").encode()
    file.write_bytes(data)
    read = load_policy(file)
    assert read.sha256 == hashlib.sha256(data).hexdigest()
    assert parse_policy(read.text, "again") == read


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "gbk.yaml").write_bytes("name: 某办法".encode("gbk"))
    for name in ("gbk.yaml", "none.yaml", "."):
        with pytest.raises(PolicyError, match=r"读不了.*UTF-8"):
            load_policy(tmp_path / name)


def test_a_policy_is_loaded_by_path_or_by_its_name_in_the_pack(tmp_path, monkeypatch):
    from pathlib import Path

    monkeypatch.chdir(tmp_path)
    assert find_policy("linping", Path("huangyan-2022.yaml")).policy.region == "台州市黄岩区"
    assert find_policy("linping", Path("dezhou-2024")).policy.region == "德州市"
    own = tmp_path / "huangyan-2022.yaml"
    own.write_text(yaml.safe_dump(GOOD, allow_unicode=True), encoding="utf-8")
    assert find_policy("linping", Path("huangyan-2022.yaml")).policy.region == "某区"  # a path that exists wins
    assert find_policy("linping", own).policy.region == "某区"


@pytest.mark.parametrize("name", ["hangzhou.yaml", "sub/huangyan-2022.yaml", "../huangyan-2022.yaml", "..", ""])
def test_an_unknown_policy_lists_the_known_ones(name, tmp_path, monkeypatch):
    from pathlib import Path

    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        find_policy("linping", Path(name))
    assert "linping-2022.yaml、anhui-2023.yaml、dezhou-2024.yaml、huaian-2024.yaml、huangyan-2022.yaml" in str(caught.value)


def test_the_districts_own_policy_comes_first():
    assert [p.policy.region for p in district_policies("linping")] == [
        "杭州市临平区",
        "安徽某市",
        "德州市",
        "淮安市",
        "台州市黄岩区",
    ]


def test_a_policy_written_out_is_the_same():
    for policy_text in district_policies("linping"):
        assert serialize_policy(policy_text.policy).policy == policy_text.policy


def test_columns_are_those_of_the_sheet():
    assert COLUMN_BY_LABEL == {
        "评价税收": "tax",
        "工业增加值": "value_added",
        "综合能耗": "energy_tce",
        "主要污染物排放量": "pollutant_t",
        "研发经费": "rd",
        "主营业务收入": "revenue",
        "年平均职工人数": "staff",
        "用地面积": "land_mu",
        "用电量": "power_wan_kwh",
    }
    assert UNIT_BY_LABEL["评价税收"] == "万元"
    assert UNIT_BY_LABEL["用地面积"] == "亩"


def test_the_same_rule_for_another_year():
    rule = validate_policy(GOOD)
    assert rule.for_year(2021).year == 2021
    assert rule.for_year(2021).for_year(2022) == rule
    assert rule.group("规上") is rule.groups[0]
    with pytest.raises(KeyError):
        rule.group("宗地")
