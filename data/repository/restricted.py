"""The repository as one reader may use it: what a request, a page or a device gets is decided here, once."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cockpit.access.access import CurrentAccess
from cockpit.access.permissions import Permission
from cockpit.cube.firm_totals import FirmTotals
from cockpit.enterprise_file import EnterpriseFile
from cockpit.evaluation.policy.policy import Policy
from cockpit.evaluation.results.record import EvaluationRecord, PublishedEvaluation, Scenario
from cockpit.snapshot import Snapshot
from data.repository.repository import DatabaseRepository


class RestrictedRepository:
    """The queries of ``cockpit.snapshot.Repository`` under the access that ``current`` gives at each of them.

    Queries that name single firms raise ``AccessError`` without the right to see them, whatever page asks.
    """

    def __init__(self, whole: DatabaseRepository, current: CurrentAccess) -> None:
        self._whole, self._current = whole, current

    def snapshot(self) -> Snapshot:
        """See ``cockpit.snapshot.Repository``."""
        access = self._current()
        access.require(Permission.VIEW_TOTALS)
        return self._whole.snapshot(access)

    def drill_down(self, snapshot: Snapshot, area: str) -> Snapshot:
        """See ``cockpit.snapshot.Repository``."""
        return self._whole.drill_down(snapshot, area)

    def firm_totals(self, snapshot: Snapshot, measure: str, months: Sequence[int], base_months: Sequence[int]) -> FirmTotals:
        """See ``cockpit.snapshot.Repository``."""
        self._require_firms()
        return self._whole.firm_totals(snapshot, measure, months, base_months)

    def evaluation(self, snapshot: Snapshot, year: int, record: int = 0) -> PublishedEvaluation | None:
        """See ``cockpit.snapshot.Repository``."""
        self._require_firms()
        return self._whole.evaluation(snapshot, year, record)

    def records(self, snapshot: Snapshot) -> tuple[EvaluationRecord, ...]:
        """See ``cockpit.snapshot.Repository``."""
        return self._whole.records(snapshot)

    def evaluation_inputs(self, snapshot: Snapshot, year: int) -> pd.DataFrame:
        """See ``cockpit.snapshot.Repository``."""
        self._require_firms()
        return self._whole.evaluation_inputs(snapshot, year)

    def evaluation_years(self, snapshot: Snapshot) -> tuple[int, ...]:
        """See ``cockpit.snapshot.Repository``."""
        return self._whole.evaluation_years(snapshot)

    def enterprise(self, snapshot: Snapshot, code: str) -> EnterpriseFile | None:
        """See ``cockpit.snapshot.Repository``."""
        self._require_firms()
        return self._whole.enterprise(snapshot, code)

    def chain_firms(self, snapshot: Snapshot, chain: str, windows: Sequence[tuple[int, int]]) -> pd.DataFrame:
        """See ``cockpit.snapshot.Repository``."""
        self._require_firms()
        return self._whole.chain_firms(snapshot, chain, windows)

    def chain_medians(self, snapshot: Snapshot, chain: str, measure: str, run: tuple[int, int]) -> pd.DataFrame:
        """See ``cockpit.snapshot.Repository``."""
        self._require_firms()
        return self._whole.chain_medians(snapshot, chain, measure, run)

    def pinyin(self, names: Sequence[str]) -> list[list[str]]:
        """See ``cockpit.snapshot.Repository``."""
        return self._whole.pinyin(names)

    def policies(self) -> tuple[Policy, ...]:
        """See ``cockpit.snapshot.Repository``."""
        return self._whole.policies()

    def scenarios(self) -> tuple[Scenario, ...]:
        """See ``cockpit.snapshot.Repository``."""
        return self._whole.scenarios()

    def _require_firms(self) -> None:
        self._current().require(Permission.VIEW_FIRMS)
