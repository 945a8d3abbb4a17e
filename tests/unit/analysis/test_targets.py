from __future__ import annotations

import pytest

from cockpit.analysis.targets import Pace, target_for
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.cube import Filter
from tests.factories import snapshot
from tests.workbooks import firm, month

OUTPUT = METRICS["output"]
HALF = Period(PeriodKind.YTD, 202201, 202206)


def goal(scope, value, metric="工业总产值", year=2022):
    return {"年份": year, "指标": metric, "范围": scope, "目标值": value, "单位": "万元"}


def district_with(district, goals, output=10.0):
    """One enterprise in 塘栖 and one in 东湖, the same output each month of the half-year."""
    rows = [month(n, f"2022-{x:02d}", output) for n in (1, 2) for x in range(1, 7)]
    return snapshot({"企业名录": [firm(1), firm(2, "东湖街道")], "月度经营": rows, "年度目标": goals}, district)


def test_completion_is_cumulative_over_annual_and_time_gone_is_months_over_twelve(district):
    """Six months of 2 × 10 = 120 of 240: half done at half-time."""
    target = target_for(district_with(district, [goal("全区", 240), goal("全区", 1, year=2021)]), OUTPUT, HALF, Filter())
    assert (target.amount, target.done, target.completion, target.time_gone, target.pace) == (240, 120, 0.5, 0.5, Pace.ON)


def test_a_month_alone_is_measured_by_the_year_to_date(district):
    data = district_with(district, [goal("全区", 240)])
    assert target_for(data, OUTPUT, Period(PeriodKind.MONTH, 202203, 202203), Filter()).done == 60


@pytest.mark.parametrize(
    ("amount", "behind", "pace"),
    [
        (120 / 0.60, -10, Pace.ON),
        (120 / 0.45, 5, Pace.ON),
        (120 / 0.449, 5.1, Pace.AMBER),
        (120 / 0.40, 10, Pace.AMBER),
        (120 / 0.399, 10.1, Pace.RED),
    ],
)
def test_behind_by_more_than_five_points_is_amber_by_more_than_ten_red(district, amount, behind, pace):
    target = target_for(district_with(district, [goal("全区", amount)]), OUTPUT, HALF, Filter())
    assert (target.points_behind, target.pace) == (pytest.approx(behind), pace)


def test_a_target_names_the_months_that_were_reported(district):
    """March is missing: what is done is of the others, and says so."""
    rows = [month(1, f"2022-{x:02d}", 10.0) for x in (1, 2, 4, 5)]
    data = snapshot({"企业名录": [firm(1)], "月度经营": rows, "年度目标": [goal("全区", 240)]}, district)
    target = target_for(data, OUTPUT, HALF, Filter())
    assert (target.label, target.covered, target.done) == ("1—2月、4—5月累计", (202201, 202202, 202204, 202205), 40)
    assert target_for(data, OUTPUT, Period(PeriodKind.MONTH, 202201, 202201), Filter()).label == "1月"
    rows = [month(1, f"2022-{x:02d}", 10.0) for x in range(1, 13)]
    whole = snapshot({"企业名录": [firm(1)], "月度经营": rows, "年度目标": [goal("全区", 240)]}, district)
    assert target_for(whole, OUTPUT, Period(PeriodKind.YEAR, 202201, 202212), Filter()).label == "全年"


def test_a_town_has_its_own_target_and_two_towns_the_sum_if_both_have_one(district):
    data = district_with(district, [goal("全区", 999), goal("塘栖镇", 100), goal("东湖街道", 140), goal("时尚产业", 300)])
    town, both = Filter(towns=("tangqi",)), Filter(towns=("tangqi", "donghu"))
    assert target_for(data, OUTPUT, HALF, town).completion == 0.6
    assert target_for(data, OUTPUT, HALF, both).completion == 0.5
    assert target_for(data, OUTPUT, HALF, Filter(chains=("fashion",))).completion == 0.4
    assert target_for(data, OUTPUT, HALF, Filter(towns=("tangqi", "nanyuan"))) is None


@pytest.mark.parametrize(
    "where", [Filter(industries=("17",)), Filter(towns=("tangqi",), chains=("fashion",)), Filter(roles=("一般",))]
)
def test_a_selection_that_no_target_was_set_for_has_none(district, where):
    goals = [goal("全区", 240), goal("塘栖镇", 100), goal("时尚产业", 100)]
    assert target_for(district_with(district, goals), OUTPUT, HALF, where) is None


def test_no_target_no_completion(district):
    assert target_for(district_with(district, []), OUTPUT, HALF, Filter()) is None
    assert target_for(district_with(district, [goal("全区", 0)]), OUTPUT, HALF, Filter()) is None
    assert target_for(district_with(district, [goal("全区", 5, year=2021)]), OUTPUT, HALF, Filter()) is None
    assert target_for(district_with(district, [goal("全区", 240)], output=None), OUTPUT, HALF, Filter()) is None


def test_a_ratio_has_no_completion(district):
    data = district_with(district, [goal("全区", 33, "亩均税收")])
    assert target_for(data, METRICS["tax_per_mu"], HALF, Filter()) is None


def test_targets_equal_the_oracle(data, expected):
    period = Period(PeriodKind.YTD, 202201, 202209)
    for scope, where, named in (("全区", Filter(), {}), ("塘栖镇", Filter(towns=("tangqi",)), {"towns": ("塘栖镇",)})):
        target = target_for(data, OUTPUT, period, where)
        assert (target.completion, target.time_gone) == pytest.approx(expected.target("工业总产值", "2022-09", scope, **named))
