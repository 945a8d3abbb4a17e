"""The page 项目 rendered: figures with units, links, rows that open, empty states, the chart."""

from __future__ import annotations

import dataclasses
import math
from datetime import date

import pytest

from cockpit.catalogue.formulas import Scale
from cockpit.ledgers.projects import STANDINGS, STEPS, Concern, ProjectStanding
from cockpit.views.parts import Caption
from cockpit.views.projects.breakdowns import ProjectBreakdown, ProjectGroup
from cockpit.views.projects.funnel import Funnel, FunnelStep, GreenProjectSummary, ProjectSummary
from cockpit.views.projects.listing import Attention, ProjectList, ProjectRow
from cockpit.views.projects.timeline import ProjectLine, ProjectTimeline, StepMonth
from layouts.projects.breakdowns import render_chains
from layouts.projects.funnel import render_funnel
from layouts.projects.list_grid import BEHIND, project_grid
from layouts.projects.listing import SHOWN, URGENT, render_attention, render_list
from layouts.projects.page import PAGE
from layouts.projects.parts import STANDING_TOKENS, concern_text
from layouts.projects.summary import render_summary
from layouts.projects.timeline import render_timeline
from layouts.projects.timeline_figure import timeline_figure
from layouts.ui.theme import Viewport
from tests.unit.pages.markup import attribute, elements, kpi_text, text_of, walk, with_class

NAN = math.nan
CAPTION = Caption("全区", "2022年1—12月签约，截至2022年12月31日", "数据截至2022年12月", "口径")
LATE = tuple(zip(Concern, (22, 9, 0, 1), strict=True))
SUMMARY = ProjectSummary(
    known=True,
    count=105,
    growth=NAN,
    no_growth="上年同期为零，不算增幅",
    origins=(("招引", 83), ("技改", 22)),
    planned=2074702.7,
    invested=605583.2,
    started=69,
    completed=17,
    producing=5,
    start_days=40.0,
    green=GreenProjectSummary(21, 0.2, 615000.2, 0.2964, 10),
    late=LATE,
    soon=9,
    concern_definition="规则",
    caption=CAPTION,
)


@pytest.fixture
def page(context):
    return lambda **selected: context("/projects", **selected)


def test_summary_figures_carry_unit_and_parts(page):
    panel = render_summary(SUMMARY, page())
    assert kpi_text(panel, "签约项目") == "签约项目105个 计划投资 207.5亿元招引 83 · 技改 22"
    assert kpi_text(panel, "开工率") == "开工率65.7% 已开工 69个签约到开工中位 40天"
    assert kpi_text(panel, "投资完成率") == "投资完成率29.2% 完成 60.6亿元累计完成 ÷ 计划总投资"
    assert kpi_text(panel, "已竣工") == "已竣工17个 其中投产 5个占签约项目的 16.2%"
    assert kpi_text(panel, "绿色能源项目") == "绿色能源项目21个 占 20.0% · 计划 61.5亿元占计划投资 29.6%，已开工 10个"
    assert kpi_text(panel, "逾期与停滞") == "逾期与停滞32个■ 未开工 22 · 停滞 9 · 未投产 1 ◆ 9个下月到期"


def test_growth_is_before_the_amount(page):
    grown = render_summary(dataclasses.replace(SUMMARY, growth=0.25), page())
    assert "▲ +25.0% 同比 · 计划投资 207.5亿元" in kpi_text(grown, "签约项目")


def test_nothing_signed_has_no_rates_and_no_amounts(page):
    none = dataclasses.replace(
        SUMMARY, count=0, origins=(), planned=0.0, invested=0.0, started=0, completed=0, producing=0, start_days=NAN, green=None
    )
    panel = render_summary(none, page())
    assert kpi_text(panel, "签约项目") == "签约项目0个 上年同期为零，不算增幅"
    assert kpi_text(panel, "开工率") == "开工率—"
    assert kpi_text(panel, "绿色能源项目") == "绿色能源项目—"
    assert kpi_text(panel, "逾期与停滞").startswith("逾期与停滞32个")


def test_nothing_reached_yet_is_0_and_not_0_00(page):
    early = dataclasses.replace(SUMMARY, invested=0.0, started=0, completed=0, producing=0, start_days=NAN)
    panel = render_summary(dataclasses.replace(early, green=GreenProjectSummary(0, 0.0, 0.0, 0.0, 0)), page())
    assert kpi_text(panel, "开工率") == "开工率0% 已开工 0个"
    assert kpi_text(panel, "投资完成率") == "投资完成率0% 尚无完成投资累计完成 ÷ 计划总投资"
    assert kpi_text(panel, "绿色能源项目") == "绿色能源项目0个 期内没有签约"


def test_without_a_ledger_every_cell_is_missing(page):
    panel = render_summary(dataclasses.replace(SUMMARY, known=False), page())
    assert [text_of(c) for c in with_class(panel.body, "value")] == ["—"] * 6


def test_nothing_behind_is_a_calm_note(page):
    calm = dataclasses.replace(SUMMARY, late=tuple((c, 0) for c in Concern), soon=0)
    assert kpi_text(render_summary(calm, page()), "逾期与停滞") == "逾期与停滞0个 都在时限内"


COUNTS, HERE = (105, 69, 17, 5), (36, 52, 12, 5)
RATES, DAYS = (NAN, 69 / 105, 17 / 69, 5 / 17), (NAN, 40.0, 110.0, 50.0)
MONEY, HERE_MONEY = (2074702.7, 1352154.2, 296312.5, 101816.7), (722548.5, 1055841.7, 194495.8, 101816.7)
FUNNEL = Funnel(
    tuple(
        FunnelStep(STEPS[i], STANDINGS[i], COUNTS[i], MONEY[i], 0.0, HERE[i], HERE_MONEY[i], RATES[i], DAYS[i]) for i in range(4)
    ),
    True,
    0,
    "",
    "读数",
    CAPTION,
)


def test_the_funnel_has_every_step(page):
    rows = [text_of(r) for r in with_class(render_funnel(FUNNEL, page()).body, "funnel-row")]
    assert rows == [
        "签约105个计划 207.5亿元待开工 36个 · 计划 72.3亿元",
        "开工69个转化 65.7% · 中位 40天计划 135.2亿元在建 52个 · 计划 105.6亿元",
        "竣工17个转化 24.6% · 中位 110天计划 29.6亿元待投产 12个 · 计划 19.4亿元",
        "投产5个转化 29.4% · 中位 50天计划 10.2亿元已投产 5个 · 计划 10.2亿元",
    ]


def test_a_bars_left_part_is_as_long_as_the_next_bar(page):
    bars = with_class(render_funnel(FUNNEL, page()).body, "funnel-bar")
    parts = [[float(s.style["width"].rstrip("%")) for s in bar.children] for bar in bars]
    assert [gone for gone, _ in parts[:3]] == pytest.approx([sum(p) for p in parts[1:]], abs=0.02)
    assert sum(parts[0]) == pytest.approx(100, abs=0.02)


def test_a_step_selects_its_projects_and_deselects_them(page):
    first, second, *_ = with_class(render_funnel(FUNNEL, page(towns=("tangqi",), group="在建")).body, "funnel-row")
    assert first.href.endswith("/projects?town=tangqi&group=%E5%BE%85%E5%BC%80%E5%B7%A5")
    assert second.href == "/projects?town=tangqi"
    assert "on" in second.className.split()


def test_earlier_projects_can_be_taken_in(page):
    assert render_funnel(FUNNEL, page()).tools == ""
    switch = render_funnel(dataclasses.replace(FUNNEL, earlier=40, all_period="2019-03..2022-12"), page()).tools
    now, every = elements(switch, "a")
    assert (text_of(now), text_of(every), every.href) == ("期内签约", "加上此前 40个", "/projects?period=2019-03..2022-12")


def part(key, name, count=21, started=10, planned=615000.2, invested=101815.1, late=8):
    return ProjectGroup(key, name, count, started, planned, invested, late)


PARTS = ProjectBreakdown(
    (part("green-energy", "绿色能源"), part("fashion", "时尚产业", 0, 0, 0.0, 0.0, 0)), part("", "合计"), True, "读数", CAPTION
)
render_chains = render_chains


def test_parts_in_one_unit_with_their_sum(page):
    panel = render_chains(PARTS, page())
    rows = [[text_of(c) for c in r.children] for r in walk(panel.body) if type(r).__name__ == "Tr"]
    assert rows[0] == ["产业链", "项目", "开工率", "", "计划投资", "完成", "完成率", "逾期或停滞"]
    assert rows[1] == ["绿色能源", "21", "48%", "", "61.5", "10.2", "17%", "8"]
    assert rows[2] == ["时尚产业", "0", "—", "", "0", "0", "—", "0"]
    assert rows[3][0] == "合计"
    assert "亿元" in panel.subtitle


def test_a_parts_name_toggles_its_filter(page):
    green, fashion = with_class(render_chains(PARTS, page(chains=("fashion",))).body, "row-link")
    assert green.href == "/projects?chain=fashion&chain=green-energy"
    assert (fashion.href, fashion.title) == ("/projects", "取消时尚产业")


def project(n=1, **more):
    own = {
        "number": f"LP2022-{n:03d}",
        "name": f"项目{n}",
        "chain": "green-energy",
        "chain_name": "绿色能源",
        "town": "塘栖",
        "investor": "某公司",
        "origin": "招引",
        "field": "储能",
        "green": True,
        "planned": 61731.5,
        "invested": 15432.9,
        "step": 1,
        "standing": "在建",
        "dates": (date(2022, 7, 27), date(2022, 9, 5), None, None),
        "age": "3个月",
        "concern": "",
        "soon": False,
        "over": 0,
    }
    return ProjectRow(**{**own, **more})


def test_concerns_as_text():
    late = {"age": "11个月"}
    assert concern_text(project(concern="逾期未开工", **late)) == "签约11个月未开工"
    assert concern_text(project(concern="进展停滞", **late)) == "开工11个月，投资25%"
    assert concern_text(project(concern="逾期未竣工", **late)) == "开工11个月未竣工"
    assert concern_text(project(concern="逾期未投产", **late)) == "竣工11个月未投产"
    assert concern_text(project()) == ""


def listing(projects, count=None, standing=None, **more):
    counts = tuple(zip(STANDINGS, (0, count or len(projects), 0, 0), strict=True))
    view = ProjectList(tuple(projects), count or len(projects), standing, counts, True, "", CAPTION)
    return dataclasses.replace(view, **more)


def rows_of(panel):
    return [r for r in walk(panel.body) if type(r).__name__ == "Tr"]


def test_a_row_of_the_list_and_what_it_opens(page):
    _, row, opened = rows_of(render_list(listing([project(concern="进展停滞", age="10个月")]), page()))
    assert [text_of(c) for c in row.children] == [
        "项目1",
        "绿色能源",
        "塘栖",
        "在建",
        "2022-07-27",
        "2022-09-05",
        "—",
        "—",
        "6.17",
        "1.54",
        "25.0%",
    ]
    assert (row.children[3].className, row.children[3].title) == ("text stage-cell late", "开工10个月，投资25%")
    assert row.style == {"--part": "var(--chain-lime)", "--reached": "2", "--spent": "25.0%"}
    assert facts(opened) == [
        "签约：2022年7月27日",
        "开工：2022年9月5日（40天后）",
        "竣工：未到",
        "投产：未到",
        "项目编号：LP2022-001",
        "投资主体：某公司",
        "产业链：绿色能源",
        "镇街：塘栖",
        "来源：招引",
        "绿色能源：是 · 储能",
        "计划总投资：6.17亿元",
        "累计完成投资：1.54亿元（25.0%）",
        "停在此步：在建，已10个月",
        "预警：进展停滞",
    ]
    assert opened.className == "opened"


def facts(opened):
    return text_of(opened).replace("\N{NO-BREAK SPACE}", " ").split("\n")


def test_what_isnt_known_isnt_invented(page):
    bare = project(investor="", origin="", field="", green=None, invested=NAN)
    _, row, opened = rows_of(render_list(listing([bare]), page()))
    assert [text_of(c) for c in row.children][-2:] == ["—", "—"]
    assert [f.split("：")[0] for f in facts(opened) if f.endswith("：—")] == ["投资主体", "来源", "绿色能源", "累计完成投资"]
    _, row, opened = rows_of(render_list(listing([project(invested=0.0)]), page()))
    assert [text_of(c) for c in row.children][-2:] == ["0", "0%"]
    assert "累计完成投资：0" in facts(opened)


def test_a_long_list_shows_the_first_and_all_in_a_grid(page):
    panel = render_list(listing([project(n) for n in range(300)], 450), page())
    [body] = [c for c in walk(panel.body) if type(c).__name__ == "Tbody"]
    assert len(body.children) == 2 * SHOWN
    [rest] = with_class(panel.body, "all")
    assert text_of(rest.children[0]) == "全部 300个，可按各列排序；另有 150个未列出，请缩小范围"
    assert len(rest.children[1].rowData) == 300
    assert not with_class(render_list(listing([project(n) for n in range(SHOWN)]), page()).body, "all")


def test_the_grid_has_every_fact_in_one_unit(district):
    late = project(concern="逾期未开工", age="11个月", invested=NAN)
    grid = project_grid((late, project(soon=True, concern="逾期未开工", age="5个月")), Scale("亿元", 1e4), district, Viewport())
    first, second = grid.rowData
    assert [first[f"{field}_shown"] for field in ("planned", "invested", "rate")] == ["6.17", "—", "—"]
    assert (first["invested"], first["rate"]) == (None, None)
    assert (first["why"], second["why"]) == ("■ 签约11个月未开工", "◆ 签约5个月未开工")
    assert [first[f"day{i}"] for i in range(4)] == ["2022-07-27", "2022-09-05", "—", "—"]
    fields = {c["field"] for c in grid.columnDefs}
    assert fields <= set(first)
    named = {name.removesuffix("_position").removesuffix("_shown") for name in first}
    assert named - {"tone"} == {name.removesuffix("_position") for name in fields}
    phone = project_grid((late,), Scale("亿元", 1e4), district, Viewport(narrow=True))
    assert [c["field"] for c in phone.columnDefs] == ["name", "standing_position", "planned", "rate"]


def test_the_grid_sorts_labels_in_their_own_order(district):
    """Chains and towns as in the pack, standings by step, and what is behind before what soon will be."""
    late = {"concern": "逾期未开工", "age": "11个月"}
    shown = [
        project(1, chain=district.chains[1].key, town=district.towns[1].short, standing="在建", over=3, **late),
        project(2, chain=district.chains[0].key, town=district.towns[0].short, standing="待开工", over=40, **late),
        project(3, chain="", town="别处", standing="已投产", over=-9, soon=True, **late),
        project(4, chain=district.chains[2].key, town=district.towns[2].short, standing="待投产"),
    ]
    rows = project_grid(tuple(shown), Scale("亿元", 1e4), district, Viewport()).rowData
    numbers = range(1, len(rows) + 1)
    order = {
        name: sorted(numbers, key=lambda n, name=name: rows[n - 1][f"{name}_position"])
        for name in ("chain", "town", "standing", "why")
    }
    assert order == {"chain": [2, 1, 4, 3], "town": [2, 1, 4, 3], "standing": [2, 1, 4, 3], "why": [2, 1, 3, 4]}
    assert [row["tone"] for row in rows] == ["late", "late", "near", ""]


def test_the_list_by_standing(page):
    links = elements(render_list(listing([project()], standing=ProjectStanding.BUILDING), page(group="在建")).tools, "a")
    assert [text_of(x) for x in links] == ["全部 1", "待开工 0", "在建 1", "待投产 0", "已投产 0"]
    assert links[0].href == "/projects"
    assert links[2].className == "on"
    gone = render_list(listing([], 3, ProjectStanding.PRODUCING), page(group="已投产"))
    assert "没有已投产的项目" in text_of(gone.body)


def attention(projects, **more):
    own = {
        "count": len(projects),
        "late": LATE,
        "soon": 9,
        "planned": 600000.0,
        "total": 105,
        "known": True,
        "insight": "读数",
        "caption": CAPTION,
    }
    return Attention(tuple(projects), **{**own, **more})


def test_projects_behind_with_marks_in_one_unit(page):
    late = project(1, concern="逾期未开工", age="11个月", over=182, planned=2214.6)
    soon = project(2, concern="逾期未开工", age="5个月", over=-15, soon=True)
    panel = render_attention(attention([late, soon]), page())
    first, second = [c for c in walk(panel.body) if type(c).__name__ == "Summary"]
    assert text_of(first) == "项目1塘栖签约11个月未开工0.22亿元"
    assert text_of(second) == "项目2塘栖签约5个月未开工6.17亿元"
    assert [c.className for c in walk(panel.body) if type(c).__name__ == "Li"] == ["late", "near"]
    assert (first.title, second.title) == ("已超期182天", "还有15天到期")
    assert text_of(with_class(panel.body, "concerns")) == "■ 逾期未开工 22■ 进展停滞 9■ 逾期未投产 1◆ 下月到期 9"


def test_many_behind_are_all_in_a_grid(page, district):
    match = [project(n, concern="进展停滞") for n in range(URGENT + 3)]
    panel = render_attention(attention(match, count=URGENT + 8), page())
    assert len(with_class(panel.body, "urgent-name")) == URGENT
    [rest] = with_class(panel.body, "all")
    assert text_of(rest.children[0]) == "全部 13个，可按各列排序；另有 5个未列出，请缩小范围"
    assert [c["field"] for c in rest.children[1].columnDefs][:3] == ["name", "why_position", "planned"]
    on_a_phone = project_grid(tuple(match), Scale("亿元", 1e4), district, Viewport(narrow=True), BEHIND)
    assert [c["field"] for c in on_a_phone.columnDefs] == ["name", "why_position", "planned"]


def test_all_in_time_is_good_news(page):
    assert "在库105个项目，都在规定时限内" in text_of(render_attention(attention([]), page()).body)


MONTHS = tuple(StepMonth(202200 + n, (n, n - 1, 0, 0)) for n in range(1, 13))
LINES = (
    ProjectLine("早", "绿色能源 · 塘栖", 100.0, (-2.0, 1.0, NAN, NAN), ("2021-11-01", "2022-02-01", "", ""), "在建", 10.0),
    ProjectLine(
        "全", "时尚产业 · 东湖", 100.0, (0.0, NAN, 4.0, 6.0), ("2022-01-01", "", "2022-05-01", "2022-07-01"), "已投产", NAN
    ),
)
TIMELINE = ProjectTimeline(MONTHS, LINES, 2, 12.0, True, "读数", CAPTION)
TOKENS = {s.value: t for s, t in STANDING_TOKENS.items()}


def stretches(figure):
    return {t["name"]: list(zip(t["y"], t["base"], t["x"], strict=True)) for t in figure["data"]}


def test_lines_change_colour_with_their_standing():
    assert stretches(timeline_figure(TIMELINE, TOKENS, Viewport())) == {
        # The first began before the chart; it waited to the start, was built, and is behind from the tenth month on.
        "待开工": [(0, 0.0, 1.0), (1, 0.0, 4.0)],
        "在建": [(0, 1.0, 9.0)],
        # The second has no date of start: it waited until it was completed.
        "待投产": [(1, 4.0, 2.0)],
        "已投产": [(1, 6.0, 6.0)],
        "逾期或停滞": [(0, 10.0, 2.0)],
    }


def test_months_stand_with_their_numbers():
    notes = [a["text"] for a in timeline_figure(TIMELINE, TOKENS, Viewport())["layout"]["annotations"]]
    assert notes[:12] == [*(str(n) for n in range(1, 12)), "<b>12</b>"]
    assert notes[12] == "·"  # nothing started in January
    assert notes[-1] == "合计"
    assert "<b>78</b>" in notes  # 1 + 2 + … + 12


def test_a_phone_shows_the_last_year_only():
    later = (*MONTHS, StepMonth(202301, (0, 0, 0, 0)))
    figure = timeline_figure(dataclasses.replace(TIMELINE, months=later, end=13.0), TOKENS, Viewport(narrow=True))
    assert figure["layout"]["xaxis"]["range"] == [1, 13.0]
    assert figure["layout"]["xaxis"]["ticktext"][0] == "2<br>22年"
    assert figure["layout"]["xaxis"]["ticktext"][-1] == "1<br>23年"


def test_the_hover_text_has_the_steps_of_the_project():
    [trace] = [t for t in timeline_figure(TIMELINE, TOKENS, Viewport())["data"] if t["name"] == "逾期或停滞"]
    assert trace["text"] == [
        "<b>早</b><br>绿色能源 · 塘栖 · 在建，逾期或停滞<br>计划总投资 100万元<br>签约 2021-11-01<br>开工 2022-02-01"
    ]


def test_a_shortened_list_is_noted(page):
    assert "计划投资最大的" in render_timeline(dataclasses.replace(TIMELINE, all_lines=500), page()).subtitle


EMPTY = {
    "kpis": dataclasses.replace(SUMMARY, known=False),
    "funnel": Funnel((), False, 0, "", "", CAPTION),
    "timeline": ProjectTimeline((), (), 0, 0.0, False, "", CAPTION),
    "attention": attention([], total=0, known=False),
    "chain-projects": ProjectBreakdown((), None, False, "", CAPTION),
    "town-projects": ProjectBreakdown((), None, False, "", CAPTION),
    "list": listing([], known=False),
}


@pytest.mark.parametrize("spec", PAGE.panels, ids=lambda s: s.key)
def test_without_projects_the_missing_sheet_is_named(page, spec):
    panel = spec.render(EMPTY[spec.key], page())
    assert panel.figure is None
    assert panel.caption is CAPTION
    if spec.key != "kpis":
        assert "还没有项目数据" in text_of(panel.body)


@pytest.mark.parametrize("spec", [s for s in PAGE.panels if s.key != "kpis"], ids=lambda s: s.key)
def test_a_filter_without_projects_offers_to_clear_it(page, spec):
    panel = spec.render(dataclasses.replace(EMPTY[spec.key], known=True), page(towns=("tangqi",)))
    assert "所选范围没有数据" in text_of(panel.body)
    assert with_class(panel.body, "button")[0].href == "/projects"


def test_rows_keep_their_identity(page):
    """A row that is open stays with its project when the list changes."""
    _, row, _ = rows_of(render_list(listing([project(7)]), page()))
    assert attribute(row, "data-key") == "LP2022-007"
