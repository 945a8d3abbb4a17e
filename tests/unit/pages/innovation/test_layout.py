"""The page 创新与人才 as HTML: values with units, steps and squares, links, goals, empty states, the chart."""

from __future__ import annotations

import dataclasses
import math

import pytest

from cockpit.analysis.comparison import Compared
from cockpit.analysis.targets import Pace
from cockpit.selection import Compare
from cockpit.views.innovation.carriers import RD, CarrierLadder, CarrierList, CarrierRow, InnovationSummary, LadderStep
from cockpit.views.innovation.spread import CarrierSpread, CarrierSpreadRow, Recognitions, RecognitionYear, ResearchIntensity
from cockpit.views.innovation.state import DEMONSTRATOR, LADDER_KINDS, Carrier
from cockpit.views.innovation.talent import GoalStanding, TalentPanel, TalentStock
from cockpit.views.parts import Caption, Item, Kpi
from layouts.components.panel import PanelKind
from layouts.innovation.carriers import FIRST_ROWS, MOST_PLATES, render_carriers, render_demonstrators, render_ladder
from layouts.innovation.page import PAGE, render_summary
from layouts.innovation.spread import MOST_SQUARES, render_recognitions, render_research, render_spread
from layouts.innovation.talent import render_talents
from layouts.innovation.years_figure import years_figure
from layouts.ui.theme import Viewport
from tests.unit.pages.markup import attribute, kpi_text, text_of, walk, with_class
from tests.unit.pages.validate import validate

NAN = math.nan
CAPTION = Caption("全区", "截至2022年", "数据截至2022年12月", "口径")
REACHED = GoalStanding(1500.0, 1520 / 1500, -20.0, 0, "", 0)
AHEAD = GoalStanding(280000.0, 262000 / 280000, 18000.0, 2025, "“十四五”", 2020, 0.66, 0.4, Pace.ON)
LEADING = TalentStock("产业领军人才", ((2020, 1317.0), (2021, 1418.0), (2022, 1520.0)), 0.0719, REACHED)
EVERYONE = TalentStock("人才总量", ((2020, 227066.0), (2021, 244533.0), (2022, 262000.0)), 0.0714, AHEAD)
PLAN = TalentStock("磐石计划", ((2021, 569.0), (2022, 610.0)), 0.0721, None, "high-end-equipment", "高端装备", "装备制造")
KPI = Kpi(RD, RD.name, Compared(0.0304, 0.0305, True), None, "", (0.03, 0.0304), (), None, "")
LEVELS = (("国家", 7), ("省", 6), ("市", 3), ("区", 2))
SUMMARY = InnovationSummary(True, 2022, 18, 7, 1, LEVELS, 6, 6, (("省", 6),), (LEADING, EVERYONE), KPI, CAPTION)


@pytest.fixture
def page(context):
    return lambda **selected: context("/innovation", **selected)


def test_summary_values_have_unit_and_parts(page):
    panel = render_summary(SUMMARY, page())
    assert kpi_text(panel, "创新载体") == "创新载体18个 2022年新认定 1个重大平台至众创空间五类"
    assert kpi_text(panel, "国家级载体") == "国家级载体7个 占 38.9%省级 6 · 市级 3 · 区级 2"
    assert kpi_text(panel, "服务型制造示范") == "服务型制造示范6个 2022年新认定 6个省级 6"
    assert kpi_text(panel, "产业领军人才") == "产业领军人才1,520人▲ +7.2% 比2021年目标 1,500人✓ 101.3%"
    assert kpi_text(panel, "人才总量") == "人才总量26.2万人▲ +7.1% 比2021年2025年目标 28.0万人93.6%"
    assert kpi_text(panel, "研发强度") == "研发强度3.04%▼ −0.01个百分点 同比"


def test_unknown_values_have_no_unit(page):
    bare = dataclasses.replace(SUMMARY, known=False, carriers=0, levels=(), stocks=())
    panel = render_summary(bare, page())
    assert kpi_text(panel, "创新载体") == "创新载体—还没有创新载体数据"
    assert kpi_text(panel, "人才总量") == "人才总量—还没有人才数据"


def test_nothing_new_and_no_goal_have_their_texts(page):
    bare = dataclasses.replace(SUMMARY, added=0, stocks=(dataclasses.replace(LEADING, change=NAN, standing=None),))
    panel = render_summary(bare, page())
    assert "2022年没有新认定" in kpi_text(panel, "创新载体")
    assert kpi_text(panel, "产业领军人才") == "产业领军人才1,520人 2022年没有设定目标"


def entry(n, **more):
    own = {
        "name": f"载体{n}",
        "kind": "孵化器",
        "level": "省",
        "rank": 1,
        "town": "塘栖",
        "chain": "时尚产业",
        "chain_key": "fashion",
    }
    return CarrierRow(**{**own, "year": 2015, **more})


def ladder(*counts):
    steps = tuple(
        LadderStep(kind, tuple(entry(i) for i in range(n)), (("省", n),) if n else (), 0)
        for kind, n in zip(reversed(LADDER_KINDS), counts, strict=True)
    )
    return CarrierLadder(steps, True, "", CAPTION)


def test_the_steps_rise_and_carry_their_names(page):
    body = render_ladder(ladder(3, 5, 6, 3, 1), page()).body
    rungs = with_class(body, "rung")
    assert [r.className for r in rungs] == [f"rung rise-{n}" for n in range(5)]
    assert text_of(with_class(rungs[0], "rung-block")) == "3个众创空间省 3"
    assert text_of(with_class(rungs[4], "rung-block")) == "1个重大平台省 1"
    assert [text_of(p) for p in with_class(rungs[4], "plate")] == ["载体0省"]
    assert with_class(rungs[4], "plate")[0].title == "载体0：孵化器 · 省级 · 塘栖 · 时尚产业 · 2015年认定"


def test_a_crowded_step_has_the_rest_as_a_number(page):
    rung = with_class(render_ladder(ladder(0, MOST_PLATES + 3, 0, 0, 0), page()).body, "rung")
    assert len(with_class(rung[1], "plate")) == MOST_PLATES
    [rest] = with_class(rung[1], "plate-rest")
    assert text_of(rest) == "另 3个"
    assert rest.title == "载体7、载体8、载体9"
    assert text_of(with_class(rung[0], "rung-block")) == "0个众创空间所选范围没有"


def test_a_carrier_without_level_chain_or_year(page):
    blank = LadderStep("孵化器", (entry(1, level="", rank=4, town="", chain="", chain_key="", year=0),), (("", 1),), 0)
    body = render_ladder(CarrierLadder((blank,), True, "", CAPTION), page()).body
    assert with_class(body, "plate")[0].title == "载体1：孵化器 · 未填级别 · 未填认定年份"
    assert text_of(with_class(body, "rung-levels")) == "未填级别 1"


def listing(count, **more):
    own = {"added": 0, "year": 2022, "known": True, "insight": "", "caption": CAPTION}
    return CarrierList(tuple(entry(n) for n in range(count)), **{**own, **more})


def test_long_lists_hold_the_rest_below(page):
    panel = render_carriers(listing(FIRST_ROWS + 4), page())
    assert panel.subtitle == f"{FIRST_ROWS + 4}个 · 最近认定在前"
    [details] = with_class(panel.body, "more-rows")
    assert text_of(details.children[0]) == "其余 4个"
    assert len(with_class(details, "carrier-name")) == 4
    assert attribute(details, "open") is None
    assert not with_class(render_carriers(listing(FIRST_ROWS), page()).body, "more-rows")


def test_the_texts_of_a_row(page):
    def row(panel):
        return [text_of(c) for c in walk(panel.body) if type(c).__name__ == "Td"]

    assert row(render_carriers(listing(1), page())) == ["载体0", "孵化器", "省", "塘栖", "时尚产业", "2015"]
    assert row(render_demonstrators(listing(1), page())) == ["载体0", "省", "塘栖", "时尚产业", "2015"]
    blank = CarrierList((entry(0, level="", town="", chain="", chain_key="", year=0),), 0, 2022, True, "", CAPTION)
    assert row(render_demonstrators(blank, page())) == ["载体0", "—", "—", "—", "未填"]


def carriers(count, kind="孵化器"):
    return tuple(Carrier(f"载体{n}", kind, "省", "tangqi", "fashion", 2015) for n in range(count))


def line(key, name, *counts):
    return CarrierSpreadRow(key, name, tuple(carriers(n) for n in counts))


def spread(towns):
    chains = (line("fashion", "时尚产业", 0, 0, 0, 2, 0, 1),)
    return CarrierSpread((*LADDER_KINDS, DEMONSTRATOR), towns, chains, True, "", CAPTION)


def test_squares_are_links_that_toggle(page):
    view = spread((line("tangqi", "塘栖镇", 0, 1, 0, 2, 0, 0), line("donghu", "东湖街道", 0, 0, 0, 0, 0, 0)))
    body = render_spread(view, page(towns=("donghu",))).body
    [towns, chains] = [c for c in walk(body) if type(c).__name__ == "Table"]
    first, second = with_class(towns, "marks")
    assert first.href == "/innovation?town=donghu&town=tangqi"
    assert len(with_class(second, "square")) == 2
    assert attribute(second, "aria-label") == "塘栖镇孵化器 2个：载体0（省级）、载体1（省级）"
    assert [text_of(r) for r in with_class(towns, "on")] == ["东湖街道0"]
    assert with_class(towns, "row-link")[1].href == "/innovation"
    assert with_class(chains, "row-link")[0].href == "/innovation?town=donghu&chain=fashion"


def test_totals_leave_the_demonstrators_out(page):
    body = render_spread(spread((line("tangqi", "塘栖镇", 1, 1, 0, 2, 0, 3),)), page()).body
    towns = next(c for c in walk(body) if type(c).__name__ == "Tfoot")
    assert [text_of(c) for c in walk(towns) if type(c).__name__ == "Td"] == ["合计", "1", "1", "0", "2", "0", "4", "3"]


def test_many_carriers_are_a_number_and_unknown_towns_no_link(page):
    body = render_spread(spread((line("", "镇街未填", MOST_SQUARES + 1, 0, 0, 0, 0, 0),)), page()).body
    [mark] = with_class(next(c for c in walk(body) if type(c).__name__ == "Table"), "marks")
    assert text_of(mark) == "5"
    assert not with_class(mark, "square")
    assert type(mark).__name__ == "Span"


def test_the_plans_and_the_progress_to_the_goals(page):
    panel = render_talents(TalentPanel((LEADING, EVERYONE), (PLAN, PLAN, PLAN), True, "", CAPTION), page())
    leading, everyone, plan, *_ = with_class(panel.body, "stock")
    assert text_of(leading) == (
        "产业领军人才1,520人▲ +7.2% 比上年1,3172020年1,4182021年1,5202022年1,500目标完成目标 101.3%目标没有期限，不比时间进度"
    )
    assert text_of(everyone).endswith("28.02025年目标“十四五”增量进度 66.0%时间进度 40.0%")
    assert text_of(plan) == "磐石计划装备制造610人▲ +7.2% 比上年5692021年6102022年"
    assert [f.style["left"] for f in with_class(everyone, "target-tick")] == ["40.00%"]
    assert not with_class(leading, "target-tick")
    # 1,520 is the greatest: the goal stands at 1,500 ÷ 1,520.
    assert [f.style["height"] for f in with_class(leading, "year-goal")] == ["98.68%"]
    assert [f.className for f in with_class(plan, "year-fill")] == ["year-fill faded", "year-fill"]


def test_behind_has_text_sign_and_colour(page):
    late = dataclasses.replace(AHEAD, progress=0.25, pace=Pace.RED)
    panel = render_talents(TalentPanel((dataclasses.replace(EVERYONE, standing=late),), (), True, "", CAPTION), page())
    assert "■ 落后15.0点 “十四五”增量进度 25.0%" in text_of(panel.body)
    assert with_class(panel.body, "bad")
    no_base = dataclasses.replace(AHEAD, progress=NAN, time_gone=NAN, pace=None)
    panel = render_talents(TalentPanel((dataclasses.replace(EVERYONE, standing=no_base),), (), True, "", CAPTION), page())
    assert "没有2020年的基数，不比时间进度" in text_of(panel.body)


def test_a_stock_without_goal_has_no_goal_column(page):
    panel = render_talents(TalentPanel((dataclasses.replace(LEADING, standing=None, change=NAN),), (), True, "", CAPTION), page())
    assert text_of(panel.body).endswith("2022年没有设定目标")
    assert not with_class(panel.body, "year-goal")


def research(**more):
    chains = (Item("fashion", "时尚产业", "时尚", 0.0304, 0.03, 0.0059, NAN),)
    towns = (Item("tangqi", "塘栖镇", "塘栖", 0.0294, 0.03, -0.0006, NAN), Item("donghu", "东湖街道", "东湖", NAN, NAN, NAN, NAN))
    return ResearchIntensity(
        **{"chains": chains, "towns": towns, "whole": 0.03, "whole_change": 0.0, "insight": "", "caption": CAPTION, **more}
    )


def test_research_intensity_against_the_year_before(page):
    panel = render_research(research(), page(towns=("tangqi",)))
    assert panel.subtitle == "研发费用 ÷ 营业收入 %，右为同比百分点"
    assert [text_of(r) for r in with_class(panel.body, "bar-row")] == [
        "时尚产业3.04▲ +0.59",
        "所选范围3.000.00",
        "塘栖镇2.94▼ −0.06",
        "所选范围3.000.00",
    ]
    links = [c.href for c in with_class(panel.body, "bar-row") if hasattr(c, "href")]
    assert links == ["/innovation?town=tangqi&chain=fashion", "/innovation"]
    alone = render_research(research(), page(compare=Compare.NONE, period="2022"))
    assert [text_of(r) for r in with_class(alone.body, "bar-row")][:2] == ["时尚产业3.04", "全区3.00"]
    assert alone.subtitle == "研发费用 ÷ 营业收入 %"


def test_without_data_and_without_rows_under_the_filter(page):
    for known, text in ((False, "还没有"), (True, "所选范围没有数据")):
        views = (
            (render_ladder, CarrierLadder((), known, "", CAPTION)),
            (render_spread, CarrierSpread((), (), (), known, "", CAPTION)),
            (render_recognitions, Recognitions((), known, "", CAPTION)),
            (render_carriers, CarrierList((), 0, 2022, known, "", CAPTION)),
            (render_demonstrators, CarrierList((), 0, 2022, known, "", CAPTION)),
            (render_talents, TalentPanel((), (), known, "", CAPTION)),
        )
        for render_panel, view in views:
            panel = render_panel(view, page(towns=("tangqi",), industries=("17",)))
            assert text in text_of(panel.body)
            # An industry doesn't narrow these data: undoing it is no way out.
            assert "行业" not in text_of(panel.body)
    assert "所选范围没有数据" in text_of(render_research(research(chains=(), towns=(), whole=NAN), page()).body)


POINTS = tuple(RecognitionYear(2012 + n, n % 3, 5 + n, 6 if n == 10 else 0, 6 if n == 10 else 0) for n in range(11))


def test_every_panel_has_title_and_caption(page):
    views = (
        SUMMARY,
        ladder(1, 1, 1, 1, 1),
        TalentPanel((LEADING,), (PLAN,), True, "", CAPTION),
        spread((line("tangqi", "塘栖镇", 0, 1, 0, 2, 0, 0),)),
        research(),
        Recognitions(POINTS, True, "", CAPTION),
        listing(1),
        listing(1),
    )
    for spec, view in zip(PAGE.panels, views, strict=True):
        panel = spec.render(view, page())
        assert panel.title or spec.title
        assert (panel.figure is not None) == (spec.kind is PanelKind.CHART)
        assert panel.figure is None or validate(panel.figure)
        assert panel.caption is CAPTION


def test_the_chart_ends_with_names_and_values():
    figure = years_figure(POINTS, Viewport())
    notes = [a["text"] for a in figure["layout"]["annotations"]]
    assert notes[:2] == ["<b>载体 15个</b>", "示范 6个"]
    assert notes[-2:] == ["<b>7</b>", "新认定 个"]  # one carrier and six demonstrators in the last year
    shown, total, added, shown_added = figure["data"]
    assert (total["y"][-1], added["y"][-1], shown_added["y"][-1]) == (15, 1, 6)
    assert shown["y"] == [None] * 10 + [6]  # no line along zero
    assert "新认定服务型制造示范 6个，累计 6个" in total["text"][-1]
    assert figure["layout"]["xaxis"]["ticktext"][-2:] == ["", "2022年"]


def test_of_what_is_counted_there_is_no_half():
    one = tuple(dataclasses.replace(y, total=1, demonstrators=1) for y in POINTS)
    assert years_figure(one, Viewport())["layout"]["yaxis"]["dtick"] == 1
    assert "dtick" not in years_figure(POINTS, Viewport())["layout"]["yaxis"]


def test_names_stay_apart_and_only_what_is_there_is_named():
    few = tuple(dataclasses.replace(y, total=6, demonstrators=6) for y in POINTS)
    figure = validate(years_figure(few, Viewport()))
    upper, lower = (a["y"] for a in figure["layout"]["annotations"][:2])
    assert upper - lower >= 6 * 0.1
    alone = years_figure(tuple(dataclasses.replace(y, demonstrators=0) for y in POINTS), Viewport())
    assert "示范" not in str([a["text"] for a in alone["layout"]["annotations"]])
    assert years_figure((), Viewport()) is None
