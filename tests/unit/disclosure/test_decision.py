"""Which cells are merged: against a count by hand over untidy districts, and the steps one by one."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict

import numpy as np
import pytest

from cockpit.cube.cube import MEASURES
from cockpit.disclosure.cell_groups import ALL_CHAINS, ALL_MEASURES, CellGroups, Coarsening, CubeCell, Level
from cockpit.disclosure.coarse_cube import coarsen
from cockpit.disclosure.decision import coarsen_cells
from cockpit.disclosure.statistics import GroupStatistics
from cockpit.district.thresholds import Thresholds
from cockpit.errors import UsageError
from tests import messy, workbooks
from tests.clean_districts import CleanDistrict
from tests.unit.conftest import _jointly
from tests.unit.disclosure import planted

LIMITS = Thresholds()
ORDER = ("a", "b", "c", "d")


def statistics(firms):
    """Statistics of (town, division, chain) -> output of each firm; other measures are the same."""
    result = {}
    for cell, outputs in firms.items():
        values = np.array(outputs, dtype=float)
        row = np.ones((len(ALL_MEASURES), 1))
        result[CubeCell(*cell)] = GroupStatistics(
            len(values),
            np.array([len(values)]),
            row.astype(int) * int((values > 0).sum()),
            row * values.sum(),
            row * values.max(),
        )
    return result


def groups_of(firms, previous=None):
    coarsening = coarsen_cells(statistics(firms), ORDER, LIMITS, previous)
    members = defaultdict(set)
    for cell in firms:
        members[coarsening.groups.group(CubeCell(*cell))].add(cell)
    return coarsening, {tuple(group): cells for group, cells in members.items()}


EVEN = [10.0] * 4


def test_small_industries_of_a_chain_are_merged_with_the_smallest_other_where_they_are_too_few():
    firms = {("a", "17", "x"): EVEN, ("a", "18", "x"): [5.0], ("a", "26", "x"): [5.0] * 3, ("b", "17", "x"): EVEN}
    _, groups = groups_of(firms)
    assert groups == {
        ("a", "17", "x"): {("a", "17", "x")},
        ("a", "98", "x"): {("a", "18", "x"), ("a", "26", "x")},
        ("b", "17", "x"): {("b", "17", "x")},
    }


def test_three_single_industries_are_enough_for_a_group():
    firms = {("a", "17", "x"): EVEN, **{("a", division, "x"): [5.0] for division in ("18", "26", "27")}}
    _, groups = groups_of(firms)
    assert groups["a", "98", "x"] == {("a", division, "x") for division in ("18", "26", "27")}
    assert groups["a", "17", "x"] == {("a", "17", "x")}


def test_a_small_chain_is_merged_inside_its_town():
    firms = {("a", "17", "x"): EVEN, ("a", "34", "y"): [5.0] * 3, ("a", "38", "z"): [5.0, 6.0], ("b", "38", "z"): EVEN}
    _, groups = groups_of(firms)
    assert groups["a", "98", "merged--chains"] == {("a", "34", "y"), ("a", "38", "z")}
    assert groups["b", "38", "z"] == {("b", "38", "z")}


def test_a_firm_that_dominates_is_merged_until_it_does_not():
    big = {("a", "17", "x"): [900.0, 10.0, 10.0, 10.0], ("a", "18", "x"): [30.0] * 4, ("a", "26", "x"): [20.0] * 5}
    _, groups = groups_of(big)
    assert groups == {("a", "98", "x"): set(big)}
    _, groups = groups_of(big | {("a", "17", "x"): [840.0, 55.0, 55.0, 50.0]})
    assert len(groups) == 3


def test_the_smallest_chain_that_is_enough_is_merged_with_a_dominated_one():
    firms = {
        ("a", "17", "x"): [900.0, 5.0, 5.0],
        ("a", "17", "y"): [5.0] * 3,
        ("a", "17", "z"): [50.0] * 4,
        ("a", "17", "u"): [60.0] * 5,
    }
    _, groups = groups_of(firms)
    assert groups["a", "98", "merged--chains"] == {("a", "17", "x"), ("a", "17", "z")}
    # None is enough by itself: the largest first, then the smallest that is.
    _, groups = groups_of(firms | {("a", "17", "x"): [2000.0, 5.0, 5.0]})
    assert groups["a", "98", "merged--chains"] == {("a", "17", "x"), ("a", "17", "u"), ("a", "17", "z")}


def test_a_town_is_merged_with_its_smaller_neighbour_in_the_order_of_the_pack():
    firms = {("a", "17", "x"): EVEN * 3, ("b", "17", "x"): [5.0], ("c", "17", "x"): EVEN, ("d", "17", "x"): [1.0] * 3}
    coarsening, groups = groups_of(firms)
    assert coarsening.groups.towns == (("b", "c"),)
    assert groups["b--1", "17", "x"] == {("b", "17", "x"), ("c", "17", "x")}
    # The last town has one neighbour only; that is a merged one by now.
    coarsening, _ = groups_of(firms | {("d", "17", "x"): [1.0]})
    assert coarsening.groups.towns == (("b", "c", "d"),)


def test_what_was_merged_stays_merged():
    few = {
        ("a", "17", "x"): EVEN,
        ("a", "18", "x"): [5.0],
        ("a", "26", "x"): [5.0] * 3,
        ("b", "17", "x"): [5.0],
        ("c", "17", "x"): EVEN,
    }
    more = dict.fromkeys(few, EVEN)
    before, _ = groups_of(few)
    after, _ = groups_of(more, before)
    assert after == before
    fresh, groups = groups_of(more)
    assert len(groups) == len(more)
    assert fresh != before


def test_towns_that_merge_later_take_along_what_either_has_merged():
    before = Coarsening(CellGroups(chains=frozenset({("a", "x")}), divisions=frozenset({("b", "y", "17")})), until=1)
    firms = {("a", "17", "x"): EVEN, ("a", "17", "y"): EVEN, ("b", "17", "x"): [5.0]}
    after, _ = groups_of(firms, before)
    assert after.groups == CellGroups((("a", "b"),), frozenset({("a--1", "x")}), frozenset({("a--1", "y", "17")}))


def test_a_measure_of_few_firms_is_shown_by_larger_groups_and_merges_nothing():
    firms = statistics({("a", "17", "x"): EVEN, ("a", "18", "x"): EVEN, ("b", "17", "x"): EVEN})
    sparse = ALL_MEASURES.index("green_investment")
    for cell, investors in ((CubeCell("a", "17", "x"), 1), (CubeCell("a", "18", "x"), 3), (CubeCell("b", "17", "x"), 3)):
        firms[cell].contributors[sparse] = investors
        firms[cell].total[sparse], firms[cell].largest[sparse] = 10 * investors, 10
    levels = coarsen_cells(firms, ORDER, LIMITS).levels
    assert levels == dict.fromkeys(ALL_MEASURES, Level.GROUPS) | {"green_investment": Level.TOWNS}
    firms[CubeCell("b", "17", "x")].contributors[sparse] = 2
    assert coarsen_cells(firms, ORDER, LIMITS).levels["green_investment"] is Level.WHOLE
    for each in firms.values():
        each.contributors[sparse], each.total[sparse] = 0, 0
    firms[CubeCell("b", "17", "x")].contributors[sparse] = 1
    assert coarsen_cells(firms, ORDER, LIMITS).levels["green_investment"] is Level.NOTHING


def test_a_measure_that_one_firm_of_the_district_has_nearly_all_of_is_not_shown_at_all():
    firms = statistics({("a", "17", "x"): EVEN, ("b", "17", "x"): EVEN})
    energy = ALL_MEASURES.index("energy")
    firms[CubeCell("a", "17", "x")].largest[energy] = firms[CubeCell("a", "17", "x")].total[energy] = 1e6
    coarsening = coarsen_cells(firms, ORDER, LIMITS)
    assert coarsening.levels["energy"] is Level.NOTHING
    assert coarsening.groups == CellGroups()


def test_a_district_of_two_firms_shows_nothing(district):
    rows = [workbooks.firm(1), workbooks.firm(2)], [workbooks.month(n, "2022-01") for n in (1, 2)]
    made = planted.repository(district, dict(zip(("企业名录", "月度经营"), rows, strict=True)))
    assert planted.decide(made).until == 0
    cube = planted.coarse_cube(made)
    assert cube.is_empty
    assert not cube.has_firms


def test_the_newest_month_is_not_shown_while_few_firms_have_reported_it(district):
    rows = planted.sheets()
    newest = [row for row in rows["月度经营"] if row["月份"] == "2023-06"]
    early = [row for row in rows["月度经营"] if row["月份"] != "2023-06"]
    whole = planted.decide(planted.repository(district, rows))
    partly = planted.repository(district, rows | {"月度经营": early + newest[:5]})
    assert whole.until == 202306
    assert planted.decide(partly).until == 202305
    assert planted.decide(partly).groups == planted.decide(planted.repository(district, rows | {"月度经营": early})).groups
    assert planted.coarse_cube(partly).newest_month == 202305
    # Two months that few have reported yet are compared with those before both.
    may = [row for row in early if row["月份"] == "2023-05"]
    both = [row for row in early if row["月份"] != "2023-05"] + may[:5] + newest[:5]
    assert planted.decide(planted.repository(district, rows | {"月度经营": both})).until == 202304


def untidy(seed):
    if seed % 2:
        made = messy.rows(seed=seed, firms=40)
        joint = {workbooks.code(n) for n in range(1, 1 + seed % 8)}
        return made | {"月度经营": _jointly(made["月度经营"], "2022-02", joint)}
    made = CleanDistrict(seed, firms=80, months=18, spread=2.0)
    return {"企业名录": made.register(), "月度经营": made.monthly()}


@pytest.mark.parametrize("seed", range(12))
def test_no_cell_of_an_untidy_district_is_over_few_firms_or_dominated(district, seed):
    made = planted.repository(district, untidy(seed))
    data = made.current
    coarsening = planted.decide(made)
    cube = coarsen(data.cube, coarsening, LIMITS)
    shown = {cell: i for i, cell in enumerate(zip(*(cube.cells[name] for name in CubeCell._fields), strict=True))}
    counted = defaultdict(lambda: defaultdict(float))  # (measure, coarse cell, last month of a joint report) -> firm -> value
    for code, rows in made.monthly.items():
        own = made.cells[code]
        for row in rows if own["kind"] == "规上" else ():
            if row["month"] > coarsening.until:
                continue
            for measure, (column, _) in MEASURES.items():
                group = coarsening.group(CubeCell(own["town"], own["division"], own["chain"]), measure)
                if group is not None:
                    value = row["staff"] * row["span"] if measure == "staff_months" and row["staff"] else row.get(column)
                    key = measure, shown[group], _column(cube, shown[group], row["month"])
                    counted[key][code] += abs(value or 0.0)
    assert len(counted) > 50
    for (measure, cell, column), by_firm in counted.items():
        values = [value for value in by_firm.values() if value]
        if values:
            assert len(values) >= 3
            assert max(values) < 0.85 * sum(values)
            assert not np.isnan(cube.values[measure][cell, column])


def _column(cube, cell, month):
    """The column in which a group shows a month: the last one of the months that it shows together."""
    at = cube.column_by_month[month]
    return next((i for i in range(at, len(cube.months)) if i < at + cube.span[cell, i]), at)


@pytest.mark.parametrize("seed", range(0, 12, 3))
def test_every_further_decision_is_coarser(district, seed):
    rows = untidy(seed)
    months = sorted({row["月份"] for row in rows["月度经营"]})
    coarsening = None
    for count in (12, 14, 15, len(months)):
        made = planted.repository(district, rows | {"月度经营": [r for r in rows["月度经营"] if r["月份"] in months[:count]]})
        after = planted.decide(made, coarsening)
        cells = {CubeCell(c["town"], c["division"], c["chain"]) for c in made.cells.values()}
        for one, other in itertools.combinations(cells, 2) if coarsening else ():
            if coarsening.groups.group(one) == coarsening.groups.group(other):
                assert after.groups.group(one) == after.groups.group(other)
        assert planted.decide(made, after) == after
        coarsening = after


def test_a_coarsening_is_stored_as_text():
    coarsening = Coarsening(
        CellGroups((("a", "b"),), frozenset({("a--1", "x"), ("c", "y")}), frozenset({("c", "x", "17")})),
        dict.fromkeys(ALL_MEASURES, Level.GROUPS) | {"green_investment": Level.WHOLE},
        202212,
    )
    text = coarsening.to_json()
    assert Coarsening.from_json(text) == coarsening
    assert Coarsening.from_json(text).to_json() == text
    assert coarsening.group(CubeCell("b", "17", "y"), "green_investment").chain == ALL_CHAINS


@pytest.mark.parametrize("change", [{"until": "x"}, {"towns": [["a"]]}, {"levels": {"output": "groups"}}, {"more": 1}])
def test_a_damaged_coarsening_is_refused(change):
    stored = json.loads(Coarsening().to_json()) | change
    with pytest.raises(UsageError, match="合并方案"):
        Coarsening.from_json(json.dumps(stored))


def test_a_pack_may_be_stricter_but_not_laxer():
    assert Thresholds(disclosure_minimum_firms=5, disclosure_dominance_pct=70).disclosure_minimum_firms == 5
    for laxer in ({"disclosure_minimum_firms": 2}, {"disclosure_dominance_pct": 90}):
        with pytest.raises(ValueError, match="disclosure"):
            Thresholds(**laxer)
