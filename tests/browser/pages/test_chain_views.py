"""What a reader does on the views that one chain alone offers: open, filter, follow the map, and come back."""

from __future__ import annotations

import re

import pytest

from tests.browser.legibility import problems

PLATFORM, GREEN = "/chain/fashion?view=platform", "/chain/green-energy?view=green"
_SIZES = ((1920, 1080), (3840, 2160), (1366, 768), (390, 844))


def kpis(page):
    return {
        c.query_selector(".kpi-name").inner_text(): c.query_selector(".value").inner_text()
        for c in page.query_selector_all(".kpi")
    }


def test_the_platform_from_the_chain_and_under_a_town(window):
    one = window()
    page = one.open("/chain/fashion")
    page.click(".chain-views a:has-text('时尚E家')")
    one.settle()
    assert page.url.endswith(PLATFORM)
    values = kpis(page)
    assert (values["本区成员"], values["累计新增税收"]) == ("7,600", "3,050.4")
    assert "8,176" in page.inner_text("#kpis")
    assert "对比，不是因果" in page.inner_text("#member-growth")
    for panel in ("members", "capacity", "orders", "new-tax"):
        assert page.locator(f"#{panel} .js-plotly-plot .main-svg").count()
    before = page.inner_text("#member-growth .insight")
    page.goto(f"{one.address}/chain/fashion?town=tangqi&view=platform")
    one.settle()
    assert kpis(page)["本区成员"] == "7,600"
    assert "未按镇街筛选" in page.inner_text("#members")
    assert page.inner_text("#member-growth .insight") != before
    page.click(".page-tabs a:has-text('绿色能源')")
    one.settle()
    assert page.url.endswith("/chain/green-energy?town=tangqi")  # the platform's view isn't carried over
    assert not one.faults


def test_green_energy_by_area_and_its_projects(window):
    one = window()
    page = one.open(GREEN)
    values = kpis(page)
    assert (values["绿色签约项目"], values["绿色签约投资"]) == ("21", "61.5")
    labels = page.inner_text("#areas .town-map")
    assert re.search("主 东湖", labels)
    assert re.search("翼 塘栖", labels)
    page.click("#green-projects summary:has-text('其余')")
    assert page.locator("#green-projects .green-table tbody tr").count() == 21
    whole = values["绿色能源投资"]
    page.click("#areas .area-name >> nth=1")
    one.settle()
    assert page.url.endswith("/chain/green-energy?town=tangqi&view=green")
    assert kpis(page)["绿色能源投资"] != whole
    assert page.locator("#areas .area-table tr.on").count() == 1
    page.go_back()
    one.settle()
    assert kpis(page)["绿色能源投资"] == whole
    assert not one.faults


def test_a_chain_without_the_view_says_so_and_leads_back(window):
    one = window()
    page = one.open("/chain/biomedicine?view=green")
    assert "生物医药没有“绿色能源布局”这一页" in page.inner_text("#kpis")
    assert page.locator(".panel:visible").count() == 1
    page.click("text=回到生物医药")
    one.settle()
    assert page.url.endswith("/chain/biomedicine")
    assert page.locator("#stages").is_visible()
    assert not one.faults


@pytest.mark.parametrize("path", [PLATFORM, GREEN])
@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", _SIZES)
def test_both_views_are_legible(window, size, theme, path):
    one = window(size, theme)
    assert problems(one.open(path)) == []
    assert not one.faults
