"""Addresses as people write them: a chain by its name, pages and records that don't exist, files of them."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from app import create_app
from callbacks.request import resolve_page
from callbacks.scenario_commands import ScenarioForm, publish_scenario, save_scenario
from cockpit.errors import StaleSnapshotError
from data.database.engine import open_engine, upgrade_schema
from data.repository.repository import DatabaseRepository
from layouts.ui import ids
from server.downloads import PATH
from tests.app.test_pages import NoCommands, ask, shown

NO_RECORD = "没有这一次公示记录"


@pytest.fixture(scope="module")
def client(graded_repository, district, shape):
    return create_app(graded_repository, NoCommands(), district, shape).server.test_client()


@pytest.mark.parametrize("name", ["时尚产业", "时尚", "时尚产业链", "fashion/"])
def test_a_chain_is_found_by_its_name(graded_repository, shape, name):
    response = ask(graded_repository, shape, f"/chain/{quote(name)}", "?period=2022")
    expected = ask(graded_repository, shape, "/chain/fashion", "?period=2022")
    assert response.page == expected.page == "chain"
    assert shown(response) == shown(expected)
    assert response.props[(ids.NAVIGATION, "html")] == expected.props[(ids.NAVIGATION, "html")]


def test_an_unknown_address_is_quoted_as_a_person_writes_it(graded_repository, shape):
    page = " ".join(shown(ask(graded_repository, shape, f"/chain/{quote('没有的链')}")))
    assert "地址“/chain/没有的链”不存在" in page
    assert "%E" not in page


@pytest.mark.parametrize("path", ["/none", "/chain/none", f"/{quote('总览')}", "/land/none"])
def test_a_document_of_no_page_has_status_404(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert "<!DOCTYPE html>" in response.get_data(as_text=True)  # the browser shows the page that says so
    # Dash shows no page at all where its layout has another status.
    assert client.get("/_dash-layout", headers={"X-Cockpit-Address": path}).status_code == 200


PATHS = ("/", "/land", "/land/", "/chain/fashion", f"/chain/{quote('时尚产业')}", "/enterprise/x", "/glossary", "/space?a=b")


@pytest.mark.parametrize("path", PATHS)
def test_a_document_of_a_page_has_status_200(client, path):
    assert client.get(path).status_code == 200


def test_an_unknown_record_is_named_and_links_go_on_without_it(graded_repository, shape):
    response = ask(graded_repository, shape, "/land", "?record=99")
    page = " ".join(shown(response))
    assert f"{NO_RECORD}（99），已显示最新一次" in page
    assert "record=99" not in str(response.props) + page
    target = resolve_page(graded_repository, graded_repository.snapshot(), "/land", "?record=2")
    assert (target.selection.record, target.notices) == (2, ())


@pytest.mark.parametrize("record", ["99", "x"])
def test_there_is_no_file_of_an_unknown_record(client, record):
    response = client.get(f"{PATH}?record={record}")
    assert response.status_code == 404
    assert NO_RECORD in response.get_data(as_text=True)
    assert client.get(f"{PATH}?record=0").status_code == 200  # the newest


@pytest.mark.parametrize("query", ["", "?record=1", "?view=what-if"])
def test_before_the_first_publication_there_is_no_file(district, shape, tmp_path, query):
    engine = open_engine(f"sqlite:///{tmp_path}/e.sqlite3")
    upgrade_schema(engine)
    empty = create_app(DatabaseRepository(engine, district), NoCommands(), district, shape).server.test_client()
    response = empty.get(PATH + query)
    engine.dispose()
    assert response.status_code == 404
    assert "还没有发布" in response.get_data(as_text=True)


class Stale:
    """A repository after whose first ``evaluation`` query a newer version is published: it must be computed again."""

    def __init__(self, repository):
        self._repository, self.evaluations = repository, 0

    def evaluation(self, *args):
        self.evaluations += 1
        if self.evaluations == 1:
            raise StaleSnapshotError("stale")
        return self._repository.evaluation(*args)

    def __getattr__(self, name):
        return getattr(self._repository, name)


class Commands:
    """The evaluation commands, which only count."""

    def __init__(self):
        self.saved, self.published = 0, 0

    def save(self, *_args):
        self.saved += 1

    def publish(self, policy, _who, _version):
        self.published += 1
        return type("Record", (), {"id": 4, "year": policy.year})


def test_a_file_is_built_again_when_the_data_change_meanwhile(graded_repository, district, shape):
    client = create_app(Stale(graded_repository), NoCommands(), district, shape).server.test_client()
    assert client.get(PATH).status_code == 200


@pytest.mark.parametrize("act", [save_scenario, lambda *arguments: publish_scenario(*arguments, 1)])
def test_a_scenario_is_read_again_and_written_once_when_the_data_change_meanwhile(graded_repository, act):
    commands = Commands()
    act(Stale(graded_repository), commands, ScenarioForm("甲", "王", "?view=what-if", None))
    assert commands.saved + commands.published == 1
