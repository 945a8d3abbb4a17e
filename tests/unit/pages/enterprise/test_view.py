"""One enterprise: a small chain worked out by hand, yearly reporters, and firms of the sample against plain loops."""

from __future__ import annotations

import math
import statistics
from datetime import date, datetime

import pytest

from cockpit.selection import Compare, Selection
from cockpit.views.context import resolve_context
from cockpit.views.enterprise import identity as enterprise
from cockpit.views.enterprise import metrics as enterprise_metrics
from cockpit.views.enterprise import months as enterprise_months
from cockpit.views.enterprise import peers as enterprise_peers
from tests.factories import RowsRepository
from tests.oracle import CODE, shift, span
from tests.unit.land_district import District
from tests.workbooks import code, firm, month

NAN = math.nan


def monthly(number, months, output, tax=10.0, **more):
    return [month(number, when, output=output, tax=tax, **more) for when in months]


def sheets():
    """Seven firms. Staff 20, energy 3 吨, research 4 万元 a month each; value added a quarter of output, revenue nine tenths.

    Firm: land 亩; output of a month in 2021 and 2022, 万元; tax of a month.
    1: 10; 100, 120; 10, 12.    2: 20; 200, 180; 10.    3: 10; none, 60 from July 2022 on; 10.
    4: another stage, 10; 120, 120; 10.    5: 宗地, reports no months.    6: another chain.
    7: 10; 50, 50; 10; January and February 2022 together.
    """
    y21, y22 = span("2021-01", "2021-12"), span("2022-01", "2022-12")
    rows = monthly(1, y21, 100.0) + monthly(1, y22, 120.0, 12.0)
    rows += monthly(2, y21, 200.0) + monthly(2, y22, 180.0)
    rows += monthly(3, y22[6:], 60.0)
    rows += monthly(4, y21 + y22, 120.0)
    rows += monthly(6, y21 + y22, 999.0)
    rows += monthly(7, y21, 50.0) + monthly(7, y22[1:2], 100.0, 20.0, _span=2) + monthly(7, y22[2:], 50.0)
    register = [firm(1), firm(2, land=20.0), firm(3), firm(4, 链条环节="家纺布艺"), firm(5, kind="宗地")]
    register += [firm(6, chain="生物医药"), firm(7, "东湖街道")]
    register[0] |= {"所在园区": "云尚工业园", "成立日期": datetime(2004, 10, 3), "时尚E家成员": True, "企业角色": "配套"}
    project = {"产业链": "时尚产业", "所属镇街": "塘栖镇", "计划总投资（万元）": 3000.0, "累计完成投资（万元）": 500.0}
    projects = [
        project | {"项目编号": "P1", "项目名称": "厂房", "投资主体": "杭州测试1有限公司", "签约日期": datetime(2021, 5, 1),
                   "开工日期": datetime(2021, 9, 1), "竣工日期": datetime(2023, 3, 1)},
        project | {"项目编号": "P2", "项目名称": "技改", "投资主体": "杭州测试1有限公司", "签约日期": datetime(2022, 8, 1)},
        project | {"项目编号": "P3", "项目名称": "别家", "投资主体": "杭州测试1有限公司二厂", "签约日期": datetime(2022, 8, 1)},
        project | {"项目编号": "P4", "项目名称": "以后", "投资主体": "杭州测试1有限公司", "签约日期": datetime(2023, 1, 1)},
    ]  # fmt: skip
    return {"企业名录": register, "月度经营": rows, "项目台账": projects}


@pytest.fixture(scope="module")
def small(district):
    return RowsRepository(sheets(), district)


def at(repository, number, **selection):
    return resolve_context(repository, Selection(firm=code(number) if isinstance(number, int) else number, **selection))


def values_by_metric(repository, number, **selection):
    summary = enterprise_metrics.summary(at(repository, number, **selection))
    return {v.metric.key: v for v in summary.values}


# --- who it is ------------------------------------------------------------------------------------------------------


def test_who_it_is(small):
    view = enterprise.firm_identity(at(small, 1))
    assert (view.name, view.short, view.code) == ("杭州测试1有限公司", "测试1", code(1))
    assert (view.chain_key, view.chain, view.stage, view.role, view.kind) == ("fashion", "时尚产业", "成衣加工", "配套", "规上")
    assert (view.town, view.park, view.industry, view.land) == ("塘栖镇", "云尚工业园", "17 纺织业（代码1751）", 10.0)
    assert (view.founded_on, view.member) == (date(2004, 10, 3), True)
    assert view.months == "2021年1月—2022年12月"
    assert (view.grade, view.year, view.standing) == ("", 0, "")  # nothing is published


def test_what_the_register_does_not_say_is_empty(small):
    view = enterprise.firm_identity(at(small, 5))
    assert (view.park, view.founded_on, view.member, view.months) == ("", None, None, "")


@pytest.mark.parametrize("wrong", ["", "91330113XXXXXXXXXX", code(99), "<script>", code(1).lower()])
def test_nobody_has_another_code(small, wrong):
    ctx = at(small, wrong)
    views = (enterprise.firm_identity, enterprise.firm_provenance, enterprise.firm_grade, enterprise_metrics.summary)
    months = (enterprise_months.firm_trend, enterprise_months.firm_energy)
    lists = (enterprise_peers.peer_firms, enterprise_peers.firm_projects)
    assert [view(ctx) for view in (*views, *months, *lists)] == [None] * 8


# --- figures of the period ------------------------------------------------------------------------------------------


def test_the_year_by_hand(small):
    metrics = values_by_metric(small, 1, period="2022")
    output, tax = metrics["output"], metrics["tax"]
    assert (output.value, output.base) == (1440.0, 1200.0)  # 12 × 120, 12 × 100
    assert output.change == pytest.approx(0.2)
    assert (output.rank, output.ranked) == (2, 5)  # after firm 2 (2,160), with firm 4; then 7 (600) and 3 (360)
    assert (tax.value, tax.base, tax.rank) == (144.0, 120.0, 1)
    per_mu = metrics["tax_per_mu"]
    assert (per_mu.value, per_mu.base) == (pytest.approx(14.4), pytest.approx(12.0))  # ÷ 10 亩
    assert per_mu.rank == 1  # 4 and 7: 12, 2 and 3: 6
    productivity = metrics["labour_productivity"]
    assert productivity.value == pytest.approx(18.0)  # 12 × 30 ÷ 20 people
    energy = metrics["energy_intensity"]
    assert (energy.value, energy.base) == (pytest.approx(0.1), pytest.approx(0.12))  # 36 ÷ 360, 36 ÷ 300
    assert (energy.rank, energy.ranked) == (2, 5)  # the least first: firm 2 36 ÷ 540, then 1 and 4
    research = metrics["rd_intensity"]
    assert research.value == pytest.approx(48 / 1296)
    assert research.change == pytest.approx(48 / 1296 - 48 / 1080)  # 百分点 ÷ 100
    assert {f.note for f in metrics.values()} == {""}


def test_a_month_has_trailing_figures_of_twelve(small):
    metrics = values_by_metric(small, 1, period="2022-03")
    assert (metrics["output"].value, metrics["output"].base) == (120.0, 100.0)
    assert metrics["tax_per_mu"].value == pytest.approx((9 * 10 + 3 * 12) / 10)  # April 2021 to March 2022
    assert metrics["tax_per_mu"].note == "近12个月（2021年4月—2022年3月）"
    assert math.isnan(metrics["tax_per_mu"].base)
    assert metrics["tax_per_mu"].reason == "上年同期没有数据"  # would need 2020


def test_month_on_month_and_no_comparison(small):
    assert values_by_metric(small, 1, period="2022-01", compare=Compare.MOM)["output"].change == pytest.approx(0.2)
    alone = enterprise_metrics.summary(at(small, 1, period="2022", compare=Compare.NONE))
    assert alone.versus == ""
    assert {(f.reason, math.isnan(f.base)) for f in alone.values} == {("", True)}


def test_a_firm_that_came_in_july_has_half_a_year(small):
    value = values_by_metric(small, 3, period="2022")["output"]
    assert (value.value, value.rank, value.ranked) == (360.0, 5, 5)
    assert value.note == "12个月中有6个月数据"
    assert value.reason == "上年同期没有数据"
    early = values_by_metric(small, 3, period="2022-03")["output"]
    assert (math.isnan(early.value), early.reason, early.rank) == (True, "期内没有月度数据", 0)


def test_months_reported_together(small):
    whole = values_by_metric(small, 7, period="2022")["output"]
    assert (whole.value, whole.base, whole.reason) == (600.0, 600.0, "")  # eleven rows cover twelve months
    february = values_by_metric(small, 7, period="2022-02")["output"]
    assert (february.value, february.note) == (100.0, "含合并上报的上一个月")
    assert february.reason == "上年同期没有相同月份的数据"  # two months together against one
    january = values_by_metric(small, 7, period="2022-01")["output"]
    assert (math.isnan(january.value), january.reason) == (True, "期内没有月度数据")


def test_changes_are_over_the_months_of_both_sides(district):
    """A firm without March 2022 grows from 100 to 120 in each month; its base of eleven months is 1,100, not 1,200."""
    y21, y22 = span("2021-01", "2021-12"), span("2022-01", "2022-12")
    rows = monthly(1, y21, 100.0) + monthly(1, y22[:2] + y22[3:], 120.0, 12.0)
    rows += monthly(2, y21[:1] + y21[2:], 100.0) + monthly(2, y22, 110.0)
    repository = RowsRepository({"企业名录": [firm(1), firm(2)], "月度经营": rows}, district)
    short = values_by_metric(repository, 1, period="2022")
    assert (short["output"].value, short["output"].base) == (1320.0, 1100.0)
    assert short["output"].change == pytest.approx(0.2)
    assert short["output"].note == "12个月中有11个月数据"
    assert (short["tax_per_mu"].base, short["tax_per_mu"].change) == (pytest.approx(11.0), pytest.approx(0.2))
    assert (short["labour_productivity"].base, short["energy_intensity"].base) == (pytest.approx(13.75), pytest.approx(0.12))
    whole = values_by_metric(repository, 2, period="2022")["output"]
    assert (whole.value, whole.compared, whole.base) == (1320.0, 1210.0, 1100.0)  # without February
    assert (whole.change, whole.note) == (pytest.approx(0.1), "增减不含2022年2月")
    energy = enterprise_months.firm_energy(at(repository, 1, period="2022")).energy
    assert (energy.value, energy.base) == (33.0, 33.0)


def test_the_caption_names_the_months_that_the_firm_reported(district):
    rows = [month(1, f"{year}-{k:02d}") for year in (2021, 2022) for k in range(1, 13) if (year, k) not in ((2022, 3), (2021, 7))]
    repository = RowsRepository({"企业名录": [firm(1)], "月度经营": rows}, district)
    ctx = at(repository, 1, period="2022")
    assert enterprise_metrics.summary(ctx).caption.period == "2022年1—2月、4—12月，对比2021年1—6月、8—12月"
    assert enterprise_months.firm_energy(ctx).caption.period.startswith("能耗2022年1—2月、4—12月，")
    assert enterprise_metrics.summary(at(repository, 1, period="2021")).caption.period.startswith("2021年1—6月、8—12月")


def test_the_first_year_has_no_trailing_figures(small):
    value = values_by_metric(small, 1, period="2021-06")["tax_per_mu"]
    assert (math.isnan(value.value), value.reason) == (True, "数据不足12个月")


# --- month by month -------------------------------------------------------------------------------------------------


def test_months_against_the_middle_firm(small):
    view = enterprise_months.firm_trend(at(small, 1, period="2022"))
    last, january = view.points[-1], view.points[0]
    assert (last.point.month, last.point.value, last.point.base) == (202212, 120.0, 100.0)
    # December 2022: 50 (7), 60 (3), 120 (1), 120 (4), 180 (2); 2021: 50, 100, 120, 200, the middle 110
    assert (last.median, last.firms, last.median_base) == (120.0, 5, 110.0)
    # January 2022: firm 7 reports it with February, 3 isn't there yet: 120, 120, 180
    assert (january.median, january.firms) == (120.0, 3)
    assert view.insight == "12月产值120万元，同比增长20.0%（中位数增长9.1%）；为时尚产业企业中位数（120万元）的1.0倍"


@pytest.mark.parametrize(
    ("ratio", "text"), [(152.3, "152倍"), (9.96, "10.0倍"), (1.0, "1.0倍"), (0.62, "62.0%"), (0.014, "1.4%")]
)
def test_how_many_times_as_much(ratio, text):
    assert enterprise_months.format_multiple(ratio) == text


def test_a_joint_report_is_one_wide_month_and_compared_with_its_like(small):
    view = enterprise_months.firm_trend(at(small, 7, period="2022"))
    first = view.points[0]
    assert (first.point.month, first.point.covered, first.point.value) == (202202, 2, 100.0)
    assert math.isnan(first.point.base)  # February 2021 alone is no base for two months
    assert (first.median, first.firms) == (100.0, 1)
    assert len(view.points) == 11


def test_months_begin_with_the_firm(small):
    view = enterprise_months.firm_trend(at(small, 3, period="2022"))
    assert [p.point.month for p in view.points] == [202207, 202208, 202209, 202210, 202211, 202212]


def test_output_replaces_a_metric_that_no_firm_has_by_month(small):
    assert enterprise_months.firm_trend(at(small, 1, metric="tax_per_mu")).metric.key == "output"
    staff = enterprise_months.firm_trend(at(small, 1, metric="staff"))
    assert (staff.metric.key, staff.points[-1].point.value, staff.points[-1].median) == ("staff", 20.0, 20.0)


def test_energy_by_hand(small):
    view = enterprise_months.firm_energy(at(small, 1, period="2022"))
    assert (view.energy.value, view.energy.base) == (36.0, 36.0)
    assert view.own == pytest.approx(36 / 360)
    # 1, 2, 4, 7 burn 36 each (7's joint row counts 3, so 33), 3 burns 18; a quarter of 1,440 + 2,160 + 1,440 + 600 + 360
    assert view.chain == pytest.approx((36 * 3 + 33 + 18) / (6000 / 4))
    assert view.whole == pytest.approx((36 * 4 + 33 + 18) / ((6000 + 12 * 999) / 4))
    assert view.insight == "单位增加值能耗比时尚产业低5.7%"  # 0.1 ÷ 0.106 − 1
    assert view.spark == (3.0,) * 12


# --- peers and projects ---------------------------------------------------------------------------------------------


def test_the_nearest_firms_of_its_stage(small):
    """Distances to firm 1, squared: 2: ln²2 + ln²1.5 = 0.64; 7: ln²(600/1440) = 0.77; 3: ln²4 = 1.92. 4 is of another stage."""
    view = enterprise_peers.peer_firms(at(small, 1, period="2022"))
    assert [p.name for p in view.rows] == ["测试1", "测试2", "测试7", "测试3"]
    assert [p.own for p in view.rows] == [True, False, False, False]
    assert (view.pool, view.size) == (3, "产值")
    assert view.rows[1].tax_per_mu == pytest.approx(6.0)
    alone = enterprise_peers.peer_firms(at(small, 4))
    assert (len(alone.rows), alone.reason) == (1, "同链条环节没有规模可比的企业")


def test_projects_of_exactly_this_name_as_they_stood(small):
    rows = enterprise_peers.firm_projects(at(small, 1, period="2022")).rows
    assert [(p.name, p.stage, p.step, p.planned, p.invested) for p in rows] == [
        ("技改", "签约", 1, 3000.0, 500.0),
        ("厂房", "开工", 2, 3000.0, 500.0),  # completed only in 2023
    ]
    assert enterprise_peers.firm_projects(at(small, 2)).rows == ()


def test_where_its_rows_came_from(small):
    view = enterprise.firm_provenance(at(small, 1))
    assert [(s.title, s.which, s.origin.row) for s in view.shown] == [
        ("企业名录", "", 2),
        ("月度经营", "2022年12月", 25),
        ("项目台账", "P1", 2),
        ("项目台账", "P2", 3),
        ("项目台账", "P4", 5),
    ]
    assert len(view.every) == 1 + 24 + 3
    assert view.record is None


# --- a firm that reports once a year --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graded(district):
    return District(district)


def test_yearly_figures_stand_in_for_monthly(graded):
    """Firm 11 (宗地, 时尚产业): 2 亩, tax 20 after 6; firm 15 of the same chain reported no tax."""
    metrics = values_by_metric(graded, 11, period="2022")
    assert (metrics["tax"].value, metrics["tax"].base, metrics["tax"].rank, metrics["tax"].ranked) == (20.0, 6.0, 1, 1)
    assert metrics["tax_per_mu"].value == pytest.approx(10.0)
    assert (metrics["power"].reason, metrics["power"].rank) == ("没有数据", 0)
    view = enterprise_months.firm_trend(at(graded, 11, period="2022"))
    assert view.reason == "宗地企业不报月度经营数据"
    assert view.years.years == (2021, 2022)
    assert view.years.rows[0].values == (6.0, 20.0)
    assert (view.years.rows[0].median, view.years.rows[0].firms) == (20.0, 1)


def test_a_firm_outside_the_evaluation(graded):
    """Firm 17 was evaluated in 2021 only."""
    value = values_by_metric(graded, 17, period="2022")["tax"]
    assert (math.isnan(value.value), value.reason) == (True, "没有参加2022年度评价")
    assert values_by_metric(graded, 17, period="2021")
    assert enterprise.firm_identity(at(graded, 17, period="2022")).grade == ""


def test_grade_of_the_newest_evaluation_not_after_the_period(graded):
    assert enterprise.firm_identity(at(graded, 5, period="2022")).grade == "C"
    earlier = enterprise.firm_identity(at(graded, 5, period="2021"))
    assert (earlier.grade, earlier.year) == ("D", 2021)
    assert enterprise.firm_grade(at(graded, 5, period="2022")).caption.scope == "测试5"


def test_peers_of_yearly_reporters_go_by_what_is_known(graded):
    """Neither revenue nor staff is known: 11 (2 亩) and 15 (1 亩) differ in land alone."""
    view = enterprise_peers.peer_firms(at(graded, 11, period="2022"))
    assert [p.code for p in view.rows] == [code(11), code(15)]
    assert (view.rows[0].grade, view.rows[1].grade, view.size) == ("A", "D", "主营业务收入")


# --- the sample -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 250, 600])
def test_firms_of_the_sample_against_plain_loops(book, graded_repository, number):
    register = {r[CODE]: r for r in book["企业名录"]}
    rows = {(r[CODE], r["月份"]): r for r in book["月度经营"]}
    own = register[sorted(c for c, r in register.items() if r["评价类型"] == "规上")[number]]
    chain = {c for c, r in register.items() if r["产业链"] == own["产业链"] and r["评价类型"] == "规上"}

    def total(firm_code, column, months):
        result = [rows[firm_code, m][column] for m in months if (firm_code, m) in rows]
        return sum(x for x in result if x is not None)

    year, before = span("2022-01", "2022-12"), span("2021-01", "2021-12")
    metrics = values_by_metric(graded_repository, own[CODE], period="2022")
    output = {c: total(c, "工业总产值（万元）", year) for c in chain}
    assert metrics["output"].value == pytest.approx(output[own[CODE]], rel=1e-12)
    assert metrics["output"].base == pytest.approx(total(own[CODE], "工业总产值（万元）", before), rel=1e-12)
    assert metrics["output"].rank == 1 + sum(v > output[own[CODE]] for v in output.values())
    assert metrics["output"].ranked == len(chain)
    intensity = {c: total(c, "综合能耗（吨标准煤）", year) / total(c, "工业增加值（万元）", year) for c in chain}
    assert metrics["energy_intensity"].value == pytest.approx(intensity[own[CODE]], rel=1e-12)
    assert metrics["energy_intensity"].rank == 1 + sum(v < intensity[own[CODE]] for v in intensity.values())
    land = {c: register[c]["用地面积（亩）"] for c in chain}
    assert metrics["tax_per_mu"].value == pytest.approx(total(own[CODE], "入库税收（万元）", year) / land[own[CODE]], rel=1e-12)

    energy = enterprise_months.firm_energy(at(graded_repository, own[CODE], period="2022"))
    sums = [sum(total(c, h, year) for c in chain) for h in ("综合能耗（吨标准煤）", "工业增加值（万元）")]
    assert energy.chain == pytest.approx(sums[0] / sums[1], rel=1e-12)

    points = enterprise_months.firm_trend(at(graded_repository, own[CODE], period="2022")).points
    for point, when in zip(points, year, strict=True):
        values = [rows[c, when]["工业总产值（万元）"] for c in chain if (c, when) in rows]
        was = [rows[c, shift(when, -12)]["工业总产值（万元）"] for c in chain if (c, shift(when, -12)) in rows]
        assert point.median == pytest.approx(statistics.median(values), rel=1e-12)
        assert point.median_base == pytest.approx(statistics.median(was), rel=1e-12)
        assert (point.firms, point.point.value) == (len(values), rows[own[CODE], when]["工业总产值（万元）"])

    staff = {c: total(c, "平均用工人数（人）", year) / 12 for c in chain}
    mine = (land[own[CODE]], output[own[CODE]], staff[own[CODE]])

    def distance(other):
        theirs = (land[other], output[other], staff[other])
        return sum(math.log(a / b) ** 2 for a, b in zip(mine, theirs, strict=True))

    alike = [c for c in chain - {own[CODE]} if register[c]["链条环节"] == own["链条环节"]]
    nearest = sorted(alike, key=lambda c: (distance(c), c))[:5]
    result = enterprise_peers.peer_firms(at(graded_repository, own[CODE], period="2022"))
    assert [p.code for p in result.rows] == [own[CODE], *nearest]
    assert result.pool == len(alike)


def test_a_chain_of_the_sample_adds_up_to_the_chain(graded_repository):
    ctx = at(graded_repository, "91330113AU04ADP9UJ", period="2022")
    table = enterprise_metrics.chain_firm_table(ctx, "high-end-equipment")
    metric = values_by_metric(graded_repository, "91330113AU04ADP9UJ", period="2022")["output"].metric
    whole = resolve_context(graded_repository, Selection(period="2022", chains=("high-end-equipment",))).total(metric)
    assert float(table.values(metric, "now").sum()) == pytest.approx(whole.value, rel=1e-12)
    assert float(table.values(metric, "now_base").sum()) == pytest.approx(whole.base, rel=1e-12)
