"""Who has a scope sees the cockpit as if the district were that scope: no row of another town is in anything it gets."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cockpit.access.access import Access
from cockpit.access.permissions import Permission
from cockpit.access.scope import Scope
from cockpit.aggregations.aggregate import evaluate_metric, total
from cockpit.analysis.search import firm_directory
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.cube import Filter
from cockpit.errors import AccessError
from data.repository.restricted import RestrictedRepository

_YEAR = Period(PeriodKind.YEAR, 202201, 202212)
_RIGHTS = frozenset({Permission.VIEW_TOTALS, Permission.VIEW_FIRMS})


def scoped(*areas, rights=_RIGHTS):
    return Access("甲", rights, Scope(areas))


@pytest.mark.parametrize("areas", [("tangqi",), ("tangqi", "yunhe"), ("linping", "donghu", "nanyuan", "xingqiao")])
def test_figures_are_the_sums_of_the_scope(graded_repository, areas):
    whole, own = graded_repository.snapshot(), graded_repository.snapshot(scoped(*areas))
    compared = 0
    for key in ("output", "tax", "tax_per_mu", "firms", "energy_per_value_added", "green_investment", "signed_projects"):
        if key not in METRICS:
            continue
        expected = total(whole, METRICS[key], _YEAR, Filter(towns=areas))
        assert total(own, METRICS[key], _YEAR, Filter()) == pytest.approx(expected, rel=1e-12, nan_ok=True), key
        compared += not np.isnan(expected)
    assert compared >= 4
    assert set(evaluate_metric(own, METRICS["output"], _YEAR, Filter(), Grouping.TOWN).keys) == set(areas)


def test_nothing_of_another_town_is_in_the_snapshot(graded_repository):
    own = graded_repository.snapshot(scoped("tangqi"))
    whole = graded_repository.snapshot()
    outside = {t.key for t in whole.district.towns} - {"tangqi"}
    register = whole.ledgers["enterprise"]
    codes = set(register["credit_code"][register["town"] != "tangqi"])
    names = set(register["name"][register["town"] != "tangqi"])
    for table, rows in {**own.ledgers, **{str(y): rows for y, rows in own.grades.items()}}.items():
        for column in rows.select_dtypes(include=["object", "str"]):
            values = set(rows[column].dropna())
            assert not values & outside, f"{table}.{column}"
            assert not values & codes, f"{table}.{column}"
            assert not values & names, f"{table}.{column}"
    assert not set(own.cube.firm_code) & codes
    assert set(own.cube.cells["town"]) == {"tangqi"}
    assert [town.key for town in own.district.towns] == ["tangqi"]
    directory = firm_directory(own, graded_repository.pinyin)
    assert not set(directory.names) & names


def test_a_firm_outside_does_not_exist(graded_repository):
    own, whole = graded_repository.snapshot(scoped("tangqi")), graded_repository.snapshot()
    register = whole.ledgers["enterprise"]
    inside, outside = (register["credit_code"][register["town"].eq("tangqi") == is_in].iloc[0] for is_in in (True, False))
    assert graded_repository.enterprise(own, inside) is not None
    assert graded_repository.enterprise(own, outside) is None
    assert graded_repository.enterprise(whole, outside) is not None


def test_ranks_are_those_within_the_scope(graded_repository):
    own, whole = (graded_repository.snapshot(a) for a in (scoped("tangqi"), Access("乙", _RIGHTS)))
    year = max(whole.grades)
    every, mine = (graded_repository.evaluation(snapshot, year).evaluation for snapshot in (whole, own))
    shared = mine.firms.merge(every.firms, on="credit_code", suffixes=("", "_all"))
    assert len(shared) == len(mine.firms) > 3
    assert (shared["grade"] == shared["grade_all"]).all()
    for group in mine.groups:
        rows = shared[shared["group"] == group.group.key]
        expected = pd.Series(rows["rank_all"]).rank(method="min").astype(int)
        assert rows["rank"].tolist() == expected.tolist()
        assert rows["rank"].max() <= len(rows)
    assert (shared["rank"] < shared["rank_all"]).any()


def test_nothing_is_answered_without_the_right(graded_repository):
    auditor = RestrictedRepository(graded_repository, lambda: Access("丙", frozenset({Permission.READ_AUDIT})))
    with pytest.raises(AccessError, match="看汇总数据"):
        auditor.snapshot()
    clerk = RestrictedRepository(graded_repository, lambda: Access("丁", frozenset({Permission.VIEW_TOTALS})))
    data = clerk.snapshot()
    assert not data.cube.has_firms
    queries = {
        "firm_totals": lambda: clerk.firm_totals(data, "output", (202201,), ()),
        "evaluation": lambda: clerk.evaluation(data, 2022),
        "evaluation_inputs": lambda: clerk.evaluation_inputs(data, 2022),
        "enterprise": lambda: clerk.enterprise(data, "x"),
        "chain_firms": lambda: clerk.chain_firms(data, "时尚产业", ((202201, 202212),)),
        "chain_medians": lambda: clerk.chain_medians(data, "时尚产业", "output", (202201, 202212)),
    }
    for name, query in queries.items():
        with pytest.raises(AccessError, match="看单个企业的数据"):
            query()
        assert hasattr(graded_repository, name)


def test_an_area_that_the_pack_no_longer_has_shows_nothing(graded_repository):
    with pytest.raises(AccessError, match="数据范围"):
        graded_repository.snapshot(scoped("atlantis"))
