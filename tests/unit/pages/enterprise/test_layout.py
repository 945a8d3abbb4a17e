"""The firm's page as HTML: links, units, notes, empty states, the chart; and the results of the search."""

from __future__ import annotations

import dataclasses
import math
from itertools import pairwise

import pytest

from cockpit.analysis.search import SearchResult
from cockpit.selection import Compare, Selection
from cockpit.views.context import resolve_context
from cockpit.views.enterprise import metrics as enterprise_metrics
from cockpit.views.enterprise import months as enterprise_months
from data.district_pack import load_district
from layouts.components.panel import PanelKind
from layouts.components.search_box import SearchOutcome, search_box, search_results
from layouts.enterprise.lists import render_peers, render_projects
from layouts.enterprise.metrics import render_months, render_summary
from layouts.enterprise.months_figure import median_fits, months_figure
from layouts.enterprise.page import PAGE, code_of, selection_of_firm
from layouts.land.firm_explanation import render_explanation
from layouts.pages import on_page, page_of
from layouts.ui import ids
from layouts.ui.templates import NOTHING
from layouts.ui.theme import Viewport
from tests.factories import RowsRepository
from tests.unit.land_district import District
from tests.unit.pages.enterprise.test_view import sheets
from tests.unit.pages.markup import attribute, kpi_text, text_of, walk, with_class
from tests.unit.pages.validate import validate
from tests.workbooks import code

PANELS = {spec.key: spec for spec in PAGE.panels}


@pytest.fixture(scope="module")
def small(district):
    return RowsRepository(sheets(), district)


@pytest.fixture(scope="module")
def graded(district):
    return District(district)


@pytest.fixture
def rendered(context):
    """Contents of a panel of the page of firm ``number``."""

    def render_panel(repository, panel, number, **selection):
        path = f"/enterprise/{code(number) if isinstance(number, int) else number}"
        ctx = resolve_context(repository, on_page(Selection(**selection), path))
        return PANELS[panel].render(PANELS[panel].compute(ctx), context(path, **selection))

    return render_panel


def links(component):
    """Text -> address of all links."""
    return {text_of(c): c.href for c in walk(component) if getattr(c, "href", None)}


# --- address and page -----------------------------------------------------------------------------------------------


def test_the_address_names_the_firm_and_filters_of_area_mean_nothing():
    chosen = Selection(towns=("tangqi",), industries=("17",), period="2022", metric="tax", comparable=True, firm=code(3))
    shown = on_page(chosen, f"/enterprise/{code(1)}")
    assert shown == Selection(period="2022", metric="tax", firm=code(1))
    assert selection_of_firm(Selection(compare=Compare.MOM), "/enterprise/x").compare is Compare.MOM


@pytest.mark.parametrize("path", ["/enterprise/abc", "/enterprise/abc/", "/enterprise/x/abc"])
def test_a_code_is_read_in_capitals(path, district):
    assert code_of(path) == "ABC"
    assert page_of(path, Selection(), district) is PAGE


@pytest.mark.slow
def test_every_panel_is_rendered_for_every_kind_of_firm(rendered, small, graded):
    for repository, numbers in ((small, (1, 3, 4, 5, 7)), (graded, (1, 5, 8, 9, 11, 15, 17))):
        for number in numbers:
            for period in ("2022", "2022-02", "2021-03"):
                for key, spec in PANELS.items():
                    panel = rendered(repository, key, number, period=period)
                    assert panel.figure is None or (spec.kind is PanelKind.CHART and validate(panel.figure))
                    text = text_of([panel.body, panel.insight, panel.subtitle])
                    assert not any(bad in text for bad in ("nan", "None", "inf ")), (number, period, key, text)


# --- who it is ------------------------------------------------------------------------------------------------------


def test_identity(rendered, graded, small):
    panel = rendered(small, "identity", 1, period="2022", towns=("donghu",))
    assert text_of(with_class(panel.body, "firm-name")) == "杭州测试1有限公司规上配套时尚E家"
    facts = text_of(with_class(panel.body, "firm-facts"))
    assert "园区云尚工业园" in facts
    assert "用地10亩" in facts
    assert "成立2004年10月3日" in facts
    assert links(panel.body)["时尚产业"] == "/chain/fashion?town=donghu&period=2022"
    assert links(panel.body)["塘栖镇"] == "/?town=tangqi&period=2022"
    assert "尚未评价" in text_of(panel.body)
    text = text_of(rendered(graded, "identity", 5, period="2022").body)
    assert "C2022年度评价规上第6位，共10家" in text


def test_nobody_of_this_code(rendered, small):
    panel = rendered(small, "identity", "91330113XXXXXXXXXX")
    assert "名录里没有代码为“91330113XXXXXXXXXX”的企业" in text_of(panel.body)
    [search] = [c for c in walk(panel.body) if type(c).__name__ == "Button"]
    assert text_of(search) == "查找企业"
    assert attribute(search, "data-search-open") == ""
    others = [rendered(small, key, "91330113XXXXXXXXXX") for key in PANELS if key not in ("identity", "grade", "energy")]
    assert [p.body for p in others] == [NOTHING] * len(others)


# --- figures --------------------------------------------------------------------------------------------------------


def test_cells_show_change_rank_and_what_is_missing(rendered, small):
    panel = rendered(small, "kpis", 1, period="2022")
    assert kpi_text(panel, "产值") == "产值1,440万元▲ +20.0% 同比链内第 2 / 5"
    assert kpi_text(panel, "单位增加值能耗").startswith("单位增加值能耗100.0千克标准煤/万元▼ −16.7% 同比")
    assert "位次：时尚产业规上企业" in text_of(panel.body)
    assert links(panel.body)["144万元"] == f"/enterprise/{code(1)}?period=2022&metric=tax"
    half = rendered(small, "kpis", 3, period="2022")
    assert kpi_text(half, "产值") == "产值360万元 上年同期没有数据链内第 5 / 5 · 12个月中有6个月数据"
    none = rendered(small, "kpis", 3, period="2022-03")
    assert kpi_text(none, "产值") == "产值— 期内没有月度数据"


def test_cells_without_comparison(rendered, small):
    assert kpi_text(rendered(small, "kpis", 1, period="2022", compare=Compare.NONE), "产值") == "产值1,440万元链内第 2 / 5"


def test_months_offer_other_metrics(rendered, small):
    panel = rendered(small, "months", 1, period="2022")
    assert panel.title == "各月产值"
    assert panel.subtitle == "万元 · 与上年同月比 · 虚线为链中位"
    assert links(panel.tools)["税收"] == f"/enterprise/{code(1)}?period=2022&metric=tax"
    menu = rendered(small, "months", 1, period="2022", metric="energy")
    assert text_of([c for c in walk(menu.tools) if type(c).__name__ == "Summary"]) == "综合能耗"


def test_months_of_those_who_report_yearly(rendered, graded):
    panel = rendered(graded, "months", 11, period="2022")
    assert panel.figure is None
    assert panel.title == "历年评价数据"
    assert panel.insight == "宗地企业不报月度经营数据，以下为年度评价数据"
    assert "评价税收万元62020" in text_of(panel.body)  # 6 in 2021, 20 in 2022, and as the median
    assert panel.subtitle == "中位数为2022年时尚产业宗地企业"


def test_months_without_any_row_say_so(rendered, small):
    assert "2021年1—12月没有数据" in text_of(rendered(small, "months", 3, period="2021").body)


@pytest.fixture
def months(small):
    def trend(number, **selection):
        return enterprise_months.firm_trend(resolve_context(small, Selection(firm=code(number), **selection)))

    return trend


def test_the_chart(months):
    view = months(1, period="2022")
    figure = months_figure(view, load_district("linping"), Viewport())
    notes = [a["text"] for a in figure["layout"]["annotations"]]
    assert {"<b>2022年 120</b>", "2021年 100", "链中位 120", "同比 %", "— 链中位", "<b>+20.0</b>"} <= set(notes)
    now = figure["data"][2]
    assert now["y"] == [120.0] * 12
    assert "上年同期 100万元，同比 +20.0%" in now["text"][-1]
    assert "时尚产业中位数 120万元（5家）" in now["text"][-1]
    assert "口径：" in now["text"][-1]


def test_a_median_of_another_order_is_in_the_text_only(months):
    view = months(1, period="2022")
    far = tuple(dataclasses.replace(p, point=dataclasses.replace(p.point, value=p.point.value * 50)) for p in view.points)
    giant = dataclasses.replace(view, points=far)
    assert median_fits(view)
    assert not median_fits(giant)
    assert not any(
        "链中位 " in a["text"] for a in months_figure(giant, load_district("linping"), Viewport())["layout"]["annotations"]
    )


def test_joint_months_and_two_years_on_the_axis(months):
    ticks = months_figure(months(7, period="2022"), load_district("linping"), Viewport())["layout"]["xaxis"]["ticktext"]
    assert ticks[0] == "1—2月"
    both = months_figure(months(1, period="2021-07..2022-06"), load_district("linping"), Viewport(narrow=True))["layout"][
        "xaxis"
    ]["ticktext"]
    assert any(t.endswith("<br>22年") for t in both)
    assert months_figure(months(3, period="2021"), load_district("linping"), Viewport()) is None


def test_labels_of_the_lines_stay_apart(months):
    view = months(1, period="2022")
    same = tuple(dataclasses.replace(p, point=dataclasses.replace(p.point, base=120.0), median=120.0) for p in view.points)
    figure = months_figure(dataclasses.replace(view, points=same), load_district("linping"), Viewport())
    heights = sorted(a["y"] for a in figure["layout"]["annotations"] if a.get("yref") == "y")
    low, high = figure["layout"]["yaxis"]["range"]
    assert all(b - a >= (high - low) * 0.12 for a, b in pairwise(heights))


def test_energy(rendered, small):
    panel = rendered(small, "energy", 1, period="2022")
    assert "综合能耗36吨标准煤0.0% 同比" in text_of(panel.body)
    assert "本企业100.0时尚产业106.0全区规上" in text_of(panel.body)
    assert panel.insight == "单位增加值能耗比时尚产业低5.7%"


# --- grade, peers, projects, sources --------------------------------------------------------------------------------


def test_the_grade_is_explained_with_its_history(rendered, graded):
    panel = rendered(graded, "grade", 5, period="2022")
    text = text_of(panel.body)
    assert "差B类线24.0分" in text
    assert "2021年D21.0分2022年C56.0分" in text
    assert "没有列入过低效整治" in text
    assert "单独达到B类需" in text
    assert links(panel.tools) == {"在名单里看 →": f"/land?period=2022&firm={code(5)}"}
    assert "D类提升 · 完成" in text_of(rendered(graded, "grade", 7, period="2022").body)
    assert "没有参加2022年度评价" in text_of(rendered(graded, "grade", 17, period="2022").body)


def test_peers_lead_to_their_own_pages(rendered, small):
    panel = rendered(small, "peers", 1, period="2022")
    assert links(panel.body)["测试2"] == f"/enterprise/{code(2)}?period=2022"
    assert "测试1" not in links(panel.body)
    assert panel.subtitle == "时尚产业 · 成衣加工，从3家中取规模最近的3家"
    assert panel.insight == "亩均税收14.40万元/亩，在这4家中最高"
    assert "没有规模可比的企业" in text_of(rendered(small, "peers", 4, period="2022").body)


def test_projects_and_none(rendered, small, graded):
    panel = rendered(small, "firm-projects", 1, period="2022")
    rows = [[text_of(c) for c in r.children] for r in walk(panel.body) if type(r).__name__ == "Tr"]
    assert rows[0] == ["项目", "领域", "计划投资 万元", "完成投资 万元", "签约", "进度"]
    assert rows[1] == ["技改", "—", "3,000", "500", "2022-08-01", "签约"]
    assert len(with_class(panel.body, "done")) == 1 + 2
    assert "没有以本企业为投资主体的项目" in text_of(rendered(small, "firm-projects", 2).body)
    assert "还没有项目台账" in text_of(rendered(graded, "firm-projects", 1).body)


def test_sources_tell_sheet_row_and_batch(rendered, small, graded):
    panel = rendered(small, "sources", 1, period="2022")
    rows = [[text_of(c) for c in r.children] for r in walk(panel.body) if type(r).__name__ == "Tr"]
    assert rows[0] == ["数据", "哪一行", "文件", "表", "行", "批次", "发布人", "发布时间"]
    assert rows[2] == ["月度经营", "2022年12月", "报表.xlsx", "月度经营", "25", "1", "王", "2023年7月16日 09:30"]
    assert "全部 28行" in text_of(panel.body)
    insight = text_of(rendered(graded, "sources", 1, period="2022").insight)
    assert "等级出自评价记录 2（某办法），王 2023年1月16日 10:00 发布" in insight


def test_nothing_is_rendered_of_nobody(context):
    for render_panel in (render_summary, render_months, render_peers, render_projects):
        assert render_panel(None, context("/enterprise/X")).body == NOTHING


def test_the_drawer_leads_to_the_page(context, graded):
    ctx = resolve_context(graded, Selection(firm=code(5), period="2022"))
    panel = render_explanation(PANELS["grade"].compute(ctx), context("/land", firm=code(5), period="2022", grades=("C",)))
    assert links(panel.tools)["企业画像 →"] == f"/enterprise/{code(5)}?period=2022"


def test_summary_of_nobodys_evaluation_is_a_sentence(context, district):
    ctx = resolve_context(District(district, years=()), Selection(firm=code(11)))
    assert text_of(render_summary(enterprise_metrics.summary(ctx), context("/")).body) == "尚未发布年度评价，没有可显示的指标"


# --- the search box -------------------------------------------------------------------------------------------------

RESULT = SearchResult(code(1), "杭州锦安动力有限公司", "锦安动力", "东湖街道", "高端装备", "high-end-equipment")


def test_results_are_links_that_keep_the_period():
    results = search_results(
        "jadl",
        SearchOutcome((RESULT, RESULT), ()),
        Selection(period="2022-03", towns=("tangqi",), grades=("A",)),
        load_district("linping"),
    )
    first, second = with_class(results, "search-result")
    assert first.href == f"/enterprise/{code(1)}?town=tangqi&period=2022-03"
    assert (first.id, second.id) == (ids.search_result(0), ids.search_result(1))
    assert (first.role, attribute(first, "data-nav"), attribute(results, "data-query")) == ("option", True, "jadl")
    assert text_of(first) == "锦安动力杭州锦安动力有限公司东湖街道高端装备"


def test_no_result_says_what_can_be_typed():
    results = search_results(" 火星 ", SearchOutcome((), ()), Selection(), load_district("linping"))
    assert "没有找到“火星”" in text_of(results)
    assert "拼音首字母" in text_of(results)
    assert (attribute(results, "role"), attribute(results, "data-query")) == ("status", " 火星 ")


def test_the_box_has_no_latin_text():
    assert not [w for w in text_of(search_box()) if w.isascii() and w.isalpha()]
    assert math.isclose(next(c for c in walk(search_box()) if type(c).__name__ == "Input").debounce, 0.15)
