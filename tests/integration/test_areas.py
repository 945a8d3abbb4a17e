"""The sample district as a tree of areas: every figure of an area is that of its towns in the flat district."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cockpit.aggregations import aggregate
from cockpit.calendar.months import span
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.cube import Filter
from cockpit.evaluation.policy.policy import GRADES
from cockpit.selection import Compare, Selection
from cockpit.views.context import resolve_context
from cockpit.views.evaluation_scope import evaluation_scope
from cockpit.views.land.firms import firm_explanation
from tests.firms import frame_of

YEAR = Period(PeriodKind.YEAR, 202201, 202212)
MONTHS, BEFORE = span(202201, 202212), span(202101, 202112)
AREAS = {
    "": ("linping", "nanyuan", "donghu", "xingqiao", "qiaosi", "yunhe", "chongxian", "tangqi"),
    "east": ("linping", "nanyuan", "donghu"),
    "north-east": ("linping", "nanyuan"),
    "west": ("xingqiao", "qiaosi", "yunhe", "chongxian"),
}
#: What the flat district can filter by town; the others exist for the whole alone.
BY_TOWN = [m for m in METRICS.values() if Grouping.TOWN in m.groupings]


@pytest.fixture
def repository(tree_repository):
    return tree_repository


def same(got, expected):
    return (math.isnan(got) and math.isnan(expected)) or math.isclose(got, expected, rel_tol=1e-12, abs_tol=1e-9)


@pytest.mark.parametrize("area", AREAS)
def test_every_metric_of_an_area_is_that_of_its_towns(repository, graded_repository, area):
    actual, flat = repository.drill_down(repository.snapshot(), area), graded_repository.snapshot()
    where = Filter(towns=AREAS[area])
    assert len(BY_TOWN) > 15
    for metric in BY_TOWN:
        assert same(aggregate.total(actual, metric, YEAR, Filter()), aggregate.total(flat, metric, YEAR, where)), metric.key
        for by in set(metric.groupings) - {Grouping.TOWN}:
            got, expected = (
                aggregate.evaluate_metric(actual, metric, YEAR, Filter(), by),
                aggregate.evaluate_metric(flat, metric, YEAR, where, by),
            )
            reference = {k: v for k, v in zip(expected.keys, expected.values, strict=True) if not math.isnan(v)}
            actual_rows = {k: v for k, v in zip(got.keys, got.values, strict=True) if not math.isnan(v)}
            assert reference.keys() == actual_rows.keys(), (metric.key, by)
            assert all(same(actual_rows[k], reference[k]) for k in reference), (metric.key, by)


@pytest.mark.parametrize(("area", "shown"), [("", ("east", "west", "tangqi")), ("east", ("north-east", "donghu"))])
def test_an_area_among_others_is_that_area_from_inside(repository, tree, area, shown):
    data = repository.drill_down(repository.snapshot(), area)
    for metric in BY_TOWN:
        by_area = aggregate.evaluate_metric(data, metric, YEAR, Filter(), Grouping.TOWN)
        for key in shown:
            value = dict(zip(by_area.keys, by_area.values, strict=True)).get(key, math.nan)
            assert same(value, aggregate.total(data, metric, YEAR, Filter(towns=(key,)))), (metric.key, key)
            if any(a.key == key and a.parts for t in tree.towns for a in t.subtree()):
                inner = repository.drill_down(repository.snapshot(), key)
                assert same(value, aggregate.total(inner, metric, YEAR, Filter())), (metric.key, key)


def test_inside_by_steps_is_the_same(repository):
    once = repository.drill_down(repository.snapshot(), "north-east")
    twice = repository.drill_down(repository.drill_down(repository.snapshot(), "east"), "north-east")
    assert once.district.path == twice.district.path
    assert np.array_equal(once.cube.values["output"], twice.cube.values["output"], equal_nan=True)


@pytest.mark.parametrize("area", AREAS)
def test_firms_of_an_area(repository, graded_repository, area):
    actual, flat = repository.drill_down(repository.snapshot(), area), graded_repository.snapshot()
    actual_rows = frame_of(repository.firm_totals(actual, "output", MONTHS, BEFORE))
    reference = frame_of(graded_repository.firm_totals(flat, "output", MONTHS, BEFORE).filter(Filter(towns=AREAS[area])))
    columns = ["credit_code", "name", "division", "chain", "stage", "role", "land_mu", "value", "base"]
    reference = reference[reference["kind"] == "规上"].reset_index(drop=True)
    actual_rows = actual_rows[actual_rows["kind"] == "规上"].reset_index(drop=True)
    assert len(actual_rows) > 50
    assert actual_rows[columns].equals(reference[columns])
    assert set(actual_rows["town"]) <= {t.key for t in actual.district.towns}


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("compare", [Compare.YOY, Compare.MOM])
def test_comparable_firms_of_an_area(repository, graded_repository, area, compare):
    expected, chosen = (
        resolve_context(r, Selection(period="2022", comparable=True, compare=compare), r.drill_down(r.snapshot(), area_key)).total
        for r, area_key in ((repository, area), (graded_repository, ""))
    )
    for key in ("output", "tax", "energy_intensity"):
        got, reference = expected(METRICS[key]), chosen(METRICS[key], Filter(towns=AREAS[area]))
        assert same(got.value, reference.value)
        assert same(got.change, reference.change)


@pytest.mark.parametrize("area", AREAS)
def test_grades_of_an_area(repository, graded_repository, area):
    flat = evaluation_scope(resolve_context(graded_repository, Selection(period="2022")))
    data = repository.drill_down(repository.snapshot(), area)
    actual = evaluation_scope(resolve_context(repository, Selection(period="2022"), data))
    reference = flat.evaluation.firms[flat.evaluation.firms["town"].isin(AREAS[area])].reset_index(drop=True)
    actual_rows = actual.evaluation.firms
    columns = [c for c in reference if c != "town"]
    assert actual_rows[columns].equals(reference[columns])
    assert set(actual_rows["grade"]) >= set(GRADES)
    for result in actual.evaluation.groups:
        whole = flat.evaluation.group_result(result.group.key)
        positions = dict(zip(flat.evaluation.firms["credit_code"].iloc[whole.rows], range(len(whole.rows)), strict=True))
        indices = [positions[code] for code in actual_rows["credit_code"].iloc[result.rows]]
        assert np.array_equal(result.scores.points, whole.scores.points[indices], equal_nan=True)
        assert np.array_equal(result.grading.rank, whole.grading.rank[indices])
        assert np.array_equal(result.grading.grade, whole.grading.grade[indices])


def test_a_firm_of_an_area_is_ranked_among_all_firms_and_they_are_counted(repository, graded_repository):
    def explained(repository, area, code):
        data = repository.drill_down(repository.snapshot(), area)
        return firm_explanation(resolve_context(repository, Selection(period="2022", firm=code), data)).explanation

    data = repository.drill_down(repository.snapshot(), "north-east")
    firms = evaluation_scope(resolve_context(repository, Selection(period="2022"), data)).evaluation.firms
    assert len(firms) > 5
    for code in firms["credit_code"]:
        inside, whole = explained(repository, "north-east", code), explained(graded_repository, "", code)
        assert (inside.rank, inside.group_size) == (whole.rank, whole.group_size)
        assert inside.rank <= inside.group_size
        for got, expected in zip(inside.lines, whole.lines, strict=True):
            assert (got.rank, got.known) == (expected.rank, expected.known)
            assert same(got.percentile, expected.percentile)
            assert same(got.needed, expected.needed)


def test_a_chain_s_firms_of_an_area(repository, graded_repository):
    window = ((202201, 202212),)
    actual, flat = repository.drill_down(repository.snapshot(), "east"), graded_repository.snapshot()
    actual_rows, reference = (
        repository.chain_firms(actual, "fashion", window),
        graded_repository.chain_firms(flat, "fashion", window),
    )
    reference = reference[reference["town"].isin(AREAS["east"])].reset_index(drop=True)
    assert actual_rows.drop(columns="town").equals(reference.drop(columns="town"))
    assert set(actual_rows["town"]) <= {"north-east", "donghu"}
