"""What a first visit fetches: ready files, compressed and kept; large libraries only where a page shows them."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Window

#: Of scripts and styles, compressed, before the first page stands; today 640 KB.
MOST = 800_000


@pytest.fixture
def graded(chromium, served_graded):
    one = Window(chromium, served_graded.address, (1920, 1080), "dark")
    one.answers = []
    one.page.on("response", lambda a: one.answers.append(a))
    yield one
    one.context.close()
    assert one.outside == []
    assert one.faults == []


def static(window):
    return [a for a in window.answers if "/assets/" in a.url or "/_dash-component-suites/" in a.url]


def test_scripts_and_styles_come_compressed_and_are_kept(graded):
    graded.open("/")
    files = static(graded)
    assert len(files) > 20
    for answer in files:
        if not answer.url.endswith(".woff2"):
            assert answer.headers["content-encoding"] == "br", answer.url
        assert "etag" in answer.headers, answer.url
    assert sum(int(a.headers["content-length"]) for a in files) < MOST


def test_the_grid_comes_with_the_first_page_that_shows_it(graded):
    page = graded.open("/")
    assert not [a.url for a in graded.answers if "dash_ag_grid" in a.url]
    page.click(".navigation a:has-text('亩均效益')")
    page.wait_for_selector("#roster-grid .ag-row")
    graded.settle()
    page.click(".navigation a:has-text('总览')")
    graded.settle()
    page.click(".navigation a:has-text('亩均效益')")
    page.wait_for_selector("#roster-grid .ag-row")
    assert len([a.url for a in graded.answers if "/dash_ag_grid/dash_ag_grid." in a.url]) == 1
    other = Window(page.context.browser, graded.address, (1920, 1080), "light")
    other.open("/land").wait_for_selector("#roster-grid .ag-row")
    other.context.close()
    assert other.faults == []
