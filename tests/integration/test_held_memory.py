"""What a worker keeps: bounded by entries and bytes of each cache, whatever is requested, and of the newest version only."""

from __future__ import annotations

import gc
import itertools
import json
import weakref
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app import create_app
from cockpit import cache
from cockpit.cache import Cache
from cockpit.snapshot import Snapshot
from data.database.tables import data_version
from data.database.transactions import transaction
from data.evaluation.commands import DatabaseEvaluationCommands
from data.publishing.publishing import publish
from data.repository.repository import DatabaseRepository
from server.background import release_free_memory
from tests.app.requests import change

UPDATE = "/_dash-update-component"
PATHS = {"/": "overview", "/projects": "projects", "/chain/fashion": "chain", "/land": "land"}
PERIODS = ("2022", "2021", "2022-08", "2021-05", "2022-11", "month", "quarter", "2022-Q3")


@pytest.fixture
def repository(engine, sample_batch, district):
    publish(engine, sample_batch, who="测试")
    return DatabaseRepository(engine, district)


@pytest.fixture
def client(repository, engine, district, shape):
    return create_app(repository, DatabaseEvaluationCommands(engine), district, shape).server.test_client()


def ask(client, search, path="/"):
    body = json.loads(json.dumps(change(search, PATHS[path], path)))
    assert client.post(UPDATE, json=body).status_code == 200


def publish_another_version(engine):
    with transaction(engine) as connection:
        highest = connection.scalar(select(func.max(data_version.c.number)))
        now = datetime.now(UTC).replace(tzinfo=None)
        new = {"number": highest + 1, "batch_id": 1, "action": "publish", "created_at": now}
        connection.execute(data_version.insert().values(new))


def resident_megabytes():
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def caches_of(repository):
    """The caches of the newest version: its snapshot's, the repository's, and those of the snapshots in these."""
    caches, waiting = [], [repository.snapshot().cache, repository._results[1]]
    while waiting:
        caches.append(waiting.pop())
        for store in caches[-1]._stores.values():
            for value in store.values():
                parts = value if isinstance(value, tuple) else (value,)
                waiting += [part.cache for part in parts if isinstance(part, Snapshot)]
    return caches


def nbytes(pair):
    """Bytes of the arrays of two snapshots, those in their caches included."""
    arrays = 0
    for snapshot in pair:
        arrays += snapshot.cube.nbytes
        for store in snapshot.cache._stores.values():
            for value in store.values():
                parts = value if isinstance(value, tuple) else (value,)
                arrays += sum(int(getattr(part, "nbytes", 0)) for part in parts)
    return arrays


def test_caches_are_bounded_whatever_is_requested(client, repository):
    for period, compare, path in itertools.product(PERIODS, ("yoy", "mom"), PATHS):
        ask(client, f"?period={period}&compare={compare}&comparable=1&town=tangqi", path)
    caches = caches_of(repository)
    assert len(caches) > 10
    for each in caches:
        for region, store in each._stores.items():
            if region.maxsize is not None and region.sizeof is None:
                assert len(store) <= region.maxsize, region.name
            elif region.maxsize is not None:
                assert store.currsize <= region.maxsize, region.name
    pairs = list(repository._results[1]._stores[cache.COUNTED].values())
    assert len(pairs) >= cache.COUNTED.at_least
    assert sum(map(nbytes, pairs)) <= cache.COUNTED.maxsize * 1.5


def test_an_older_version_is_let_go_with_all_that_was_computed_of_it(client, repository, engine):
    ask(client, "?comparable=1&period=2022")
    old = [weakref.ref(each) for each in (repository.snapshot(), *caches_of(repository))]
    number = repository.snapshot().version.number
    publish_another_version(engine)
    ask(client, "?comparable=1&period=2022")
    assert repository.snapshot().version.number == number + 1
    gc.collect()
    assert [each() for each in old if each() is not None] == []


def test_the_queries_of_an_older_version_are_not_kept(repository):
    newest = repository.snapshot()
    results = repository._results_of(newest)
    assert repository._results_of(newest) is results
    older = Snapshot.build(
        type(newest.version)(newest.version.number - 1, newest.version.published_at),
        newest.district,
        newest.cube,
        newest.leaf_data,
        repository,
    )
    assert repository._results_of(older) is not results
    assert repository._results_of(newest) is results
    assert isinstance(results, Cache)


@pytest.mark.soak
def test_a_workers_memory_is_level_under_publications(engine, client, repository):
    """In one process: each further version takes no more memory than the third did."""
    if engine.dialect.name != "sqlite":
        return
    sizes = []
    for version in range(8):
        for period, compare, path in itertools.product(PERIODS, ("yoy", "mom"), PATHS):
            ask(client, f"?period={period}&compare={compare}&comparable=1&town=tangqi&x={version}", path)
        gc.collect()
        release_free_memory()
        sizes.append(resident_megabytes())
        publish_another_version(engine)
    assert sizes[-1] - sizes[2] < 25, sizes
