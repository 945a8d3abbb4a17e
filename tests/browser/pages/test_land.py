"""What a leader, an analyst and a policy officer do on the per-mu page; all values equal the oracle's."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from urllib.parse import parse_qs, unquote, urlparse

import openpyxl
import pytest
from sqlalchemy import make_url

from tests import land_oracle
from tests.browser.conftest import windows
from tests.browser.legibility import problems
from tests.conftest import Served
from tests.land_oracle import shown

_LATIN = re.compile(r"[A-Za-z]{2,}")
_CODE = re.compile(r"\b[0-9A-Z]{18}\b")
#: Latin letters on the page of a district that has published nothing.
_COMMAND = {"python", "cli", "py", "evaluate", "publish"}
_SIZES = [(1920, 1080), (3840, 2160), (1366, 768), (390, 844)]
LAND, TAX = land_oracle.LAND, land_oracle.TAX


@pytest.fixture(scope="module")
def year(years):
    return years[2022]


@pytest.fixture
def window(chromium, served_graded):
    yield from windows(chromium, served_graded.address, faultless=True)


@pytest.fixture(scope="module")
def served_own(graded_url, tmp_path_factory):
    """A cockpit on a copy of the graded district, to write to."""
    file = tmp_path_factory.mktemp("own") / "cockpit.sqlite3"
    source, target = sqlite3.connect(make_url(graded_url).database), sqlite3.connect(file)
    source.backup(target)
    source.close()
    target.close()
    cockpit = Served(f"sqlite:///{file}")
    cockpit.file = file
    yield cockpit
    cockpit.stop()


@pytest.fixture
def own_window(chromium, served_own):
    yield from windows(chromium, served_own.address, faultless=True)


def until(page, read, expected):
    """Wait until ``read()`` returns ``expected``, at most 30 seconds."""
    for _ in range(300):
        if read() == expected:
            return
        page.wait_for_timeout(100)
    assert read() == expected


def query(page):
    """Return the query of the address: name -> values."""
    return parse_qs(urlparse(page.url).query)


def listed(page):
    """Return the rendered rows of the list in order: column -> text."""
    return page.evaluate(
        """() => [...document.querySelectorAll('.data-grid .ag-row')]
             .sort((a, b) => a.getAttribute('row-index') - b.getAttribute('row-index'))
             .map(row => Object.fromEntries([...row.querySelectorAll('.ag-cell')]
               .map(cell => [cell.getAttribute('col-id'), cell.innerText.trim()])))
             .filter(row => row.short)"""
    )


def insight(page):
    return page.inner_text("#firm-list-head .insight")


def drawer_title(page):
    """Return the title of the drawer."""
    return page.inner_text("#explanation h2")


def name_of(firm):
    return firm.registered["企业名称"]


def number(text):
    return float(text.replace(",", "").replace("−", "-"))


def grades_of(page):
    """Return grade -> number of firms, of the verdict."""
    counts = {}
    for cell in page.query_selector_all("#verdict .panel-body .kpi"):
        name = cell.query_selector(".kpi-name").inner_text()
        if name.endswith("类企业"):
            counts[name[0]] = int(number(cell.query_selector(".value").inner_text()))
    return counts


def counted(grades):
    return {g: sum(v == g for v in grades.values()) for g in "ABCD"}


def slider(page, key):
    return page.locator(f'[id=\'{{"key":"{key}","type":"slider"}}\'] [role=slider]')


def value_of(page, key):
    return float(slider(page, key).get_attribute("aria-valuenow"))


# --- the published grades -------------------------------------------------------------------------------------------


def test_a_segment_filters_the_address_and_the_list(window, year):
    one = window()
    page = one.open("/land")
    row = page.locator(".structure-row", has_text="塘栖镇")
    worst = year.of(town="塘栖镇", grade="D")
    assert row.locator(".segment").nth(3).inner_text() == str(len(worst))
    page.evaluate("document.querySelectorAll('.js-plotly-plot, .data-grid').forEach(p => { p.marked = true; })")
    until(page, lambda: len(listed(page)) > 5, True)
    one.posts.clear()
    row.locator(".segment").nth(3).click()
    until(page, lambda: insight(page), f"共{len(worst)}家D类企业")
    assert query(page) == {"town": ["tangqi"], "grade": ["D"]}
    until(page, lambda: {(r["town"], r["grade"][-1:]) for r in listed(page)}, {("塘栖镇", "D")})
    assert page.evaluate("[...document.querySelectorAll('.js-plotly-plot, .data-grid')].every(p => p.marked)")
    assert len(one.posts) == 2  # the page's parts, and the rows
    row.locator(".segment").nth(3).click()
    until(page, lambda: insight(page), "共1,695家企业")
    assert query(page) == {}


def test_chains_are_selected_alike(window, year):
    one = window()
    page = one.open("/land?by=chain&counted=tax")
    row = page.locator(".structure-row", has_text="生物医药")
    row.locator(".structure-name").click()
    until(page, lambda: insight(page), f"共{len(year.of(chain='生物医药'))}家企业")
    assert query(page)["chain"] == ["biomedicine"]
    amounts = year.amounts("chain", TAX)["生物医药"]
    title = page.locator(".structure-row", has_text="生物医药").locator(".segment").first.get_attribute("title")
    assert title.startswith(f"A类 {shown(amounts[0], 0)}万元")


def test_a_click_on_the_map_toggles_the_town(window):
    one = window()
    page = one.open("/land")
    label = page.locator(".panel-worst-land .town-label").filter(has_text="塘栖")
    label.scroll_into_view_if_needed()
    for there in (True, False):
        box = label.bounding_box()
        page.mouse.move(0, 0)
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        until(page, lambda: query(page).get("town", []), ["tangqi"] if there else [])
        one.settle()


def test_an_explanation_opens_closes_and_comes_back(window, year):
    one = window()
    page = one.open("/land?grade=D&town=tangqi")
    page.locator(".data-grid .ag-cell a").first.click()
    page.wait_for_selector("#explanation .explanation-head")
    firm = year.firms[query(page)["firm"][0]]
    assert query(page)["town"] == ["tangqi"]
    assert drawer_title(page) == name_of(firm)
    text = page.inner_text("#explanation .panel-body")
    assert f"{firm.score:.1f}分" in text
    assert f"第 {firm.rank:,}位 / 共 {len(year.of(group=firm.group)):,}家" in text
    page.keyboard.press("Escape")
    page.wait_for_selector("#explanation .explanation-head", state="detached")
    assert "firm" not in query(page)
    page.go_back()
    until(page, lambda: drawer_title(page), name_of(firm))
    page.click(".drawer-close")
    page.wait_for_selector("#explanation .explanation-head", state="detached")
    assert query(page) == {"town": ["tangqi"], "grade": ["D"]}


def test_a_row_is_its_link_by_pointer_and_keyboard(window, year):
    """Any cell, not the letters of the name alone; and the arrow keys with Enter."""
    page = window().open("/land?grade=D&town=tangqi")
    page.wait_for_selector(".data-grid .ag-cell a")
    codes = []
    for step in ("click", "Enter"):
        if step == "click":
            page.locator('.data-grid .ag-row[row-index="0"] .ag-cell[col-id="score"]').click()
        else:
            page.keyboard.press("ArrowDown")
            page.keyboard.press("Enter")
        page.wait_for_selector("#explanation .explanation-head")
        codes.append(query(page)["firm"][0])
        page.keyboard.press("Escape")
        page.wait_for_selector("#explanation .explanation-head", state="detached")
        page.locator('.data-grid .ag-row[row-index="0"] .ag-cell[col-id="town"]').click(modifiers=["Shift"])  # the focus only
    assert len(set(codes)) == 2
    assert set(codes) <= year.firms.keys()
    assert page.evaluate("getComputedStyle(document.querySelector('.data-grid .ag-cell')).userSelect") == "text"


def test_the_drawer_takes_the_focus_and_gives_it_back(window):
    page = window().open("/land?grade=D&town=tangqi")
    here = "document.activeElement.className + ' ' + document.activeElement.innerText"
    link = page.locator(".data-grid .ag-cell a").first
    called = link.inner_text()
    link.focus()
    page.keyboard.press("Enter")
    until(page, lambda: page.evaluate(here), "drawer-close × 关闭")
    assert page.get_attribute("#explanation", "role") == "dialog"
    page.keyboard.press("Enter")
    page.wait_for_selector("#explanation .explanation-head", state="detached")
    until(page, lambda: page.evaluate(here), f"row-link {called}")
    assert page.get_attribute("#explanation", "role") is None


def test_a_bubble_opens_its_firm(window, year):
    one = window()
    page = one.open("/land?chain=biomedicine&town=tangqi&grade=D")
    point = page.evaluate(
        """() => { const r = document.querySelector('.panel-scatter .point').getBoundingClientRect();
                   return [r.x + r.width / 2, r.y + r.height / 2]; }"""
    )
    page.mouse.click(*point)
    page.wait_for_selector("#explanation .explanation-head")
    firm = year.firms[query(page)["firm"][0]]
    assert (firm.chain, firm.town, firm.grade) == ("生物医药", "塘栖镇", "D")


@pytest.mark.parametrize("at_once", [False, True])
def test_a_mark_of_several_firms_lists_them(window, year, at_once):
    one = window()
    page = one.open("/land?group=规上")
    marks = page.evaluate(
        """() => document.querySelector('#scatter .js-plotly-plot').data.flatMap((trace) =>
             (trace.customdata || []).map((target, i) => ({target, text: trace.text[i]})))
             .filter((mark) => mark.target.startsWith('cell:'))"""
    )
    assert marks
    mark = max(marks, key=lambda m: int(re.search(r"[\d,]+", m["text"])[0].replace(",", "")))
    count = int(re.search(r"([\d,]+)家", mark["text"])[1].replace(",", ""))
    page.fill("#firm-search", "没有这样的企业")
    if not at_once:  # else what was typed is still to be reported
        until(page, lambda: query(page).get("q"), ["没有这样的企业"])
        until(page, lambda: listed(page), [])
    # Marks lie upon each other: the event that Plotly emits for a click on this one is emitted by the test.
    page.evaluate(
        """(mark) => document.querySelector('#scatter .js-plotly-plot').emit('plotly_click',
             {points: [{customdata: mark.target, data: {}}]})""",
        mark,
    )
    key = mark["target"].removeprefix("cell:")
    until(page, lambda: query(page), {"group": ["规上"], "cell": [key]})
    until(page, lambda: page.input_value("#firm-search"), "")
    page.wait_for_timeout(600)
    assert query(page) == {"group": ["规上"], "cell": [key]}
    group, grade, *bounds = key.split(":")
    assert group == "规上"
    land, most_land, tax, most_tax = map(float, bounds)
    firms = year.of(group="规上", grade=grade)
    own = [name_of(f) for f in firms if land <= f.row[LAND] < most_land and tax <= f.row[TAX] < most_tax]
    assert len(own) == count
    until(page, lambda: {r["grade"][-1:] for r in listed(page)}, {grade})
    titles = page.evaluate("[...document.querySelectorAll('.data-grid .ag-row a.row-link')].map(a => a.title)")
    assert titles
    assert set(titles) <= set(own)
    # Which firms these are stands above the list, and leads back to all.
    chip = page.locator("#firm-list-head .reset-link")
    assert chip.inner_text() == f"× 规上 {grade}类 用地{land:g}—{most_land:g}亩 税收{tax:g}—{most_tax:g}万元"
    chip.click()
    until(page, lambda: {r["grade"][-1:] for r in listed(page)} == {grade}, False)
    until(page, lambda: query(page), {"group": ["规上"]})
    until(page, chip.count, 0)


def test_the_list_is_sorted_by_the_server(window, year):
    one = window()
    page = one.open("/land?grade=D")
    own = [f.row[LAND] for f in year.of(grade="D")]
    for falls in (False, True):
        page.click(".ag-header-cell[col-id='land_mu']")
        expected = [shown(v, 1) for v in sorted(own, reverse=falls)[:8]]
        until(page, lambda: [r["land_mu"] for r in listed(page)][:8], expected)
    one.settle()
    requests = [r.post_data for r in one.posts if '"colId":"land_mu"' in (r.post_data or "").replace(" ", "")]
    assert len(requests) == 2


def test_the_list_is_paged_by_the_server(window, year):
    one = window()
    page = one.open("/land")
    until(page, lambda: len(listed(page)) > 5, True)
    page.evaluate("document.querySelector('.data-grid .ag-body-viewport').scrollTop = 1e7")
    worst = max(f.rank for f in year.of(group="宗地"))
    until(page, lambda: [(r["group"], r["rank"]) for r in listed(page)][-1:], [("宗地", shown(worst, 0))])
    requests = [r for r in one.posts if "getRowsRequest" in (r.post_data or "")]
    assert 2 <= len(requests) <= 4  # of 17 blocks


def test_the_rows_come_from_memory_while_the_database_is_away(own_window, served_own):
    one = own_window()
    page = one.open("/land")
    until(page, lambda: len(listed(page)) > 5, True)
    scroll = "top => document.querySelector('.data-grid .ag-body-viewport').scrollTop = top"
    status = "document.getElementById('firm-search-status').textContent"
    with closing(sqlite3.connect(served_own.file)) as database:
        database.execute("alter table data_version rename to elsewhere")
        try:
            for top in (10_000, 20_000, 30_000):
                page.evaluate(scroll, top)
                until(page, lambda: len(listed(page)) > 5, True)
            assert page.evaluate(status) == ""
            page.click(".page-tabs a:has-text('低效整治')")
            until(page, lambda: "数据库没有回答" in page.inner_text(".notices"), True)
        finally:
            database.execute("alter table elsewhere rename to data_version")
    page.wait_for_timeout(2_500)  # the server asks again after two seconds
    page.click(".page-tabs a:has-text('评价结果')")
    until(page, lambda: "数据库没有回答" in page.inner_text(".notices"), False)
    page.evaluate(scroll, 45_000)
    until(page, lambda: len(listed(page)) > 5, True)


def test_looking_for_a_firm(window, year):
    one = window()
    page = one.open("/land")
    some = next(iter(year.of(grade="A", group="规上")))
    page.fill("#firm-search", name_of(some))
    until(page, lambda: [r["short"] in name_of(some) for r in listed(page)], [True])
    assert sum(name_of(some) in name_of(f) for f in year.firms.values()) == 1
    other = next(iter(year.of(grade="D", group="宗地")))
    page.fill("#firm-search", other.code.lower())
    until(page, lambda: [(r["group"], r["rank"]) for r in listed(page)], [("宗地", shown(other.rank, 0))])
    assert page.inner_text("#firm-search-status") == "找到1家"
    page.fill("#firm-search", "没有这样的企业")
    until(page, lambda: page.inner_text("#firm-search-status"), "没有找到，换名称中的几个字、拼音首字母或信用代码再试")
    page.wait_for_selector(".data-grid :text('没有符合条件的企业')")


def test_charts_below_the_fold_are_rendered_when_they_come_near(window):
    one = window(size=(390, 844))
    page = one.page
    page.goto(one.address + "/land")
    page.wait_for_selector("#scores-graph .main-svg")
    page.wait_for_timeout(500)
    assert not page.query_selector("#scatter-graph .main-svg")
    page.locator("#scatter").scroll_into_view_if_needed()
    page.wait_for_selector("#scatter-graph .main-svg")

    # Out of sight it waits with another selection, too; back in sight it shows that one.
    data = "JSON.stringify(document.querySelector('#scatter-graph .js-plotly-plot').data.map(trace => trace.customdata))"
    page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_timeout(300)
    before, read = page.evaluate(data), page.inner_text("#scatter-head")
    page.evaluate("window.dash_clientside.set_props('filter-town', {value: ['tangqi']})")
    until(page, lambda: page.inner_text("#scatter-head") != read, True)
    page.wait_for_timeout(300)
    assert page.evaluate(data) == before
    page.locator("#scatter").scroll_into_view_if_needed()
    until(page, lambda: page.evaluate(data) != before, True)
    assert not one.faults


def test_whoever_prints_gets_all_charts(window):
    one = window(size=(390, 844))
    page = one.page
    page.goto(one.address + "/land")
    page.wait_for_selector("#scores-graph .main-svg")
    assert not page.query_selector("#scatter-graph .main-svg")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.wait_for_selector("#scatter-graph .main-svg", state="attached")


def test_what_a_leader_reads(window, year):
    page = window().open("/land")
    cells = {
        c.query_selector(".kpi-name").inner_text(): c.query_selector(".value").inner_text()
        for c in page.query_selector_all("#kpis .panel-body .kpi")
    }
    firms, worst = list(year.firms.values()), year.of(grade="D")
    assert cells["亩均税收（评价口径）"] == shown(sum(f.row[TAX] for f in firms) / sum(f.row[LAND] for f in firms), 2)
    assert cells["D类企业"] == str(len(worst))
    assert cells["D类占地"] == shown(sum(f.row[LAND] for f in worst), 0)
    assert cells["D类提至C类中位"] == shown(year.lift(), 0)
    rows = [r.inner_text().split() for r in page.query_selector_all(".ranking-table tbody tr")]
    towns = {}
    for firm in firms:
        towns.setdefault(firm.town, []).append(firm)
    expected = sorted(towns, key=lambda t: -sum(f.row[TAX] for f in towns[t]) / sum(f.row[LAND] for f in towns[t]))
    assert [r[1] for r in rows] == expected


# --- what if --------------------------------------------------------------------------------------------------------


def test_figures_change_while_a_slider_is_dragged(window, year):
    one = window()
    page = one.open("/land?view=what-if")
    published = counted(year.grades())
    assert grades_of(page) == published
    box = slider(page, "0qA").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.evaluate("document.querySelectorAll('[role=slider], .js-plotly-plot').forEach(p => { p.marked = true; })")
    page.mouse.move(x, y)
    page.mouse.down()
    weights = (30, 20, 20, 10, 10, 10)

    def expected():
        """Return the grades by the position of the slider."""
        return counted(year.regraded("规上", weights, (int(value_of(page, "0qA")), 60, 95)))

    counts = set()
    for step in range(1, 7):
        page.mouse.move(x + 12 * step, y)
        until(page, lambda: grades_of(page) == expected(), True)
        counts.add(grades_of(page)["A"])
    assert len(counts) >= 4  # the button is still down
    page.mouse.up()
    quota = value_of(page, "0qA")
    after = year.regraded("规上", weights, (int(quota), 60, 95))
    until(page, lambda: grades_of(page), counted(after))
    assert query(page)["sim"] == [f"0qA:{quota:g}"]
    rose, fell = land_oracle.moves(year.grades(), after)
    assert f"升{len(rose)}家，降{len(fell)}家" in page.inner_text("#outcome-flow-head")
    bills = year.bill(year.grades()), year.bill(after)
    for line in page.query_selector_all(".bill-table tbody tr"):
        name, before, now, _ = line.inner_text().split("\t")
        assert [number(before), number(now)] == [round(b[name]) for b in bills]
    assert page.evaluate("[...document.querySelectorAll('[role=slider], .js-plotly-plot')].every(p => p.marked)")

    page.reload()
    page.wait_for_selector("#verdict .panel-body .kpi")
    until(page, lambda: (value_of(page, "0qA"), grades_of(page)), (quota, counted(after)))

    page.click("[data-theme-switch]")
    one.settle()
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    until(page, lambda: (value_of(page, "0qA"), grades_of(page)), (quota, counted(after)))
    assert query(page)["sim"] == [f"0qA:{quota:g}"]


def test_reset_undoes_all_changes(window):
    one = window()
    page = one.open("/land?view=what-if&town=tangqi")
    published = grades_of(page)
    for key in ("0w0", "0qA", "0c0"):
        slider(page, key).focus()
        page.keyboard.press("End")
    until(page, lambda: query(page).get("sim"), ["0c0:10;0qA:100;0w0:100"])
    until(page, lambda: grades_of(page) != published, True)
    page.click("[data-scenario-reset]")
    until(page, lambda: query(page), {"view": ["what-if"], "town": ["tangqi"]})
    until(page, lambda: (value_of(page, "0w0"), value_of(page, "0qA"), value_of(page, "0c0")), (30, 20, 2))
    until(page, lambda: grades_of(page), published)
    assert "没有改动" in page.inner_text(".changed-rules")


def test_sliders_have_names(window):
    page = window().open("/land?view=what-if")
    page.wait_for_selector(".slider-row [role=slider][aria-label]", state="attached")
    named = page.eval_on_selector_all(
        ".slider-row [role=slider], .slider-row input", "e => e.map(x => x.getAttribute('aria-label'))"
    )
    assert len(named) > 20
    assert all(named)
    assert any(name.startswith("亩均税收") for name in named)


def test_sliders_react_to_keys_and_typed_numbers(window, year):
    one = window()
    page = one.open("/land?view=what-if&town=tangqi")
    slider(page, "0c0").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    until(page, lambda: query(page), {"view": ["what-if"], "town": ["tangqi"], "sim": ["0c0:3"]})
    box = page.locator('[id=\'{"key":"0qB","type":"slider"}\'] input')
    box.fill("50")
    box.press("Enter")
    until(page, lambda: query(page)["sim"], ["0c0:3;0qB:50"])
    after = year.regraded("规上", (30, 20, 20, 10, 10, 10), (20, 50, 95), 3.0)
    until(page, lambda: grades_of(page), counted({c: g for c, g in after.items() if year.firms[c].town == "塘栖镇"}))


def test_moving_firms_lead_to_their_explanation_and_back(window, year):
    one = window()
    page = one.open("/land?view=what-if&sim=0c0:5")
    after = year.regraded("规上", (30, 20, 20, 10, 10, 10), (20, 60, 95), 5.0)
    first = page.locator(".movers-table tbody tr").first
    moved = [t.inner_text() for t in first.locator(".grade-tile").all()]
    first.locator("a").click()
    page.wait_for_selector("#explanation .explanation-head")
    code = query(page)["firm"][0]
    assert moved == [year.firms[code].grade, after[code]]
    assert drawer_title(page) == name_of(year.firms[code])
    page.click(".drawer-close")
    page.wait_for_selector("#explanation .explanation-head", state="detached")
    assert query(page) == {"view": ["what-if"], "sim": ["0c0:5"]}
    assert grades_of(page) == counted(after)


def test_an_officer_saves_compares_exports_and_publishes(own_window, year, tmp_path):
    one = own_window()
    page = one.open("/land?view=what-if&sim=0c0:5")
    page.click("#scenario-save")
    until(page, lambda: page.inner_text("#scenario-status"), "请先给方案取一个名称。")
    page.fill("#scenario-name", "门槛五万")
    page.fill("#scenario-author", "王")
    page.click("#scenario-save")
    until(page, lambda: page.locator(".scenarios-table").count(), 1)
    assert "门槛五万" in page.inner_text("#scenario-status")
    assert query(page) == {"view": ["what-if"], "base": ["门槛五万"]}
    weights = (30, 20, 20, 10, 10, 10)
    strict = year.regraded("规上", weights, (20, 60, 95), 5.0)
    until(page, lambda: grades_of(page), counted(strict))

    # Another scenario, compared with the saved one.
    page = one.open("/land?view=what-if&sim=0qA:30")
    page.click("text=与当前方案对照")
    until(page, lambda: query(page).get("versus"), ["门槛五万"])
    wide = year.regraded("规上", weights, (30, 60, 95), 2.0)
    rose, fell = land_oracle.moves(strict, wide)
    until(page, lambda: f"升{len(rose)}家，降{len(fell)}家" in page.inner_text("#outcome-flow-head"), True)

    # The file has the current values, also of a slider moved since.
    slider(page, "0qA").focus()
    page.keyboard.press("ArrowRight")
    until(page, lambda: query(page)["sim"], ["0qA:31"])
    with page.expect_download() as caught:
        page.click("text=导出名单")
    assert "试算" in unquote(caught.value.suggested_filename)
    file = tmp_path / "notice.xlsx"
    caught.value.save_as(file)
    with closing(openpyxl.load_workbook(file, read_only=True)) as workbook:
        rows = {r[2]: r[5] for r in workbook["公示名单"].iter_rows(values_only=True) if isinstance(r[0], int)}
    assert rows == year.regraded("规上", weights, (31, 60, 95), 2.0)

    # Nothing of all this touched what is published.
    other = own_window().open("/land")
    assert "评价记录3，" in other.inner_text("#kpis .panel-foot")
    assert other.inner_text("#firm-list-head .insight") == "共1,695家企业"

    # Publishing asks for confirmation, needs a name for a changed rule, and leads to the new grades.
    for field, message in (("", "姓名"), ("#scenario-author", "取一个名称")):
        if field:
            page.fill(field, "李")
        if not page.is_visible("#scenario-publish"):
            page.click("text=发布为正式等级")
        page.click("#scenario-publish")
        until(page, lambda: message in page.inner_text("#scenario-status"), True)  # noqa: B023
    page.fill("#scenario-name", "A类三成一")
    if not page.is_visible("#scenario-publish"):
        page.click("text=发布为正式等级")
    page.click("#scenario-publish")
    page.wait_for_selector("#firm-grid")
    one.settle()
    assert "评价记录4，" in page.inner_text("#kpis .panel-foot")
    published = {r: page.locator(f".panel-scatter .color-key a[title='只看{r}类']").inner_text() for r in "ABCD"}
    new = year.regraded("规上", weights, (31, 60, 95), 2.0)
    own = {c: g for c, g in new.items() if year.firms[c].group == "规上"}
    assert published == {g: f"{g} {n:,}家" for g, n in counted(own).items()}

    # The old record is still there.
    page.click("summary:has-text('评价记录 4')")
    page.click("text=记录 3（旧）")
    until(page, lambda: "评价记录3，" in page.inner_text("#kpis .panel-foot"), True)
    assert query(page)["record"] == ["3"]
    assert page.locator("#kpis .panel-body .kpi", has_text="D类企业").first.locator(".value").inner_text() == str(
        len(year.of(grade="D"))
    )


def test_a_saved_scenario_is_deleted(own_window):
    one = own_window()
    page = one.open("/land?view=what-if&sim=0qA:12")
    page.fill("#scenario-name", "要删的")
    page.fill("#scenario-author", "王")
    page.click("#scenario-save")
    row = page.locator(".scenarios-table tr", has_text="要删的")
    row.locator("summary").click()
    row.locator("text=确认删除").click()
    until(page, row.count, 0)
    assert "base" not in query(page)


# --- legibility -----------------------------------------------------------------------------------------------------


def assert_legible(window, path, latin=frozenset()):
    """Assert that the page is legible; ``latin``: terms in Latin letters that may be there."""
    page = window.open(path)
    assert problems(page) == []
    text = _CODE.sub("", page.evaluate("document.body.innerText"))
    assert not re.search(r"\b(nan|NaN|None|undefined|null|Infinity)\b", text)
    assert set(_LATIN.findall(text)) <= latin


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", _SIZES, ids=str)
@pytest.mark.parametrize("path", ["/land", "/land?view=what-if&sim=0w0:45;0qA:25;0c0:3", "/land?view=remediation"])
def test_every_view_is_legible(window, path, size, theme):
    assert_legible(window(size, theme), path)


@pytest.mark.parametrize("size", _SIZES, ids=str)
def test_odd_selections_are_legible(window, year, size):
    worst = next(f for f in year.of(grade="D", group="规上") if f.row["一票否决"])
    light = size[0] in (3840, 390)
    first, second = ("light", "dark") if light else ("dark", "light")
    assert_legible(window(size, first), f"/land?firm={worst.code}&grade=D&chain=biomedicine&town=nanyuan")
    # Taxes of industries have six digits; the bars of a phone hold counts of firms.
    counted = "count" if size[0] == 390 else "tax"
    assert_legible(window(size, second), f"/land?period=2020&by=industry&counted={counted}&metric=value_added_per_mu")


def test_a_district_without_published_grades_is_legible(chromium, served):
    for make in windows(chromium, served.address, faultless=True):
        for size, theme in (((1920, 1080), "dark"), ((390, 844), "light")):
            one = make(size, theme)
            assert_legible(one, "/land", _COMMAND)
            assert "还没有发布任何一年的评价" in one.page.inner_text(".panel.whole-row .panel-body")
            assert_legible(one, "/land?view=what-if&sim=0qA:30")
            verdict = one.page.locator(".panel-verdict")
            assert verdict.evaluate("panel => panel.scrollHeight - panel.clientHeight") == 0
