"""However long a sheet is, only a chunk of its rows is in memory: counted in rows, and in bytes at the peak."""

from __future__ import annotations

import sqlite3
import tracemalloc

import pytest
import xlsxwriter

from data.database.engine import open_engine, upgrade_schema
from data.loaders import batch_store, finding_store, read_batch, read_database_batch
from data.loaders.batch_store import BatchStore
from data.loaders.checks import monthly
from data.loaders.checks.comparisons import spread
from data.loaders.sources import grid
from data.loaders.sources.grid import Grid
from data.publishing import cube_table, merging
from data.publishing.published_rows import PublishedRows
from data.publishing.publishing import publish
from tests.conftest import TODAY
from tests.no_published_data import NoPublishedData
from tests.workbooks import code, firm, month

_CHUNK_ROWS = 5_000
_MAPPING = """
url: sqlite:///{db}
sheets:
  企业名录:
    table: firm
    columns: {{统一社会信用代码: code, 企业名称: name, 所属镇街: town, 行业代码: industry, 产业链: chain,
               评价类型: kind, 用地面积（亩）: land}}
  月度经营:
    table: month
    columns: {{统一社会信用代码: code, 月份: month, 口径: basis, 工业总产值（万元）: output, 入库税收（万元）: tax}}
"""


@pytest.fixture
def engine(tmp_path):
    result = open_engine(f"sqlite:///{tmp_path}/own.sqlite3")
    upgrade_schema(result)
    yield result
    result.dispose()


def months(count):
    """The newest ``count`` months, rising."""
    return [f"{2023 - i // 12}-{12 - i % 12:02d}" for i in range(count)][::-1]


def workbook(path, firms, count):
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    register, sheet = book.add_worksheet("企业名录"), book.add_worksheet("月度经营")
    register.write_row(0, 0, list(firm(1)))
    sheet.write_row(0, 0, list(month(1, "2023-01")))
    for n in range(firms):
        register.write_row(n + 1, 0, list(firm(n).values()))
        for i, when in enumerate(months(count)):
            sheet.write_row(1 + n * count + i, 0, list(month(n, when, 100.0 + n).values()))
    book.close()
    return path


def spy(monkeypatch, owner, name, size):
    """Record the number of rows of every call."""
    sizes, original = [], getattr(owner, name)

    def recording(*args, **kwargs):
        result = original(*args, **kwargs)
        sizes.append(size(args, result))
        return result

    monkeypatch.setattr(owner, name, recording)
    return sizes


def test_a_workbook_is_read_in_chunks(monkeypatch, tmp_path, district, engine):
    read = spy(monkeypatch, Grid, "add", lambda args, _: len(args[2][0]))
    parsed = spy(monkeypatch, BatchStore, "add", lambda args, _: len(args[1].row_numbers))
    compared = spy(monkeypatch, BatchStore, "load_rows", lambda _, rows: len(rows.row_numbers))
    written = spy(monkeypatch, merging, "_insert", lambda args, _: len(args[2]))
    file = workbook(tmp_path / "x.xlsx", firms=500, count=24)
    batch = read_batch(file, district, PublishedRows(engine), today=TODAY)
    done = publish(engine, batch, who="测试", accept_warnings=True)
    rows = 500 * 24
    assert [(s.table, s.added) for s in done.sheets] == [("enterprise", 500), ("monthly", rows)]
    assert (sum(read), sum(parsed), sum(compared), sum(written)) == (rows + 502, rows + 500, rows, rows + 500)
    assert max(*read, *parsed, *compared, *written) <= _CHUNK_ROWS


def bureau(folder, firms, count):
    database = sqlite3.connect(folder / f"{firms}.db")
    database.execute("create table firm (code, name, town, industry, chain, kind, land)")
    database.execute("create table month (code, month, basis, output, tax)")
    codes = [code(n) for n in range(firms)]
    database.executemany("insert into firm values (?, '甲', '塘栖', '1751', '时尚产业', '规上', 2)", [(c,) for c in codes])
    lines = [
        (c, when, *(("累计", 1_000.0 * (i % 12 + 1), 5.0) if i % 2 else ("当月", 100.0, 5.0)))
        for c in codes
        for i, when in enumerate(months(count))
    ]
    database.executemany("insert into month values (?, ?, ?, ?, ?)", lines)
    database.commit()
    database.close()
    mapping = folder / f"{firms}.yaml"
    mapping.write_text(_MAPPING.format(db=folder / f"{firms}.db"), encoding="utf-8")
    return mapping


def peak_of(mapping, district, engine):
    """Return the peak of bytes in use while reading and publishing, and the number of findings."""
    tracemalloc.start()
    try:
        batch = read_database_batch(mapping, district, NoPublishedData(), today=TODAY)
        findings = sum(1 for _ in batch.findings)
        publish(engine, batch, who="测试", accept_warnings=True)
        return tracemalloc.get_traced_memory()[1], findings
    finally:
        tracemalloc.stop()


def test_four_times_the_rows_take_no_more_memory(monkeypatch, tmp_path, district, engine):
    limits = ((grid, "_ROWS_AT_ONCE"), (batch_store, "ROWS_AT_ONCE"), (monthly, "ROWS_AT_ONCE"), (finding_store, "_ROWS_AT_ONCE"))
    for module, name in (*limits, (cube_table, "_ROWS_AT_ONCE"), (spread, "_POOL_ROWS")):
        monkeypatch.setattr(module, name, 250)
    # Fill the caches (compiled statements, pandas' own) before measuring.
    peak_of(bureau(tmp_path, 10, 24), district, engine)
    small, few = peak_of(bureau(tmp_path, 40, 48), district, engine)
    large, many = peak_of(bureau(tmp_path, 160, 48), district, engine)
    assert many > 3 * few > 1_000  # findings are not in memory either
    assert large < 1.3 * small
