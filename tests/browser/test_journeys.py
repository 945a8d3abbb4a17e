"""What an analyst does: open, filter, share, go back; every value equals the oracle's."""

from __future__ import annotations

import re

import pytest

from tests import oracle
from tests.browser.conftest import Window
from tests.browser.legibility import problems

YEAR = oracle.span("2022-01", "2022-12")
WHERE = {"towns": ("塘栖镇", "东湖街道"), "divisions": ("34",)}
QUERY = "?town=donghu&town=tangqi&industry=34"
_LATIN = re.compile(r"[A-Za-z]{2,}")
#: Latin letters that Chinese readers use as such.
_KNOWN = {"CR", "HHI", "GB", "none"}  # the last stands in the address of the unknown page


@pytest.fixture(scope="module")
def expected(book):
    return oracle.Oracle(book)


def shown(value, digits=1):
    """Return the number as a person writes it: thousands commas, one decimal from ten up, two below."""
    return f"{value:,.{digits if abs(value) >= 10 else 2}f}"


def kpis(page):
    """Return label -> (value, change) of the KPI cells."""
    return {
        cell.query_selector(".kpi-name").inner_text(): (
            cell.query_selector(".value").inner_text(),
            cell.query_selector(".kpi-change").inner_text(),
        )
        for cell in page.query_selector_all(".kpi")
    }


def choose(page, identity, *labels):
    """Select entries of a drop-down as a person does."""
    page.click(f"#{identity}")
    for label in labels:
        page.locator(".dash-dropdown-content label, .dash-dropdown-content [role=option]").filter(has_text=label).first.click()
    page.keyboard.press("Escape")


def assert_figures(page, expected):
    cells = kpis(page)
    for label, metric, factor in (
        ("产值", "工业总产值", 1e4),
        ("增加值", "工业增加值", 1e4),
        ("税收", "入库税收", 1e4),
        ("亩均税收", "亩均税收", 1),
    ):
        digits = 2 if label == "亩均税收" else 1
        value, growth = expected.value(metric, YEAR, **WHERE), expected.growth(metric, YEAR, **WHERE)
        assert cells[label][0] == shown(value / factor, digits), label
        assert f"{growth * 100:+.1f}%".replace("-", "−") in cells[label][1], label
    per_town = expected.groups("工业总产值", YEAR, "town", divisions=WHERE["divisions"])
    table = page.inner_text(".towns-table")
    for town, value in per_town.items():
        assert re.search(rf"{town}\s+{re.escape(shown(value / 1e4))}", table), (town, table)
    base = expected.value("工业总产值", [oracle.shift(x, -12) for x in YEAR], **WHERE)
    parts = page.inner_text(".waterfall")
    for town, short in (("塘栖镇", "塘栖"), ("东湖街道", "东湖")):
        now = expected.value("工业总产值", YEAR, **{**WHERE, "towns": (town,)})
        before = expected.value("工业总产值", [oracle.shift(x, -12) for x in YEAR], **{**WHERE, "towns": (town,)})
        change = re.search(rf"{short}\s+([+−][\d.]+)", parts)[1].replace("−", "-")
        assert abs(float(change) - (now - before) / base * 100) <= 0.01


def test_filter_share_and_go_back(window, expected):
    first = window()
    page = first.open("/")
    assert kpis(page)["产值"][0] == shown(expected.value("工业总产值", YEAR) / 1e4)
    choose(page, "filter-town", "塘栖镇", "东湖街道")
    first.settle()
    choose(page, "filter-industry", "34 通用设备制造业")
    first.settle()
    assert page.url.endswith("/" + QUERY)
    assert_figures(page, expected)
    second = window()
    other = second.open("/" + QUERY)
    assert_figures(other, expected)
    assert kpis(other) == kpis(page)
    page.go_back()
    first.settle()
    assert "industry" not in page.url
    assert "town=" in page.url
    page.click(".reset-link")
    first.settle()
    assert kpis(page)["产值"][0] == shown(expected.value("工业总产值", YEAR) / 1e4)
    assert not first.faults + second.faults


def test_a_change_of_filter_is_one_request_and_keeps_the_charts(window):
    one = window()
    page = one.open("/")
    page.evaluate("document.querySelectorAll('.town-map a, .trend svg').forEach(p => { p.marked = true; })")
    one.posts.clear()
    page.click(".towns-table .row-link >> nth=0")
    one.settle()
    assert "town=donghu" in page.url
    assert len(one.posts) == 1
    assert page.evaluate("[...document.querySelectorAll('.town-map a, .trend svg')].every(p => p.marked)")


def test_filters_survive_a_change_of_page(window, expected):
    one = window()
    page = one.open("/" + QUERY)
    page.click(".navigation a:has-text('产业链')")
    one.settle()
    assert page.url.endswith(QUERY)
    page.click(".page-tabs a:has-text('绿色能源')")
    one.settle()
    assert "/chain/green-energy?" in page.url
    value = expected.value("工业总产值", YEAR, **WHERE, chains=("绿色能源",))
    assert kpis(page)["产值"][0] == shown(value / 1e4)
    page.click(".navigation a:has-text('总览')")
    one.settle()
    assert_figures(page, expected)


def test_a_click_on_the_map_toggles_the_town(window):
    one = window()
    page = one.open("/")
    label = page.locator(".panel-towns .town-label").filter(has_text="塘栖").bounding_box()
    at = (label["x"] + label["width"] / 2, label["y"] + label["height"] / 2)  # a label is no obstacle
    page.mouse.click(*at)
    one.settle()
    assert "town=tangqi" in page.url
    assert page.locator(".town-outline").count() == 1
    assert page.get_attribute(".town-map a[aria-label^='塘栖镇']", "aria-current") == "true"
    page.mouse.move(0, 0)
    page.mouse.click(*at)
    one.settle()
    assert "town=tangqi" not in page.url
    page.go_back()
    one.settle()
    assert "town=tangqi" in page.url


def test_the_map_is_used_by_keyboard(window):
    one = window()
    page = one.open("/")
    page.locator(".panel-towns .tools a").last.focus()
    page.keyboard.press("Tab")
    name = page.evaluate("document.activeElement.getAttribute('aria-label')")
    town = name.split("，")[0]
    assert "产值" in name
    hint = page.locator(".tooltip")
    assert hint.inner_text().startswith(town)
    assert "口径：" in hint.inner_text()
    ring = "getComputedStyle(document.activeElement.firstChild).strokeWidth"
    assert page.evaluate(ring) == "5px"
    page.keyboard.press("Escape")
    assert hint.is_hidden()
    page.keyboard.press("Enter")
    one.settle()
    assert "town=" in page.url
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").split("，")[0] == town
    assert page.evaluate("document.activeElement.getAttribute('aria-current')") == "true"


def test_marks_show_their_values_at_the_pointer(window, expected):
    one = window()
    page = one.open("/")
    hint = page.locator(".tooltip")
    page.hover(".trend-month >> nth=11")
    assert hint.inner_text().split("\n")[0] == "2022年12月"
    assert f"产值 {shown(expected.value('工业总产值', ['2022-12']) / 1e4)}亿元" in hint.inner_text()
    box = hint.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1920
    page.hover(".town-map a[aria-label^='塘栖镇']")
    assert hint.inner_text().split("\n")[0] == "塘栖镇"
    assert "占各镇街合计" in hint.inner_text()
    page.mouse.move(2, 2)
    assert hint.is_hidden()


def test_period_widgets_write_the_address_and_the_address_the_widgets(window, expected):
    one = window()
    page = one.open("/")
    choose(page, "filter-period", "当月")
    one.settle()
    assert page.url.endswith("?period=month")
    choose(page, "filter-month", "2022年3月")
    one.settle()
    assert page.url.endswith("?period=2022-03")
    assert kpis(page)["产值"][0] == shown(expected.value("工业总产值", ["2022-03"]) / 1e4)
    page = one.open("/?period=ttm:2022-06&compare=mom&comparable=1")
    assert "近12个月" in page.inner_text("#filter-period")
    assert "2022年6月" in page.inner_text("#filter-month")
    assert "环比" in page.inner_text("#filter-compare")
    assert page.url.endswith("?period=ttm:2022-06&compare=mom&comparable=1")


def test_light_theme_is_kept(window):
    one = window()
    page = one.open("/")
    page.click("[data-theme-switch]")
    one.settle()
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    page.reload()
    one.settle()
    assert page.evaluate("document.documentElement.dataset.theme") == "light"


def test_script_in_a_link_does_nothing(window):
    one = window()
    page = one.open("/?town=%3Cimg%20src%3Dx%20onerror%3Ddocument.title%3D1%3E")
    assert page.title() == "临平制造数字驾驶舱"
    assert "已忽略" in page.inner_text(".notices")


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160), (1366, 768), (390, 844)], ids=str)
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/chain/green-energy",
        "/chain/fashion",
        "/glossary",
        "/none",
        "/?town=nanyuan&industry=46",
        "/?period=2022-02&metric=tax_per_mu&by=industry",
    ],
)
def test_every_page_is_legible(window, path, size, theme):
    one = window(size, theme)
    page = one.open(path)
    assert problems(page) == []
    assert not one.faults
    text = page.evaluate("document.body.innerText")
    assert not re.search(r"\b(nan|NaN|None|undefined|null|Infinity)\b", text)
    assert not {w for w in _LATIN.findall(text) if w not in _KNOWN}


@pytest.mark.parametrize("path", ["/", "/space"])
def test_a_legend_stands_above_a_caption_of_two_lines(window, path):
    page = window((1366, 768)).open(f"{path}?industry=34&industry=38&industry=39&industry=40&comparable=1")
    panel = page.locator(".panel-towns")
    foot = panel.locator(".panel-foot").bounding_box()
    legend = panel.locator(".legend").bounding_box()
    assert path != "/" or foot["height"] > 30
    assert legend["y"] + legend["height"] <= foot["y"] + 1


def test_the_overview_fits_the_wall_screen_without_scrolling(window):
    for size in ((1920, 1080), (3840, 2160)):
        page = window(size).open("/")
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_a_filter_opens_by_its_label_and_knows_pinyin(window):
    one = window()
    page = one.open("/")
    page.click(".pill-town .pill-label")
    page.locator(".dash-dropdown-content .dash-dropdown-search").fill("qs")
    option = page.locator(".dash-dropdown-content .dash-dropdown-option")
    option.filter(has_text="乔司街道").wait_for()
    assert option.all_inner_texts() == ["乔司街道"]
    for text, name in (("qsi", "乔司街道"), ("ＹＨ", "运河街道"), ("街道 乔司", "乔司街道")):
        page.locator(".dash-dropdown-content .dash-dropdown-search").fill(text)
        option.filter(has_text=name).wait_for()
        assert option.all_inner_texts() == [name]
    # What was typed still finds the same after a choice.
    option.click()
    page.wait_for_url("**/?town=qiaosi")
    one.settle()
    assert option.all_inner_texts() == ["乔司街道"]
    page.click(".pill-town .pill-label")
    page.wait_for_selector(".dash-dropdown-content", state="detached")


def test_a_drop_down_waits_for_the_server_before_it_finds_nothing(window):
    one = window()
    page = one.open("/")
    page.click(".pill-town .pill-label")
    waiting, is_slow = [], [True]
    page.route("**/_dash-update-component*", lambda route: waiting.append(route) if is_slow else route.continue_())
    page.locator(".dash-dropdown-content .dash-dropdown-search").fill("qs")
    shown = "() => { const e = document.querySelector('.dash-dropdown-content .dash-dropdown-options > .dash-dropdown-option');"
    shown += " return [getComputedStyle(e).fontSize, getComputedStyle(e, '::after').content] }"
    page.wait_for_selector("#filter-town[data-dash-is-loading]")
    assert page.evaluate(shown) == ["0px", '"正在查找…"']
    is_slow.clear()
    for route in waiting:
        route.continue_()
    page.locator(".dash-dropdown-content .dash-dropdown-option").filter(has_text="乔司街道").wait_for()
    page.locator(".dash-dropdown-content .dash-dropdown-search").fill("没有的地方")
    page.locator(".dash-dropdown-content .dash-dropdown-option").filter(has_text="没有这一项").wait_for()
    page.wait_for_selector("#filter-town:not([data-dash-is-loading])")
    assert page.evaluate(shown)[1] == "none"


def test_in_forced_colours_charts_keep_their_ground_and_one_page_is_marked(window):
    one = window()
    one.page.emulate_media(forced_colors="active")
    page = one.open("/")
    color = "(e, name) => getComputedStyle(e)[name]"
    ground = page.locator(".panel-trend .trend").evaluate(color, "backgroundColor")
    assert ground == page.locator(".panel-towns .town-map").evaluate(color, "backgroundColor")
    assert ground not in ("rgba(0, 0, 0, 0)", page.locator("body").evaluate(color, "backgroundColor"))
    marked = [link.evaluate(color, "borderBottomColor") for link in page.locator(".navigation a").all()]
    assert marked.count(marked[-1]) == len(marked) - 1
    assert marked[0] != marked[-1]


@pytest.mark.parametrize("path", ["/projects", "/space", "/chain/fashion?view=lists"])
def test_in_forced_colours_every_mark_keeps_its_colour_and_text_that_of_text(window, path):
    """What holds no text says what it says by its colour; what holds text has to be read."""
    page = window((1920, 1080)).open(path)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.wait_for_load_state("networkidle")
    colors = "() => [...document.querySelectorAll('.panel :is(span, i, b, div):empty:not(.icon, .mark, .empty-mark)')]"
    colors += ".map((e) => getComputedStyle(e).backgroundColor).filter((color) => color !== 'rgba(0, 0, 0, 0)')"
    marks = page.evaluate(colors)
    assert len(marks) > 10
    page.emulate_media(forced_colors="active")
    forced = page.evaluate(colors)
    assert [color for color in marks if color not in forced] == []
    assert forced == marks
    color = "(e) => getComputedStyle(e).color"
    for element in page.locator(".park-value, .pill svg").all():
        assert element.evaluate(color) == page.locator("body").evaluate(color)


def test_few_bars_and_few_projects_leave_no_void(window):
    """Bars take their panel's height; projects are no higher than the methods beside them."""
    page = window().open("/chain/fashion")
    rows, panel = (page.locator(f".panel-industry-split {part}").bounding_box()["height"] for part in (".items", ".panel-body"))
    assert rows > 0.8 * panel
    for size in ((1920, 1080), (1366, 768)):
        page = window(size).open("/space?town=qiaosi")
        board, methods = (page.locator(part).bounding_box() for part in (".panel-pipeline", ".panel-methods"))
        assert board["y"] == methods["y"]
        assert board["height"] == methods["height"]
        assert board["height"] < 400
        assert page.locator(".panel-released").bounding_box()["y"] > board["y"] + board["height"]
    page = window().open("/space?town=qiaosi")
    parks, example = (page.locator(part).bounding_box() for part in (".panel-parks", ".panel-example"))
    assert parks["width"] < 0.6 * example["width"]
    assert parks["y"] == example["y"]


def test_a_short_list_of_enterprises_has_the_projects_under_it(window):
    page = window().open("/chain/new-materials?view=lists&town=yunhe&industry=30")
    names = (".panel-all-firms", ".panel-chain-projects", ".panel-chain-policies")
    firms, projects, policies = (page.locator(part).bounding_box() for part in names)
    assert (projects["x"], projects["width"]) == (firms["x"], firms["width"])
    assert projects["y"] == policies["y"]


def test_the_whole_result_of_a_scenario_is_in_sight_on_a_phone(chromium, served_graded):
    one = Window(chromium, served_graded.address, (390, 844), "dark")
    page = one.open("/land?view=what-if")
    page.wait_for_selector(".panel-verdict .kpi")
    overflow = page.locator(".panel-verdict").evaluate("(e) => e.scrollHeight - e.clientHeight")
    one.context.close()
    assert overflow == 0


def test_filters_are_in_sight_on_a_phone(window):
    page = window((390, 844)).open("/?town=nanyuan&compare=mom")
    shown = "e => { const r = e.getBoundingClientRect(); return r.width > 0 && r.left >= 0 && r.right <= innerWidth }"
    pills = page.locator(".filters > .pill")
    assert pills.count() == 5
    assert all(pill.evaluate(shown) for pill in pills.all())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_filters_are_not_where_they_do_nothing(window):
    one = window()
    for path, names in (("/nowhere", []), ("/glossary", []), ("/enterprise/91330113AU04ADP9UJ", ["期间", "截至", "对比"])):
        page = one.open(path)
        labels = page.locator(".filters > .pill .pill-label")
        assert [label.inner_text() for label in labels.all() if label.is_visible()] == names, path


def test_a_choice_is_a_group_of_radio_buttons_and_nothing_else(window):
    one = window()
    page = one.open("/")
    choice = page.get_by_role("radiogroup", name="企业范围")
    for name in ("可比口径", "全部企业"):
        choice.get_by_text(name).click()
        one.settle()
        assert choice.get_by_role("radio", name=name).is_checked()
        assert page.locator(".segmented [role=option], .segmented [aria-selected]").count() == 0


def test_a_stage_is_called_what_it_shows(window):
    page = window((390, 844)).open("/chain/fashion")
    shown = page.locator("a.stage").first
    names = [re.sub(r"\s+", "", line) for line in shown.inner_text().split("\n") if line.strip()]
    called = re.sub(r"\s+", "", shown.aria_snapshot())
    assert len(names) > 3
    assert [name for name in names if name not in called] == []


def test_a_long_list_of_firms_has_pages_that_a_search_leaves(window):
    one = window()
    page = one.open("/chain/fashion?view=lists")
    first = page.locator(".firms-list .row-link").first
    largest = first.inner_text()
    page.click('.list-pages a:has-text("301")')
    page.wait_for_url("**view=lists&page=2")
    one.settle()
    assert page.inner_text(".list-pages a.on").startswith("301")
    assert first.inner_text() != largest
    page.fill("#firm-search", "华")
    page.wait_for_url(re.compile(r"view=lists&q=[^&]+$"))
    page.goto(one.address + "/chain/fashion?view=lists&page=2")
    one.settle()
    assert page.inner_text(".list-pages a.on").startswith("301")
