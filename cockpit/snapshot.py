"""One published data version: the cube, the ledgers and the evaluations, and the interface that loads it. Immutable."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Protocol, TypeVar

import pandas as pd

from cockpit.cache import Cache
from cockpit.cube.area_mapping import map_ledgers_to_areas, map_to_areas
from cockpit.cube.cube import Cube
from cockpit.cube.firm_totals import FirmRegister, FirmTotals
from cockpit.district.district import District
from cockpit.enterprise_file import EnterpriseFile
from cockpit.errors import StaleSnapshotError
from cockpit.evaluation.policy.policy import Policy
from cockpit.evaluation.results.record import EvaluationRecord, PublishedEvaluation, Scenario

_T = TypeVar("_T")
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class DataVersion:
    """A data version: its number, which rises with each publication, withdrawal, evaluation or refresh, and its time (UTC)."""

    number: int
    published_at: datetime


@dataclass(frozen=True)
class LeafData:
    """Ledgers and grades as they were published: their towns are the lowest areas of the pack."""

    ledgers: Mapping[str, pd.DataFrame]
    grades: Mapping[int, pd.DataFrame]


@dataclass(frozen=True)
class Snapshot:
    """The data that every value of a page is computed from, of the whole district or of one of its areas (``district``).

    ``ledgers``: current rows by table name of the contracts, all tables but ``monthly`` and
    ``evaluation_input``; ``remediation`` carries the enterprise's ``town, division, chain`` as well.
    ``grades``: year -> frame of ``credit_code``, ``grade`` and ``cube.cube.DIMENSIONS`` of the newest published
    evaluation of that year, one row an enterprise graded A-D. ``leaf_data``: both by the lowest areas, whatever is shown.
    ``cache``: what was computed from all of it. ``unreachable_since``: since when (UTC) the database hasn't said whether there
    is a newer version; ``None`` while it answers.
    """

    version: DataVersion
    district: District
    cube: Cube
    ledgers: Mapping[str, pd.DataFrame]
    grades: Mapping[int, pd.DataFrame]
    leaf_data: LeafData
    cache: Cache = field(default_factory=Cache, repr=False, compare=False)
    unreachable_since: datetime | None = None

    @classmethod
    def build(cls, version: DataVersion, district: District, cube: Cube, leaf_data: LeafData) -> Snapshot:
        """Build the snapshot of what was published as ``district`` shows it; the cube has its areas already."""
        grades = {year: map_to_areas(rows, district) for year, rows in leaf_data.grades.items()}
        return cls(version, district, cube, map_ledgers_to_areas(leaf_data.ledgers, district), grades, leaf_data)

    def for_area(self, district: District, cube: Cube) -> Snapshot:
        """Return the same version as an area of the district shows it; the cube has its areas already."""
        return Snapshot.build(self.version, district, cube, self.leaf_data)

    def with_cube(self, cube: Cube) -> Snapshot:
        """Return the same version over another cube, e.g. of the comparable enterprises only, with an empty cache."""
        return replace(self, cube=cube, cache=Cache())

    @cached_property
    def firm_register(self) -> FirmRegister:
        """The register's rows of the cube's enterprises."""
        return FirmRegister(self.cube, self.ledgers["enterprise"])


class Repository(Protocol):
    """The queries of the pages. Every result belongs to one data version.

    A query of a snapshot raises ``StaleSnapshotError`` when a newer version has been published meanwhile.
    """

    def snapshot(self) -> Snapshot:
        """Return the newest data version."""
        ...

    def drill_down(self, snapshot: Snapshot, area: str) -> Snapshot:
        """Return the snapshot of an area with subareas, at any depth below what it shows; '' is itself.

        Raises ``KeyError`` for any other area.
        """
        ...

    def comparable(self, snapshot: Snapshot, months: Sequence[int], base_months: Sequence[int]) -> Snapshot:
        """Return the snapshot over those enterprises only that have rows in both month sets (可比口径)."""
        ...

    def firm_totals(self, snapshot: Snapshot, measure: str, months: Sequence[int], base_months: Sequence[int]) -> FirmTotals:
        """Sum a measure of ``cube.cube.MEASURES`` by enterprise with rows in either month set."""
        ...

    def evaluation(self, snapshot: Snapshot, year: int, record: int = 0) -> PublishedEvaluation | None:
        """Return the year's newest published evaluation, or the one numbered ``record``; ``None`` when there is none."""
        ...

    def records(self, snapshot: Snapshot) -> tuple[EvaluationRecord, ...]:
        """Return all published evaluations, the newest first."""
        ...

    def evaluation_inputs(self, snapshot: Snapshot, year: int) -> pd.DataFrame:
        """Return the year's values for ``evaluation.grading.engine.evaluate_policy``; empty for a year without any."""
        ...

    def evaluation_years(self, snapshot: Snapshot) -> tuple[int, ...]:
        """Return the years with evaluation inputs, rising."""
        ...

    def enterprise(self, snapshot: Snapshot, code: str) -> EnterpriseFile | None:
        """Return the file of an enterprise; ``None`` when the register doesn't know its code."""
        ...

    def chain_firms(self, snapshot: Snapshot, chain: str, windows: Sequence[tuple[int, int]]) -> pd.DataFrame:
        """Return one row a 规上 firm of the chain with a row in one of the windows (first, last month), by code.

        Columns ``credit_code, name, town, division, stage, role, land_mu`` and, of window i, ``{measure}_{i}`` for
        each of ``enterprise_file.WINDOW_MEASURES``: sums in the catalogue's unit, NaN where nothing was reported;
        ``staff_months`` weighs staff by the months of the row, ``staffed`` are those months, ``covered`` all of
        them.
        """
        ...

    def chain_medians(self, snapshot: Snapshot, chain: str, measure: str, run: tuple[int, int]) -> pd.DataFrame:
        """Return the median of a measure of ``enterprise_file.MONTH_MEASURES`` over the chain's 规上 firms, by month of the run.

        Columns ``month, span, median, firms``: firms whose row covers equally many months (``span``) are compared
        with each other only. In the catalogue's unit, by rising month.
        """
        ...

    def pinyin(self, names: Sequence[str]) -> Sequence[Sequence[str]]:
        """Return the pinyin of each name's characters; what isn't Chinese stays, one character each."""
        ...

    def policies(self) -> tuple[Policy, ...]:
        """Return the district pack's evaluation policies, the district's own first."""
        ...

    def scenarios(self) -> tuple[Scenario, ...]:
        """Return the saved scenarios, the newest first."""
        ...


class EvaluationCommands(Protocol):
    """The changes that the per-mu page makes: each is one transaction, and a refused one raises a ``CockpitError``."""

    def save(self, name: str, policy: Policy, who: str) -> None:
        """Save a scenario under a name; one of the same name is replaced. Published grades stay as they are."""
        ...

    def delete(self, name: str) -> None:
        """Delete a saved scenario."""
        ...

    def publish(self, policy: Policy, who: str, observed_version: int) -> EvaluationRecord:
        """Evaluate the policy's year and publish the result as a new record.

        ``observed_version``: the data version that the publisher saw. Raises ``UsageError`` when there is a newer one.
        """
        ...


def retry_if_stale(compute: Callable[[], _T]) -> _T:
    """Compute again when a newer data version comes in between.

    Raises ``StaleSnapshotError`` where that happens each of three times.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return compute()
        except StaleSnapshotError:
            continue
    return compute()
