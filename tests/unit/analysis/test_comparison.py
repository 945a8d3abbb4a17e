from __future__ import annotations

import math

import pytest

from cockpit.analysis import comparison
from cockpit.analysis.comparison import Compared
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.cube import Filter
from cockpit.selection import Compare
from tests.factories import RowsRepository, snapshot
from tests.workbooks import firm, month

ALL = Filter()
OUTPUT = METRICS["output"]


def monthly(number, year, outputs):
    return [month(number, f"{year}-{n:02d}", value) for n, value in enumerate(outputs, 1) if value is not None]


def only(yyyymm):
    return Period(PeriodKind.MONTH, yyyymm, yyyymm)


def compared(data, period, metric=OUTPUT, compare=Compare.YOY):
    return comparison.compare_total(data, metric, period, ALL, compare)


@pytest.fixture
def joint_then_single(district):
    """2021 with January and February together (50), 2022 by month (20, 40, 66)."""
    rows = [month(1, "2021-02", 50, _span=2), month(1, "2021-03", 60), *monthly(1, 2022, (20, 40, 66))]
    return snapshot({"企业名录": [firm(1)], "月度经营": rows}, district)


def test_year_on_year_is_against_the_same_months(district):
    rows = monthly(1, 2021, (10, 20, 30)) + monthly(1, 2022, (11, 24, 31))
    data = snapshot({"企业名录": [firm(1)], "月度经营": rows}, district)
    result = compared(data, Period(PeriodKind.YTD, 202201, 202202))
    assert (result.value, result.base, result.change, result.reason) == (35, 30, pytest.approx(5 / 30), "")


def test_month_on_month_is_against_as_many_months_just_before(district):
    rows = monthly(1, 2021, (None,) * 10 + (10, 20)) + monthly(1, 2022, (11, 24))
    data = snapshot({"企业名录": [firm(1)], "月度经营": rows}, district)
    assert compared(data, only(202201), compare=Compare.MOM).base == 20
    assert compared(data, Period(PeriodKind.YTD, 202201, 202202), compare=Compare.MOM).base == 30


def test_joint_months_are_compared_with_the_same_two(district):
    rows = [*monthly(1, 2021, (10, 15, 30)), month(1, "2022-02", 30, _span=2), month(1, "2022-03", 33)]
    data = snapshot({"企业名录": [firm(1)], "月度经营": rows}, district)
    result = compared(data, only(202202))
    assert (result.value, result.base, result.change) == (30, 25, pytest.approx(0.2))
    assert compared(data, only(202201)).reason == "2022年1—2月合并上报，没有单独的月份数"
    frame = comparison.compare_groups(
        data, OUTPUT, Period(PeriodKind.YTD, 202201, 202203), ALL, Compare.YOY, Grouping.MONTH
    ).to_frame()
    assert frame.index.tolist() == [202202, 202203]
    assert frame["covered"].tolist() == [2, 1]
    assert frame["base"].tolist() == [25, 30]


def test_a_base_reported_jointly_serves_both_months_together_and_neither_alone(joint_then_single):
    january, february = compared(joint_then_single, only(202201)), compared(joint_then_single, only(202202))
    assert (january.value, february.value) == (20, 40), "what a figure covers does not depend on its base"
    assert math.isnan(january.change)
    assert math.isnan(february.change)
    assert january.reason == "2021年1—2月合并上报，没有单独的月份数"
    assert february.reason == "2021年1—2月有合并上报，不能与所选月份单独对比"
    assert compared(joint_then_single, Period(PeriodKind.YTD, 202201, 202202)).change == pytest.approx(0.2)


def test_no_month_is_counted_twice_in_a_trend(joint_then_single):
    period = Period(PeriodKind.YTD, 202201, 202203)
    frame = comparison.compare_groups(joint_then_single, OUTPUT, period, ALL, Compare.YOY, Grouping.MONTH).to_frame()
    assert frame["value"].sum() == compared(joint_then_single, period).value == 126


def test_the_month_after_a_joint_report_has_no_month_before(district):
    data = snapshot({"企业名录": [firm(1)], "月度经营": [month(1, "2022-02", 30, _span=2), month(1, "2022-03", 33)]}, district)
    result = compared(data, only(202203), compare=Compare.MOM)
    assert math.isnan(result.base)
    assert "合并上报" in result.reason


@pytest.mark.parametrize(
    ("base", "reason"), [(0, "上年同期为零，不算增幅"), (-2, "上年同期为负，不算增幅"), (None, "上年同期没有数据")]
)
def test_no_growth_on_a_base_that_is_zero_negative_or_missing(district, base, reason):
    rows = [month(1, "2021-01", tax=base), month(1, "2022-01", tax=5)]
    result = compared(snapshot({"企业名录": [firm(1)], "月度经营": rows}, district), only(202201), METRICS["tax"])
    assert (result.value, result.reason) == (5, reason)
    assert math.isnan(result.change)


def test_a_change_of_a_percentage_is_a_difference_also_from_zero():
    assert Compared(0.03, 0.0, is_percent=True).change == 0.03
    assert Compared(0.03, 0.05, is_percent=True).change == pytest.approx(-0.02)
    assert Compared(3.0, 5.0, is_percent=False).change == pytest.approx(-0.4)


def test_before_the_data_there_is_no_base(district):
    data = snapshot({"企业名录": [firm(1)], "月度经营": monthly(1, 2022, (1, 2))}, district)
    assert compared(data, only(202201)).reason == "没有2021年1月的数据"
    assert compared(data, only(202201), compare=Compare.NONE) == Compared(1.0, pytest.approx(math.nan, nan_ok=True), False, "")


def test_a_figure_of_twelve_months_needs_twelve_months_of_base_whatever_the_period(district):
    rows = [month(1, f"{y}-{n:02d}", tax=y - 2019) for y in (2020, 2021) for n in range(1, 13)]
    data = snapshot({"企业名录": [firm(1, land=2)], "月度经营": rows}, district)
    result = compared(data, Period(PeriodKind.RANGE, 202011, 202112), METRICS["tax_per_mu"])
    assert (result.value, result.base, result.change) == (12, 6, 1)
    assert compared(data, only(202111), METRICS["tax_per_mu"]).reason == "没有2019年12月—2020年11月的数据"


def test_a_group_that_is_new_or_gone_stands_with_what_it_has(district):
    sheets = {"企业名录": [firm(1), firm(2, "东湖街道")], "月度经营": [month(1, "2021-01", 7), month(2, "2022-01", 5)]}
    frame = comparison.compare_groups(
        snapshot(sheets, district), OUTPUT, only(202201), ALL, Compare.YOY, Grouping.TOWN
    ).to_frame()
    assert frame["value"].fillna(-1).to_dict() == {"donghu": 5, "tangqi": -1}
    assert frame["base"].fillna(-1).to_dict() == {"donghu": -1, "tangqi": 7}
    assert frame["change"].isna().all()


def test_a_group_whose_base_is_zero_or_negative_has_no_growth(district):
    rows = [
        month(n, f"{y}-01", tax=t)
        for n, y, t in ((1, 2021, -4), (1, 2022, 4), (2, 2021, 0), (2, 2022, 4), (3, 2021, 4), (3, 2022, 5))
    ]
    register = [firm(1, "塘栖镇"), firm(2, "东湖街道"), firm(3, "乔司街道")]
    data = snapshot({"企业名录": register, "月度经营": rows}, district)
    frame = comparison.compare_groups(data, METRICS["tax"], only(202201), ALL, Compare.YOY, Grouping.TOWN).to_frame()
    assert frame["change"].dropna().to_dict() == {"qiaosi": 0.25}


def test_comparable_means_present_in_both_periods(district):
    """The first grows 10 -> 11 throughout; the second left, the third came."""
    sheets = {
        "企业名录": [firm(1, land=1), firm(2, land=2), firm(3, land=4)],
        "月度经营": [month(1, "2021-01", 10), month(1, "2022-01", 11), month(2, "2021-01", 90), month(3, "2022-01", 500)],
    }
    repository = RowsRepository(sheets, district)
    data = comparison.comparable_snapshot(repository, repository.snapshot(), only(202201), Compare.YOY)
    result = compared(data, only(202201))
    assert (result.value, result.base) == (11, 10)
    assert compared(data, only(202201), METRICS["land"]).value == 1
    assert comparison.comparable_snapshot(repository, data, only(202201), Compare.NONE) is data
