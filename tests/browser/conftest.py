"""A Chromium that may connect to nothing but the cockpit, and notes what else it tried."""

from __future__ import annotations

import shutil
import time
from urllib.parse import urlparse

import pytest
from playwright.sync_api import sync_playwright

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

#: Whether a chart that takes up space on the page is not yet rendered.
_LACKS_A_CHART = """() => [...document.querySelectorAll('.near-viewport')]
    .some((box) => box.getClientRects().length && !box.querySelector('.main-svg'))"""


@pytest.fixture(scope="session")
def chromium():
    program = shutil.which("chromium")
    assert program, "没有找到 Chromium；运行 tests/system_packages.sh 安装"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_FLAGS)
        yield browser
        browser.close()


def _is_fault(message, page):
    """Return whether the console reports a fault; that the page's own address is unknown (404) is the server's answer to it."""
    is_own = message.location.get("url") == page.url and "status of 404" in message.text
    return message.type in ("error", "warning") and not is_own


class Window:
    """A browser window on the cockpit; ``outside`` are requests to other hosts, ``faults`` errors and warnings of the console."""

    def __init__(self, browser, address, size, theme):
        width, height = size
        self.address, self.outside, self.faults, self.posts = address, [], [], []
        self.context = browser.new_context(viewport={"width": width, "height": height})
        self.context.add_cookies([{"name": "screen", "value": f"{theme}.16.{width}", "url": address}])
        self.context.route("**/*", self._guard)
        self.page = self.context.new_page()
        self.watch(self.page)

    def watch(self, page):
        page.on("console", lambda m: self.faults.append(m.text) if _is_fault(m, page) else None)
        page.on("pageerror", lambda e: self.faults.append(str(e)))
        page.on("request", lambda r: self.posts.append(r) if r.method == "POST" else None)

    def _guard(self, route):
        host = urlparse(route.request.url)
        if host.scheme in ("data", "blob") or f"{host.scheme}://{host.netloc}" == self.address:
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    def open(self, path="/"):
        self.page.goto(self.address + path)
        self.page.wait_for_selector(".panel, .state, .glossary")
        self.settle()
        return self.page

    def settle(self):
        """Wait until no request is pending and all charts are rendered, those below the fold as well: as for printing.

        A chart that never comes (a test keeps Plotly away) is waited for ten seconds.
        """
        deadline = time.monotonic() + 10
        self.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        self.page.wait_for_load_state("networkidle")
        while self.page.evaluate("Boolean(document.querySelector('[data-dash-is-loading]'))"):
            self.page.wait_for_timeout(50)
        # A page that was still being built when the event came hears it again.
        while self.page.evaluate(_LACKS_A_CHART) and time.monotonic() < deadline:
            self.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
            self.page.wait_for_timeout(50)
        self.page.wait_for_timeout(250)


def windows(chromium, address, *, faultless=False):
    """Yield a function that opens windows; none of them may have connected elsewhere or, if ``faultless``, logged a fault."""
    opened = []

    def make(size=(1920, 1080), theme="dark"):
        opened.append(Window(chromium, address, size, theme))
        return opened[-1]

    yield make
    for one in opened:
        assert one.outside == []
        if faultless:
            assert one.faults == []
        one.context.close()


@pytest.fixture
def window(chromium, served):
    yield from windows(chromium, served.address)
