"""The page 空间 in a browser: from the plan to a town, its projects and remediation; every text legible on every screen."""

from __future__ import annotations

import pytest

from tests.browser.legibility import problems


def panel(page, key):
    return page.inner_text(f".panel-{key}")


def test_from_the_plan_to_a_town_and_on_to_remediation(window):
    one = window()
    page = one.open("/space?period=2022")
    assert "落后39.3点" in panel(page, "plan")
    assert "1,369.3" in panel(page, "kpis")
    assert page.locator(".panel-parks tbody tr").count() == 7
    assert page.locator(".panel-parks tbody tr").first.inner_text().startswith("云尚工业园")

    page.click(".panel-towns .row-link >> text=塘栖镇")
    one.settle()
    assert "town=tangqi" in page.url
    # 塘栖镇: 130.9 + 217.6 + 116.8 = 465.3 of 1,369.3 亩.
    assert "465.3" in panel(page, "kpis")
    assert "占全区已完成面积的 34.0%" in panel(page, "kpis")
    assert "其中塘栖完成 465.3" in panel(page, "plan")
    assert page.locator(".panel-parks tbody tr").count() == 1
    assert page.locator(".panel-pipeline .board-column").nth(2).locator("li").count() == 3

    page.click(".panel-released .more-link")
    one.settle()
    assert "/land?" in page.url
    assert "view=remediation" in page.url
    assert "town=tangqi" in page.url
    page.wait_for_selector(".panel-board")
    page.go_back()
    one.settle()
    assert "465.3" in panel(page, "kpis")
    page.go_back()
    one.settle()
    assert "1,369.3" in panel(page, "kpis")
    assert one.faults == []


def test_a_long_column_opens(window):
    page = window().open("/space?period=2022")
    column = page.locator(".panel-pipeline .board-column").nth(1)
    assert column.locator("li:visible").count() == 12
    column.locator("summary").click()
    assert column.locator("li:visible").count() == 14


@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160), (1366, 768), (390, 844)])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_every_text_is_legible(window, size, theme):
    one = window(size, theme)
    for query in ("?period=2022", "?period=2022-06&town=tangqi&town=qiaosi&industry=34", "?period=2021-03"):
        assert problems(one.open(f"/space{query}")) == [], query
    assert one.faults == []
