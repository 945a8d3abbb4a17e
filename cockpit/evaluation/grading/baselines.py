"""Indicator values, and the baselines (基准值) and limits that they are compared with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.cube.arrays import BoolArray, FloatArray
from cockpit.errors import PolicyError
from cockpit.evaluation.grading.rounding import exact_sum
from cockpit.evaluation.policy.policy import COLUMN_BY_LABEL, Baseline, Indicator


@dataclass(frozen=True, slots=True)
class IndicatorTerms:
    """Numerator and denominator of an indicator for each firm of a group, NaN = not reported. Arrays [firm]."""

    numerator: FloatArray
    denominator: FloatArray

    @property
    def known(self) -> BoolArray:
        """Mask of the firms with a value: both terms reported, the denominator not zero."""
        mask: BoolArray = ~np.isnan(self.numerator) & ~np.isnan(self.denominator) & (self.denominator != 0)
        return mask

    @property
    def negative(self) -> BoolArray:
        """Mask of the firms with a term below zero: their quotient says nothing good, whatever its sign."""
        return self.known & ((self.numerator < 0) | (self.denominator < 0))

    @property
    def values(self) -> FloatArray:
        """The quotients; NaN where missing."""
        known = self.known
        return np.where(known, self.numerator / np.where(known, self.denominator, 1.0), np.nan)

    def take(self, mask: BoolArray) -> IndicatorTerms:
        """Return the terms of the firms of a mask only."""
        return IndicatorTerms(self.numerator[mask], self.denominator[mask])


def indicator_terms(firms: pd.DataFrame, indicator: Indicator) -> IndicatorTerms:
    """Look up the indicator's terms for these firms, in the units of 年度评价 (money in 万元)."""
    numerator, denominator = (
        firms[COLUMN_BY_LABEL[c]].to_numpy(dtype=np.float64) for c in (indicator.numerator, indicator.denominator)
    )
    return IndicatorTerms(numerator, denominator)


def baseline_values(
    baseline: Baseline, indicator: Indicator, firms: pd.DataFrame, last_year: Callable[[], pd.DataFrame], path: str
) -> FloatArray:
    """Compute the baseline of each of ``firms``; NaN where the firm's industry has none.

    ``last_year`` loads the same group's firms of the year before; ``path``: where the baseline is in the policy,
    for messages. Raises ``PolicyError`` when it can't be computed for the whole group or isn't above zero.
    """
    if baseline.value is not None:
        return np.full(len(firms), baseline.value)
    source = firms if baseline.year == "this" else last_year()
    terms = indicator_terms(source, indicator)
    if baseline.over == "group":
        return np.full(len(firms), _positive_baseline(baseline, indicator, terms, path))
    division = source["division"].to_numpy(dtype=object)
    by_industry = {d: _statistic(baseline, indicator, terms.take(division == d)) for d in np.unique(division)}
    values = np.array([by_industry.get(d, np.nan) for d in firms["division"]], dtype=np.float64)
    if not (values > 0).any():
        raise PolicyError(f"{path}：没有一个行业能算出“{indicator.name}”的基准值，没有评价。请检查数据。")
    return np.where(values > 0, values, np.nan)


def _positive_baseline(baseline: Baseline, indicator: Indicator, terms: IndicatorTerms, path: str) -> float:
    value = _statistic(baseline, indicator, terms)
    if np.isnan(value):
        raise PolicyError(f"{path}：全组都没有“{indicator.name}”的数据，算不出基准值，没有评价。请补充数据或改用固定值。")
    if value <= 0:
        raise PolicyError(f"{path}：“{indicator.name}”的基准值为 {value:g}，须大于零，没有评价。请改用固定值。")
    return value


def _statistic(baseline: Baseline, indicator: Indicator, terms: IndicatorTerms) -> float:
    known = terms.known
    if not known.any():
        return np.nan
    values = terms.values[known]
    match baseline.of:
        case "ratio":
            divisor = exact_sum(terms.denominator[known])
            value = exact_sum(terms.numerator[known]) / divisor if divisor else np.nan
        case "mean":
            value = exact_sum(values) / len(values)
        case _:
            non_negative = values[~terms.negative[known]]
            best = np.max if indicator.direction == "higher" else np.min
            value = float(best(non_negative)) if len(non_negative) else np.nan
    return value * baseline.factor
