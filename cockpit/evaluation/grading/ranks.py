"""Ranks by indicator within a whole evaluation group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.cube.arrays import FloatArray, IntArray
from cockpit.evaluation.grading.grades import comparable_values
from cockpit.evaluation.policy.policy import EvaluationGroup


@dataclass(frozen=True, slots=True)
class IndicatorRanks:
    """Ranks of some firms of a group among all of its firms.

    ``size``: all firms of the group; ``known``: those with a value, by indicator; ``rank``: [firm, indicator], 1 = best,
    0 = no value.
    """

    size: int
    known: IntArray
    rank: IntArray

    def take(self, positions: IntArray) -> IndicatorRanks:
        """Return the same of the firms at ``positions``."""
        return IndicatorRanks(self.size, self.known, self.rank[positions])


def indicator_ranks(group: EvaluationGroup, firms: pd.DataFrame, values: FloatArray, positions: IntArray) -> IndicatorRanks:
    """Rank the firms at ``positions`` among ``firms``, all those of the group; ``values``: [firm, indicator]."""
    rank = np.zeros((len(positions), len(group.indicators)), dtype=np.int64)
    for j, indicator in enumerate(group.indicators):
        column = comparable_values(indicator, firms, values[:, j])
        not_above = np.searchsorted(np.sort(column), column[positions], side="right")
        rank[:, j] = np.where(np.isnan(values[positions, j]), 0, len(firms) - not_above + 1)
    return IndicatorRanks(len(firms), (~np.isnan(values)).sum(axis=0), rank)
