"""The cockpit uses its own bundle of plotly.js: the stock file is never requested, and every kind of chart renders."""

from __future__ import annotations

import json

import pytest

from tests.browser.conftest import Window
from tests.conftest import ROOT

MADE = json.loads((ROOT / "vendor" / "plotly" / "bundle.json").read_text(encoding="utf-8"))
PAGES = (
    "/land",
    "/land?view=remediation",
    "/land?view=what-if",
    "/chain/fashion?view=platform",
    "/projects",
    "/space",
    "/innovation",
)


@pytest.fixture
def graded(chromium, served_graded):
    one = Window(chromium, served_graded.address, (1920, 1080), "dark")
    one.requests = []
    one.page.on("request", lambda r: one.requests.append(r.url))
    yield one
    one.context.close()
    assert one.outside == []
    assert one.faults == []


def hovered(page, selector):
    """Return the text of Plotly's hover box over the middle of an element."""
    box = page.locator(selector).first.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2 - 3, box["y"] + box["height"] / 2)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    page.wait_for_selector(".hoverlayer .hovertext")
    return page.text_content(".hoverlayer .hovertext")


def test_the_stock_file_is_never_requested(graded):
    for path in PAGES:
        page = graded.open(path)
        assert page.evaluate("window.Plotly.version") == MADE["version"]
    scripts = [url for url in graded.requests if "plotly" in url and url.split("?")[0].endswith(".js")]
    assert scripts
    assert all("/assets/plotly." in url for url in scripts), scripts


def test_the_bundle_holds_the_trace_types_that_its_recipe_names(graded):
    page = graded.open("/land")
    assert sorted(page.evaluate("Object.keys(window.Plotly.PlotSchema.get().traces)")) == MADE["traces"]


def test_lines_bars_and_flows_render_and_react_to_the_mouse(graded):
    page = graded.open("/space")
    assert page.locator(".panel-plan .scatterlayer .js-line, .panel-plan .barlayer .point").count() > 0
    assert page.locator(".panel-released .barlayer .point").count() > 0
    page = graded.open("/land")
    assert page.locator(".sankey-link").count() > 3
    assert page.locator(".sankey-node").count() >= 4
    assert "家" in hovered(page, ".sankey-node .node-rect")
