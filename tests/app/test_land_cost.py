"""What a change of filter on the per-mu page must not do, counted: no look at the frame of firms, few marks, a bounded answer."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from plotly.utils import PlotlyJSONEncoder
from sqlalchemy import event

from callbacks import firm_rows
from callbacks.render import update_page
from callbacks.request import PageRequest
from cockpit.evaluation.grading.engine import Evaluation
from data.database import reader
from data.database.engine import open_engine
from data.repository.repository import DatabaseRepository
from layouts.ui.theme import Viewport
from tests.app.requests import NoCache

CHANGES = ("?town=tangqi", "?industry=34&industry=35", "?town=qiaosi&grade=D", "?group=宗地&by=chain&counted=tax", "")
PAGE = PageRequest("/land", "", Viewport(), "land")


@pytest.fixture(scope="module")
def repository(graded_url, district):
    return DatabaseRepository(open_engine(graded_url), district)


def changed(repository, shape, search):
    return update_page(repository, shape, replace(PAGE, search=search), NoCache())[2]


def listed(repository, search, **more):
    asked = {"startRow": 0, "endRow": 100, "sortModel": []} | more
    return firm_rows.respond(repository, asked, search)[0]


@pytest.fixture
def warm(repository, shape):
    """The page and its list were asked for once: what an evaluation is made of is known."""
    for search in ("?town=donghu", "?town=donghu&grade=A"):
        changed(repository, shape, search)
        listed(repository, search)
    return repository


def test_the_frame_of_all_firms_is_not_looked_at(warm, shape, monkeypatch):
    """Each panel took its firms out of it: 10,000 rows eight times over."""
    seen = []

    def look(evaluation, name):
        if name == "firms":
            seen.append(name)
        return object.__getattribute__(evaluation, name)

    monkeypatch.setattr(Evaluation, "__getattribute__", look)
    for search in CHANGES:
        changed(warm, shape, search)
        listed(warm, search, sortModel=[{"colId": "land_mu", "sort": "desc"}])
    assert seen == []
    changed(warm, shape, f"?firm={listed(warm, '')['rowData'][0]['credit_code']}")
    assert seen  # one firm's story reads its row: so a look would have been noticed


def test_all_that_a_change_asks_of_the_database_is_the_newest_version(warm, shape, monkeypatch):
    """Once: the page has the data of the answer's key."""
    asked, looks, look, newest = [], [], reader.newest_version_number, warm.snapshot().version.number
    monkeypatch.setattr(reader, "newest_version_number", lambda engine: looks.append(look(engine)) or looks[-1])
    event.listen(warm._engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    for search in CHANGES:
        looks.clear()
        changed(warm, shape, search)
        assert looks == [newest]
        assert asked == []


def test_an_answer_stays_small_however_many_firms_there_are(warm, shape):
    """1,695 firms stand in the list; before, each was a mark with its hover text."""
    for search in CHANGES:
        painting = changed(warm, shape, search)
        data = painting["scatter-graph"]["figure"]["data"]
        marks = sum(len(trace["x"]) for trace in data if trace["mode"] == "markers")
        assert 0 < marks <= 450
        assert len(data) <= 6
        assert len(json.dumps(painting, cls=PlotlyJSONEncoder)) < 260_000
        assert len(painting["scores-graph"]["figure"]["data"]) == 4
