"""A request that is refused, fails or gets no response: the reader sees a sentence, and the page goes on working."""

from __future__ import annotations

import pytest

from tests.browser.conftest import windows
from tests.browser.test_updates import go

CALLBACKS = "**/_dash-update-component*"
#: What comes instead of a response: status, type and text (``None``: the connection breaks); and what the reader sees.
FAILURES = {
    "refused": ((400, "text/plain", "请求的内容不完整或不认识。请刷新页面后再试。"), "请求的内容不完整或不认识"),
    "too large": ((413, "text/plain", "请求太大，至多 1 MB。"), "请求太大，至多 1 MB"),
    "too many": ((429, "text/html", "<h1>429 Too Many Requests</h1>"), "现在使用的人太多"),
    "fault": ((500, "text/plain", "程序出现意外。编号 a1b2c3，请把编号告诉管理员。"), "编号 a1b2c3"),
    "proxy": ((502, "text/html", "<h1>502 Bad Gateway</h1>"), "服务器正在重新启动"),
    "another page": ((200, "text/html", "<h1>Log in</h1>"), "服务器没有完成这次请求"),
    "lost": (None, "服务器没有回应"),
}


@pytest.fixture
def window(chromium, served):
    """The browser itself notes each status above 399 in the console: that is no fault of the page."""
    for make in windows(chromium, served.address):
        opened = []

        def watched(make=make, opened=opened):
            opened.append(make())
            return opened[-1]

        yield watched
        for one in opened:
            assert [fault for fault in one.faults if not fault.startswith("Failed to load resource")] == []


def fail(page, pattern, failure):
    def respond(route):
        if failure is None:
            route.abort()
        else:
            status, kind, text = failure
            route.fulfill(status=status, content_type=f"{kind}; charset=utf-8", body=text)

    page.route(pattern, respond)


def changed(page, before):
    """Wait until the page shows other values."""
    page.wait_for_function("(before) => document.querySelector('#kpis').innerText !== before", arg=before)


@pytest.mark.parametrize(("failure", "sentence"), FAILURES.values(), ids=FAILURES)
def test_a_change_of_filter_that_fails_is_described_and_can_be_tried_again(window, failure, sentence):
    one = window()
    page = one.open("/")
    before = page.inner_text("#kpis")
    fail(page, CALLBACKS, failure)
    go(one, "/?town=tangqi")
    toast = page.locator("#connection-toast")
    toast.get_by_text(sentence).wait_for()
    assert page.inner_text("#kpis") == before
    assert page.locator("[data-dash-is-loading]").count() == 0
    page.unroute(CALLBACKS)
    toast.get_by_role("button", name="再试一次").click()
    toast.wait_for(state="hidden")
    changed(page, before)
    of_town = page.inner_text("#kpis")
    go(one, "/?town=yunhe")
    changed(page, of_town)


def test_the_page_is_requested_again_when_the_network_is_back(window):
    one = window()
    page = one.open("/")
    before = page.inner_text("#kpis")
    fail(page, CALLBACKS, None)
    go(one, "/?town=tangqi")
    page.locator("#connection-toast").get_by_text("连接中断").wait_for()
    page.unroute(CALLBACKS)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.locator("#connection-toast").wait_for(state="hidden")
    changed(page, before)


def test_a_search_that_fails_leaves_the_page_alone(window):
    one = window()
    page = one.open("/")
    fail(page, CALLBACKS, FAILURES["fault"][0])
    page.locator("#search").fill("锦")
    toast = page.locator("#connection-toast")
    toast.get_by_text("编号 a1b2c3").wait_for()
    assert toast.get_by_role("button", name="再试一次").count() == 0
    page.unroute(CALLBACKS)
    page.locator("#search").fill("锦绣")
    toast.wait_for(state="hidden")


@pytest.mark.parametrize("path", ["_dash-layout", "_dash-dependencies"])
@pytest.mark.parametrize(("failure", "sentence"), FAILURES.values(), ids=FAILURES)
def test_a_first_visit_that_fails_is_described_in_chinese(window, path, failure, sentence):
    one = window()
    page = one.page
    fail(page, f"**/{path}", failure)
    page.goto(one.address)
    state = page.locator(".failed-visit")
    state.get_by_text(sentence).wait_for()
    page.unroute(f"**/{path}")
    state.get_by_role("button", name="重试").click()
    page.locator("#kpis").wait_for()
    assert not state.is_visible()


def test_a_response_that_takes_long_is_waited_for_in_words(window):
    one = window()
    page = one.page
    page.clock.install()
    page.goto(one.address)
    page.locator("#kpis").wait_for()
    before, waiting = page.inner_text("#kpis"), []
    page.route(CALLBACKS, lambda route: waiting.append(route))
    go(one, "/?town=tangqi")
    page.wait_for_timeout(300)
    page.clock.fast_forward(20_000)
    toast = page.locator("#connection-toast")
    toast.get_by_text("仍在等待").wait_for()
    for route in waiting:
        route.continue_()
    toast.wait_for(state="hidden")
    changed(page, before)
