"""The view 时尚E家 rendered: values with units, both groups side by side, charts, empty states; rows of chains and views."""

from __future__ import annotations

import dataclasses
import math

import pytest

from cockpit.analysis.comparison import Compared
from cockpit.district.terms import LevelTerms
from cockpit.selection import Compare, View
from cockpit.views.parts import Caption
from cockpit.views.platform.members import IndustryRow, MemberComparison, MemberGroup, OutputPair
from cockpit.views.platform.months import PlatformMonth, PlatformOrders, PlatformSeries, PlatformTax
from cockpit.views.platform.records import MATCHING, MEMBERS, MONEY, NEW_TAX
from cockpit.views.platform.summary import PlatformServices, PlatformSummary
from layouts.chain.tabs import chain_row, view_row
from layouts.charts.annotations import raise_labels
from layouts.components.panel import PanelKind
from layouts.platform.capacity_figure import capacity_figure
from layouts.platform.members import render_comparison
from layouts.platform.members_figure import members_figure
from layouts.platform.orders_figure import orders_figure
from layouts.platform.page import PAGE, render_members, render_new_tax, render_services, render_summary
from layouts.platform.tax_figure import tax_figure
from layouts.ui.theme import Viewport
from tests.unit.pages.markup import kpi_text, text_of, walk, with_class
from tests.unit.pages.validate import validate

NAN = math.nan
TOKEN = "chain-rose"
CAPTION = Caption("临平区 · 平台全部成员", "2022年1—12月", "数据截至2022年12月", "口径")


def compared(value, base, *, is_percent=False, reason=""):
    return Compared(value, base, is_percent, reason)


SUMMARY = PlatformSummary(
    True,
    compared(7600.0, 6800.0),
    compared(8176.0, 7250.0),
    compared(3500.0, 2633.0),
    compared(0.762870, 0.679684, is_percent=True),
    15856.3,
    12096.3,
    compared(459667.8, 356529.9),
    compared(17550.0, 13950.0),
    compared(380.0, 293.0),
    compared(1525.2, 1525.2),
    3050.4,
    202101,
    OutputPair(120, 120, 1202260.84, 955505.3, 1202260.84, 955505.3),
    "2020年",
    CAPTION,
)


def months(count=24, **more):
    own = {"members": 7600.0, "nation": 8176.0, "digitised": 3500.0, "offered": 1365.4, "matched": 1092.4, "rate_before": 0.717}
    own |= {"orders": 1600.0, "order_value": 41509.4, "buyers": 380.0, "new_tax": 127.1}
    first = 202101
    points = []
    for n in range(count):
        month = first + n if n < 12 else first + 100 + n - 12
        points.append(PlatformMonth(month, 1, **{**own, "tax_so_far": 127.1 * (n + 1), **more}))
    return tuple(points)


def pair(same, value, base):
    return OutputPair(same, same, value, base, value, base)


COMPARISON = MemberComparison(
    (
        MemberGroup("成员", pair(120, 1_202_260.0, 1_094_663.0), pair(120, 1_202_260.0, 955_505.0)),
        MemberGroup("非成员", pair(77, 1_064_274.0, 985_039.0), pair(77, 1_064_274.0, 875_601.0)),
    ),
    (IndustryRow("17", "纺织业", (pair(60, 109.1, 100.0), pair(37, 108.4, 100.0))),),
    True,
    "同比",
    "2020年",
    "成员快1.8个百分点",
    CAPTION,
)


@pytest.fixture
def fashion(context):
    return lambda path="/chain/fashion", **selected: context(path, **({"view": View.PLATFORM} | selected))


def test_summary_figures_carry_unit_change_and_basis(fashion):
    panel = render_summary(SUMMARY, fashion())
    assert kpi_text(panel, "本区成员") == "本区成员7,600家▲ +11.8% 同比全国 8,176家"
    assert kpi_text(panel, "数字化改造") == "数字化改造3,500家▲ +32.9% 同比占本区成员 46.1%"
    assert kpi_text(panel, "产能匹配率") == "产能匹配率76.3%▲ +8.3个百分点 同比匹配 12,096/15,856万件"
    assert kpi_text(panel, "订单额") == "订单额46.0亿元▲ +28.9% 同比订单 17,550单"
    assert kpi_text(panel, "累计新增税收") == "累计新增税收3,050.4万元 2021年1月起本期 1,525.2，同比 0.0%"
    assert kpi_text(panel, "成员户均产值") == "成员户均产值1.00亿元▲ +25.8% 比2020年规上 · 同一批 120家"


def test_missing_figures_say_why_and_have_no_unit(fashion):
    none = compared(NAN, NAN, reason="2022年12月没有上报")
    bare = dataclasses.replace(
        SUMMARY, members=none, matching=none, offered=NAN, tax=none, tax_total=NAN, tax_since=0, uplift=None, nation=none
    )
    panel = render_summary(bare, fashion())
    assert kpi_text(panel, "本区成员") == "本区成员—2022年12月没有上报"
    assert kpi_text(panel, "产能匹配率") == "产能匹配率— 2022年12月没有上报"
    assert kpi_text(panel, "累计新增税收") == "累计新增税收—"
    assert kpi_text(panel, "成员户均产值") == "成员户均产值—所选范围没有成员企业"


def test_without_comparison_there_is_no_change(fashion):
    assert kpi_text(render_summary(SUMMARY, fashion(compare=Compare.NONE)), "对接买手") == "对接买手380人期末月份当月数"


def test_both_groups_and_that_it_is_no_cause(fashion):
    panel = render_comparison(COMPARISON, fashion())
    text = text_of(panel.body)
    assert "成员 120家+9.8%" in text
    assert "非成员 77家+8.0%" in text
    assert "成员 120家▲ +25.8%0.80→1.00" in text
    assert "对比，不是因果" in text
    # The table's difference is that of the figures beside it: 9.1 - 8.4.
    assert text_of(with_class(panel.body, "table")).endswith("纺织业60+9.1%37+8.4%+0.7")


def test_comparison_without_members_base_or_rows(fashion):
    bare = dataclasses.replace(COMPARISON, sides=(), flagged=False)
    assert "企业名录没有标记时尚E家成员" in text_of(render_comparison(bare, fashion()).body)
    narrowed = render_comparison(dataclasses.replace(bare, flagged=True), fashion(industries=("34",)))
    assert "所选范围没有数据" in text_of(narrowed.body)
    first = render_comparison(dataclasses.replace(COMPARISON, base="", first=""), fashion())
    assert "没有更早的产值可以对比" in text_of(first.body)


def test_services_of_the_district_pack(fashion, district):
    text = text_of(render_services(PlatformServices(district.platform, CAPTION), fashion()).body)
    for term in ("线上", "集群化生产系统", "IP、文化、科技", "线下", "家纺服装产业创新服务综合体", "时尚买手", "产能匹配难"):
        assert term in text
    assert "没有平台服务的介绍" in text_of(render_services(PlatformServices(None, CAPTION), fashion()).body)


def test_charts_end_with_names_and_values():
    points, viewport, terms = months(), Viewport(), LevelTerms()
    figures = (
        members_figure(points, MEMBERS, terms, TOKEN, viewport),
        capacity_figure(points, MATCHING, terms, TOKEN, viewport),
        orders_figure(points, MONEY, terms, viewport),
        tax_figure(points, NEW_TAX, terms, TOKEN, viewport),
    )
    for figure in figures:
        validate(figure)
    notes = [a["text"] for figure in figures for a in figure["layout"]["annotations"]]
    expected = ("全国 8,176", "<b>本区 7,600</b>", "数字化 3,500", "<b>匹配率 80.0%</b>", "上年同月 71.7%", "发布 1,365万件")
    expected += (
        "匹配 1,092万件",
        "订单额 亿元",
        "<b>4.15</b>",
        "<b>1,600</b>",
        "<b>380</b>",
        "<b>累计 3,050</b>",
        "21年末 1,525",
    )
    for text in (*expected, "<b>127.1</b>"):
        assert text in notes


def test_names_of_equal_values_stay_inside_the_figure():
    equal = months(members=7600.0, nation=7600.0, digitised=7600.0, offered=1000.0, matched=1000.0, rate_before=1.0)
    for viewport in (Viewport(), Viewport(narrow=True)):
        validate(members_figure(equal, MEMBERS, LevelTerms(), TOKEN, viewport))
        validate(capacity_figure(equal, MATCHING, LevelTerms(), TOKEN, viewport))


def test_hover_ends_with_the_definition():
    figure = capacity_figure(months(), MATCHING, LevelTerms(), TOKEN, Viewport())
    assert "口径：" in figure["data"][1]["text"][-1]
    assert "匹配率 80.0%" in figure["data"][1]["text"][-1]


def test_charts_without_values_are_none_and_a_single_month_is_a_dot():
    nothing = months(3, members=NAN, nation=NAN, digitised=NAN, offered=NAN, matched=NAN, orders=NAN, order_value=NAN, buyers=NAN)
    on = Viewport(narrow=True)
    assert members_figure(nothing, MEMBERS, LevelTerms(), TOKEN, on) is None
    assert capacity_figure(nothing, MATCHING, LevelTerms(), TOKEN, on) is None
    assert orders_figure(nothing, MONEY, LevelTerms(), on) is None
    assert tax_figure((), NEW_TAX, LevelTerms(), TOKEN, on) is None
    single = members_figure(months(1), MEMBERS, LevelTerms(), TOKEN, on)
    validate(single)
    assert single["data"][1]["mode"] == "markers"


def test_labels_stay_apart_whatever_their_order():
    assert raise_labels([10.0, 9.0, 1.0], 2.0) == [11.0, 9.0, 1.0]


def test_empty_charts_tell_a_missing_sheet_from_a_narrow_filter(fashion):
    bare = PlatformSeries((), False, "", CAPTION)
    assert "还没有时尚E家数据" in text_of(render_members(bare, fashion()).body)
    narrowed = render_members(dataclasses.replace(bare, known=True), fashion(period="2020"))
    assert "所选范围没有数据" in text_of(narrowed.body)
    none = PlatformTax(compared(0.0, 0.0), 0.0, 0, dataclasses.replace(bare, known=True))
    assert "还没有新增税收" in text_of(render_new_tax(none, fashion()).body)


def test_every_panel_has_title_and_caption(fashion, district):
    monthly = PlatformSeries(months(), True, "", CAPTION)
    views = (
        SUMMARY,
        monthly,
        monthly,
        PlatformOrders(SUMMARY.order_value, SUMMARY.orders, SUMMARY.buyers, monthly),
        COMPARISON,
        PlatformTax(SUMMARY.tax, 3050.4, 202101, monthly),
        PlatformServices(district.platform, CAPTION),
    )
    for spec, view in zip(PAGE.panels, views, strict=True):
        panel = spec.render(view, fashion())
        assert panel.title or spec.title
        assert panel.caption is CAPTION
        assert (panel.figure is not None) == (spec.kind is PanelKind.CHART)


def test_a_chain_offers_its_own_view_only(fashion):
    assert text_of(view_row(fashion())) == "图谱与企业三张清单时尚E家"
    assert text_of(view_row(fashion("/chain/biomedicine"))) == "图谱与企业三张清单"
    [here] = [a for a in walk(view_row(fashion(towns=("tangqi",)))) if getattr(a, "className", "") == "on"]
    assert here.href == "/chain/fashion?town=tangqi&view=platform"


def test_the_row_of_chains_carries_only_views_that_the_other_chain_has(fashion):
    links = {text_of(a): a.href for a in walk(chain_row(fashion())) if getattr(a, "tag", "") == "a"}
    assert links["绿色能源"] == "/chain/green-energy"
    lists = {text_of(a): a.href for a in walk(chain_row(fashion(view=View.LISTS))) if getattr(a, "tag", "") == "a"}
    assert lists["绿色能源"] == "/chain/green-energy?view=lists"


def test_another_chains_page_says_that_it_has_no_such_view(fashion):
    first, *others = (spec.render(None, fashion("/chain/biomedicine")) for spec in PAGE.panels)
    [text] = with_class(first.body, "not-offered")
    assert "生物医药没有“时尚E家”这一页" in text_of(text)
    links = {text_of(a): a.href for a in walk(text) if getattr(a, "tag", "") == "a"}
    assert links == {"回到生物医药": "/chain/biomedicine", "时尚产业的“时尚E家”": "/chain/fashion?view=platform"}
    assert with_class(first.body, "page-tabs")
    assert all(with_class(p.body, "not-offered") and p.figure is None for p in others)
