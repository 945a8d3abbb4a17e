"""A leader's way through the projects: who is waiting, in which chain, which one; and every screen is legible."""

from __future__ import annotations

import pytest

from tests.browser.legibility import problems

SIZES = [(1920, 1080), (3840, 2160), (1366, 768), (390, 844)]


def figure(page, name):
    return page.locator(f".kpi:has(.kpi-name:text-is('{name}')) .value").inner_text()


def test_from_the_funnel_to_a_project_and_back(window):
    one = window()
    page = one.open("/projects")
    assert figure(page, "签约项目") == "105"
    assert figure(page, "绿色能源项目") == "21"
    assert "占 20.0%" in page.inner_text(".panel-kpis")
    page.click(".panel-chain-projects .row-link:has-text('绿色能源')")
    one.settle()
    assert "chain=green-energy" in page.url
    assert figure(page, "签约项目") == "21"
    page.click(".funnel-row:has-text('待开工')")
    one.settle()
    assert page.inner_text(".panel-list .switch .on") == "待开工 11"
    assert page.locator(".project-table tbody > tr:not(.opened)").count() == 11
    assert not page.locator(".opened >> nth=0").is_visible()
    page.click(".project-name summary >> nth=0")
    opened = page.locator(".opened >> nth=0")
    assert opened.is_visible()
    assert "LP2022-014" in opened.inner_text()
    assert problems(page) == []
    page.go_back()
    one.settle()
    assert page.inner_text(".panel-list .switch .on") == "全部 21"
    page.click(".reset-link")
    one.settle()
    page.click(".panel-list .all summary")
    page.wait_for_selector(".panel-list .all .ag-row")
    assert page.locator(".panel-list .all .ag-root").get_attribute("aria-rowcount") == "106"  # with the heads
    page.click(".panel-list .all .ag-header-cell:has-text('签约日期')")
    assert page.inner_text(".panel-list .all .ag-row[row-index='0'] [col-id='day0']") == "2022-01-02"
    page.click(".urgent summary >> nth=0")
    assert "已超期182天" in page.inner_text(".urgent")
    assert problems(page) == []
    assert not one.faults


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", SIZES, ids=lambda s: str(s[0]))
def test_every_screen_is_legible(window, size, theme):
    one = window(size, theme)
    assert problems(one.open("/projects")) == []
    assert problems(one.open("/projects?period=2022-12&town=tangqi")) == []
    assert not one.faults
