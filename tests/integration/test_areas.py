"""The sample district as a tree of areas: every figure of an area is that of its towns in the flat district."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cockpit.aggregations import evaluate as core
from cockpit.calendar.months import span
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.cube import Filter
from cockpit.evaluation.policy.policy import GRADES
from cockpit.selection import Compare, Selection
from cockpit.views.context import resolve_context
from cockpit.views.land.evaluation import evaluation_scope
from tests.firms import frame_of

YEAR = Period(PeriodKind.YEAR, 202201, 202212)
MONTHS, BEFORE = span(202201, 202212), span(202101, 202112)
AREAS = {
    "": ("linping", "nanyuan", "donghu", "xingqiao", "qiaosi", "yunhe", "chongxian", "tangqi"),
    "east": ("linping", "nanyuan", "donghu"),
    "north-east": ("linping", "nanyuan"),
    "west": ("xingqiao", "qiaosi", "yunhe", "chongxian"),
}
#: What the flat district can filter by town; the others are told of the whole alone.
BY_TOWN = [m for m in METRICS.values() if Grouping.TOWN in m.groupings]


@pytest.fixture
def repository(tree_repository):
    return tree_repository


def same(got, wanted):
    return (math.isnan(got) and math.isnan(wanted)) or math.isclose(got, wanted, rel_tol=1e-12, abs_tol=1e-9)


@pytest.mark.parametrize("area", AREAS)
def test_every_metric_of_an_area_is_that_of_its_towns(repository, graded_repository, area):
    found, flat = repository.drill_down(repository.snapshot(), area), graded_repository.snapshot()
    where = Filter(towns=AREAS[area])
    assert len(BY_TOWN) > 15
    for metric in BY_TOWN:
        assert same(core.total(found, metric, YEAR, Filter()), core.total(flat, metric, YEAR, where)), metric.key
        for by in set(metric.groupings) - {Grouping.TOWN}:
            got, wanted = core.evaluate(found, metric, YEAR, Filter(), by), core.evaluate(flat, metric, YEAR, where, by)
            told = {k: v for k, v in zip(wanted.keys, wanted.values, strict=True) if not math.isnan(v)}
            mine = {k: v for k, v in zip(got.keys, got.values, strict=True) if not math.isnan(v)}
            assert told.keys() == mine.keys(), (metric.key, by)
            assert all(same(mine[k], told[k]) for k in told), (metric.key, by)


@pytest.mark.parametrize(("area", "shown"), [("", ("east", "west", "tangqi")), ("east", ("north-east", "donghu"))])
def test_an_area_among_others_is_that_area_from_inside(repository, tree, area, shown):
    data = repository.drill_down(repository.snapshot(), area)
    for metric in BY_TOWN:
        by_area = core.evaluate(data, metric, YEAR, Filter(), Grouping.TOWN)
        for key in shown:
            value = dict(zip(by_area.keys, by_area.values, strict=True)).get(key, math.nan)
            assert same(value, core.total(data, metric, YEAR, Filter(towns=(key,)))), (metric.key, key)
            if any(a.key == key and a.parts for t in tree.towns for a in t.subtree()):
                inner = repository.drill_down(repository.snapshot(), key)
                assert same(value, core.total(inner, metric, YEAR, Filter())), (metric.key, key)


def test_inside_by_steps_is_the_same(repository):
    once = repository.drill_down(repository.snapshot(), "north-east")
    twice = repository.drill_down(repository.drill_down(repository.snapshot(), "east"), "north-east")
    assert once.district.path == twice.district.path
    assert np.array_equal(once.cube.values["output"], twice.cube.values["output"], equal_nan=True)


@pytest.mark.parametrize("area", AREAS)
def test_firms_of_an_area(repository, graded_repository, area):
    found, flat = repository.drill_down(repository.snapshot(), area), graded_repository.snapshot()
    mine = frame_of(repository.firm_totals(found, "output", MONTHS, BEFORE))
    told = frame_of(graded_repository.firm_totals(flat, "output", MONTHS, BEFORE).filter(Filter(towns=AREAS[area])))
    columns = ["credit_code", "name", "division", "chain", "stage", "role", "land_mu", "value", "base"]
    told = told[told["kind"] == "规上"].reset_index(drop=True)
    mine = mine[mine["kind"] == "规上"].reset_index(drop=True)
    assert len(mine) > 50
    assert mine[columns].equals(told[columns])
    assert set(mine["town"]) <= {t.key for t in found.district.towns}


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("compare", [Compare.YOY, Compare.MOM])
def test_comparable_firms_of_an_area(repository, graded_repository, area, compare):
    wanted, chosen = (
        resolve_context(r, Selection(period="2022", comparable=True, compare=compare), r.drill_down(r.snapshot(), place)).total
        for r, place in ((repository, area), (graded_repository, ""))
    )
    for key in ("output", "tax", "energy_intensity"):
        got, told = wanted(METRICS[key]), chosen(METRICS[key], Filter(towns=AREAS[area]))
        assert same(got.value, told.value)
        assert same(got.change, told.change)


@pytest.mark.parametrize("area", AREAS)
def test_grades_of_an_area(repository, graded_repository, area):
    flat = evaluation_scope(resolve_context(graded_repository, Selection(period="2022")))
    data = repository.drill_down(repository.snapshot(), area)
    found = evaluation_scope(resolve_context(repository, Selection(period="2022"), data))
    told = flat.evaluation.firms[flat.evaluation.firms["town"].isin(AREAS[area])].reset_index(drop=True)
    mine = found.evaluation.firms
    columns = [c for c in told if c != "town"]
    assert mine[columns].equals(told[columns])
    assert set(mine["grade"]) >= set(GRADES)
    for result in found.evaluation.groups:
        whole = flat.evaluation.group_result(result.group.key)
        places = dict(zip(flat.evaluation.firms["credit_code"].iloc[whole.rows], range(len(whole.rows)), strict=True))
        at = [places[code] for code in mine["credit_code"].iloc[result.rows]]
        assert np.array_equal(result.scores.points, whole.scores.points[at], equal_nan=True)
        assert np.array_equal(result.grading.rank, whole.grading.rank[at])
        assert np.array_equal(result.grading.grade, whole.grading.grade[at])


def test_a_chain_s_firms_of_an_area(repository, graded_repository):
    window = ((202201, 202212),)
    found, flat = repository.drill_down(repository.snapshot(), "east"), graded_repository.snapshot()
    mine, told = repository.chain_firms(found, "fashion", window), graded_repository.chain_firms(flat, "fashion", window)
    told = told[told["town"].isin(AREAS["east"])].reset_index(drop=True)
    assert mine.drop(columns="town").equals(told.drop(columns="town"))
    assert set(mine["town"]) <= {"north-east", "donghu"}
