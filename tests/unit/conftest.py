"""The untidy district of ``tests.messy`` with what only the domain can be shown: joint months, grades, silent enterprises."""

from __future__ import annotations

import random

import pytest

from cockpit.district.geo import MapGeometry
from cockpit.selection import Selection
from layouts.ui.render_context import RenderContext
from layouts.ui.theme import Viewport
from tests import messy, workbooks
from tests.factories import RowsRepository
from tests.oracle import CODE, Oracle

_JOINT_FIRMS = 6


@pytest.fixture(scope="session")
def sheets():
    """40 enterprises, 30 months from 2021-01. Six of them report January-February 2022 together."""
    made = messy.rows(seed=11, firms=40)
    made["月度经营"] = _jointly(made["月度经营"], "2022-02", {workbooks.code(n) for n in range(1, _JOINT_FIRMS + 1)})
    made["企业名录"] += [workbooks.firm(90, "东湖街道", land=500.0), workbooks.firm(91, "运河街道", kind="宗地", land=700.0)]
    made["月度经营"] += [workbooks.month(91, f"2022-{n:02d}", output=5e6, tax=4e5) for n in range(1, 13)]
    pick = random.Random(3)
    made["评价结果"] = [
        {CODE: workbooks.code(n), "年份": year, "等级": pick.choice("AABBCCD")}
        for year in (2021, 2022)
        for n in range(1, 41, year - 2019)
    ]
    return made


@pytest.fixture(scope="session")
def repository(sheets, district):
    return RowsRepository(sheets, district)


@pytest.fixture(scope="session")
def data(repository):
    return repository.snapshot()


@pytest.fixture(scope="session")
def expected(sheets):
    return Oracle(sheets)


@pytest.fixture
def context(district):
    """Return a function that makes a render context: the district, a map without towns, the default viewport."""

    def make(path="/", viewport=None, **selection):
        return RenderContext(path, Selection(**selection), district, MapGeometry({}, {}), viewport or Viewport())

    return make


def _jointly(rows, february, codes):
    """The rows with January and February of these enterprises put together on February."""
    january = {r[CODE]: r for r in rows if r["月份"] == february[:5] + "01" and r[CODE] in codes}
    result = []
    for row in rows:
        if row is january.get(row[CODE]):
            continue
        if row["月份"] == february and row[CODE] in january:
            row = _sum(january[row[CODE]], row) | {"_span": 2}
        result.append(row)
    return result


def _sum(first, second):
    """Both months' money and energy added; staff, a stock, stays the later month's."""
    both = dict(second)
    for header in second:
        if "（" in header and "人数" not in header:
            known = [r[header] for r in (first, second) if r[header] is not None]
            both[header] = round(sum(known), 2) if known else None
    return both
