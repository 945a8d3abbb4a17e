"""Finding a firm with the keyboard, reading its page, going on to its like; legible on every screen."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import windows
from tests.browser.legibility import problems

LEADER = "91330113AU04ADP9UJ"
MIDDLING = "913301130053LNTLC2"
PLOT = "91330113R6WGKWC4MR"  # 宗地: reports no months
_LATIN = re.compile(r"[A-Za-z]{2,}")


@pytest.fixture
def window(chromium, served_graded):
    yield from windows(chromium, served_graded.address)


def hits(page):
    page.wait_for_selector(".search-result")
    return [hit.inner_text() for hit in page.query_selector_all(".search-result b")]


def name(page):
    page.wait_for_selector(".firm-name")
    return page.inner_text(".firm-name").split("\n")[0]


def state(page):
    """Return the ARIA state of the search box."""
    get = "e => ['role', 'aria-expanded', 'aria-controls', 'aria-activedescendant'].map(a => e.getAttribute(a))"
    return page.eval_on_selector("#search", get)


def test_by_initials_with_the_keyboard_alone(window):
    one = window()
    page = one.open("/land?town=tangqi")
    one.posts.clear()
    page.keyboard.press("/")
    page.keyboard.type("jadl")
    assert hits(page) == ["锦安动力"]
    assert state(page) == ["combobox", "true", "search-results", "search-result-0"]
    # One request for four letters; the list of firms may ask for its rows meanwhile.
    assert len([request for request in one.posts if "search-results" in request.post_data]) == 1
    page.keyboard.press("Enter")
    assert name(page) == "杭州锦安动力有限公司"
    one.settle()
    assert page.url.endswith(f"/enterprise/{LEADER}?town=tangqi")
    assert page.input_value("#search") == ""
    assert not page.is_visible("#search-results")
    page.go_back()
    one.settle()
    assert page.url.endswith("/land?town=tangqi")
    assert not one.faults


def test_enter_before_the_response_waits_for_it(window):
    one = window()
    page = one.open("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("jinandongli")
    page.keyboard.press("Enter")
    assert name(page) == "杭州锦安动力有限公司"


def test_arrows_choose_and_escape_closes(window):
    one = window()
    page = one.open("/land?firm=" + MIDDLING)
    page.keyboard.press("Control+k")
    page.keyboard.type("锦")
    names = hits(page)
    assert len(names) == 12
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert state(page)[3] == "search-result-2"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert state(page)[3] == "search-result-11"
    assert page.inner_text(".search-result.on b") == names[11]
    page.keyboard.press("Escape")
    assert state(page)[1] == "false"
    assert not page.is_visible("#search-results")
    assert "firm=" in page.url  # Escape closed the search, not the drawer behind it
    page.keyboard.press("Escape")
    one.settle()
    assert "firm=" not in page.url


def test_no_match_and_a_click_elsewhere(window):
    one = window()
    page = one.open("/")
    page.click("#search")
    page.keyboard.type("qqqq")
    page.wait_for_selector(".search-empty")
    assert "没有找到“qqqq”" in page.inner_text(".search-empty")
    page.keyboard.press("Enter")  # there is nothing to go to
    page.mouse.click(400, 500)
    assert not page.is_visible(".search-empty")
    one.posts.clear()
    page.click("#search")
    page.wait_for_timeout(500)
    assert one.posts == []  # nothing changed, nothing is requested
    assert not one.faults


def test_a_slash_in_a_field_is_a_slash(window):
    one = window()
    page = one.open("/land")
    page.click("#firm-search")
    page.keyboard.type("a/b")
    assert page.input_value("#firm-search") == "a/b"


def test_on_a_phone_a_button_opens_the_box(window):
    one = window((390, 844))
    page = one.open("/")
    assert not page.is_visible("#search")
    page.click(".search-open")
    page.keyboard.type("bydtbj")
    page.wait_for_selector(".search-empty, .search-result")
    page.fill("#search", "ydtbj")
    page.wait_for_selector(".search-result")
    assert problems(page) == []
    page.click(".search-result >> nth=0")
    assert name(page)
    one.settle()
    assert not page.is_visible("#search")


def test_from_the_drawer_to_the_page_and_on_to_a_firm_like_it(window):
    one = window()
    page = one.open(f"/land?firm={MIDDLING}&grade=A")
    page.click(".explanation-link")
    assert name(page) == "杭州润越电梯部件有限公司"
    one.settle()
    assert page.url.endswith(f"/enterprise/{MIDDLING}")
    like = page.inner_text(".peers-table .row-link >> nth=0")
    page.click(".peers-table .row-link >> nth=0")
    page.wait_for_function("n => document.querySelector('.firm-name').innerText.includes(n)", arg=like)
    one.settle()
    page.click(".panel-months .switch a:has-text('税收')")
    one.settle()
    assert "metric=tax" in page.url
    assert page.inner_text(".panel-months h2") == "各月税收"
    assert not one.faults


def test_from_the_overview_to_the_firm_that_pulled_most(window):
    one = window()
    page = one.open("/?period=2022")
    page.click(".mover-group a >> nth=0")
    assert name(page) == "杭州锦安动力有限公司"
    assert page.url.endswith(f"/enterprise/{LEADER}?period=2022")


def test_town_and_industry_filters_are_not_offered_and_the_period_is(window):
    one = window()
    page = one.open(f"/enterprise/{LEADER}")
    assert page.is_visible("#filter-period")
    assert page.is_visible("#filter-month")
    assert not page.is_visible("#filter-town")
    assert not page.is_visible("#filter-industry")
    page = one.open("/enterprise/91330113XXXXXXXXXX")
    assert "名录里没有代码为" in page.inner_text("main")
    assert page.locator(".panel:visible").count() == 1
    page.click(".unknown-firm [data-search-open]")
    assert page.evaluate("document.activeElement.id") == "search"


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160), (1366, 768), (390, 844)], ids=str)
@pytest.mark.parametrize(
    "path",
    [LEADER, MIDDLING, PLOT, "91330113XXXXXXXXXX", f"{MIDDLING}?period=2022-03&compare=mom&metric=energy", f"{PLOT}?period=2020"],
)
def test_the_page_is_legible(window, path, size, theme):
    one = window(size, theme)
    page = one.open(f"/enterprise/{path}")
    assert problems(page) == []
    assert not one.faults
    text = page.evaluate("document.body.innerText")
    assert not re.search(r"\b(nan|NaN|None|undefined|null|Infinity)\b", text)
    own = {"xlsx", "linping"} | set(_LATIN.findall(path))  # the file's name and the code are what they are
    assert not {w for w in _LATIN.findall(text) if w not in own}


def test_the_tables_of_a_firm_without_months_fit_a_phone(window):
    page = window((390, 844)).open(f"/enterprise/{PLOT}")
    for table in (".firm-years", ".panel-peers .scroll"):
        assert page.locator(table).evaluate("box => box.scrollWidth - box.clientWidth") == 0


def test_letters_stay_in_the_order_in_which_they_were_typed(window):
    """However busy the browser: the second letter comes after Dash took note of the first, before its timers ran."""
    page = window().open("/")
    page.keyboard.press("Control+k")
    typed = page.evaluate("""async () => {
        const type = (letter) => document.execCommand("insertText", false, letter);
        type("a");
        await Promise.resolve();
        await new Promise((done) => { setTimeout(() => { type("c"); done(); }, 0); type("b"); });
        await new Promise((done) => setTimeout(done, 50));
        return document.querySelector("#search").value;
    }""")
    assert typed == "abc"
