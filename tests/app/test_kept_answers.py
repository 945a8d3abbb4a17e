"""Answers that are kept: the same question is worked out once, and anew when data, day or screen are others."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from plotly.utils import PlotlyJSONEncoder

from callbacks import kept as keeping
from callbacks import render
from callbacks.first import first_layout
from callbacks.kept import Kept
from callbacks.render import Asked, told
from layouts import html, overview
from layouts.shell import shell
from layouts.theme import Screen

HOME = Asked("/", "?town=tangqi", Screen(), "overview")
PROJECTS = replace(HOME, path="/projects", shown="projects")


@pytest.fixture
def drawn(monkeypatch):
    """Each page that is worked out leaves its place here."""
    pages, work = [], render.drawn
    monkeypatch.setattr(render, "drawn", lambda specs, page, *rest: (pages.append(page), work(specs, page, *rest))[1])
    return pages


def test_what_many_ask_is_worked_out_once(sample_repository, shape, drawn):
    kept = Kept(8)
    first, again = (told(sample_repository, shape, HOME, kept) for _ in range(2))
    assert first == again
    assert drawn == ["overview"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (HOME, replace(HOME, search="")),
        (HOME, PROJECTS),
        (PROJECTS, replace(PROJECTS, on=replace(Screen(), theme="light"))),  # the overview looks up its colours itself
    ],
    ids=["address", "page", "theme"],
)
def test_another_question_has_another_answer(sample_repository, shape, drawn, one, other):
    kept = Kept(8)
    assert told(sample_repository, shape, one, kept) != told(sample_repository, shape, other, kept)
    assert len(drawn) == 2


def test_a_first_page_is_written_once(sample_repository, district, shape, drawn):
    kept, frame = Kept(8), lambda: shell(district, shape)
    first, again = (first_layout(sample_repository, shape, kept, frame, "/?town=tangqi", Screen()) for _ in range(2))
    assert drawn == ["overview"]
    assert json.loads(json.dumps(first, cls=PlotlyJSONEncoder)) == json.loads(json.dumps(again, cls=PlotlyJSONEncoder))
    other = first_layout(sample_repository, shape, kept, frame, "/", Screen())
    assert json.dumps(other, cls=PlotlyJSONEncoder) != json.dumps(again, cls=PlotlyJSONEncoder)
    # What the painter takes is another answer to the same address.
    assert "layout" not in told(sample_repository, shape, replace(HOME, shown="overview"), kept)[2]


def test_a_page_as_a_whole_is_not_kept(sample_repository, shape, drawn):
    """A tree of components weighs ten times as much as what the painter takes."""
    kept = Kept(8)
    for _ in range(2):
        told(sample_repository, shape, replace(HOME, shown=""), kept)
    assert len(drawn) == 2


def test_another_version_or_day_is_worked_out_anew(sample_repository, shape, drawn, monkeypatch):
    kept, held = Kept(8), sample_repository.snapshot()
    told(sample_repository, shape, HOME, kept)
    newer = replace(held, version=replace(held.version, number=held.version.number + 1))
    monkeypatch.setattr(sample_repository, "snapshot", lambda: newer)
    monkeypatch.setattr(sample_repository, "firm_totals", lambda _, *rest, ask=sample_repository.firm_totals: ask(held, *rest))
    told(sample_repository, shape, HOME, kept)
    assert len(drawn) == 2

    class Tomorrow(date):
        @classmethod
        def today(cls):
            return date(2026, 1, 1) + timedelta(days=1)

    monkeypatch.setattr(keeping, "date", Tomorrow)
    told(sample_repository, shape, HOME, kept)
    assert len(drawn) == 3


def test_a_fault_is_not_kept(sample_repository, shape, monkeypatch):
    def fail(_view, _env):
        raise ValueError("gone the next time")

    kept, specs = Kept(8), overview.PAGE.panels
    broken = tuple(replace(s, draw=fail) if s.key == "trend" else s for s in specs)
    monkeypatch.setattr(render, "page_of", lambda *_: replace(overview.PAGE, panels=broken))
    assert "没能显示" in str(told(sample_repository, shape, HOME, kept))
    monkeypatch.undo()
    assert "没能显示" not in str(told(sample_repository, shape, HOME, kept))


def test_saved_rules_are_seen_at_once(graded_repository, shape, drawn):
    """They change without a data version."""
    asked = Asked("/land", "?view=what-if", Screen(), "what-if")
    kept = Kept(8)
    for _ in range(2):
        told(graded_repository, shape, asked, kept)
    assert drawn == ["what-if", "what-if"]


def test_an_answer_comes_back_as_dash_would_send_it():
    """Whatever Dash can write may be kept: days, numbers of numpy, none at all, components."""
    kept = Kept(2)
    kept.keep("q", {"day": date(2022, 12, 31), "n": np.int64(3), "none": float("nan"), "part": html.B("说")})
    found = kept.find("q")
    assert (found["day"], found["n"], found["none"]) == ("2022-12-31", 3, None)
    assert found["part"]["props"]["children"] == "说"
    assert kept.find("another") is None
