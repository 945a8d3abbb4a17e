"""Fixtures (databases of both kinds, the published sample district, a running cockpit) and the markers they imply."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings

from bench.clusters import Cluster
from cockpit.district.areas import Area
from cockpit.district.district import District
from cockpit.district.terms import LevelTerms
from data.database.engine import open_engine, upgrade_schema
from data.district_pack import load_district, load_map
from data.evaluation.evaluations import publish_evaluation
from data.evaluation.policies import district_policies
from data.loaders import read_batch
from data.publishing.publishing import publish
from data.repository.repository import DatabaseRepository
from tests import land_oracle, oracle
from tests.no_published_data import NoPublishedData

ROOT = Path(__file__).parent.parent
SAMPLES = Path(__file__).parent / "samples"
#: The whole sample district, which is also the demonstration.
DEMO = ROOT / "data" / "demo" / "linping-2020-2022.xlsx"
# Settings of the environment must not reach the tests.
for _name in [n for n in os.environ if n.startswith("COCKPIT_") and not n.startswith("COCKPIT_TEST_")]:
    del os.environ[_name]
# How long an example takes is not what a test is about.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
TODAY = date(2026, 11, 24)
#: Parameters of a fixture that runs on both kinds of database.
DIALECTS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))
#: Fixture -> marker of every test that requests it, directly or through another fixture.
_MARKERS = {
    "chromium": pytest.mark.browser,
    "postgres_url": pytest.mark.postgres,
    "sample_batch": pytest.mark.slow,
    "book": pytest.mark.slow,
}


@pytest.hookimpl(tryfirst=True)  # before pytest deselects by markers
def pytest_collection_modifyitems(items):
    for item in items:
        for fixture, marker in _MARKERS.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(marker)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def district():
    return load_district("linping")


@pytest.fixture(scope="session")
def tree(district):
    """Return the same towns as a tree: 东片 (东北片: two towns; and 东湖), 西片 (four towns), and 塘栖 by itself."""
    towns = {t.key: t for t in district.towns}

    def area(key, name, *parts):
        terms = LevelTerms(part="镇街", whole="全片", own="本片")
        return Area(key=key, code="3" * 12, name=name, short=name, terms=terms, parts=parts)

    north_east = area("north-east", "东北片", towns["linping"], towns["nanyuan"])
    east = area("east", "东片", north_east, towns["donghu"])
    west = area("west", "西片", *(towns[k] for k in ("xingqiao", "qiaosi", "yunhe", "chongxian")))
    terms = LevelTerms(part="片区", whole="全市", own="本市")
    # The pack's layout text (一主两翼) names towns only, so it is left out here.
    overrides = {"towns": (east, west, towns["tangqi"]), "terms": terms, "layout": None}
    return District(**({name: getattr(district, name) for name in District.model_fields} | overrides))


@pytest.fixture(scope="session")
def shape(district):
    return load_map(district)


@pytest.fixture(scope="session")
def postgres_url():
    """Yield the address of a private PostgreSQL server, or that of COCKPIT_TEST_POSTGRES_URL. No server is a failure.

    Its folder is not below that of pytest: another run of the tests would close that one to the user of the server.
    """
    if url := os.environ.get("COCKPIT_TEST_POSTGRES_URL"):
        yield url
        return
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        cluster = Cluster(Path(folder) / "home")
        yield cluster.url
        cluster.stop()


@pytest.fixture(params=DIALECTS)
def engine(request, tmp_path):
    """Yield an empty database of each kind with the schema of today."""
    if request.param == "sqlite":
        database = open_engine(f"sqlite:///{tmp_path}/cockpit.sqlite3")
        upgrade_schema(database)
        yield database
        database.dispose()
        return
    url = request.getfixturevalue("postgres_url")
    admin = open_engine(url).execution_options(isolation_level="AUTOCOMMIT")
    name = f"t{os.getpid()}_{time.monotonic_ns()}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f"create database {name}")
    database = open_engine(url.rsplit("/", 1)[0] + f"/{name}")
    upgrade_schema(database)
    yield database
    database.dispose()
    with admin.connect() as connection:
        connection.exec_driver_sql(f"drop database {name}")
    admin.dispose()


@pytest.fixture(scope="session")
def sample_batch(district):
    return read_batch(DEMO, district, NoPublishedData(), today=TODAY)


@pytest.fixture(scope="session")
def book():
    """Return the sample workbook as a person reads it: sheet -> rows (header -> cell). Read-only."""
    return oracle.from_workbook(DEMO)


@pytest.fixture(scope="session")
def years(book):
    """Return the graded years of the sample by the independent oracle."""
    return {year: land_oracle.Year(book, year) for year in (2021, 2022)}


@pytest.fixture(scope="session")
def sample_url(sample_batch, tmp_path_factory):
    """Return the address of a database with the sample district published; read-only."""
    url = f"sqlite:///{tmp_path_factory.mktemp('sample')}/cockpit.sqlite3"
    engine = open_engine(url)
    upgrade_schema(engine)
    publish(engine, sample_batch, who="测试")
    engine.dispose()
    return url


@pytest.fixture(scope="session")
def sample_repository(sample_url, district):
    engine = open_engine(sample_url)
    yield DatabaseRepository(engine, district)
    engine.dispose()


@pytest.fixture(scope="session")
def graded_url(sample_batch, tmp_path_factory):
    """Return the address of a database with the sample district and its three evaluations published; read-only."""
    url = f"sqlite:///{tmp_path_factory.mktemp('graded')}/cockpit.sqlite3"
    publish_graded(url, sample_batch)
    return url


def publish_graded(url, batch):
    """Publish the batch, and the evaluations of its years by the policy of the district."""
    engine = open_engine(url)
    upgrade_schema(engine)
    publish(engine, batch, who="测试")
    own = district_policies("linping")[0]
    for year in (2020, 2021, 2022):
        publish_evaluation(engine, own, year=year, who="测试")
    engine.dispose()


@pytest.fixture(scope="session")
def graded_repository(graded_url, district):
    engine = open_engine(graded_url)
    yield DatabaseRepository(engine, district)
    engine.dispose()


@pytest.fixture(scope="session")
def tree_repository(graded_url, tree):
    """Yield the graded district as a tree of areas."""
    engine = open_engine(graded_url)
    yield DatabaseRepository(engine, tree)
    engine.dispose()


class Served:
    """A running cockpit, as a process of its own."""

    def __init__(self, url, port=0, **settings):
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        environment = {k: v for k, v in os.environ.items() if not k.startswith("COCKPIT_")}
        environment |= {"COCKPIT_DATABASE_URL": url, "COCKPIT_WORKERS": "1", "COCKPIT_ACCESS": "open"} | settings
        command = [sys.executable, str(ROOT / "cli.py"), "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # The first start of all compresses the static files.
        for _ in range(900):
            try:
                with urllib.request.urlopen(f"{self.address}/health", timeout=1):
                    return
            except OSError:
                assert self.process.poll() is None, "服务没有启动"
                time.sleep(0.1)
        raise AssertionError("服务没有在90秒内就绪")

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture(scope="session")
def served(sample_url):
    cockpit = Served(sample_url)
    yield cockpit
    cockpit.stop()


@pytest.fixture(scope="session")
def served_graded(graded_url):
    cockpit = Served(graded_url)
    yield cockpit
    cockpit.stop()
