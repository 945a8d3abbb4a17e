"""Space: a small district worked out by hand, and the sample against plain loops over its workbook."""

from __future__ import annotations

import math
from datetime import date, datetime

import pandas as pd
import pytest

from cockpit.analysis.targets import Pace
from cockpit.calendar.dates import month_end
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.table_view import ColumnStore
from cockpit.district.narratives import ParkBenchmark, ParkNarrative
from cockpit.district.plans import RenewalPlan
from cockpit.ledgers.parks import latest_year, park_totals, parks_in_year
from cockpit.ledgers.renewal import (
    NO_RENEWALS,
    RenewalStage,
    RenewalTotals,
    months_elapsed,
    plan_months,
    renewal_as_of,
    totals_by_stage,
)
from cockpit.selection import Selection
from cockpit.views.context import resolve_context
from cockpit.views.space import parks as space_parks
from cockpit.views.space import pipeline as space_projects
from cockpit.views.space import plan as space_plan
from cockpit.views.space import summary as space_summary
from tests.factories import RowsRepository
from tests.oracle import CODE
from tests.workbooks import code, firm, month

NAN = math.nan


def unit(name, town, method, area, status, started=None, completed=None, space_=None, output=None):
    def day(text):
        return pd.Timestamp(text) if text else None

    return {
        "项目名称": name,
        "所属镇街": town,
        "更新方式": method,
        "更新面积（亩）": area,
        "新增产业空间（万平方米）": space_,
        "预计新增产值（亿元）": output,
        "状态": status,
        "启动日期": day(started),
        "完成日期": day(completed),
    }


#: As of 2022-06-30 (in brackets: as of 2022-12-31).
UNITS = [
    unit("甲", "塘栖镇", "收购储备", 100.0, "完成", "2021-03-10", "2022-05-31", 6.0, 2.0),  # done, 14 months, 447 days
    unit("乙", "塘栖镇", "协商收回", 40.0, "完成", "2021-06-01", "2022-07-15", 3.0, 1.0),  # in progress (done)
    unit("丙", "东湖街道", "收购储备", 60.0, "实施", "2022-06-20", None, 2.0, 0.5),  # in progress, 10 days
    unit("丁", "东湖街道", "整体改造", 50.0, "实施", "2022-08-01"),  # planned (in progress)
    unit("戊", "东湖街道", "协商收回", 30.0, "谋划", None, None, 1.0),  # planned
    unit("己", "乔司街道", "协商收回", 20.0, "完成", "2021-01-05", None, 1.5, 0.25),  # done on an unknown day
    unit("庚", "乔司街道", "适度开发", 10.0, "完成", "2019-01-01", "2020-12-31", 1.0),  # done before the plan began
]


def park(name, town, year, floor, land, occupancy, tax, **more):
    return {
        "园区名称": name,
        "所属镇街": town,
        "年份": year,
        "建筑面积（万平方米）": floor,
        "用地面积（亩）": land,
        "业主单位数": more.get("owners"),
        "最小地块（亩）": more.get("plot"),
        "入驻率（%）": occupancy,
        "入驻企业数": more.get("tenants"),
        "税收（万元）": tax,
        "共建模式": more.get("mode"),
    }


PARKS = [
    park("东园", "东湖街道", 2020, 10.0, 100.0, 80.0, 4000.0),
    park("东园", "东湖街道", 2021, 10.0, 100.0, 90.0, 5000.0, owners=3, plot=7.5, tenants=40, mode="政府主导"),
    park("西园", "塘栖镇", 2021, 30.0, 50.0, 50.0, 1000.0, tenants=20),  # 20 万元/亩: below the benchmark
    park("北园", "塘栖镇", 2021, None, 25.0, 70.0, None),  # neither floor space nor tax is known
    park("东园", "东湖街道", 2022, 10.0, 100.0, 95.0, 9000.0),
]
REMEDIATED = [
    {
        CODE: code(1),
        "整治类型": "D类提升",
        "状态": "完成",
        "列入日期": pd.Timestamp("2021-01-15"),
        "完成日期": pd.Timestamp(when),
        "盘活用地（亩）": land,
    }
    for when, land in (("2022-02-20", 3.5), ("2022-07-01", 9.0))
]
REMEDIATED[1][CODE] = code(2)
PLAN = RenewalPlan(
    name="试", first_year=2021, years=2, area_mu=400, new_space_wan_m2=20, new_output_yi=4, approach="先易后难。", source="测试。"
)


@pytest.fixture(scope="module")
def made(district):
    """The sample's towns with a plan of two years, a benchmark of 30 and the park 东园 view."""
    own = {
        "renewal_plan": PLAN,
        "park_benchmark": ParkBenchmark(name="普通厂房", tax_per_mu_wan=30, source="测试。"),
        "park_narrative": ParkNarrative(park="东园", title="共建"),
    }
    return district.model_copy(update=own)


def sheets(**more):
    own = {
        "企业名录": [firm(1, "塘栖镇"), firm(2, "东湖街道", "3411", "高端装备")],
        "月度经营": [month(1, f"{y}-{n:02d}") for y in (2020, 2021, 2022) for n in range(1, 13)],
        "有机更新": UNITS,
        "产业园区": PARKS,
        "低效整治": REMEDIATED,
    }
    return own | more


@pytest.fixture(scope="module")
def small(made):
    return RowsRepository(sheets(), made)


def june(repository, **selection):
    return resolve_context(repository, Selection(**({"period": "2022-06"} | selection)))


def entries(repository, day):
    result = renewal_as_of(repository.current.ledgers["renewal"], pd.Timestamp(day)).set_index("name")
    return result["stage"].to_dict(), result


def test_the_state_follows_from_the_dates(small):
    then, result = entries(small, "2022-06-30")
    assert then == {"甲": "完成", "乙": "实施", "丙": "实施", "丁": "谋划", "戊": "谋划", "己": "完成", "庚": "完成"}
    assert result["completed_on"].notna().to_dict() | {"己": False} == {
        **dict.fromkeys("甲庚", True),
        **dict.fromkeys("乙丙丁戊己", False),
    }
    assert result["started_on"].isna().to_dict()["丁"]  # a later start isn't known yet
    assert result["months"].fillna(-1).to_dict()["甲"] == 14.0
    assert (result["days"]["甲"], result["days"]["丙"]) == (447.0, 10.0)
    assert math.isnan(result["days"]["己"])  # the day of completion is unknown
    later, _ = entries(small, "2022-12-31")
    assert (later["乙"], later["丁"], later["戊"]) == ("完成", "实施", "谋划")


def test_the_day_of_completion_itself_counts(small):
    assert entries(small, "2022-05-31")[0]["甲"] == "完成"
    assert entries(small, "2022-05-30")[0]["甲"] == "实施"


def test_sums_are_the_same_in_any_order():
    rows = pd.DataFrame({"area_mu": [0.1, 0.2, 0.3], "new_space_wan_m2": [5.26, 8.39, 68.5], "output_yi": [NAN, 0.2, 0.1]})
    rows = rows.assign(stage=RenewalStage.DONE.value)
    one, other, none = (ColumnStore(frame).rows for frame in (rows, rows[::-1], rows[:0]))
    assert totals_by_stage(one) == totals_by_stage(other) == {"": (RenewalTotals(3, 0.6, 82.15, 0.3), NO_RENEWALS, NO_RENEWALS)}
    assert totals_by_stage(none) == {}


def test_the_summary_in_june(small):
    view = space_summary.summary(june(small))
    assert (view.done.count, view.done.area, view.done.space, view.done.output) == (3, 130.0, 8.5, 2.25)  # 甲 己 庚
    assert (view.active.count, view.active.area) == (2, 100.0)  # 乙 丙
    assert (view.planned.count, view.planned.area) == (2, 80.0)  # 丁 戊
    assert view.during == 0.0  # 甲 was completed in May
    assert space_summary.summary(june(small, period="2022-01..2022-06")).during == 100.0
    assert (view.released, view.released_during) == (3.5, 0.0)
    assert view.goal.done == 120.0  # without 庚
    assert math.isnan(view.share)


def test_chosen_towns_have_a_share_and_no_goal(small):
    view = space_summary.summary(june(small, towns=("qiaosi",)))
    assert (view.done.area, view.goal) == (30.0, None)
    assert view.share == pytest.approx(30 / 130)
    assert view.parks is None


def test_the_plan_in_june(small):
    view = space_plan.plan_progress(june(small))
    area, floor, output = view.goals
    # Two years: 18 of 24 months are gone. 甲 and 己: 120 of 400 亩, 7.5 of 20 万平方米, 2.25 of 4 亿元.
    assert (area.target.done, area.target.completion, area.target.time_gone) == (120.0, 0.3, 0.75)
    assert floor.target.completion == pytest.approx(7.5 / 20)
    assert output.target.completion == pytest.approx(2.25 / 4)
    assert {g.target.pace for g in view.goals} == {Pace.RED}  # 45, 37.5 and 18.75 points behind
    assert (area.active, area.planned) == (100.0, 80.0)
    assert (view.rate.gone, view.rate.left) == (18, 6)
    assert view.rate.so_far == pytest.approx(120 / 18)
    assert view.rate.needed == pytest.approx(280 / 6)
    # 己, done on an unknown day, counts from the first month; 甲 since May 2022, the 17th month.
    assert view.course == (20.0,) * 16 + (120.0, 120.0)
    assert view.insight == "更新面积完成30.0%，落后序时进度45.0个百分点；实施中的全部完成也只到55.0%"


def test_the_plan_is_the_districts_whatever_is_chosen(small):
    view = space_plan.plan_progress(june(small, towns=("tangqi",), industries=("34",)))
    assert (view.goals[0].target.done, view.goals[0].selected, view.towns) == (120.0, 100.0, "塘栖")
    assert view.caption.scope == "全区"
    assert view.caption.notes == ("来源：有机更新", "不随镇街筛选", "有机更新不分行业，未按行业筛选")


@pytest.mark.parametrize(
    ("period", "gone", "insight"),
    [
        ("2020-12", 0, "计划自2021年起，截至期末尚未开始"),
        # 甲 己 乙: 160 of 400 亩 at the end.
        ("2022-12", 24, "更新面积完成40.0%，落后序时进度60.0个百分点；计划期已满"),
    ],
)
def test_before_and_at_the_end_of_the_plan(small, period, gone, insight):
    view = space_plan.plan_progress(june(small, period=period))
    assert (view.rate.gone, view.insight) == (gone, insight)
    assert len(view.course) == gone


def test_after_its_end_the_plan_stays_as_it_ended(made):
    late = [*UNITS, unit("辛", "塘栖镇", "整体改造", 70.0, "完成", "2021-01-01", "2022-03-01")]
    plan = PLAN.model_copy(update={"years": 1})
    ctx = june(RowsRepository(sheets(有机更新=late), made.model_copy(update={"renewal_plan": plan})))
    view = space_plan.plan_progress(ctx)
    assert view.goals[0].target.done == 20.0  # 己; 甲 and 辛 came after 2021
    assert (view.goals[0].target.time_gone, view.rate.left) == (1.0, 0)
    assert math.isnan(view.rate.needed)


@pytest.mark.parametrize(
    ("area", "pace", "text"),
    [
        (160.0, Pace.ON, "与序时进度持平"),  # 120 of 160 亩 = 75 %
        (120 / 0.7, Pace.ON, "落后序时进度5.0个百分点"),  # exactly 5 points: not more
        (120 / 0.69, Pace.AMBER, "落后序时进度6.0个百分点"),
        (120 / 0.65, Pace.AMBER, "落后序时进度10.0个百分点"),
        (120 / 0.64, Pace.RED, "落后序时进度11.0个百分点"),
        (150.0, Pace.ON, "领先序时进度5.0个百分点"),
    ],
)
def test_behind_by_the_districts_limits(made, area, pace, text):
    plan = PLAN.model_copy(update={"area_mu": area})
    ctx = june(RowsRepository(sheets(), made.model_copy(update={"renewal_plan": plan})))
    target = space_plan.plan_progress(ctx).goals[0].target
    assert (target.pace, space_plan.pace_text(target)) == (pace, text)


def test_a_plans_months():
    assert len(plan_months(PLAN)) == 24
    assert [months_elapsed(PLAN, m) for m in (202012, 202101, 202212, 202403)] == [0, 1, 24, 24]


def test_methods(small):
    view = space_plan.renewal_methods(june(small))
    methods = {r.name: (r.done.area, r.active.area, r.planned.area, r.count) for r in view.rows}
    assert methods == {
        "收购储备": (100.0, 60.0, 0.0, 2),
        "协商收回": (20.0, 40.0, 30.0, 3),
        "整体改造": (0.0, 0.0, 50.0, 1),
        "适度开发": (10.0, 0.0, 0.0, 1),
    }
    assert [r.name for r in view.rows] == ["收购储备", "协商收回", "整体改造", "适度开发"]  # 160, 90, 50, 10 亩
    assert view.whole.completion == pytest.approx(130 / 310)
    assert view.insight == "收购储备面积最大（160.0亩），占过半；整体改造完成率最低（0.0%），全部还在谋划"


def test_by_town(small):
    view = space_summary.renewal_towns(june(small, towns=("tangqi",)))
    towns = {r.name: (r.done.area, r.active.area, r.planned.area) for r in view.rows if r.area}
    assert towns == {"塘栖镇": (100.0, 40.0, 0.0), "乔司街道": (30.0, 0.0, 0.0), "东湖街道": (0.0, 60.0, 80.0)}
    assert [r.name for r in view.rows][:3] == ["塘栖镇", "乔司街道", "东湖街道"]
    assert (len(view.rows), view.whole.done.area, view.whole.area) == (8, 130.0, 310.0)
    assert view.insight == "已完成面积全部在塘栖镇、乔司街道；东湖街道还没有完成的项目"


def test_the_projects_and_their_order(small):
    planned, active, done = space_projects.renewal_pipeline(june(small)).columns
    assert [p.name for p in planned.projects] == ["丁", "戊"]  # 50 and 30 亩
    assert [(p.name, p.age) for p in active.projects] == [("乙", "12个月"), ("丙", "10天")]
    assert [p.name for p in done.projects] == ["甲", "庚", "己"]  # the latest first, the undated last
    assert [p.age for p in done.projects] == ["14个月", "23个月", ""]
    assert [p.completed_on for p in done.projects] == [date(2022, 5, 31), date(2020, 12, 31), None]
    assert done.methods == (("收购储备", 1), ("协商收回", 1), ("整体改造", 0), ("适度开发", 1))
    # 14 and 23 months: the median 18.5 is view as 19.
    insight = space_projects.renewal_pipeline(june(small)).insight
    assert insight == "完成的3个从启动到完成，中位数19个月；实施最久的乙已12个月；2个还没有启动"


@pytest.mark.parametrize("period", ["2022-06", "2022", "2020-12"])
def test_the_catalogue_counts_completion_on_an_unknown_day_as_the_page_does(small, period):
    ctx = june(small, period=period)
    rate = ctx.total(METRICS["renewal_rate"]).value
    assert rate == pytest.approx(space_plan.renewal_methods(ctx).whole.completion)
    assert period != "2022-06" or rate == pytest.approx(130 / 310)  # with 己


def test_land_put_back(small):
    view = space_summary.released_land(june(small))
    assert view.total == 3.5
    assert dict(zip(view.months, view.values, strict=True))[202202] == 3.5
    assert (view.months[0], view.months[-1], sum(view.values)) == (202107, 202206, 3.5)
    assert [(t.key, t.land) for t in view.towns][:1] == [("tangqi", 3.5)]
    assert view.insight == "累计盘活3.50亩，近12个月中2022年2月最多（3.50亩）"
    # The remediated firms know their industry: 34 is in 东湖, put back in July.
    assert space_summary.released_land(june(small, industries=("34",))).towns == ()
    assert space_summary.released_land(june(small, industries=("34",), period="2022-07")).total == 9.0


def test_parks_of_the_newest_year_that_is_over(small):
    view = space_parks.parks(june(small))
    assert (view.year, view.years) == (2021, (2020, 2021))  # 2022 isn't over in June
    assert [(r.park.name, r.park.tax_per_mu) for r in view.rows[:2]] == [("东园", 50.0), ("西园", 20.0)]
    assert [r.park.name for r in view.rows][2] == "北园"  # without tax: last
    east = view.rows[0]
    assert east.change == pytest.approx(50 / 40 - 1)
    assert east.occupancy_change == pytest.approx(0.1)
    assert east.history == (40.0, 50.0)
    assert (east.park.owners, east.park.smallest_plot, east.park.mode, east.town) == (3.0, 7.5, "政府主导", "东湖")
    # Sums of the parks with tax: 6,000 万元 on 150 亩; by floor space (10 × 90 % + 30 × 50 %) ÷ 40, never (90+50+70) ÷ 3.
    assert view.whole.tax_per_mu == 40.0
    assert view.whole.occupancy == pytest.approx(0.6)
    assert (view.whole.parks, view.whole.land, view.whole.tenants) == (3, 175.0, 60.0)
    assert view.whole_change == pytest.approx(0.0)
    assert view.insight == "东园亩均税收50.00万元/亩，是普通厂房的1.7倍；西园低于30万元/亩"


def test_parks_at_the_years_end_and_before_any(small):
    assert space_parks.parks(june(small, period="2022-12")).year == 2022
    early = space_parks.parks(june(small, period="2020-11"))
    assert (early.rows, early.known, early.year) == ((), True, 0)
    assert space_parks.parks(june(small, towns=("linping",))).rows == ()
    assert latest_year(small.current.ledgers["park"]["year"], month_end(202012)) == 2020


def test_the_example(small):
    view = space_parks.park_example(june(small, towns=("tangqi",)))
    assert (view.park.name, view.town, view.year) == ("东园", "东湖街道", 2021)
    assert view.plain_tax == 3000.0  # 100 亩 × 30
    assert view.others == 20.0  # 北园's tax is unknown
    assert view.insight == "亩均税收50.00万元/亩，是普通厂房的1.7倍、其余园区合计的2.5倍"
    assert "不随镇街筛选" in view.caption.notes
    assert space_parks.park_example(june(small, period="2020-11")).park is None


def test_without_the_sheets_everything_says_so(made):
    ctx = june(RowsRepository(sheets(有机更新=[], 产业园区=[], 低效整治=[]), made))
    view = space_summary.summary(ctx)
    assert (view.known, view.parks, math.isnan(view.released)) == (False, None, True)
    plan = space_plan.plan_progress(ctx)
    assert (plan.known, plan.goals) == (False, ())
    methods, towns = space_plan.renewal_methods(ctx), space_summary.renewal_towns(ctx)
    assert methods.rows == towns.rows == space_projects.renewal_pipeline(ctx).columns == ()
    assert (space_parks.parks(ctx).known, space_summary.released_land(ctx).known) == (False, False)


def test_a_pack_without_plan_benchmark_and_narrative(made):
    bare = made.model_copy(update={"renewal_plan": None, "park_benchmark": None, "park_narrative": None})
    ctx = june(RowsRepository(sheets(), bare))
    plan = space_plan.plan_progress(ctx)
    assert (plan.plan, plan.known, plan.goals) == (None, True, ())
    assert space_summary.summary(ctx).goal is None
    assert space_parks.parks(ctx).insight == "东园亩均税收最高（50.00万元/亩）"
    assert space_parks.park_example(ctx).narrative is None
    assert space_plan.renewal_methods(ctx).rows


def test_figures_that_are_missing_stay_missing():
    rows = pd.DataFrame([dict.fromkeys(("floor_wan_m2", "land_mu", "owners", "smallest_plot_mu", "occupancy_pct", "tenants"))])
    result = parks_in_year(rows.assign(name="甲", town="tangqi", mode=None, year=2021, tax_fen=pd.array([None], "Int64")), 2021)[
        "甲"
    ]
    assert math.isnan(result.tax_per_mu)
    assert result.mode == ""
    whole = park_totals([result])
    assert whole.parks == 1
    assert all(math.isnan(v) for v in (whole.floor, whole.tenants, whole.tax_per_mu, whole.occupancy))
    assert space_parks.benchmark_multiple(NAN, None) == ""
    assert math.isnan(space_parks.growth(5.0, 0.0))


@pytest.mark.parametrize(("period", "day"), [("2022", datetime(2022, 12, 31)), ("2022-06", datetime(2022, 6, 30))])
def test_the_samples_renewal_against_plain_loops(sample_repository, book, period, day):
    area, by_method, by_town = dict.fromkeys(RenewalStage, 0.0), {}, {}
    space_done = output_done = 0.0
    for row in book["有机更新"]:
        if row["完成日期"] is not None and row["完成日期"] <= day:
            stage = RenewalStage.DONE
            space_done += row["新增产业空间（万平方米）"]
            output_done += row["预计新增产值（亿元）"]
        else:
            stage = RenewalStage.ACTIVE if row["启动日期"] is not None and row["启动日期"] <= day else RenewalStage.PLANNED
        area[stage] += row["更新面积（亩）"]
        by_method[row["更新方式"], stage] = by_method.get((row["更新方式"], stage), 0.0) + row["更新面积（亩）"]
        by_town[row["所属镇街"], stage] = by_town.get((row["所属镇街"], stage), 0.0) + row["更新面积（亩）"]
    ctx = resolve_context(sample_repository, Selection(period=period))
    view = space_summary.summary(ctx)
    for part, stage in ((view.done, RenewalStage.DONE), (view.active, RenewalStage.ACTIVE), (view.planned, RenewalStage.PLANNED)):
        assert part.area == pytest.approx(area[stage])
    assert (view.done.space, view.done.output) == pytest.approx((space_done, output_done))
    for method in space_plan.renewal_methods(ctx).rows:
        assert method.done.area == pytest.approx(by_method.get((method.name, RenewalStage.DONE), 0.0))
        assert method.planned.area == pytest.approx(by_method.get((method.name, RenewalStage.PLANNED), 0.0))
    for town in space_summary.renewal_towns(ctx).rows:
        assert town.done.area == pytest.approx(by_town.get((town.name, RenewalStage.DONE), 0.0))
        assert town.active.area == pytest.approx(by_town.get((town.name, RenewalStage.ACTIVE), 0.0))


def test_the_samples_plan(sample_repository, book):
    plan = space_plan.plan_progress(resolve_context(sample_repository, Selection(period="2022")))
    # 2021-2023: 24 of 36 months; 1,369.3 of 5,000 亩, 82.15 of 300 万平方米 and of 300 亿元.
    assert [g.target.amount for g in plan.goals] == [5000.0, 300.0, 300.0]
    assert [g.target.done for g in plan.goals] == [1369.3, 82.15, 82.15]
    assert plan.goals[0].target.time_gone == pytest.approx(24 / 36)
    assert plan.insight == "更新面积完成27.4%，落后序时进度39.3个百分点；实施中的全部完成也只到64.2%"
    assert plan.rate.needed == pytest.approx((5000 - 1369.3) / 12)
    assert min(r["启动日期"] for r in book["有机更新"] if r["启动日期"]).year == plan.plan.first_year
    assert plan.course[-1] == pytest.approx(1369.3)
    assert plan.course[11] == 0.0


@pytest.mark.parametrize("year", [2020, 2021, 2022])
def test_the_samples_parks_against_plain_loops(sample_repository, book, year):
    rows = [r for r in book["产业园区"] if r["年份"] == year]
    tax, land, floor = (sum(r[c] for r in rows) for c in ("税收（万元）", "用地面积（亩）", "建筑面积（万平方米）"))
    let = sum(r["入驻率（%）"] * r["建筑面积（万平方米）"] for r in rows) / floor
    view = space_parks.parks(resolve_context(sample_repository, Selection(period=str(year))))
    assert view.whole.tax_per_mu == pytest.approx(tax / land)
    assert view.whole.occupancy == pytest.approx(let / 100)
    assert {r.park.name: r.park.tax_per_mu for r in view.rows} == pytest.approx(
        {r["园区名称"]: r["税收（万元）"] / r["用地面积（亩）"] for r in rows}
    )
    assert [r.park.tax_per_mu for r in view.rows] == sorted((r.park.tax_per_mu for r in view.rows), reverse=True)


def test_the_samples_example_is_the_article_s(sample_repository, book):
    view = space_parks.park_example(resolve_context(sample_repository, Selection(period="2022")))
    # The article: 8 owners' plots, the smallest 5 亩, 15.5 万平方米, tax above 200 万元/亩 where a plain factory yields 30.
    assert (view.park.owners, view.park.smallest_plot, view.park.floor, view.park.occupancy) == (8.0, 5.0, 15.5, 0.95)
    assert view.park.tax_per_mu == pytest.approx(205.0)
    assert view.plain_tax == pytest.approx(77.5 * 30)
    rest = [r for r in book["产业园区"] if r["年份"] == 2022 and r["园区名称"] != "云尚工业园"]
    assert view.others == pytest.approx(sum(r["税收（万元）"] for r in rest) / sum(r["用地面积（亩）"] for r in rest))


def test_the_samples_land_put_back(sample_repository, book):
    view = space_summary.released_land(resolve_context(sample_repository, Selection(period="2022")))
    assert view.total == pytest.approx(sum(r["盘活用地（亩）"] for r in book["低效整治"] if r["完成日期"]))
    assert sum(t.land for t in view.towns) == pytest.approx(view.total)
    assert sum(view.values) == pytest.approx(view.total)
