"""The repository over the database: one immutable snapshot per data version, cached in the process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import pandas as pd
from sqlalchemy import Connection, Engine

from cockpit.cache import Answers
from cockpit.contracts.sheets import EVALUATION_INPUTS, MONTHLY, SHEETS
from cockpit.cube.chain_months import chain_firms, chain_medians
from cockpit.cube.cube import Cube, build_cube
from cockpit.cube.firm_cube import comparable_cube
from cockpit.cube.firm_months import FirmMonths
from cockpit.cube.firm_totals import FirmTotals, firm_totals
from cockpit.district.district import District
from cockpit.district.hierarchy import map_to_areas, sum_cube_to_areas
from cockpit.enterprise_file import EnterpriseFile
from cockpit.errors import StaleSnapshotError
from cockpit.evaluation.policy.policy import Policy
from cockpit.evaluation.results.area_view import evaluation_for_area
from cockpit.evaluation.results.record import EvaluationRecord, PublishedEvaluation, Scenario
from cockpit.snapshot import DataVersion, LeafData, Snapshot
from data.database import reader
from data.database.engine import connect
from data.evaluation import evaluations
from data.evaluation.policies import district_policies
from data.pinyin import pinyin
from data.repository import enterprise_rows
from data.repository.firm_months import ColumnCache
from data.repository.snapshot_holder import SnapshotHolder

_T = TypeVar("_T")
_FACTS = (MONTHLY.table, EVALUATION_INPUTS.table)
_ANSWERS_KEPT = 256
_AREAS_KEPT = 16
_FIRM_TOTALS_KEPT = 12  # 24 bytes an enterprise each, eight more once sorted, as much again for 可比口径
#: Bytes of cubes of comparable enterprises: a district's takes six megabytes, a province's a hundred and more.
_CUBES_KEPT = 128 * 2**20


class DatabaseRepository:
    """Answers from the newest data version. Keys contain the version: nothing is invalidated, only outgrown."""

    def __init__(self, engine: Engine, district: District) -> None:
        self._engine = engine
        self._district = district
        self._holder = SnapshotHolder(self._load)
        self._policies: tuple[Policy, ...] | None = None
        self._answers, self._firm_totals, self._areas = Answers(_ANSWERS_KEPT), Answers(_FIRM_TOTALS_KEPT), Answers(_AREAS_KEPT)
        self._cubes, self._columns = Answers(_CUBES_KEPT, _bytes_of), ColumnCache()

    def snapshot(self) -> Snapshot:
        """See ``cockpit.snapshot.Repository``. One small query when the version is known already."""
        held = self._holder.current(reader.newest_version_number(self._engine))
        if held is not None:
            return held
        with connect(self._engine) as connection:
            return self._holder.newest(connection)

    def prepare(self) -> None:
        """Have the newest version at hand before a request asks for it; for a watcher beside the requests."""
        if self._holder.watch(reader.newest_version_number(self._engine)):
            return
        with connect(self._engine) as connection:
            self._holder.prepare(connection)

    def dispose(self) -> None:
        """Close all connections: a process that parts into workers must hold none."""
        self._engine.dispose()

    def drill_down(self, snapshot: Snapshot, area: str) -> Snapshot:
        """See ``cockpit.snapshot.Repository``. An area's cube is built when somebody looks."""
        return self._area(snapshot, snapshot.district.for_area(area)) if area else snapshot

    def _area(self, snapshot: Snapshot, district: District) -> Snapshot:
        """The snapshot as ``district``, an area of it, sees it: its cube is a part of the stored one."""

        def read(connection: Connection) -> Snapshot:
            return snapshot.for_area(district, self._cube(connection, district))

        return self._answer(snapshot, ("inside", district.area), read, self._areas)

    def _cube(self, connection: Connection, district: District) -> Cube:
        """The cube of what a district shows."""
        towns = [leaf.key for leaf in district.leaves] if district.path else None
        rows, firms = reader.read_cube(connection, towns), reader.read_presence(connection, towns)
        return build_cube(sum_cube_to_areas(rows, district), map_to_areas(firms, district))

    def comparable(self, snapshot: Snapshot, months: Sequence[int], base_months: Sequence[int]) -> Snapshot:
        """See ``cockpit.snapshot.Repository``."""

        def find(firms: FirmMonths) -> Snapshot:
            return snapshot.with_cube(comparable_cube(snapshot.cube, months, base_months, firms))

        return self._of_firms(snapshot, ("comparable", tuple(months), tuple(base_months)), find, self._cubes)

    def firm_totals(self, snapshot: Snapshot, measure: str, months: Sequence[int], base_months: Sequence[int]) -> FirmTotals:
        """See ``cockpit.snapshot.Repository``. Filters change more often than periods: one answer serves all of them."""

        def find(firms: FirmMonths) -> FirmTotals:
            return firm_totals(snapshot.cube, snapshot.ledgers["enterprise"], firms, measure, months, base_months)

        return self._of_firms(snapshot, ("firms", measure, tuple(months), tuple(base_months)), find, self._firm_totals)

    def evaluation(self, snapshot: Snapshot, year: int, record: int = 0) -> PublishedEvaluation | None:
        """See ``cockpit.snapshot.Repository``."""
        question = ("evaluation", year, record)

        def read(connection: Connection) -> PublishedEvaluation | None:
            found = evaluations.published_evaluation(connection, year, record or None)
            return found and replace(found, evaluation=evaluation_for_area(found.evaluation, snapshot.district))

        return self._answer(snapshot, question, read)

    def records(self, snapshot: Snapshot) -> tuple[EvaluationRecord, ...]:
        """See ``cockpit.snapshot.Repository``."""
        return self._answer(snapshot, ("records",), evaluations.evaluation_records)

    def evaluation_inputs(self, snapshot: Snapshot, year: int) -> pd.DataFrame:
        """See ``cockpit.snapshot.Repository``."""
        return self._answer(
            snapshot, ("figures", year), lambda c: map_to_areas(evaluations.evaluation_inputs(c, year), snapshot.district)
        )

    def evaluation_years(self, snapshot: Snapshot) -> tuple[int, ...]:
        """See ``cockpit.snapshot.Repository``."""
        return self._answer(snapshot, ("years",), evaluations.evaluation_years)

    def enterprise(self, snapshot: Snapshot, code: str) -> EnterpriseFile | None:
        """See ``cockpit.snapshot.Repository``."""
        return self._answer(snapshot, ("enterprise", code), lambda c: enterprise_rows.enterprise_file(c, code))

    def chain_firms(self, snapshot: Snapshot, chain: str, windows: Sequence[tuple[int, int]]) -> pd.DataFrame:
        """See ``cockpit.snapshot.Repository``."""

        def find(firms: FirmMonths) -> pd.DataFrame:
            return chain_firms(snapshot.cube, snapshot.ledgers["enterprise"], firms, chain, windows)

        return self._of_firms(snapshot, ("chain_firms", chain, tuple(windows)), find)

    def chain_medians(self, snapshot: Snapshot, chain: str, measure: str, run: tuple[int, int]) -> pd.DataFrame:
        """See ``cockpit.snapshot.Repository``."""

        def find(firms: FirmMonths) -> pd.DataFrame:
            return chain_medians(snapshot.cube, firms, chain, measure, run)

        return self._of_firms(snapshot, ("medians", chain, measure, run), find)

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
        with connect(self._engine) as connection:
            return evaluations.saved_scenarios(connection)

    def _load(self, connection: Connection, version: DataVersion, held: Snapshot | None) -> Snapshot:
        """Everything of ``version``, from the connection's one read transaction; only what changed since ``held``."""
        if held is not None and not reader.data_changed(connection, held.version.number):
            told = replace(held.leaf_data, grades=reader.read_grades(connection))
            return Snapshot.build(version, self._district, held.cube.forgetful(), told)
        ledgers = {s.table: reader.read_table(connection, s.table) for s in SHEETS if s.table not in _FACTS}
        places = ledgers["enterprise"].assign(division=lambda e: e["industry_code"].str[:2])
        ledgers["remediation"] = ledgers["remediation"].merge(
            places[["credit_code", "town", "division", "chain"]], on="credit_code", how="left"
        )
        told = LeafData(ledgers, reader.read_grades(connection))
        return Snapshot.build(version, self._district, self._cube(connection, self._district), told)

    def _of_firms(
        self,
        snapshot: Snapshot,
        question: tuple[object, ...],
        find: Callable[[FirmMonths], _T],
        kept: Answers | None = None,
    ) -> _T:
        """An answer kept, else one found in the months of the snapshot's enterprises."""
        return self._answer(snapshot, question, lambda connection: find(self._columns.firm_months(connection, snapshot)), kept)

    def _answer(
        self,
        snapshot: Snapshot,
        question: tuple[object, ...],
        read: Callable[[Connection], _T],
        kept: Answers | None = None,
    ) -> _T:
        """An answer kept (by default among ``_answers``), else one read in a transaction that still sees the version."""

        def find() -> _T:
            with connect(self._engine) as connection:
                self._check_current(connection, snapshot)
                return read(connection)

        return (kept or self._answers).get((snapshot.version.number, snapshot.district.area, *question), find)

    def _check_current(self, connection: Connection, snapshot: Snapshot) -> None:
        """Raises ``StaleSnapshotError`` when the transaction sees another version than the snapshot's."""
        now = reader.current_version(connection).number
        if now != snapshot.version.number:
            self._holder.require_at_least(now)
            raise StaleSnapshotError(f"数据刚刚更新（版本 {now}），请重试。")


def _bytes_of(snapshot: Snapshot) -> int:
    """What the figures of a snapshot's cube take."""
    cube = snapshot.cube
    return sum(array.nbytes for array in cube.values.values()) + cube.span.nbytes + cube.present.nbytes
