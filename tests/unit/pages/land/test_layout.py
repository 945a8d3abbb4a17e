"""The per-mu page rendered: units beside every number, links that filter, empty states, hostile values."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from plotly.utils import PlotlyJSONEncoder

from cockpit.catalogue.dimensions import Grouping
from cockpit.evaluation.results.land_tax_cells import LandTaxCell, LandTaxCluster
from cockpit.evaluation.results.migration import GradeMigration
from cockpit.selection import GradeMeasure, Selection, View
from cockpit.views.context import resolve_context
from cockpit.views.land import evaluation as land
from cockpit.views.land import firms as land_firms
from cockpit.views.land import scatter as land_scatter
from cockpit.views.land import scores as land_scores
from cockpit.views.land import towns as land_towns
from cockpit.views.land import what_if
from cockpit.views.land.outcome import FirmMove, GroupMoves, MeasureBill
from cockpit.views.parts import Caption
from layouts.components.panel import Panel, PanelFrame, panel_props
from layouts.land import page as result_page
from layouts.land import what_if as what_if_page
from layouts.land.explanation_parts import grade_tile
from layouts.land.firm_explanation import render_explanation
from layouts.land.firms import render_firm_list, render_scatter
from layouts.land.grade_migration_figure import grade_migration_figure
from layouts.land.grades import render_grade_migration, render_grade_structure, render_scores
from layouts.land.land_tax_figure import land_tax_figure
from layouts.land.outcome import (
    OUTCOME_PANELS,
    render_bill,
    render_group_moves,
    render_movers,
    render_outcome_migration,
    render_verdict,
)
from layouts.land.scores_figure import scores_figure
from layouts.land.summary import render_summary
from layouts.land.towns import render_per_mu_ranking, render_worst_land
from layouts.land.what_if import render_head, render_scenarios, render_sliders
from layouts.ui.theme import Viewport
from tests.unit.land_district import RULE, District
from tests.unit.pages.markup import attribute, text_of, walk, with_class
from tests.workbooks import code

NAN = math.nan
CAPTION = Caption("全区", "2022年度评价", "评价记录2", "口径")
CHANGES = "0c0:4;0qA:40;1c0:0"
SCREENS = (Viewport(), Viewport("light"), Viewport("dark", 2.0), Viewport("light", 1.0, narrow=True))


@pytest.fixture(scope="module")
def small(district):
    return District(district, plans=[("更严", RULE), ("<b>方案</b>", RULE)])


@pytest.fixture
def render_panel(small, context):
    """A panel of the small district under a selection."""

    def make(view, draw, **selection):
        chosen = {"period": "2022"} | selection
        return draw(view(resolve_context(small, Selection(**chosen))), context("/land", **chosen))

    return make


def cell(panel, name):
    [result] = [c for c in with_class(panel.body, "kpi") if text_of(with_class(c, "kpi-name")) == name]
    return result


def figures(panel):
    """Name -> figure with its unit."""
    return {text_of(with_class(c, "kpi-name")): text_of(with_class(c, "kpi-value")) for c in with_class(panel.body, "kpi")}


def links(component):
    return {text_of(c.children): c.href for c in walk(component) if getattr(c, "href", None)}


def table(component):
    """Rows of all tables, cell by cell."""
    rows = [c for c in walk(component) if type(c).__name__ == "Tr"]
    return [[text_of(c) for c in walk(r) if type(c).__name__ in ("Td", "Th")] for r in rows]


# --- the published evaluation ---------------------------------------------------------------------------------------


def test_the_summary_has_figures_with_units(render_panel):
    panel = render_panel(land.summary, render_summary)
    assert figures(panel) == {
        "亩均税收（评价口径）": "5.92万元/亩",  # 935 ÷ 158
        "A、B类企业占比": "46.7%",  # 7 ÷ 15
        "D类企业": "5家",
        "D类占地": "39亩",
        "D类提至C类中位": "100万元",  # 99.5
        "累计盘活用地": "3.50亩",
    }
    assert text_of(with_class(cell(panel, "亩均税收（评价口径）"), "kpi-change")) == "▲ +1.5% 比上年"  # 5.918 against 5.831
    assert text_of(with_class(cell(panel, "A、B类企业占比"), "kpi-change")) == "▼ −13.3个百分点 比上年"
    assert text_of(with_class(cell(panel, "D类企业"), "kpi-change")) == "▲ +2家 比上年"
    assert "规上 3家 · 宗地 2家" in text_of(cell(panel, "D类企业"))
    assert all(c.title for c in with_class(panel.body, "kpi"))


def test_the_first_year_has_no_changes(render_panel):
    panel = render_panel(land.summary, render_summary, period="2021")
    assert text_of(with_class(cell(panel, "D类企业"), "kpi-change")).startswith("—")


def test_the_links_of_the_summary(render_panel):
    result = links(render_panel(land.summary, render_summary, towns=("tangqi",)).body)
    assert result["2021年"] == "/land?town=tangqi&period=2021"
    assert result["宗地"] == "/land?town=tangqi&period=2022&group=%E5%AE%97%E5%9C%B0"
    assert result["模拟评价"] == "/land?town=tangqi&period=2022&view=what-if"
    assert result["公示名单"].startswith("/download/notice.xlsx?town=tangqi")


def test_the_records_are_a_choice_and_an_old_one_says_so(small, context):
    ctx = resolve_context(small, Selection(period="2022"))
    view = land.summary(ctx)
    older = replace(view.record, id=1)
    both = replace(view, records=(view.record, older))
    assert "评价记录 2" in text_of(render_summary(both, context("/land")).body)
    shown = render_summary(replace(both, record=older), context("/land", record=1)).body
    assert "评价记录 1（旧）" in text_of(shown)
    assert any("record=1" in h for h in links(shown).values())


def test_the_scores(render_panel):
    panel = render_panel(land_scores.score_distribution, render_scores)
    assert panel.subtitle == "规上，各分数段企业数（家）"
    assert text_of(panel.body).startswith("规上10家，不定等级 1亩均税收 6.28万元/亩")  # 866 ÷ 138
    assert links(panel.body)["C 2"] == "/land?grade=C&period=2022&group=%E8%A7%84%E4%B8%8A"
    titles = [a.title for a in with_class(panel.body, "segment")]
    assert "D类 3家，占33.3%" in titles
    assert [t["name"] for t in panel.figure["data"]] == ["D", "C", "B", "A"]


def test_each_column_of_the_scores_has_its_firms(small):
    view = land_scores.score_distribution(resolve_context(small, Selection(period="2022")))
    worst, *others = scores_figure(view, Viewport())["data"]
    hover = worst["text"]
    # One box a column, not one for each of its parts.
    assert len(hover) == len(worst["x"]) == len(view.edges) - 1
    assert all(t["hoverinfo"] == "skip" and "text" not in t for t in others)
    assert all(y for t in others for y in t["y"])
    assert hover[0] == "<b>0—10分</b><br>D 1家<br>口径：综合得分，不含不定等级的企业"
    assert hover[-1].startswith("<b>170分及以上</b><br>A 1家")
    assert "0家" in hover[2]
    text = [a["text"] for a in scores_figure(view, Viewport())["layout"]["annotations"]]
    assert text == ["<b>A</b> ≥ 180", "<b>B</b> ≥ 80", "<b>C</b> ≥ 19"]


def test_a_cut_that_nobody_reaches_has_no_line(small):
    view = land_scores.score_distribution(resolve_context(small, Selection(period="2022")))
    figure = scores_figure(replace(view, lines=(NAN, 500.0, 19.0)), Viewport())
    assert [a["text"] for a in figure["layout"]["annotations"]] == ["<b>C</b> ≥ 19"]
    assert len(figure["layout"]["shapes"]) == 1
    assert scores_figure(replace(view, counts=tuple((0,) * len(view.counts[0]) for _ in "ABCD")), Viewport()) is None


@pytest.mark.parametrize("most", [1, 2, 3, 7, 10, 19, 99, 101, 4321])
def test_the_steps_of_the_scores_are_few_and_round(small, most):
    view = land_scores.score_distribution(resolve_context(small, Selection(period="2022")))
    figure = scores_figure(replace(view, edges=(0.0, 1.0), counts=((most,), (0,), (0,), (0,))), Viewport())
    steps = figure["layout"]["yaxis"]["tickvals"]
    assert 1 <= len(steps) <= 5
    assert all(float(s).is_integer() and 0 < s <= most for s in steps)


def test_the_structure(render_panel):
    panel = render_panel(land.grade_structure, render_grade_structure, counted=GradeMeasure.LAND)
    assert panel.title == "各镇街等级结构"
    assert panel.subtitle == "用地（亩），条长为占比"
    rows = [text_of(r) for r in with_class(panel.body, "structure-row")[1:]]
    assert rows == ["塘栖镇12240100.0%", "东湖街道15106648.4%", "乔司街道4633336.0%"]  # the parts, D, A+B


def test_segments_choose_a_part_and_a_grade_and_undo_it(render_panel):
    panel = render_panel(land.grade_structure, render_grade_structure)
    row = with_class(panel.body, "structure-row")[3]  # 乔司: B 1, C 2, D 3
    hrefs = [a.href for a in with_class(row, "segment")]
    assert hrefs[-1] == "/land?town=qiaosi&grade=D&period=2022"
    again = render_panel(land.grade_structure, render_grade_structure, towns=("qiaosi",), grades=("D",))
    chosen = next(r for r in with_class(again.body, "structure-row") if "on" in r.className.split())
    assert text_of(chosen).startswith("乔司街道")
    assert [a.href for a in with_class(chosen, "segment")][-1] == "/land?period=2022"
    assert links(chosen)["乔司街道"] == "/land?grade=D&period=2022"


@pytest.mark.parametrize(("by", "key"), [(Grouping.CHAIN, "chain=fashion"), (Grouping.INDUSTRY, "industry=17")])
def test_segments_of_chains_and_industries_choose_them(render_panel, by, key):
    panel = render_panel(land.grade_structure, render_grade_structure, by=by)
    assert any(key in a.href and "grade=D" in a.href for a in with_class(panel.body, "segment"))


def test_long_structures_say_what_is_left_out(small, context):
    view = land.grade_structure(resolve_context(small, Selection(period="2022")))
    many = replace(view, rows=tuple(replace(view.rows[0], key=str(n), name=f"镇{n}") for n in range(15)))
    assert "另有3个镇街未列出。" in text_of(render_grade_structure(many, context("/land")).body)


def test_negative_and_empty_amounts_make_no_bar(small, context):
    view = land.grade_structure(resolve_context(small, Selection(period="2022", counted=GradeMeasure.TAX)))
    odd = replace(view, rows=(replace(view.rows[0], amounts=(-5.0, 0.0, 0.0, 0.0), total=-5.0, ab=NAN),))
    panel = render_grade_structure(odd, context("/land"))
    assert with_class(panel.body, "segment") == []
    assert text_of(with_class(panel.body, "structure-row")[1]).endswith("—")


def test_the_flow(render_panel):
    panel = render_panel(land.grade_migration, render_grade_migration)
    assert panel.subtitle == "家 · 2021年 → 2022年"
    text = [a["text"] for a in panel.figure["layout"]["annotations"]]
    # 2021: A 2, B 7, C 3, D 3, none 2; 2022: A 2, B 5, C 3, D 5, none 2
    assert text[:5] == ["<b>A</b> 2", "<b>B</b> 7", "<b>C</b> 3", "<b>D</b> 3", "<b>不定等级</b> 2"]
    assert text[5:10] == ["<b>A</b> 2  0", "<b>B</b> 5  −2", "<b>C</b> 3  0", "<b>D</b> 5  +2", "<b>不定等级</b> 2  0"]
    assert text[10:] == ["2021年", "2022年"]
    link = panel.figure["data"][0]["link"]
    assert sum(link["value"]) == 17
    assert "B → D" in link["customdata"]


def test_without_a_year_before_the_flow_says_why(render_panel):
    panel = render_panel(land.grade_migration, render_grade_migration, period="2021")
    assert panel.figure is None
    assert text_of(panel.body) == "没有上年的等级2020年没有已发布的评价，无法对比。"


@pytest.mark.parametrize(
    "counts", [((5,),), ((1000, 0), (0, 1)), ((0, 0, 0, 0, 1),) * 5, ((1, 1, 1, 1, 1),) * 5, ((0, 900), (0, 0))], ids=str
)
def test_flow_labels_never_touch_and_stay_inside(counts):
    keys = ("A", "B", "C", "D", "不定等级")[: len(counts)]
    figure = grade_migration_figure(GradeMigration(keys, counts), ("前", "后"), Viewport())
    labels = figure["layout"]["annotations"][:-2]
    for side in (labels[: len(keys)], labels[len(keys) :]):
        positions = [a["y"] for a in side]
        assert all(above - below >= 0.0749 for above, below in pairwise(positions))
        assert all(0 <= y <= 1.05 for y in positions)
    assert all(0 < y < 1 for y in figure["data"][0]["node"]["y"])


def test_names_over_a_flow_of_few_firms_stay_inside():
    """The labels of one firm are narrower than the year over them."""
    figure = grade_migration_figure(GradeMigration(("A",), ((1,),)), ("2021年", "2022年"), Viewport())
    margin = figure["layout"]["margin"]
    assert min(margin["l"], margin["r"]) >= 6 * 12 / 2


def test_the_scatter(render_panel):
    panel = render_panel(land_scatter.scatter, render_scatter)
    assert panel.subtitle == "规上10家 · 双对数 · 点的面积为增加值"
    assert text_of(panel.body) == "A 1家B 3家C 2家D 3家"
    assert links(panel.body)["D 3家"] == "/land?grade=D&period=2022"
    by_grade = {t["name"]: t for t in panel.figure["data"]}
    assert by_grade["D"]["marker"]["symbol"] == "diamond"
    assert set(by_grade["D"]["customdata"]) == {f"firm:{code(n)}" for n in (7, 8, 10)}
    assert "用地 40.0亩 · 税收 120.0万元<br>亩均税收 3.00万元/亩<br>增加值 240万元" in " ".join(by_grade["C"]["text"])
    text = [a["text"] for a in panel.figure["layout"]["annotations"]]
    assert "<b>D类线 2万元/亩</b>" in text
    assert "评价税收（万元）" in text


def test_the_d_line_lies_where_tax_is_twice_the_land(render_panel):
    figure = render_panel(land_scatter.scatter, render_scatter).figure
    [line] = figure["layout"]["shapes"]
    assert line["y0"] / line["x0"] == pytest.approx(2.0)
    assert line["y1"] / line["x1"] == pytest.approx(2.0)


def test_the_other_lines_say_their_level(render_panel):
    lines, *_ = render_panel(land_scatter.scatter, render_scatter).figure["data"]
    ratios = [y / x if x else None for x, y in zip(lines["x"], lines["y"], strict=True)]
    each = [ratios[i : i + 4] for i in range(0, len(ratios), 4)]
    assert [line[0] for line in each] == pytest.approx([1, 10, 50])  # 200 lies above everything here
    assert all(line[:3] == pytest.approx([line[0]] * 3) for line in each)
    assert all(line[3] is None for line in each)  # nothing joins one to the next
    assert [label for label in lines["text"] if label] == ["1", "10", "50"]
    assert lines["hoverinfo"] == "skip"


def test_hidden_firms_are_counted(render_panel):
    assert "另有1家" in render_panel(land_scatter.scatter, render_scatter, group="宗地").subtitle


def bubble(land_mu, tax, added=1.0, grade="C", name="企业"):
    return land_scatter.LandTaxPoint(code(1), name, name, grade, 50.0, 1, land_mu, tax, added)


def bubbles(*firms, limit=2.0):
    counts = (0, 0, len(firms), 0)
    return land_scatter.LandTaxScatter(
        "规上", ("规上",), firms, (), limit, tuple(range(min(len(firms), 1))), counts, 0, "", CAPTION
    )


def test_firms_close_together_are_one_mark_that_lists_them(context):
    area = LandTaxCell("规上", "C", (10.0, 12.5), (315.0, 400.0))
    cloud = LandTaxCluster(area, 1234, (11.2, 350.0), 13824.25, 431900.0, 99000.5)
    view = replace(bubbles(bubble(5.0, 20.0, grade="D")), clusters=(cloud,))
    panel = render_scatter(view, context("/land"))
    assert panel.subtitle == "规上1,235家 · 双对数 · 点的面积为增加值，相近的合为一点"
    marks = {t["name"]: t for t in panel.figure["data"]}
    assert (marks["C"]["x"], marks["C"]["y"]) == ([11.2], [350.0])
    assert marks["C"]["customdata"] == [f"cell:{area.key}"]
    assert marks["C"]["text"] == [
        "<b>1,234家C类企业</b><br>每家用地 10—12.5亩 · 税收 315—400万元<br>"
        "合计用地 13,824.3亩 · 税收 431,900.0万元<br>亩均税收 31.24万元/亩<br>合计增加值 99,001万元 · 点击看名单"
    ]
    assert marks["D"]["customdata"] == [f"firm:{code(1)}"]


def test_clusters_without_a_single_firm_are_shown(context):
    area = LandTaxCell("规上", "", (10.0, 12.5), (315.0, 400.0))
    view = replace(bubbles(), clusters=(LandTaxCluster(area, 7, (11.2, 350.0), 80.0, 2500.0, 0.0),))
    figure = render_scatter(view, context("/land")).figure
    assert [t["text"][0].split("<br>")[0] for t in figure["data"] if t["mode"] == "markers"] == ["<b>7家不定等级企业</b>"]


@pytest.mark.parametrize(("first", "side"), [(1.0, "left"), (100.0, "right")])
def test_a_name_near_the_axis_stands_at_the_right_of_its_point(first, side):
    other = 1.0 if first > 1.0 else 100.0
    figure = land_tax_figure(bubbles(bubble(first, 50.0, name="甲"), bubble(other, 50.0, name="乙")), Viewport())
    assert [note["xanchor"] for note in figure["layout"]["annotations"] if note["text"] == "甲"] == [side]


@pytest.mark.parametrize("on", SCREENS, ids=str)
@pytest.mark.parametrize(
    "firms",
    [
        (bubble(10.0, 20.0),),
        (bubble(10.0, 20.0), bubble(10.0, 20.0)),
        (bubble(1e-3, 1e-4), bubble(1e6, 1e9)),
        (bubble(5.0, 1e7, NAN), bubble(5.0, 1e7, -3.0)),
        (bubble(5.0, 1.0, 0.0, "不定等级"), bubble(5.0, 2.0, 1e9, "D")),
    ],
)
def test_any_firms_can_be_shown(firms, on):
    figure = land_tax_figure(bubbles(*firms), on)
    text = json.dumps(figure, cls=PlotlyJSONEncoder)
    assert "NaN" not in text
    assert "Infinity" not in text
    marks = [t for t in figure["data"] if t["mode"] == "markers"]
    assert sum(len(t["x"]) for t in marks) == len(firms)
    assert all(size > 0 for t in marks for size in t["marker"]["size"])
    assert len(figure["layout"]["xaxis"]["ticktext"]) >= 1


def test_the_list_is_mounted_once_with_its_texts(render_panel):
    panel = render_panel(land_firms.firm_list, render_firm_list)
    [grid] = [c for c in walk(panel.controls) if type(c).__name__ == "AgGrid"]
    heads = [c["headerName"] for c in grid.columnDefs]
    assert heads[:2] == ["企业", "镇街"]
    assert {"亩均税收 万元/亩", "用地 亩", "总分", "位次", "最弱项"} <= set(heads)
    assert all(re.search("[\u4e00-\u9fff]", w) for w in grid.dashGridOptions["localeText"].values())
    assert panel.insight == "共16家企业"


def test_a_phone_gets_the_columns_that_fit(small, context):
    chosen = Selection(period="2022")
    view = land_firms.firm_list(resolve_context(small, chosen))
    panel = render_firm_list(view, context("/land", Viewport(narrow=True), period="2022"))
    [grid] = [c for c in walk(panel.controls) if type(c).__name__ == "AgGrid"]
    assert len(grid.columnDefs) == 4
    assert sum(c["minWidth"] for c in grid.columnDefs) <= 390 - 2 * 12


def test_land_of_d_firms(render_panel, small, shape, context):
    panel = render_panel(land_towns.worst_land, render_worst_land)
    rows = table(panel.body)
    assert rows[0] == ["镇街", "", "用地 亩", "占本镇街 评价用地", "企业 家"]
    assert rows[1] == ["乔司街道", "", "33", "39.3%", "3"]
    assert rows[2] == ["东湖街道", "", "6", "19.4%", "2"]
    assert ["临平街道", "", "—", "—", "0"] in rows
    view = land_towns.worst_land(resolve_context(small, Selection(period="2022")))
    drawing = render_worst_land(view, replace(context("/land", towns=("qiaosi",)), map_geometry=shape)).svg
    assert "乔司街道，D类企业用地 33亩，占本镇街评价用地 39.3%，D类企业 3家" in str(drawing)


def test_the_ranking(render_panel):
    panel = render_panel(land_towns.per_mu_ranking, render_per_mu_ranking)
    assert panel.subtitle == "亩均税收，万元/亩"
    rows = table(panel.body)
    assert rows[0] == ["", "镇街", "", "本年", "上年", "增减", "自身", "结构", "自身与结构"]
    donghu = next(r for r in rows if r[1] == "东湖街道")
    assert donghu[3:8] == ["8.33", "6.83", "+1.50", "+1.50", "0.00"]
    assert rows[-1][1] == "全区"
    assert links(panel.body)["东湖街道"] == "/land?town=donghu&period=2022"
    first_year = table(render_panel(land_towns.per_mu_ranking, render_per_mu_ranking, period="2021").body)
    assert first_year[1][4:8] == ["—"] * 4


def test_the_ranking_keeps_its_sums_as_shown(render_panel):
    """Own and structure are beside the change: as shown they may differ from it by no more than rounding."""
    for row in table(render_panel(land_towns.per_mu_ranking, render_per_mu_ranking).body)[1:]:
        change, own, structure = (float(x.replace("−", "-")) for x in row[5:8])
        assert abs(own + structure - change) <= 0.0101


# --- empty and hostile ----------------------------------------------------------------------------------------------

SPECS = {f"{p.key}/{s.key}": s for p in (result_page.PAGE, what_if_page.PAGE) for s in p.panels}


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_without_a_view_a_panel_renders_its_empty_state(spec, context):
    for view in (View.RESULT, View.WHAT_IF):
        panel = spec.render(None, context("/land", view=view))
        assert panel.figure is None
        json.dumps(list(panel_props(Panel(spec, panel)).values()), cls=PlotlyJSONEncoder)
        assert "None" not in text_of(panel.body)


@pytest.mark.parametrize(("draw", "others"), [(render_summary, [render_scores, render_firm_list]), (render_head, [])])
def test_before_the_first_evaluation_the_page_says_what_to_do(draw, others, context):
    text = text_of(draw(None, context("/land")).body)
    assert "评价结果模拟评价低效整治" in text
    for body in [text_of(other(None, context("/land")).body) for other in others] or [text]:
        assert "还没有" in body
        assert "发布" in body


@pytest.mark.parametrize(
    ("view", "draw"),
    [
        (land.summary, render_summary),
        (land.grade_structure, render_grade_structure),
        (land.grade_migration, render_grade_migration),
        (land_scores.score_distribution, render_scores),
        (land_scatter.scatter, render_scatter),
        (land_towns.worst_land, render_worst_land),
        (land_towns.per_mu_ranking, render_per_mu_ranking),
    ],
)
def test_an_empty_selection_has_a_message_and_a_link_out(render_panel, view, draw):
    panel = render_panel(view, draw, towns=("linping",), chains=("new-materials",))
    message = text_of(panel.body)
    assert not re.search(r"\b(nan|None|inf)\b", message)
    if view is not land.summary:
        assert "所选范围没有数据" in message
        assert any("清除" in text for text in links(panel.body))


# --- the explanation ------------------------------------------------------------------------------------------------------


def test_the_explanation(render_panel, small, context):
    panel = render_panel(land_firms.firm_explanation, render_explanation, firm=code(5), towns=("donghu",))
    text = text_of(panel.body)
    assert panel.title == "杭州测试5有限公司"
    assert "56.0分第 6位 / 共 10家" in text
    assert "差B类线24.0分" in text
    rows = table(panel.body)
    assert rows[0] == ["指标", "数值", "基准值", "得分", "组内位次", "单独达到B类需"]
    assert rows[1] == ["亩均税收万元/亩", "6", "10", "36.0 / 60", "6/10不低于50.0%的企业", "10"]
    assert links(panel.tools)["× 关闭"] == "/land?town=donghu&period=2022"
    assert "2021年D21.0分2022年C56.0分" in text
    assert not panel.subtitle
    view = land_firms.firm_explanation(resolve_context(small, Selection(period="2022", firm=code(5))))
    tried = render_explanation(view, context("/land", firm=code(5), view=View.WHAT_IF))
    assert tried.subtitle == "按已发布的办法，不含正在试算的调整"


def test_explanations_without_something(render_panel):
    best = render_panel(land_firms.firm_explanation, render_explanation, firm=code(1))
    assert table(best.body)[1][-1] == "—"
    unknown = render_panel(land_firms.firm_explanation, render_explanation, firm=code(999))
    assert code(999) in text_of(unknown.body)
    assert "评价结果" in text_of(unknown.body)
    no_value = render_panel(land_firms.firm_explanation, render_explanation, firm=code(8))
    assert table(no_value.body)[2][1] == "—"
    assert "没有数据" in table(no_value.body)[2][4]
    remediated = render_panel(land_firms.firm_explanation, render_explanation, firm=code(7))
    assert "D类提升 · 完成2021年3月1日列入，2021年9月1日完成" in text_of(remediated.body)
    assert "盘活用地 3.5亩" in text_of(remediated.body)


def test_marks_that_are_no_grade_are_tags():
    assert text_of(grade_tile("不定等级")) == "不定等级"
    assert with_class(grade_tile("不定等级"), "tag")
    assert text_of(grade_tile("")) == "未评价"
    assert with_class(grade_tile("A"), "grade-tile")


# --- the what-if ----------------------------------------------------------------------------------------------------


@pytest.fixture
def bench(small):
    def make(**selection):
        return what_if.what_if(resolve_context(small, Selection(**({"period": "2022", "view": View.WHAT_IF} | selection))))

    return make


def test_the_verdict_has_units_and_what_was_changed(bench, context):
    panel = render_verdict(bench(changes=CHANGES), context("/land"))
    shown = figures(panel)
    assert shown.pop("企业负担变化") in ("+30万元/年", "+31万元/年")  # exactly 56.4 - 25.9 = 30.5; as shown 56 - 26 = 30
    assert shown == {"A类企业": "4家", "B类企业": "3家", "C类企业": "3家", "D类企业": "5家", "等级变动": "4家"}
    assert "对照 2家" in text_of(cell(panel, "A类企业"))
    assert "▲ 升 3家▼ 降 1家" in text_of(cell(panel, "等级变动"))
    assert "规上 A类累计占比 20→40%" in text_of(panel.body)
    assert "（已调整）" in panel.subtitle
    unchanged = render_verdict(bench(), context("/land"))
    assert "没有改动" in text_of(unchanged.body)
    assert "已调整" not in unchanged.subtitle


def test_a_rule_without_result_is_in_the_verdict_only(bench, context):
    view = replace(bench(), outcome=what_if.failed_outcome("第一组没有企业"))
    assert "第一组没有企业" in text_of(render_verdict(view, context("/land")).body)
    for spec in OUTCOME_PANELS[1:]:
        panel = spec.render(view, context("/land"))
        assert (panel.figure, text_of(panel.body)) == (None, "")
    assert render_sliders(view, context("/land")).body is not None


def test_the_bill(bench, context):
    panel = render_bill(bench(changes=CHANGES), context("/land"))
    assert panel.subtitle == "万元/年，正数为企业多缴"
    rows = table(panel.body)
    assert rows[0] == ["措施", "对照", "方案", "增减"]
    # -2.1 → 10.4, 28 → 46, 25.9 → 56.4
    assert [r[:3] for r in rows[1:]] == [["土地使用税", "−2", "10"], ["电价加价", "28", "46"], ["合计", "26", "56"]]
    assert rows[2][3] == "+18"


def test_a_rule_that_bills_nothing_says_so(bench, context):
    plain = bench(base="只看位次", versus="只看位次")
    assert "无法计算账单" in text_of(render_bill(plain, context("/land")).body)
    assert "办法没有写计费的措施" in text_of(render_verdict(plain, context("/land")).body)


def test_the_bill_adds_up_as_it_is_shown(bench, context):
    """Each row's difference, and the total, are those of the figures on the screen."""

    def number(text):
        return int(text.replace(",", "").replace("−", "-"))

    _, *rows = table(render_bill(bench(changes=CHANGES), context("/land")).body)
    figures = [[number(cell) for cell in row[1:]] for row in rows]
    assert all(after - before == moved for before, after, moved in figures)
    assert [sum(column) for column in zip(*figures[:-1], strict=True)] == figures[-1]


def test_moves_by_town_and_chain(bench, context):
    panel = render_group_moves(bench(changes=CHANGES), context("/land"))
    rows = [text_of(r) for r in with_class(panel.body, "move-row")]
    assert rows == ["乔司11", "东湖1", "塘栖1", "未归链11", "时尚产业2"]


def test_without_moves_one_panel_says_so_and_the_lists_are_not_there(bench, context):
    unchanged = bench()
    assert render_outcome_migration(unchanged, context("/land")).insight == "没有企业的等级发生变动。"
    hidden = (render_group_moves(unchanged, context("/land")), render_movers(unchanged, context("/land")))
    assert {panel.frame for panel in hidden} == {PanelFrame.HIDDEN}


def test_the_movers_and_their_explanations(bench, context):
    panel = render_movers(bench(changes=CHANGES), context("/land", view=View.WHAT_IF, changes=CHANGES, period="2022"))
    rows = table(panel.body)
    assert rows[0] == ["企业", "镇街", "类型", "等级变动", "对照 分", "方案 分", "用地 亩"]
    assert rows[1] == ["测试6", "乔司", "规上", "C → D", "30.0", "30.0", "40.0"]
    explanation = links(panel.body)["测试6"]
    assert f"firm={code(6)}" in explanation
    assert "sim=0c0:4;0qA:40;1c0:0" in explanation
    assert "共4家" in panel.subtitle


def test_the_sliders_have_the_scenario_and_the_changes(bench, context):
    panel = render_sliders(bench(changes="0qA:40;1b:best"), context("/land"))
    sliders = {c.id["key"]: c for c in walk(panel.body) if type(c).__name__ == "Slider"}
    assert (sliders["0qA"].value, sliders["0w0"].value, sliders["0c0"].value) == (40.0, 60.0, 2.0)
    assert all(s.min <= s.value <= s.max for s in sliders.values())
    assert all(s.updatemode == "drag" for s in sliders.values())
    stated, observed = [c for c in walk(panel.body) if type(c).__name__ == "Store"]
    assert observed.data == 1  # the data version that whoever publishes has looked at
    assert stated.data == {
        "0w0": 60.0, "0w1": 40.0, "0qA": 20.0, "0qB": 60.0, "0qC": 95.0, "0c0": 2.0,
        "1w0": 100.0, "1qA": 20.0, "1qB": 60.0, "1qC": 95.0, "1c0": 2.0, "0b": "policy", "1b": "policy",
    }  # fmt: skip
    radios = [c for c in walk(panel.body) if type(c).__name__ == "RadioItems"]
    assert [r.value for r in radios] == ["policy", "best"]
    opened = [c.open for c in walk(panel.body) if type(c).__name__ == "Details"]
    assert opened == [True, False]


def test_a_change_beyond_the_sliders_end_still_shows(bench, context):
    panel = render_sliders(bench(changes="0c0:50"), context("/land"))
    slider = next(c for c in walk(panel.body) if type(c).__name__ == "Slider" and c.id["key"] == "0c0")
    assert slider.value == slider.max == 50.0


def test_the_scenarios(bench, context):
    panel = render_scenarios(bench(changes=CHANGES), context("/land", view=View.WHAT_IF, changes=CHANGES, period="2022"))
    rows = table(panel.body)
    assert [r[0] for r in rows] == ["更严", "<b>方案</b>"]  # as text, not as markup
    assert "李 · 2023年2月1日" in rows[0][1]
    result = links(with_class(panel.body, "scenario-links")[0])
    assert "base=%E6%9B%B4%E4%B8%A5" in result["打开"]
    assert "sim" not in result["打开"]
    assert "versus=%E6%9B%B4%E4%B8%A5" in result["与当前方案对照"]
    assert "sim=0c0:4" in result["与当前方案对照"]
    assert result["导出"].startswith("/download/scores.xlsx?")
    deletions = [attribute(c, "data-delete-scenario") for c in walk(panel.body) if type(c).__name__ == "Button"]
    assert deletions == ["更严", "<b>方案</b>"]


def test_the_form_has_labels_and_the_publishing_asks_again(bench, context):
    form = render_scenarios(bench(), context("/land")).controls
    inputs = [c for c in walk(form) if type(c).__name__ == "Input"]
    assert [i.maxlength for i in inputs] == [60, 20]
    assert all(i.placeholder for i in inputs)
    summary = next(c for c in walk(form) if type(c).__name__ == "Summary")
    assert text_of(summary) == "发布为正式等级…"
    assert any(attribute(c, "data-current-query") == "" for c in walk(form) if type(c).__name__ == "A")


def test_menus_name_the_scenarios(bench, context):
    text = text_of(render_head(bench(base="更严", versus="只看位次"), context("/land", view=View.WHAT_IF)).body)
    assert "方案：更严" in text
    assert "对照：只看位次" in text


HOSTILE = '<img src=x onerror="alert(1)">'


def test_names_with_markup_stay_text(bench, context):
    view = bench(changes=CHANGES)
    move = FirmMove(code(1), HOSTILE, HOSTILE, HOSTILE, "A", HOSTILE, 1.0, 2.0, 3.0)
    odd = replace(view.outcome, movers=(move,), towns=(GroupMoves("x", HOSTILE, 1, 0),), bills=(MeasureBill(HOSTILE, -0.4, 0.4),))
    view = replace(view, outcome=odd, changed_rules=(HOSTILE,))
    for render in (render_movers, render_group_moves, render_bill, render_verdict):
        panel = render(view, context("/land"))
        assert HOSTILE not in panel.body
        assert HOSTILE in text_of(panel.body)
        assert not [c for c in walk(panel.body) if hasattr(c, "dangerously_allow_html")]


def test_amounts_that_round_to_nothing_have_no_sign(bench, context):
    view = replace(bench(), outcome=replace(bench().outcome, bills=(MeasureBill("措施", -0.4, -0.3),)))
    assert table(render_bill(view, context("/land")).body)[1] == ["措施", "0", "0", "0"]
    assert figures(render_verdict(view, context("/land")))["企业负担变化"] == "0万元/年"
