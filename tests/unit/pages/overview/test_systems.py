"""The systems on the overview: each figure is the one of its own page, checked against the sample by plain loops."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cockpit.cache import Cache
from cockpit.selection import Compare, Selection
from cockpit.views.context import resolve_context
from cockpit.views.overview.systems import systems
from tests.factories import RowsRepository
from tests.workbooks import firm, month


@pytest.fixture(scope="module")
def shown(graded_repository):
    return {s.name: s for s in systems(resolve_context(graded_repository, Selection())).systems}


def test_every_system_of_the_sample_is_there(shown):
    assert list(shown) == ["D类企业", "整治完成", "项目开工率", "3533更新", "人才总量", "时尚E家成员", "绿色能源签约"]


def test_figures_equal_the_workbook(shown, book):
    done = [r for r in book["低效整治"] if r["状态"] == "完成"]
    assert shown["整治完成"].value == f"{len(done)}"
    assert f"盘活 {sum(r['盘活用地（亩）'] for r in done):.0f}亩" in shown["整治完成"].fact
    projects = book["项目台账"]
    started = sum(r["开工日期"] is not None for r in projects)
    assert shown["项目开工率"].value == f"{started / len(projects) * 100:.1f}"
    green = [r for r in projects if r["绿色能源"] == "是"]
    assert shown["绿色能源签约"].value == f"{len(green)}"
    assert f"{sum(r['计划总投资（万元）'] for r in green) / 1e4:.1f}亿元" in shown["绿色能源签约"].fact
    [talents] = [r["人数"] for r in book["人才"] if r["年份"] == 2022 and r["类别"] == "人才总量"]
    assert (shown["人才总量"].value, shown["人才总量"].unit) == (f"{talents / 1e4:.1f}", "万人")
    [last] = [r for r in book["时尚E家"] if r["月份"] == "2022-12" and r["区域"] == "本区"]
    assert shown["时尚E家成员"].value == f"{last['成员企业数']:,}"
    renewed = sum(r["更新面积（亩）"] for r in book["有机更新"] if r["状态"] == "完成")
    assert shown["3533更新"].value == f"{renewed / 5000 * 100:.1f}"
    assert shown["3533更新"].tone == "bad"


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"towns": ("tangqi",)},
        {"industries": ("34",), "towns": ("donghu", "qiaosi")},
        {"chains": ("fashion",)},
        {"group": "宗地"},
    ],
    ids=str,
)
def test_the_worst_enterprises_are_added_up_as_one_by_one(graded_repository, chosen):
    selection = Selection(**chosen)
    [shown] = [s for s in systems(resolve_context(graded_repository, selection)).systems if s.name == "D类企业"]
    firms = graded_repository.evaluation(graded_repository.snapshot(), 2022).evaluation.firms.to_dict("records")
    group = chosen.get("group")
    expected = {"town": selection.towns, "division": selection.industries, "chain": selection.chains, "group": group}
    remaining = [f for f in firms if all(f[name] in keys for name, keys in expected.items() if keys)]
    worst = [f for f in remaining if f["grade"] == "D"]
    assert shown.value == f"{len(worst):,}"

    def share(name):
        part, whole = (sum(f[name] for f in some if f[name] == f[name]) for some in (worst, remaining))
        return f"{part / whole * 100:.1f}%"

    assert shown.fact == f"占评价用地 {share('land_mu')}，税收 {share('tax')}"


def test_each_leads_to_its_page_with_the_filters_kept(graded_repository):
    result = systems(resolve_context(graded_repository, Selection(towns=("tangqi",), period="2022"))).systems
    assert {s.href.split("?")[0] for s in result} == {
        "/land",
        "/projects",
        "/space",
        "/innovation",
        "/chain/fashion",
        "/chain/green-energy",
    }
    assert all("town=tangqi" in s.href and "period=2022" in s.href for s in result)


def test_a_district_without_any_of_them_shows_none(district):
    sheets = {"企业名录": [firm(1)], "月度经营": [month(1, "2022-03")]}
    assert systems(resolve_context(RowsRepository(sheets, district), Selection())).systems == ()


CHANGES = (
    {"towns": ("tangqi",)},
    {"industries": ("34",)},
    {"chains": ("fashion",)},
    {"period": "2021"},
    {"compare": Compare.MOM, "comparable": True},
    {"towns": ("donghu",), "industries": ("38",), "chains": ("green-energy",)},
)


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_cached_results_equal_fresh_ones(graded_repository, change):
    """A system is computed once for all selections that do not change it: the cached result equals a fresh one."""
    areas = graded_repository.snapshot()
    fresh = resolve_context(graded_repository, Selection(**change))
    fresh = replace(fresh, full=replace(areas, cache=Cache()))
    systems(resolve_context(graded_repository, Selection()))
    assert systems(resolve_context(graded_repository, Selection(**change))).systems == systems(fresh).systems
