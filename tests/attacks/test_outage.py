"""With the database silent, pages, walls and `/health` go on from memory and say since when, and never where it is."""

from __future__ import annotations

import contextlib
import json
import shutil
import stat
import time
from pathlib import Path

import pytest
from flask import Flask

from app import create_application
from bench.clusters import Cluster
from cockpit.errors import DatabaseBusyError, DatabaseError
from cockpit.settings import Settings
from data import walls
from data.database.engine import connect, open_engine, upgrade_schema
from data.database.transactions import checkpoint, transaction
from data.evaluation.scenarios import saved_scenarios
from data.publishing.publishing import publish
from data.repository.repository import DatabaseRepository
from server.health import add_health
from tests.app.requests import change

UPDATE = "/_dash-update-component"
ADDRESS_PARTS = ("postgres", "psycopg", "127.0.0.1", "sqlite", "/tmp")


@pytest.fixture
def cluster(tmp_path_factory):
    with contextlib.closing(Closing()) as holder:
        holder.cluster = Cluster(tmp_path_factory.mktemp("outage") / "home")
        yield holder.cluster


class Closing:
    cluster = None

    def close(self):
        if self.cluster is not None:
            self.cluster.stop()


def everything(client):
    """Return the texts of a page, a callback, the wall and health, by status."""
    responses = [
        client.get("/_dash-layout", headers={"X-Cockpit-Address": "/"}),
        client.post(UPDATE, json=change()),
        client.get("/wall/live?name=一楼"),
        client.get("/wall/scene/0"),
        client.get("/health"),
    ]
    return [(r.status_code, r.get_data(as_text=True)) for r in responses]


def named(texts):
    return [part for part in ADDRESS_PARTS for _, text in texts if part in text]


def test_postgres_goes_and_comes_back(cluster, sample_batch, caplog):
    engine = open_engine(cluster.url)
    upgrade_schema(engine)
    publish(engine, sample_batch, who="测试")
    token = walls.issue_token(engine, "一楼")
    application = create_application(Settings(database_url=cluster.url, access="open"))
    client, wall = application.server.test_client(), application.server.test_client()
    assert wall.get(f"/wall?token={token}").status_code == 302
    before = everything(client)
    assert wall.get("/wall/live").status_code == 200
    assert {status for status, _ in before} == {200}
    engine.dispose()

    cluster.stop()
    silent = everything(client)
    begin = time.monotonic()
    silent = everything(client)
    assert time.monotonic() - begin < 10
    assert {status for status, _ in silent} == {200}
    assert "数据库没有回答" in json.dumps(json.loads(silent[0][1]), ensure_ascii=False)
    assert "1,899.3" in silent[3][1]
    assert '"status":"degraded"' in silent[4][1].replace(" ", "")
    assert '"silent":"20' in silent[2][1]
    assert wall.get("/wall/live").status_code == 200
    assert named(silent) == []
    refused = client.get("/_dash-layout", headers={"X-Cockpit-Address": "/enterprise/91330110MA27000001"})
    assert named([(200, refused.get_data(as_text=True))]) == []
    assert "doesn't answer" in caplog.text

    cluster.start()
    deadline = time.monotonic() + 20
    while everything(client)[4][1].count("degraded") and time.monotonic() < deadline:
        time.sleep(0.2)
    assert everything(client)[4][1] == before[4][1]
    assert "数据库没有回答" not in json.dumps(json.loads(everything(client)[0][1]), ensure_ascii=False)
    application.repository.dispose()


def test_a_lock_on_the_versions_holds_nobody(cluster, sample_batch):
    engine = open_engine(cluster.url)
    upgrade_schema(engine)
    publish(engine, sample_batch, who="测试")
    application = create_application(Settings(database_url=cluster.url, access="open"))
    client = application.server.test_client()
    everything(client)
    locker = open_engine(cluster.url)
    with locker.begin() as connection:
        connection.exec_driver_sql("lock table data_version in access exclusive mode")
        begin = time.monotonic()
        for _ in range(5):
            assert {status for status, _ in everything(client)} == {200}
        assert time.monotonic() - begin < 25  # locked for as long as this block takes
        assert "degraded" in client.get("/health").text
    locker.dispose()
    engine.dispose()
    application.repository.dispose()


def test_before_the_first_answer_health_says_so_without_the_address(cluster, district):
    cluster.stop()
    server, engine = Flask("health"), open_engine(cluster.url)
    add_health(server, DatabaseRepository(engine, district))
    response = server.test_client().get("/health")
    assert response.status_code == 503
    assert "连不上" in response.get_json()["reason"] or "没有回答" in response.get_json()["reason"]
    assert named([(503, response.text)]) == []
    engine.dispose()


def test_writing_is_refused_whole_while_it_is_silent(cluster):
    engine = open_engine(cluster.url)
    upgrade_schema(engine)
    cluster.stop()
    with pytest.raises(DatabaseError) as error, transaction(engine):
        raise AssertionError("not reached")
    assert named([(0, str(error.value))]) == []
    assert "postgresql" in error.value.address
    engine.dispose()


@pytest.fixture
def file(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/c.sqlite3")
    upgrade_schema(engine)
    engine.dispose()
    return Path(tmp_path / "c.sqlite3")


def test_a_new_database_is_its_owners(file):
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_each_failure_is_described_as_what_it_is(file):
    url = f"sqlite:///{file}?timeout=0"
    holder = open_engine(url)
    with transaction(holder) as connection:
        connection.exec_driver_sql("select 1")
        with pytest.raises(DatabaseBusyError, match="另一个操作写入"), transaction(open_engine(url)):
            pass
    full = open_engine(url)
    with connect(full) as connection:
        connection.exec_driver_sql(f"pragma max_page_count={connection.exec_driver_sql('pragma page_count').scalar()}")
    with pytest.raises(DatabaseError, match="磁盘已满"), transaction(full) as connection:
        connection.exec_driver_sql("create table filler as select randomblob(100000) as x")
    full.dispose()
    read_only = open_engine(f"sqlite:///file:{file}?mode=ro&uri=true&timeout=0")
    with pytest.raises(DatabaseError, match="只读"), transaction(read_only) as connection:
        connection.exec_driver_sql("create table filler(x)")
    holder.dispose()
    other = file.with_name("other.sqlite3")
    other.write_bytes(b"not a database" * 100)
    with pytest.raises(DatabaseError, match="不是 SQLite"):
        upgrade_schema(open_engine(f"sqlite:///{other}"))
    damaged = file.with_name("damaged.sqlite3")
    shutil.copy(file, damaged)
    with damaged.open("r+b") as pages:
        for page in range(1, damaged.stat().st_size // 4096):
            pages.seek(page * 4096)
            pages.write(b"\xff" * 4096)
    with pytest.raises(DatabaseError, match="已损坏"):
        upgrade_schema(open_engine(f"sqlite:///{damaged}"))


def test_a_checkpoint_that_fails_is_a_warning_that_names_the_disk(file, caplog):
    engine = open_engine(f"sqlite:///{file}")
    with connect(engine) as connection:
        assert saved_scenarios(connection) == ()
    engine.dispose()
    file.unlink()
    file.with_name(file.name + "-wal").unlink(missing_ok=True)
    file.mkdir()
    checkpoint(engine)
    assert "磁盘" in caplog.text
    assert str(file) in caplog.text
