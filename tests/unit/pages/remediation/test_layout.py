"""The view 低效整治 rendered: values with units, columns that stay short, links, empty states, the chart."""

from __future__ import annotations

import dataclasses
import math
from datetime import date

import pytest

from cockpit.district.terms import LevelTerms
from cockpit.ledgers.remediation import RemediationStage
from cockpit.selection import View
from cockpit.views.parts import Caption
from cockpit.views.remediation.board import BoardColumn, RemediationBoard, RemediationEntry, RemediationSummary
from cockpit.views.remediation.progress import RemediationMonth, RemediationProgress, RemediationTownRow, RemediationTowns
from cockpit.views.remediation.state import RELEASED
from layouts.remediation.board import FIRST_ROWS, render_board
from layouts.remediation.page import PAGE, render_progress, render_summary, render_towns
from layouts.remediation.progress_figure import progress_figure
from layouts.ui.theme import Viewport
from tests.unit.pages.markup import kpi_text, text_of, walk, with_class
from tests.unit.pages.validate import validate

NAN = math.nan
CAPTION = Caption("全区", "截至2022年12月31日", "来源：低效整治", "口径")
SUMMARY = RemediationSummary(
    True,
    (117, 70),
    (22, 21),
    0,
    43,
    12,
    "11个月",
    255.0,
    3749.6,
    631.0,
    187 / 230,
    (186.0, 64.0, 309.0),
    2022,
    "2万元/亩",
    CAPTION,
)
CODES = [f"91330113MA{n:08d}" for n in range(500)]


def entry(n, stage=RemediationStage.DONE, **more):
    own = {
        "code": CODES[n],
        "name": f"企业{n}",
        "town": "塘栖",
        "chain": "时尚产业",
        "kind": "" if stage is RemediationStage.TO_LIST else "D类提升",
        "land": 46.47,
        "tax_per_mu": 1.309,
        "listed_on": None if stage is RemediationStage.TO_LIST else date(2022, 1, 15),
        "completed_on": date(2022, 11, 20) if stage is RemediationStage.DONE else None,
        "released": 3.04 if stage is RemediationStage.DONE else NAN,
        "age": "" if stage is RemediationStage.TO_LIST else "10个月",
        "slow": False,
    }
    return RemediationEntry(**{**own, **more})


def board(*columns, **more):
    own = {"slow_months": 12, "year": 2022, "line": "2万元/亩", "insight": "", "caption": CAPTION}
    return RemediationBoard(True, date(2022, 12, 31), columns, **{**own, **more})


def column(stage, count, entries=None, **more):
    rows = tuple(entry(n, stage) for n in range(count)) if entries is None else entries
    return BoardColumn(stage, count, (), rows, **more)


@pytest.fixture
def land(context):
    return lambda **selected: context("/land", view=View.REMEDIATION, **selected)


def test_summary_figures_carry_unit_and_parts(land):
    panel = render_summary(SUMMARY, land())
    assert kpi_text(panel, "整治完成") == "整治完成187家 D类提升 117 · 高耗低效 70占列入企业的 81.3%"
    assert kpi_text(panel, "在治") == "在治43家 D类提升 22 · 高耗低效 21最久 11个月 ◆ 43家下月超12个月"
    assert kpi_text(panel, "尚未列入") == "尚未列入255家 占地 3,750亩2022年度D类、亩均税收低于2万元/亩"
    assert kpi_text(panel, "盘活用地") == "盘活用地631.0亩 完成企业户均 3.37亩按完成日期计"
    assert kpi_text(panel, "完成用时中位数") == "完成用时中位数186天 最短 64天，最长 309天列入日至完成日"
    assert text_of(with_class(panel.body, "as-of")) == "截至2022年12月31日"


def test_those_over_the_limit_have_a_mark_and_a_text(land):
    late = render_summary(dataclasses.replace(SUMMARY, slow=3), land())
    assert "■ 3家超12个月" in kpi_text(late, "在治")
    assert with_class(late.body, "slow")


def test_unknown_figures_have_no_unit(land):
    bare = dataclasses.replace(SUMMARY, to_list=NAN, to_list_land=NAN, released=NAN, days=(NAN, NAN, NAN), year=0)
    panel = render_summary(bare, land())
    assert kpi_text(panel, "尚未列入") == "尚未列入—尚未发布年度评价"
    assert kpi_text(panel, "完成用时中位数") == "完成用时中位数—列入日至完成日"
    assert kpi_text(panel, "盘活用地").startswith("盘活用地—按")


def test_long_columns_show_the_first_and_fold_the_others(land):
    rendered = render_board(board(column(RemediationStage.TO_LIST, 255)), land()).body
    [details] = with_class(rendered, "more-rows")
    assert text_of(details.children[0]) == "其余 243家"
    assert len(with_class(rendered, "board-name")) == 255
    assert len(with_class(details, "board-name")) == 255 - FIRST_ROWS
    assert details.to_plotly_json()["props"].get("open") is None


def test_a_column_beyond_its_limit_says_how_to_reach_the_rest(land):
    rendered = render_board(
        board(column(RemediationStage.TO_LIST, 450, tuple(entry(n, RemediationStage.TO_LIST) for n in range(300)))), land()
    ).body
    [link] = with_class(rendered, "board-link")
    assert text_of(link) == "另有150家未列出，在企业名单里看D类企业 →"
    assert link.href == "/land?grade=D"


def test_a_short_column_needs_no_list_below(land):
    assert not with_class(render_board(board(column(RemediationStage.DONE, FIRST_ROWS)), land()).body, "more-rows")


def test_a_firm_leads_to_its_explanation_and_the_selection_stays(land):
    rendered = render_board(board(column(RemediationStage.DONE, 1)), land(towns=("tangqi",), period="2022-06")).body
    assert with_class(rendered, "board-name")[0].href == f"/land?town=tangqi&period=2022-06&view=remediation&firm={CODES[0]}"


def row(page_context, stage, **more):
    [item] = [
        c
        for c in walk(render_board(board(column(stage, 1, (entry(0, stage, **more),))), page_context()).body)
        if type(c).__name__ == "Li"
    ]
    return [text_of(c) for c in item.children]


def test_the_texts_of_a_row(land):
    assert row(land, RemediationStage.TO_LIST) == ["企业0", "46.5", "塘栖 · 时尚产业", "1.31万元/亩"]
    assert row(land, RemediationStage.IN_PROGRESS) == ["企业0", "10个月", "塘栖 · D类提升", "用地 46.5亩"]
    assert row(land, RemediationStage.DONE) == ["企业0", "3.0", "塘栖 · D类提升", "11月20日 · 用时10个月"]
    assert row(land, RemediationStage.DONE, completed_on=date(2021, 3, 5))[3] == "2021年3月5日 · 用时10个月"
    assert row(land, RemediationStage.DONE, completed_on=None, age="", released=NAN)[1:] == [
        "—",
        "塘栖 · D类提升",
        "未填完成日期",
    ]
    assert row(land, RemediationStage.IN_PROGRESS, age="", land=NAN)[1:] == ["未填列入日期", "塘栖 · D类提升", ""]
    assert row(land, RemediationStage.DONE, released=0.0)[1] == "0"


def test_column_notes(land):
    view = [
        column(RemediationStage.TO_LIST, 1),
        column(RemediationStage.IN_PROGRESS, 1, slow=2, soon=1),
        column(RemediationStage.DONE, 1, below_line=1),
    ]
    notes = with_class(render_board(board(*view), land()).body, "board-note")
    assert [text_of(n) for n in notes] == [
        "2022年度D类、亩均税收低于2万元/亩",
        "■ 2家超12个月",
        "1家2022年度评价仍为D类且低于2万元/亩",
    ]
    assert "slow" in notes[1].className
    no_line = with_class(render_board(board(*view, line=""), land()).body, "board-note")
    assert [text_of(n) for n in no_line][::2] == ["2022年度D类企业", "1家2022年度评价仍为D类"]


def test_empty_columns_say_why(land):
    empty = [column(s, 0) for s in RemediationStage]
    assert "尚未发布年度评价，不能判断" in text_of(render_board(board(*empty, year=0), land()).body)
    assert "没有应列入而未列入的企业" in text_of(render_board(board(*empty), land()).body)


def town(key, name, to_list=1.0, active=2, slow=0, done=3, released=31.55):
    return RemediationTownRow(key, name, to_list, active, slow, done, done / (done + active) if done + active else NAN, released)


def towns(*rows, whole=None):
    return RemediationTowns(rows, whole or town("", "全区", 5.0, 4, 0, 16, 63.1), True, "", CAPTION)


def test_a_towns_name_toggles_its_filter(land):
    view = towns(town("tangqi", "塘栖镇"), town("donghu", "东湖街道"))
    first, second = with_class(render_towns(view, land(towns=("donghu",))).body, "row-link")
    assert first.href == "/land?town=donghu&town=tangqi&view=remediation"
    assert second.href == "/land?view=remediation"
    assert [text_of(r) for r in with_class(render_towns(view, land(towns=("donghu",))).body, "on")] == ["东湖街道12360%31.6"]


def test_the_total_is_under_the_towns(land):
    rendered = render_towns(towns(town("tangqi", "塘栖镇")), land()).body
    assert text_of([c for c in walk(rendered) if type(c).__name__ == "Tfoot"]) == "全区541680%63.1"


def test_those_over_the_limit_have_a_column_when_there_are_any(land):
    assert "超期" not in text_of(render_towns(towns(town("tangqi", "塘栖镇")), land()).body)
    late = render_towns(towns(town("tangqi", "塘栖镇", slow=1), whole=town("", "全区", slow=1)), land()).body
    assert "超期" in text_of(late)
    assert [text_of(c) for c in with_class(late, "slow")] == ["1", "1"]


def test_a_town_that_the_pack_doesnt_know_is_no_link(land):
    assert not with_class(render_towns(towns(town("", "镇街不明")), land()).body, "row-link")


def test_without_data_and_without_rows_under_the_filter(land):
    nothing = (
        RemediationTowns((), None, False, "", CAPTION),
        RemediationProgress((), False, "", CAPTION),
        dataclasses.replace(board(), known=False),
    )
    filtered = RemediationTowns((), None, True, "", CAPTION), RemediationProgress((), True, "", CAPTION), board()
    for draw, bare, narrow in zip((render_towns, render_progress, render_board), nothing, filtered, strict=True):
        assert "还没有低效整治数据" in text_of(draw(bare, land()).body)
        narrowed = text_of(draw(narrow, land(towns=("tangqi",))).body)
        assert "所选范围没有数据" in narrowed
        assert "镇街 = 塘栖镇" in narrowed


def test_every_panel_has_title_and_caption(land):
    views = (
        SUMMARY,
        towns(town("tangqi", "塘栖镇")),
        RemediationProgress((), True, "", CAPTION),
        board(column(RemediationStage.DONE, 1)),
    )
    assert [s.key for s in PAGE.panels] == ["kpis", "town-remediation", "progress", "board", "explanation"]
    for spec, view in zip(PAGE.panels[:-1], views, strict=True):
        panel = spec.render(view, land())
        assert spec.title
        assert not panel.title  # the declared one
        assert panel.caption is CAPTION


MONTHS = tuple(RemediationMonth(202200 + n, 230, n * 15, 15, 50.4 if n > 2 else 0.0) for n in range(1, 13))


def test_the_chart_ends_with_names_and_figures():
    figure = progress_figure(MONTHS, RELEASED, LevelTerms(), Viewport())
    notes = [a["text"] for a in figure["layout"]["annotations"]]
    assert notes[:3] == ["列入 230家", "<b>完成 180家</b>", "在治"]
    assert notes[-1] == "盘活用地 亩"
    assert notes.count("50") + notes.count("<b>50</b>") == 10  # months without land have no label
    listed, done, land = figure["data"]
    assert (listed["y"][-1], done["y"][-1], land["y"][-1]) == (230, 180, 50.4)
    assert "月末在治 50家" in done["text"][-1]
    assert "口径：" in done["text"][-1]


def test_both_names_stay_apart_when_all_is_done():
    done = tuple(dataclasses.replace(p, done=230) for p in MONTHS)
    figure = validate(progress_figure(done, RELEASED, LevelTerms(), Viewport()))
    upper, lower = (a["y"] for a in figure["layout"]["annotations"][:2])
    assert upper - lower >= 230 * 0.1


def test_months_of_two_years_have_the_year():
    later = (*MONTHS, RemediationMonth(202301, 230, 187, 0, 0.0))
    ticks = progress_figure(later, RELEASED, LevelTerms(), Viewport(narrow=True))["layout"]["xaxis"]["ticktext"]
    assert ticks[0] == "1月<br>22年"
    assert ticks[-1] == "1月<br>23年"
    assert progress_figure((), RELEASED, LevelTerms(), Viewport()) is None
