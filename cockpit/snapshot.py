"""One published data version: the cube, the ledgers and the evaluations, and the interface that loads it. Immutable."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Protocol, TypeVar

import pandas as pd

from cockpit import cache as regions
from cockpit.cache import Cache, Region
from cockpit.cube.area_mapping import map_ledgers_to_areas, map_to_areas
from cockpit.cube.counted_rows import CountedRows, JointSpans, counted_cubes, joint_spans, monthly_pairs
from cockpit.cube.cube import Cube
from cockpit.cube.firm_months import FirmMonths
from cockpit.cube.firm_totals import FirmRegister, FirmTotals
from cockpit.disclosure.cell_groups import Coarsening
from cockpit.disclosure.coarse_data import NoFirmMonths, coarsen_data
from cockpit.disclosure.joint_months import coarse_joint_spans, counted_coarse_cubes
from cockpit.district.district import District
from cockpit.enterprise_file import EnterpriseFile
from cockpit.errors import StaleSnapshotError
from cockpit.evaluation.policy.policy import Policy
from cockpit.evaluation.results.record import EvaluationRecord, PublishedEvaluation, Scenario
from cockpit.selection import Compare

_T = TypeVar("_T")
#: Ledgers whose rows have dates of their own, and the columns with days on which something happened.
LEDGER_DATES: Mapping[str, tuple[str, ...]] = {
    "project": ("signed_on", "started_on", "completed_on", "in_production_on"),
    "renewal": ("started_on", "completed_on"),
    "remediation": ("listed_on", "completed_on"),
}

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


class FirmMonthsSource(Protocol):
    """What reads the months of a snapshot's enterprises."""

    def from_firm_months(
        self, snapshot: Snapshot, key: tuple[Hashable, ...], compute: Callable[[FirmMonths], _T], region: Region
    ) -> _T:
        """Return a cached result of a snapshot, else compute it from the months of its enterprises, in its cube's order.

        Raises ``StaleSnapshotError`` when a newer version has been published meanwhile.
        """
        ...


@dataclass(frozen=True)
class Snapshot:
    """The data that every value of a page is computed from, of the whole district or of one of its areas (``district``).

    ``ledgers``: current rows by table name of the contracts, all tables but ``monthly`` and
    ``evaluation_input``; ``project_versions``: see ``ledgers.investment``; ``remediation`` carries the enterprise's
    ``town, division, chain`` as well.
    ``grades``: year -> frame of ``credit_code``, ``grade`` and ``cube.cube.DIMENSIONS`` of the newest published
    evaluation of that year, one row an enterprise graded A-D. ``leaf_data``: both by the lowest areas, whatever is shown.
    ``source``: what reads the months of its enterprises. ``comparable``: the comparison for which values count only the
    enterprises present on both sides (可比口径), ``NONE``: all count. ``cache``: what was computed from all of it.
    ``unreachable_since``: since when (UTC) the database hasn't said whether there is a newer version; ``None`` while it answers.
    """

    version: DataVersion
    district: District
    cube: Cube
    ledgers: Mapping[str, pd.DataFrame]
    grades: Mapping[int, pd.DataFrame]
    leaf_data: LeafData
    source: FirmMonthsSource = field(repr=False, compare=False)
    comparable: Compare = Compare.NONE
    cache: Cache = field(default_factory=Cache, repr=False, compare=False)
    unreachable_since: datetime | None = None

    @classmethod
    def build(
        cls, version: DataVersion, district: District, cube: Cube, leaf_data: LeafData, source: FirmMonthsSource
    ) -> Snapshot:
        """Build the snapshot of what was published as ``district`` shows it; the cube has its areas already."""
        grades = {year: map_to_areas(rows, district) for year, rows in leaf_data.grades.items()}
        return cls(version, district, cube, map_ledgers_to_areas(leaf_data.ledgers, district), grades, leaf_data, source)

    def for_area(self, district: District, cube: Cube) -> Snapshot:
        """Return the same version as an area of the district shows it; the cube has its areas already."""
        return Snapshot.build(self.version, district, cube, self.leaf_data, self.source)

    def without_firms(self, coarsening: Coarsening) -> Snapshot:
        """Return the same version for readers without the right to single firms (see ``cockpit.disclosure``).

        Everything is summed from groups in which no enterprise can be recognised; nothing can be drilled down.
        """
        coarse = coarsen_data(self.district, self.cube, self.ledgers, self.grades, coarsening)
        snapshot = replace(self, district=coarse.district, cube=coarse.cube, ledgers=coarse.ledgers, grades=coarse.grades)
        leaf_data = LeafData(coarse.ledgers, coarse.grades)
        return replace(snapshot, leaf_data=leaf_data, source=NoFirmMonths(), comparable=Compare.NONE, cache=Cache())

    def as_comparable(self, compare: Compare) -> Snapshot:
        """Return the same data, of which values count only the enterprises present on both sides of a comparison."""
        return self if compare is self.comparable else replace(self, comparable=compare)

    def counted(self, rows: CountedRows) -> tuple[Snapshot, Snapshot]:
        """Return the snapshots over the rows that count in a value and in its base."""
        if not self.cube.has_firms:
            return self.cache.get_or_compute(regions.COUNTED, rows, lambda: self._over(counted_coarse_cubes(self.cube, rows)))
        joint = self.joint_spans

        def compute(firms: FirmMonths) -> tuple[Snapshot, Snapshot]:
            return self._over(counted_cubes(self.cube, joint, rows, firms))

        return self.source.from_firm_months(self, ("counted rows", rows), compute, regions.COUNTED)

    def monthly_pairs(self, back: int) -> tuple[Snapshot, Snapshot]:
        """Return the snapshots of a series in 可比口径: a month's enterprises are those of the month ``back`` later as well.

        Raises ``ValueError`` for a coarser cube, of which nothing is computed by enterprise.
        """
        if not self.cube.has_firms:
            raise ValueError("a coarser cube knows no single enterprises")
        joint = self.joint_spans

        def compute(firms: FirmMonths) -> tuple[Snapshot, Snapshot]:
            return self._over(monthly_pairs(self.cube, joint, back, firms))

        return self.source.from_firm_months(self, ("monthly pairs", back), compute, regions.COUNTED)

    def _over(self, cubes: tuple[Cube, Cube]) -> tuple[Snapshot, Snapshot]:
        value, base = (replace(self, cube=cube, comparable=Compare.NONE, cache=Cache()) for cube in cubes)
        return value, base

    @cached_property
    def ledger_dates(self) -> Mapping[str, date]:
        """The newest date in each ledger whose rows have dates of their own (table -> date): it is known up to that day."""
        newest = {
            table: max((day for day in (self.ledgers[table][c].max() for c in columns) if not pd.isna(day)), default=None)
            for table, columns in LEDGER_DATES.items()
        }
        return {table: day.date() for table, day in newest.items() if day is not None}

    @property
    def latest_month(self) -> int:
        """The newest month of monthly values, or of a ledger's newest date."""
        months = [day.year * 100 + day.month for day in self.ledger_dates.values()]
        return max([self.cube.newest_month, *months])

    @property
    def joint_spans(self) -> JointSpans:
        """The spans of the enterprises' rows in the months with joint ones; empty without any."""
        if not self.cube.has_joint_rows:
            return {}
        if not self.cube.has_firms:
            return self.cache.get_or_compute(regions.JOINT, (), lambda: coarse_joint_spans(self.cube))

        def read() -> JointSpans:
            return self.source.from_firm_months(
                self, ("joint spans",), lambda firms: joint_spans(self.cube, firms), regions.JOINT
            )

        return self.cache.get_or_compute(regions.JOINT, (), read)

    @cached_property
    def firm_codes(self) -> frozenset[str]:
        """The codes of the registered enterprises of what is shown."""
        return frozenset(self.ledgers["enterprise"]["credit_code"])

    @cached_property
    def firm_register(self) -> FirmRegister:
        """The register's rows of the cube's enterprises."""
        return FirmRegister(self.cube, self.ledgers["enterprise"])


class Repository(Protocol):
    """The queries of the pages, as the reader of the request may see it. Every result belongs to one data version.

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

    def firm_totals(self, snapshot: Snapshot, measure: str, months: Sequence[int], base_months: Sequence[int]) -> FirmTotals:
        """Sum a measure of ``cube.cube.MEASURES`` by enterprise with rows in either month set; see ``cube.firm_totals``."""
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
