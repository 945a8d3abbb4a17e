"""Months, towns and enterprises missing at random, and joint reports of some: every value and comparison equals the oracle."""

from __future__ import annotations

import random

import pytest

from cockpit.aggregations import aggregate
from cockpit.analysis import comparison
from cockpit.analysis.contribution import decompose_growth
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.metrics import METRIC_BY_NAME, METRICS
from cockpit.cube.cube import Filter
from cockpit.selection import Compare
from tests import messy, oracle, workbooks
from tests.factories import snapshot
from tests.unit.aggregations.test_oracle import filter_of, named, number, same
from tests.unit.conftest import _jointly

PERIODS = (
    ("2022-01", "2022-12"),
    ("2022-01", "2022-06"),
    ("2022-02", "2022-02"),
    ("2021-11", "2022-03"),
    ("2023-01", "2023-05"),
    ("2020-06", "2021-04"),
)
METRIC_NAMES = (
    "工业总产值",
    "平均用工人数",
    "用地面积",
    "规上企业数",
    "亩均税收",
    "全员劳动生产率",
    "研发强度",
    "单位增加值能耗",
)
FILTERS = ({}, {"towns": ("塘栖镇",)}, {"chains": ("高端装备",), "towns": ("东湖街道", "乔司街道")})


def with_holes(seed):
    """A district of which whole months, some months of a town, and single rows are missing, some reported jointly."""
    pick = random.Random(seed)
    made = messy.rows(seed=seed, firms=30)
    joint = {workbooks.code(n) for n in pick.sample(range(1, 31), 8)}
    for year in pick.sample((2021, 2022, 2023), 2):
        made["月度经营"] = _jointly(made["月度经营"], f"{year}-02", {c for c in joint if pick.random() < 0.7})
    months = sorted({row["月份"] for row in made["月度经营"]})
    gone = set(pick.sample(months, 4))
    towns = {firm[oracle.CODE]: firm["所属镇街"] for firm in made["企业名录"]}
    town_gone = {(town, month) for town in set(towns.values()) for month in pick.sample(months, 5)}
    made["月度经营"] = [
        row
        for row in made["月度经营"]
        if row["月份"] not in gone and (towns[row[oracle.CODE]], row["月份"]) not in town_gone and pick.random() > 0.05
    ]
    return made


@pytest.fixture(scope="module", params=[1, 2, 3])
def holes(request, district):
    sheets = with_holes(request.param)
    return snapshot(sheets, district), oracle.Oracle(sheets)


def months_and_back(period, compare):
    months = oracle.span(*period)
    return months, -12 if compare is Compare.YOY else -len(months) if len(months) < 12 else None


def period_of(period):
    return Period(PeriodKind.RANGE, number(period[0]), number(period[1]))


@pytest.mark.parametrize("comparable", [False, True])
@pytest.mark.parametrize("compare", [Compare.YOY, Compare.MOM])
@pytest.mark.parametrize("name", METRIC_NAMES)
def test_values_and_comparisons_equal_the_oracle(holes, district, name, compare, comparable):
    data, expected = holes
    if comparable:
        data = data.as_comparable(compare)
    changes = 0
    for period in PERIODS:
        months, back = months_and_back(period, compare)
        for where in FILTERS:
            got = comparison.compare_total(data, METRIC_BY_NAME[name], period_of(period), filter_of(district, where), compare)
            value, base, change = expected.compared(name, months, back, comparable=comparable, **where)
            assert same(got.value, value), (period, where, got, value)
            assert same(got.base, base), (period, where, got, base)
            assert same(got.change, change), (period, where, got, change)
            changes += change is not None
    assert changes


@pytest.mark.parametrize("by", [Grouping.TOWN, Grouping.CHAIN])
@pytest.mark.parametrize("name", METRIC_NAMES)
def test_groups_each_by_their_own_months_equal_the_oracle(holes, district, name, by):
    data, expected = holes
    option = oracle.GROUPINGS[by][1]
    for period in PERIODS[:3]:
        months, back = months_and_back(period, Compare.YOY)
        result = comparison.compare_groups(data, METRIC_BY_NAME[name], period_of(period), Filter(), Compare.YOY, by)
        for key, value, base, change in result.rows():
            want, want_base, want_change = expected.compared(name, months, back, **{option: (named(district, by, key),)})
            assert same(value, want), (period, key, value, want)
            assert same(change, want_change), (period, key, change, want_change)
            if want is not None:
                assert same(base, want_base), (period, key, base, want_base)


@pytest.mark.parametrize("comparable", [False, True])
@pytest.mark.parametrize("name", ["工业总产值", "亩均税收", "研发强度"])
def test_a_series_compares_each_month_with_its_own_base(holes, name, comparable):
    data, expected = holes
    if comparable:
        data = data.as_comparable(Compare.YOY)
    period = Period(PeriodKind.RANGE, 202201, 202306)
    values, bases, compared = comparison.series(data, METRIC_BY_NAME[name], period.months, Filter(), Compare.YOY)
    for month, value, base, over_base in zip(period.months, values, bases, compared, strict=True):
        want, want_base, change = expected.compared(name, [f"{month // 100}-{month % 100:02d}"], comparable=comparable)
        assert same(value, want), month
        if change is not None:
            assert same(base, want_base), month
            assert same((over_base - base) / base if name != "研发强度" else over_base - base, change), month


@pytest.mark.parametrize("by", [Grouping.TOWN, Grouping.INDUSTRY])
def test_contributions_add_up_to_the_wholes_growth_on_the_same_months(holes, by):
    data, _ = holes
    for key in ("output", "tax_per_mu", "rd_intensity"):
        for period in PERIODS[:3]:
            whole = comparison.compare_total(data, METRICS[key], period_of(period), Filter(), Compare.YOY)
            parts = decompose_growth(data, METRICS[key], whole.windows, Filter(), by)
            if parts:
                assert sum(p.points for p in parts) == pytest.approx(whole.change * 100), (key, period)
                assert sum(p.shown for p in parts) == pytest.approx(whole.change * 100, abs=0.0051)


def test_months_alone_equal_the_oracle(holes):
    data, expected = holes
    period = Period(PeriodKind.RANGE, 202101, 202306)
    months = [f"{x // 100}-{x % 100:02d}" for x in period.months]
    for name in ("工业总产值", "规上企业数"):
        result = aggregate.evaluate_metric(data, METRIC_BY_NAME[name], period, Filter(), Grouping.MONTH)
        want = expected.groups(name, months, "month")
        assert {f"{k // 100}-{k % 100:02d}": pytest.approx(v) for k, v in result.items()} == want
