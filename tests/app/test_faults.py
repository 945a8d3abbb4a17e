"""A failing database is never shown as "not found" or as nothing: a message says so, with a number that the log has."""

from __future__ import annotations

import json
import re

import pytest
from dash import no_update

from app import create_app
from callbacks import firm_rows, scenario_commands, search
from callbacks.scenario_commands import ScenarioForm, attempt, save_scenario
from cockpit.errors import DatabaseError, StaleSnapshotError
from cockpit.faults import report
from tests.app.land.test_land import Client
from tests.app.requests import change
from tests.app.test_pages import NoCommands, ask, shown

DOWN = "数据库没有回应。"
ROWS = {"startRow": 0, "endRow": 100, "sortModel": []}


class Down:
    """A repository whose database fails, with an error that data/ reports or an unexpected one."""

    def __init__(self, error):
        self._error = error

    def __getattr__(self, _name):
        def fail(*_args):
            raise self._error

        return fail


@pytest.fixture(params=[DatabaseError(DOWN), RuntimeError("secret detail")], ids=["expected", "unexpected"])
def down(request):
    return Down(request.param)


def assert_reported(text, caplog):
    """Assert that the fault is named in Chinese, without details of the program, and that its number is in the log."""
    assert "数据库没有回应" in text or "程序出现意外" in text
    assert "secret" not in text
    for wrong in ("没有找到", "没有符合条件", "没有这个页面", "还没有发布"):
        assert wrong not in text
    number = re.search(r"编号 ([0-9A-F]{8})", text)[1]
    assert number in caplog.text
    assert "Traceback" in caplog.text


def test_the_list_of_firms_says_so_and_keeps_its_rows(down, caplog):
    rows, status = firm_rows.respond(down, ROWS, "?q=x")
    assert rows is no_update
    assert_reported(status, caplog)


def test_the_search_in_the_head_says_so(down, caplog):
    html = search.respond(down, "锦安", "")
    assert_reported(html, caplog)
    assert 'data-query="锦安"' in html  # so that Enter does not wait for another response


def test_the_page_says_so(down, shape, caplog):
    assert_reported(" ".join(shown(ask(down, shape, "/"))), caplog)


def test_a_command_says_so(down, caplog):
    result = attempt(lambda: save_scenario(down, NoCommands(), ScenarioForm("甲", "王", "", None)))
    assert_reported(result.message, caplog)
    assert result.next_selection is None


def test_what_the_user_can_correct_has_no_number(graded_repository):
    result = scenario_commands.attempt(
        lambda: save_scenario(graded_repository, NoCommands(), ScenarioForm("", "", "?view=what-if", None))
    )
    assert result.message == "请先给方案取一个名称。"


@pytest.fixture
def client(down, district, shape):
    return Client(down, NoCommands(), district, shape)


def test_a_drag_says_so_and_goes_on(client, caplog):
    response = client.ask("scenario-changes.data", scenario_changes="0w0:60", search="?view=what-if").get_json()
    assert response["response"] == {"scenario-evaluated": {"data": "0w0:60"}}
    assert_reported(response["sideUpdate"]["scenario-status"]["children"], caplog)


def test_over_http_the_layout_and_a_change_say_so(down, district, shape, caplog):
    client = create_app(down, NoCommands(), district, shape).server.test_client()
    layout = client.get("/_dash-layout", headers={"X-Cockpit-Address": "/"})
    assert layout.status_code == 200
    assert_reported(json.dumps(layout.get_json(), ensure_ascii=False), caplog)
    response = client.post("/_dash-update-component", json=change())
    assert_reported(json.dumps(response.get_json(), ensure_ascii=False), caplog)


@pytest.mark.parametrize("path", ["/download/notice.xlsx", "/health"])
def test_other_routes_are_unavailable(down, district, shape, path):
    response = create_app(down, NoCommands(), district, shape).server.test_client().get(path)
    assert response.status_code in (500, 503)
    assert "secret" not in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("error", "begin"),
    [
        (DatabaseError("数据库没有回答。请稍后再试。"), "数据库没有回答。请稍后再试。编号 "),
        (DatabaseError("这次没有轮到，数据保持原样。请等它完成后重试。"), "这次没有轮到，数据保持原样。请等它完成后重试。编号 "),
        (StaleSnapshotError(), "数据正在更新，请稍后再试。编号 "),
        (ValueError(), "程序出现意外。请稍后再试，编号 "),
    ],
)
def test_a_fault_says_once_when_to_try_again(error, begin):
    text = report(error, "here")
    assert text.startswith(begin)
    assert len(re.findall("再试|重试", text)) == 1
