"""Lists of firms: filtered from one list in memory or by the database, the same rows in the same order."""

from __future__ import annotations

import pandas as pd
import pytest

from cockpit.cube import Filter
from cockpit.months import span
from data import reader, repository
from data.answers import Answers
from data.repository import DatabaseRepository

YEAR, BEFORE = span(202201, 202212), span(202101, 202112)
FILTERS = (
    Filter(),
    Filter(towns=("tangqi",)),
    Filter(towns=("tangqi", "donghu"), divisions=("34", "35")),
    Filter(chains=("fashion",), roles=("配套",)),
    Filter(towns=("none",)),
    Filter(kind="宗地"),
)


@pytest.mark.parametrize("where", FILTERS, ids=str)
def test_both_ways_give_the_same_rows(sample_repository, monkeypatch, where):
    held = sample_repository.snapshot()
    quick = sample_repository.firm_totals(held, "output", YEAR, BEFORE, where)
    monkeypatch.setattr(repository, "_FIRMS_IN_MEMORY", 0)
    slow = sample_repository.firm_totals(held, "output", YEAR, BEFORE, where)
    pd.testing.assert_frame_equal(quick, slow)


def test_a_change_of_filter_reads_no_firms_again(sample_url, district, monkeypatch):
    from data.engine import open_engine

    engine = open_engine(sample_url)
    fresh, reads = DatabaseRepository(engine, district), []
    read = reader.firm_totals
    monkeypatch.setattr(reader, "firm_totals", lambda *a: (reads.append(a), read(*a))[1])
    held = fresh.snapshot()
    for where in FILTERS[:5]:
        fresh.firm_totals(held, "output", YEAR, BEFORE, where)
    assert len(reads) == 1
    fresh.firm_totals(held, "output", BEFORE, (), FILTERS[1])
    assert len(reads) == 2
    engine.dispose()


def test_the_longest_unused_answer_goes_first():
    answers, found = Answers(2), []

    def ask(question):
        return answers.get(question, lambda: (found.append(question), question)[1])

    for question in ("a", "b", "a", "c", "a", "b"):
        assert ask(question) == question
    assert found == ["a", "b", "c", "b"]
