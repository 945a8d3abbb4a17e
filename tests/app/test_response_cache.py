"""The response cache: the same request is computed once, and again when data, day or viewport change."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import date

import brotli
import pytest
from flask import Flask

from app import create_app
from callbacks import render
from cockpit.calendar import clock
from layouts.overview import page as overview
from server.compression import add_compression
from server.headers import ADDRESS
from server.response_cache import BYTES_PER_ENTRY, ResponseCache
from tests.app.requests import change
from tests.app.test_pages import NoCommands

UPDATE = "/_dash-update-component"


@pytest.fixture
def rendered(monkeypatch):
    """Collect the keys of the pages that are rendered."""
    pages, work = [], render.render_panels
    monkeypatch.setattr(render, "render_panels", lambda specs, page, *rest: (pages.append(page), work(specs, page, *rest))[1])
    return pages


@pytest.fixture
def client(sample_repository, district, shape):
    return create_app(sample_repository, NoCommands(), district, shape).server.test_client()


def update(client, **request):
    return client.post(UPDATE, json=change(**request)).get_json()["response"]


def test_what_many_request_is_rendered_once(client, rendered):
    first, again = update(client), update(client)
    assert first == again
    assert "塘栖" in json.dumps(first, ensure_ascii=False)
    assert rendered == ["overview"]


def test_another_address_page_or_viewport_has_another_response(client, rendered):
    projects = {"path": "/projects", "page": "projects"}
    responses = [update(client), update(client, search=""), update(client, **projects)]
    client.set_cookie("screen", "light.16.1920")  # charts have their colours in them
    responses.append(update(client, **projects))
    assert len({json.dumps(r) for r in responses}) == len(rendered) == 4


def test_a_first_page_is_rendered_once(client, rendered):
    client.get("/_dash-layout")  # with its first request Dash looks at the layout itself
    addresses = ("/?town=tangqi", "/?town=tangqi", "/")
    first, again, other = (client.get("/_dash-layout", headers={ADDRESS: a}).get_json() for a in addresses)
    assert first == again != other
    assert rendered == ["overview"] * 2
    # A patch is another response to the same address.
    update(client)
    assert len(rendered) == 3


def test_a_whole_page_is_not_cached(client, rendered):
    """It weighs ten times as much as a patch."""
    for _ in range(2):
        update(client, page="")
    assert len(rendered) == 2


def test_another_version_or_day_is_rendered_again(client, sample_repository, rendered, monkeypatch):
    current = sample_repository.snapshot()
    update(client)
    newer = replace(current, version=replace(current.version, number=current.version.number + 1))
    monkeypatch.setattr(sample_repository, "snapshot", lambda: newer)
    monkeypatch.setattr(
        sample_repository, "firm_totals", lambda _, *rest, load=sample_repository.firm_totals: load(current, *rest)
    )
    update(client)
    assert len(rendered) == 2

    monkeypatch.setattr(clock, "today", lambda _zone: date(2026, 1, 2))
    update(client)
    assert len(rendered) == 3


def test_a_fault_is_not_cached(client, monkeypatch):
    def fail(_values, _context):
        raise ValueError("gone the next time")

    panels = tuple(replace(s, render=fail) if s.key == "trend" else s for s in overview.PAGE.panels)
    with monkeypatch.context() as patch:
        patch.setattr("callbacks.request.page_of", lambda *_: replace(overview.PAGE, panels=panels))
        assert "没能显示" in json.dumps(update(client), ensure_ascii=False)
    assert "没能显示" not in json.dumps(update(client), ensure_ascii=False)


def test_saved_rules_are_visible_at_once(graded_repository, district, shape, rendered):
    """They change without a data version."""
    client = create_app(graded_repository, NoCommands(), district, shape).server.test_client()
    for _ in range(2):
        update(client, path="/land", search="?view=what-if", page="what-if")
    assert rendered == ["what-if", "what-if"]


@pytest.mark.parametrize("encoding", ["br", "gzip", ""])
def test_the_same_bytes_are_sent_again(client, rendered, encoding):
    accepted = {"Accept-Encoding": encoding or "identity"}
    first, again = (client.post(UPDATE, json=change(), headers=accepted) for _ in range(2))
    assert rendered == ["overview"]
    assert first.headers.get("Content-Encoding", "") == encoding
    assert (first.status_code, first.data) == (again.status_code, again.data)
    timed = {"Server-Timing", "Date"}
    assert {n: v for n, v in first.headers.items() if n not in timed} == {
        n: v for n, v in again.headers.items() if n not in timed
    }


def test_a_browser_that_takes_another_encoding_gets_its_own(client, rendered):
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress}
    bodies = []
    for encoding in unpack:
        response = client.post(UPDATE, json=change(), headers={"Accept-Encoding": encoding})
        assert response.headers["Content-Encoding"] == encoding
        bodies.append(unpack[encoding](response.data))
    assert bodies[0] == bodies[1]
    assert len(rendered) == 2


class Versions:
    """Snapshots of no more than a number and a district that knows the day."""

    def __init__(self):
        self.number = 1
        self.unreachable_since = None

    def __call__(self):
        if self.number is None:
            raise RuntimeError("no database")
        return self

    @property
    def version(self):
        return self

    @property
    def district(self):
        return self

    def today(self):
        return date(2026, 1, 1)


def serving(responses, view):
    """Serve ``view`` with a cache for so many responses of one byte, their keys counted."""
    server, latest = Flask(__name__), Versions()
    cache = ResponseCache(server, latest, responses * (1 + BYTES_PER_ENTRY))
    add_compression(server)

    def serve(path):
        cache.mark_cacheable()
        return view(path)

    server.add_url_rule("/<path>", "view", cache.wrap(serve))
    return server.test_client(), latest


def test_failed_responses_are_not_cached():
    statuses = iter((500, 404, 200, 500))
    client, _ = serving(9, lambda _: (lambda status: (f"{status}", status))(next(statuses)))
    assert [client.get("/a").text for _ in range(4)] == ["500", "404", "200", "200"]


def test_the_least_recently_used_response_is_dropped():
    calls = []
    client, _ = serving(2, lambda path: (calls.append(path), path)[1])
    assert [client.get(f"/{path}").text for path in "abacab"] == list("abacab")
    assert calls == list("abcb")


def test_a_response_larger_than_the_cache_is_not_cached():
    calls = []
    client, _ = serving(1, lambda path: (calls.append(path), path)[1])
    assert [client.get("/abc").text for _ in range(2)] == ["abc", "abc"]
    assert calls == ["abc", "abc"]


def test_without_data_the_view_is_called_and_the_log_says_why(caplog):
    calls = []
    client, latest = serving(9, lambda path: (calls.append(path), path)[1])
    latest.number = None
    assert [client.get("/a").text for _ in range(2)] == ["a", "a"]
    assert calls == ["a", "a"]
    assert "no database" in caplog.text
