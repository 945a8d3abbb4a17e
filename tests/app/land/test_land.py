"""The per-mu page: any address, little traffic, scenarios saved and published on a database, files to download."""

from __future__ import annotations

import io
import json
import re
import sqlite3
from types import SimpleNamespace
from urllib.parse import quote, unquote

import openpyxl
import pytest
from dash import no_update
from sqlalchemy import event, make_url, select

from app import create_app
from callbacks import firm_rows
from callbacks.request import context_from_query
from callbacks.scenario_commands import ScenarioForm, attempt, delete_scenario, publish_scenario, save_scenario
from cockpit.errors import PolicyError, UsageError
from cockpit.views.land.what_if import scenario_options
from data.database import reader
from data.database.engine import open_engine, upgrade_schema
from data.database.tables import data_version, evaluation, evaluation_grade, scenario
from data.evaluation.commands import DatabaseEvaluationCommands
from data.evaluation.evaluations import publish_evaluation
from data.evaluation.policies import district_policies
from data.loaders import read_batch
from data.publishing.publishing import publish as publish_batch
from data.repository.repository import DatabaseRepository
from layouts.land.outcome import OUTCOME_PANELS
from server import downloads
from server.downloads import PATH, notice_of
from tests import land_oracle, workbooks
from tests.app.test_pages import HOSTILE, NoCommands, ask, assert_sound, shown, walk
from tests.conftest import TODAY
from tests.no_published_data import NoPublishedData
from tests.workbooks import firm, month

VIEWS = ("", "view=what-if", "view=remediation")
CODE = "91330113MA00000017"
QUERIES = (
    "",
    "town=tangqi&town=donghu&industry=34",
    "chain=fashion&by=chain&counted=tax",
    "by=industry&counted=land_mu&metric=value_added_per_mu",
    "grade=D&grade=C",
    "group=" + quote("宗地"),
    "period=2020",
    "period=2021-05",
    "period=ttm&compare=mom&comparable=1",
    "town=nanyuan&industry=46",
    f"firm={CODE}",
    f"firm={CODE}&period=2020",
    "record=1",
    "record=999",
    "sim=0w0:50;0qA:30;1c0:0;1b:best",
    "base=" + quote("临平区2022年度工业企业亩均效益综合评价") + "&versus=" + quote("黄岩区2022年度工业企业亩均效益综合评价"),
)
GARBAGE = (
    "base=" + quote("没有的方案") + "&versus=%3Cscript%3E",
    "record=abc",
    "record=99999999999",
    "record=-1",
    "group=%3Cscript%3Ealert(1)%3C/script%3E",
    "group=" + "x" * 500,
    "sim=%3Cscript%3E",
    "sim=0w0:1e9;0w9:3;9qA:5;0qA:-5;;;:::0b:none",
    "sim=" + "0w0:1;" * 90,
    "firm=x",
    "firm=ABCDEFGHJKLMNPQRTU",
    "firm=%27%3B--",
    "grade=E&grade=%E4%B8%8D%E5%AE%9A%E7%AD%89%E7%BA%A7",
    "counted=money&view=none&metric=none",
    "period=2099&record=2",
)


@pytest.mark.parametrize("query", [*QUERIES, *GARBAGE])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_sound(graded_repository, shape, view, query):
    response = ask(graded_repository, shape, "/land", "?" + "&".join(p for p in (view, query) if p))
    assert_sound(response)
    assert response.body is not no_update


@pytest.mark.parametrize("view", VIEWS)
def test_garbage_is_reported(graded_repository, shape, view):
    for query, message in (("record=abc", "评价记录“abc”不认识"), ("firm=x", "企业代码“x”不认识"), ("grade=E", "等级“E”不存在")):
        assert message in " ".join(shown(ask(graded_repository, shape, "/land", f"?{view}&{query}")))


def test_the_result_shows_the_figures_of_the_oracle(graded_repository, shape, years):
    page_text = " ".join(shown(ask(graded_repository, shape, "/land")))
    year = years[2022]
    for grade in "AB":
        assert f"{grade} {len(year.of(grade=grade)):,}家" in page_text
    assert f"{len(year.of(grade='D')):,}" in page_text
    land = sum(f.row[land_oracle.LAND] for f in year.of(grade="D"))
    assert f"{land:,.0f}" in page_text
    assert "2021年 → 2022年" in page_text


def test_the_first_year_has_no_year_before(graded_repository, shape):
    page_text = " ".join(shown(ask(graded_repository, shape, "/land", "?period=2020")))
    assert "2019年没有已发布的评价，无法对比。" in page_text
    assert "较2019年度" not in page_text


def test_a_named_record_is_what_is_shown(graded_repository, shape):
    page_text = " ".join(shown(ask(graded_repository, shape, "/land", "?record=1")))
    assert "2020年度评价" in page_text
    assert "评价记录1，" in page_text
    newest = " ".join(shown(ask(graded_repository, shape, "/land", "?record=999")))
    assert "评价记录3，" in newest


def test_an_unknown_firm_differs_from_no_firm(graded_repository, shape):
    page_text = " ".join(shown(ask(graded_repository, shape, "/land", "?firm=91330113MA9999999X")))
    assert "91330113MA9999999X" in page_text
    assert "请从企业名单里选择" in page_text
    assert "请从企业名单里选择" not in " ".join(shown(ask(graded_repository, shape, "/land")))


# --- districts with less --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", f"firm={CODE}", "record=1", "period=2020", "grade=D", "base=x&versus=y&sim=0w0:50"])
@pytest.mark.parametrize("view", VIEWS)
def test_figures_without_any_published_evaluation(sample_repository, shape, view, query):
    assert_sound(ask(sample_repository, shape, "/land", f"?{view}&{query}"))


def test_before_the_first_evaluation_the_page_says_what_to_do_and_the_what_if_works(sample_repository, shape):
    page_text = " ".join(shown(ask(sample_repository, shape, "/land")))
    assert "还没有发布任何一年的评价" in page_text
    assert "模拟评价" in page_text
    page_text = " ".join(shown(ask(sample_repository, shape, "/land", "?view=what-if&sim=0qA:30")))
    assert "规上 A类累计占比 20→30%" in page_text
    assert "现行评价" not in page_text


@pytest.fixture(scope="module", params=[*HOSTILE, "no batch"])
def bare(request, district, tmp_path_factory):
    """A district without any 年度评价, and one without anything."""
    folder = tmp_path_factory.mktemp("bare")
    engine = open_engine(f"sqlite:///{folder}/b.sqlite3")
    upgrade_schema(engine)
    if HOSTILE.get(request.param):
        batch = read_batch(workbooks.write(folder / "b.xlsx", HOSTILE[request.param]), district, NoPublishedData(), today=TODAY)
        publish_batch(engine, batch, who="t", accept_warnings=True)
    yield DatabaseRepository(engine, district)
    engine.dispose()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("query", ["", "sim=0w0:40&base=x", f"firm={CODE}&grade=D", "record=1"])
def test_a_district_without_evaluation_figures(bare, shape, view, query):
    response = ask(bare, shape, "/land", f"?{view}&{query}")
    assert_sound(response)
    if not bare.snapshot().cube.is_empty and view != "view=remediation":
        assert "还没有" in " ".join(shown(response))


@pytest.fixture(scope="module")
def tiny(district, tmp_path_factory):
    """Two evaluated firms with hostile names and figures: negative tax, nothing reported, no land worth the name."""
    folder = tmp_path_factory.mktemp("tiny")
    engine = open_engine(f"sqlite:///{folder}/t.sqlite3")
    upgrade_schema(engine)
    names = {"企业名称": "<script>alert(1)</script>"}
    evaluated = {"年份": 2022, "用地面积（亩）": 0.01, "评价税收（万元）": -5, "工业增加值（万元）": -1, "用电量（万千瓦时）": 0}
    sheets = {
        "企业名录": [firm(1) | names, firm(2, kind="宗地"), firm(3)],
        "月度经营": [month(1, f"2022-{n:02d}") for n in range(1, 13)],
        "年度评价": [
            {"统一社会信用代码": workbooks.code(n), **evaluated, **more}
            for n, more in ((1, {}), (2, {"评价税收（万元）": 0}), (3, {"评价税收（万元）": 0.0001, "用地面积（亩）": 900000}))
        ],
    }
    batch = read_batch(workbooks.write(folder / "t.xlsx", sheets), district, NoPublishedData(), today=TODAY)
    assert not [f for f in batch.findings if f.code[0] == "E"], batch.findings
    publish_batch(engine, batch, who="t", accept_warnings=True)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("query", ["", "group=" + quote("宗地"), "counted=tax", "sim=0w0:9", f"firm={workbooks.code(1)}"])
def test_hostile_figures_break_no_panel(tiny, district, shape, view, query):
    repository = DatabaseRepository(tiny, district)
    assert_sound(ask(repository, shape, "/land", f"?{view}&{query}"))


def test_a_rule_that_cannot_be_computed_is_reported_and_not_published(tiny, district, shape):
    """With these figures a group's ratio of sums is below zero: the page says which baseline, and publishing is refused."""
    repository = DatabaseRepository(tiny, district)
    page_text = " ".join(shown(ask(repository, shape, "/land", "?view=what-if")))
    assert "这样的规则算不出结果" in page_text
    form, observed_version = ScenarioForm("", "王", "?view=what-if", None), repository.snapshot().version.number
    with pytest.raises(PolicyError, match="没有评价"):
        publish_scenario(repository, DatabaseEvaluationCommands(tiny), form, observed_version)
    assert repository.records(repository.snapshot()) == ()


# --- what travels ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("view", "page"), list(zip(VIEWS, ("land", "what-if", "remediation"), strict=True)))
def test_a_change_of_filter_sends_only_parts(graded_repository, shape, view, page):
    first = ask(graded_repository, shape, "/land", f"?{view}")
    assert first.page == page
    again = ask(graded_repository, shape, "/land", f"?{view}&town=tangqi", current=first.page)
    assert again.body is no_update
    assert again.page is no_update
    assert_sound(again)
    ids = {i for i, _ in again.props}
    assert "firm-grid" not in ids  # the list and the form keep their state
    assert "scenario-name" not in ids


def test_another_view_is_another_page(graded_repository, shape):
    response = ask(graded_repository, shape, "/land", "?view=what-if", current="land")
    assert response.page == "what-if"
    assert response.body is not no_update


class Client:
    """The browser's requests to the callbacks of an app, over HTTP."""

    def __init__(self, repository, commands, district, shape):
        self.app = create_app(repository, commands, district, shape)
        self.client = self.app.server.test_client()

    def ask(self, trigger, **values):
        """Return the response to a change of ``trigger``; ``values``: id (``_`` for ``-``) -> value of inputs and states."""
        known = {name.replace("_", "-"): value for name, value in values.items()}
        callbacks = [c for c in self.app._callback_list if not c.get("clientside_function")]
        [callback] = [c for c in callbacks if any(f"{i['id']}.{i['property']}" == trigger for i in c["inputs"])]
        parts = [part.rsplit(".", 1) for part in callback["output"].strip(".").split("...")]
        outputs = [{"id": i, "property": p} for i, p in parts]
        payload = {
            "output": callback["output"],
            "outputs": outputs if callback["output"].startswith("..") else outputs[0],
            "inputs": [{**i, "value": self._value(i, known)} for i in callback["inputs"]],
            "state": [{**i, "value": self._value(i, known)} for i in callback["state"]],
            "changedPropIds": [trigger],
        }
        response = self.client.post("/_dash-update-component", json=payload)
        assert response.status_code == 200, response.status
        return response

    @staticmethod
    def _value(prop, known):
        """``url`` has two properties of interest."""
        return known.get(prop["property"] if prop["id"] == "url" else prop["id"])

    def page(self, query="", page=""):
        return self.ask("url.search", pathname="/land", search=query, current_page=page)


@pytest.fixture
def counted(graded_url, district, shape, monkeypatch):
    """Yield a cockpit of its own on the graded district; ``take`` returns the statements since it was last called."""
    engine = open_engine(graded_url)
    cockpit = SimpleNamespace(statements=[])
    event.listen(engine, "before_cursor_execute", lambda _c, _cur, statement, *_: cockpit.statements.append(statement))
    number = reader.newest_version_number  # goes by the driver, so it is counted here
    monkeypatch.setattr(
        reader, "newest_version_number", lambda of: cockpit.statements.append("select the newest version") or number(of)
    )
    cockpit.client = Client(DatabaseRepository(engine, district), NoCommands(), district, shape)

    def take():
        statements = [s for s in cockpit.statements if not s.startswith("BEGIN")]
        cockpit.statements.clear()
        return statements

    cockpit.take = take
    yield cockpit
    engine.dispose()


DRAG = "?view=what-if"


def test_statements_per_page_and_per_drag_are_few(counted):
    client = counted.client
    for query in ("", DRAG, "?view=remediation"):  # the first time: the snapshot, the evaluations, the figures
        client.page(query)
        assert len(counted.take()) <= 50, query
    for query, most in (
        ("?town=tangqi", 2),
        (f"?firm={CODE}", 2),
        (DRAG, 4),
        (f"{DRAG}&sim=0w0:50", 4),
        ("?view=remediation", 2),
    ):
        client.page(query)
        assert 0 < len(counted.take()) <= most, query
    for weight in range(31, 36):
        client.ask("scenario-changes.data", scenario_changes=f"0w0:{weight}", search=DRAG)
        assert 0 < len(counted.take()) <= 4
    request = {"startRow": 100, "endRow": 200, "sortModel": [{"colId": "score", "sort": "asc"}]}
    client.ask("firm-grid.getRowsRequest", firm_grid=request, search="")
    assert len(counted.take()) <= 2


def test_no_statement_reads_firms_once_they_are_known(counted):
    """Versions and saved scenarios are queried each time; grades and values of firms are not."""
    for query in ("", DRAG):
        counted.client.page(query)
    counted.take()
    for query in ("?town=tangqi", f"{DRAG}&sim=0w0:44"):
        counted.client.page(query)
    counted.client.ask("scenario-changes.data", scenario_changes="0w0:45", search=DRAG)
    statements = counted.take()
    assert statements
    assert not [s for s in statements if "evaluation_grade" in s or "evaluation_input" in s]


def test_responses_are_small(counted):
    client = counted.client
    assert len(client.page("").data) < 400_000
    assert len(client.page("?town=tangqi", page="land").data) < 250_000
    assert len(client.page(DRAG).data) < 120_000
    assert len(client.ask("scenario-changes.data", scenario_changes="0w0:60;0qA:30", search=DRAG).data) < 80_000
    request = {"startRow": 0, "endRow": 100, "sortModel": []}
    assert len(client.ask("firm-grid.getRowsRequest", firm_grid=request, search="").data) < 60_000


def test_a_drag_sends_the_outcome_and_never_the_sliders(counted):
    response = counted.client.ask("scenario-changes.data", scenario_changes="0w0:60", search=DRAG).get_json()
    panels = {spec.key for spec in OUTCOME_PANELS}
    assert {next((k for k in panels if i == k or i.startswith(f"{k}-")), i) for i in patch_of(response)} == panels
    assert response["response"] == {"scenario-evaluated": {"data": "0w0:60"}}
    text = json.dumps(response, ensure_ascii=False)
    assert "规上 亩均税收权重 30→46.15分" in text  # 60 of 130
    for widget in ("Slider", "RadioItems", "scenario-name", "dials"):
        assert f'"{widget}' not in text


@pytest.mark.parametrize(
    "changes", ["", "junk", "0w0:999999", "<script>", "0b:best;1b:best", "0w0:0;0w1:0;0w2:0;0w3:0;0w4:0;0w5:0", None]
)
def test_any_change_of_the_sliders_has_a_response(counted, changes):
    response = counted.client.ask("scenario-changes.data", scenario_changes=changes, search=DRAG).get_json()
    assert response["response"]["scenario-evaluated"]["data"] == (changes or "")
    text = " ".join(t for part in patch_of(response).values() for t in texts_in(part))
    assert "没能显示" not in text
    assert not re.search(r"\b(nan|NaN|None)\b", text)


def texts_in(node):
    """Yield all texts of a JSON response."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from texts_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts_in(value)


def test_a_drag_keeps_the_filters_of_the_address(counted, graded_repository, shape):
    response = counted.client.ask("scenario-changes.data", scenario_changes="0qA:40", search=f"{DRAG}&town=tangqi").get_json()
    page = ask(graded_repository, shape, "/land", f"{DRAG}&town=tangqi&sim=0qA:40")
    verdict = next(c for c in walk(page.body) if getattr(c, "id", None) == "verdict")
    assert patch_of(response)["verdict"]["html"] == verdict.html


def patch_of(response):
    """Return the properties by component of a response to a moving slider."""
    assert set(response["sideUpdate"]) == {"patcher"}
    return response["sideUpdate"]["patcher"]["patch"]


# --- rows -----------------------------------------------------------------------------------------------------------


def block(start=0, end=100, sort=()):
    return {"startRow": start, "endRow": end, "sortModel": [{"colId": c, "sort": s} for c, s in sort]}


def rows_of(repository, request, search):
    return firm_rows.respond(repository, request, search)[0]


def test_blocks_of_the_list_are_those_of_the_oracle(graded_repository, years):
    firms = years[2022].of(town="塘栖镇", grade="D")
    response = rows_of(graded_repository, block(sort=[("land_mu", "desc")]), "?town=tangqi&grade=D")
    assert response["rowCount"] == len(firms)
    expected = sorted((f.row[land_oracle.LAND] for f in firms), reverse=True)[:100]
    assert [r["land_mu"] for r in response["rowData"]] == [land_oracle.shown(land, 1) for land in expected]
    json.dumps(response, allow_nan=False)


@pytest.mark.parametrize(
    ("request_", "count"),
    [
        (block(1600, 1700), 95),
        (block(5000, 5100), 0),
        (block(0, 0), 0),
        (block(sort=[("nonsense", "asc")]), 100),
        ({"startRow": 0, "endRow": 100, "sortModel": None}, 100),
        ({"startRow": 0, "endRow": 100}, 100),
    ],
)
def test_odd_blocks(graded_repository, request_, count):
    response = rows_of(graded_repository, request_, "")
    assert (len(response["rowData"]), response["rowCount"]) == (count, 1695)


def test_no_block_no_rows(graded_repository):
    assert rows_of(graded_repository, None, "") is no_update
    assert rows_of(graded_repository, block(), f"?q={quote('没有这样的企业')}") == {"rowData": [], "rowCount": 0}


@pytest.mark.parametrize(
    ("name", "status"),
    [("", ""), (" ", ""), ("锦安动力", "找到1家"), ("没有这样的企业", "没有找到，换名称中的几个字、拼音首字母或信用代码再试")],
)
def test_the_matches_of_a_search_are_counted(graded_repository, district, shape, name, status):
    client = Client(graded_repository, NoCommands(), district, shape)
    response = client.ask("firm-grid.getRowsRequest", firm_grid=block(), search=f"?q={quote(name)}").get_json()
    assert response["response"]["firm-search-status"]["children"] == status


def test_rows_of_an_unpublished_year_are_none(sample_repository):
    assert rows_of(sample_repository, block(), "") == {"rowData": [], "rowCount": 0}


# --- saving, publishing, deleting -----------------------------------------------------------------------------------


@pytest.fixture
def own(graded_url, district, tmp_path):
    """A copy of the graded district that may be written to."""
    source = sqlite3.connect(make_url(graded_url).database)
    target = sqlite3.connect(tmp_path / "own.sqlite3")
    source.backup(target)
    source.close()
    target.close()
    engine = open_engine(f"sqlite:///{tmp_path}/own.sqlite3")
    yield SimpleNamespace(
        engine=engine, repository=DatabaseRepository(engine, district), commands=DatabaseEvaluationCommands(engine)
    )
    engine.dispose()


def contents(engine, *tables):
    with engine.connect() as connection:
        return [sorted(map(repr, connection.execute(select(t)))) for t in tables]


PUBLISHED = (evaluation, evaluation_grade, data_version)
CHANGES = "0c0:5;0qA:30"
HERE = "?view=what-if&town=tangqi"


def save(own, form):
    return attempt(lambda: save_scenario(own.repository, own.commands, form))


def publish(own, form, version):
    return attempt(lambda: publish_scenario(own.repository, own.commands, form, version))


def delete(own, name, search):
    return attempt(lambda: delete_scenario(own.repository, own.commands, name, search))


def shown_version(own):
    """Return the data version that the page shows."""
    return own.repository.snapshot().version.number


def form(name="", who="", search=HERE, changes=CHANGES):
    return ScenarioForm(name, who, search, changes)


def test_saving_wants_a_name_and_a_person(own):
    before = contents(own.engine, *PUBLISHED, scenario)
    assert save(own, form(who="王")).message == "请先给方案取一个名称。"
    assert save(own, form(name="方案")).message == "请填写姓名：方案会注明保存人。"
    assert save(own, form(name="字" * 61, who="王")).next_selection is None
    assert contents(own.engine, *PUBLISHED, scenario) == before


def test_saving_keeps_what_the_sliders_show_and_leaves_published_grades(own):
    before = contents(own.engine, *PUBLISHED)
    result = save(own, form("更严", "王", f"{HERE}&sim=0w0:99"))  # the sliders moved on since
    assert result.message == "已保存为方案“更严”。"
    assert (result.next_selection.base, result.next_selection.changes, result.next_selection.towns) == ("更严", "", ("tangqi",))
    [saved] = own.repository.scenarios()
    assert (saved.name, saved.saved_by, saved.policy.year) == ("更严", "王", 2022)
    group = saved.policy.groups[0]
    assert (group.conditions[0].limit.value, group.cuts.quotas["A"], group.indicators[0].weight) == (5, 30, 30)
    assert contents(own.engine, *PUBLISHED) == before


def test_without_sliders_moved_the_address_counts(own):
    save(own, form("按链接", "王", f"{HERE}&sim=0qA:35", None))
    assert own.repository.scenarios()[0].policy.groups[0].cuts.quotas["A"] == 35


def test_the_same_name_again_replaces(own):
    save(own, form("甲", "王"))
    save(own, form("甲", "李", changes="0qA:10"))
    [saved] = own.repository.scenarios()
    assert (saved.saved_by, saved.policy.groups[0].cuts.quotas["A"]) == ("李", 10)


def test_two_saved_scenarios_are_compared_on_the_page(own, shape, years):
    save(own, form("甲", "王", changes="0c0:5"))
    save(own, form("乙", "王", changes="0qA:30"))
    query = f"?view=what-if&base={quote('甲')}&versus={quote('乙')}"
    response = ask(own.repository, shape, "/land", query)
    assert_sound(response)
    page_text = " ".join(shown(response))
    year = years[2022]
    before = year.regraded("规上", (30, 20, 20, 10, 10, 10), (30, 60, 95), 2.0)
    after = year.regraded("规上", (30, 20, 20, 10, 10, 10), (20, 60, 95), 5.0)
    rose, fell = land_oracle.moves(before, after)
    assert f"▲ 升 {len(rose):,}家" in page_text
    assert f"▼ 降 {len(fell):,}家" in page_text
    assert "方案：甲" in page_text
    assert "对照：乙" in page_text


def test_deleting_leaves_the_deleted_scenario(own, shape):
    save(own, form("甲", "王"))
    result = delete(own, "甲", f"?view=what-if&base={quote('甲')}&versus={quote('甲')}&sim=0qA:10")
    assert result.message == "方案“甲”已删除。"
    assert (result.next_selection.base, result.next_selection.versus) == ("", "")
    assert own.repository.scenarios() == ()
    assert_sound(ask(own.repository, shape, "/land", f"?view=what-if&base={quote('甲')}"))
    assert delete(own, "没有的", HERE).next_selection is not None


def test_publishing_wants_a_person_and_a_changed_rule_a_name(own):
    before = contents(own.engine, *PUBLISHED)
    assert publish(own, form("名"), shown_version(own)).message == "请填写姓名：评价记录会注明发布人。"
    assert "取一个名称" in publish(own, form(who="王"), shown_version(own)).message
    assert contents(own.engine, *PUBLISHED) == before


def test_publishing_makes_a_new_record_and_the_page_shows_it(own, shape, years):
    result = publish(own, form("更严的办法", "王"), shown_version(own))
    assert result.message == "已发布为2022年度评价记录 4。"
    assert (result.next_selection.view, result.next_selection.changes, result.next_selection.towns) == ("", "", ("tangqi",))
    records = own.repository.records(own.repository.snapshot())
    assert [r.id for r in records] == [4, 3, 2, 1]
    assert (records[0].policy_name, records[0].published_by, records[0].data_version) == ("更严的办法", "王", 4)
    after = years[2022].regraded("规上", (30, 20, 20, 10, 10, 10), (30, 60, 95), 5.0)
    firms = own.repository.evaluation(own.repository.snapshot(), 2022).evaluation.firms
    assert dict(zip(firms["credit_code"], firms["grade"], strict=True)) == after
    page_text = " ".join(shown(ask(own.repository, shape, "/land", f"?{result.next_selection.to_query()}")))
    assert "评价记录4，" in page_text
    old = own.repository.evaluation(own.repository.snapshot(), 2022, 3).evaluation.firms
    assert dict(zip(old["credit_code"], old["grade"], strict=True)) == years[2022].grades()
    assert "评价记录 3（旧）" in " ".join(shown(ask(own.repository, shape, "/land", "?record=3")))


def test_publishing_the_rule_as_it_stands_needs_no_name(own):
    result = publish(own, form(who="王", changes=""), shown_version(own))
    assert result.next_selection is not None
    newest, old = own.repository.records(own.repository.snapshot())[:2]
    assert newest.policy_name == old.policy_name


def test_an_old_years_publication_leaves_the_new_one(own):
    result = publish(own, form("旧年", "王", "?view=what-if&period=2021"), shown_version(own))
    assert "2021年度评价记录 4" in result.message
    assert own.repository.evaluation(own.repository.snapshot(), 2022).record.id == 3
    assert own.repository.evaluation(own.repository.snapshot(), 2021).record.id == 4


def test_what_was_looked_at_before_newer_data_is_not_published(own):
    policy = district_policies("linping")[0].policy
    observed = own.repository.snapshot().version.number
    publish_evaluation(own.engine, district_policies("linping")[0], year=2021, who="别人")
    before = contents(own.engine, *PUBLISHED)
    with pytest.raises(UsageError, match=f"您看的是版本{observed}"):
        own.commands.publish(policy, "王", observed)
    assert contents(own.engine, *PUBLISHED) == before
    assert own.commands.publish(policy, "王", observed + 1).id == 5


def test_two_people_who_publish_at_once_do_not_overwrite_each_other(own, monkeypatch):
    """Somebody else publishes between the view of the data and the write: nothing is written, and the message says so."""
    real = own.commands.publish

    def second(policy, who, observed):
        monkeypatch.setattr(own.commands, "publish", real)
        publish_evaluation(own.engine, district_policies("linping")[0], year=2022, who="第一个")
        return real(policy, who, observed)

    monkeypatch.setattr(own.commands, "publish", second)
    result = publish(own, form("第二个", "王"), shown_version(own))
    assert result.next_selection is None
    assert "没有发布" in result.message
    assert own.repository.records(own.repository.snapshot())[0].published_by == "第一个"


def test_a_record_named_in_the_address_is_what_the_what_if_starts_from(own, district):
    """Published anew under another rule, the old record can be taken up again: to restore it."""
    publish(own, form("新", "王"), shown_version(own))
    now = scenario_options(context_from_query(own.repository, "?view=what-if"))[0]
    old = scenario_options(context_from_query(own.repository, "?view=what-if&record=3"))[0]
    assert (now.key, old.key) == ("", "")
    assert (now.policy.name, old.policy.name) == ("新", district_policies("linping")[0].policy.name)


def test_the_buttons_are_wired_to_the_commands(own, district, shape):
    client = Client(own.repository, own.commands, district, shape)
    response = client.ask(
        "scenario-save.n_clicks",
        scenario_save=1,
        scenario_name=" 甲 ",
        scenario_author=" 王 ",
        search=HERE,
        scenario_changes=CHANGES,
    ).get_json()
    assert "已保存为方案“甲”。" in json.dumps(response, ensure_ascii=False)
    assert f"base={quote('甲')}" in response["sideUpdate"]["url"]["search"]
    assert own.repository.scenarios()[0].name == "甲"
    response = client.ask(
        "scenario-publish.n_clicks",
        scenario_publish=1,
        scenario_name="甲",
        scenario_author="王",
        search=HERE,
        scenario_changes=CHANGES,
        data_version=shown_version(own),
    ).get_json()
    assert "评价记录 4" in json.dumps(response, ensure_ascii=False)
    assert response["sideUpdate"]["url"]["search"] == "?town=tangqi"


# --- files to download -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(graded_repository, district, shape):
    return create_app(graded_repository, NoCommands(), district, shape).server.test_client()


def book(response):
    return openpyxl.load_workbook(io.BytesIO(response.data), read_only=True, data_only=True)


def listed(response):
    """Return code -> (grade, score, remark) of the rows of the list."""
    rows = [r for r in book(response)["公示名单"].iter_rows(values_only=True) if isinstance(r[0], int)]
    return {r[2]: (r[5], r[6], r[8]) for r in rows}


def test_the_published_notice(client, years):
    response = client.get(PATH)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert response.headers["Cache-Control"] == "no-store"
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename=notice.xlsx; filename*=UTF-8''")
    assert unquote(disposition.split("''")[1]) == "临平区2022年度亩均效益评价-公示名单-记录3.xlsx"
    rows = listed(response)
    assert {c: r[0] for c, r in rows.items()} == years[2022].grades()
    assert all(abs(r[1] - years[2022].firms[c].score) <= 0.0051 for c, r in rows.items())
    cells = [str(c) for r in book(response)["公示名单"].iter_rows(max_row=6, values_only=True) for c in r if c]
    assert any("评价记录3" in c for c in cells)
    assert not any("试算" in c for c in cells)


def test_a_notice_is_never_partial(client):
    assert len(listed(client.get(f"{PATH}?town=tangqi&grade=D&group={quote('宗地')}"))) == 1695


def test_the_notice_of_an_old_record(client, years):
    response = client.get(f"{PATH}?record=2")
    assert {c: r[0] for c, r in listed(response).items()} == years[2021].grades()
    assert "记录2" in unquote(response.headers["Content-Disposition"])


def test_the_notice_of_a_what_if_says_that_it_is_one(client, years):
    response = client.get(f"{PATH}?view=what-if&sim=0c0:5;0qA:30")
    after = years[2022].regraded("规上", (30, 20, 20, 10, 10, 10), (30, 60, 95), 5.0)
    assert {c: r[0] for c, r in listed(response).items()} == after
    assert "试算" in unquote(response.headers["Content-Disposition"])
    page_text = " ".join(str(c) for r in book(response)["公示名单"].iter_rows(max_row=4, values_only=True) for c in r if c)
    assert "试算结果，未发布" in page_text


def test_a_saved_scenario_is_exported_under_its_name(own, years):
    save(own, form("甲/乙", "王"))
    name, content = notice_of(own.repository, f"view=what-if&base={quote('甲/乙')}")
    assert name == "内部-临平区2022年度亩均效益评价-试算-甲-乙.xlsx"
    assert len(content) > 50_000


def test_nothing_to_download_is_an_explained_404(sample_repository, district, shape):
    client = create_app(sample_repository, NoCommands(), district, shape).server.test_client()
    response = client.get(PATH)
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/plain")
    assert response.get_data(as_text=True) == "还没有发布任何一年的评价，没有名单可以导出。"
    assert client.get(f"{PATH}?view=what-if").status_code == 200  # a what-if needs no published one


@pytest.mark.parametrize(
    "query", ["period=2099", "period=zzz", "record=abc", "sim=junk&view=what-if", "town=x", "%00", "a" * 3000]
)
def test_odd_addresses_give_a_file_or_a_message(client, query, monkeypatch):
    monkeypatch.setattr(downloads, "build_notice", lambda *_: b"a file")
    response = client.get(f"{PATH}?{query}")
    assert response.status_code in (200, 404)
    if response.status_code == 404:
        assert re.search("[\u4e00-\u9fff]", response.get_data(as_text=True))
        assert "Traceback" not in response.get_data(as_text=True)


def test_the_page_links_to_the_file_that_it_shows(graded_repository, shape, client):
    page = ask(graded_repository, shape, "/land", "?record=2")
    [link] = {c.href for c in walk(page.body) if str(getattr(c, "href", "")).startswith(PATH)}
    assert "记录2" in unquote(client.get(link).headers["Content-Disposition"])
