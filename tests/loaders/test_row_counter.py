"""Rows of a sheet are counted in its XML: alike wherever the stream is cut, and without keeping what was searched."""

from __future__ import annotations

import random

import pytest

from data.sandbox.errors import RefusedSource
from data.sandbox.workbook_archive import _RowCounter

ROWS = 40
SHEET = "".join(
    [
        "<x:worksheet><x:cols/><x:sheetData>",
        *(f'<x:row r="{n}"><x:c r="A{n}"/>{"<x:v>1</x:v>" if n % 3 else ""}</x:row>' for n in range(1, ROWS + 1)),
        "</x:sheetData><x:rowBreaks/><x:formula/></x:worksheet>",
    ]
).encode()


def counted(chunks):
    counter = _RowCounter("月度经营")
    for chunk in chunks:
        counter.add(chunk)
    return counter.filled_rows()


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64, 1000, 10_000])
def test_filled_rows_are_counted_wherever_the_stream_is_cut(size):
    assert counted(SHEET[i : i + size] for i in range(0, len(SHEET), size)) == sum(n % 3 > 0 for n in range(1, ROWS + 1))


def test_the_last_row_counts_wherever_its_content_is_cut():
    text = b'<sheetData><row r="1"><c><v>1</v></c></row><row r="2"><c><v'
    generator = random.Random(3)
    for _ in range(50):
        cut = generator.randrange(len(text))
        assert counted([text[:cut], text[cut:]]) == 2


@pytest.mark.parametrize("part", [b"<x/>", b'<mergeCell ref="A1:XFD1048576"/>', b"text ", b"<a" + b"x" * 500])
def test_what_was_searched_is_not_kept(part):
    """Else a row of 64 MB would be searched once for each of its megabytes."""
    counter = _RowCounter("月度经营")
    counter.add(b'<row r="1">')
    for _ in range(40):
        counter.add(part * 1000)
        assert sum(len(value) for value in vars(counter).values() if isinstance(value, bytes)) <= 1000


def test_an_endless_row_and_one_of_too_many_cells_are_refused():
    for part, times in ((b"<x/>" * 2**18, 65), (b"<c/>" * 2**18, 2)):
        with pytest.raises(RefusedSource, match="columns"):
            counted([b"<row>", *[part] * times])
