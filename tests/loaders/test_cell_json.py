"""Cells on their way through the sandbox's pipe and the temporary database: the same afterwards, and never code."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.loaders.sources.cell import ErrorCell
from data.loaders.sources.cell_json import decode_cells, encode_cells
from data.loaders.sources.grid import Grid, grid_from_rows
from data.loaders.sources.limits import Limits
from data.loaders.sources.sources import _collect
from data.loaders.sources.temporary_database import open_temporary_database
from data.loaders.sources.unreadable import UnreadableSource

ERRORS = [ErrorCell("#DIV/0!", "公式出错，请改成数值"), ErrorCell("（公式没有结果）", "请用 Excel 打开并保存一次，或改成数值")]
cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.dates(),
    st.datetimes().map(lambda moment: moment.replace(fold=0)),
    st.decimals(allow_nan=False),
    st.sampled_from(ERRORS),
)


def with_types(values):
    """Values by type and representation: NaN equals itself, and 1 is neither 1.0 nor True."""
    return [(type(v), repr(v)) for v in values]


@given(st.lists(cells))
def test_cells_survive_encoding(values):
    [column] = decode_cells(encode_cells([values]))
    assert with_types(column) == with_types(values)


@given(st.lists(st.lists(cells.filter(lambda v: not isinstance(v, str)), max_size=4), min_size=1, max_size=5))
def test_a_grid_returns_the_rows_that_were_added(rows):
    grid = grid_from_rows(open_temporary_database(), "企业名录", rows)
    stored = [chunk.row(i) for chunk in grid.chunks() for i in range(chunk.height)]
    if grid.width:
        expected = [row + [None] * (grid.width - len(row)) for row in rows]
        assert [with_types(row) for row in stored] == [with_types(row) for row in expected]


def test_later_chunks_may_be_wider_and_far_below():
    grid = Grid(open_temporary_database(), "企业名录")
    grid.add(0, [["a", " "]])
    grid.add(100, [["b"], [date(2024, 3, 1)]])
    assert grid.width == 2
    assert [(c.first, c.row(0)) for c in grid.chunks()] == [(0, ["a", None]), (100, ["b", date(2024, 3, 1)])]
    assert [c.first for c in grid.chunks(first=2)] == [100]
    assert [c.first for c in grid.chunks(end=100)] == [0]
    assert (grid.has_values_below(0, 100), grid.has_values_below(1, 99), grid.blank) == (False, True, False)


@pytest.mark.parametrize(
    "message",
    [
        b"\x80\x04\x95c\x00builtins\neval\n",
        b"not json",
        b"[]",
        b'"text"',
        b'{"row": 0, "columns": [["a"]]}',
        b'{"sheet": "x", "title": 1, "file": "", "columns": []}',
        b'{"sheet": null, "title": "x", "file": "", "columns": []}',
        b'{"sheet": "x", "title": "x", "file": "", "columns": [["a"]]}',
        b'{"sheet": "x", "title": "x", "file": "", "columns": [{"date": "yesterday"}]}',
        b'{"refused": 1}',
    ],
)
def test_a_message_that_the_reader_can_not_have_meant_is_refused(message):
    with pytest.raises(UnreadableSource):
        _collect([message + b"\n"], Limits(), open_temporary_database())


def test_messages_of_the_reader():
    messages = [
        {"sheet": None, "title": "附表", "file": "", "columns": None},
        {"sheet": "企业名录", "title": "2023年企业名录", "file": "", "columns": []},
        {"sheet": "企业名录", "title": "企业名录 (2)", "file": "甲.xlsx", "columns": None},
        {"row": 3, "columns": [[{"date": "2024-03-01T08:30:00"}, {"error": "#N/A"}, {"formula": True}]]},
    ]
    lines = [json.dumps(m).encode() + b"\n" for m in messages]
    read = _collect([*lines, b'{"title": "cut sh'], Limits(), open_temporary_database())
    assert (read.unknown, read.repeated) == (["附表"], {"企业名录": ["企业名录 (2)（甲.xlsx）"]})
    [grid] = read.grids
    assert (grid.sheet, grid.title) == ("企业名录", "2023年企业名录")
    [chunk] = grid.chunks()
    assert (chunk.first, chunk.columns[0][0]) == (3, datetime(2024, 3, 1, 8, 30))
    assert [cell.text for cell in chunk.columns[0][1:]] == ["#N/A", "（公式没有结果）"]
