"""Indicator values, and the levels that they are held against (基准值)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.cube.arrays import BoolArray, FloatArray
from cockpit.errors import PolicyError
from cockpit.evaluation.grading.rounding import total
from cockpit.evaluation.policy.policy import COLUMNS, Indicator, Level


@dataclass(frozen=True, slots=True)
class Terms:
    """Numerator and denominator of an indicator for each firm of a group, NaN = not reported."""

    numerator: FloatArray
    denominator: FloatArray

    @property
    def known(self) -> BoolArray:
        """Where the indicator has a value: both terms reported, the denominator not zero."""
        found: BoolArray = ~np.isnan(self.numerator) & ~np.isnan(self.denominator) & (self.denominator != 0)
        return found

    @property
    def negative(self) -> BoolArray:
        """Where a term is below zero: the quotient then says nothing good, whatever its sign."""
        return self.known & ((self.numerator < 0) | (self.denominator < 0))

    @property
    def values(self) -> FloatArray:
        """The quotient; NaN where missing."""
        known = self.known
        return np.where(known, self.numerator / np.where(known, self.denominator, 1.0), np.nan)

    def of(self, keep: BoolArray) -> Terms:
        """The terms of some firms only."""
        return Terms(self.numerator[keep], self.denominator[keep])


def terms(firms: pd.DataFrame, indicator: Indicator) -> Terms:
    """The indicator's terms for these firms, in the units of 年度评价 (money in 万元)."""
    numerator, denominator = (firms[COLUMNS[c]].to_numpy(dtype=np.float64) for c in (indicator.numerator, indicator.denominator))
    return Terms(numerator, denominator)


def level(
    wanted: Level, indicator: Indicator, firms: pd.DataFrame, last_year: Callable[[], pd.DataFrame], place: str
) -> FloatArray:
    """The level for each of ``firms``; NaN where the firm's industry has none.

    ``last_year`` gives the same group's firms of the year before. Raises ``PolicyError`` naming ``place``
    when the level can't be computed for the whole group or isn't above zero.
    """
    if wanted.value is not None:
        return np.full(len(firms), wanted.value)
    source = firms if wanted.year == "this" else last_year()
    found = terms(source, indicator)
    if wanted.over == "group":
        return np.full(len(firms), _positive(wanted, indicator, found, place))
    division = source["division"].to_numpy(dtype=object)
    by_industry = {d: _statistic(wanted, indicator, found.of(division == d)) for d in np.unique(division)}
    levels = np.array([by_industry.get(d, np.nan) for d in firms["division"]], dtype=np.float64)
    if not (levels > 0).any():
        raise PolicyError(f"{place}：没有一个行业能算出“{indicator.name}”的基准值，没有评价。请检查数据。")
    return np.where(levels > 0, levels, np.nan)


def _positive(wanted: Level, indicator: Indicator, found: Terms, place: str) -> float:
    value = _statistic(wanted, indicator, found)
    if np.isnan(value):
        raise PolicyError(f"{place}：全组都没有“{indicator.name}”的数据，算不出基准值，没有评价。请补充数据或改用固定值。")
    if value <= 0:
        raise PolicyError(f"{place}：“{indicator.name}”的基准值为 {value:g}，须大于零，没有评价。请改用固定值。")
    return value


def _statistic(wanted: Level, indicator: Indicator, found: Terms) -> float:
    known = found.known
    if not known.any():
        return np.nan
    values = found.values[known]
    match wanted.of:
        case "ratio":
            divisor = total(found.denominator[known])
            value = total(found.numerator[known]) / divisor if divisor else np.nan
        case "mean":
            value = total(values) / len(values)
        case _:
            good = values[~found.negative[known]]
            value = float((good.max() if indicator.direction == "higher" else good.min()) if len(good) else np.nan)
    return value * wanted.factor
