"""While another process writes, who reads goes on; who writes gets a sentence about what to do."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from data.database.engine import open_engine, write_connection
from tests import workbooks
from tests.workbooks import firm, month


@pytest.fixture
def busy(run, tmp_path):
    """A database with a batch, and a process that holds its write lock; gives a way to run a command on it."""
    file = workbooks.write(tmp_path / "a.xlsx", {"企业名录": [firm(1)], "月度经营": [month(1, "2023-01")]})
    assert run("load", file)[0] == 0
    engine = open_engine(f"sqlite:///{tmp_path}/c.sqlite3")
    url = f"sqlite:///{tmp_path}/c.sqlite3?timeout=0.2"
    with write_connection(engine) as writer, writer.begin():
        yield lambda *arguments: run(*arguments, COCKPIT_DATABASE_URL=url)
    engine.dispose()


@pytest.mark.parametrize(
    ("arguments", "output"),
    [
        (("batches",), "a.xlsx"),
        (("figures", "工业总产值", "--period", "2023", "--json"), "100.0"),
        (("wall", "list"), "还没有大屏"),
        (("migrate",), "最新"),
    ],
)
def test_who_reads_does_not_wait(busy, arguments, output):
    code, out, err = busy(*arguments)
    assert (code, err) == (0, "")
    assert output in out


def test_what_only_looks_whether_there_are_data_does_not_wait(busy):
    code, _, err = busy("demo")
    assert code == 0
    assert err.startswith("数据库里已有数据，没有载入演示数据：1个批次，最新一批是“a.xlsx”")


def test_a_check_lists_the_findings_all_the_same(busy, tmp_path):
    file = workbooks.write(tmp_path / "b.xlsx", {"月度经营": [month(1, "2023-02", tax=-1)]})
    code, out, _ = busy("check", file, "--json")
    assert code == 1
    assert [f["code"] for f in json.loads(out)] == ["W301"]
    code, out, err = busy("check", file)
    assert code == 1
    assert "W301" in out
    assert "数据库正由另一个操作写入" in err


def test_who_writes_waits_and_then_says_what_to_do(busy, tmp_path):
    file = workbooks.write(tmp_path / "b.xlsx", {"月度经营": [month(1, "2023-02")]})
    for arguments in (("load", file), ("withdraw", 1), ("wall", "add", "一楼大厅")):
        code, _, err = busy(*arguments)
        assert code == 1
        assert err.startswith("数据库正由另一个操作写入")
        assert err.count("\n") == 1


def test_a_database_that_another_process_has_for_itself_is_busy(run, tmp_path):
    assert run("migrate")[0] == 0
    with closing(sqlite3.connect(tmp_path / "c.sqlite3", isolation_level=None)) as other:
        other.execute("pragma locking_mode=exclusive")
        other.execute("delete from batch")
        code, _, err = run("batches", COCKPIT_DATABASE_URL=f"sqlite:///{tmp_path}/c.sqlite3?timeout=0.2")
    assert code == 1
    assert err.startswith("数据库正由另一个操作写入")


def test_a_query_that_fails_is_one_sentence(run, tmp_path):
    assert run("migrate")[0] == 0
    engine = open_engine(f"sqlite:///{tmp_path}/c.sqlite3")
    with engine.begin() as connection:
        connection.exec_driver_sql("drop table batch_sheet")
    engine.dispose()
    code, _, err = run("batches")
    assert code == 1
    assert err.startswith("数据库没有完成这次查询")
    assert err.count("\n") == 1
