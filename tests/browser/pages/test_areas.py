"""A province in the browser: its cities, the way into one and back, at every size of screen."""

from __future__ import annotations

import pytest

from data.database.engine import open_engine, upgrade_schema
from data.district_pack import load_district
from data.synthetic.district import fill_database
from tests.browser.conftest import windows
from tests.browser.legibility import problems
from tests.conftest import Served

SIZES = [(1920, 1080), (3840, 2160), (1366, 768), (390, 844)]
PATHS = ["/", "/?town=hangzhou", "/?area=hangzhou", "/chain/fashion?area=hangzhou", "/land?area=hangzhou"]


@pytest.fixture(scope="module")
def province(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('province')}/cockpit.sqlite3"
    engine = open_engine(url)
    upgrade_schema(engine)
    fill_database(engine, load_district("zhejiang"), firms=900, months=26, seed=5, progress=lambda *_: None)
    engine.dispose()
    served = Served(url, COCKPIT_DISTRICT="zhejiang")
    yield served
    served.stop()


@pytest.fixture
def window(chromium, province):
    yield from windows(chromium, province.address, faultless=True)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_everything_can_be_read(window, size, path):
    page = window(size).open(path)
    assert problems(page) == []
    assert "镇街" not in page.inner_text("body")
    assert "全区" not in page.inner_text("body")


@pytest.mark.parametrize("size", [SIZES[0], SIZES[3]], ids=["wide", "phone"])
def test_into_a_city_and_back(window, size):
    here = window(size)
    page = here.open("/?period=2022")
    page.click(".areas-down > summary")
    page.click('.areas-menu a:has-text("宁波市")')
    page.wait_for_url("**/?area=ningbo&period=2022")
    here.settle()
    assert page.inner_text("#town-filter-label") == "县（市、区）"
    assert page.locator(".town-map a").count() == 10
    assert "慈溪市" in page.inner_text("#towns")
    page.click('.areas a:has-text("浙江省")')
    page.wait_for_url("**/?period=2022")
    here.settle()
    assert page.locator(".town-map a").count() == 11
    page.go_back()
    page.wait_for_url("**/?area=ningbo&period=2022")
    here.settle()
    assert page.locator(".town-map a").count() == 10


def test_a_city_chosen_on_the_map_can_be_entered_by_keyboard(window):
    here = window()
    page = here.open("/")
    page.focus('.town-map a[aria-label*="绍兴市"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/?area=shaoxing")
    here.settle()
    assert "诸暨市" in page.inner_text("#towns")


def test_the_menu_closes_by_escape_and_by_a_click_elsewhere(window):
    page = window().open("/")
    for close in (lambda: page.keyboard.press("Escape"), lambda: page.click("h1")):
        page.click(".areas-down > summary")
        assert page.locator(".areas-down[open]").count() == 1
        close()
        assert page.locator(".areas-down[open]").count() == 0


PAGES = [
    "/",
    "/chain/fashion",
    "/chain/fashion?view=lists",
    "/land",
    "/land?view=remediation",
    "/projects",
    "/space",
    "/innovation",
]
#: Chooses another value of a widget of the filter row, as a reader does.
CHOOSE = """(id) => {
  const props = window.dash_component_api.getLayout(id).props;
  const other = props.options.map((o) => o.value).filter((v) => ![].concat(props.value).includes(v));
  const value = other[Math.floor(other.length / 2)];
  window.dash_clientside.set_props(id, {value: props.multi ? [value] : value});
}"""
FILTERS = ["town", "industry", "period", "month", "compare", "comparable"]


@pytest.mark.parametrize("path", PAGES)
def test_every_control_inside_an_area_keeps_the_area(window, path):
    here = window()
    page = here.open(f"{path}{'&' if '?' in path else '?'}area=hangzhou")
    for name in FILTERS:
        before = page.url
        page.evaluate(CHOOSE, f"filter-{name}")
        page.wait_for_function("(before) => location.href !== before", arg=before)
        assert "area=hangzhou" in page.url, name
        here.settle()
        assert page.evaluate("new URLSearchParams(location.search).get('area')") == "hangzhou"
        assert page.inner_text("#breadcrumb b") == "杭州市", name
    # Of the links only those lead out that are meant to: up in the breadcrumb, to an enterprise, to the first page.
    links = page.evaluate("""[...document.querySelectorAll('a[data-nav]')]
      .filter((a) => !a.closest('.areas, .brand') && !/^\\/(enterprise|glossary)/.test(a.pathname))
      .filter((a) => !/view=what-if/.test(a.search))
      .map((a) => [a.getAttribute('href'), a.parentElement.className, a.textContent])""")
    assert len(links) > 10
    assert [link for link in links if "area=hangzhou" not in link[0]] == []


def test_the_search_of_the_list_of_firms_keeps_the_area(window):
    here = window()
    page = here.open("/chain/fashion?view=lists&area=hangzhou")
    page.fill(".list-search input", "有限")
    page.wait_for_url("**q=**")
    assert "area=hangzhou" in page.url
    assert page.evaluate("window.cockpit.urlWith({firm: 'X', cell: 'a:b'})").count("area=hangzhou") == 1


def test_a_key_that_scripts_do_not_know_stays_in_the_address(window):
    here = window()
    page = here.open("/?area=hangzhou&later=1")
    page.evaluate(CHOOSE, "filter-compare")
    page.wait_for_url("**compare=**")
    assert "area=hangzhou" in page.url
    assert "later=1" in page.url
