"""A panel's parts are what the panel is made of; a fault and emptiness have a state of their own."""

from __future__ import annotations

from cockpit.views.parts import Caption
from layouts.components.graph import CONFIG
from layouts.components.panel import Panel, failed, parts, section
from layouts.ui import ids
from tests.unit.pages.markup import attribute, classed, walk, words

CAPTION = Caption("全区 · 全部行业", "2022年", "数据截至2022年12月", "口径的一句话")
PANEL = Panel("trend", "各月产值", None, reading="逐月上升", figure={"data": [], "layout": {}}, has_graph=True, caption=CAPTION)


def by_id(component):
    return {c.id: c for c in walk(component) if getattr(c, "id", None)}


def test_the_panel_is_composed_of_its_parts():
    inside = by_id(section(PANEL))
    for (identity, prop), value in parts(PANEL).items():
        shown = inside[identity].children if prop == "children" else attribute(inside[identity], prop)
        assert words(shown) == words(value) if prop == "children" else shown == value, (identity, prop)


def test_parts_keep_their_ids_whatever_is_shown():
    empty = Panel("trend", "各月产值", "没有数据", has_graph=True)
    assert set(parts(empty)) == set(parts(PANEL))
    assert set(parts(failed("trend", "各月产值", "1A", 3, has_graph=True))) == set(parts(PANEL))


def test_a_chart_without_a_figure_is_hidden_and_draws_no_axis():
    now = parts(Panel("trend", "各月产值", "没有数据", has_graph=True))
    assert now[(ids.box("trend"), "className")] == "graph-box graph-empty"
    assert now[(ids.graph("trend"), "figure")]["layout"]["xaxis"]["visible"] is False


def test_a_chart_is_described_by_its_reading():
    assert parts(PANEL)[(ids.box("trend"), "aria-label")] == "各月产值图表：逐月上升"


def test_no_chart_may_send_itself_anywhere():
    assert CONFIG["showSendToCloud"] is False
    assert CONFIG["displayModeBar"] is False


def test_the_caption_says_scope_period_data_month_and_definition():
    [foot] = classed(section(PANEL), "panel-foot")
    assert words(classed(foot, "caption")) == "全区 · 全部行业 · 2022年 · 数据截至2022年12月"
    assert "口径的一句话" in words(foot)


def test_a_fault_says_what_to_do_and_its_number():
    told = words(failed("trend", "各月产值", "7F3A21C8", 36, has_graph=True).content)
    assert "编号 7F3A21C8 · 数据版本 36" in told
    assert "告诉管理员" in told
