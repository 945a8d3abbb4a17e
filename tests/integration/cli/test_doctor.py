"""`doctor` tells whether the database is whole, and what to do; nothing of it is a traceback."""

from __future__ import annotations

import json
import shutil

import pytest
from sqlalchemy import delete, select, update

from data.database.engine import open_engine
from data.database.tables import cube, evaluation, evaluation_grade


@pytest.fixture
def file(sample_url, tmp_path):
    own = tmp_path / "own.sqlite3"
    shutil.copy(sample_url.removeprefix("sqlite:///"), own)
    return own


@pytest.fixture
def on(run, file):
    """Run a command on the database."""
    return lambda *arguments: run(*arguments, COCKPIT_DATABASE_URL=f"sqlite:///{file}")


def doctor(on, *options):
    code, out, _ = on("doctor", "--json", *options)
    return code, json.loads(out)


def test_a_whole_database_is_well(on):
    code, report = doctor(on)
    assert code == 0
    assert report["ok"]
    assert [c["check"] for c in report["checks"]] == ["数据库", "磁盘空间", "数据页", "月度汇总"]


def test_a_changed_cube_is_named_and_repaired(on, file):
    engine = open_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.execute(update(cube).where(cube.c.month == 202203).values(tax_fen=cube.c.tax_fen * 10))
    engine.dispose()
    code, report = doctor(on)
    assert code == 1
    assert "2022-03" in report["checks"][-1]["finding"]
    assert "--repair" in report["checks"][-1]["advice"]
    assert doctor(on, "--repair")[0] == 0
    assert doctor(on)[0] == 0


@pytest.mark.parametrize("command", [("doctor",), ("batches",), ("serve",), ("figures", "工业总产值")])
def test_damaged_pages_are_described_in_plain_words(on, file, command):
    size = file.stat().st_size
    with file.open("r+b") as pages:
        for page in range(1, size // 4096):
            pages.seek(page * 4096)
            pages.write(b"\xff" * 4096)
    code, out, err = on(*command)
    assert code == 1
    assert "Traceback" not in err + out
    assert "损坏" in err + out


def test_pages_that_no_start_reads_are_checked_before_it(on, file):
    engine = open_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        select_root = (
            "select rootpage from sqlite_master where name like '%index%' or sql is null and tbl_name = 'monthly' limit 1"
        )
        root = connection.exec_driver_sql(select_root).scalar_one()
        size = connection.exec_driver_sql("pragma page_size").scalar_one()
    engine.dispose()
    with file.open("r+b") as pages:
        pages.seek((root - 1) * size)
        pages.write(b"\xff" * size)
    code, out, err = on("serve", "--port", "1")  # 1: nothing can be listened on there in any case
    assert code == 1
    assert "损坏" in err
    assert "从备份恢复" in err
    assert "Traceback" not in err + out


def test_a_database_that_is_not_there_is_not_created(run, tmp_path):
    code, out, _ = run("doctor", "--json", COCKPIT_DATABASE_URL=f"sqlite:///{tmp_path}/none.sqlite3")
    assert code == 1
    assert "没有这个文件" in json.loads(out)["checks"][0]["finding"]
    assert not (tmp_path / "none.sqlite3").exists()


def test_demonstration_data_without_evaluations_get_them_once(run, tmp_path):
    assert run("demo")[0] == 0
    engine = open_engine(f"sqlite:///{tmp_path}/c.sqlite3")
    with engine.begin() as connection:  # as if the first run had been stopped after the data
        connection.execute(delete(evaluation_grade).where(evaluation_grade.c.evaluation_id > 1))
        connection.execute(delete(evaluation).where(evaluation.c.id > 1))
    for _ in range(2):
        assert run("demo")[0] == 0
    with engine.connect() as connection:
        years = connection.execute(select(evaluation.c.year)).scalars().all()
    assert sorted(years) == [2020, 2021, 2022]
    engine.dispose()
