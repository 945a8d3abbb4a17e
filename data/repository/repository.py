"""The repository over the database: one immutable snapshot per data version, cached in the process."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import TypeVar

import pandas as pd
from sqlalchemy import Connection, Engine

from cockpit import cache
from cockpit.access.access import UNRESTRICTED, Access
from cockpit.access.scope import scoped_district
from cockpit.cache import Cache, Region
from cockpit.contracts.sheets import EVALUATION_INPUTS, MONTHLY, SHEETS
from cockpit.cube.area_mapping import map_to_areas, sum_cube_to_areas
from cockpit.cube.chain_months import chain_firms, chain_medians
from cockpit.cube.cube import Cube, build_cube
from cockpit.cube.firm_months import FirmMonths
from cockpit.cube.firm_totals import FirmTotals, firm_totals
from cockpit.disclosure.decision import decide_coarsening
from cockpit.district.district import District
from cockpit.enterprise_file import EnterpriseFile
from cockpit.errors import AccessError, DamagedCubeError, DatabaseError, StaleSnapshotError
from cockpit.evaluation.policy.policy import Policy
from cockpit.evaluation.results.area_view import evaluation_for_area
from cockpit.evaluation.results.record import EvaluationRecord, PublishedEvaluation, Scenario
from cockpit.snapshot import DataVersion, LeafData, Snapshot
from data.database import reader
from data.database.digests import damaged_months
from data.database.engine import read_connection
from data.database.outage import outage_of
from data.evaluation import evaluations
from data.evaluation.policies import district_policies
from data.evaluation.scenarios import saved_scenarios
from data.pinyin import pinyin
from data.publishing.cube_table import rebuild_cube
from data.repository import enterprise_rows
from data.repository.firm_months import database_firm_months
from data.repository.snapshot_holder import SnapshotHolder

log = logging.getLogger(__name__)

_T = TypeVar("_T")
_FACTS = (MONTHLY.table, EVALUATION_INPUTS.table)


class DatabaseRepository:
    """Results from the newest data version, cached as long as it is the newest."""

    def __init__(self, engine: Engine, district: District) -> None:
        self._engine = engine
        self._district = district
        self._holder = SnapshotHolder(self._load)
        self._policies: tuple[Policy, ...] | None = None
        #: Results of one version, the newest that was asked for; those of an older one go with it.
        self._results = (0, Cache())
        self._outage = outage_of(engine)

    def snapshot(self, access: Access = UNRESTRICTED) -> Snapshot:
        """Return the newest data version as ``access`` may see it. One small query when the version is known already.

        While the database doesn't answer, the snapshot in memory, which says since when. Raises ``DatabaseError`` without one.
        """
        whole = self._whole()
        areas = access.scope.areas
        snapshot = self._within(whole, areas) if areas else whole
        return snapshot if access.sees_firms else self._without_firms(snapshot)

    def _without_firms(self, snapshot: Snapshot) -> Snapshot:
        """Return the coarser data of a snapshot: its groups are decided once a version, by the first who asks."""

        def compute(firms: FirmMonths) -> Snapshot:
            return snapshot.without_firms(decide_coarsening(snapshot.cube, firms, snapshot.district))

        coarse = self.from_firm_months(snapshot, ("without firms",), compute, cache.AREAS)
        return coarse if snapshot.unreachable_since is None else replace(coarse, unreachable_since=snapshot.unreachable_since)

    def _within(self, whole: Snapshot, areas: tuple[str, ...]) -> Snapshot:
        """Return the snapshot of the areas alone; its cube is built when somebody with this scope first asks."""
        try:
            district = scoped_district(whole.district, areas)
        except KeyError as error:
            raise AccessError("账号的数据范围里有区县配置没有的区域，不能显示。请联系安全管理员。") from error
        snapshot = self._area(whole, district)
        return snapshot if whole.unreachable_since is None else replace(snapshot, unreachable_since=whole.unreachable_since)

    def _whole(self) -> Snapshot:
        if self._outage.is_open() and (in_memory := self._holder.in_memory(self._outage.since)) is not None:
            return in_memory
        try:
            return self._rebuilt_if_damaged(self._newest)
        except DatabaseError as error:
            self._outage.begin(error)
            if (in_memory := self._holder.in_memory(self._outage.since)) is None:
                raise
            return in_memory

    def _newest(self) -> Snapshot:
        current = self._holder.current(self._outage.ask(lambda: reader.newest_version_number(self._engine)))
        if current is None:
            with read_connection(self._engine, anyway=True) as connection:
                current = self._holder.newest(connection)
        self._outage.end()
        return current

    def prepare(self) -> None:
        """Load the newest version before a request needs it; called regularly by the prefetch thread.

        Raises ``DatabaseError`` while the database doesn't answer: requests then get the version in memory without asking.
        """
        try:
            self._rebuilt_if_damaged(self._prepare)
        except DatabaseError as error:
            self._outage.begin(error)
            raise

    def _prepare(self) -> None:
        if self._holder.watch(self._outage.ask(lambda: reader.newest_version_number(self._engine))) is None:
            with read_connection(self._engine, anyway=True) as connection:
                self._holder.prepare(connection)
        self._outage.end()

    def _rebuilt_if_damaged(self, load: Callable[[], _T]) -> _T:
        """Return what ``load`` returns; where it meets a damaged cube, this is summed from the facts again before."""
        try:
            return load()
        except DamagedCubeError as error:
            log.error("%s It is summed from the monthly rows again.", error)
            rebuild_cube(self._engine, error.months)
            return load()

    def dispose(self) -> None:
        """Close all connections: a process that forks workers must have none open."""
        self._engine.dispose()

    def drill_down(self, snapshot: Snapshot, area: str) -> Snapshot:
        """See ``cockpit.snapshot.Repository``. The cube of an area is built when it is first viewed."""
        return self._area(snapshot, snapshot.district.for_area(area)) if area else snapshot

    def _area(self, snapshot: Snapshot, district: District) -> Snapshot:
        """Return the snapshot of ``district``, an area of it: its cube is a part of the stored one."""

        def read(connection: Connection) -> Snapshot:
            return snapshot.for_area(district, self._cube(connection, district))

        return self._cached(snapshot, (district.scope, district.area), read, cache.AREAS)

    def _cube(self, connection: Connection, district: District) -> Cube:
        """Build the cube of a district, or of the area that it represents. Raises ``DamagedCubeError``."""
        rows = reader.read_cube(connection)
        if damaged := damaged_months(connection, rows):
            raise DamagedCubeError(damaged)
        towns = [leaf.key for leaf in district.leaves] if district.is_part else None
        if towns is not None:
            rows = rows[rows["town"].isin(towns)].reset_index(drop=True)
        firms = reader.read_presence(connection, towns)
        return build_cube(sum_cube_to_areas(rows, district), map_to_areas(firms, district))

    def firm_totals(self, snapshot: Snapshot, measure: str, months: Sequence[int], base_months: Sequence[int]) -> FirmTotals:
        """See ``cockpit.snapshot.Repository``. Filters change more often than periods: one result serves all of them."""
        joint = snapshot.joint_spans

        def compute(firms: FirmMonths) -> FirmTotals:
            return firm_totals(snapshot.firm_register, firms, joint, measure, months, base_months)

        return self.from_firm_months(snapshot, (measure, tuple(months), tuple(base_months)), compute, cache.FIRM_TOTALS)

    def evaluation(self, snapshot: Snapshot, year: int, record: int = 0) -> PublishedEvaluation | None:
        """See ``cockpit.snapshot.Repository``."""

        def read(connection: Connection) -> PublishedEvaluation | None:
            published = evaluations.published_evaluation(connection, year, record or None)
            return published and replace(published, evaluation=evaluation_for_area(published.evaluation, snapshot.district))

        return self._cached(snapshot, ("evaluation", year, record), read)

    def records(self, snapshot: Snapshot) -> tuple[EvaluationRecord, ...]:
        """See ``cockpit.snapshot.Repository``."""
        return self._cached(snapshot, ("records",), evaluations.evaluation_records)

    def evaluation_inputs(self, snapshot: Snapshot, year: int) -> pd.DataFrame:
        """See ``cockpit.snapshot.Repository``."""
        return self._cached(
            snapshot, ("inputs", year), lambda c: map_to_areas(evaluations.evaluation_inputs(c, year), snapshot.district)
        )

    def evaluation_years(self, snapshot: Snapshot) -> tuple[int, ...]:
        """See ``cockpit.snapshot.Repository``."""
        return self._cached(snapshot, ("years",), evaluations.evaluation_years)

    def enterprise(self, snapshot: Snapshot, code: str) -> EnterpriseFile | None:
        """See ``cockpit.snapshot.Repository``."""
        if code not in snapshot.firm_codes:
            return None
        return self._cached(snapshot, ("enterprise", code), lambda c: enterprise_rows.enterprise_file(c, code))

    def chain_firms(self, snapshot: Snapshot, chain: str, windows: Sequence[tuple[int, int]]) -> pd.DataFrame:
        """See ``cockpit.snapshot.Repository``."""

        def compute(firms: FirmMonths) -> pd.DataFrame:
            return chain_firms(snapshot.firm_register, firms, chain, windows)

        return self.from_firm_months(snapshot, ("chain_firms", chain, tuple(windows)), compute)

    def chain_medians(self, snapshot: Snapshot, chain: str, measure: str, run: tuple[int, int]) -> pd.DataFrame:
        """See ``cockpit.snapshot.Repository``."""

        def compute(firms: FirmMonths) -> pd.DataFrame:
            return chain_medians(snapshot.cube, firms, chain, measure, run)

        return self.from_firm_months(snapshot, ("medians", chain, measure, run), compute)

    def pinyin(self, names: Sequence[str]) -> list[list[str]]:
        """See ``cockpit.snapshot.Repository``."""
        return pinyin(names)

    def policies(self) -> tuple[Policy, ...]:
        """See ``cockpit.snapshot.Repository``. Read once: a changed file needs a restart."""
        if self._policies is None:
            self._policies = tuple(p.policy for p in district_policies(self._district.pack))
        return self._policies

    def scenarios(self) -> tuple[Scenario, ...]:
        """See ``cockpit.snapshot.Repository``."""
        with read_connection(self._engine) as connection:
            return saved_scenarios(connection)

    def _load(self, connection: Connection, version: DataVersion, previous: Snapshot | None) -> Snapshot:
        """Load ``version`` in the connection's read transaction; only the grades if nothing else changed since ``previous``."""
        if previous is not None and not reader.data_changed(connection, previous.version.number):
            leaf_data = replace(previous.leaf_data, grades=reader.read_grades(connection))
            return Snapshot.build(version, self._district, previous.cube, leaf_data, self)
        ledgers = {s.table: reader.read_table(connection, s.table) for s in SHEETS if s.table not in _FACTS}
        register = ledgers["enterprise"].assign(division=lambda e: e["industry_code"].str[:2])
        ledgers["remediation"] = ledgers["remediation"].merge(
            register[["credit_code", "town", "division", "chain"]], on="credit_code", how="left"
        )
        ledgers["project_versions"] = reader.read_project_versions(connection)
        leaf_data = LeafData(ledgers, reader.read_grades(connection))
        return Snapshot.build(version, self._district, self._cube(connection, self._district), leaf_data, self)

    def from_firm_months(
        self,
        snapshot: Snapshot,
        key: tuple[Hashable, ...],
        compute: Callable[[FirmMonths], _T],
        region: Region = cache.QUERIES,
    ) -> _T:
        """See ``cockpit.snapshot.FirmMonthsSource``."""
        return self._cached(
            snapshot,
            key,
            lambda connection: compute(database_firm_months(self._results_of(snapshot), connection, snapshot)),
            region,
        )

    def _cached(
        self,
        snapshot: Snapshot,
        key: tuple[Hashable, ...],
        read: Callable[[Connection], _T],
        region: Region = cache.QUERIES,
    ) -> _T:
        """Return a cached result, else read it in a transaction that still sees the snapshot's version."""

        def compute() -> _T:
            with read_connection(self._engine) as connection:
                self._check_current(connection, snapshot)
                return read(connection)

        district = snapshot.district
        return self._results_of(snapshot).get_or_compute(region, (district.scope, district.area, *key), compute)

    def _results_of(self, snapshot: Snapshot) -> Cache:
        """Return the cache of the snapshot's version; for one before the newest that nobody else sees."""
        number, results = self._results
        if snapshot.version.number > number:
            number, results = self._results = (snapshot.version.number, Cache())
        return results if snapshot.version.number == number else Cache()

    def _check_current(self, connection: Connection, snapshot: Snapshot) -> None:
        """Raise ``StaleSnapshotError`` when the transaction sees another version than the snapshot's."""
        newest = reader.current_version(connection).number
        if newest != snapshot.version.number:
            self._holder.require_at_least(newest)
            raise StaleSnapshotError(f"数据刚刚更新（版本 {newest}），请重试。")
