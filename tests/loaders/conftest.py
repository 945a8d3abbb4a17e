"""A fixture that reads sheets or files into a batch."""

from __future__ import annotations

import pytest

from data.loaders import read_batch
from tests import workbooks
from tests.conftest import TODAY
from tests.no_published_data import NoPublishedData


@pytest.fixture
def read(district, tmp_path):
    """Sheets (title -> rows), or a path, read against what is published."""

    def reads(source, published=None, today=TODAY, **more):
        file = workbooks.write(tmp_path / "book.xlsx", source) if isinstance(source, dict) else source
        return read_batch(file, district, published or NoPublishedData(), today=today, **more)

    return reads
