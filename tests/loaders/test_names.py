"""Names and choices: resolved in the forms people use, else reported with the nearest known one."""

from __future__ import annotations

import pytest

from tests.loaders.published_frames import codes, locations
from tests.workbooks import code, firm


def target(**cells):
    row = {"年份": 2024, "指标": "工业总产值", "范围": "全区", "目标值": 100, "单位": "万元"}
    return {"年度目标": [{**row, **cells}]}


def stored(batch):
    [row] = batch.frames["target"].to_dict("records")
    return row["value"], row["unit"]


@pytest.mark.parametrize(
    ("metric", "value", "unit", "expected"),
    [
        ("工业总产值", 100, "亿元", (1_000_000, "万元")),
        ("工业总产值", 100, "万元", (100, "万元")),
        ("工业总产值", 100, None, (100, "万元")),
        ("工业总产值", "19亿元", None, (190_000, "万元")),
        ("亩均税收", 33, "万元/亩", (33, "万元/亩")),
        ("亩均税收", 330_000, "元/亩", (33, "万元/亩")),
        ("研发强度", 3, "%", (0.03, "%")),
        ("研发强度", 3, None, (0.03, "%")),
        ("研发强度", 0.03, "小数", (0.03, "%")),
        ("研发强度", "3%", "%", (0.03, "%")),
        ("综合能耗", 2, "万吨标准煤", (20_000, "吨标准煤")),
        ("规上企业数", 700, "家", (700, "家")),
    ],
)
def test_a_target_is_stored_in_the_metric_s_unit(read, metric, value, unit, expected):
    value, unit = stored(read(target(**{"指标": metric, "目标值": value, "单位": unit})))
    assert (value, unit) == (pytest.approx(expected[0]), expected[1])


def test_a_target_s_unit_may_stand_in_the_header(read):
    row = {"年份": 2024, "指标": "工业总产值", "范围": "全区", "目标值（亿元）": 19}
    batch = read({"年度目标": [row]})
    assert stored(batch) == (190_000, "万元")
    assert locations(batch, "N204") == [(2, "目标值")]


def test_a_target_in_a_unit_of_another_kind_is_e104(read):
    assert locations(read(target(**{"单位": "亩"})), "E104") == [(2, "单位")]
    assert locations(read(target(**{"目标值": "5亩", "单位": None})), "E104") == [(2, "目标值")]
    assert locations(read(target(**{"单位": "斤两"})), "E104") == [(2, "单位")]


@pytest.mark.parametrize("name", ["工业总产值", " 工业 总产值 ", "A·B类占比", "A、B类企业占比"])
def test_metrics_by_name(read, name):
    assert codes(read(target(**{"指标": name, "单位": None}))) == []


def test_an_unknown_metric_is_reported_with_the_nearest(read):
    [finding] = [f for f in read(target(**{"指标": "工业总产质"})).findings if f.code == "E105"]
    assert "工业总产值" in finding.message


@pytest.mark.parametrize(
    ("scope", "stored_as"),
    [
        ("全区", "district"),
        ("临平区", "district"),
        ("塘栖", "town:tangqi"),
        ("临平街道", "town:linping"),
        ("绿色能源", "chain:green-energy"),
    ],
)
def test_scopes(read, scope, stored_as):
    assert read(target(**{"范围": scope})).frames["target"]["scope"].tolist() == [stored_as]


def test_unknown_areas_are_e107_with_the_nearest(read):
    batch = read(target(**{"范围": "塘西镇"}))
    [finding] = [f for f in batch.findings if f.code == "E107"]
    assert (finding.row, finding.column) == (2, "范围")
    assert "塘栖" in finding.message


def test_park_types_are_e107_other_choices_e105(read):
    carrier = {"名称": "甲", "类型": "孵化园"}
    [finding] = [f for f in read({"创新载体": [carrier]}).findings if f.code == "E107"]
    assert "孵化器" in finding.message
    row = firm(1) | {"企业角色": "老大"}
    [finding] = [f for f in read({"企业名录": [row]}).findings if f.code == "E105"]
    assert all(text in finding.message for text in ("链主", "配套", "一般"))


@pytest.mark.parametrize("text", ["D类提升", "d类提升", "Ｄ类提升", " D类 提升"])
def test_choices_in_any_width_and_case(read, text):
    row = {"统一社会信用代码": code(1), "整治类型": text, "状态": "在治"}
    batch = read({"企业名录": [firm(1)], "低效整治": [row]})
    assert batch.frames["remediation"]["kind"].tolist() == ["D类提升"]
    assert bool(locations(batch, "N201")) == (text != "D类提升")


@pytest.mark.parametrize(("chain", "key"), [("时尚", "fashion"), ("绿色能源产业链", "green-energy"), ("全部", "all")])
def test_chains_of_policies(read, chain, key):
    row = {"产业链": chain, "政策名称": "甲"}
    assert read({"政策清单": [row]}).frames["policy"]["chain"].tolist() == [key]


def test_all_is_no_chain_of_an_enterprise(read):
    assert locations(read({"企业名录": [firm(1, chain="全部")]}), "E107") == [(2, "产业链")]


def test_text_is_stored_but_for_what_no_screen_shows(read):
    name = "杭州<b>嘉正</b>布艺（104）\n有限公司"
    row = firm(1) | {"企业名称": f"  {name}\u200b "}
    assert read({"企业名录": [row]}).frames["enterprise"]["name"].tolist() == ["杭州<b>嘉正</b>布艺（104） 有限公司"]


def test_a_long_value_is_cut_in_findings(read):
    [finding] = [f for f in read({"企业名录": [firm(1, town="长" * 5000)]}).findings if f.code == "E107"]
    assert len(finding.value) == 80
    assert len(finding.message) < 400


def test_one_notice_counts_all_spellings_of_a_column(read):
    batch = read({"企业名录": [firm(1, town="塘栖"), firm(2, town="临平区南苑街道"), firm(3)]})
    [finding] = [f for f in batch.findings if f.code == "N201"]
    assert (finding.column, finding.row, finding.value) == ("所属镇街", None, "2")
