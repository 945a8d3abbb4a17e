"""Answers that are kept: the same question is worked out once, and anew when data, day or screen are others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from dash import no_update
from flask import Flask

from app import create_app
from callbacks import render
from callbacks import response_cache as keeping
from callbacks.first_page import first_layout
from callbacks.render import PageRequest, update_page
from layouts.overview import page as overview
from layouts.shell.frame import shell
from layouts.ui.theme import Viewport
from server.compression import add_compression
from server.headers import ADDRESS
from server.response_cache import ResponseCache
from tests.app.asked import Questions, change
from tests.app.test_pages import NoDesk

HOME = PageRequest("/", "?town=tangqi", Viewport(), "overview")
PROJECTS = replace(HOME, path="/projects", shown="projects")


@pytest.fixture
def drawn(monkeypatch):
    """Each page that is worked out leaves its place here."""
    pages, work = [], render.render_panels
    monkeypatch.setattr(render, "render_panels", lambda specs, page, *rest: (pages.append(page), work(specs, page, *rest))[1])
    return pages


def test_what_many_ask_is_worked_out_once(sample_repository, shape, drawn):
    kept = Questions()
    first, again = (update_page(sample_repository, shape, HOME, kept) for _ in range(2))
    assert first[2]
    assert again == (no_update, no_update, no_update)
    assert drawn == ["overview"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (HOME, replace(HOME, search="")),
        (HOME, PROJECTS),
        (PROJECTS, replace(PROJECTS, viewport=replace(Viewport(), theme="light"))),  # the overview looks up its colours itself
    ],
    ids=["address", "page", "theme"],
)
def test_another_question_has_another_answer(sample_repository, shape, drawn, one, other):
    kept = Questions()
    assert update_page(sample_repository, shape, one, kept) != update_page(sample_repository, shape, other, kept)
    assert len(drawn) == 2


def test_a_first_page_is_written_once(sample_repository, district, shape, drawn):
    kept, frame = Questions(), lambda: shell(district, shape)
    for _ in range(2):
        first_layout(sample_repository, shape, kept, frame, "/?town=tangqi", Viewport())
    assert drawn == ["overview"]
    first_layout(sample_repository, shape, kept, frame, "/", Viewport())
    # What the painter takes is another answer to the same address.
    update_page(sample_repository, shape, replace(HOME, shown="overview"), kept)
    assert len(drawn) == 3


def test_a_page_as_a_whole_is_not_kept(sample_repository, shape, drawn):
    """A tree of components weighs ten times as much as what the painter takes."""
    kept = Questions()
    for _ in range(2):
        update_page(sample_repository, shape, replace(HOME, shown=""), kept)
    assert len(drawn) == 2


def test_another_version_or_day_is_worked_out_anew(sample_repository, shape, drawn, monkeypatch):
    kept, held = Questions(), sample_repository.snapshot()
    update_page(sample_repository, shape, HOME, kept)
    newer = replace(held, version=replace(held.version, number=held.version.number + 1))
    monkeypatch.setattr(sample_repository, "snapshot", lambda: newer)
    monkeypatch.setattr(sample_repository, "firm_totals", lambda _, *rest, ask=sample_repository.firm_totals: ask(held, *rest))
    update_page(sample_repository, shape, HOME, kept)
    assert len(drawn) == 2

    class Tomorrow(date):
        @classmethod
        def today(cls):
            return date(2026, 1, 1) + timedelta(days=1)

    monkeypatch.setattr(keeping, "date", Tomorrow)
    update_page(sample_repository, shape, HOME, kept)
    assert len(drawn) == 3


def test_a_fault_is_not_kept(sample_repository, shape, monkeypatch):
    def fail(_view, _env):
        raise ValueError("gone the next time")

    kept, specs = Questions(), overview.PAGE.panels
    broken = tuple(replace(s, draw=fail) if s.key == "trend" else s for s in specs)
    monkeypatch.setattr(render, "page_of", lambda *_: replace(overview.PAGE, panels=broken))
    assert "没能显示" in str(update_page(sample_repository, shape, HOME, kept))
    assert not kept.questions
    monkeypatch.undo()
    assert "没能显示" not in str(update_page(sample_repository, shape, HOME, kept))


def test_saved_rules_are_seen_at_once(graded_repository, shape, drawn):
    """They change without a data version."""
    asked = PageRequest("/land", "?view=what-if", Viewport(), "what-if")
    kept = Questions()
    for _ in range(2):
        update_page(graded_repository, shape, asked, kept)
    assert drawn == ["what-if", "what-if"]


@pytest.fixture
def client(sample_repository, district, shape):
    return create_app(sample_repository, NoDesk(), district, shape).server.test_client()


@pytest.mark.parametrize("encoding", ["br", "gzip", ""])
def test_the_same_bytes_are_sent_again(client, drawn, encoding):
    accepted = {"Accept-Encoding": encoding or "identity"}
    first, again = (client.post("/_dash-update-component", json=change(), headers=accepted) for _ in range(2))
    assert drawn == ["overview"]
    assert first.headers.get("Content-Encoding", "") == encoding
    assert (first.status_code, first.data) == (again.status_code, again.data)
    told = {"Server-Timing", "Date"}  # how long it took
    assert {n: v for n, v in first.headers.items() if n not in told} == {n: v for n, v in again.headers.items() if n not in told}


def test_a_browser_that_takes_another_encoding_is_answered_in_its_own(client, drawn):
    for encoding in ("br", "gzip"):
        answer = client.post("/_dash-update-component", json=change(), headers={"Accept-Encoding": encoding})
        assert answer.headers["Content-Encoding"] == encoding
    assert len(drawn) == 2


def test_a_layout_is_sent_again_as_it_was(client, drawn):
    client.get("/_dash-layout")  # with its first request Dash looks at the layout itself
    first, again, other = (client.get("/_dash-layout", headers={ADDRESS: a}) for a in ("/?town=tangqi", "/?town=tangqi", "/"))
    assert first.get_json() == again.get_json() != other.get_json()
    assert len(drawn) == 2


def test_what_failed_is_not_kept():
    server = Flask(__name__)
    sent = ResponseCache(server, 2)
    add_compression(server)

    @server.get("/<int:status>")
    def answer(status):
        if not sent.has("q"):
            sent.keep("q")
        return f"{status}", status

    client = server.test_client()
    assert [client.get(f"/{status}").text for status in (500, 404, 200, 500)] == ["500", "404", "200", "200"]


def test_the_longest_unused_answer_is_let_go():
    server, made = Flask(__name__), []
    sent = ResponseCache(server, 2)

    @server.get("/<name>")
    def answer(name):
        if not sent.has(name):
            made.append(name)
            sent.keep(name)
        return name

    client = server.test_client()
    assert [client.get(f"/{name}").text for name in "abacab"] == list("abacab")
    assert made == list("abcb")
