"""The time that a user waits for the page, measured in Chromium.

"Drawn" is the last change of the document before it stays unchanged: the same for both apps, however they render.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

TOWNS = ("linping", "donghu", "nanyuan", "xingqiao", "yunhe", "qiaosi", "tangqi", "chongxian")
INDUSTRIES = ("17", "18", "26", "27", "34", "35", "36", "38", "39", "40")
_FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--enable-precise-memory-info"]
_WATCH = """
(() => {
  const w = window.__watch = {last: 0, open: 0, requests: 0, responded: 0};
  new MutationObserver(() => { w.last = performance.now(); })
    .observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
  const fetch = window.fetch;
  window.fetch = function () {
    w.open += 1; w.requests += 1;
    const done = () => { w.open -= 1; w.responded = performance.now(); };
    return fetch.apply(this, arguments).then((r) => { done(); return r; }, (e) => { done(); throw e; });
  };
  w.still = (ms) => w.open === 0 && performance.now() - Math.max(w.last, w.responded) > ms;
})();
"""
_STILL_MS = 300
_LIMIT_MS = 120_000
_POLL_MS = 40

Filters = tuple[list[str], list[str]]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_FLAGS)
        yield browser
        browser.close()


def filters(count: int, seed: int, areas: Sequence[str] = TOWNS) -> list[Filters]:
    """Generate so many different selections of areas and industries, the same for the same seed."""
    chance = random.Random(seed)
    selections: dict[str, Filters] = {}
    while len(selections) < count:
        towns = sorted(chance.sample(areas, chance.randint(1, min(4, len(areas)))))
        industries = sorted(chance.sample(INDUSTRIES, chance.randint(0, 3)))
        selections[f"{towns}{industries}"] = (towns, industries)
    return list(selections.values())


class Visit:
    """A page of one app in a window of its own. ``context``: that of an earlier visit, with its cache."""

    def __init__(self, browser: Browser, context: Any = None, *, slow: bool = False) -> None:
        self.context = context or browser.new_context(viewport={"width": 1920, "height": 1080})
        self.page: Page = self.context.new_page()
        self.page.add_init_script(_WATCH)
        self.faults: list[str] = []
        self.page.on("pageerror", lambda e: self.faults.append(str(e)))
        self.cdp: CDPSession = self.context.new_cdp_session(self.page)
        self.cdp.send("Network.enable")
        self.sent = 0.0
        self.cdp.on("Network.loadingFinished", lambda e: setattr(self, "sent", self.sent + e["encodedDataLength"]))
        if slow:
            line = {"offline": False, "latency": 20, "downloadThroughput": 2_500_000, "uploadThroughput": 2_500_000}
            self.cdp.send("Network.emulateNetworkConditions", line)

    def open(self, address: str, ready: str, path: str = "/") -> float:
        """Open the page; return the milliseconds from the request to the complete page."""
        self.page.goto(address + path, wait_until="commit")
        self._until(f"Boolean(window.__watch && ({ready}) && window.__watch.still({_STILL_MS}))")
        return float(self.page.evaluate("window.__watch.last"))

    def change(self, selection: Filters) -> dict[str, float]:
        """Change the filters; return milliseconds to the complete page (``rendered``), to the last byte (``responded``), etc."""
        script = """([towns, industries]) => {
            const w = window.__watch; w.started = performance.now(); w.before = w.requests;
            performance.clearResourceTimings();
            window.dash_clientside.set_props("filter-town", {value: towns});
            window.dash_clientside.set_props("filter-industry", {value: industries});
        }"""
        self.page.evaluate(script, list(selection))
        self._until(f"window.__watch.requests > window.__watch.before && window.__watch.still({_STILL_MS})")
        timings: dict[str, float] = self.page.evaluate("""() => {
            const w = window.__watch;
            const responses = performance.getEntriesByType("resource").filter((e) => e.name.includes("_dash-update-component"));
            const of = (f) => responses.length ? Math.max(...responses.map(f)) : 0;
            return {rendered: w.last - w.started, responded: of((e) => e.responseEnd) - w.started,
                    waited: of((e) => e.responseStart - e.requestStart), received: of((e) => e.responseEnd - e.responseStart),
                    requests: responses.length, bytes: responses.reduce((s, e) => s + e.transferSize, 0)};
        }""")
        return timings

    def _until(self, condition: str) -> None:
        """Poll a condition in the page: the cockpit's content security policy forbids Playwright's own waiting (eval)."""
        for _ in range(_LIMIT_MS // _POLL_MS):
            if self.page.evaluate(condition):
                return
            self.page.wait_for_timeout(_POLL_MS)
        raise TimeoutError(condition)

    def heap(self) -> dict[str, float]:
        """Return megabytes of the script heap after a garbage collection, and the number of nodes."""
        self.cdp.send("HeapProfiler.enable")
        self.cdp.send("HeapProfiler.collectGarbage")
        self.cdp.send("Performance.enable")
        metrics = {m["name"]: m["value"] for m in self.cdp.send("Performance.getMetrics")["metrics"]}
        return {"heap": metrics["JSHeapUsedSize"] / 1e6, "nodes": metrics["Nodes"]}

    def close(self) -> None:
        """Close the page; the context, with its cache, stays."""
        self.page.close()
