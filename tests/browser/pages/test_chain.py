"""A chain's page: a stage is chosen on the map, everything follows and equals the oracle; lists, reload, and back."""

from __future__ import annotations

import re

import pytest

from tests import oracle
from tests.browser.legibility import problems
from tests.browser.test_journeys import kpis, shown

YEAR = oracle.span("2022-01", "2022-12")
CHAIN = {"chains": ("绿色能源",)}
STAGE = CHAIN | {"stages": ("储能电池",)}
PATH = "/chain/green-energy"


@pytest.fixture(scope="module")
def expected(book):
    return oracle.Oracle(book)


def node(page, name):
    return page.locator(".stage").filter(has=page.locator("b", has_text=re.compile(f"^{name}$")))


def assert_figures(page, expected, where):
    cells = kpis(page)
    for label, metric, factor in (("产值", "工业总产值", 1e4), ("税收", "入库税收", 1e4), ("亩均税收", "亩均税收", 1)):
        value, growth = expected.value(metric, YEAR, **where), expected.growth(metric, YEAR, **where)
        assert cells[label][0] == shown(value / factor, 2 if label == "亩均税收" else 1), label
        assert f"{growth * 100:+.1f}%".replace("-", "−") in cells[label][1], label
    assert cells["规上企业数"][0] == str(expected.value("规上企业数", YEAR, **where))


def test_a_stage_chosen_on_the_map_is_what_the_whole_page_shows(window, expected):
    one = window()
    page = one.open(PATH)
    assert_figures(page, expected, CHAIN)
    one.posts.clear()
    node(page, "储能电池").click()
    one.settle()
    assert len(one.posts) == 1
    assert page.url.endswith("?stage=%E5%82%A8%E8%83%BD%E7%94%B5%E6%B1%A0")
    assert_figures(page, expected, STAGE)
    assert node(page, "储能电池").get_attribute("aria-current") == "true"
    assert page.locator(".stage").count() == 8
    towns = page.inner_text(".panel-town-split")
    for town, value in expected.groups("工业总产值", YEAR, "town", **STAGE).items():
        assert value is None or re.search(rf"{re.sub('街道|镇', '', town)}\s+{re.escape(shown(value / 1e4))}", towns), town
    assert set(re.findall("储能电池|风电|光伏", page.inner_text(".firms-table tbody"))) >= {"储能电池"}
    assert "储能电池" in page.inner_text(".panel-trend .caption")
    page.mouse.move(0, 0)
    texts = [page.inner_text(f".panel-{name}") for name in ("kpis", "stages", "leader", "town-split", "firms")]
    page.reload()
    one.settle()
    assert [page.inner_text(f".panel-{name}") for name in ("kpis", "stages", "leader", "town-split", "firms")] == texts
    page.go_back()
    one.settle()
    assert_figures(page, expected, CHAIN)
    assert not one.faults


def test_the_lists_follow_the_stage_and_another_can_be_chosen_there(window, expected):
    one = window()
    page = one.open(f"{PATH}?stage=储能电池")
    page.click(".chain-views a:has-text('三张清单')")
    one.settle()
    firms = [f for f in expected.firms.values() if expected.passes(f, **STAGE)]
    assert page.inner_text(".panel-all-firms .subtitle").startswith(f"{len(firms)}家：")
    sums = sorted(expected.firm_sums("工业总产值", YEAR, **STAGE).values(), reverse=True)
    cells = [c.inner_text() for c in page.query_selector_all(".firms-list td.col-5")]
    unit = 1e4 if "亿元" in page.inner_text(".firms-list th.col-5") else 1
    assert cells[: len(sums)] == [shown(v / unit) for v in sums]
    page.click(".panel-stage-bars .bar-row:has-text('储能电池')")
    one.settle()
    assert "stage=" not in page.url
    page.locator(".firms-list th a", has_text="亩均税收").first.click()
    one.settle()
    per_mu = [float(c.inner_text().replace(",", "")) for c in page.query_selector_all(".firms-list td.col-8")[:20]]
    assert per_mu == sorted(per_mu, reverse=True)
    page.click(".list-rest summary >> nth=0")
    assert page.locator(".firms-list tbody tr").count() == len(
        [f for f in expected.firms.values() if expected.passes(f, **CHAIN)]
    )
    assert not one.faults


def test_the_keyboard_chooses_a_stage_too(window, expected):
    one = window()
    page = one.open(PATH)
    node(page, "储能电池").focus()
    page.keyboard.press("Enter")
    one.settle()
    assert_figures(page, expected, STAGE)
    page.click(".panel-stages .reset-link")
    one.settle()
    assert_figures(page, expected, CHAIN)


def test_a_missing_stage_leads_to_what_is_to_be_attracted(window):
    one = window()
    page = one.open(PATH)
    node(page, "风电主轴轴承").click()
    one.settle()
    assert page.url.endswith("?view=lists#gaps")
    assert "招引风电主轴轴承企业" in page.inner_text(".panel-gaps")


def test_an_unknown_stage_is_reported_and_ignored(window, expected):
    one = window()
    page = one.open(f"{PATH}?stage=<b>不存在</b>")
    assert "环节“<b>不存在</b>”不在这条产业链里，已忽略" in page.inner_text(".notices")
    assert_figures(page, expected, CHAIN)
    page.click(".page-tabs a:has-text('时尚产业')")
    one.settle()
    assert "stage" not in page.url


def test_another_metric_gives_the_map_its_figures_and_colours(window, expected):
    one = window()
    page = one.open(PATH)
    page.click(".panel-stages .choice summary")
    page.click(".panel-stages .menu a:has-text('亩均税收')")
    one.settle()
    for name in ("储能电池", "风电整机"):
        value = expected.value("亩均税收", YEAR, **CHAIN, stages=(name,))
        assert node(page, name).locator(".value").inner_text() == shown(value, 2)
    assert "亩均税收" in page.inner_text(".panel-trend h2")
    assert "亩均税收" in page.inner_text(".stages-foot")


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160), (1366, 768), (390, 844)], ids=str)
@pytest.mark.parametrize(
    "path",
    [
        f"{PATH}?stage=储能电池&metric=tax_per_mu",
        "/chain/fashion?view=lists",
        f"{PATH}?view=lists",
        f"{PATH}?stage=风电主轴轴承&view=lists",
    ],
)
def test_map_and_lists_are_legible(window, path, size, theme):
    one = window(size, theme)
    page = one.open(path)
    assert problems(page) == []
    for summary in page.query_selector_all(".list-rest summary"):
        summary.click()
    page.wait_for_timeout(100)
    assert problems(page) == []
    assert not one.faults
    assert not re.search(r"\b(nan|NaN|None|undefined|null|Infinity)\b", page.evaluate("document.body.innerText"))
