"""The repository whose monthly facts are in another engine: pages live on the stored cube, firms' months are asked there."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Engine, select

from cockpit.answers import Answers
from cockpit.contracts import MONTHLY
from cockpit.cube import MEASURES, Filter, build_cube
from cockpit.district import District
from cockpit.enterprise_file import MONTH_MEASURES, WINDOW_MEASURES, EnterpriseFile, Origin
from cockpit.errors import CockpitError
from cockpit.firm_totals import FirmTotals
from cockpit.settings import Settings
from cockpit.snapshot import Snapshot
from data import enterprise_rows, reader
from data.facts import answered, statements
from data.facts.engine import Facts, Rows, open_facts
from data.facts.refresh import known_versions, refresh
from data.facts.statements import VALUES, Versions
from data.repository import DatabaseRepository
from data.tables import batch, facts_month, firm_presence

_T = TypeVar("_T")
_KIND = Filter().kind
#: A province's cube takes a hundred megabytes and more.
_ANSWERS_KEPT, _FIRM_TOTALS_KEPT, _CUBES_KEPT = 256, 12, 4
#: Seconds between two looks for a new version; workers look one after another, so mostly one of them refreshes.
LOOK_EVERY, _APART = 10.0, 4


class FactsRepository(DatabaseRepository):
    """Answers about firms' months come from the facts engine, in the versions that the snapshot's cube was made from."""

    def __init__(self, engine: Engine, district: District, facts: Facts) -> None:
        super().__init__(engine, district)
        self._own, self._facts = engine, facts
        self._told, self._totals, self._cubes = Answers(_ANSWERS_KEPT), Answers(_FIRM_TOTALS_KEPT), Answers(_CUBES_KEPT)
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
                refresh(self._own, self._facts)
            except CockpitError as error:
                self._fault = error
        if self._fault is not None:
            # Each time until the next look: the watcher tells a fault when it begins.
            raise self._fault

    def let_go(self) -> None:
        """Close all connections, those of the facts engine too."""
        super().let_go()
        self._facts.let_go()

    def comparable(self, snapshot: Snapshot, months: Sequence[int], base_months: Sequence[int]) -> Snapshot:
        """See ``cockpit.snapshot.Repository``."""

        def find(chosen: Versions) -> Snapshot:
            # As much work as a first refresh, so as much time.
            asked = statements.codes_in_both(chosen, months, base_months)
            both = {row.credit_code for row in self._facts.ask(asked, chosen, patient=True)}
            others = self._answer(snapshot, ("codes",), _codes) - both
            question = statements.comparable_cube_rows(chosen, months, base_months, both, others)
            rows = self._facts.ask(question, chosen, patient=True)
            firms = self._answer(snapshot, ("presence",), reader.presence)
            return snapshot.with_cube(build_cube(answered.cube_frame(rows), firms[firms["credit_code"].isin(both)]))

        return self._of_version(snapshot, ("comparable", tuple(months), tuple(base_months)), find, self._cubes)

    def firm_totals(self, snapshot: Snapshot, measure: str, months: Sequence[int], base_months: Sequence[int]) -> FirmTotals:
        """See ``cockpit.snapshot.Repository``."""

        def find(chosen: Versions) -> FirmTotals:
            cube, (stored, unit) = snapshot.cube, MEASURES[measure]
            rows = self._facts.ask(statements.firm_sums(stored, chosen, months, base_months), chosen)
            value, base = answered.firm_sums(rows, cube.firm_code)
            at = np.flatnonzero(cube.present[:, cube.positions([*months, *base_months])].any(axis=1))
            return FirmTotals(cube, snapshot.ledgers["enterprise"], at, value[at] / unit, base[at] / unit)

        return self._of_version(snapshot, ("firms", measure, tuple(months), tuple(base_months)), find, self._totals)

    def enterprise(self, snapshot: Snapshot, code: str) -> EnterpriseFile | None:
        """See ``cockpit.snapshot.Repository``."""
        own = self._answer(snapshot, ("enterprise", code), lambda c: enterprise_rows.enterprise_file(c, code))

        def find(chosen: Versions) -> EnterpriseFile | None:
            if own is None:
                return None
            rows = self._of_firm(chosen, code)
            batches = self._answer(snapshot, ("facts batches",), _batches)
            months = (batches[month] for month in rows["month"])
            origins = sorted((*own.origins, *months), key=lambda origin: (origin.table, origin.key))
            return replace(own, monthly=rows, origins=tuple(origins))

        return self._of_version(snapshot, ("enterprise", code), find)

    def chain_firms(self, snapshot: Snapshot, chain: str, windows: Sequence[tuple[int, int]]) -> pd.DataFrame:
        """See ``cockpit.snapshot.Repository``."""

        def find(chosen: Versions) -> pd.DataFrame:
            rows = self._facts.ask(statements.chain_firms(chosen, chain, _KIND, windows), chosen)
            units = {f"{name}_{i}": VALUES[name][1] for i in range(len(windows)) for name in WINDOW_MEASURES}
            return answered.chain_firms(rows, self._names(snapshot), units)

        return self._of_version(snapshot, ("chain_firms", chain, tuple(windows)), find)

    def chain_medians(self, snapshot: Snapshot, chain: str, measure: str, run: tuple[int, int]) -> pd.DataFrame:
        """See ``cockpit.snapshot.Repository``."""

        def find(chosen: Versions) -> pd.DataFrame:
            rows = self._facts.ask(statements.chain_medians(chosen, chain, _KIND, measure, run), chosen)
            types = {"month": "int64", "span": "int64", "median": "float64", "firms": "int64"}
            return answered.frame(rows, types, {"median": VALUES[measure][1]})

        return self._of_version(snapshot, ("medians", chain, measure, run), find)

    def _of_firm(self, chosen: Versions, code: str) -> pd.DataFrame:
        rows: Rows = self._facts.ask(statements.firm_months(chosen, code), chosen)
        types = {"month": "int64", "span": "int64", **dict.fromkeys(MONTH_MEASURES, "float64")}
        return answered.frame(rows, types, {name: VALUES[name][1] for name in MONTH_MEASURES})

    def _names(self, snapshot: Snapshot) -> pd.DataFrame:
        """Name and land of every enterprise, by code."""
        register: pd.DataFrame = snapshot.ledgers["enterprise"]
        return register.set_index("credit_code")[["name", "land_mu"]].rename_axis(None)

    def _of_version(
        self, snapshot: Snapshot, question: tuple[object, ...], find: Callable[[Versions], _T], kept: Answers | None = None
    ) -> _T:
        """An answer kept, else one found in the facts versions of the snapshot; the own database isn't held meanwhile."""
        key = (snapshot.version.number, snapshot.district.area, *question)
        return (kept or self._told).get(key, lambda: find(self._answer(snapshot, ("facts versions",), known_versions)))


def repository_of(settings: Settings, engine: Engine, district: District) -> DatabaseRepository:
    """The repository that the settings ask for."""
    if not settings.facts_url:
        return DatabaseRepository(engine, district)
    return FactsRepository(engine, district, open_facts(settings.facts_url, settings.facts_seconds))


def _codes(connection: Connection) -> frozenset[str]:
    """All enterprises that ever reported."""
    return frozenset(connection.execute(select(firm_presence.c.credit_code)).scalars())


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
