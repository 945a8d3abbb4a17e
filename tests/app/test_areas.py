"""Pages of an area: its words, its filters, the way in and back; what is of the whole alone."""

from __future__ import annotations

import json

import pytest
from dash import no_update

from callbacks.render import PageRequest, update_page
from callbacks.wall import Panel, WallScenes
from cockpit.district.areas import levels
from cockpit.district.district import District
from cockpit.district.geo import tiles, together
from cockpit.district.playlist import Playlist, Scene, SceneKind
from data.database.engine import open_engine
from data.repository.repository import DatabaseRepository
from layouts.ui import ids
from layouts.ui.markup import to_html
from layouts.ui.theme import Viewport
from tests.app.asked import Questions
from tests.app.test_pages import CHAINS, ask, assert_sound, shown

PATHS = ("/", *(f"/chain/{c}" for c in CHAINS), "/chain/fashion?view=lists", "/chain/fashion?view=platform",
         "/chain/green-energy?view=green", "/land", "/land?view=remediation", "/projects", "/space", "/innovation",
         "/glossary")  # fmt: skip


@pytest.fixture
def repository(tree_repository):
    return tree_repository


@pytest.fixture(scope="module")
def shape(tree):
    """Tiles at each level."""
    return together(tiles(towns) for towns in levels(tree.towns))


def options(answer):
    return [o["value"] for o in answer.props[(ids.FILTER_TOWN, "options")]]


def words_of(value):
    return json.dumps(value, ensure_ascii=False, default=lambda c: c.to_plotly_json())


@pytest.mark.parametrize("area", ["", "east", "north-east"])
@pytest.mark.parametrize("path", PATHS)
def test_every_page_of_an_area_answers(repository, shape, path, area):
    address, _, query = path.partition("?")
    answer = ask(repository, shape, address, f"?{query}&area={area}" if area else f"?{query}")
    assert_sound(answer)
    assert len(shown(answer)) > 20


def test_filters_offer_what_the_area_shows(repository, shape):
    assert options(ask(repository, shape, "/")) == ["east", "west", "tangqi"]
    assert options(ask(repository, shape, "/", "?area=east")) == ["north-east", "donghu"]
    assert options(ask(repository, shape, "/land", "?area=north-east")) == ["linping", "nanyuan"]


def test_the_way_leads_in_and_back_and_keeps_the_rest(repository, shape):
    def way(query):
        return words_of(ask(repository, shape, "/projects", query).props[(ids.BREADCRUMB, "children")])

    whole = way("?period=2022")
    assert "/projects?area=east&period=2022" in whole
    assert "/projects?area=west&period=2022" in whole
    assert "area=tangqi" not in whole
    assert "进入东片" in way("?town=east")
    inner = way("?area=north-east&town=linping&period=2022")
    assert '"/projects?period=2022"' in inner
    assert "/projects?area=east&period=2022" in inner
    assert "东北片" in inner
    assert "areas-down" not in inner


def test_a_flat_district_has_no_way(sample_repository, shape):
    assert ask(sample_repository, shape, "/").props[(ids.BREADCRUMB, "children")] is None


def test_the_answer_is_told_in_the_level_s_words(repository, shape):
    kept = Questions()
    body, name, paint = update_page(repository, shape, PageRequest("/", "", Viewport(), ""), kept)
    first = words_of(body) + words_of(paint)
    assert "片区" in first
    assert "全市" in first
    assert "镇街" not in first
    assert "全区" not in first
    again, _, paint = update_page(repository, shape, PageRequest("/", "?area=east", Viewport(), name), kept)
    assert again is no_update
    assert "全片" in words_of(paint)
    assert "全区" not in words_of(paint)
    assert update_page(repository, shape, PageRequest("/", "?area=east", Viewport(), name), kept)[2] is no_update


def test_an_area_of_which_nobody_reports_says_so_and_leads_back(graded_url, tree, shape):
    east = tree.towns[0]
    none = east.parts[1].model_copy(update={"key": "none"})
    nobody = east.model_copy(update={"key": "nobody", "name": "空片", "parts": (none,)})
    given = {name: getattr(tree, name) for name in District.model_fields}
    whole = District(**(given | {"towns": (*tree.towns, nobody)}))
    engine = open_engine(graded_url)
    answer = ask(DatabaseRepository(engine, whole), shape, "/", "?area=nobody&period=2022")
    engine.dispose()
    assert "空片没有月度数据" in shown(answer)
    assert 'href="/?period=2022"' in to_html(answer.body.children)
    assert answer.words == nobody.words
    assert "空片" in words_of(answer.props[(ids.BREADCRUMB, "children")])


def test_an_area_that_is_none_is_told(repository, shape):
    answer = ask(repository, shape, "/", "?area=nowhere&town=linping")
    assert "区域“nowhere”不认识，已按默认显示" in shown(answer)
    assert "片区“linping”不存在，已忽略" in shown(answer)


def test_the_what_if_and_an_enterprise_are_seen_from_the_whole(repository, shape):
    answer = ask(repository, shape, "/land", "?view=what-if&area=east&town=donghu")
    assert "模拟评价针对临平区全部企业，已不按区域查看" in shown(answer)
    assert options(answer) == ["east", "west", "tangqi"]
    code = repository.snapshot().ledgers["enterprise"]["credit_code"].iloc[0]
    answer = ask(repository, shape, f"/enterprise/{code}", "?area=east&town=donghu")
    assert_sound(answer)
    assert answer.props[(ids.FILTER_TOWN, "value")] == []


def test_the_wall_can_show_an_area(repository, shape):
    def scene(query):
        scenes = WallScenes(repository, shape, Playlist(scenes=(Scene(kind=SceneKind.OVERVIEW, query=query),)))
        return words_of(scenes.scene(0, "", Panel(10.8, "wide", "dark")))

    whole, east = scene(""), scene("area=east")
    assert "片区" in whole
    assert "东北片" not in whole
    assert "东北片" in east
    assert "全区" not in whole + east
