"""Pages of an area: its terms, its filters, the breadcrumb; what is shown of the whole district only."""

from __future__ import annotations

import json
from html import unescape

import pytest
from dash import no_update

from callbacks.render import update_page
from callbacks.request import PageRequest
from callbacks.wall_scenes import WallDisplay, WallScenes
from cockpit.district.areas import levels
from cockpit.district.district import District
from cockpit.district.geo import merge_geometries, tile_geometry
from cockpit.district.playlist import Playlist, Scene, SceneKind
from data.database.engine import open_engine, upgrade_schema
from data.loaders import read_batch
from data.publishing.publishing import publish
from data.repository.repository import DatabaseRepository
from layouts.ui import ids
from layouts.ui.theme import Viewport
from tests import workbooks
from tests.app.requests import NoCache
from tests.app.test_pages import CHAINS, ask, assert_sound, shown
from tests.conftest import TODAY
from tests.no_published_data import NoPublishedData
from tests.workbooks import firm, month

PATHS = ("/", *(f"/chain/{c}" for c in CHAINS), "/chain/fashion?view=lists", "/chain/fashion?view=platform",
         "/chain/green-energy?view=green", "/land", "/land?view=remediation", "/projects", "/space", "/innovation",
         "/glossary")  # fmt: skip


@pytest.fixture
def repository(tree_repository):
    return tree_repository


@pytest.fixture(scope="module")
def shape(tree):
    """Return tiles for each level."""
    return merge_geometries(tile_geometry(towns) for towns in levels(tree.towns))


def options(response):
    return [o["value"] for o in response.props[(ids.FILTER_TOWN, "options")]]


def json_text(value):
    return json.dumps(value, ensure_ascii=False, default=lambda c: c.to_plotly_json())


def text_of_response(response):
    """Return all that a response carries, as one text."""
    return json_text([response.body, list(response.props.values())])


@pytest.mark.parametrize("area", ["", "east", "north-east"])
@pytest.mark.parametrize("path", PATHS)
def test_every_page_of_an_area_is_sound(repository, shape, path, area):
    address, _, query = path.partition("?")
    response = ask(repository, shape, address, f"?{query}&area={area}" if area else f"?{query}")
    assert_sound(response)
    assert len(shown(response)) > 20


def test_filters_offer_what_the_area_shows(repository, shape):
    assert options(ask(repository, shape, "/")) == ["east", "west", "tangqi"]
    assert options(ask(repository, shape, "/", "?area=east")) == ["north-east", "donghu"]
    assert options(ask(repository, shape, "/land", "?area=north-east")) == ["linping", "nanyuan"]


def test_a_rank_in_an_area_says_that_it_is_among_the_whole(repository, shape):
    data = repository.drill_down(repository.snapshot(), "north-east")
    firm = repository.evaluation(data, 2022).evaluation.firms.iloc[0]
    address = f"?period=2022&firm={firm['credit_code']}"
    sizes = repository.evaluation(repository.snapshot(), 2022).evaluation.firms["group"].value_counts()
    rank = f"第 {firm['rank']:,}位 / 共 {sizes[firm['group']]:,}家"
    assert f">{rank}<" in text_of_response(ask(repository, shape, "/land", address))
    inside = text_of_response(ask(repository, shape, "/land", f"{address}&area=north-east"))
    assert f">临平区{firm['group']}{rank}<" in inside
    assert "位次为临平区同组内名次" in inside


def test_the_breadcrumb_leads_in_and_back_and_keeps_the_rest(repository, shape):
    def breadcrumb(query):
        return unescape(ask(repository, shape, "/projects", query).props[(ids.BREADCRUMB, "html")])

    whole = breadcrumb("?period=2022")
    assert "/projects?area=east&period=2022" in whole
    assert "/projects?area=west&period=2022" in whole
    assert "area=tangqi" not in whole
    assert "进入东片" in breadcrumb("?town=east")
    inner = breadcrumb("?area=north-east&town=linping&period=2022")
    assert '"/projects?period=2022"' in inner
    assert "/projects?area=east&period=2022" in inner
    assert "东北片" in inner
    assert "areas-down" not in inner


def test_a_flat_district_has_no_breadcrumb(sample_repository, shape):
    assert ask(sample_repository, shape, "/").props[(ids.BREADCRUMB, "html")] == ""


@pytest.mark.parametrize("path", PATHS)
def test_a_page_names_its_level_in_its_own_terms(repository, tree, shape, path):
    address, _, query = path.partition("?")
    # What the pack itself says of its plan stays as it is.
    page = text_of_response(ask(repository, shape, address, f"?{query}")).replace(tree.renewal_plan.approach, "")
    assert not [term for term in ("镇街", "全区", "本区") if term in page]
    page = text_of_response(ask(repository, shape, address, f"?{query}&area=east"))
    assert not [term for term in ("片区", "全区", "本区", "全市", "本市") if term in page]


@pytest.fixture(scope="module")
def named_like_terms(tree, tmp_path_factory):
    """A database with a project and a firm whose names contain the terms of a district."""
    folder = tmp_path_factory.mktemp("names")
    project = {
        "项目编号": "P1", "项目名称": PROJECT, "产业链": "时尚产业", "所属镇街": "塘栖镇",
        "签约日期": "2022-01-10", "计划总投资（万元）": 100,
    }  # fmt: skip
    sheets = {"企业名录": [firm(1, 企业名称=FIRM)], "月度经营": [month(1, "2022-01")], "项目台账": [project]}
    engine = open_engine(f"sqlite:///{folder}/n.sqlite3")
    upgrade_schema(engine)
    batch = read_batch(workbooks.write(folder / "n.xlsx", sheets), tree, NoPublishedData(), today=TODAY)
    publish(engine, batch, who="测试", accept_warnings=True)
    yield DatabaseRepository(engine, tree)
    engine.dispose()


PROJECT, FIRM = "临平全区镇街智慧照明项目（本区）", "杭州全区镇街本区照明有限公司"


@pytest.mark.parametrize(("path", "name"), [
    ("/projects", PROJECT), ("/chain/fashion?view=lists", PROJECT), ("/chain/fashion?view=lists", FIRM),
    (f"/enterprise/{workbooks.code(1)}", FIRM),
])  # fmt: skip
def test_names_from_a_workbook_are_shown_unchanged(named_like_terms, shape, path, name):
    address, _, query = path.partition("?")
    assert name in text_of_response(ask(named_like_terms, shape, address, f"?{query}&period=2022-01"))


def test_pages_and_patches_use_the_terms_of_the_level(repository, shape):
    cache = NoCache()
    body, name, patch = update_page(repository, shape, PageRequest("/", "", Viewport(), ""), cache)
    first = json_text(body) + json_text(patch)
    assert "片区" in first
    assert "全市" in first
    assert "镇街" not in first
    assert "全区" not in first
    again, _, patch = update_page(repository, shape, PageRequest("/", "?area=east", Viewport(), name), cache)
    assert again is no_update
    assert "全片" in json_text(patch)
    assert "全区" not in json_text(patch)
    assert cache.cacheable == 1


def test_an_area_of_which_nobody_reports_says_so_and_leads_back(graded_url, tree, shape):
    east = tree.towns[0]
    none = east.parts[1].model_copy(update={"key": "none"})
    nobody = east.model_copy(update={"key": "nobody", "name": "空片", "parts": (none,)})
    fields = {name: getattr(tree, name) for name in District.model_fields}
    whole = District(**(fields | {"towns": (*tree.towns, nobody)}))
    engine = open_engine(graded_url)
    response = ask(DatabaseRepository(engine, whole), shape, "/", "?area=nobody&period=2022")
    engine.dispose()
    assert "空片没有月度数据" in shown(response)
    assert 'href="/?period=2022"' in response.body.html
    assert "空片" in json_text(response.props[(ids.BREADCRUMB, "html")])


def test_an_unknown_area_is_reported(repository, shape):
    response = ask(repository, shape, "/", "?area=nowhere&town=linping")
    assert "区域“nowhere”不认识，已按默认显示" in shown(response)
    assert "片区“linping”不存在，已忽略" in shown(response)


def test_the_what_if_and_an_enterprise_belong_to_the_whole_district(repository, shape):
    response = ask(repository, shape, "/land", "?view=what-if&area=east&town=donghu")
    assert "模拟评价针对临平区全部企业，已不按区域查看" in shown(response)
    assert options(response) == ["east", "west", "tangqi"]
    code = repository.snapshot().ledgers["enterprise"]["credit_code"].iloc[0]
    response = ask(repository, shape, f"/enterprise/{code}", "?area=east&town=donghu")
    assert_sound(response)
    assert response.props[(ids.FILTER_TOWN, "value")] == []


def test_the_wall_can_show_an_area(repository, shape):
    def scene(query):
        scenes = WallScenes(repository, shape, Playlist(scenes=(Scene(kind=SceneKind.OVERVIEW, query=query),)))
        return json_text(scenes.scene(0, "", WallDisplay(10.8, "wide", "dark")))

    whole, east = scene(""), scene("area=east")
    assert "片区" in whole
    assert "东北片" not in whole
    assert "东北片" in east
    assert "全区" not in whole + east
