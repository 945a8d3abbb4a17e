"""Which months a selection is covered in, and how those months are named.

A month is covered when at least one enterprise of the selection reported it; an enterprise's own month may be missing
within it. A joint January-February covers both months together and neither of them alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cockpit import cache
from cockpit.aggregations.sums import any_by_group, group_index
from cockpit.calendar import months as m
from cockpit.calendar.periods import months_label
from cockpit.catalogue.dimensions import Grouping
from cockpit.cube.arrays import BoolArray
from cockpit.cube.counted_rows import is_cut, joint_runs, single_presence
from cockpit.cube.cube import Filter
from cockpit.snapshot import Snapshot

#: An unbroken run of months, rising.
Run = tuple[int, ...]
#: Labels of covered months that are cached.
_LABELS = 1024


@dataclass(frozen=True, slots=True)
class Coverage:
    """The months of a selection with a row of their own, and the runs of months that rows cover jointly."""

    months: frozenset[int]
    runs: tuple[Run, ...] = ()

    def within(self, months: Run) -> tuple[int, ...]:
        """Return those of the months that are covered; a joint run counts where all of its months are among them."""
        if self.months.issuperset(months):
            return months
        together = {month for run in self.runs if set(run) <= set(months) for month in run}
        return tuple(month for month in months if month in self.months or month in together)

    def has_cut_run(self, months: Sequence[int]) -> bool:
        """Return whether a joint run would have to be divided."""
        return any(is_cut(run, months) for run in self.runs)

    def only_joint(self, run: Run) -> bool:
        """Return whether all that was reported of the run's months was reported jointly."""
        return run in self.runs and not self.months.intersection(run)


@dataclass(frozen=True, slots=True)
class _CellCoverage:
    """Flags [cell, month] of rows of their own, and for each joint run the flags of the cells with such a row."""

    single: BoolArray
    runs: Mapping[Run, BoolArray]


def _by_cell(data: Snapshot) -> _CellCoverage:
    cube = data.cube

    def compute() -> _CellCoverage:
        single = cube.span > 0
        if not cube.has_joint_rows:
            return _CellCoverage(single, {})
        joint = data.joint_spans
        own, runs, size = single_presence(cube, joint), {}, len(cube.cells)
        for run, firms in joint_runs(joint):
            last = cube.column_by_month[run[-1]]
            single[:, last] = np.bincount(cube.firm_cell[own[:, last]], minlength=size) > 0
            runs[run] = np.bincount(cube.firm_cell[firms], minlength=size) > 0
        return _CellCoverage(single, runs)

    return data.cache.get_or_compute(cache.COVERAGE, (), compute)


def coverage(data: Snapshot, where: Filter) -> Coverage:
    """Return what the selection covers of 月度经营."""

    def compute() -> Coverage:
        cells, by_cell = group_index(data, where, None).cells, _by_cell(data)
        months = _months(data, np.logical_or.reduce(by_cell.single.take(cells, axis=0), axis=0))
        return Coverage(months, tuple(run for run, reported in by_cell.runs.items() if reported[cells].any()))

    return data.cache.get_or_compute(cache.SUMS, ("coverage", where), compute)


def coverage_by_group(data: Snapshot, where: Filter, by: Grouping) -> Mapping[str, Coverage]:
    """Return what each group of ``by`` covers that occurs in the selection; equal ones are the same object."""

    def compute() -> Mapping[str, Coverage]:
        index, by_cell = group_index(data, where, by), _by_cell(data)
        size = len(index.keys)
        single = any_by_group(index, by_cell.single.take(index.cells, axis=0))
        runs = {run: np.bincount(index.group, reported[index.cells], size) > 0 for run, reported in by_cell.runs.items()}
        distinct: dict[Coverage, Coverage] = {}
        result = {}
        for i, key in enumerate(index.keys):
            own = Coverage(_months(data, single[i]), tuple(run for run, reported in runs.items() if reported[i]))
            result[key] = distinct.setdefault(own, own)
        return result

    return data.cache.get_or_compute(cache.SUMS, ("coverage", where, by), compute)


def _months(data: Snapshot, flags: BoolArray) -> frozenset[int]:
    """Return the flagged months; the same object for the same flags, since most selections cover all of them."""

    def compute() -> frozenset[int]:
        return frozenset(data.cube.months[i] for i in np.flatnonzero(flags).tolist())

    return data.cache.get_or_compute(cache.COVERED_MONTHS, flags.tobytes(), compute)


def platform_coverage(data: Snapshot) -> Coverage:
    """Return the months of 时尚E家 with a row of the district itself."""

    def compute() -> Coverage:
        rows = data.ledgers["platform"]
        return Coverage(frozenset(rows["month"][rows["area"] == "本区"].tolist()))

    return data.cache.get_or_compute(cache.SUMS, ("platform coverage",), compute)


def runs_of(months: Sequence[int]) -> list[tuple[int, int]]:
    """Return (first, last month) of each unbroken run of rising months."""
    runs: list[tuple[int, int]] = []
    for month in months:
        if runs and m.shift(runs[-1][1], 1) == month:
            runs[-1] = runs[-1][0], month
        else:
            runs.append((month, month))
    return runs


@lru_cache(_LABELS)
def covered_label(months: Run, *, whole_year: bool = False) -> str:
    """Name rising months: 2022年1—2月、4—6月; a run that follows within the same year goes without it. '' for none.

    January to December with ``whole_year``: 2022年.
    """
    parts, year = [], 0
    for first, last in runs_of(months):
        text = months_label(first, last, whole_year=whole_year)
        parts.append(text.split("年", 1)[1] if year == m.year_of(first) == m.year_of(last) else text)
        year = m.year_of(last)
    return "、".join(parts)
