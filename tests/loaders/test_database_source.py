"""A bureau's own database through a mapping file: the same checks, the same batch."""

from __future__ import annotations

import sqlite3

import pytest

from cockpit.errors import SourceError
from data.loaders import read_database_batch
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
    database = sqlite3.connect(tmp_path / "b.db")
    database.execute("create table qy (dm text, mc text, zj text, hy text, cyl text, lx text, mj real)")
    database.execute("create table yd (dm text, yf text, cz real)")
    database.execute("insert into qy values (?, '甲', '塘栖', '1751', '时尚产业', '规上', 2000)", (code(1),))
    database.executemany("insert into yd values (?, ?, ?)", [(code(1), "202403", 123400.0), (code(2), "202403", 5.0)])
    database.commit()
    database.close()
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
