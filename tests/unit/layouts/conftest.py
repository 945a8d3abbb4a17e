"""A place to draw in: the district, a map without towns, the default screen."""

from __future__ import annotations

import pytest

from cockpit.geo import MapShape
from cockpit.selection import Selection
from layouts.page import Env
from layouts.theme import Screen


@pytest.fixture
def env(district):
    def make(path="/", on=None, **selection):
        return Env(path, Selection(**selection), district, MapShape({}, {}), on or Screen())

    return make
