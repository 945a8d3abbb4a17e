"""The statements in the dialects of engines that don't run here: they compile, and say nothing of one engine's own."""

from __future__ import annotations

import re
from importlib.metadata import version

import pytest
from sqlalchemy import make_url
from sqlalchemy.schema import CreateTable

from data.facts import statements
from data.facts.tables import facts_metadata

URLS = {
    "sqlite": "sqlite://",
    "postgresql": "postgresql+psycopg://h/d",
    "trino": "trino://u@h:8080/c/s",
    "clickhouse": "clickhousedb+connect://h/d",
    "starrocks": "starrocks://u@h:9030/c.d",
}
#: Newest month in another version than the rest, as after each monthly publication.
VERSIONS = {0: 2, 202211: 1, 202212: 2}
YEAR = (202211, 202212)
STATEMENTS = {
    "versions": statements.select_month_versions(),
    "still there": statements.select_available_versions(VERSIONS),
    "cube": statements.select_cube(VERSIONS, YEAR),
    "a month": statements.select_month_rows(202212, 2),
    "months": statements.select_firm_months(VERSIONS, "1" * 18),
    "register": statements.select_register_changes(0, 2),
}
VENDOR = re.compile(r"\b(returning|on conflict|filter\s*\(|distinct on|::|date_trunc|array\[|ilike)", re.IGNORECASE)


def dialect(name):
    return make_url(URLS[name]).get_dialect()()


@pytest.mark.parametrize("name", URLS)
@pytest.mark.parametrize("question", STATEMENTS)
def test_it_compiles(name, question):
    compiled = STATEMENTS[question].compile(dialect=dialect(name), compile_kwargs={"literal_binds": True})
    text = " ".join(str(compiled).split())
    assert text.startswith("SELECT")
    assert not VENDOR.search(text), text


@pytest.mark.parametrize("name", URLS)
def test_the_cube_is_one_group_by_with_the_area(name):
    text = str(STATEMENTS["cube"].compile(dialect=dialect(name), compile_kwargs={"literal_binds": True}))
    grouped = text.partition("GROUP BY")[2].replace("`", "").replace('"', "")
    assert text.count("SELECT") == text.count("GROUP BY") == 1
    assert "area" in grouped
    assert "202212" in text


@pytest.mark.parametrize("name", ["sqlite", "postgresql", "starrocks"])
def test_the_tables_compile(name):
    for table in facts_metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect(name)))


def test_the_drivers_did_not_bring_an_older_sqlalchemy():
    """Some cap it, and pip then goes back to an older one silently."""
    assert version("SQLAlchemy") == "2.1.9"
    assert (version("trino"), version("clickhouse-connect"), version("starrocks")) == ("0.340.0", "1.12.0", "1.3.4")
