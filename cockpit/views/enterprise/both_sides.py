"""The rows of one enterprise that a comparison is over: of the months that it reported on both sides."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from cockpit.aggregations.coverage import covered_label
from cockpit.calendar import months as m
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.catalogue.formulas import AverageStaff, Flow, Formula, LandArea, Ratio


@dataclass(frozen=True)
class RowPair:
    """Rows of a period (``now``) and of its base (``before``) that cover the same months, both empty when there are none.

    ``left_out``: reported months of the period that the base doesn't have.
    """

    now: pd.DataFrame
    before: pd.DataFrame
    left_out: tuple[int, ...]

    def evaluate(self, formula: Formula, land_mu: float) -> tuple[float, float]:
        """Evaluate value and base of a formula of one enterprise, whose land (亩) is the same on both sides; NaN = none."""
        return evaluate_rows(self.now, formula, land_mu), evaluate_rows(self.before, formula, land_mu)


def rows_on_both_sides(rows: pd.DataFrame, formula: Formula, window: tuple[int, int], back: int) -> RowPair:
    """Find the rows of ``window`` (first and last month) and of the months ``back`` (negative: earlier) to compare.

    ``rows`` as in ``EnterpriseFile.monthly``. A row counts with a value in every column of the formula. One that was
    reported for several months together counts with all of them or not at all.
    """
    known = rows.dropna(subset=list(_columns(formula)))
    now = known[known["month"].between(*window)]
    before = known[known["month"].between(m.shift(window[0], back), m.shift(window[1], back))]
    reported = _months(now)
    while True:
        both = _months(now) & {m.shift(month, -back) for month in _months(before)}
        remaining = now.loc[[_months_of(row) <= both for row in _pairs(now)]]
        base = before.loc[[{m.shift(month, -back) for month in _months_of(row)} <= both for row in _pairs(before)]]
        if len(remaining) == len(now) and len(base) == len(before):
            return RowPair(now, before, tuple(sorted(reported - both)))
        now, before = remaining, base


def reported_label(rows: pd.DataFrame, period: Period) -> str:
    """Name the months of the period that the rows report; the period itself where there are none."""
    covered = tuple(sorted(_months(rows) & set(period.months)))
    return covered_label(covered, whole_year=period.kind is PeriodKind.YEAR) or period.label


def evaluate_rows(rows: pd.DataFrame, formula: Formula, land_mu: float) -> float:
    """Evaluate a formula over rows of one enterprise, in the metric's stored unit; NaN without a value."""
    match formula:
        case Flow(measure):
            return float(rows[measure].sum(min_count=1))
        case AverageStaff():
            staffed = rows.dropna(subset=["staff"])
            months = float(staffed["span"].sum())
            return float((staffed["staff"] * staffed["span"]).sum()) / months if months else math.nan
        case LandArea():
            return land_mu
        case Ratio(numerator, denominator):
            below = evaluate_rows(rows, denominator, land_mu)
            return evaluate_rows(rows, numerator, land_mu) / below if below > 0 else math.nan
    raise TypeError(f"{formula} has no value of one firm")


def _columns(formula: Formula) -> frozenset[str]:
    match formula:
        case Flow(measure):
            return frozenset({measure})
        case AverageStaff():
            return frozenset({"staff"})
        case Ratio(numerator, denominator):
            return _columns(numerator) | _columns(denominator)
    return frozenset()


def _pairs(rows: pd.DataFrame) -> Iterable[tuple[int, int]]:
    return zip(rows["month"].tolist(), rows["span"].tolist(), strict=True)


def _months_of(row: tuple[int, int]) -> set[int]:
    month, span = row
    return set(m.span(m.shift(month, 1 - span), month))


def _months(rows: pd.DataFrame) -> set[int]:
    return {month for row in _pairs(rows) for month in _months_of(row)}
