"""However long a sheet is, a piece of its rows is in memory: counted in rows, and in bytes that are held at the peak."""

from __future__ import annotations

import sqlite3
import tracemalloc

import pytest
import xlsxwriter

from cockpit.contracts.published import NoPublishedData
from data.database.engine import open_engine, upgrade_schema
from data.loaders import finding_store as told
from data.loaders import read_batch, read_database_batch, store
from data.loaders.checks import monthly
from data.loaders.sources import grid
from data.loaders.sources.grid import Grid
from data.loaders.store import BatchStore
from data.publishing import cube_table, merging
from data.publishing.published_rows import PublishedRows
from data.publishing.publishing import publish
from tests.conftest import TODAY
from tests.workbooks import code, firm, month

_PIECE = 5_000
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
    made = open_engine(f"sqlite:///{tmp_path}/own.sqlite3")
    upgrade_schema(made)
    yield made
    made.dispose()


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
    """Note the number of rows of every call."""
    seen, original = [], getattr(owner, name)

    def noting(*given, **named):
        result = original(*given, **named)
        seen.append(size(given, result))
        return result

    monkeypatch.setattr(owner, name, noting)
    return seen


def test_a_workbook_passes_by_in_pieces(monkeypatch, tmp_path, district, engine):
    read = spy(monkeypatch, Grid, "add", lambda given, _: len(given[2][0]))
    parsed = spy(monkeypatch, BatchStore, "add", lambda given, _: len(given[1].row_numbers))
    compared = spy(monkeypatch, BatchStore, "rows", lambda _, rows: len(rows.row_numbers))
    written = spy(monkeypatch, merging, "_insert", lambda given, _: len(given[2]))
    file = workbook(tmp_path / "x.xlsx", firms=500, count=24)
    batch = read_batch(file, district, PublishedRows(engine), today=TODAY)
    done = publish(engine, batch, who="测试", accept_warnings=True)
    rows = 500 * 24
    assert [(s.table, s.added) for s in done.sheets] == [("enterprise", 500), ("monthly", rows)]
    assert (sum(read), sum(parsed), sum(compared), sum(written)) == (rows + 502, rows + 500, rows, rows + 500)
    assert max(*read, *parsed, *compared, *written) <= _PIECE


def bureau(folder, firms, count):
    database = sqlite3.connect(folder / f"{firms}.db")
    database.execute("create table firm (code, name, town, industry, chain, kind, land)")
    database.execute("create table month (code, month, basis, output, tax)")
    codes = [code(n) for n in range(firms)]
    database.executemany("insert into firm values (?, '甲', '塘栖', '1751', '时尚产业', '规上', 2)", [(c,) for c in codes])
    lines = [
        (c, when, "累计" if i % 2 else "当月", 100.0 * (i % 12 + 1), 5.0) for c in codes for i, when in enumerate(months(count))
    ]
    database.executemany("insert into month values (?, ?, ?, ?, ?)", lines)
    database.commit()
    database.close()
    mapping = folder / f"{firms}.yaml"
    mapping.write_text(_MAPPING.format(db=folder / f"{firms}.db"), encoding="utf-8")
    return mapping


def peak_of(mapping, district, engine):
    """Bytes that Python held at most while reading and publishing, and the number of findings."""
    tracemalloc.start()
    try:
        batch = read_database_batch(mapping, district, NoPublishedData(), today=TODAY)
        with_findings = sum(1 for _ in batch.findings)
        publish(engine, batch, who="测试", accept_warnings=True)
        return tracemalloc.get_traced_memory()[1], with_findings
    finally:
        tracemalloc.stop()


def test_four_times_the_rows_take_no_more_memory(monkeypatch, tmp_path, district, engine):
    places = ((grid, "_ROWS_AT_ONCE"), (store, "ROWS_AT_ONCE"), (monthly, "ROWS_AT_ONCE"), (told, "_AT_ONCE"))
    for module, name in (*places, (cube_table, "_ROWS_AT_ONCE")):
        monkeypatch.setattr(module, name, 250)
    # What is made once (compiled statements, pandas' own) is made before.
    peak_of(bureau(tmp_path, 10, 24), district, engine)
    small, few = peak_of(bureau(tmp_path, 40, 48), district, engine)
    large, many = peak_of(bureau(tmp_path, 160, 48), district, engine)
    assert many > 3 * few > 1_000  # findings are not held either
    assert large < 1.3 * small
