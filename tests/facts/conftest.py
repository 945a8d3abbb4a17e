"""Facts engines to fill: a second SQLite file and a database of a PostgreSQL server."""

from __future__ import annotations

import os
import time

import pytest

from data.database.engine import open_engine
from data.facts.client import open_facts_client
from data.facts.firm_files import FirmFiles
from data.facts.repository import FactsRepository
from tests.conftest import DIALECTS
from tests.facts.copying import own_database


def fresh_database(server):
    """Create a new database on the server."""
    admin = open_engine(server).execution_options(isolation_level="AUTOCOMMIT")
    name = f"f{os.getpid()}_{time.monotonic_ns()}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f"create database {name}")
    admin.dispose()
    return server.rsplit("/", 1)[0] + f"/{name}"


@pytest.fixture(params=DIALECTS)
def facts_url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/facts.sqlite3"
    return fresh_database(request.getfixturevalue("postgres_url"))


@pytest.fixture
def target(facts_url):
    """Yield the facts engine as the data centre connects to it: with the right to write."""
    engine = open_engine(facts_url)
    yield engine
    engine.dispose()


@pytest.fixture
def facts(facts_url):
    """Yield the facts engine as the cockpit connects to it: read-only."""
    client = open_facts_client(facts_url, 20)
    yield client
    client.dispose()


@pytest.fixture
def own(tmp_path):
    with own_database(tmp_path / "own.sqlite3") as engine:
        yield engine


@pytest.fixture
def source(tmp_path):
    """Yield a database with monthly values of workbooks: the facts engine is filled from it and compared with it."""
    with own_database(tmp_path / "source.sqlite3") as engine:
        yield engine


@pytest.fixture
def files(tmp_path, facts):
    """Return the column files of the firms: none at first."""
    return FirmFiles(tmp_path / "columns", facts)


@pytest.fixture
def repository(own, facts, files, district):
    return FactsRepository(own, district, facts, files)
