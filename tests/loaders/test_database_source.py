"""A bureau's own database through a mapping file: the same checks, the same batch."""

from __future__ import annotations

import json
import os
import sqlite3

import pytest

from cockpit.errors import SourceError
from data.database.engine import open_engine
from data.loaders import read_database_batch
from data.loaders.sources import database
from data.loaders.sources.limits import Limits
from tests.conftest import TODAY
from tests.no_published_data import NoPublishedData
from tests.workbooks import code

_MAPPING = """
url: sqlite:///{db}
sheets:
  企业名录:
    table: qy
    columns: {{统一社会信用代码: dm, 企业名称: mc, 所属镇街: zj, 行业代码: hy, 产业链: cyl, 评价类型: lx, 用地面积（平方米）: mj}}
  月度经营:
    select: "select dm, yf, '当月' as kj, cz from yd where cz > 0"
    columns: {{统一社会信用代码: dm, 月份: yf, 口径: kj, 工业总产值（元）: cz}}
"""


@pytest.fixture
def mapping(tmp_path):
    bureau = sqlite3.connect(tmp_path / "b.db")
    bureau.execute("create table qy (dm text, mc text, zj text, hy text, cyl text, lx text, mj real)")
    bureau.execute("create table yd (dm text, yf text, cz real)")
    bureau.execute("insert into qy values (?, '甲', '塘栖', '1751', '时尚产业', '规上', 2000)", (code(1),))
    bureau.executemany("insert into yd values (?, ?, ?)", [(code(1), "202403", 123400.0), (code(2), "202403", 5.0)])
    bureau.commit()
    bureau.close()
    file = tmp_path / "m.yaml"
    file.write_text(_MAPPING.format(db=tmp_path / "b.db"), encoding="utf-8")
    return file


def test_rows_pass_through_the_same_checks(mapping, district):
    batch = read_database_batch(mapping, district, NoPublishedData(), today=TODAY)
    assert batch.frames["enterprise"]["land_mu"].tolist() == [pytest.approx(3)]
    assert batch.frames["monthly"]["output_fen"].tolist() == [12_340_000]
    assert [(f.code, f.row) for f in batch.findings if f.code[0] == "E"] == [("E108", 3)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("table: qy", "table: none"),
        ("企业名录:", "随便:"),
        ("dm, 企业名称", "xx, 企业名称"),
        ("sqlite:///", "nonsense"),
        ("table: qy", "tabel: qy"),
    ],
)
def test_a_faulty_mapping_is_reported(mapping, district, old, new):
    mapping.write_text(mapping.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(SourceError, match=r"m\.yaml"):
        read_database_batch(mapping, district, NoPublishedData(), today=TODAY)


def test_a_query_without_end_is_refused(mapping, district):
    with pytest.raises(SourceError, match="超过"):
        read_database_batch(mapping, district, NoPublishedData(), today=TODAY, limits=Limits(rows=0))


def test_a_misspelt_database_file_is_not_made(mapping, district, tmp_path):
    mapping.write_text(mapping.read_text(encoding="utf-8").replace("b.db", "none.db"), encoding="utf-8")
    with pytest.raises(SourceError, match="不存在"):
        read_database_batch(mapping, district, NoPublishedData(), today=TODAY)
    assert not (tmp_path / "none.db").exists()


def test_drivers_values_of_all_kinds(mapping, district, tmp_path):
    database = sqlite3.connect(tmp_path / "b.db")
    database.execute("update qy set mc = x'e794b2'")  # bytes, as some drivers hand over text
    database.commit()
    database.close()
    batch = read_database_batch(mapping, district, NoPublishedData(), today=TODAY)
    assert batch.frames["enterprise"]["name"].tolist() == ["甲"]


def test_other_rows_are_another_source(mapping, district, tmp_path):
    first = read_database_batch(mapping, district, NoPublishedData(), today=TODAY).source
    assert read_database_batch(mapping, district, NoPublishedData(), today=TODAY).source == first
    database = sqlite3.connect(tmp_path / "b.db")
    database.execute("update yd set cz = cz + 1")
    database.commit()
    database.close()
    assert read_database_batch(mapping, district, NoPublishedData(), today=TODAY).source.sha256 != first.sha256


def query(mapping, select, url=None):
    """The mapping with another query for the months, and at another address."""
    text = mapping.read_text(encoding="utf-8")
    text = text.replace(text.split()[1], url, 1) if url else text
    start = text.index('    select: "')
    end = text.index("\n", start)
    mapping.write_text(text[:start] + f"    select: {json.dumps(select, ensure_ascii=False)}" + text[end:], encoding="utf-8")
    return mapping


def state(folder):
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.suffix != ".yaml"}


CHANGES = (
    "drop table qy",
    "DROP TABLE qy",
    "select dm, yf, '当月' as kj, cz from yd; drop table qy",
    "create table t as select 1",
    "delete from yd",
    "update yd set cz = 0",
    "insert into yd values ('x', '202401', 1)",
    "replace into yd values ('x', '202401', 1)",
    "with a as (select 1) insert into yd select 'x', '202401', 1",
    "with a as (select 1) delete from yd",
    "attach database '{folder}/other.db' as o",
    "vacuum into '{folder}/other.db'",
    "pragma user_version = 7",
    "pragma journal_mode = wal",
    "begin; drop table qy; commit",
    "reindex",
    "select load_extension('x')",
    "/*! drop table qy */ select 1",
    "",
    "   -- nothing",
    "不是查询",
    "(" * 50_000,
)


@pytest.mark.parametrize("statement", CHANGES, ids=lambda s: s[:30])
def test_nothing_but_a_query_reaches_the_database(mapping, district, tmp_path, statement):
    before = state(tmp_path)
    with pytest.raises(SourceError, match=r"[\u4e00-\u9fff]"):
        read_database_batch(
            query(mapping, statement.replace("{folder}", str(tmp_path))), district, NoPublishedData(), today=TODAY
        )
    assert state(tmp_path) == before


@pytest.mark.parametrize("statement", [s for s in CHANGES if s.strip("( -")], ids=lambda s: s[:30])
def test_the_database_itself_refuses_changes(mapping, district, tmp_path, monkeypatch, statement):
    """The second wall holds without the first."""
    monkeypatch.setattr(database, "_check_selects", lambda _: None)
    before = state(tmp_path)
    with pytest.raises(SourceError):
        read_database_batch(
            query(mapping, statement.replace("{folder}", str(tmp_path))), district, NoPublishedData(), today=TODAY
        )
    assert state(tmp_path) == before


@pytest.mark.parametrize(
    "select",
    [
        "with a as (select dm, yf, cz from yd) select dm, yf, '当月' as kj, cz from a",
        "select dm, yf, '当月' as kj, cz from yd where 0 union all select dm, yf, '当月', cz from yd",
        "select dm, replace(yf, '-', '') as yf, '当月' as kj, sum(cz) as cz from yd group by dm, yf -- 一条;",
        "select dm, yf, '当月' as kj, cz from yd;",
    ],
)
def test_queries_as_people_write_them_are_read(mapping, district, select):
    batch = read_database_batch(query(mapping, select), district, NoPublishedData(), today=TODAY)
    assert len(batch.frames["monthly"]) == 1


def test_an_endless_query_ends(mapping, district):
    endless = (
        "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) as dm, 1 as yf, 1 as kj, 1 as cz from n"
    )
    with pytest.raises(SourceError, match="查询超过"):
        read_database_batch(query(mapping, endless), district, NoPublishedData(), today=TODAY, limits=Limits(query_seconds=0.5))


def test_a_value_of_gigabytes_is_refused(mapping, district):
    with pytest.raises(SourceError):
        read_database_batch(
            query(mapping, "select zeroblob(900000000) as dm, 1 as yf, 1 as kj, 1 as cz"),
            district,
            NoPublishedData(),
            today=TODAY,
        )


def test_the_own_database_is_no_source(mapping, district, engine, tmp_path):
    """Under any name: a link to it, or another spelling of its address."""
    own = engine.url.render_as_string(hide_password=False)
    if engine.dialect.name == "sqlite":
        os.symlink(engine.url.database, tmp_path / "link.db")
        own = f"sqlite:///{tmp_path}/link.db"
    with pytest.raises(SourceError, match="自己的数据库"):
        read_database_batch(query(mapping, "select 1", own), district, NoPublishedData(), today=TODAY)


@pytest.mark.postgres
def test_postgresql_refuses_changes_by_itself(mapping, district, postgres_url, monkeypatch):
    admin = open_engine(postgres_url)
    with admin.begin() as connection:
        connection.exec_driver_sql("create table if not exists bureau_months (dm text)")
    monkeypatch.setattr(database, "_check_selects", lambda _: None)
    statements = (
        "drop table bureau_months",
        "select 1; commit; drop table bureau_months",
        "select set_config('transaction_read_only', 'off', false)",
    )
    for statement in statements:
        with pytest.raises(SourceError):
            read_database_batch(query(mapping, statement, postgres_url), district, NoPublishedData(), today=TODAY)
    with admin.begin() as connection:
        connection.exec_driver_sql("drop table bureau_months")  # it is still there
    admin.dispose()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("url: x\nsheets: " + "[" * 30_000, "层次"),
        ("a: " + "9" * 5_000, "位数"),
        ("sheets:\n  企业名录:\n    table: t\n    columns:\n" + "".join(f"      c{i}: c{i}\n" for i in range(400_000)), "KB"),
        ("url: x\nsheets:\n  企业名录:\n    table: t\n    columns:\n" + "".join(f"      c{i}: c\n" for i in range(2_000)), "列"),
        ("sheets: 2022-13-01", "日期"),
        ("sheets: [", "YAML"),
        ("sheet: {}", "sheets"),
        ("url: x\nurl: y\nsheets: {}", "第2行：“url”写了两次"),
    ],
    ids=["deep", "digits", "wide file", "wide sheet", "no date", "syntax", "key", "key twice"],
)
def test_a_hostile_mapping_is_one_sentence(tmp_path, district, text, expected):
    file = tmp_path / "m.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=expected) as caught:
        read_database_batch(file, district, NoPublishedData(), today=TODAY)
    assert len(str(caught.value)) < 500


def test_a_mapping_that_is_a_pipe_is_not_waited_for(tmp_path, district):
    os.mkfifo(tmp_path / "m.yaml")
    with pytest.raises(SourceError, match="普通文件"):
        read_database_batch(tmp_path / "m.yaml", district, NoPublishedData(), today=TODAY)
