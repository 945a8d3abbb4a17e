"""Figures of districts so small that a person adds them up in the head."""

from __future__ import annotations

import math

import pytest

from cockpit.aggregations import aggregate
from cockpit.aggregations.windows import Window, window
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.cube import Filter
from cockpit.errors import UsageError
from tests.factories import snapshot
from tests.workbooks import code, firm, month

ALL = Filter()
YEAR = Period(PeriodKind.YEAR, 202201, 202212)
QUARTER = Period(PeriodKind.RANGE, 202201, 202203)


def each_month(number, **cells):
    return [month(number, f"2022-{n:02d}", **cells) for n in range(1, 13)]


def total(data, key, period=YEAR, where=ALL):
    return aggregate.total(data, METRICS[key], period, where)


def by(data, key, grouping, period=YEAR, where=ALL):
    return dict(aggregate.evaluate_metric(data, METRICS[key], period, where, grouping).items())


def test_a_ratio_is_a_ratio_of_sums_not_a_mean_of_ratios(district):
    """100 万元 on 1 亩 and 10 万元 on 10 亩: 110 ÷ 11 = 10; the mean of 100 and 1 would be 50.5."""
    months = each_month(1, tax=0) + each_month(2, tax=0)
    months[0]["入库税收（万元）"], months[12]["入库税收（万元）"] = 100, 10
    data = snapshot({"企业名录": [firm(1, land=1), firm(2, "东湖街道", land=10)], "月度经营": months}, district)
    assert total(data, "tax_per_mu") == 10.0
    assert by(data, "tax_per_mu", Grouping.TOWN) == {"donghu": 1.0, "tangqi": 100.0}


def test_land_counts_once_an_enterprise_however_many_months_it_reports(district):
    """5 亩 + 7 亩 = 12 亩 in a month, a quarter and a year; the third enterprise reported in December only."""
    sheets = {
        "企业名录": [firm(1, land=5), firm(2, land=7), firm(3, land=100)],
        "月度经营": [*each_month(1), *each_month(2), month(3, "2022-12")],
    }
    data = snapshot(sheets, district)
    assert [total(data, "land", p) for p in (Period(PeriodKind.MONTH, 202203, 202203), QUARTER, YEAR)] == [12, 12, 112]


def test_staff_is_a_mean_over_months_and_a_sum_over_enterprises(district):
    """January 10 + 20, February 10 + 40, March 40 of the second alone: (30 + 50 + 40) ÷ 3 = 40."""
    staff = "平均用工人数（人）"
    rows = [month(1, "2022-01", **{staff: 10}), month(1, "2022-02", **{staff: 10})]
    rows += [month(2, f"2022-0{n}", **{staff: s}) for n, s in ((1, 20), (2, 40), (3, 40))]
    data = snapshot({"企业名录": [firm(1), firm(2, "东湖街道")], "月度经营": rows}, district)
    assert total(data, "staff", QUARTER) == 40
    assert by(data, "staff", Grouping.TOWN, QUARTER) == {"donghu": pytest.approx(100 / 3), "tangqi": 10}


def test_staff_of_a_joint_row_stands_for_both_months(district):
    """30 in January and February, 60 in March: (30 + 30 + 60) ÷ 3 = 40."""
    staff = "平均用工人数（人）"
    rows = [month(1, "2022-02", **{staff: 30, "_span": 2}), month(1, "2022-03", **{staff: 60})]
    assert total(snapshot({"企业名录": [firm(1)], "月度经营": rows}, district), "staff", QUARTER) == 40


def test_enterprises_are_counted_in_the_last_month(district):
    sheets = {
        "企业名录": [firm(1), firm(2), firm(3)],
        "月度经营": [month(1, "2022-01"), month(1, "2022-03"), month(2, "2022-01")],
    }
    data = snapshot(sheets, district)
    assert total(data, "firms", QUARTER) == 1
    assert by(data, "firms", Grouping.MONTH, QUARTER) == {202201: 2, 202203: 1}, "of February nothing is known"
    assert total(data, "firms", Period(PeriodKind.RANGE, 202201, 202202)) == 2, "of the last month that was reported"


def test_only_enterprises_above_scale_count(district):
    sheets = {
        "企业名录": [firm(1), firm(2, kind="宗地", land=900)],
        "月度经营": each_month(1, output=1) + each_month(2, output=99),
    }
    data = snapshot(sheets, district)
    assert (total(data, "output"), total(data, "firms"), total(data, "land")) == (12, 1, 10)


def test_zero_missing_and_negative_are_three_things(district):
    rows = [month(1, "2022-01", output=0, tax=-5), month(1, "2022-02", output=None, tax=3)]
    data = snapshot({"企业名录": [firm(1)], "月度经营": rows}, district)
    january, february = (Period(PeriodKind.MONTH, x, x) for x in (202201, 202202))
    assert total(data, "output", january) == 0
    assert math.isnan(total(data, "output", february))
    assert total(data, "tax", QUARTER) == -2
    assert by(data, "output", Grouping.MONTH, QUARTER) == {202201: 0}


@pytest.mark.parametrize("value_added", [0, -7])
def test_nothing_is_divided_by_zero_or_less(district, value_added):
    rows = [month(1, "2022-01", **{"工业增加值（万元）": value_added})]
    data = snapshot({"企业名录": [firm(1)], "月度经营": rows}, district)
    assert math.isnan(total(data, "energy_intensity", Period(PeriodKind.MONTH, 202201, 202201)))


def test_twelve_months_are_needed_for_a_figure_per_mu(district):
    register = [firm(1, land=4)]
    eleven = snapshot({"企业名录": register, "月度经营": each_month(1)[1:]}, district)
    assert window(eleven, METRICS["tax_per_mu"], YEAR, ALL).reason == "数据不足12个月"
    twelve = snapshot({"企业名录": register, "月度经营": each_month(1, tax=2)}, district)
    assert total(twelve, "tax_per_mu") == 6
    assert total(twelve, "tax_per_mu", Period(PeriodKind.MONTH, 202212, 202212)) == 6, "the month's figure covers twelve, too"


def test_productivity_divides_twelve_months_value_added_by_mean_staff(district):
    """12 × 25 万元 by 20 people: 15 万元/人."""
    data = snapshot({"企业名录": [firm(1)], "月度经营": each_month(1)}, district)
    assert total(data, "labour_productivity") == 15


def test_a_joint_report_counts_in_both_months_together_and_in_neither_alone(district):
    """One reports 50 for January and February, and 30 for March; another 1 for January and 2 for February."""
    rows = [month(1, "2022-02", output=50, _span=2), month(1, "2022-03", output=30)]
    rows += [month(2, "2022-01", output=1), month(2, "2022-02", output=2)]
    data = snapshot({"企业名录": [firm(1), firm(2, "东湖街道")], "月度经营": rows}, district)
    january, february, both, rest = (
        Period(PeriodKind.RANGE, *x) for x in ((202201, 202201), (202202, 202202), (202201, 202202), (202202, 202203))
    )
    assert [total(data, "output", x) for x in (january, february, both, rest, QUARTER)] == [1, 2, 53, 32, 83]
    assert [total(data, "firms", x) for x in (january, february, both)] == [1, 1, 2]
    assert by(data, "output", Grouping.MONTH, QUARTER) == {202201: 1, 202202: 2, 202203: 30}
    alone = Filter(towns=("tangqi",))
    assert by(data, "output", Grouping.MONTH, QUARTER, alone) == {202202: 50, 202203: 30}, "together, where all was reported so"
    assert window(data, METRICS["output"], january, alone).reason == "2022年1—2月合并上报，没有单独的月份数"
    assert window(data, METRICS["output"], february, alone).is_empty


def test_joint_reports_that_overlap_each_need_their_own_months(district):
    """One enterprise reports February-April at once, another January-February."""
    rows = [month(1, "2022-04", output=9, _span=3), month(2, "2022-02", output=5, _span=2)]
    data = snapshot({"企业名录": [firm(1), firm(2)], "月度经营": rows}, district)

    def over(first, last):
        return total(data, "output", Period(PeriodKind.RANGE, first, last))

    assert (over(202201, 202204), over(202202, 202204), over(202201, 202203)) == (14, 9, 5)
    assert math.isnan(over(202203, 202204))


def test_a_part_not_filled_in_is_a_group_of_its_own(district):
    sheets = {"企业名录": [firm(1, **{"链条环节": None}), firm(2)], "月度经营": [month(1, "2022-01", 3), month(2, "2022-01", 4)]}
    assert by(snapshot(sheets, district), "output", Grouping.STAGE, QUARTER) == {"": 3, "成衣加工": 4}


def test_projects_count_by_the_date_of_signing_and_shares_by_what_began_until_then(district):
    """Signed in the quarter: 100 + 300. Begun by its end: one of two. Invested: 40 of 400."""
    head = {"产业链": "绿色能源", "所属镇街": "塘栖镇", "项目名称": "x"}
    amount, done = "计划总投资（万元）", "累计完成投资（万元）"
    projects = [
        {**head, "项目编号": "1", "签约日期": "2022-01-31", "开工日期": "2022-03-31", amount: 100, done: 40},
        {**head, "项目编号": "2", "签约日期": "2022-03-01", "开工日期": "2022-04-01", amount: 300, done: None},
        {**head, "项目编号": "3", "签约日期": "2021-12-31", "开工日期": "2022-01-02", amount: 9000, done: 9000},
    ]
    data = snapshot({"企业名录": [firm(1)], "月度经营": each_month(1), "项目台账": projects}, district)
    keys = ("signed_projects", "signed_investment", "start_rate")
    assert [total(data, k, QUARTER) for k in keys] == [2, 400, 0.5]
    assert total(data, "investment_completion") == 0.1
    assert math.isnan(total(data, "investment_completion", QUARTER)), "the ledger says what was invested in April, not in March"
    assert by(data, "investment_completion", Grouping.MONTH) == {}
    assert by(data, "signed_projects", Grouping.MONTH, QUARTER) == {202201: 1, 202202: 0, 202203: 1}
    assert total(data, "signed_projects", QUARTER, Filter(towns=("donghu",))) == 0
    assert total(data, "signed_projects", QUARTER, Filter(industries=("99",))) == 2, "projects know no industry"


def test_a_ledger_without_rows_has_no_value(district):
    data = snapshot({"企业名录": [firm(1)], "月度经营": each_month(1)}, district)
    for key in ("signed_projects", "released_land", "new_space", "platform_members", "platform_new_tax", "ab_share"):
        assert math.isnan(total(data, key)), key


def test_renewal_counts_what_is_done_until_the_end_against_everything_planned(district):
    head = {"所属镇街": "塘栖镇", "更新方式": "整体改造"}
    rows = [
        {**head, "项目名称": "a", "更新面积（亩）": 30, "新增产业空间（万平方米）": 2, "状态": "完成", "完成日期": "2021-06-01"},
        {**head, "项目名称": "b", "更新面积（亩）": 20, "新增产业空间（万平方米）": 3, "状态": "完成", "完成日期": "2022-02-01"},
        {**head, "项目名称": "c", "更新面积（亩）": 50, "新增产业空间（万平方米）": 9, "状态": "实施", "完成日期": None},
    ]
    data = snapshot({"企业名录": [firm(1)], "月度经营": each_month(1), "有机更新": rows}, district)
    assert (total(data, "new_space", QUARTER), total(data, "renewal_rate", QUARTER)) == (3, 0.5)


def test_the_platform_counts_in_this_district_only(district):
    def row(when, area, members, matched, offered, tax):
        return dict(zip(("月份", "区域", "成员企业数", "匹配产能（万件）", "发布产能（万件）", "新增税收（万元）"),
                        (when, area, members, matched, offered, tax), strict=True))  # fmt: skip

    platform = [
        row("2022-01", "本区", 70, 1, 10, 5),
        row("2022-03", "本区", 76, 4, 10, 6),
        row("2022-03", "全国", 8176, 90, 90, 99),
    ]
    data = snapshot({"企业名录": [firm(1)], "月度经营": each_month(1), "时尚E家": platform}, district)
    assert [total(data, k, QUARTER) for k in ("platform_members", "capacity_matching", "platform_new_tax")] == [76, 0.25, 11]
    assert math.isnan(total(data, "platform_members", Period(PeriodKind.MONTH, 202202, 202202)))


def test_grades_are_those_of_the_newest_evaluation_not_after_the_period(district):
    def graded(year, grades):
        return [{"统一社会信用代码": code(n), "年份": year, "等级": g} for n, g in enumerate(grades, 1)]

    sheets = {
        "企业名录": [firm(n) for n in range(1, 5)],
        "月度经营": each_month(1),
        "评价结果": graded(2020, "ABCD") + graded(2023, "AAAA"),
    }
    data = snapshot(sheets, district)
    assert total(data, "ab_share") == 0.5
    assert window(data, METRICS["ab_share"], YEAR, ALL).months[-1] == 202012
    assert window(data, METRICS["ab_share"], YEAR.shifted(-36), ALL).reason == "尚无已发布的评价"


def test_a_grouping_that_the_metric_does_not_know_is_refused(district):
    data = snapshot({"企业名录": [firm(1)], "月度经营": each_month(1)}, district)
    with pytest.raises(UsageError, match="“签约项目数”不能按industry分组"):
        aggregate.evaluate_metric(data, METRICS["signed_projects"], YEAR, ALL, Grouping.INDUSTRY)


def test_nothing_published_has_no_figure_and_says_so(district):
    data = snapshot({"企业名录": [], "月度经营": []}, district)
    assert data.cube.is_empty
    for metric in METRICS.values():
        assert math.isnan(aggregate.total(data, metric, YEAR, ALL)), metric.key
        for grouping in metric.groupings:
            assert not len(aggregate.evaluate_metric(data, metric, YEAR, ALL, grouping))
    assert window(data, METRICS["output"], YEAR, ALL).reason == "尚无月度数据"
    assert window(data, METRICS["tax_per_mu"], YEAR, ALL).reason == "尚无月度数据"


def test_only_a_ratio_has_terms(district):
    data = snapshot({"企业名录": [firm(1, land=4)], "月度经营": each_month(1, tax=2)}, district)
    year = Window(YEAR.months)
    above, below = aggregate.ratio_terms(data, METRICS["tax_per_mu"], year, ALL, Grouping.TOWN)
    assert (dict(above.items()), dict(below.items())) == ({"tangqi": 24}, {"tangqi": 4})
    with pytest.raises(TypeError):
        aggregate.ratio_terms(data, METRICS["tax"], year, ALL, None)
