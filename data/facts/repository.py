"""The repository whose monthly facts are in another engine: pages use the stored cube and the column files."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from datetime import UTC
from typing import Any, TypeVar

import pandas as pd
from sqlalchemy import Connection, Engine, select

from cockpit import cache
from cockpit.cache import Region
from cockpit.contracts.sheets import MONTHLY
from cockpit.cube.cube import stored
from cockpit.cube.firm_cube import area_cube
from cockpit.cube.firm_months import FirmMonths
from cockpit.cube.firm_totals import FirmRegister
from cockpit.district.district import District
from cockpit.enterprise_file import MONTH_MEASURES, EnterpriseFile, Origin
from cockpit.errors import CockpitError
from cockpit.settings import Settings
from cockpit.snapshot import Snapshot
from data.database.engine import connect
from data.database.tables import batch, facts_month
from data.facts import statements
from data.facts.client import FactsClient, open_facts_client
from data.facts.firm_files import FirmFiles, firm_files_folder
from data.facts.refresh import loaded_month_versions, refresh
from data.facts.statements import MonthVersions, VersionNumbers
from data.repository.repository import DatabaseRepository

_T = TypeVar("_T")
#: Seconds between two checks for a new version. Workers check at different seconds, so mostly only one of them refreshes.
CHECK_EVERY, _SPREAD = 10.0, 4


class FactsRepository(DatabaseRepository):
    """A repository that reads firms' months from column files, in the versions that the snapshot's cube was summed from.

    Only the page of one enterprise queries the engine itself.
    """

    def __init__(self, engine: Engine, district: District, facts: FactsClient, files: FirmFiles) -> None:
        super().__init__(engine, district)
        self._own, self._facts, self._files = engine, facts, files
        self._check_at = 0.0
        self._error: CockpitError | None = None

    def prepare(self) -> None:
        """Load the newest version, as ``DatabaseRepository``; every ``CHECK_EVERY`` seconds, also refresh from the facts engine.

        Raises the ``CockpitError`` of the last check, again at each call until the next check: the caller logs when an error
        begins. Whatever was loaded before stays available.
        """
        super().prepare()
        now = time.monotonic()
        if now >= self._check_at:
            self._check_at = now + CHECK_EVERY + os.getpid() % _SPREAD
            self._error = None
            try:
                refresh(self._own, self._facts, self._files)
                with connect(self._own) as connection:
                    versions = loaded_month_versions(connection)
                # Lost files are created again, and positions looked up, before a page needs them.
                if not self._files.is_complete(versions):
                    self._files.fill(versions, versions, long_running=True)
                self._files.open_months(self.snapshot(), versions, ())
            except CockpitError as error:
                self._error = error
        if self._error is not None:
            raise self._error

    def dispose(self) -> None:
        """Close all connections, those of the facts engine too."""
        super().dispose()
        self._facts.dispose()

    def _area(self, snapshot: Snapshot, district: District) -> Snapshot:
        """Return the snapshot of an area, its cube summed from the files: the stored one has the top level's areas only."""

        def compute(firms: FirmMonths) -> Snapshot:
            towns = FirmRegister(snapshot.cube, snapshot.leaf_data.ledgers["enterprise"]).towns()
            return snapshot.for_area(district, area_cube(snapshot.cube, towns, district, firms))

        return self.from_firm_months(snapshot, (district.scope, district.area), compute, cache.AREAS)

    def enterprise(self, snapshot: Snapshot, code: str) -> EnterpriseFile | None:
        """See ``cockpit.snapshot.Repository``."""
        own_file = super().enterprise(snapshot, code)

        def compute() -> EnterpriseFile | None:
            if own_file is None:
                return None
            versions = {month: version.number for month, version in self._month_versions(snapshot).items()}
            rows = self._query_months(versions, code)
            origin_of_month = self._cached(snapshot, ("facts origins",), _origins_by_month)
            month_origins = (origin_of_month[month] for month in rows["month"])
            origins = sorted((*own_file.origins, *month_origins), key=lambda origin: (origin.table, origin.key))
            return replace(own_file, monthly=rows, origins=tuple(origins))

        return self._results_of(snapshot).get_or_compute(cache.QUERIES, ("enterprise with facts", code), compute)

    def from_firm_months(
        self,
        snapshot: Snapshot,
        key: tuple[Hashable, ...],
        compute: Callable[[FirmMonths], _T],
        region: Region = cache.QUERIES,
    ) -> _T:
        """Return a cached result, else compute it from the column files, without a connection to the database."""

        def from_files() -> _T:
            return compute(self._files.firm_months(snapshot, self._month_versions(snapshot)))

        return self._results_of(snapshot).get_or_compute(region, (snapshot.district.area, *key), from_files)

    def _month_versions(self, snapshot: Snapshot) -> MonthVersions:
        """Return the versions behind the snapshot's cube. Raises ``StaleSnapshotError`` when there are newer ones."""
        with connect(self._own) as connection:
            self._check_current(connection, snapshot)
            return loaded_month_versions(connection)

    def _query_months(self, versions: VersionNumbers, code: str) -> pd.DataFrame:
        """Query the months of one enterprise from the engine, in the catalogue's units."""
        rows = self._facts.query(statements.select_firm_months(versions, code), versions)
        types = {"month": "int64", "span": "int64", **dict.fromkeys(MONTH_MEASURES, "float64")}
        months = pd.DataFrame(rows, columns=list(types), dtype=object).astype(types)
        for name in MONTH_MEASURES:
            months[name] /= stored(name)[1]
        return months


def open_repository(settings: Settings, engine: Engine, district: District) -> DatabaseRepository:
    """Create the repository of the settings: with ``facts_url``, the one over a facts engine."""
    if not settings.facts_url:
        return DatabaseRepository(engine, district)
    facts = open_facts_client(settings.facts_url, settings.facts_seconds)
    return FactsRepository(engine, district, facts, open_firm_files(settings, engine, facts))


def open_firm_files(settings: Settings, engine: Engine, facts: FactsClient) -> FirmFiles:
    """Return the column files in the folder of the settings."""
    return FirmFiles(firm_files_folder(settings.columns, facts.engine, engine), facts)


def _origins_by_month(connection: Connection) -> Mapping[int, Origin]:
    """Map each month to the origin of its facts: the batch of the refresh that loaded them, no row of a file."""
    joined = facts_month.join(batch, batch.c.id == facts_month.c.batch_id)
    rows: Any = connection.execute(
        select(facts_month.c.month, batch.c.id, batch.c.name, batch.c.published_by, batch.c.published_at).select_from(joined)
    )
    return {
        r.month: Origin(
            MONTHLY.table, str(r.month), MONTHLY.title, 0, r.id, r.name, r.published_by, r.published_at.replace(tzinfo=UTC)
        )
        for r in rows
    }
