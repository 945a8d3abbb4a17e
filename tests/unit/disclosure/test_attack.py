"""What may be computed from everything that the interface answers: with the cube single firms, with the coarser one none.

Every answer is a sum over unknowns, one a firm and month. Which ones it is over is found by asking: in one run all figures of
one month are powers of two, one a firm, all others 0; so the digits of an answer name the firms.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from cockpit.aggregations.aggregate import evaluate_metric
from cockpit.aggregations.sums import land
from cockpit.analysis.comparison import compare_groups, compare_total
from cockpit.cache import Cache
from cockpit.calendar.periods import resolve
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.cube import Filter
from cockpit.disclosure.cell_groups import Coarsening
from cockpit.selection import Compare
from tests import workbooks
from tests.factories import PlainSource
from tests.unit.disclosure import planted
from tests.unit.disclosure.row_space import are_disjoint, reduced_basis, supports

pytestmark = pytest.mark.slow
MONTHS = [int(when.replace("-", "")) for when in planted.MONTHS]
#: The metric whose values are the powers of two; it is stored as it is reported, so they stay whole.
PROBE = METRICS["energy"]
GROUPINGS = (Grouping.TOWN, Grouping.INDUSTRY, Grouping.CHAIN, Grouping.STAGE, Grouping.ROLE)
COLUMN = {"output": "工业总产值（万元）", "tax": "入库税收（万元）", "green_investment": "绿色能源投资（万元）"}
ROWS = planted.sheets()
FIRMS = {workbooks.code(n): n for n in range(1, len(ROWS["企业名录"]) + 1)}
PERIODS = [
    *planted.MONTHS,
    *(f"2022-01..{when}" for when in planted.MONTHS[1:12]),
    *(f"2023-01..{when}" for when in planted.MONTHS[13:]),
    *(f"ttm:{when}" for when in planted.MONTHS[11:]),
    "2022-12..2023-01",
    "2023-02..2023-04",
    "2022-10..2023-01",
]  # fmt: skip


@cache
def probes(district):
    """The snapshot of each month's probe: all figures of the month name their firm, those of others are 0."""
    made = planted.repository(district, ROWS)
    return {month: _probe(made, month) for month in MONTHS}


def _probe(made, month):
    cube, monthly, energy = made.current.cube, {}, np.full(made.current.cube.span.shape, np.nan)
    for code, rows in made.monthly.items():
        cell = cube.firm_cell[cube.firm_position[code]]
        monthly[code] = [row | {"energy_tce": float(2 ** FIRMS[code]) if row["month"] == month else 0.0} for row in rows]
        for row in monthly[code]:
            column = cube.column_by_month[row["month"]]
            energy[cell, column] = np.nansum([energy[cell, column], row["energy_tce"]])
    probe = replace(cube, values={**cube.values, "energy": energy})
    return replace(made.current, cube=probe, source=PlainSource(monthly), cache=Cache())


def responses(data, month):
    """Every value that a reader may ask for and that may hold figures of the month, by its question."""
    keys = [("", *data.cube.codes[name].keys) for name in ("town", "division", "chain")]
    for question in itertools.product(*keys):
        where = Filter(*(() if key == "" else (key,) for key in question))
        if data.cube.mask(where).any():
            yield question, evaluate_metric(data, PROBE, _period(str(month)[:4] + "-" + str(month)[4:]), where).get("")
    for text, compare in itertools.product(PERIODS, (Compare.YOY, Compare.MOM)):
        period = _period(text)
        if period.last < month:
            continue
        total = compare_total(data, PROBE, period, Filter(), compare)
        for name in ("value", "compared_value", "base"):
            yield (text, compare, name), getattr(total, name)
        for by in GROUPINGS:
            groups = compare_groups(data, PROBE, period, Filter(), compare, by)
            for name in ("value", "compared", "base"):
                for key, value in zip(groups.keys, getattr(groups, name).tolist(), strict=True):
                    yield (text, compare, by, key, name), value


def _period(text):
    return resolve(text, MONTHS[0], MONTHS[-1])


def sums_of_responses(snapshots):
    """The unknowns (firm, month) that each answer is a sum of. ``snapshots``: one for each month's probe."""
    sums = defaultdict(set)
    for month, data in snapshots.items():
        for question, value in responses(data, month):
            # A month's figure is asked for in the probe of this month only: each is a question of its own.
            key = (month, *question) if len(question) == 3 and question[1] not in tuple(Compare) else question
            if not math.isnan(value):
                digits = int(value)
                assert digits == value
                sums[key] |= {(n, month) for n in FIRMS.values() if digits >> n & 1}
    return list(sums.values())


def figures(measure):
    """Each unknown's value in 万元."""
    values = {}
    for row in ROWS["月度经营"]:
        values[FIRMS[row["统一社会信用代码"]], int(row["月份"].replace("-", ""))] = row[COLUMN[measure]]
    return values


def isolated(sets, values):
    """The sets of unknowns that are over fewer than three firms, and those whose largest firm has 85 % or more."""
    few = [each for each in sets if len({n for n, _ in each}) < 3]
    dominated = []
    for each in sets:
        by_firm = defaultdict(float)
        for unknown in each:
            by_firm[unknown[0]] += values[unknown]
        total = sum(by_firm.values())
        if total and max(by_firm.values()) >= 0.85 * total:
            dominated.append(each)
    return few, dominated


@pytest.fixture(scope="module")
def coarsening(district):
    return planted.decide(planted.repository(district, ROWS))


@cache
def _coarse_sets(district, coarsening_text, level):
    coarsening = Coarsening.from_json(coarsening_text)
    levels = {**coarsening.levels, "energy": level}
    made = {month: each.without_firms(replace(coarsening, levels=levels)) for month, each in probes(district).items()}
    return supports(*reduced_basis(sums_of_responses(made)))


@pytest.fixture
def coarse_sets(district, coarsening):
    """Return a function: what the answers of a measure determine, as disjoint sets of unknowns."""

    def make(measure):
        return _coarse_sets(district, coarsening.to_json(), coarsening.levels[measure])

    return make


@pytest.mark.parametrize("measure", COLUMN)
def test_no_combination_of_answers_isolates_a_firm(coarse_sets, measure):
    sets = coarse_sets(measure)
    # Every combination is over whole sets, so what holds for each of them holds for all.
    assert are_disjoint(sets)
    assert isolated(sets, figures(measure)) == ([], [])


@pytest.mark.parametrize("measure", COLUMN)
def test_bounds_of_every_firm_are_wider_than_15_percent(coarse_sets, measure):
    values = figures(measure)
    for each in coarse_sets(measure):
        total = sum(values[unknown] for unknown in each)
        by_firm = defaultdict(float)
        for n, month in each:
            by_firm[n] += values[n, month]
        for value in by_firm.values():
            # Others may have reported all of it or nothing: 0 to the total is what a reader can say.
            assert not value or total > 1.15 * value


def test_the_same_attack_on_the_cube_isolates_firms(district):
    sets = supports(*reduced_basis(sums_of_responses(probes(district))))
    few, _ = isolated(sets, figures("output"))
    firms = {frozenset(n for n, _ in each) for each in few}
    assert {frozenset([planted.SINGLE]), frozenset(planted.PAIR), frozenset(planted.TOWN_OF_TWO)} <= firms
    # Who reported January and February together is what the two months together hold beyond each of them.
    assert frozenset([planted.JOINT]) in firms
    for measure, n in (("output", planted.BIG_OUTPUT), ("tax", planted.BIG_TAX)):
        _, dominated = isolated(sets, figures(measure))
        assert any(n in {firm for firm, _ in each} for each in dominated)


def land_differences(data):
    """Differences of land between two months, over every selection of one key or two."""
    result = set()
    names = ("town", "division", "chain")
    for question in itertools.product(*[("", *data.cube.codes[name].keys) for name in names]):
        where = Filter(*(() if key == "" else (key,) for key in question))
        known = [value for month in data.cube.months if not math.isnan(value := land(data, (month,), where, None).get(""))]
        result |= {round(abs(a - b), 4) for a, b in itertools.combinations(known, 2)}
    return result


def test_land_of_who_comes_or_goes_is_not_a_subtraction_away(district, coarsening):
    data = planted.repository(district, ROWS).current
    assert planted.ENTRANT_LAND in land_differences(data)
    own = {firm["用地面积（亩）"] for firm in ROWS["企业名录"]}
    assert not own & land_differences(data.without_firms(coarsening))
