"""The catalogue holds the whole table of the specification, and every entry is complete."""

from __future__ import annotations

import pytest

from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.formulas import Direction, Flow, LedgerTotal, PlatformValue, Ratio
from cockpit.catalogue.metrics import METRIC_BY_NAME, METRICS, find_metric
from cockpit.contracts.sheets import SHEETS
from cockpit.cube.cube import MEASURES
from cockpit.district.terms import LevelTerms

#: The specification's table: name -> (unit as shown, unit as stored, good direction).
SPECIFIED = {
    "工业总产值": ("亿元", "万元", "up"),
    "营业收入": ("亿元", "万元", "up"),
    "工业增加值": ("亿元", "万元", "up"),
    "入库税收": ("亿元", "万元", "up"),
    "综合能耗": ("万吨标准煤", "吨标准煤", "down"),
    "用电量": ("亿千瓦时", "万千瓦时", "neutral"),
    "绿色能源投资": ("亿元", "万元", "up"),
    "研发费用": ("亿元", "万元", "up"),
    "平均用工人数": ("万人", "人", "neutral"),
    "用地面积": ("亩", "亩", "neutral"),
    "亩均税收": ("万元/亩", "万元/亩", "up"),
    "亩均增加值": ("万元/亩", "万元/亩", "up"),
    "全员劳动生产率": ("万元/人", "万元/人", "up"),
    "单位增加值能耗": ("吨标准煤/万元", "吨标准煤/万元", "down"),
    "研发强度": ("%", "%", "up"),
    "增加值率": ("%", "%", "up"),
    "规上企业数": ("家", "家", "up"),
    "A、B类企业占比": ("%", "%", "up"),
    "签约项目数": ("个", "个", "up"),
    "签约投资额": ("亿元", "万元", "up"),
    "开工率": ("%", "%", "up"),
    "投资完成率": ("%", "%", "up"),
    "盘活用地": ("亩", "亩", "up"),
    "新增产业空间": ("万平方米", "万平方米", "up"),
    "更新完成率": ("%", "%", "up"),
    "成员企业数": ("家", "家", "up"),
    "产能匹配率": ("%", "%", "up"),
    "平台新增税收": ("万元", "万元", "up"),
}
TITLES = {s.title for s in SHEETS}


def test_the_catalogue_is_the_table_of_the_specification():
    units = {m.name: (m.scales[0].unit, m.unit, str(m.direction)) for m in METRICS.values()}
    assert units == SPECIFIED
    assert METRIC_BY_NAME.keys() == SPECIFIED.keys()


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_every_entry_is_complete(metric):
    assert metric.definition_for(LevelTerms()).endswith("。")
    assert set(metric.source.split("、")) <= TITLES
    assert metric.over_firms
    assert metric.over_months
    factors = [s.factor for s in metric.scales]
    assert factors == sorted(factors, reverse=True)
    assert any(s.unit == metric.unit for s in metric.scales)
    assert metric.is_percent == (metric.scales[0].unit == "%")


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_formulas_read_what_exists_and_groupings_are_what_the_source_knows(metric):
    leaves = (metric.formula.numerator, metric.formula.denominator) if isinstance(metric.formula, Ratio) else (metric.formula,)
    fields = {s.table: set(s.fields) for s in SHEETS}
    for leaf in leaves:
        if isinstance(leaf, Flow):
            assert leaf.measure in MEASURES
        if isinstance(leaf, LedgerTotal):
            assert {leaf.value, leaf.dated, leaf.done_by, *(c for c, _ in leaf.where)} - {""} <= fields[leaf.table]
            known = fields[leaf.table] | ({"town", "chain", "division"} if leaf.table == "remediation" else set())
            columns = {Grouping.INDUSTRY: "division", Grouping.MONTH: leaf.dated or leaf.value}
            assert all(columns.get(by, str(by)) in known for by in metric.groupings)
        if isinstance(leaf, PlatformValue):
            assert leaf.value in fields["platform"]
            assert metric.groupings == {Grouping.MONTH}


def test_only_sums_of_which_more_is_good_have_a_pace():
    paced = [m.name for m in METRICS.values() if m.has_pace]
    assert paced == ["工业总产值", "营业收入", "工业增加值", "入库税收", "绿色能源投资", "研发费用"]
    assert all(METRIC_BY_NAME[name].direction is Direction.UP for name in paced)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("工业总产值", "output"),
        ("output", "output"),
        ("产值", "output"),
        (" 亩均税收 ", "tax_per_mu"),
        ("A·B类占比", "ab_share"),
        ("AB类企业占比", "ab_share"),
    ],
)
def test_a_metric_matches_by_key_name_and_short_name(text, key):
    assert find_metric(text).key == key


@pytest.mark.parametrize("text", ["", "GDP", "、", "产"])
def test_what_is_no_metric_is_none(text):
    assert find_metric(text) is None
