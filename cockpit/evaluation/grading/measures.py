"""Amounts of the differentiated measures (差别化措施): what each grade pays more or less, in 万元 a year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cockpit.evaluation.grading.engine import Evaluation
from cockpit.evaluation.policy.policy import COLUMN_BY_LABEL, PolicyMeasure


def amounts_by_firm(evaluation: Evaluation, measure: PolicyMeasure) -> pd.Series:
    """Compute the measure's amount for each firm in 万元: basis × price × rate of its grade; above zero the firm pays more.

    A firm whose basis is not reported, or that has no grade to be treated as, has 0. Raises ``ValueError`` for
    a measure without a basis.
    """
    if measure.basis is None:
        raise ValueError(f"{measure.key} has no amounts")
    firms = evaluation.firms
    rates = firms["treated_as"].map(dict(measure.rates)).fillna(0.0).to_numpy(dtype=np.float64)
    basis = firms[COLUMN_BY_LABEL[measure.basis]].fillna(0.0).to_numpy(dtype=np.float64)
    return pd.Series(basis * measure.price * rates, index=firms.index)


def priced_measures(evaluation: Evaluation) -> tuple[PolicyMeasure, ...]:
    """Return the policy's measures that have amounts."""
    return tuple(m for m in evaluation.policy.measures if m.basis is not None)
