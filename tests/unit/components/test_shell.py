"""The frame: mark, links that keep the filters, stamp, notices; filters; whole-page states."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from cockpit.analysis.provenance import Freshness
from cockpit.catalogue.metrics import METRICS
from cockpit.district.areas import Town
from cockpit.district.geo import MapShape
from cockpit.selection import Selection
from layouts.glossary import page as glossary
from layouts.pages import NAVIGATION
from layouts.shell import frame as shell
from layouts.shell import states
from layouts.ui.theme import RAMP, TOKENS, Screen, chain_token, layout, screen
from tests.unit.pages.markup import attribute, classed, walk, words

LEFT = ((0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.0, 0.0))
RIGHT = ((1.0, 0.0), (1.0, 1.0), (2.0, 1.0), (2.0, 0.0), (1.0, 0.0))
FRESH = Freshness("2022年12月", "2023-01-16 09:30", 36, 0, "2023年1月", True)


def test_the_mark_is_the_outer_line_of_the_areas_shown(district):
    towns = tuple(Town(key=key, code="1" * 12, name=key, short=key) for key in ("a", "b"))
    shape = MapShape({"a": (LEFT,), "b": (RIGHT,), "elsewhere": (((5.0, 5.0), (9.0, 9.0), (5.0, 9.0), (5.0, 5.0)),)}, {})
    picture = unquote(shell.outline(district.model_copy(update={"towns": towns}), shape))
    edges = re.findall(r"M([\d.]+,[\d.]+)L([\d.]+,[\d.]+)", picture)
    assert len(edges) == 6
    assert {"50.0,0.0", "50.0,58.0"} not in [set(e) for e in edges]


def test_no_shape_is_no_mark(district):
    assert shell.outline(district, MapShape({}, {})) == ""


def test_links_to_the_pages_keep_the_filters(district):
    chosen = Selection(towns=("tangqi",), period="2022-03")
    links = shell.links("chain", chosen, district, NAVIGATION)
    query = "?town=tangqi&period=2022-03"
    assert [link.href for link in links] == [
        f"{path}{query}"
        for path in ("/", f"/chain/{district.chains[0].key}", "/land", "/projects", "/space", "/innovation", "/glossary")
    ]
    assert [attribute(link, "aria-current") for link in links] == [None, "page", *[None] * 5]


def test_the_stamp_says_month_publication_and_that_figures_are_invented():
    assert words(shell.stamp(FRESH)) == "数据月份 2022年12月2023-01-16 09:30 发布演示数据"
    assert "演示数据" not in words(shell.stamp(Freshness("2022年12月", "", 36, 0, "", False)))


def test_overdue_figures_are_announced_with_what_is_shown():
    told = words(shell.notices(("镇街“x”不存在，已忽略",), Freshness("2022年12月", "", 36, 12, "2023年1月", False)))
    assert told == "◆ 数据已过期最新数据月份 2022年12月，2023年1月数据已晚 12 天。图表仍显示 2022年12月。镇街“x”不存在，已忽略"
    assert shell.notices((), FRESH) == []


def test_buttons_without_words_are_named():
    buttons = classed(shell._action("复制链接", "link", "data-copy"), "action")
    assert [attribute(b, "aria-label") for b in buttons] == ["复制链接"]


def test_an_unknown_page_leads_back_and_shows_its_address_as_text():
    page = states.not_found("/<script>" + "x" * 200)
    assert "“/<script>" + "x" * 71 + "”" in words(page)
    assert classed(page, "button")[0].href == "/"


def test_a_broken_page_can_be_tried_again():
    page = states.broken("数据库连不上。", "7F3A")
    assert "数据库连不上。 编号 7F3A，请把编号告诉管理员。" in words(page)
    assert attribute(classed(page, "button")[0], "data-reload") == ""


def test_every_metric_has_its_row_and_a_link_to_it():
    page = glossary.body()
    rows = {c.id: c for c in walk(page) if getattr(c, "id", None)}
    assert set(rows) == set(METRICS)
    assert {c.href for c in walk(classed(page, "index")) if getattr(c, "href", None)} == {f"#{k}" for k in METRICS}
    assert all(METRICS[k].definition in words(row) for k, row in rows.items())


def test_formulas_in_words():
    assert glossary.formula_words(METRICS["tax_per_mu"].formula) == "Σ 入库税收（近12个月） ÷ Σ 用地面积"
    assert glossary.formula_words(METRICS["rd_intensity"].formula) == "Σ 研发费用 ÷ Σ 营业收入"


@pytest.mark.parametrize(
    ("cookie", "expected"),
    [
        (None, Screen()),
        ("light.16.1366", Screen("light")),
        ("dark.32.3840", Screen("dark", 2.0)),
        ("dark.16.390", Screen("dark", 1.0, narrow=True)),
        ("dark.9999.1920", Screen("dark", 8.0)),
        ("light", Screen("light")),
        ("light.x.y", Screen("light")),
        ("<script>.16.0", Screen()),
    ],
)
def test_the_screen_is_read_from_its_cookie_and_garbage_is_the_default(cookie, expected):
    assert screen(cookie) == expected


def test_both_themes_have_the_same_tokens():
    assert TOKENS["dark"].keys() == TOKENS["light"].keys()
    assert set(RAMP) <= TOKENS["dark"].keys()


def test_a_chain_of_another_district_has_a_colour_of_the_table(district):
    assert all(chain_token(c.key) == f"chain-{c.key}" for c in district.chains)
    assert chain_token("shipbuilding") in TOKENS["dark"]


def test_every_chart_is_still_transparent_and_without_a_legend():
    made = layout(Screen(), xaxis={"visible": False})
    assert made["showlegend"] is False
    assert made["dragmode"] is False
    assert made["paper_bgcolor"] == made["plot_bgcolor"] == "rgba(0,0,0,0)"
    assert made["xaxis"]["fixedrange"] is True
    assert made["xaxis"]["visible"] is False
