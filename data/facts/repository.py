"""The repository whose monthly facts are in another engine: pages live on the stored cube and on files of columns."""

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
from data.repository import enterprise_rows
from data.repository.repository import DatabaseRepository

_T = TypeVar("_T")
#: Seconds between two looks for a new version; workers look one after another, so mostly one of them refreshes.
LOOK_EVERY, _APART = 10.0, 4


class FactsRepository(DatabaseRepository):
    """Answers about firms' months come from the files, in the editions that the snapshot's cube was made from.

    Only the page of one enterprise asks the engine itself.
    """

    def __init__(self, engine: Engine, district: District, facts: FactsClient, files: FirmFiles) -> None:
        super().__init__(engine, district)
        self._own, self._facts, self._files = engine, facts, files
        self._look_at = 0.0
        self._fault: CockpitError | None = None

    def prepare(self) -> None:
        """As ``DatabaseRepository.prepare``, and now and then follow the facts engine. Its faults touch nothing else."""
        super().prepare()
        now = time.monotonic()
        if now >= self._look_at:
            self._look_at = now + LOOK_EVERY + os.getpid() % _APART
            self._fault = None
            try:
                refresh(self._own, self._facts, self._files)
                with connect(self._own) as connection:
                    shown = loaded_month_versions(connection)
                # Files that got lost are made again, and places looked up, before a page asks for them.
                if not self._files.is_complete(shown):
                    self._files.fill(shown, shown, long_running=True)
                self._files.open_months(self.snapshot(), shown, ())
            except CockpitError as error:
                self._fault = error
        if self._fault is not None:
            # Each time until the next look: the watcher tells a fault when it begins.
            raise self._fault

    def dispose(self) -> None:
        """Close all connections, those of the facts engine too."""
        super().dispose()
        self._facts.dispose()

    def _area(self, snapshot: Snapshot, district: District) -> Snapshot:
        """As ``DatabaseRepository._area``, its cube summed from the files: the stored one knows no lower areas."""

        def find(firms: FirmMonths) -> Snapshot:
            towns = FirmRegister(snapshot.cube, snapshot.leaf_data.ledgers["enterprise"]).towns()
            return snapshot.for_area(district, area_cube(snapshot.cube, towns, district, firms))

        return self._cached_from_firm_months(snapshot, ("inside", district.area), find, cache.AREAS)

    def enterprise(self, snapshot: Snapshot, code: str) -> EnterpriseFile | None:
        """See ``cockpit.snapshot.Repository``."""
        own = self._cached(snapshot, ("enterprise", code), lambda c: enterprise_rows.enterprise_file(c, code))

        def find() -> EnterpriseFile | None:
            if own is None:
                return None
            rows = self._months_of({month: edition.number for month, edition in self._month_versions(snapshot).items()}, code)
            batches = self._cached(snapshot, ("facts batches",), _batches)
            months = (batches[month] for month in rows["month"])
            origins = sorted((*own.origins, *months), key=lambda origin: (origin.table, origin.key))
            return replace(own, monthly=rows, origins=tuple(origins))

        return self._cache.get_or_compute(cache.QUERIES, (snapshot.version.number, "enterprise elsewhere", code), find)

    def _cached_from_firm_months(
        self,
        snapshot: Snapshot,
        key: tuple[Hashable, ...],
        compute: Callable[[FirmMonths], _T],
        region: Region = cache.QUERIES,
    ) -> _T:
        """Return a cached result, else compute it from the files of columns, without a connection to the own database."""

        def from_files() -> _T:
            return compute(self._files.firm_months(snapshot, self._month_versions(snapshot)))

        return self._cache.get_or_compute(region, (snapshot.version.number, snapshot.district.area, *key), from_files)

    def _month_versions(self, snapshot: Snapshot) -> MonthVersions:
        """What the snapshot's cube was made from. Raises ``StaleSnapshotError`` when there is a newer one."""
        with connect(self._own) as connection:
            self._check_current(connection, snapshot)
            return loaded_month_versions(connection)

    def _months_of(self, chosen: VersionNumbers, code: str) -> pd.DataFrame:
        """The months of one enterprise, asked of the engine."""
        rows = self._facts.query(statements.select_firm_months(chosen, code), chosen)
        types = {"month": "int64", "span": "int64", **dict.fromkeys(MONTH_MEASURES, "float64")}
        found = pd.DataFrame(rows, columns=list(types), dtype=object).astype(types)
        for name in MONTH_MEASURES:
            found[name] /= stored(name)[1]
        return found


def open_repository(settings: Settings, engine: Engine, district: District) -> DatabaseRepository:
    """The repository that the settings ask for."""
    if not settings.facts_url:
        return DatabaseRepository(engine, district)
    facts = open_facts_client(settings.facts_url, settings.facts_seconds)
    return FactsRepository(engine, district, facts, open_firm_files(settings, engine, facts))


def open_firm_files(settings: Settings, engine: Engine, facts: FactsClient) -> FirmFiles:
    """The files of columns where the settings have them."""
    return FirmFiles(firm_files_folder(settings.columns, facts.engine, engine), facts)


def _batches(connection: Connection) -> Mapping[int, Origin]:
    """Month -> where its facts come from: the refresh that brought them, no row of a file."""
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
