"""Tables as text: CSV in the encodings and with the delimiters that Excel writes, read as a stream."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
from collections.abc import Callable, Iterator
from typing import IO, Any

from data.sandbox.errors import RefusedSource

_DELIMITERS = ",\t;|"
_SAMPLE = 20_000  # characters looked at for the delimiter
_READ = 1 << 20
_MAX_LINE = 4 << 20  # characters
_ROWS_AT_ONCE = 5_000
_CELLS_AT_ONCE = 1 << 20
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"), (codecs.BOM_UTF8, "utf-8-sig"))


def read_rows(name: str, open_stream: Callable[[], IO[bytes]], limits: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the chunks of a table: ``{"row": first, "columns": [...]}``, rows from 0, blank lines counted as in Excel.

    ``open_stream`` is called twice: the encoding is known only at the end. Raises ``RefusedSource``.
    """
    encoding = _find_encoding(name, open_stream)
    with open_stream() as stream:
        records = _records(name, io.TextIOWrapper(stream, encoding, newline=""), limits)
        first, characters = 0, limits["text_characters"]
        for chunk in _chunks(records):
            width = max(map(len, chunk))
            columns = [[row[c] or None if c < len(row) else None for row in chunk] for c in range(width)]
            characters -= sum(len(cell) for row in chunk for cell in row)
            if characters < 0:
                raise RefusedSource("memory", file=name)
            if width:
                yield {"row": first, "columns": columns}
            first += len(chunk)


def _chunks(records: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    """Take some thousand rows at a time, fewer where they are wide: a short row beside a wide one costs as much."""
    while chunk := list(itertools.islice(records, 1)):
        width = len(chunk[0])
        for row in itertools.islice(records, _ROWS_AT_ONCE - 1):
            chunk.append(row)
            width = max(width, len(row))
            if width * len(chunk) > _CELLS_AT_ONCE:
                break
        yield chunk


def _find_encoding(name: str, open_stream: Callable[[], IO[bytes]]) -> str:
    with open_stream() as stream:
        head = stream.read(4)
    marked = [encoding for mark, encoding in _BYTE_ORDER_MARKS if head.startswith(mark)]
    for encoding in marked or ("utf-8", "gb18030"):
        with open_stream() as stream:
            if _is_text(stream, encoding, name):
                return encoding
    raise RefusedSource("not_text", name)


def _is_text(stream: IO[bytes], encoding: str, name: str) -> bool:
    """Return whether a stream is text in the encoding; raises ``RefusedSource`` for a blank one."""
    decoder = codecs.getincrementaldecoder(encoding)()
    blank = True
    try:
        while chunk := stream.read(_READ):
            text = decoder.decode(chunk)
            if "\0" in text:
                return False
            blank = blank and not text.strip()
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    if blank:
        raise RefusedSource("empty_file", name)
    return True


def _records(name: str, text: io.TextIOWrapper, limits: dict[str, Any]) -> Iterator[list[str]]:
    """Yield one record a row, blank lines included."""
    lines = _lines(name, text)
    sample = list(itertools.islice(lines, 200))
    head = "".join(sample)[:_SAMPLE]
    delimiter = max(_DELIMITERS, key=head.count)
    width = 0
    try:
        for number, record in enumerate(csv.reader(itertools.chain(sample, lines), delimiter=delimiter), 1):
            width = max(width, len(record))
            if number > limits["rows"] or width > limits["columns"] or number * width > limits["cells"]:
                raise RefusedSource("text_extent", name)
            yield record
    except csv.Error as error:
        raise RefusedSource("csv", f"{name}|{error}") from error


def _lines(name: str, text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(_MAX_LINE):
        if len(line) == _MAX_LINE:
            raise RefusedSource("text_extent", name)
        yield line
