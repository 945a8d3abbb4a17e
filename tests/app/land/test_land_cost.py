"""What a change of filter on the per-mu page costs: no access to the frame of firms, few marks, a bounded response."""

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
    request = {"startRow": 0, "endRow": 100, "sortModel": []} | more
    return firm_rows.respond(repository, request, search)[0]


@pytest.fixture
def warm(repository, shape):
    """Return the repository after the page and its list were requested once: the inputs of an evaluation are cached."""
    for search in ("?town=donghu", "?town=donghu&grade=A"):
        changed(repository, shape, search)
        listed(repository, search)
    return repository


def test_the_frame_of_all_firms_is_not_accessed(warm, shape, monkeypatch):
    """Each panel took its firms out of it: 10,000 rows eight times over."""
    accessed = []

    def note(evaluation, name):
        if name == "firms":
            accessed.append(name)
        return object.__getattribute__(evaluation, name)

    monkeypatch.setattr(Evaluation, "__getattribute__", note)
    for search in CHANGES:
        changed(warm, shape, search)
        listed(warm, search, sortModel=[{"colId": "land_mu", "sort": "desc"}])
    assert accessed == []
    changed(warm, shape, f"?firm={listed(warm, '')['rowData'][0]['credit_code']}")
    assert accessed  # the explanation of one firm reads its row, so an access would have been noticed


def test_the_only_query_of_a_change_is_for_the_newest_version(warm, shape, monkeypatch):
    """Once: the page has the data of the version in the cache key."""
    statements, versions, query_version, newest = [], [], reader.newest_version_number, warm.snapshot().version.number
    monkeypatch.setattr(reader, "newest_version_number", lambda engine: versions.append(query_version(engine)) or versions[-1])
    event.listen(warm._engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    for search in CHANGES:
        versions.clear()
        changed(warm, shape, search)
        assert versions == [newest]
        assert statements == []


def test_a_response_stays_small_however_many_firms_there_are(warm, shape):
    """There are 1,695 firms; before, each was a mark with its hover text."""
    for search in CHANGES:
        patch = changed(warm, shape, search)
        data = patch["scatter-graph"]["figure"]["data"]
        marks = sum(len(trace["x"]) for trace in data if trace["mode"] == "markers")
        assert 0 < marks <= 450
        assert len(data) <= 6
        assert len(json.dumps(patch, cls=PlotlyJSONEncoder)) < 260_000
        assert len(patch["scores-graph"]["figure"]["data"]) == 4
