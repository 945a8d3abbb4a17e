from __future__ import annotations

import math

import pytest

from cockpit.aggregations import aggregate
from cockpit.aggregations.windows import base_period
from cockpit.analysis import comparison
from cockpit.analysis.comparison import Compared
from cockpit.analysis.contribution import decompose_growth
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.cube import Filter
from cockpit.selection import Compare
from tests.factories import snapshot
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
    result = compared(data, Period(PeriodKind.YTD, 202201, 202202))
    assert (result.value, result.base, result.change) == (30, 25, pytest.approx(0.2))
    for single in (202201, 202202):
        assert compared(data, only(single)).reason == "2022年1—2月合并上报，没有单独的月份数"
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
    assert january.reason == february.reason == "2021年1—2月合并上报，没有单独的月份数"
    assert compared(joint_then_single, Period(PeriodKind.YTD, 202201, 202202)).change == pytest.approx(0.2)


def test_no_month_is_counted_twice_in_a_trend(joint_then_single):
    period = Period(PeriodKind.YTD, 202201, 202203)
    frame = comparison.compare_groups(joint_then_single, OUTPUT, period, ALL, Compare.YOY, Grouping.MONTH).to_frame()
    assert frame["value"].sum() == compared(joint_then_single, period).value == 126


def test_a_joint_report_leaves_its_firm_out_of_the_single_months_on_both_sides(district):
    """The first reports January and February 2022 together; the second grows 100 -> 110 and 100 -> 120, in March both do."""
    rows = [*monthly(1, 2021, (10, 15, 30)), month(1, "2022-02", 90, _span=2), month(1, "2022-03", 33)]
    rows += [*monthly(2, 2021, (100, 100, 100)), *monthly(2, 2022, (110, 120, 130))]
    data = snapshot({"企业名录": [firm(1), firm(2)], "月度经营": rows}, district)
    january, february, march = (compared(data, only(x)) for x in (202201, 202202, 202203))
    assert (january.value, january.base, january.change) == (110, 100, pytest.approx(0.1))
    assert (february.value, february.base, february.change) == (120, 100, pytest.approx(0.2))
    assert (march.value, march.base) == (163, 130)
    both = compared(data, Period(PeriodKind.YTD, 202201, 202202))
    assert (both.value, both.base) == (320, 225)
    rest = compared(data, Period(PeriodKind.RANGE, 202202, 202203))
    assert (rest.value, rest.base) == (283, 230), "the month that is cut doesn't count, the other one does"
    after = compared(data, only(202203), compare=Compare.MOM)
    assert (after.value, after.compared_value, after.base) == (163, 130, 120)


def test_a_joint_report_of_the_year_before_leaves_its_firm_out_of_the_change_only(district):
    rows = [month(1, "2021-02", 25, _span=2), *monthly(1, 2022, (20, 40))]
    rows += [*monthly(2, 2021, (100, 100)), *monthly(2, 2022, (110, 120))]
    data = snapshot({"企业名录": [firm(1), firm(2)], "月度经营": rows}, district)
    february = compared(data, only(202202))
    assert (february.value, february.compared_value, february.base) == (160, 120, 100)
    assert february.change == pytest.approx(0.2)


def test_the_month_after_a_joint_report_has_no_month_before(district):
    data = snapshot({"企业名录": [firm(1)], "月度经营": [month(1, "2022-02", 30, _span=2), month(1, "2022-03", 33)]}, district)
    result = compared(data, only(202203), compare=Compare.MOM)
    assert math.isnan(result.base)
    assert "合并上报" in result.reason


def hole(*missing):
    """2021 and 2022, January to June: 10 a month, and 12; the months ``missing`` weren't reported by anybody."""
    rows = [(year * 100 + n, output) for year, output in ((2021, 10), (2022, 12)) for n in range(1, 7)]
    return [month(1, f"{x // 100}-{x % 100:02d}", output) for x, output in rows if x not in missing]


@pytest.mark.parametrize(
    ("missing", "value", "over_base", "base"),
    [((), 72, 72, 60), ((202203,), 60, 60, 50), ((202103,), 72, 60, 50), ((202103, 202205), 60, 48, 40)],
)
def test_a_month_that_nobody_reported_counts_on_neither_side(district, missing, value, over_base, base):
    data = snapshot({"企业名录": [firm(1)], "月度经营": hole(*missing)}, district)
    result = compared(data, Period(PeriodKind.YTD, 202201, 202206))
    assert (result.value, result.compared_value, result.base) == (value, over_base, base)
    assert result.change == pytest.approx(0.2)
    assert result.windows.current.missing == tuple(x for x in missing if x > 202200)
    left_out = tuple(x + 100 for x in missing if x < 202200 and x + 100 not in missing)
    assert result.windows.left_out == left_out


def test_each_group_is_compared_over_its_own_months_and_contributions_over_the_wholes(district):
    """The second town forgot March 2022 (10 -> 12 elsewhere): it grew by a fifth, though it fell in the whole's months."""
    rows = hole() + [month(2, x["月份"], x["工业总产值（万元）"]) for x in hole(202203)]
    data = snapshot({"企业名录": [firm(1), firm(2, "东湖街道")], "月度经营": rows}, district)
    period = Period(PeriodKind.YTD, 202201, 202206)
    towns = comparison.compare_groups(data, OUTPUT, period, ALL, Compare.YOY, Grouping.TOWN)
    assert dict(zip(towns.keys, towns.change, strict=True)) == {"donghu": pytest.approx(0.2), "tangqi": pytest.approx(0.2)}
    assert dict(zip(towns.keys, towns.base, strict=True)) == {"donghu": 50, "tangqi": 60}
    whole = compared(data, period)
    parts = decompose_growth(data, OUTPUT, whole.windows, ALL, Grouping.TOWN)
    assert {p.key: p.points for p in parts} == {"tangqi": pytest.approx(10), "donghu": pytest.approx(0)}
    assert sum(p.points for p in parts) == pytest.approx(100 * whole.change)


def test_the_number_of_firms_in_a_month_that_nobody_reported_is_unknown(district):
    data = snapshot({"企业名录": [firm(1)], "月度经营": hole(202203)}, district)
    firms = METRICS["firms"]
    assert math.isnan(compared(data, only(202203), firms).value)
    assert compared(data, only(202203), firms).reason == "没有2022年3月的数据"
    april = compared(data, only(202204), firms, Compare.MOM)
    assert (april.value, april.reason) == (1, "没有2022年3月的数据")
    for missing in (202206, 202106):
        data = snapshot({"企业名录": [firm(1), firm(2, "东湖街道")], "月度经营": [*hole(missing), month(2, "2022-06")]}, district)
        result = comparison.compare_total(
            data, firms, Period(PeriodKind.YTD, 202201, 202206), Filter(towns=("tangqi",)), Compare.YOY
        )
        assert (result.value, result.base, result.change) == (1, 1, 0)


@pytest.mark.parametrize(
    ("period", "base"),
    [
        (only(202203), Period(PeriodKind.MONTH, 202202, 202202)),
        (Period(PeriodKind.RANGE, 202204, 202206), Period(PeriodKind.RANGE, 202201, 202203)),
        (Period(PeriodKind.YEAR, 202201, 202206), None),
        (Period(PeriodKind.YTD, 202201, 202212), None),
        (Period(PeriodKind.TTM, 202107, 202206), None),
        (Period(PeriodKind.RANGE, 202101, 202206), None),
    ],
)
def test_month_on_month_is_of_a_month_or_a_run_shorter_than_a_year(period, base):
    assert base_period(period, Compare.MOM) == base


def test_a_year_has_no_month_on_month_and_says_so(district):
    data = snapshot({"企业名录": [firm(1)], "月度经营": hole()}, district)
    assert compared(data, Period(PeriodKind.YEAR, 202201, 202206), compare=Compare.MOM).reason == "环比只用于月份和短于一年的期间"


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
    alone = compared(data, only(202201), compare=Compare.NONE)
    assert (alone.value, math.isnan(alone.base), alone.reason) == (1.0, True, "")


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
    data = snapshot(sheets, district).as_comparable(Compare.YOY)
    result = compared(data, only(202201))
    assert (result.value, result.base) == (11, 10)
    assert compared(data, only(202201), METRICS["land"]).value == 1
    assert aggregate.total(data, OUTPUT, only(202201), ALL) == 11
    firms = compared(data, only(202201), METRICS["firms"])
    assert (firms.value, firms.base) == (1, 1)


def test_in_a_series_each_month_has_its_own_comparable_firms(district):
    """The second came in February 2021: it counts in February and March, not in January."""
    rows = [*monthly(1, 2021, (10, 10, 10)), *monthly(1, 2022, (11, 11, 11))]
    rows += [*monthly(2, 2021, (None, 100, 100)), *monthly(2, 2022, (120, 120, 120))]
    data = snapshot({"企业名录": [firm(1), firm(2)], "月度经营": rows}, district).as_comparable(Compare.YOY)
    period = Period(PeriodKind.YTD, 202201, 202203)
    frame = comparison.compare_groups(data, OUTPUT, period, ALL, Compare.YOY, Grouping.MONTH).to_frame()
    assert frame["value"].tolist() == [11, 131, 131]
    assert frame["base"].tolist() == [10, 110, 110]
    assert (compared(data, period).value, compared(data, period).base) == (393, 230)


def test_without_a_base_all_firms_count_also_in_comparable_terms(district):
    rows = [*monthly(1, 2021, (10, 10)), *monthly(2, 2021, (None, 5))]
    data = snapshot({"企业名录": [firm(1), firm(2)], "月度经营": rows}, district)
    result = compared(data.as_comparable(Compare.YOY), Period(PeriodKind.YTD, 202101, 202102))
    assert (result.value, result.reason) == (25, "没有2020年1—2月的数据")
    frame = comparison.compare_groups(
        data.as_comparable(Compare.MOM), OUTPUT, Period(PeriodKind.YTD, 202101, 202102), ALL, Compare.MOM, Grouping.MONTH
    ).to_frame()
    assert frame["value"].tolist() == [10, 10]
    assert frame["base"].fillna(-1).tolist() == [-1, 10]
