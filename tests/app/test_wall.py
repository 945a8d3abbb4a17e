"""The routes of the wall: page, scenes, the live status, tokens, and the remote."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest

from app import create_server
from callbacks.wall_scenes import WallScenes, parse_display
from cockpit.district.playlist import Playlist
from cockpit.settings import Settings
from data import walls
from data.database.engine import open_engine, upgrade_schema
from data.district_pack import load_playlist
from data.repository.repository import DatabaseRepository
from server.wall_presence import WallPresence
from tests.conftest import publish_graded

SCENES = 11


@pytest.fixture(scope="module")
def url(sample_batch, tmp_path_factory):
    address = f"sqlite:///{tmp_path_factory.mktemp('wall')}/cockpit.sqlite3"
    publish_graded(address, sample_batch)
    return address


@pytest.fixture
def client(url):
    return create_server(Settings(database_url=url, access="open")).test_client()


def text_of(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def test_the_page_loads_nothing_from_elsewhere(client):
    page = client.get("/wall").get_data(as_text=True)
    assert 'lang="zh-CN"' in page
    assert "演示数据" in page
    assert "wall.js" in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


def test_every_scene_shows_its_values(client):
    scenes = {s["key"]: s for s in (client.get(f"/wall/scene/{i}").get_json() for i in range(SCENES))}
    assert len(scenes) == SCENES
    assert "产值超额完成年度目标" in scenes["overview"]["html"]
    for text in ("1,899.3", "+7.4%", "435.8", "123.8", "落后8.8点", "101.4%"):
        assert text in scenes["overview"]["html"]
    assert "257.1" in scenes["chain:green-energy"]["html"]
    assert "缺链" in text_of(scenes["chain:green-energy"]["html"])
    assert "D类企业" in text_of(scenes["land"]["html"])
    assert "全年签约105个项目，绿色能源占20.0%" in text_of(scenes["projects"]["html"]).replace(" ", "")
    assert "27.4" in text_of(scenes["space"]["html"])
    assert "town-map" in scenes["overview"]["html"]
    assert "trend-line" in scenes["overview"]["html"]
    for scene in scenes.values():
        assert not re.search(r"\b(nan|inf|None|undefined)\b", text_of(scene["html"]))


def test_charts_are_sized_for_the_display(client):
    def scatter(u):
        return client.get(f"/wall/scene/7?shape=ultra&u={u}").get_json()["figures"]["scatter"]

    sizes = [scatter(u)["layout"]["font"]["size"] for u in (10.8, 21.6)]
    assert sizes[0] == pytest.approx(10.8 * 2.04, abs=0.1)
    assert sizes[1] == pytest.approx(2 * sizes[0], abs=0.1)


@pytest.mark.parametrize(
    "query", ["u=x", "u=-5", "u=1e9", "shape=<b>", "theme=none", "deep=town:none", "deep=<script>", "deep=town:"]
)
def test_garbage_gives_a_scene(client, query):
    assert client.get(f"/wall/scene/0?{query}").get_json()["html"]


def test_an_unknown_scene_is_the_first_and_an_unknown_chain_a_fault(client):
    assert client.get("/wall/scene/99").get_json()["key"] == "overview"
    response = client.get("/wall/scene/0?deep=chain:none")
    assert response.status_code == 503
    assert "没有产业链" in response.get_json()["fault"]


def test_one_level_deeper(client):
    town = client.get("/wall/scene/0?deep=town:tangqi").get_json()
    assert "塘栖" in text_of(town["html"])
    assert client.get("/wall/scene/0?deep=chain:fashion").get_json()["key"] == "chain:fashion"
    tax = text_of(client.get("/wall/scene/0?deep=metric:tax").get_json()["html"])
    assert "各月税收" in tax
    assert "镇街税收增速" in tax


def test_a_figure_of_a_chain_or_town_leads_deeper_within_it(client):
    """On the chain's scene a touch on its tax shows the chain's stages by tax; on a town's, the town's tax."""
    keys = [s["key"] for s in (client.get(f"/wall/scene/{i}").get_json() for i in range(SCENES))]
    green = keys.index("chain:green-energy")
    scene = client.get(f"/wall/scene/{green}").get_json()["html"]
    assert 'data-target="chain:green-energy/tax"' in scene
    assert "green_investment" not in scene  # the stages don't know it, so a touch leads nowhere
    assert "条长为产值，亿元" in text_of(scene)
    deeper = client.get(f"/wall/scene/{green}?deep=chain:green-energy/tax").get_json()
    assert deeper["key"] == "chain:green-energy"
    assert "条长为税收" in text_of(deeper["html"])
    town = client.get("/wall/scene/0?deep=town:tangqi").get_json()["html"]
    assert 'data-target="town:tangqi/tax"' in town
    tax = text_of(client.get("/wall/scene/0?deep=town:tangqi/tax").get_json()["html"])
    assert "塘栖" in tax
    assert "各月税收" in tax


def test_a_touch_keeps_the_period_of_the_scene(client, district, shape, url):
    engine = open_engine(url)
    playlist = Playlist.model_validate({"scenes": [{"kind": "overview", "query": "period=2021-06"}]})
    scenes = WallScenes(DatabaseRepository(engine, district), shape, playlist)
    for deep in ("", "town:tangqi", "metric:tax", "chain:fashion"):
        assert "2021年6月" in text_of(scenes.scene(0, deep, parse_display({}))["html"]), deep
    engine.dispose()


def test_figures_that_are_overdue_say_so(url, district, shape):
    """The sample ends with December 2022; the demonstration mark taken away, the month after is long due."""
    engine = open_engine(url)
    real = district.model_copy(update={"demonstration": False})
    now = WallScenes(DatabaseRepository(engine, real), shape, load_playlist(real)).live()
    assert now["month"] == "2022年12月"
    assert now["due"] == "2023年1月"
    assert now["overdue"] > 1000
    engine.dispose()


def test_the_live_status_has_all_that_the_wall_needs(client):
    now = client.get("/wall/live?name=大厅&scene=overview").get_json()
    assert now["version"] == 4
    assert now["month"] == "2022年12月"
    assert now["overdue"] == 0
    assert now["command"] is None
    assert [(w["name"], w["online"]) for w in client.get("/wall/walls").get_json()] == [("大厅", True)]


def test_the_remote_says_what_is_paused_without_a_row_in_the_database(client):
    def paused():
        return {w["name"]: (w["scene"], w["paused"]) for w in client.get("/wall/walls").get_json()}["走廊"]

    client.get("/wall/live?name=走廊&scene=town:tangqi/output&state=paused")
    assert paused() == ("town:tangqi/output", True)
    client.get("/wall/live?name=走廊&scene=town:tangqi/output")
    assert paused() == ("town:tangqi/output", False)


def send_command(client, command, name="大厅", header="remote"):
    return client.post(f"/wall/walls/{name}", json=command, headers={"X-Cockpit": header})


def test_the_remote_reaches_its_wall_and_no_other(client):
    before = [client.get(f"/wall/live?name={n}").get_json()["number"] for n in ("大厅", "会议室")]
    assert send_command(client, {"action": "show", "scene": "land", "deep": "town:tangqi"}).status_code == 200
    after = [client.get(f"/wall/live?name={n}").get_json() for n in ("大厅", "会议室")]
    assert [a["number"] for a in after] == [before[0] + 1, before[1]]
    assert after[0]["command"] == {"action": "show", "scene": "land", "deep": "town:tangqi"}


def test_invalid_commands_are_refused(client):
    assert send_command(client, {"action": "show"}, header="").status_code == 400
    assert send_command(client, {"action": "explode"}).status_code == 400
    assert client.post("/wall/walls/大厅", data="x", headers={"X-Cockpit": "remote"}).status_code == 400
    client.get("/wall/live?name=大厅")
    assert send_command(client, {"action": "next"}, name="没有这块").status_code == 404


def test_the_remote_lists_scenes_towns_and_chains(client):
    page = client.get("/wall/remote").get_data(as_text=True)
    for text in ("总览", "绿色能源", "亩均效益", "塘栖镇", "data-deep", "返回轮播"):
        assert text in page


def test_a_token_opens_the_wall_and_nothing_else_until_it_is_revoked(url):
    engine = open_engine(url)
    token = walls.issue_token(engine, "一楼")
    client = create_server(Settings(database_url=url, access="open")).test_client()
    opened = client.get(f"/wall?token={token}")
    assert opened.status_code == 302
    assert "HttpOnly" in opened.headers["Set-Cookie"]
    assert "SameSite=Strict" in opened.headers["Set-Cookie"]
    assert client.get("/wall").status_code == 200
    assert '"name": "一楼"' in client.get("/wall").get_data(as_text=True).replace("&#34;", '"')
    assert client.get("/wall/scene/0").status_code == 200
    assert client.get("/wall/live?name=别的").get_json()["number"] == 0
    for path in ("/", "/land", "/wall/remote", "/wall/walls", "/download/notice.xlsx", "/_dash-layout", "/_dash-dependencies"):
        assert client.get(path).status_code == 403, path
    assert client.post("/_dash-update-component", json={}).status_code == 403
    assert client.post("/wall/walls/一楼", json={"action": "next"}, headers={"X-Cockpit": "remote"}).status_code == 403
    walls.revoke_token(engine, "一楼")
    for path in ("/wall", "/wall/scene/0", "/wall/live"):
        assert client.get(path).status_code == 403, path
    again = walls.issue_token(engine, "一楼")
    assert client.get(f"/wall?token={again}").status_code == 302
    assert client.get("/wall").status_code == 200
    engine.dispose()


def test_a_wrong_token_opens_nothing(client):
    assert client.get("/wall?token=guess").status_code == 403


def test_before_the_first_publication_the_wall_says_so(tmp_path):
    url = f"sqlite:///{tmp_path}/empty.sqlite3"
    engine = open_engine(url)
    upgrade_schema(engine)
    engine.dispose()
    client = create_server(Settings(database_url=url, access="open")).test_client()
    assert client.get("/wall").status_code == 200
    assert "还没有发布任何数据" in client.get("/wall/scene/0").get_json()["html"]
    assert client.get("/wall/live").get_json()["month"] == "暂无数据"


@pytest.fixture
def silent(sample_batch, tmp_path):
    """Clients of two servers over one database, each a worker that has heard no wall; what makes it fail for all walls."""
    file = tmp_path / "cockpit.sqlite3"
    publish_graded(f"sqlite:///{file}", sample_batch)
    servers = [create_server(Settings(database_url=f"sqlite:///{file}")) for _ in range(2)]
    clients = [server.test_client() for server in servers]
    for client in clients:
        client.get("/wall/scene/0")

    def silence():
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("drop table wall")

    return clients, silence


def test_a_worker_that_never_heard_a_wall_answers_its_poll_without_the_database(silent, caplog):
    (_, unaware), silence = silent
    silence()
    answer = unaware.get("/wall/live?name=一楼大厅")
    assert answer.status_code == 200
    # No number: the wall neither runs an old command nor forgets which was its last.
    assert (answer.get_json()["number"], answer.get_json()["command"]) == (None, None)
    assert answer.get_json()["version"]
    assert not [r for r in caplog.records if r.exc_info]


def test_the_remote_says_once_and_in_words_that_the_database_is_silent(silent, caplog):
    (client, _), silence = silent
    client.get("/wall/live?name=一楼大厅")
    silence()
    caplog.clear()
    listed = client.get("/wall/walls")
    press = client.post("/wall/walls/一楼大厅", json={"action": "pause"}, headers={"X-Cockpit": "remote"})
    for answer in (listed, press):
        assert answer.status_code == 503
        fault = answer.get_json()["fault"]
        assert fault.startswith("数据库")
        assert len(re.findall("再试|重试", fault)) == 1
    assert not [r for r in caplog.records if r.exc_info]


def test_a_token_is_admitted_in_an_outage_by_every_worker(url):
    """The workers share what they have heard: one that was asked by the token's wall lately speaks for all."""
    engine = open_engine(url)
    token = walls.issue_token(engine, "二楼大厅")
    presence = WallPresence()
    presence.mark("二楼大厅", "overview", is_registered=True, token_sha256=walls.hash_token(token))
    assert presence.name_of(walls.hash_token(token)) == "二楼大厅"
    assert presence.name_of(walls.hash_token("another")) is None
    assert presence.name_of("") is None
