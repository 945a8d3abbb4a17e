"""The page 空间 as HTML: values with units, the plan's bars and chart, parks against the benchmark, links, empty states."""

from __future__ import annotations

import dataclasses
import math
from datetime import date

import pytest

from cockpit.analysis.targets import Pace, Target
from cockpit.district.narratives import ParkBenchmark, ParkNarrative
from cockpit.district.plans import RenewalPlan
from cockpit.district.terms import LevelTerms
from cockpit.ledgers.parks import Park, ParkTotals
from cockpit.ledgers.renewal import RenewalStage, RenewalTotals
from cockpit.selection import View
from cockpit.views.parts import Caption
from cockpit.views.space.parks import ParkExample, ParkList, ParkRow
from cockpit.views.space.pipeline import RenewalColumn, RenewalPipeline, RenewalProject
from cockpit.views.space.plan import MU, OUTPUT, SPACE, PlanGoal, PlanProgress, PlanRate, RenewalMethodRow, RenewalMethods
from cockpit.views.space.summary import ReleasedLand, ReleasedLandRow, RenewalTownRow, RenewalTowns, SpaceSummary
from layouts.components.panel import PanelKind
from layouts.space.page import PAGE, render_summary
from layouts.space.parks import render_example, render_parks
from layouts.space.pipeline import FIRST_ROWS, render_pipeline
from layouts.space.plan import render_methods, render_plan
from layouts.space.plan_figure import plan_figure
from layouts.space.released_figure import released_figure
from layouts.space.towns import render_released, render_towns
from layouts.ui.theme import Viewport
from tests.unit.pages.markup import attribute, kpi_text, text_of, walk, with_class
from tests.unit.pages.validate import validate

NAN = math.nan
CAPTION = Caption("全区", "截至2022年12月31日", "数据截至2022年12月", "口径", ("来源：有机更新",))
PLAN = RenewalPlan(name="3533", first_year=2021, years=3, area_mu=5000, new_space_wan_m2=300, new_output_yi=300)
BENCHMARK = ParkBenchmark(name="普通厂房", tax_per_mu_wan=30)
DONE, ACTIVE, PLANNED = (
    RenewalTotals(10, 1369.3, 82.15, 82.15),
    RenewalTotals(14, 1839.0, 110.35, 110.35),
    RenewalTotals(12, 1791.7, 107.5, 107.5),
)
NONE = RenewalTotals(0, 0.0, 0.0, 0.0)
GOAL = Target(5000.0, 1369.3, 0.27386, 2 / 3, Pace.RED)
TOTALS = ParkTotals(7, 141.7, 997.5, 751.0, 63657.7, 63.817, 0.86534)
SUMMARY = SpaceSummary(
    True,
    DONE,
    ACTIVE,
    PLANNED,
    1369.3,
    GOAL,
    "3533",
    NAN,
    631.0,
    631.0,
    TOTALS,
    dataclasses.replace(TOTALS, tax_per_mu=52.385, occupancy=0.83534),
    2022,
    CAPTION,
)


@pytest.fixture
def page_context(context):
    return lambda **selected: context("/space", **selected)


def test_summary_values_have_unit_and_parts(page_context):
    panel = render_summary(SUMMARY, page_context())
    assert kpi_text(panel, "已完成更新面积") == "已完成更新面积1,369.3亩 完成3533计划的 27.4%■ 落后序时进度39.3点"
    assert kpi_text(panel, "新增产业空间") == "新增产业空间82.2万平方米 每亩 600平方米实施 110.4 · 谋划 107.5"
    assert kpi_text(panel, "预计新增产值") == "预计新增产值82.2亿元 每亩 600万元实施 110.4 · 谋划 107.5"
    assert kpi_text(panel, "盘活用地") == "盘活用地631.0亩 期内 631.0亩低效整治，截至期末累计"
    assert kpi_text(panel, "园区亩均税收") == "园区亩均税收63.82万元/亩▲ +21.8% 比2021年普通厂房 30万元/亩的 2.1倍"
    assert kpi_text(panel, "园区入驻率") == "园区入驻率86.5%▲ +3.0个百分点 比2021年7个园区 · 141.7万平方米"


def test_land_put_back_leads_to_remediation_with_the_same_selection(page_context):
    body = render_summary(SUMMARY, page_context(towns=("tangqi",), period="2022-06")).body
    [link] = [c for c in walk(body) if getattr(c, "href", "")]
    assert link.href == "/land?town=tangqi&period=2022-06&view=remediation"


def test_selected_towns_are_shown_as_a_share(page_context):
    town = dataclasses.replace(SUMMARY, goal=None, share=0.34, parks=None, before=None)
    panel = render_summary(town, page_context(towns=("tangqi",)))
    assert kpi_text(panel, "已完成更新面积") == "已完成更新面积1,369.3亩 10个项目占全区已完成面积的 34.0%"
    assert kpi_text(panel, "园区亩均税收") == "园区亩均税收—所选镇街没有园区"


def test_unknown_summary_values_say_why(page_context):
    bare = dataclasses.replace(SUMMARY, known=False, done=NONE, goal=None, released=NAN, parks=None, park_year=0)
    panel = render_summary(bare, page_context())
    assert kpi_text(panel, "更新面积") == "更新面积—没有有机更新数据"
    assert kpi_text(panel, "新增产业空间") == "新增产业空间—没有有机更新数据"
    assert kpi_text(panel, "盘活用地") == "盘活用地—没有低效整治数据"
    assert kpi_text(panel, "园区入驻率") == "园区入驻率—期末前没有整年的园区数据"


def goal(name="更新面积", scale=MU, target=GOAL, active=1839.0, planned=1791.7, selected=0.0):
    return PlanGoal(name, scale, target, active, planned, selected)


MONTHS = tuple(y * 100 + n for y in (2021, 2022, 2023) for n in range(1, 13))
COURSE = (0.0,) * 15 + tuple(93.4 + 141.7 * i for i in range(9))


def plan(**more):
    floor = Target(300.0, 82.15, 82.15 / 300, 2 / 3, Pace.AMBER)
    goals = (goal(), goal("新增产业空间", SPACE, floor, 110.35, 107.5))
    own = {"plan": PLAN, "known": True, "goals": goals, "rate": PlanRate(24, 12, 57.054, 302.558), "months": MONTHS}
    own |= {"course": COURSE, "towns": "", "insight": "读", "caption": CAPTION}
    return PlanProgress(**{**own, **more})


def test_the_plans_bars_show_done_against_time_gone(page_context):
    panel = render_plan(plan(), page_context())
    assert panel.title == "3533计划进度"
    first, second = with_class(panel.body, "goal")
    assert text_of(with_class(first, "goal-head")) == "更新面积1,369.3/ 5,000亩■ 落后39.3点27.4%"
    assert text_of(with_class(first, "goal-labels")) == "完成 1,369.3实施 1,839.0谋划 1,791.7"
    assert [c.style["width"] for c in with_class(first, "stack")[0].children] == ["27.39%", "36.78%", "35.83%"]
    assert with_class(first, "target-tick")[0].style["left"] == "66.67%"
    assert attribute(first, "aria-label") == "更新面积完成计划的27.4%，落后序时进度39.3个百分点"
    assert "◆" in text_of(second)
    assert "warn" in with_class(second, "goal-track")[0].className
    assert text_of(with_class(panel.body, "goal-time")) == "序时进度 66.7% · 已过 24/36个月"
    assert text_of(with_class(panel.body, "goal-rate")) == "已过24个月，月均57.1亩余下12个月，须月均302.6亩相当于5.3倍"


def test_bars_longer_than_the_target_keep_the_tick_at_its_share(page_context):
    more = goal(active=5000.0, planned=3630.7)  # together twice the target
    panel = render_plan(plan(goals=(more,)), page_context())
    assert with_class(panel.body, "target-tick")[0].style["left"] == "33.33%"


def test_a_plan_on_time_has_no_badge_and_shows_the_selected_towns(page_context):
    calm = dataclasses.replace(GOAL, done=3400.0, completion=0.68, pace=Pace.ON)
    panel = render_plan(plan(goals=(goal(target=calm, selected=465.3),), towns="塘栖"), page_context(towns=("tangqi",)))
    assert text_of(with_class(panel.body, "goal-pace")) == "68.0%"
    assert "其中塘栖完成 465.3" in text_of(panel.body)
    assert not with_class(panel.body, "bad")


def test_a_plan_that_is_over_needs_no_rate(page_context):
    assert not with_class(render_plan(plan(rate=PlanRate(36, 0, 38.0, NAN)), page_context()).body, "goal-rate")


def test_the_chart_shows_what_is_done_an_even_pace_and_the_target():
    figure = plan_figure(plan(), Viewport())
    notes = [a["text"] for a in figure["layout"]["annotations"]]
    assert notes == ["目标 5,000亩", "<b>完成 1,369</b>", "序时 3,333", "含实施 3,208"]
    even, now, done, needed = figure["data"][:4]
    assert (even["y"], now["y"][-1], done["y"][-1]) == ([0.0, 5000.0], pytest.approx(10000 / 3), COURSE[-1])
    assert (needed["x"], needed["y"]) == ([24, 36], [1369.3, 5000.0])
    assert "序时 3,333亩（66.7%）" in done["text"][-1]
    assert "口径：" in done["text"][-1]
    assert figure["layout"]["xaxis"]["ticktext"] == ["2021年", "2022年", "2023年"]


def test_the_chart_before_the_plan_and_at_its_end():
    early = plan_figure(plan(course=(), rate=PlanRate(0, 36, NAN, 138.9)), Viewport())
    assert [a["text"] for a in early["layout"]["annotations"]] == ["目标 5,000亩"]
    over = plan_figure(plan(course=(*COURSE, *(1369.3,) * 12), rate=PlanRate(36, 0, 38.0, NAN)), Viewport())
    assert [a["text"] for a in over["layout"]["annotations"]] == ["目标 5,000亩", "<b>完成 1,369</b>"]
    assert plan_figure(plan(goals=()), Viewport()) is None


def test_names_in_the_chart_keep_apart_early_and_late():
    low = goal(target=dataclasses.replace(GOAL, done=0.0), active=500.0)
    first = plan_figure(plan(goals=(low,), course=(0.0, 0.0)), Viewport())
    assert [a["text"] for a in first["layout"]["annotations"]] == ["目标 5,000亩", "<b>完成 0</b>"]
    late = plan_figure(plan(course=(*COURSE, *(1369.3,) * 8)), Viewport())
    assert {a["xanchor"] for a in late["layout"]["annotations"]} == {"right"}


def test_methods_have_their_stages(page_context):
    rows = (
        RenewalMethodRow("协商收回", RenewalTotals(4, 527.6, 0, 0), RenewalTotals(7, 960.2, 0, 0), RenewalTotals(4, 372.4, 0, 0)),
        RenewalMethodRow("收购储备", NONE, NONE, PLANNED),
    )
    panel = render_methods(
        RenewalMethods(rows, RenewalMethodRow("合计", DONE, ACTIVE, PLANNED), True, "", CAPTION), page_context()
    )
    first, second, whole = [text_of(r) for r in walk(panel.body) if type(r).__name__ == "Tr"][1:]
    assert first == "协商收回527.6960.2372.41528.4%"
    assert second == "收购储备001,791.7120.0%"
    assert whole == "合计1,369.31,839.01,791.73627.4%"
    widths = [[p.style["width"] for p in s.children] for s in with_class(panel.body, "stack")]
    assert widths[0] == ["28.36%", "51.62%", "20.02%"]  # of 1,860.2, the longest


def town(key, name, done=DONE, active=ACTIVE, planned=PLANNED):
    return RenewalTownRow(key, name, name[:2], done, active, planned)


def test_a_towns_name_toggles_its_filter(page_context):
    view = RenewalTowns((town("tangqi", "塘栖镇"), town("", "")), town("", "全区"), True, "", CAPTION)
    panel = render_towns(view, page_context(towns=("donghu",), period="2022"))
    [link] = with_class(panel.body, "row-link")  # a town that the pack doesn't know is no link
    assert link.href == "/space?town=donghu&town=tangqi&period=2022"
    assert text_of([c for c in walk(panel.body) if type(c).__name__ == "Tfoot"]) == "全区1,369.31,839.01,791.727.4%"


def project(n, **more):
    own = {"name": f"更新单元{n:02d}", "town": "塘栖", "method": "协商收回", "area": 217.6, "space": 13.06, "output": 13.06}
    own |= {"completed_on": date(2022, 8, 15), "age": "14个月"}
    return RenewalProject(**{**own, **more})


def pipeline(stage, projects, total=None):
    total = total or RenewalTotals(len(projects), 100.0, 1.5, 2.0)
    return RenewalPipeline(
        (RenewalColumn(stage, total, (("协商收回", total.count), ("收购储备", 0)), projects),),
        True,
        date(2022, 12, 31),
        "",
        CAPTION,
    )


def row(page_context, stage, **more):
    body = render_pipeline(pipeline(stage, (project(1, **more),)), page_context()).body
    [item] = [c for c in walk(body) if type(c).__name__ == "Li"]
    return [text_of(c) for c in item.children]


def test_details_of_a_project(page_context):
    assert row(page_context, RenewalStage.DONE) == ["更新单元01", "217.6", "塘栖 · 协商收回", "8月15日 · 用时14个月"]
    assert row(page_context, RenewalStage.DONE, completed_on=date(2021, 8, 15))[3] == "2021年8月15日 · 用时14个月"
    assert row(page_context, RenewalStage.DONE, completed_on=None, age="")[3] == "未填完成日期"
    assert row(page_context, RenewalStage.ACTIVE)[3] == "已14个月"
    assert row(page_context, RenewalStage.ACTIVE, age="")[3] == "未填启动日期"
    assert row(page_context, RenewalStage.PLANNED)[3] == "新增空间 13.1万平方米"
    assert row(page_context, RenewalStage.PLANNED, space=NAN)[3] == ""


def test_a_long_column_shows_the_first_and_holds_the_others(page_context):
    projects = tuple(project(n) for n in range(20))
    body = render_pipeline(pipeline(RenewalStage.PLANNED, projects, RenewalTotals(25, 100.0, 1.5, 2.0)), page_context()).body
    [details] = with_class(body, "more-rows")
    assert text_of(details.children[0]) == f"其余 {25 - FIRST_ROWS}个"
    assert "另有5个未列出" in text_of(details)
    assert text_of(with_class(body, "board-note")) == "100.0亩 · 新增空间 1.50万平方米 · 预计产值 2.00亿元"
    assert text_of(with_class(body, "board-breakdown")) == "协商收回 25"  # ways without a project aren't named
    assert "还没有完成的项目" in text_of(render_pipeline(pipeline(RenewalStage.DONE, ()), page_context()).body)


PARK = Park("云尚工业园", "nanyuan", "四方联合", 15.5, 77.5, 8.0, 5.0, 0.95, 151.0, 15887.5)
LOW = Park("旧园", "tangqi", "", NAN, 100.0, NAN, 7.5, NAN, NAN, 2000.0)


def parks(**more):
    rows = (ParkRow(PARK, "南苑", 0.087, 0.03, (172.2, 188.6, 205.0)), ParkRow(LOW, "塘栖", NAN, NAN, (NAN, NAN, 20.0)))
    own = {"rows": rows, "whole": TOTALS, "whole_change": 0.218, "whole_occupancy_change": -0.03}
    own |= {"whole_history": (53.6, 52.4, 63.8), "years": (2020, 2021, 2022), "benchmark": BENCHMARK, "known": True, "year": 2022}
    return ParkList(**{**own, "insight": "", "caption": CAPTION, **more})


def test_parks_against_the_benchmark(page_context):
    panel = render_parks(parks(), page_context())
    first, second, whole = [r for r in walk(panel.body) if type(r).__name__ == "Tr"][1:]
    assert text_of(first) == "云尚工业园南苑205.00+8.7%95.0%+3.085151四方联合"
    assert text_of(second) == "旧园塘栖◆ 20.00————7.5——"
    assert text_of(whole) == "7个园区63.82普通厂房的2.1倍+21.8%86.5%−3.0751"
    assert {c.style["left"] for c in with_class(panel.body, "park-line")} == {"14.63%"}  # 30 of 205
    assert "普通厂房 30" in text_of(with_class(panel.body, "park-mark"))
    assert with_class(first, "park-bar")[0].title == "云尚工业园亩均税收 205.00万元/亩，是普通厂房的6.8倍"
    assert len(with_class(panel.body, "spark")) == 2  # a single year is no line
    assert "2021年188.60" in attribute(with_class(first, "spark")[0], "aria-label")
    assert first.className == "example"


def test_parks_without_a_benchmark(page_context):
    panel = render_parks(parks(benchmark=None), page_context())
    assert not with_class(panel.body, "park-line")
    assert "◆" not in text_of(panel.body)
    assert "亩均税收" in text_of(panel.body)


def test_the_example_has_texts_of_the_pack_and_values_of_the_data(page_context):
    narrative = ParkNarrative(
        park="云尚工业园", title="四方联合", parties=("业主", "街道"), facts=({"label": "建成", "text": "9幢楼"},)
    )
    view = ParkExample(narrative, PARK, "南苑街道", 2022, 0.087, BENCHMARK, 2325.0, 51.92, "", CAPTION)
    panel = render_example(view, page_context())
    assert panel.title == "四方联合：云尚工业园"
    assert text_of(with_class(panel.body, "parties")) == "业主+街道→云尚工业园"
    assert text_of(with_class(panel.body, "yields")) == "亩均税收 万元/亩云尚工业园205.00其余园区51.92普通厂房30.00"
    assert text_of(with_class(panel.body, "same-land")) == "同样的77.5亩，普通厂房约纳税2,325万元，这里15,888万元。"
    facts = "建成9幢楼业主8家，最小地块 5亩建筑面积15.5万平方米入驻95.0%，151家企业"
    assert text_of(with_class(panel.body, "park-facts")) == facts
    early = render_example(dataclasses.replace(view, park=None), page_context())
    assert "截至期末没有这个园区的年度数据" in text_of(early.body)
    assert "205.0" not in text_of(early.body)
    assert "本区没有园区案例" in text_of(
        render_example(dataclasses.replace(view, narrative=None, park=None), page_context()).body
    )


LAND = ReleasedLand(
    True,
    631.0,
    (ReleasedLandRow("tangqi", "塘栖镇", 132.4), ReleasedLandRow("qiaosi", "乔司街道", 0.0)),
    MONTHS[12:24],
    (0.0, 50.4) * 6,
    "",
    CAPTION,
)


def test_land_put_back_by_town_and_month(page_context):
    panel = render_released(LAND, page_context(towns=("tangqi",)))
    first, second = with_class(panel.body, "bar-row")
    assert (text_of(first), first.href) == ("塘栖镇132.4", "/space")
    assert (text_of(second), second.href) == ("乔司街道0", "/space?town=qiaosi&town=tangqi")
    assert attribute(panel.tools, "href") == f"/land?town=tangqi&view={View.REMEDIATION}"
    labels = [a["text"] for a in panel.figure["layout"]["annotations"]]
    assert labels == ["50"] * 5 + ["<b>50</b>"]  # months without land have no label
    two_years = released_figure(MONTHS[6:18], (1.0,) * 12, LevelTerms(), Viewport())["layout"]["xaxis"]["ticktext"]
    assert (two_years[1], two_years[-1]) == ("8月<br>21年", "6月")
    assert released_figure(MONTHS[:12], (0.0,) * 12, LevelTerms(), Viewport()) is None


def test_without_data_and_without_rows_under_the_filter(page_context):
    """No sheet at all; a sheet, but nothing within the selection."""
    day = date(2022, 12, 31)

    def nothing(known):
        rate = PlanRate(0, 0, NAN, NAN)
        return (
            (render_towns, RenewalTowns((), None, known, "", CAPTION)),
            (render_methods, RenewalMethods((), None, known, "", CAPTION)),
            (render_pipeline, RenewalPipeline((), known, day, "", CAPTION)),
            (render_plan, PlanProgress(PLAN, known, (), rate, (), (), "", "", CAPTION)),
        )

    for render_panel, view in nothing(known=False):
        assert "还没有有机更新数据" in text_of(render_panel(view, page_context()).body)
    for render_panel, view in nothing(known=True)[1:3]:
        assert "镇街 = 塘栖镇" in text_of(render_panel(view, page_context(towns=("tangqi",))).body)
    bare = dataclasses.replace(LAND, known=False, towns=())
    assert "还没有低效整治数据" in text_of(render_released(bare, page_context()).body)
    assert "所选范围没有数据" in text_of(render_released(dataclasses.replace(bare, known=True), page_context()).body)
    none = parks(rows=(), whole=None)
    assert "所选范围没有数据" in text_of(render_parks(none, page_context()).body)
    assert "还没有整年的园区数据" in text_of(render_parks(dataclasses.replace(none, year=0), page_context()).body)
    assert "还没有园区数据" in text_of(render_parks(dataclasses.replace(none, known=False), page_context()).body)
    assert "本区没有更新计划" in text_of(render_plan(plan(plan=None, goals=()), page_context()).body)


def test_every_panel_has_title_and_caption(page_context):
    narrative = ParkNarrative(park="云尚工业园", title="四方联合")
    views = {
        "kpis": SUMMARY,
        "plan": plan(),
        "towns": RenewalTowns((town("tangqi", "塘栖镇"),), town("", "全区"), True, "", CAPTION),
        "parks": parks(),
        "example": ParkExample(narrative, PARK, "", 2022, NAN, None, NAN, NAN, "", CAPTION),
        "methods": RenewalMethods(
            (RenewalMethodRow("协商收回", DONE, ACTIVE, PLANNED),),
            RenewalMethodRow("合计", DONE, ACTIVE, PLANNED),
            True,
            "",
            CAPTION,
        ),
        "pipeline": pipeline(RenewalStage.DONE, (project(1),)),
        "released": LAND,
    }
    assert [s.key for s in PAGE.panels] == list(views)
    for spec in PAGE.panels:
        panel = spec.render(views[spec.key], page_context())
        assert panel.title or spec.title
        assert (panel.figure is not None) == (spec.kind is PanelKind.CHART)
        assert panel.figure is None or validate(panel.figure)
        assert panel.caption is CAPTION
    assert OUTPUT.unit == "亿元"
