"""Innovation and talent: a small district worked out by hand, and the sample against plain loops over its workbook."""

from __future__ import annotations

import math

import pytest

from cockpit.analysis.targets import Pace, classify_pace
from cockpit.district.district import District
from cockpit.district.plans import TalentGoal
from cockpit.selection import Selection
from cockpit.views.context import resolve_context
from cockpit.views.innovation import carriers as innovation
from cockpit.views.innovation import spread as innovation_spread
from cockpit.views.innovation import talent as innovation_talent
from cockpit.views.innovation.state import DEMONSTRATOR, LADDER_KINDS, LEVELS, carrier_state, count_by_level
from tests.factories import RowsRepository
from tests.workbooks import firm, month


def carrier(name, kind, level, town, chain, year):
    return {"名称": name, "类型": kind, "级别": level, "所属镇街": town, "产业链": chain, "认定年份": year}


#: As of 2022: nine on the ladder (己 is of 2023), one demonstrator (the other is of 2023).
CARRIERS = [
    carrier("甲", "重大平台", "国家级", "东湖街道", "高端装备", 2012),
    carrier("乙", "特色小镇", "省", "临平街道", "时尚产业", 2015),
    carrier("丙", "科创园区", "市", "东湖街道", "高端装备", 2022),
    carrier("丁", "科创园区", "国家", "塘栖镇", "时尚产业", 2019),
    carrier("戊", "孵化器", "省级", "东湖街道", None, 2019),
    carrier("己", "孵化器", "省", "东湖街道", "时尚产业", 2023),
    carrier("庚", "众创空间", None, None, "时尚产业", None),
    carrier("辛", "众创空间", "区", "临平街道", "高端装备", 2022),
    carrier("壬", "科创园区", "国家", "东湖街道", "高端装备", 2019),
    carrier("癸", "众创空间", "校级", "临平街道", "时尚产业", 2019),
    carrier("示一", "服务型制造示范", "省", "乔司街道", "高端装备", 2022),
    carrier("示二", "服务型制造示范", "省", "乔司街道", "高端装备", 2023),
]
#: category -> people by year.
PEOPLE = {
    "产业领军人才": {2020: 1000, 2021: 1250, 2022: 1500},
    "人才总量": {2020: 200000, 2021: 210000, 2022: 220000},
    "磐石计划": {2021: 100, 2022: 110},
    "弄潮计划": {2022: 40},
    "飞鹰计划": {2021: 10, 2022: 9},
}


def talent(people):
    return [{"年份": year, "类别": c, "人数": n} for c, years in people.items() for year, n in years.items()]


def spending(number, when, rd, revenue):
    return month(number, when, **{"研发费用（万元）": rd, "营业收入（万元）": revenue})


def sheets(carriers=CARRIERS, people=PEOPLE):
    return {
        "企业名录": [
            firm(1, "塘栖镇", chain="时尚产业"),
            firm(2, "东湖街道", chain="高端装备", industry="3435"),
            firm(3, "东湖街道", chain="时尚产业"),
        ],
        "月度经营": [
            # 2022: 塘栖 3 ÷ 100 = 3 %, 东湖 (8 + 1) ÷ (200 + 100) = 3 %; 时尚 (3 + 1) ÷ 200 = 2 %, 装备 8 ÷ 200 = 4 %.
            spending(1, "2022-01", 3.0, 100.0),
            spending(2, "2022-01", 8.0, 200.0),
            spending(3, "2022-01", 1.0, 100.0),
            # 2021: 时尚 (2 + 2) ÷ (100 + 150) = 1.6 %, 装备 9 ÷ 300 = 3 %; all 13 ÷ 550.
            spending(1, "2021-01", 2.0, 100.0),
            spending(2, "2021-01", 9.0, 300.0),
            spending(3, "2021-01", 2.0, 150.0),
        ],
        "创新载体": list(carriers),
        "人才": talent(people),
    }


@pytest.fixture(scope="module")
def small(district):
    return RowsRepository(sheets(), district)


def on(repository, **selection):
    return resolve_context(repository, Selection(**({"period": "2022-01"} | selection)))


def names(carriers):
    return "".join(c.name for c in carriers)


def test_the_summary(small):
    result = innovation.summary(on(small))
    assert result.carriers == 9  # 甲乙丙丁戊庚辛壬癸
    assert result.added == 2  # 丙, 辛
    assert result.national == 3  # 甲 丁 壬
    assert result.levels == (("国家", 3), ("省", 2), ("市", 1), ("区", 1), ("校", 1), ("", 1))
    assert (result.demonstrators, result.demonstrators_added, result.demonstrator_levels) == (1, 1, (("省", 1),))
    # (3 + 8 + 1) ÷ 400 = 3 %; the year before 13 ÷ 550.
    assert result.rd.compared.value == pytest.approx(0.03)
    assert result.rd.compared.change == pytest.approx(0.03 - 13 / 550)


def test_now_is_the_periods_year(small):
    result = innovation.summary(on(small, period="2021-01"))
    assert (result.carriers, result.added, result.demonstrators) == (7, 0, 0)  # without 丙 and 辛
    assert [s.value for s in result.stocks] == [1250.0, 210000.0]


def test_undated_carriers_count_and_are_noted(small):
    assert carrier_state(on(small)).caption.notes == ("1个未填认定年份，已计入",)
    assert "庚" in names(carrier_state(on(small, period="2021-01")).carriers)


def test_the_ladder_rises_from_its_foot(small):
    view = innovation.carrier_ladder(on(small))
    assert [(s.kind, "".join(e.name for e in s.rows)) for s in view.steps] == [
        ("众创空间", "辛癸庚"),  # 区, then another word, then none
        ("孵化器", "戊"),
        ("科创园区", "丁壬丙"),  # 国家 of 2019 twice, by name; then 市
        ("特色小镇", "乙"),
        ("重大平台", "甲"),
    ]
    assert [s.added for s in view.steps] == [1, 0, 1, 0, 0]
    assert view.steps[0].levels == (("区", 1), ("校", 1), ("", 1))
    # 3 of 9 are of the highest level; two steps share the first place with three, so none is named.
    assert view.insight == "9个载体中国家级3个，占33.3%"


def test_filters_by_town_and_chain(small):
    assert names(carrier_state(on(small, towns=("donghu",))).ladder) == "甲壬戊丙"
    assert names(carrier_state(on(small, chains=("fashion",))).ladder) == "丁乙癸庚"
    assert names(carrier_state(on(small, towns=("linping",), chains=("fashion",))).ladder) == "乙癸"
    view = innovation.carrier_ladder(on(small, towns=("donghu",)))
    assert view.insight == "4个载体中国家级2个，占50.0%；科创园区最多，2个；没有特色小镇、众创空间"
    assert innovation.carrier_ladder(on(small, chains=("biomedicine",))).steps == ()


def test_an_industry_does_not_narrow_carriers_and_the_caption_says_so(small):
    narrowed = on(small, industries=("17",), comparable=True)
    assert innovation.summary(narrowed).carriers == 9
    caption = innovation.carrier_ladder(narrowed).caption
    assert caption.notes[0] == "创新载体不分行业，未按行业筛选"
    assert (caption.scope, caption.period, caption.data_month) == ("全区", "截至2022年", "数据截至2022年1月")


def test_the_lists_begin_with_the_latest(small):
    listed = innovation.carrier_list(on(small))
    # 2022: 科创园区 before 众创空间; 2019: 丁 壬 (国家) before 戊 before 癸; the undated last.
    assert names(listed.rows) == "丙辛丁壬戊癸乙甲庚"
    assert listed.insight == "2022年新认定2个，分布在2个镇街"
    assert [(e.name, e.town, e.chain, e.year) for e in innovation.demonstrator_list(on(small)).rows] == [
        ("示一", "乔司", "高端装备", 2022)
    ]
    earlier = innovation.carrier_list(on(small, period="2021-01"))
    assert earlier.insight == "2021年没有新认定载体，最近一次是2019年（4个）"  # 丁 戊 壬 癸
    alone = innovation.carrier_list(on(small, period="2021-01", towns=("tangqi",)))
    assert alone.insight == "2021年没有新认定载体，最近一次是2019年的丁"
    [blank] = [e for e in listed.rows if e.name == "庚"]
    assert (blank.town, blank.level, blank.year, blank.rank) == ("", "", 0, len(LEVELS))


def test_the_spread_over_towns_and_chains(small):
    view = innovation_spread.carrier_spread(on(small))
    assert view.kinds == (*LADDER_KINDS, DEMONSTRATOR)
    towns = {r.name: ([names(c) for c in r.cells], r.total) for r in view.towns}
    assert towns["东湖街道"] == (["甲", "", "壬丙", "戊", "", ""], 4)
    assert towns["临平街道"] == (["", "乙", "", "", "辛癸", ""], 3)
    assert towns["乔司街道"] == (["", "", "", "", "", "示一"], 0)
    assert towns["镇街未填"] == (["", "", "", "", "庚", ""], 1)
    chains = {r.name: r.total for r in view.chains}
    assert (chains["时尚产业"], chains["高端装备"], chains["生物医药"], chains["未归链"]) == (4, 4, 0, 1)
    assert sum(r.total for r in view.towns) == sum(r.total for r in view.chains) == 9
    # Two chains share the first place.
    assert (
        view.insight == "东湖街道载体最多（4个），5个镇街还没有载体；"
        "产业链中时尚产业、高端装备并列最多（4个），4条产业链还没有载体"
    )


def test_towns_stay_all_when_one_is_chosen_and_narrow_the_chains(small):
    view = innovation_spread.carrier_spread(on(small, towns=("donghu",)))
    assert sum(r.total for r in view.towns) == 9
    assert {r.name: r.total for r in view.chains if r.total} == {"高端装备": 3, "未归链": 1}  # 甲 丙 壬; 戊
    assert view.caption.notes[-1] == "镇街、产业链各自全部列出，互相筛选"


def test_year_by_year(small):
    view = innovation_spread.recognitions(on(small))
    points = {y.year: (y.added, y.total, y.demonstrators_added, y.demonstrators) for y in view.years}
    assert (min(points), max(points)) == (2012, 2022)
    # 庚 is undated: there all along. 2019: 丁 戊 壬 癸.
    assert [points[y] for y in (2012, 2015, 2018, 2019, 2022)] == [
        (1, 2, 0, 0),
        (1, 3, 0, 0),
        (0, 3, 0, 0),
        (4, 7, 0, 0),
        (2, 9, 1, 1),
    ]
    assert view.insight == "2022年新认定载体2个、服务型制造示范1个；2019年认定载体最多，4个"
    few = innovation_spread.recognitions(on(small, towns=("qiaosi",)))
    assert [y.year for y in few.years] == [2018, 2019, 2020, 2021, 2022]
    assert few.insight == "2022年新认定服务型制造示范1个，载体没有新增"


def test_research_intensity_is_a_ratio_of_sums(small):
    view = innovation_spread.research_intensity(on(small))
    chains = {i.name: (i.value, i.change) for i in view.chains}
    assert chains["高端装备"] == pytest.approx((0.04, 0.01))
    assert chains["时尚产业"] == pytest.approx((0.02, 0.004))  # not the mean of 3 % and 1 %; by chance the same
    towns = {i.name: i.value for i in view.towns}
    assert towns["东湖街道"] == pytest.approx(9 / 300)  # not the mean of 4 % and 1 %
    assert view.whole == pytest.approx(0.03)
    # Both towns stand at 3 %: that is what is said.
    assert view.insight == "高端装备最高（4.00%），时尚产业最低（2.00%），高端装备提高最多（+1.00个百分点）；2个镇街均为3.00%"
    narrowed = innovation_spread.research_intensity(on(small, chains=("fashion",)))
    assert {i.name: round(i.value, 4) for i in narrowed.towns} == {"塘栖镇": 0.03, "东湖街道": 0.01}
    assert len(narrowed.chains) == 2


def test_talents_against_their_goals(small):
    view = innovation_talent.talent_stocks(on(small))
    leading, everyone = view.totals
    assert leading.change == pytest.approx(0.2)  # 1250 -> 1500
    assert (leading.standing.completion, leading.standing.missing) == (1.0, 0.0)
    assert leading.standing.pace is None  # a stock without a deadline
    # 220,000 of 280,000. Since 2020: 20,000 of 80,000 = 25 %; two of five years are gone = 40 %: 15 points behind.
    assert everyone.standing.completion == pytest.approx(220 / 280)
    assert (everyone.standing.progress, everyone.standing.time_gone) == (0.25, 0.4)
    assert everyone.standing.pace is Pace.RED
    assert everyone.standing.behind_shown == 15
    assert view.insight == (
        "产业领军人才已达到1,500人目标；人才总量距28万人还差60,000人，增量进度落后时间15.0个百分点；磐石计划增长最快（+10.0%）"
    )
    assert [(p.category, p.chain, p.value) for p in view.plans] == [
        ("磐石计划", "high-end-equipment", 110.0),
        ("弄潮计划", "fashion", 40.0),
        ("飞鹰计划", "", 9.0),  # not in the pack: result all the same
    ]
    assert math.isnan(view.plans[1].change)  # no 2021
    assert view.plans[2].change == pytest.approx(-0.1)


def test_talents_are_district_wide_whatever_is_selected(small):
    view = innovation_talent.talent_stocks(on(small, towns=("donghu",), chains=("fashion",)))
    assert view.totals[1].value == 220000.0
    assert view.caption.scope == "全区"
    assert view.caption.notes == ("人才只有全区数，未按镇街、产业链筛选",)
    assert view.caption.period == "2022年（比上年：2021年）"


def test_no_pace_without_the_base_year_or_before_the_plan_begins(district):
    def standing(years, period="2022-01"):
        repository = RowsRepository(sheets(people={"人才总量": years}), district)
        return innovation_talent.talent_totals(on(repository, period=period))[0].standing

    assert standing({2021: 210000, 2022: 220000}).pace is None
    assert standing({2020: 200000}).pace is None
    assert standing({2020: 300000, 2022: 310000}).pace is None  # beyond the goal before the plan began
    assert standing({2020: 200000, 2022: 240000}).pace is Pace.ON  # half of the way, 40 % of the time
    # No row of 2022: the newest one before it, with the time gone by its own year. 10 of 80 against 1 of 5 years.
    late = standing({2020: 200000, 2021: 210000})
    assert (late.progress, late.time_gone, late.pace) == (0.125, 0.2, Pace.AMBER)


def test_pace_by_the_districts_limits(district):
    result = [classify_pace(done, 0.5, district.thresholds) for done in (0.6, 0.5, 0.45, 0.44, 0.40, 0.39)]
    assert result == [Pace.ON, Pace.ON, Pace.ON, Pace.AMBER, Pace.AMBER, Pace.RED]


def test_a_goal_has_both_years_or_neither():
    with pytest.raises(ValueError, match="from_year 和 by_year"):
        TalentGoal(category="人才总量", target=1, by_year=2025)
    with pytest.raises(ValueError, match="晚于"):
        TalentGoal(category="人才总量", target=1, from_year=2026, by_year=2025)


def test_a_plan_has_a_known_chain(district):
    pack = district.model_dump()
    pack["talent_plans"] = ({"category": "飞鹰计划", "chain": "aviation"},)
    with pytest.raises(ValueError, match="没有产业链 aviation"):
        District.model_validate(pack)


def test_another_district_has_no_goals(district):
    bare = district.model_copy(update={"talent_goals": (), "talent_plans": ()})
    view = innovation_talent.talent_stocks(on(RowsRepository(sheets(), bare)))
    assert [s.standing for s in view.totals] == [None, None]
    assert [(p.category, p.chain) for p in view.plans] == [("弄潮计划", ""), ("磐石计划", ""), ("飞鹰计划", "")]


def test_without_any_such_sheet_everything_says_so(district):
    ctx = on(RowsRepository(sheets((), {}), district))
    result = innovation.summary(ctx)
    assert (result.known, result.carriers, result.stocks) == (False, 0, ())
    for view in (
        innovation.carrier_ladder(ctx),
        innovation.carrier_list(ctx),
        innovation_spread.carrier_spread(ctx),
        innovation_spread.recognitions(ctx),
    ):
        assert not view.known
        assert view.insight == ""
    talents = innovation_talent.talent_stocks(ctx)
    assert (talents.known, talents.totals, talents.plans) == (False, (), ())


def test_people_as_text():
    assert [str(innovation_talent.format_people(n)) for n in (9.0, 99999.0, 100000.0, 262000.0)] == [
        "9人",
        "99,999人",
        "10.0万人",
        "26.2万人",
    ]


@pytest.mark.parametrize("year", [2020, 2021, 2022])
def test_the_samples_carriers_against_plain_loops(sample_repository, book, year):
    ctx = resolve_context(sample_repository, Selection(period=str(year)))
    total, national, added, shown, by_town = 0, 0, 0, 0, {}
    for row in book["创新载体"]:
        if row["认定年份"] > year:
            continue
        if row["类型"] == "服务型制造示范":
            shown += 1
            continue
        total += 1
        national += row["级别"] == "国家"
        added += row["认定年份"] == year
        by_town[row["所属镇街"]] = by_town.get(row["所属镇街"], 0) + 1
    result = innovation.summary(ctx)
    assert (result.carriers, result.national, result.added, result.demonstrators) == (total, national, added, shown)
    assert {r.name: r.total for r in innovation_spread.carrier_spread(ctx).towns if r.total} == by_town
    assert innovation_spread.recognitions(ctx).years[-1].total == total


def test_the_samples_figures_in_2022(sample_repository):
    ctx = resolve_context(sample_repository, Selection(period="2022"))
    result = innovation.summary(ctx)
    assert (result.carriers, result.national, result.demonstrators, result.demonstrators_added) == (18, 7, 6, 6)
    assert count_by_level(carrier_state(ctx).ladder) == (("国家", 7), ("省", 6), ("市", 3), ("区", 2))
    assert [len(s.rows) for s in innovation.carrier_ladder(ctx).steps] == [3, 5, 6, 3, 1]
    leading, everyone = result.stocks
    # 1,520 of 1,500; 262,000 of 280,000; since 2020 34,934 of 52,934 people, with two of five years gone.
    assert leading.standing.completion == pytest.approx(1520 / 1500)
    assert everyone.standing.progress == pytest.approx(34934 / 52934)
    assert everyone.standing.time_gone == 0.4
    view = innovation_talent.talent_stocks(ctx)
    assert [(p.category, p.chain_name, [n for _, n in p.years]) for p in view.plans] == [
        ("磐石计划", "高端装备", [528, 569, 610]),
        ("朝阳计划", "生物医药", [416, 448, 480]),
        ("弄潮计划", "时尚产业", [372, 401, 430]),
    ]
    # The plans grew by 7.2 %, 7.1 % and 7.2 % as shown: two are the fastest.
    assert view.insight.endswith("增量进度快于时间26.0个百分点；磐石计划、弄潮计划并列增长最快（+7.2%）")


def test_the_samples_research_against_plain_loops(sample_repository, book):
    firms = {f["统一社会信用代码"]: (f["产业链"], f["所属镇街"], f["评价类型"]) for f in book["企业名录"]}
    spent, earned = {}, {}
    for row in book["月度经营"]:
        chain, town, kind = firms[row["统一社会信用代码"]]
        if kind != "规上" or str(row["月份"])[:4] != "2022":
            continue
        for key in (chain, town):
            spent[key] = spent.get(key, 0.0) + (row["研发费用（万元）"] or 0.0)
            earned[key] = earned.get(key, 0.0) + (row["营业收入（万元）"] or 0.0)
    view = innovation_spread.research_intensity(resolve_context(sample_repository, Selection(period="2022")))
    for item in (*view.chains, *view.towns):
        assert item.value == pytest.approx(spent[item.name] / earned[item.name], rel=1e-6), item.name
    assert len(view.chains) == 6
    assert len(view.towns) == 8
