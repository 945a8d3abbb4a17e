"""The page 创新与人才 as a district leader uses it: read, click a town's squares, add a chain, share, go back."""

from __future__ import annotations

import pytest

from tests.browser.legibility import problems

SIZES = [(1920, 1080), (3840, 2160), (1366, 768), (390, 844)]


def figures(page):
    """Label -> value of the key cells."""
    return {
        c.query_selector(".kpi-name").inner_text(): c.query_selector(".value").inner_text()
        for c in page.query_selector_all(".kpi")
    }


def plates(page):
    return page.locator(".plate-name").all_inner_texts()


def test_from_the_whole_to_one_towns_carriers_and_back(window):
    one = window()
    page = one.open("/")
    page.click(".navigation a:has-text('创新人才')")
    one.settle()
    whole = figures(page)
    assert (whole["创新载体"], whole["国家级载体"], whole["服务型制造示范"]) == ("18", "7", "6")
    assert (whole["产业领军人才"], whole["人才总量"]) == ("1,520", "26.2")
    assert "临平经济技术开发区" in plates(page)
    assert len(plates(page)) == 18

    page.click(".by-towns tr:has-text('塘栖镇') .marks >> nth=0")
    one.settle()
    assert page.url.endswith("/innovation?town=tangqi")
    assert sorted(plates(page)) == ["科创园区02", "科创园区10", "科创园区14"]
    assert figures(page)["创新载体"] == "3"
    assert figures(page)["产业领军人才 全区"] == "1,520"
    assert "人才只有全区数，未按镇街筛选" in page.inner_text(".panel-talents .panel-foot")

    page.click(".by-chains .row-link:has-text('生物医药')")
    one.settle()
    assert page.url.endswith("?town=tangqi&chain=biomedicine")
    assert "所选范围没有数据" in page.inner_text(".panel-ladder .panel-body")
    page.click(".panel-ladder .panel-body .button:has-text('清除产业链筛选')")
    one.settle()
    assert len(plates(page)) == 3

    other = window()
    assert sorted(plates(other.open("/innovation?town=tangqi"))) == sorted(plates(page))
    page.click(".by-towns tr:has-text('塘栖镇') .row-link")
    one.settle()
    assert figures(page) == whole
    page.go_back()
    one.settle()
    assert figures(page)["创新载体"] == "3"
    assert not one.faults + other.faults


def test_the_rest_of_a_list_opens(window):
    page = window().open("/innovation")
    rest = page.locator(".panel-carriers .more-rows")
    assert not rest.locator("td").first.is_visible()
    page.click(".panel-carriers .more-rows summary")
    assert rest.locator("tr").last.is_visible()
    assert page.locator(".panel-carriers .carrier-name").count() == 18
    assert problems(page) == []


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", SIZES, ids=lambda s: str(s[0]))
def test_every_text_is_legible(window, size, theme):
    one = window(size, theme)
    assert problems(one.open("/innovation")) == []
    assert problems(one.open("/innovation?town=linping&industry=34&period=2021-06")) == []
    assert not one.faults
