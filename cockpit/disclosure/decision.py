"""Decide which cells are shown together: the fewest that the rule's steps need until no group gives an enterprise away.

Inside a town and chain small industries first, then a town's small chains, then towns. Whatever was merged once stays merged:
from two groupings of the same months a group could be subtracted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

import numpy as np

from cockpit.cube.arrays import BoolArray
from cockpit.cube.cube import Cube
from cockpit.cube.firm_months import FirmMonths
from cockpit.disclosure.cell_groups import (
    ALL_MEASURES,
    LAND,
    LAND_LEVELS,
    LEADING_MEASURES,
    LEVELS,
    CellGroups,
    Coarsening,
    CubeCell,
    Level,
    group_at_level,
)
from cockpit.disclosure.months import first_months
from cockpit.disclosure.statistics import (
    SHOWN_KIND,
    CellStatistics,
    GroupStatistics,
    cell_statistics,
    of_measures,
    total_statistics,
)
from cockpit.district.district import District
from cockpit.district.thresholds import Thresholds

_Key = TypeVar("_Key")
#: The newest month is still being reported while fewer firms have than this share of the median of some months before.
_REPORTED_SHARE, _MONTHS_BEFORE = 0.8, 3
#: A measure that fewer of the reports have (with another value than 0) has no part in merging cells, but a level of its own:
#: nearly all would be merged for green investment, which few firms make.
_STEERING_SHARE = 0.8


def decide_coarsening(cube: Cube, firms: FirmMonths, district: District, previous: Coarsening | None = None) -> Coarsening:
    """Decide the groups of a data version: safe in every month of the cube, and so in every period.

    ``firms``: all enterprises of ``cube``, in its order; ``district``: gives the order of the towns and the limits;
    ``previous``: that of the data version before, whose groups stay together. Deterministic.
    """
    count = _reported_months(cube)
    if not count:
        return replace(previous or Coarsening(), until=0)
    shown = first_months(cube, count)
    order = [town.key for town in district.towns]
    coarsening = coarsen_cells(cell_statistics(shown, firms), order, district.thresholds, previous)
    return replace(coarsening, until=shown.newest_month) if coarsening.until else coarsening


def _reported_months(cube: Cube) -> int:
    """Return how many months can be shown: without the newest ones while few firms have reported them."""
    kinds = cube.cells["kind"].to_numpy()[cube.firm_cell]
    reported = cube.present[kinds == SHOWN_KIND].sum(axis=0)
    count = len(reported)
    while count > 1 and reported[count - 1] < _REPORTED_SHARE * np.median(
        reported[max(0, count - 1 - _MONTHS_BEFORE) : count - 1]
    ):
        count -= 1
    return count


def coarsen_cells(
    statistics: CellStatistics, order: Sequence[str], limits: Thresholds, previous: Coarsening | None = None
) -> Coarsening:
    """Decide groups and levels from the statistics of all cells; ``order``: the towns in the pack's order.

    ``until`` of the result is 0 where the whole is over too few firms, else 1.
    """
    before = previous or Coarsening()
    if not statistics:
        return replace(before, until=0)
    whole = total_statistics(statistics.values())
    if whole.has_few_firms(limits):
        return replace(before, until=0)
    is_shown = ~whole.sensitive_measures(limits)
    levels = {each: before.levels[each] if shown else Level.NOTHING for each, shown in zip(ALL_MEASURES, is_shown, strict=True)}
    finest = {measure for measure, level in levels.items() if level is Level.GROUPS}
    leading = finest & set(LEADING_MEASURES)
    towns = merge_cells(of_measures(statistics, leading), order, limits, before.groups).towns
    groups = before.groups.with_towns(towns, order)
    dense = whole.contributors.sum(axis=1) >= _STEERING_SHARE * whole.present.sum()
    fits = dense & ~_sensitive(statistics, lambda cell: groups.group(cell).town, limits)
    steering = finest & {measure for measure, each in zip(ALL_MEASURES, fits, strict=True) if each}
    groups = merge_cells(of_measures(statistics, leading | steering), order, limits, groups)
    return Coarsening(groups, _levels(statistics, groups, levels, limits), until=1)


def _levels(statistics: CellStatistics, groups: CellGroups, finest: Mapping[str, Level], limits: Thresholds) -> dict[str, Level]:
    """Return the finest level of each measure, not finer than ``finest``, at which no sum of it is sensitive."""
    levels: dict[str, Level] = {}
    for level in (Level.GROUPS, Level.TOWNS, Level.WHOLE):
        sensitive = _sensitive(statistics, partial(_cell_at, groups, level), limits)
        for measure, flag in zip(ALL_MEASURES, sensitive.tolist(), strict=True):
            known = LAND_LEVELS if measure == LAND else LEVELS
            if not flag and level in known and LEVELS.index(level) >= LEVELS.index(finest[measure]):
                levels.setdefault(measure, level)
    return {measure: levels.get(measure, Level.NOTHING) for measure in ALL_MEASURES}


def _cell_at(groups: CellGroups, level: Level, cell: CubeCell) -> CubeCell | None:
    return group_at_level(groups.group(cell), level)


def _sensitive(statistics: CellStatistics, group: Callable[[CubeCell], CubeCell | str | None], limits: Thresholds) -> BoolArray:
    """Return flags of ``ALL_MEASURES``: the sum of some group is sensitive."""
    totals: dict[CubeCell | str | None, GroupStatistics] = {}
    for cell, each in statistics.items():
        _add(totals, group(cell), each)
    flags: BoolArray = np.any([each.sensitive_measures(limits) for each in totals.values()], axis=0)
    return flags


def _add(totals: dict[_Key, GroupStatistics], key: _Key, each: GroupStatistics) -> None:
    totals[key] = totals[key] + each if key in totals else each


def merge_cells(cells: CellStatistics, order: Sequence[str], limits: Thresholds, start: CellGroups) -> CellGroups:
    """Merge cells from ``start`` on until no group is sensitive; all of them together must not be.

    ``order``: the towns in the pack's order. Also for cells of other data, of which chain and division are two of its dimensions.
    """
    order = [*order, *sorted({cell.town for cell in cells} - set(order))]
    while True:
        groups, by_town = start, _by_town(cells, start)
        for town, own in by_town.items():
            merged = _merge_in_town(town, own, limits, groups)
            if merged is None:
                start = start.with_towns([_with_neighbour(town, by_town, order, start)], order)
                break
            groups = merged
        else:
            return groups


def _by_town(cells: CellStatistics, groups: CellGroups) -> dict[str, dict[CubeCell, GroupStatistics]]:
    by_town: dict[str, dict[CubeCell, GroupStatistics]] = defaultdict(dict)
    for cell in sorted(cells):
        by_town[groups.shown_town.get(cell.town, cell.town)][cell] = cells[cell]
    return by_town


def _merge_in_town(town: str, cells: CellStatistics, limits: Thresholds, groups: CellGroups) -> CellGroups | None:
    """Merge the divisions and chains of a town; ``None`` where even all of it together is sensitive."""
    by_chain: dict[str, dict[str, GroupStatistics]] = defaultdict(dict)
    for cell, each in cells.items():
        _add(by_chain[cell.chain], cell.division, each)
    divisions, small = set(groups.divisions), {chain for key, chain in groups.chains if key == town}
    for chain, parts in by_chain.items():
        if chain not in small:
            merged = _pool(parts, {division for *of, division in groups.divisions if of == [town, chain]}, limits)
            if merged is None:
                small.add(chain)
            else:
                divisions |= {(town, chain, division) for division in merged}
    chains = _pool({chain: total_statistics(parts.values()) for chain, parts in by_chain.items()}, small, limits)
    if chains is None:
        return None
    merged_chains = groups.chains | {(town, chain) for chain in chains}
    return CellGroups(groups.towns, merged_chains, frozenset(each for each in divisions if each[:2] not in merged_chains))


def _pool(parts: Mapping[str, GroupStatistics], before: Collection[str], limits: Thresholds) -> set[str] | None:
    """Return which parts are to be merged: sensitive ones, those merged before, and as few others as that takes.

    That is the smallest one (by firms) that is enough; where none is, the largest and so on. ``None`` where all of them together
    are sensitive.
    """
    pool = {key for key, each in parts.items() if key in before or each.is_sensitive(limits)}
    if not pool:
        return pool
    rest = sorted(parts.keys() - pool, key=lambda key: (parts[key].firms, key))
    total = total_statistics(parts[key] for key in sorted(pool))
    while total.is_sensitive(limits):
        if not rest:
            return None
        more = next((key for key in rest if not (total + parts[key]).is_sensitive(limits)), rest[-1])
        rest.remove(more)
        total, pool = total + parts[more], pool | {more}
    return pool


def _with_neighbour(
    town: str, by_town: Mapping[str, CellStatistics], order: Sequence[str], groups: CellGroups
) -> tuple[str, ...]:
    """Return the towns of a shown town and of its smaller neighbour: the one after or before it in the pack's order."""
    shown = list(dict.fromkeys(key for each in order if (key := groups.shown_town.get(each, each)) in by_town))
    at = shown.index(town)
    beside = [shown[i] for i in (at + 1, at - 1) if 0 <= i < len(shown)]
    neighbour = min(beside, key=lambda key: sum(each.firms for each in by_town[key].values()))
    return tuple(each for each in order if groups.shown_town.get(each, each) in (town, neighbour))
