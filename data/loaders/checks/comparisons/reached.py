"""Targets of the whole district against what the year's months come to: for a first sheet, which has none of last year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from cockpit.calendar.months import MONTHS_OF_YEAR
from cockpit.catalogue.formulas import Flow, LandArea, Leaf, Ratio
from cockpit.catalogue.metrics import METRICS
from cockpit.contracts.published import PublishedData
from cockpit.contracts.sheets import MONTHLY_MEASURES
from cockpit.cube.cube import MEASURES
from data.loaders.batch_store import BatchStore
from data.loaders.checks.checks import EnterpriseRegister
from data.loaders.checks.comparisons.ledgers import LedgerRows, compare_with
from data.loaders.checks.comparisons.suspects import Against, SuspectStore

_WHOLE = "district"
_FEWEST_FIRMS = 20  # of which twelve months are known: fewer are hardly the district
_Sums = Mapping[str, float]


def compare_targets(
    ledger: LedgerRows,
    store: BatchStore | None,
    published: PublishedData,
    register: EnterpriseRegister,
    suspects: SuspectStore,
) -> None:
    """Compare each target of the whole district with its metric over the months of its year (or of the nearest whole one).

    ``store`` holds the source's own months, if it has any. Not compared are targets of a part, those that one of the year
    before is compared with, and metrics that months say nothing about.
    """
    result = np.full(len(ledger.own), np.nan)
    # A target of last year is nearer than what was reached, and asking for a year's sums of every enterprise takes its time.
    compared = (ledger.own["scope"] == _WHOLE).to_numpy() & np.isnan(ledger.last_year("value"))
    if not compared.any():
        return
    firms = set(register.above_scale())
    by_year = _own_sums(store, firms) if store else {}
    if not by_year:
        nearest_years = _whole_years(published.months(), set(ledger.own["year"][compared]))
        by_year = {year: sums for year in nearest_years if (sums := _published_sums(published, year, sorted(firms)))}
    land = sum(register.land_mu.get(code, 0.0) for code in firms)
    if by_year:
        for i in np.flatnonzero(compared):
            year, metric = int(ledger.own["year"].iloc[i]), METRICS[ledger.own["metric"].iloc[i]]
            _, nearest = min((abs(known - year), known) for known in by_year)
            result[i] = _evaluate(metric.formula, by_year[nearest], land)
    ratios = np.array([METRICS[key].is_ratio for key in ledger.own["metric"]], dtype=bool)
    compare_with(ledger, suspects, "value", np.where(ratios, np.nan, result), against=Against.YEAR_SUM)
    compare_with(ledger, suspects, "value", np.where(ratios, result, np.nan), against=Against.YEAR_RATIO)


def _whole_years(months: list[int], requested: set[int]) -> list[int]:
    """Return the years of which all months are published, the nearest to each requested one only: summing takes its time."""
    whole = [year for year, number in Counter(month // 100 for month in months).items() if number == MONTHS_OF_YEAR]
    return sorted({min((abs(year - one), year) for year in whole)[1] for one in requested}) if whole else []


def _own_sums(store: BatchStore, firms: set[str]) -> dict[int, _Sums]:
    sums: dict[int, dict[str, float]] = {}
    known: Counter[int] = Counter()
    for code, year, *values in store.year_sums():
        if code in firms:
            known[year] += 1
            total = sums.setdefault(year, {})
            for column, value in zip(MONTHLY_MEASURES, values, strict=True):
                total[column.field] = total.get(column.field, 0.0) + (value or 0.0)
    return {year: total for year, total in sums.items() if known[year] >= _FEWEST_FIRMS}


def _published_sums(published: PublishedData, year: int, firms: list[str]) -> _Sums:
    frame = published.year_sums(year, firms)
    if len(frame) < _FEWEST_FIRMS:
        return {}
    return {c.field: float(np.nansum(frame[c.field].to_numpy(dtype=np.float64))) for c in MONTHLY_MEASURES}


def _evaluate(formula: object, sums: _Sums, land: float) -> float:
    if isinstance(formula, Ratio):
        over, under = _evaluate_leaf(formula.numerator, sums, land), _evaluate_leaf(formula.denominator, sums, land)
        return over / under if under > 0 else np.nan
    return _evaluate_leaf(formula, sums, land)


def _evaluate_leaf(leaf: Leaf | object, sums: _Sums, land: float) -> float:
    match leaf:
        case Flow(measure):
            field, divisor = MEASURES[measure]
            return sums.get(field, np.nan) / divisor
        case LandArea():
            return land
    return np.nan
