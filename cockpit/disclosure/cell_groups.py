"""Which cells of the cube are shown together: the coarsening, as a value that can be stored.

A cell here is town, division and chain. Stage and role are dropped, other kinds than 规上 are left out: decision 29.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Annotated, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cockpit.catalogue.dimensions import ALL_DIVISIONS, MERGED_DIVISION
from cockpit.cube.cube import MEASURES
from cockpit.errors import UsageError

#: Key of the chain that a town's small chains are merged into, and of all chains and towns together. Keys of packs hold
#: single hyphens.
MERGED_CHAIN, ALL_CHAINS, ALL_TOWNS = "merged--chains", "all--chains", "all--towns"
#: Land of the enterprises, beside the cube's measures.
LAND = "land"
#: All that has a level. The first two are those for which towns are merged.
LEADING_MEASURES = ("output", "tax")
ALL_MEASURES = (*MEASURES, LAND)


class CubeCell(NamedTuple):
    """A cell: keys of town and chain, two-digit division."""

    town: str
    division: str
    chain: str


class Level(StrEnum):
    """What a measure is shown by, the same in all towns: groups of cells, their towns, the whole, not at all."""

    GROUPS = "groups"
    TOWNS = "towns"
    WHOLE = "whole"
    NOTHING = "nothing"


#: From the finest to the coarsest.
LEVELS = tuple(Level)
#: Of land there is no other.
LAND_LEVELS = (Level.GROUPS, Level.NOTHING)


@dataclass(frozen=True)
class CellGroups:
    """Which cells form one group.

    ``towns``: runs of towns that are merged, in the pack's order; any other town stays by itself. A merged town goes by
    ``merged_town_key``. ``chains``: (town, chain) merged into 其他产业链 of the town; ``divisions``: (town, chain, division)
    merged into 其他行业 of town and chain. Towns in both are those shown.
    """

    towns: tuple[tuple[str, ...], ...] = ()
    chains: frozenset[tuple[str, str]] = frozenset()
    divisions: frozenset[tuple[str, str, str]] = frozenset()

    @cached_property
    def shown_town(self) -> Mapping[str, str]:
        """Each merged town -> the key that it is shown under."""
        return {town: merged_town_key(run) for run in self.towns for town in run}

    def group(self, cell: CubeCell) -> CubeCell:
        """Return the group of a cell, as a cell itself."""
        town = self.shown_town.get(cell.town, cell.town)
        if (town, cell.chain) in self.chains:
            return CubeCell(town, MERGED_DIVISION, MERGED_CHAIN)
        merged = (town, cell.chain, cell.division) in self.divisions
        return CubeCell(town, MERGED_DIVISION if merged else cell.division, cell.chain)

    def with_towns(self, towns: Iterable[Sequence[str]], order: Sequence[str]) -> CellGroups:
        """Return the groups with these towns merged as well; what is merged in one of them is merged in all.

        ``order``: the towns in the pack's order.
        """
        member = {merged_town_key(run): run[0] for run in self.towns}
        after = CellGroups(_merge_runs([*self.towns, *towns], order))

        def shown(key: str) -> str:
            town = member.get(key, key)
            return after.shown_town.get(town, town)

        chains = frozenset((shown(town), chain) for town, chain in self.chains)
        return CellGroups(after.towns, chains, frozenset((shown(t), chain, division) for t, chain, division in self.divisions))


@dataclass(frozen=True)
class Coarsening:
    """Groups in which no sum gives an enterprise away.

    ``levels``: that of each of ``ALL_MEASURES``. ``until``: the last month (yyyymm) that may be shown; 0 = none.
    """

    groups: CellGroups = CellGroups()
    levels: Mapping[str, Level] = field(default_factory=lambda: dict.fromkeys(ALL_MEASURES, Level.GROUPS))
    until: int = 0

    def group(self, cell: CubeCell, measure: str) -> CubeCell | None:
        """Return the cell in which a measure of a cell is shown; ``None`` where it isn't shown at all."""
        return group_at_level(self.groups.group(cell), self.levels[measure])

    def to_json(self) -> str:
        """Serialize; equal coarsenings are equal texts."""
        groups = self.groups
        stored = _StoredCoarsening(
            towns=groups.towns,
            chains=tuple(sorted(groups.chains)),
            divisions=tuple(sorted(groups.divisions)),
            levels={measure: self.levels[measure] for measure in ALL_MEASURES},
            until=self.until,
        )
        return stored.model_dump_json()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Parse what ``to_json`` returned. Raises ``UsageError`` for anything else."""
        try:
            stored = _StoredCoarsening.model_validate_json(text)
        except ValidationError as error:
            raise UsageError("已保存的分组合并方案损坏，读不出来。请从备份恢复数据库后再试。") from error
        if stored.levels.keys() != set(ALL_MEASURES):
            raise UsageError("已保存的分组合并方案与程序版本不符。请用保存它的版本打开，或从备份恢复数据库后再试。")
        groups = CellGroups(stored.towns, frozenset(stored.chains), frozenset(stored.divisions))
        return cls(groups, stored.levels, stored.until)


class _StoredCoarsening(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    towns: tuple[Annotated[tuple[str, ...], Field(min_length=2)], ...]
    chains: tuple[tuple[str, str], ...]
    divisions: tuple[tuple[str, str, str], ...]
    levels: dict[str, Level]
    until: int


def group_at_level(group: CubeCell, level: Level) -> CubeCell | None:
    """Return the cell in which a group is shown at a level; ``None`` where it isn't."""
    match level:
        case Level.GROUPS:
            return group
        case Level.TOWNS:
            return CubeCell(group.town, ALL_DIVISIONS, ALL_CHAINS)
        case Level.WHOLE:
            return CubeCell(ALL_TOWNS, ALL_DIVISIONS, ALL_CHAINS)
        case _:
            return None


def merged_town_key(towns: Sequence[str]) -> str:
    """Return the key of merged towns: the first one's, and how many others there are."""
    return f"{towns[0]}--{len(towns) - 1}"


def _merge_runs(runs: Sequence[Sequence[str]], order: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Merge runs that share a town; each in ``order``, and so are they."""
    position = {town: i for i, town in enumerate(order)}
    merged: list[set[str]] = []
    for run in runs:
        touching = [other for other in merged if other & set(run)]
        merged = [other for other in merged if other not in touching] + [set(run).union(*touching)]
    ordered = [tuple(sorted(run, key=lambda town: (position.get(town, len(order)), town))) for run in merged]
    return tuple(sorted(ordered, key=lambda run: (position.get(run[0], len(order)), run[0])))
