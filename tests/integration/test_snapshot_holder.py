"""How a process loads a new data version: at once without a prefetch thread, in the background with one."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest
from sqlalchemy import event

from cockpit.cache import SUMS
from cockpit.errors import DatabaseError, StaleSnapshotError
from data.database.engine import write_connection
from data.database.transactions import new_version
from data.publishing.publishing import publish
from data.repository import snapshot_holder
from data.repository.repository import DatabaseRepository
from server.background import repeat_in_background
from tests.integration.test_publishing import FIRST, batch, month


@pytest.fixture
def repository(engine, district):
    publish(engine, batch("a", **FIRST), who="李")
    return DatabaseRepository(engine, district)


def publish_more(engine, name="b", output=999):
    publish(engine, batch(name, monthly=[month(1, 202303, output)]), who="李")


def evaluate(engine):
    with write_connection(engine) as connection, connection.begin():
        new_version(connection, "evaluate", datetime(2023, 7, 1), evaluation_id=1)


def test_without_prefetch_the_first_request_gets_the_new_version(engine, repository):
    assert repository.snapshot().version.number == 1
    publish_more(engine)
    assert repository.snapshot().version.number == 2
    assert repository.snapshot().cube.newest_month == 202303


def test_with_prefetch_requests_use_the_old_version_until_the_new_is_loaded(engine, repository):
    repository.prepare()
    old = repository.snapshot()
    publish_more(engine)
    assert repository.snapshot() is old
    repository.prepare()
    new = repository.snapshot()
    assert (new.version.number, new.cube.newest_month) == (2, 202303)
    assert (old.version.number, old.cube.newest_month) == (1, 202302)


def test_prefetch_without_news_queries_one_number(engine, repository):
    """Each second, in each worker: no transaction, nothing of SQLAlchemy's statements."""
    repository.prepare()
    begun = []
    event.listen(engine, "before_cursor_execute", lambda *a: begun.append(a[2]))
    event.listen(engine, "begin", lambda _: begun.append("begin"))
    for _ in range(3):
        repository.prepare()
    assert begun == []
    publish_more(engine)
    begun.clear()
    repository.prepare()
    assert begun


def test_a_prefetch_thread_that_stopped_blocks_nothing(engine, repository, monkeypatch):
    monkeypatch.setattr(snapshot_holder, "MAX_LAG_SECONDS", 0.0)
    repository.prepare()
    publish_more(engine)
    assert repository.snapshot().version.number == 2


def test_a_query_refused_for_the_old_version_loads_the_new_one(engine, repository):
    repository.prepare()
    old = repository.snapshot()
    publish_more(engine)
    with pytest.raises(StaleSnapshotError):
        repository.evaluation_years(old)
    new = repository.snapshot()
    assert new.version.number == 2
    assert repository.evaluation_years(new) == ()


def test_a_published_evaluation_is_there_at_once_and_loads_no_figures(engine, repository):
    repository.prepare()
    old = repository.snapshot()
    old.cache.put(SUMS, "x", 1)
    evaluate(engine)
    new = repository.snapshot()
    assert new.version.number == 2
    assert new.cube.values is old.cube.values
    assert new.ledgers is old.ledgers
    assert new.cache.get_or_compute(SUMS, "x", lambda: 2) == 2
    publish_more(engine)
    evaluate(engine)
    repository.prepare()
    assert repository.snapshot().cube.newest_month == 202303


def test_requests_at_the_same_time_load_a_version_once(engine, repository, monkeypatch):
    loads = []
    load = repository._holder._load
    monkeypatch.setattr(repository._holder, "_load", lambda *a: (loads.append(1), load(*a))[1])
    actual = []
    threads = [threading.Thread(target=lambda: actual.append(repository.snapshot())) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(loads) == 1
    assert len({id(s) for s in actual}) == 1


def test_the_prefetch_thread_continues_after_an_error_and_logs_it_once(caplog):
    calls, enough = [], threading.Event()

    def prepare():
        calls.append(1)
        if len(calls) in (1, 2):
            raise DatabaseError("weg")
        if len(calls) == 3:
            raise ValueError("unexpected")
        if len(calls) == 5:
            enough.set()

    stop = repeat_in_background(prepare, "the newest data version can't be prepared", seconds=0.001)
    assert enough.wait(20)
    stop.set()
    assert [r.getMessage().count("can't be prepared") for r in caplog.records] == [1]


def test_no_connection_is_open_after_letting_go(engine, repository):
    repository.snapshot()
    repository.dispose()
    assert engine.pool.checkedin() == 0
    assert repository.snapshot().version.number == 1
