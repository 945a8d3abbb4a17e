"""The search and the page of an enterprise at any address: sound, escaped, quiet on nonsense."""

from __future__ import annotations

import json

import pytest
from plotly.utils import PlotlyJSONEncoder

from callbacks.search import respond
from data.database.engine import open_engine, upgrade_schema
from data.loaders import read_batch
from data.publishing.publishing import publish
from data.repository.repository import DatabaseRepository
from layouts.ui import ids
from tests import workbooks
from tests.app.test_pages import HOSTILE, ask, assert_sound, shown, texts
from tests.conftest import TODAY
from tests.no_published_data import NoPublishedData
from tests.unit.pages.markup import with_class

LEADER = "91330113AU04ADP9UJ"
PLOT = "91330113R6WGKWC4MR"  # 宗地


def text_of(results):
    return " ".join(texts(results))


def test_the_leader_is_found_by_everything_that_names_it(sample_repository):
    for text in ("锦安", "锦安动力", "杭州锦安动力有限公司", "jadl", "jinandongli", LEADER, LEADER.lower(), "AU04AD"):
        results = respond(sample_repository, text, "?period=2022-03&grade=A")
        first = with_class(results, "search-result")[0]
        assert first.href == f"/enterprise/{LEADER}?period=2022-03", text
        assert first.id == ids.search_result(0)
        assert "锦安动力" in text_of(first)


def test_towns_chains_parks_and_projects_are_found(sample_repository):
    data = sample_repository.snapshot()
    park = data.ledgers["park"]["name"].iloc[0]
    project = data.ledgers["project"].iloc[0]
    for text, kind, path in (
        ("乔司", "镇街", "/?town=qiaosi"),
        ("shishang", "产业链", "/chain/fashion"),
        (park, "园区", "/space?town="),
        (project["name"], "项目", "/projects?town="),
    ):
        links = {row.href: text_of(row) for row in with_class(respond(sample_repository, text, ""), "search-result")}
        assert any(href.startswith(path) and kind in text_shown for href, text_shown in links.items()), (text, links)


def test_what_misses_by_a_character_is_suggested(sample_repository):
    results = respond(sample_repository, "锦按动力", "")
    assert "没有找到“锦按动力”，是不是要找" in text_of(results)
    assert with_class(results, "search-result")[0].href == f"/enterprise/{LEADER}"


@pytest.mark.parametrize("text", ["", " ", "\t"])
def test_nothing_typed_finds_nothing(sample_repository, text):
    assert respond(sample_repository, text, "") == ""


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "'; drop table enterprise; --", "\\", "(((", "%", "\x00", "火" * 5000]
)
def test_nonsense_finds_nobody_and_is_no_markup(sample_repository, text):
    results = respond(sample_repository, text, "?period=nonsense")
    assert "没有找到" in text_of(results)
    json.dumps(results, cls=PlotlyJSONEncoder)


def test_without_data_nobody_is_found(district, tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/e.sqlite3")
    upgrade_schema(engine)
    assert "没有找到" in text_of(respond(DatabaseRepository(engine, district), "锦安", ""))
    engine.dispose()


QUERIES = (
    "",
    "?period=2022-03&compare=mom&metric=energy",
    "?period=2020-01&compare=none",
    "?metric=tax_per_mu",
    "?town=nanyuan&industry=46&comparable=1",
    "?firm=X&period=2099",
)


@pytest.mark.parametrize("code", [LEADER, LEADER.lower(), PLOT])
@pytest.mark.parametrize("query", QUERIES)
def test_the_page_is_sound(sample_repository, graded_repository, shape, code, query):
    for repository in (sample_repository, graded_repository):
        response = ask(repository, shape, f"/enterprise/{code}", query)
        assert_sound(response)
        assert response.page == "enterprise"


@pytest.mark.parametrize("code", ["", "X", "91330113XXXXXXXXXX", "%3Cscript%3E", "a" * 500, "../../etc"])
def test_unknown_codes_are_reported(sample_repository, shape, code):
    response = ask(sample_repository, shape, f"/enterprise/{code}")
    assert_sound(response)
    assert "名录里没有代码为" in " ".join(shown(response))


def test_from_one_firm_to_another_only_parts_are_sent(graded_repository, shape):
    first = ask(graded_repository, shape, f"/enterprise/{LEADER}")
    again = ask(graded_repository, shape, f"/enterprise/{PLOT}", current=first.page)
    assert "嘉天布艺实业" in " ".join(shown(again))
    assert again.props[("months-box", "className")] == "graph-box graph-empty"


def test_figures_of_the_leader_by_hand(graded_repository, shape):
    """Sums a person gets from the workbook: 1,796,375.75 万元 after 1,533,184.43; tax 115,604.14 万元 ÷ 66.63 亩."""
    page_text = " ".join(shown(ask(graded_repository, shape, f"/enterprise/{LEADER}", "?period=2022")))
    for text in ("179.6", "+17.2%", "1,735.0", "链内第 1 / 177", "规上第16位，共656家", "133.1分", "月度经营", "23,391"):
        assert text in page_text, text


@pytest.fixture(scope="module", params=HOSTILE)
def hostile(request, district, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    engine = open_engine(f"sqlite:///{folder}/h.sqlite3")
    upgrade_schema(engine)
    if HOSTILE[request.param]:
        file = workbooks.write(folder / "h.xlsx", HOSTILE[request.param])
        publish(engine, read_batch(file, district, NoPublishedData(), today=TODAY), who="t", accept_warnings=True)
    yield DatabaseRepository(engine, district)
    engine.dispose()


@pytest.mark.parametrize("query", ["", "?metric=staff", "?period=month&compare=mom", "?compare=none&metric=tax"])
def test_hostile_districts_break_no_firm(hostile, shape, query):
    for number in (1, 2):
        assert_sound(ask(hostile, shape, f"/enterprise/{workbooks.code(number)}", query))
    json.dumps(respond(hostile, "script", ""), cls=PlotlyJSONEncoder)
