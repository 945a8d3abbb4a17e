"""The frame: brand, links that keep the filters, freshness, notices; whole-page states."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from pydantic import ValidationError

from cockpit.analysis.provenance import Freshness
from cockpit.catalogue.metrics import METRICS
from cockpit.district.areas import Area
from cockpit.district.colors import CHAIN_COLORS
from cockpit.district.district import District
from cockpit.district.geo import MapGeometry
from cockpit.district.terms import LevelTerms
from cockpit.selection import Selection
from layouts.glossary import page as glossary
from layouts.pages import NAVIGATION
from layouts.shell import states, status
from layouts.shell.outline import outline
from layouts.ui.templates import render
from layouts.ui.theme import RAMP, TOKENS, Viewport, chain_token, css_color, layout, parse_viewport
from tests.unit.pages.markup import attribute, parse, text_of, walk, with_class

LEFT = ((0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.0, 0.0))
RIGHT = ((1.0, 0.0), (1.0, 1.0), (2.0, 1.0), (2.0, 0.0), (1.0, 0.0))
FRESH = Freshness("2022年12月", "2023-01-16 09:30", 36, 0, "2023年1月", True)


def test_the_outline_is_the_outer_line_of_the_areas_shown(district):
    towns = tuple(Area(key=key, code="1" * 12, name=key, short=key) for key in ("a", "b"))
    shape = MapGeometry({"a": (LEFT,), "b": (RIGHT,), "elsewhere": (((5.0, 5.0), (9.0, 9.0), (5.0, 9.0), (5.0, 5.0)),)}, {})
    picture = unquote(outline(district.model_copy(update={"towns": towns}), shape))
    edges = re.findall(r"M([\d.]+,[\d.]+)L([\d.]+,[\d.]+)", picture)
    assert len(edges) == 6
    assert {"50.0,0.0", "50.0,58.0"} not in [set(e) for e in edges]


def test_without_shapes_there_is_no_outline(district):
    assert outline(district, MapGeometry({}, {})) == ""


def test_links_to_the_pages_keep_the_filters(district):
    selection = Selection(towns=("tangqi",), period="2022-03")
    links = parse(status.navigation("chain", selection, district, NAVIGATION))
    query = "?town=tangqi&period=2022-03"
    assert [link.href for link in links] == [
        f"{path}{query}"
        for path in ("/", f"/chain/{district.chains[0].key}", "/land", "/projects", "/space", "/innovation", "/glossary")
    ]
    assert [attribute(link, "aria-current") for link in links] == [None, "page", *[None] * 5]


def test_the_badge_says_month_publication_and_that_figures_are_invented():
    assert text_of(status.freshness_badge(FRESH)) == "数据月份 2022年12月2023-01-16 09:30 发布演示数据"
    assert "演示数据" not in text_of(status.freshness_badge(Freshness("2022年12月", "", 36, 0, "", False)))


def test_overdue_figures_are_announced_with_what_is_shown():
    text = text_of(status.notices(("镇街“x”不存在，已忽略",), Freshness("2022年12月", "", 36, 12, "2023年1月", False)))
    assert text == "◆ 数据已过期最新数据月份 2022年12月，2023年1月数据已晚12天。图表仍显示 2022年12月。镇街“x”不存在，已忽略"
    assert status.notices((), FRESH) == ""


def test_icon_buttons_have_a_label():
    buttons = with_class(render("shell/actions.html"), "action")
    assert [attribute(b, "aria-label") for b in buttons] == ["复制链接", "切换明暗"]


def test_an_unknown_page_leads_back_and_shows_its_address_as_text():
    page = states.not_found("/<script>" + "x" * 200)
    assert "“/<script>" + "x" * 71 + "”" in text_of(page)
    assert with_class(page, "button")[0].href == "/"


def test_a_broken_page_can_be_tried_again():
    page = states.page_error("数据库连不上。", "7F3A")
    assert "数据库连不上。 编号 7F3A，请把编号告诉管理员。" in text_of(page)
    assert attribute(with_class(page, "button")[0], "data-reload") is True


def test_every_metric_has_its_row_and_a_link_to_it():
    page = glossary.glossary_page(LevelTerms())
    rows = {c.id: c for c in walk(page) if getattr(c, "id", None)}
    assert set(rows) == set(METRICS)
    assert {c.href for c in walk(with_class(page, "index")) if getattr(c, "href", None)} == {f"#{k}" for k in METRICS}
    assert all(METRICS[k].definition_for(LevelTerms()) in text_of(row) for k, row in rows.items())


def test_formulas_as_text():
    assert glossary.formula_text(METRICS["tax_per_mu"].formula) == "Σ 入库税收（近12个月） ÷ Σ 用地面积"
    assert glossary.formula_text(METRICS["rd_intensity"].formula) == "Σ 研发费用 ÷ Σ 营业收入"


@pytest.mark.parametrize(
    ("cookie", "expected"),
    [
        (None, Viewport()),
        ("light.16.1366", Viewport("light")),
        ("dark.32.3840", Viewport("dark", 2.0)),
        ("dark.16.390", Viewport("dark", 1.0, narrow=True)),
        ("dark.9999.1920", Viewport("dark", 8.0)),
        ("light", Viewport("light")),
        ("light.x.y", Viewport("light")),
        ("<script>.16.0", Viewport()),
    ],
)
def test_the_viewport_is_read_from_its_cookie_and_garbage_is_the_default(cookie, expected):
    assert parse_viewport(cookie) == expected


def test_both_themes_have_the_same_tokens():
    assert TOKENS["dark"].keys() == TOKENS["light"].keys()
    assert set(RAMP) <= TOKENS["dark"].keys()


def with_chains(district, *chains):
    return District.model_validate(district.model_dump() | {"chains": chains, "talent_plans": (), "facts": ()})


@pytest.mark.parametrize("number", [1, 2, 6, 12, 13, 40])
def test_every_chain_of_any_district_has_a_colour_of_its_own(district, number):
    """Whatever their keys: the second chain of a new district was the grey of firms without a grade."""
    chains = [{"key": f"c{i}", "name": f"链{i}"} for i in range(number)]
    own = with_chains(district, *chains)
    for theme in ("dark", "light"):
        colors = [Viewport(theme).token(chain_token(own, chain["key"])) for chain in chains]
        assert len(set(colors)) == number
        neutral = {Viewport(theme).token(token) for token in ("ghost", "prev", "bar", "line2", "grade-c")}
        assert not neutral & set(colors)


def test_a_pack_may_colour_its_chains(district):
    chains = [
        {"key": "a", "name": "甲"},
        {"key": "b", "name": "乙", "color": "rose"},
        {"key": "c", "name": "丙", "color": "#1a7fb3"},
    ]
    own = with_chains(district, *chains)
    assert [chain_token(own, key) for key in "abc"] == ["chain-lime", "chain-rose", "#1A7FB3"]
    assert css_color(chain_token(own, "c")) == Viewport("light").token(chain_token(own, "c")) == "#1A7FB3"
    with pytest.raises(ValidationError, match="重复"):
        with_chains(district, chains[1], chains[0] | {"color": "rose"})
    with pytest.raises(ValidationError, match="不认识"):
        with_chains(district, chains[0] | {"color": "grey"})


def test_the_palette_has_its_tokens():
    assert {f"chain-{name}" for name in CHAIN_COLORS} == {name for name in TOKENS["dark"] if name.startswith("chain-")}


def test_every_chart_is_still_transparent_and_without_a_legend():
    result = layout(Viewport(), xaxis={"visible": False})
    assert result["showlegend"] is False
    assert result["dragmode"] is False
    assert result["paper_bgcolor"] == result["plot_bgcolor"] == "rgba(0,0,0,0)"
    assert result["xaxis"]["fixedrange"] is True
    assert result["xaxis"]["visible"] is False
