"""The D line: the 亩均税收 (万元/亩) below which a policy makes a firm D, and the firms below it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cockpit.evaluation.grading.engine import Evaluation, GroupResult
from cockpit.evaluation.policy.policy import COLUMN_BY_LABEL
from cockpit.formatting import format_trimmed


def d_line(evaluation: Evaluation) -> tuple[pd.Series, str]:
    """Return the D line of each row of the evaluation, and as text ('' = the policy has none).

    It is +inf for the groups whose policy has no such line: every one of their D firms counts.
    """
    line = pd.Series(np.inf, index=evaluation.firms.index)
    for result in evaluation.groups:
        limits = [limit for index, limit in enumerate(result.grading.limits) if _is_d_line(result, index)]
        if limits:
            line.iloc[result.rows] = np.fmax.reduce(limits)
    values = sorted({float(v) for v in line if np.isfinite(v)})
    return line, f"{format_trimmed(values[0])}万元/亩" if len(values) == 1 else "各组D类线" if values else ""


def firms_below_d_line(evaluation: Evaluation) -> tuple[pd.DataFrame, str]:
    """Return the D firms whose 亩均税收 is below the D line, the largest land first, and that line as text."""
    limit, text = d_line(evaluation)
    firms = evaluation.firms
    tax_per_mu = firms["tax"] / firms["land_mu"]
    low = firms[(firms["grade"] == "D") & ((tax_per_mu < limit) | np.isinf(limit))]
    return low.sort_values(["land_mu", "credit_code"], ascending=[False, True], kind="stable"), text


def _is_d_line(result: GroupResult, index: int) -> bool:
    """Return whether a condition of the group's policy demotes firms to D below some 亩均税收."""
    condition = result.group.conditions[index]
    if (condition.effect, condition.grade, condition.comparison) != ("demotes", "D", "below"):
        return False
    indicator = next(i for i in result.group.indicators if i.key == condition.indicator)
    return (COLUMN_BY_LABEL[indicator.numerator], COLUMN_BY_LABEL[indicator.denominator]) == ("tax", "land_mu")
