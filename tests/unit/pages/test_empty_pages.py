"""A page says once that something was never published, and what to do; an area with parts is entered by a click."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from callbacks.panels import render_panels
from callbacks.request import build_context, resolve_page
from cockpit.district.district import District
from cockpit.district.geo import MapGeometry, merge_geometries, tile_geometry
from layouts.components.panel import PanelFrame, panel_props
from layouts.pages import on_page
from layouts.ui.render_context import RenderContext
from layouts.ui.theme import Viewport
from tests.factories import RowsRepository
from tests.unit.pages.markup import parse, text_of, with_class
from tests.workbooks import firm, month

PAGES = ["/", "/projects", "/space", "/innovation", "/land", "/land?view=what-if", "/land?view=remediation", "/chain/motors"]


def county(**more):
    fields = {
        "key": "hetang",
        "code": "430204",
        "name": "荷塘县",
        "short": "荷塘",
        "title": "荷塘制造数字驾驶舱",
        "towns": [{"key": "songjia", "code": "430204001000", "name": "宋家镇", "short": "宋家"}],
        "chains": [{"key": "motors", "name": "电机电控"}],
    }
    return District.model_validate(fields | more)


@pytest.fixture(scope="module")
def monthly_only():
    """A county that has published its register and monthly figures, and nothing else."""
    months = [month(1, f"{year}-{n:02d}") for year in (2021, 2022) for n in range(1, 13)]
    sheets = {"企业名录": [firm(1, town="宋家镇", chain="电机电控")], "月度经营": months}
    return RowsRepository(sheets, county())


def shown(repository, address, geometry=None):
    """The panels of a page."""
    path, _, query = address.partition("?")
    data = repository.snapshot()
    target = resolve_page(repository, data, path, f"?{query}" if query else "")
    ctx, _ = build_context(repository, target.data, on_page(target.selection, path), target.notices)
    context = RenderContext(path, target.selection, target.data.district, geometry or MapGeometry({}, {}), Viewport())
    return render_panels(target.page.panels, target.page.key, ctx, context)


def states(panel):
    """The empty states of a panel as text."""
    body = panel.contents.body if isinstance(panel.contents.body, str) else ""
    return [text_of(state) for state in with_class(parse(body), "empty")]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_says_once_what_is_missing_and_what_to_do(monthly_only, address):
    panels = shown(monthly_only, address)
    times_shown = Counter(text for panel in panels for text in states(panel))
    assert [text for text, times in times_shown.items() if times > 1] == []
    advice = Counter(re.findall(r"发布含“\w+”表", " ".join(times_shown)))
    assert [sheet for sheet, times in advice.items() if times > 1] == []
    for panel in panels:
        contents = panel.contents
        class_name = panel_props(panel)[(panel.spec.key, "className")]
        assert ("hidden-panel" in class_name) == (contents.frame is PanelFrame.HIDDEN)
        is_blank = not (len(contents.body) or contents.figure or contents.svg or contents.controls or contents.insight)
        assert not is_blank or contents.frame is PanelFrame.HIDDEN
        assert contents.title or panel.spec.title


def test_what_is_merged_is_named_and_takes_the_width(monthly_only):
    panels = {panel.spec.key: panel for panel in shown(monthly_only, "/projects")}
    merged = panels["funnel"].contents
    assert merged.frame is PanelFrame.WHOLE_ROW
    assert merged.title == "从签约到投产、项目时间线、逾期与停滞、各产业链项目、各镇街项目、项目清单"
    assert "发布含“项目台账”表的工作簿后" in text_of(merged.body)
    assert {key for key, panel in panels.items() if panel.contents.frame is PanelFrame.HIDDEN} == {
        "timeline", "attention", "chain-projects", "town-projects", "list"
    }  # fmt: skip
    space = next(p for p in shown(monthly_only, "/space") if p.contents.frame is PanelFrame.WHOLE_ROW)
    assert all(f"“{sheet}”" in text_of(space.contents.body) for sheet in ("有机更新", "产业园区", "低效整治"))


def test_no_page_speaks_of_the_files_of_a_pack(monthly_only):
    for address in PAGES:
        for panel in shown(monthly_only, address):
            text = " ".join(str(value) for value in panel_props(panel).values())
            assert not re.search(r"yaml|park_narrative|renewal_plan|区县配置", text), panel.spec.key


def test_panels_with_contents_stand_where_they_were_declared(repository):
    assert {panel.contents.frame for panel in shown(repository, "/") if panel.spec.key in ("kpis", "towns", "trend")} == {
        PanelFrame.DECLARED
    }


def test_an_area_with_parts_is_entered_by_its_tile_and_its_row():
    parts = [
        {"key": key, "code": code, "name": f"{name}县", "short": name}
        for key, code, name in (("liling", "430281000000", "醴陵"), ("you", "430223000000", "攸"))
    ]
    towns = [
        {"key": "zhuzhou", "code": "430200000000", "name": "株洲市", "short": "株洲", "parts": parts},
        {"key": "hengyang", "code": "430400000000", "name": "衡阳市", "short": "衡阳"},
    ]
    province = county(key="hunan", code="430000", name="湖南省", short="湖南", towns=towns)
    months = [month(n, f"2022-{i:02d}") for n in (1, 2) for i in range(1, 13)]
    firms = [firm(1, town="株洲市", chain="电机电控"), firm(2, town="衡阳市", chain="电机电控")]
    repository = RowsRepository({"企业名录": firms, "月度经营": months}, province)
    geometry = merge_geometries([tile_geometry(province.towns), tile_geometry(province.towns[0].parts)])
    panels = {panel.spec.key: panel for panel in shown(repository, "/", geometry)}
    body, svg = panels["towns"].contents.body, panels["towns"].contents.svg
    rows = {text_of(link): link for link in with_class(parse(body), "row-link")}
    assert rows["株洲市"].href == "/?area=zhuzhou"
    assert rows["株洲市"].title == "进入株洲市"
    assert rows["衡阳市"].href == "/?town=hengyang"
    assert rows["衡阳市"].title == "只看衡阳市"
    assert 'href="/?area=zhuzhou"' in svg
    assert 'href="/?town=hengyang"' in svg
    assert "点击设区市进入" in panels["towns"].contents.subtitle
    chain = {panel.spec.key: panel for panel in shown(repository, "/chain/motors", geometry)}["town-split"].contents
    assert "/chain/motors?area=zhuzhou" in chain.body
    # A filter stays possible: the address still takes one, and the way in leaves it.
    filtered = {panel.spec.key: panel for panel in shown(repository, "/?town=zhuzhou", geometry)}["towns"].contents
    assert {text_of(link): link for link in with_class(parse(filtered.body), "row-link")}["株洲市"].href == "/?area=zhuzhou"
