"""A panel is what its properties say; a fault and emptiness have a state of their own."""

from __future__ import annotations

import pytest
from dash import dcc
from markupsafe import Markup

from cockpit.views.parts import Caption
from layouts.components.graph import CONFIG
from layouts.components.panel import (
    Panel,
    PanelContents,
    PanelKind,
    PanelSpec,
    error_contents,
    panel_component,
    panel_props,
)
from layouts.ui import ids
from tests.unit.pages.markup import attribute, parse, text_of, walk, with_class

CAPTION = Caption("全区 · 全部行业", "2022年", "数据截至2022年12月", "口径的一句话")
CONTENTS = PanelContents(title="各月产值", insight="逐月上升", figure={"data": [], "layout": {}}, caption=CAPTION)


def panel(contents=CONTENTS, kind=PanelKind.CHART, **more):
    return Panel(PanelSpec("trend", "走势", lambda ctx: None, lambda view, context: contents, kind, **more), contents)


def by_id(component):
    return {c.id: c for c in walk(component) if getattr(c, "id", None)}


@pytest.mark.parametrize("kind", PanelKind)
def test_the_component_shows_what_a_change_would_set(kind):
    body = [dcc.Input(id="x")] if kind is PanelKind.COMPONENTS else Markup("<p>一句</p>")
    shown = panel(PanelContents(body, svg=Markup("<svg></svg>"), insight="逐月上升", caption=CAPTION), kind)
    inside = by_id(panel_component(shown))
    props = panel_props(shown)
    assert props
    for (component, prop), value in props.items():
        assert getattr(inside[component], prop, None) == value or attribute(inside[component], prop) == value, (component, prop)


@pytest.mark.parametrize("kind", PanelKind)
def test_properties_are_the_same_whatever_is_shown(kind):
    shown = set(panel_props(panel(PanelContents(Markup("x"), caption=CAPTION), kind)))
    assert set(panel_props(panel(PanelContents(Markup("没有数据")), kind))) == shown
    assert set(panel_props(panel(error_contents("走势", "1A", 3), kind))) == shown


def test_a_chart_without_a_figure_is_hidden_and_draws_no_axis():
    props = panel_props(panel(PanelContents(Markup("没有数据"))))
    assert props[(ids.box("trend"), "className")] == "graph-box graph-empty"
    assert props[(ids.graph("trend"), "figure")]["layout"]["xaxis"]["visible"] is False


def test_a_chart_is_described_by_its_insight():
    assert panel_props(panel())[(ids.box("trend"), "aria-label")] == "各月产值图表：逐月上升"


def test_no_chart_may_send_itself_anywhere():
    assert CONFIG["showSendToCloud"] is False
    assert CONFIG["displayModeBar"] is False


def test_the_caption_says_scope_period_data_month_and_definition():
    foot = Markup(panel_props(panel())[(ids.foot("trend"), "html")])
    assert text_of(with_class(foot, "caption")) == "全区 · 全部行业 · 2022年 · 数据截至2022年12月"
    assert "口径的一句话" in text_of(foot)


def test_a_fault_says_what_to_do_and_its_number():
    text = text_of(error_contents("各月产值", "7F3A21C8", 36, "数据库没有回应。").body)
    assert "编号 7F3A21C8 · 数据版本 36" in text
    assert "告诉管理员" in text
    assert "数据库没有回应。" in text


def test_the_spec_says_title_span_and_order():
    section = panel_component(panel(PanelContents(Markup("x")), PanelKind.TEXT, span=5, order=2))
    assert section.className == "panel panel-trend span-5 order-2"
    assert text_of(with_class(section.html, "panel-title")) == "走势"


def test_texts_are_escaped():
    html = panel_props(panel(PanelContents("<b>", subtitle="<i>", insight="a & b"), PanelKind.TEXT))[("trend", "html")]
    assert "<b>" not in html
    assert "<i>" not in html
    assert text_of(parse(html)).startswith("走势<i>a & b")
