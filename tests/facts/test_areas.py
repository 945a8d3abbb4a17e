"""A tree of areas with its facts in another engine: each area's cube and firms as with the months in the own database."""

from __future__ import annotations

import numpy as np
import pytest

from cockpit.calendar.months import span
from cockpit.cube.counted_rows import CountedRows
from cockpit.cube.cube import Filter
from data.facts.refresh import refresh
from data.facts.repository import FactsRepository
from data.publishing.publishing import publish
from data.repository.repository import DatabaseRepository
from tests.facts.copying import copy, same_cube
from tests.facts.test_equal_results import HOSTILE, alike
from tests.firms import frame_of
from tests.integration.test_publishing import batch, firm, month

MORE = {
    "enterprise": [firm(6, town="linping"), firm(7, town="nanyuan", kind="规上"), firm(8, town="qiaosi", chain="new-materials")],
    "monthly": [month(6, 202212, 11), month(6, 202301, 12), month(7, 202212, None, tax_fen=-5), month(8, 202302, 13, span=2)],
}
AREAS = ("", "east", "north-east", "west")
YEAR, BEFORE = span(202201, 202212), span(202101, 202112)


@pytest.fixture
def both(source, own, target, facts, files, tree):
    """Repositories over the tree: own months, and months elsewhere."""
    rows = {name: [*HOSTILE[name], *MORE[name]] for name in HOSTILE}
    publish(source, batch("a", **rows), who="李")
    copy(source, target, areas=tree.shown_area_by_key)
    refresh(own, facts, files)
    return DatabaseRepository(source, tree), FactsRepository(own, tree, facts, files)


@pytest.mark.parametrize("area", AREAS)
def test_the_cube_of_an_area(both, area):
    expected, actual = (r.drill_down(r.snapshot(), area) for r in both)
    assert actual.district.path == expected.district.path
    assert set(actual.cube.cells["town"]) <= {t.key for t in actual.district.towns}
    same_cube(actual.cube, expected.cube)


def test_an_area_of_an_area(both):
    expected, actual = (r.drill_down(r.drill_down(r.snapshot(), "east"), "north-east") for r in both)
    same_cube(actual.cube, expected.cube)


@pytest.mark.parametrize("area", AREAS)
def test_firms_and_comparable_firms_of_an_area(both, area):
    own, elsewhere = ((r, r.drill_down(r.snapshot(), area)) for r in both)
    for where in (Filter(), Filter(kind="宗地"), Filter(towns=("donghu",))):
        expected, actual = (frame_of(r.firm_totals(s, "tax", YEAR, (202302,)).filter(where)) for r, s in (own, elsewhere))
        alike(actual, expected)
    expected, actual = (s.counted(CountedRows((202302,), (202202,), comparable=True)) for _, s in (own, elsewhere))
    for side in (0, 1):
        same_cube(actual[side].cube, expected[side].cube)
    expected, actual = (r.chain_firms(s, "fashion", [(202201, 202302)]) for r, s in (own, elsewhere))
    alike(actual, expected)


def test_the_stored_cube_knows_the_areas_shown_first_alone(both):
    whole = both[1].snapshot()
    assert set(whole.cube.cells["town"]) <= {"east", "west", "tangqi"}
    assert set(whole.ledgers["enterprise"]["town"]) == {"east", "west", "tangqi"}
    assert set(whole.leaf_data.ledgers["enterprise"]["town"]) > {"linping", "donghu"}


def test_a_new_version_is_a_new_area(both, source, target, own, facts, files, tree):
    _, repository = both
    before = repository.drill_down(repository.snapshot(), "east")
    publish(source, batch("b", monthly=[month(6, 202212, 77)]), who="李", accept_warnings=True)
    copy(source, target, months=[202212], codes=(), areas=tree.shown_area_by_key)
    refresh(own, facts, files)
    after = repository.drill_down(repository.snapshot(), "east")
    assert before.version.number < after.version.number
    column = after.cube.column_by_month[202212]
    assert np.nanmax(after.cube.values["output"][:, column]) == 77
    assert np.nanmax(before.cube.values["output"][:, before.cube.column_by_month[202212]]) == 11
