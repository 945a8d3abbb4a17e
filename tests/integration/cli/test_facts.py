"""The commands of the facts engine, as processes: filled by the demonstration, followed, compared, its tables printed."""

from __future__ import annotations

import json

import pytest

from data.database.engine import open_engine
from tests.conftest import DEMO
from tests.facts.copying import copy


@pytest.fixture
def there(tmp_path):
    return {"COCKPIT_FACTS_URL": f"sqlite:///{tmp_path}/facts.sqlite3"}


def test_a_made_up_district_is_filled_followed_and_shown(run, there, tmp_path):
    code, _, stderr = run("demo", "--firms", 60, "--months", 14, **there)
    assert (code, "60家，14个月" in stderr) == (0, True), stderr
    code, out, _ = run("facts", "refresh", "--json", **there)
    assert (code, json.loads(out)) == (0, {"refreshed": False})
    engine = open_engine(f"sqlite:///{tmp_path}/c.sqlite3")
    copy(engine, target := open_engine(there["COCKPIT_FACTS_URL"]), months=[202212])
    engine.dispose()
    target.dispose()
    code, out, _ = run("facts", "refresh", "--json", **there)
    assert code == 0
    assert {k: v for k, v in json.loads(out).items() if k != "firms"} == {
        "refreshed": True,
        "version": json.loads(out)["version"],
        "facts": 2,
        "months": [202212],
        "rows": 0,
    }
    code, out, _ = run("facts", "status", "--json", **there)
    actual = json.loads(out)
    assert (code, actual["facts"]) == (0, actual["cockpit"])
    assert actual["facts"]["202212"] == 2
    code, out, _ = run("figures", "工业总产值", "--by", "month", "--period", "2022-11", "--json", **there)
    assert (code, len(json.loads(out))) == (0, 1)
    code, out, _ = run("batches", "--json", **there)
    assert [b["published_by"] for b in json.loads(out)] == ["事实库", "演示", "事实库"]


def test_a_workbook_with_months_is_refused(run, there):
    code, _, stderr = run("load", DEMO, "--accept-warnings", **there)
    assert code == 1
    assert "“月度经营”、“企业名录”由数据中心的事实库提供" in stderr
    assert "cli.py facts refresh" in stderr


def test_what_is_missing_is_reported(run, there):
    code, _, stderr = run("facts", "refresh")
    assert (code, "COCKPIT_FACTS_URL" in stderr) == (2, True)
    code, _, stderr = run("facts", "refresh", **there)
    assert (code, "事实库没有回答" in stderr) == (1, True)
    code, _, stderr = run("demo", **there)
    assert (code, "--firms" in stderr) == (2, True)
    code, _, stderr = run("facts", "refresh", COCKPIT_FACTS_URL="nonsense")
    assert (code, "COCKPIT_FACTS_URL" in stderr) == (1, True)


def test_an_engine_with_more_options_gets_standard_sql(run):
    code, out, stderr = run("facts", "schema", COCKPIT_FACTS_URL="clickhousedb+connect://h/d")
    assert (code, "CREATE TABLE fact_version" in out, "存储方式" in stderr) == (0, True, True)
    assert "PARTITION" not in out


def test_the_tables_are_printed_without_a_connection(run):
    code, out, _ = run("facts", "schema", COCKPIT_FACTS_URL="postgresql+psycopg://nobody@127.0.0.1:1/x")
    assert code == 0
    for fragment in (
        "CREATE TABLE fact (",
        "CREATE TABLE fact_firm (",
        "CREATE TABLE fact_version (",
        "PARTITION BY LIST (month)",
        "PARTITION OF fact FOR VALUES IN (202301);",
        "DOUBLE PRECISION",
    ):
        assert fragment in out
