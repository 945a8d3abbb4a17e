"""Lists of firms: filtered from one list in memory or by the database, the same rows in the same order."""

from __future__ import annotations

import math

import pytest
from sqlalchemy import event

from cockpit.calendar.months import span
from cockpit.cube.cube import Filter
from data.repository.repository import DatabaseRepository
from tests.firms import frame_of
from tests.oracle import CODE, Oracle

YEAR, BEFORE = span(202201, 202212), span(202101, 202112)
MONTHS = {"year": (YEAR, BEFORE), "alone": (BEFORE, ()), "month": ((202206,), (202106,))}
FILTERS = (
    (Filter(), {}),
    (Filter(towns=("tangqi",)), {"towns": ("塘栖镇",)}),
    (Filter(towns=("tangqi", "donghu"), industries=("34", "35")), {"towns": ("塘栖镇", "东湖街道"), "divisions": ("34", "35")}),
    (Filter(chains=("fashion",), roles=("配套",)), {"chains": ("时尚产业",), "roles": ("配套",)}),
    (Filter(towns=("none",)), {"towns": ("没有",)}),
)


@pytest.fixture(scope="module")
def expected(book):
    return Oracle(book)


@pytest.mark.parametrize(("where", "named"), FILTERS, ids=str)
@pytest.mark.parametrize(
    ("months", "base"), [(YEAR, BEFORE), (BEFORE, ()), ((202206,), (202106,))], ids=["year", "alone", "month"]
)
def test_firms_are_what_a_person_adds_up(sample_repository, expected, months, base, where, named):
    """Sums of the workbook's rows by enterprise, largest first, then by code."""
    now, before = (by_firm(expected, months_, named) for months_ in (months, base))
    actual = sample_repository.firm_totals(sample_repository.snapshot(), "output", months, base).filter(where)
    assert actual.credit_codes() == sorted(now.keys() | before.keys())
    for rows, values in ((now, actual.value), (before, actual.base)):
        assert [x for x in values if x == x] == pytest.approx([rows[c] for c in sorted(rows) if rows[c] is not None])
    frame = frame_of(actual)
    assert list(frame["credit_code"]) == sorted(actual.credit_codes(), key=lambda c: (-(now.get(c) or -math.inf), c))
    assert list(frame["name"]) == [expected.firms[c]["企业名称"] for c in frame["credit_code"]]
    assert list(frame["land_mu"]) == [expected.firms[c]["用地面积（亩）"] for c in frame["credit_code"]]


@pytest.mark.parametrize(("where", "named"), FILTERS, ids=str)
@pytest.mark.parametrize("most", [1, 4, 60])
def test_top_movers_are_selected_among_all(sample_repository, expected, where, named, most):
    """The most that rose and fell, falling by change and equals by code, however many must be read."""
    now, before = (by_firm(expected, months, named) for months in (YEAR, BEFORE))
    moved = {code: (now.get(code) or 0) - (before.get(code) or 0) for code in now.keys() | before.keys()}
    order = sorted(moved, key=lambda code: (-round(moved[code], 6), code))
    rose, fell = ([c for c in order if sign * round(moved[c], 6) > 0] for sign in (1, -1))
    first, last = sample_repository.firm_totals(sample_repository.snapshot(), "output", YEAR, BEFORE).top_movers(where, most)
    assert first.credit_codes() == rose[:most]
    assert last.credit_codes() == fell[-most:]
    assert first.change() == pytest.approx([moved[code] for code in first.credit_codes()])


def by_firm(expected, months, named):
    sums = {}
    for row, firm in expected.rows([f"{x // 100}-{x % 100:02d}" for x in months], **named):
        value = row["工业总产值（万元）"]
        if value is not None:
            sums[firm[CODE]] = (sums.get(firm[CODE]) or 0) + value
        sums.setdefault(firm[CODE], None)
    return sums


def test_a_change_of_filter_reads_no_firms_again(sample_url, district):
    from data.database.engine import open_engine

    engine, reads = open_engine(sample_url), []
    event.listen(
        engine, "before_cursor_execute", lambda _c, _k, statement, *_: "FROM monthly" in statement and reads.append(statement)
    )
    fresh = DatabaseRepository(engine, district)
    snapshot = fresh.snapshot()
    for where, _ in FILTERS:
        fresh.firm_totals(snapshot, "output", YEAR, BEFORE).filter(where)
    assert len(reads) == 1
    # Other periods of months that are here already need no statement either; another measure needs one.
    fresh.firm_totals(snapshot, "output", BEFORE, ()).filter(FILTERS[1][0])
    fresh.firm_totals(snapshot, "output", YEAR[:3], YEAR[3:6])
    assert len(reads) == 1
    fresh.firm_totals(snapshot, "tax", BEFORE, ())
    assert len(reads) == 2
    engine.dispose()
