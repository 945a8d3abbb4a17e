"""What a visit fetches: few precompressed files that the browser caches, and one response with the page in it."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Window

#: Of scripts, styles and the font, compressed, before the first page stands; today 300 KB in 13 files.
MOST, MOST_FILES = 350_000, 15


@pytest.fixture
def graded(chromium, served_graded):
    one = Window(chromium, served_graded.address, (1920, 1080), "dark")
    one.responses = []
    one.page.on("response", lambda r: one.responses.append(r))
    yield one
    one.context.close()
    assert one.outside == []
    assert one.faults == []


def static(window):
    return [a for a in window.responses if "/assets/" in a.url or "/_dash-component-suites/" in a.url]


def test_scripts_and_styles_come_compressed_and_cacheable(graded):
    graded.open("/")
    files = static(graded)
    assert 10 < len(files) <= MOST_FILES
    for response in files:
        if not response.url.endswith(".woff2"):
            assert response.headers["content-encoding"] == "br", response.url
        assert "etag" in response.headers, response.url
    assert sum(int(a.headers["content-length"]) for a in files) < MOST


PATHS = (
    "/",
    "/?town=tangqi&period=ttm",
    "/chain/fashion",
    "/land?view=what-if",
    "/glossary",
    "/glossary#tax",
    "/none?a=%E7%81%AB",
)


@pytest.mark.parametrize("path", PATHS)
def test_the_first_page_comes_with_the_layout(graded, path):
    graded.open(path)
    paths = [a.url.removeprefix(graded.address) for a in graded.responses]
    assert paths.count("/_dash-layout") == paths.count("/_dash-dependencies") == 1
    # The what-if requests its outcome once its sliders are there.
    assert [r.post_data for r in graded.posts if '"page.children' in (r.post_data or "").replace(" ", "")] == []
    assert graded.page.evaluate("location.href") == graded.address + path
    assert graded.page.evaluate("history.length") <= 2  # the empty tab, and this


def test_back_and_forward_after_a_first_page_that_came_with_the_layout(graded):
    page = graded.open("/?town=tangqi")
    page.click(".navigation a:has-text('亩均效益')")
    graded.settle()
    page.reload()
    graded.settle()
    assert page.query_selector(".grid-land")
    page.go_back()
    graded.settle()
    assert page.query_selector(".grid-overview")
    assert page.evaluate("location.search") == "?town=tangqi"
    assert page.inner_text("#filter-town") == "塘栖镇"
    page.go_forward()
    graded.settle()
    assert page.query_selector(".grid-land")


def test_without_the_prefetched_layout_the_page_is_requested(graded):
    """A script that is blocked, or an address that changed meanwhile, costs time and nothing else."""
    graded.page.add_init_script("""
      let cockpit;
      const withoutPrefetch = (made) => { cockpit = made; made.takePrefetched = () => null; };
      Object.defineProperty(window, 'cockpit', {get: () => cockpit, set: withoutPrefetch});
    """)
    page = graded.open("/?town=tangqi")
    assert len(graded.posts) == 1
    assert page.inner_text("#filter-town") == "塘栖镇"
    assert page.query_selector_all(".trend svg")


def test_a_second_visit_requests_no_file_again(chromium, served_graded):
    context = chromium.new_context()  # a window of the tests caches no files: it guards each request
    visits = []
    for _ in range(2):
        page = context.new_page()
        page.goto(served_graded.address + "/")
        page.wait_for_selector(".trend svg")
        sent = "performance.getEntriesByType('resource').filter((e) => e.transferSize > 0).map((e) => new URL(e.name).pathname)"
        visits.append(sorted(page.evaluate(sent)))
    context.close()
    assert len(visits[0]) > 10
    assert visits[1] == ["/_dash-dependencies", "/_dash-layout"]


def test_the_plotting_library_comes_with_the_first_chart(graded):
    """The overview has no chart of its. No page preloads it: a chart without data, or far below, would not use it."""

    def requests():
        return len([a.url for a in graded.responses if "/assets/plotly." in a.url])

    page = graded.open("/")
    assert requests() == 0
    page.click(".navigation a:has-text('项目')")
    page.wait_for_selector("#timeline-graph .main-svg")
    page.click(".navigation a:has-text('总览')")
    graded.settle()
    page.click(".navigation a:has-text('项目')")
    page.wait_for_selector("#timeline-graph .main-svg")
    assert requests() == 1
    other = graded.open("/space")
    other.wait_for_selector("#plan-graph .main-svg")
    assert requests() == 2  # another visit; the tests' windows cache no files


def test_the_grid_comes_with_the_first_page_that_shows_it(graded):
    page = graded.open("/")
    assert not [a.url for a in graded.responses if "dash_ag_grid" in a.url]
    page.click(".navigation a:has-text('亩均效益')")
    page.wait_for_selector("#firm-grid .ag-row")
    graded.settle()
    page.click(".navigation a:has-text('总览')")
    graded.settle()
    page.click(".navigation a:has-text('亩均效益')")
    page.wait_for_selector("#firm-grid .ag-row")
    assert len([a.url for a in graded.responses if "/dash_ag_grid/dash_ag_grid." in a.url]) == 1
    other = Window(page.context.browser, graded.address, (1920, 1080), "light")
    other.open("/land").wait_for_selector("#firm-grid .ag-row")
    other.context.close()
    assert other.faults == []


def test_a_width_that_changes_before_the_page_is_there_is_no_fault(window):
    one = window()
    waiting = []
    one.page.route("**/dash_renderer*", lambda route: waiting.append(route))
    one.page.goto(one.address + "/", wait_until="commit")
    one.page.wait_for_timeout(400)
    one.page.set_viewport_size({"width": 390, "height": 844})
    one.page.wait_for_timeout(600)  # longer than the page waits before it tells the server
    for route in waiting:
        route.continue_()
    one.page.wait_for_selector("#page .panel")
    one.settle()
    assert waiting
    assert one.faults == []
    assert one.page.evaluate("document.documentElement.scrollWidth") <= 390
