"""The checks of a sheet once all its rows are stored: rows against each other, the published ones and other sheets."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from cockpit.contracts.columns import Kind, Sheet
from cockpit.contracts.published import PublishedData
from cockpit.contracts.sheets import ENTERPRISES, EVALUATION_INPUTS, MONTHLY, MONTHLY_MEASURES, PLATFORM, TARGETS
from cockpit.district.district import District
from data.loaders.batch_store import BatchStore
from data.loaders.checks.checks import EnterpriseRegister
from data.loaders.checks.comparisons.days import check_days
from data.loaders.checks.comparisons.ledgers import (
    LedgerRows,
    check_percentages,
    check_shrinking,
    compare_ledger,
    compare_with,
    load_ledger,
    usual_cells,
)
from data.loaders.checks.comparisons.members import check_members
from data.loaders.checks.comparisons.proportions import check_proportions
from data.loaders.checks.comparisons.reached import compare_targets
from data.loaders.checks.comparisons.spread import numeric_fields, sample_rows
from data.loaders.checks.comparisons.suspects import CellFinding, SuspectStore
from data.loaders.checks.comparisons.typical import check_typical
from data.loaders.checks.gaps import ColumnGaps
from data.loaders.checks.monthly import resolve_firm_histories
from data.loaders.checks.register_changes import check_land, check_register_changes, compare_evaluated_land, compare_land
from data.loaders.checks.relations import check_contradictions
from data.loaders.headers.headers import ColumnMapping

Mappings = dict[str, ColumnMapping]


class StoredChecks:
    """Checks of stored sheets; ``mappings``: of the sheets stored whole so far, by table."""

    def __init__(
        self,
        store: BatchStore,
        mappings: dict[str, Mappings],
        published: PublishedData,
        register: EnterpriseRegister,
        district: District,
    ) -> None:
        self._store, self._mappings, self._published = store, mappings, published
        self._register, self._district = register, district

    def run(self, sheet: Sheet) -> None:
        """Check a sheet whose key columns are all there, and add the findings."""
        mappings = self._mappings[sheet.table]
        suspects = self._store.suspects(sheet, mappings)
        find = self._monthly if sheet is MONTHLY else self._ledger
        for finding in find(sheet, mappings, suspects):
            if finding[0].row is None:
                self._store.findings.add(finding[:1])
            else:
                self._store.findings.add_without_values(sheet.title, [finding])

    def _monthly(self, sheet: Sheet, mappings: Mappings, suspects: SuspectStore) -> Iterator[CellFinding]:
        # Parts and wholes are compared as reported, before cumulative figures become a month's own.
        contradictions = list(check_contradictions(self._store, sheet, mappings, frozenset()))
        yield from resolve_firm_histories(self._store, mappings, self._published, self._register, suspects)
        slipped = frozenset(suspects.slips)
        fields = numeric_fields(MONTHLY_MEASURES, mappings)
        yield from (c for c in contradictions if c[1] not in {mappings[f].index for f in slipped})
        yield from suspects.findings()
        values = sample_rows(self._store, fields)
        yield from check_typical(sheet, mappings, fields, values, np.zeros(len(values), dtype=np.int64), slipped)

    def _ledger(self, sheet: Sheet, mappings: Mappings, suspects: SuspectStore) -> Iterator[CellFinding]:
        ledger = load_ledger(self._store, sheet, mappings, self._published, list(self._register.kinds))
        compare_ledger(ledger, suspects)
        land = self._compare_sisters(ledger, suspects) if "land_mu" in mappings else None
        if sheet is TARGETS and "value" in ledger.fields:
            own = self._store if MONTHLY.table in self._mappings else None
            compare_targets(ledger, own, self._published, self._register, suspects)
        slipped = frozenset(suspects.slips)
        changes, differing = [], []
        if sheet is ENTERPRISES:
            changes = list(check_register_changes(self._store, mappings, self._published, self._district, slipped))
            yield from changes
        if land is not None and "land_mu" not in slipped:
            index = mappings["land_mu"].index
            differing = list(check_land(ledger, land, frozenset(f.row or 0 for f, at in changes if at == index)))
            yield from differing
            suspects.drop([f.row for f, at in (*differing, *changes) if f.row and at == index], "land_mu")
        explained = (*changes, *differing)
        far_off = list(suspects.findings())
        yield from far_off
        about_all = {at for f, at in (*far_off, *explained) if f.row is None}
        known = slipped | {field for field in ledger.fields if mappings[field].index in about_all}
        yield from check_proportions(ledger, known)
        yield from check_percentages(ledger)
        yield from check_shrinking(ledger)
        yield from check_days(self._store, sheet, mappings, ledger.published)
        yield from check_contradictions(self._store, sheet, mappings, slipped)
        values = np.column_stack([ledger.numbers(f) for f in ledger.fields]) if ledger.fields else np.zeros((0, 0))
        reported = frozenset((f.row, at) for f, at in (*far_off, *explained))
        numbers = ledger.own["row_number"].to_numpy(dtype=np.int64)
        yield from check_typical(sheet, mappings, ledger.fields, values, numbers, slipped, reported)
        self._store.findings.add(self._gaps(ledger).findings())
        if sheet in (ENTERPRISES, PLATFORM):
            registers = ENTERPRISES.table in self._mappings
            self._store.findings.add(check_members(sheet, self._register, self._published, registers=registers))

    def _compare_sisters(self, ledger: LedgerRows, suspects: SuspectStore) -> npt.NDArray[np.float64] | None:
        """Compare 年度评价 with the year's months and the register, and the register with 年度评价; return the other's land."""
        if ledger.sheet is EVALUATION_INPUTS:
            self._compare_with_months(ledger, suspects)
            return compare_land(ledger, self._register, suspects)
        if ledger.sheet is ENTERPRISES:
            return compare_evaluated_land(ledger, self._published, suspects)
        return None

    def _compare_with_months(self, ledger: LedgerRows, suspects: SuspectStore) -> None:
        years = sorted(set(ledger.own["year"]))
        own = {}
        if MONTHLY.table in self._mappings:
            own = {(row[0], row[1]): row[2:] for row in self._store.year_sums() if row[1] in years}
        sums = {year: self._published.year_sums(year, _codes(ledger, year)) for year in years}
        published = {(r[0], year): r[1:] for year, frame in sums.items() for r in frame.itertuples(index=False)}
        keys = list(zip(ledger.own["credit_code"], ledger.own["year"], strict=True))
        for i, column in enumerate(MONTHLY_MEASURES):
            if column.field in ledger.fields:
                matches = [own.get(key) or published.get(key) for key in keys]
                references = np.array([np.nan if r is None or r[i] is None else r[i] for r in matches], dtype=np.float64)
                compare_with(
                    ledger,
                    suspects,
                    column.field,
                    references,
                    "月度经营全年合计" if column.field != "staff" else "月度经营各月平均",
                )

    def _gaps(self, ledger: LedgerRows) -> ColumnGaps:
        """Count blank cells and the published values behind them."""
        sheet = ledger.sheet
        gaps = ColumnGaps(sheet, ledger.mappings)
        names = tuple(c.field for c in sheet.columns if not c.key)
        where = "duplicate_of is null and not has_error"
        rows = list(self._store.values(sheet, names, where)) if names else []
        for name, cells in zip(names, zip(*rows, strict=True), strict=False):
            column = sheet.column(name)
            blank = np.array([c is None for c in cells], dtype=bool)
            if column.needed_with in names:
                blank &= np.array([row[names.index(column.needed_with)] is not None for row in rows], dtype=bool)
            if blank.any():
                published = ledger.published_cells(name)
                amounts = ledger.aligned(name) if column.kind in (Kind.MONEY, Kind.NUMBER, Kind.COUNT) else None
                numbers, usual = ledger.own["row_number"].to_numpy(dtype=np.int64), usual_cells(ledger, name)
                gaps.add(name, numbers, blank, published, amounts, ledger.periods, usual)
        return gaps


def _codes(ledger: LedgerRows, year: int) -> list[str]:
    return list(ledger.own.loc[ledger.own["year"] == year, "credit_code"])
