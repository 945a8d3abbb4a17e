"""An attack on what an interface answers: which sums of unknowns each answer is, and what combinations of them determine.

Every answer is a sum over unknowns, one a firm and month. Which ones is found by asking: in the probe of a month all its
figures are powers of two, one a firm, and those of other months 0; so the digits of an answer name the firms.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from dataclasses import replace
from functools import cached_property

import numpy as np

from cockpit.aggregations.aggregate import evaluate_metric
from cockpit.analysis.comparison import compare_groups, compare_total
from cockpit.cache import Cache
from cockpit.calendar import months as m
from cockpit.calendar.periods import resolve
from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.metrics import METRICS
from cockpit.cube.cube import MEASURES, Filter
from cockpit.selection import Compare
from tests.factories import PlainSource
from tests.unit.disclosure import planted
from tests.unit.disclosure.row_space import reduced_basis, supports

#: The metric whose values are the powers of two; it is stored as it is reported, so they stay whole.
PROBE = METRICS["energy"]
GROUPINGS = (Grouping.TOWN, Grouping.INDUSTRY, Grouping.CHAIN, Grouping.STAGE, Grouping.ROLE)


class Attack:
    """All questions about a district's last ``probed`` months, answered with its cube or with the coarser one."""

    def __init__(self, district, rows, probed):
        self.made = planted.repository(district, rows)
        self.data = self.made.current
        self.coarsening = planted.decide(self.made)
        self.months = self.data.cube.months[-probed:]
        self.number = {code: n for n, code in enumerate(self.data.cube.firm_code, 1)}
        assert len(self.number) < 53
        self._sets = {}

    @cached_property
    def probes(self):
        """The snapshot of each month's probe."""
        return {month: self._probe(month) for month in self.months}

    def _probe(self, month):
        cube, monthly, energy = self.data.cube, {}, np.full(self.data.cube.span.shape, np.nan)
        for code, n in self.number.items():
            cell = cube.firm_cell[n - 1]
            monthly[code] = [
                row | {"energy_tce": float(2**n) if row["month"] == month else 0.0} for row in self.made.monthly[code]
            ]
            for row in monthly[code]:
                column = cube.column_by_month[row["month"]]
                energy[cell, column] = np.nansum([energy[cell, column], row["energy_tce"]])
        probe = replace(cube, values={**cube.values, "energy": energy})
        return replace(self.data, cube=probe, source=PlainSource(monthly), cache=Cache())

    def fine_sets(self):
        """What is determined by the answers with the cube."""
        return supports(*reduced_basis(self._sums(self.probes)))

    def coarse_sets(self, measure):
        """What is determined by the answers about a measure with the coarser cube."""
        level = self.coarsening.levels[measure]
        if level not in self._sets:
            coarsening = replace(self.coarsening, levels={**self.coarsening.levels, "energy": level})
            made = {month: data.without_firms(coarsening) for month, data in self.probes.items()}
            self._sets[level] = supports(*reduced_basis(self._sums(made)))
        return self._sets[level]

    def _sums(self, snapshots):
        """The unknowns that each answer is a sum of. ``snapshots``: one for each month's probe."""
        sums = defaultdict(set)
        for month, data in snapshots.items():
            if data.cube.newest_month < month:
                continue
            for question, value in self._responses(data, month):
                if not math.isnan(value):
                    digits = int(value)
                    assert digits == value
                    sums[question] |= {(n, month) for n in self.number.values() if digits >> n & 1}
        return list(sums.values())

    def _responses(self, data, month):
        """Every value that a reader may ask for and that may hold figures of the month, by its question."""
        keys = [("", *data.cube.codes[name].keys) for name in ("town", "division", "chain")]
        for question in itertools.product(*keys):
            where = Filter(*(() if key == "" else (key,) for key in question))
            if data.cube.mask(where).any():
                period = resolve(_link(month), data.cube.first_month, data.cube.newest_month)
                yield (month, *question), evaluate_metric(data, PROBE, period, where).get("")
        for text, compare in itertools.product(self._periods(data.cube), (Compare.YOY, Compare.MOM)):
            period = resolve(text, data.cube.first_month, data.cube.newest_month)
            if period.last >= month:
                yield from _comparisons(data, text, period, compare)

    def _periods(self, cube):
        """Months, years to date, twelve months, and runs across the turn of a year and through joint months."""
        months = [month for month in self.months if month <= cube.newest_month]
        for month in months:
            january = m.month(m.year_of(month), 1)
            yield from (_link(month), f"{_link(january)}..{_link(month)}")
            if m.distance(cube.first_month, month) >= 11:
                yield f"ttm:{_link(month)}"
            if month == january and month < months[-1]:
                yield from (
                    f"{_link(m.shift(month, back))}..{_link(m.shift(month, ahead))}" for back, ahead in ((-1, 0), (-3, 0))
                )
                yield f"{_link(m.shift(month, 1))}..{_link(m.shift(month, 3))}"

    def figures(self, measure):
        """The absolute value of each unknown, as stored."""
        column = MEASURES[measure][0]
        return {(n, row["month"]): abs(row[column] or 0.0) for code, n in self.number.items() for row in self.made.monthly[code]}


def _link(month):
    return f"{m.year_of(month)}-{m.number_of(month):02d}"


def _comparisons(data, text, period, compare):
    total = compare_total(data, PROBE, period, Filter(), compare)
    for name in ("value", "compared_value", "base"):
        yield (text, compare, name), getattr(total, name)
    for by in GROUPINGS:
        groups = compare_groups(data, PROBE, period, Filter(), compare, by)
        for name in ("value", "compared", "base"):
            for key, value in zip(groups.keys, getattr(groups, name).tolist(), strict=True):
                yield (text, compare, by, key, name), value


def totals_by_firm(unknowns, values):
    """The sum of the values of each firm's unknowns."""
    totals = defaultdict(float)
    for n, month in unknowns:
        totals[n] += values[n, month]
    return totals


def over_few_firms(sets):
    """The sets that are over fewer than three firms."""
    return [each for each in sets if len({n for n, _ in each}) < 3]


def dominated(sets, values):
    """The sets of which one firm has 85 % or more."""
    totals = [(each, totals_by_firm(each, values).values()) for each in sets]
    return [each for each, own in totals if sum(own) and max(own) >= 0.85 * sum(own)]
