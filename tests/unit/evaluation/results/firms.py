"""Nine firms of an evaluation, small enough to add up by hand."""

from __future__ import annotations

import math

import pandas as pd

from cockpit.evaluation.results.evaluated_firms import all_firms, firm_columns

#: Columns that don't matter here.
DEFAULTS = {"name": "企业", "chain": "", "reason": "", "group": "规上", "grade": "C", "credit_code": "0", "value_added": math.nan}

FIRMS = pd.DataFrame(
    [
        # code, town, group, division, grade, tax, land
        ("1", "tangqi", "规上", "17", "A", 100.0, 10.0),
        ("2", "tangqi", "规上", "17", "C", 40.0, 10.0),
        ("3", "tangqi", "规上", "18", "D", 10.0, 10.0),
        ("4", "donghu", "规上", "17", "B", 60.0, 5.0),
        ("5", "donghu", "规上", "18", "C", 50.0, 5.0),
        ("6", "donghu", "宗地", "18", "C", 9.0, 3.0),
        ("7", "qiaosi", "宗地", "29", "D", 4.0, 4.0),
        ("8", "qiaosi", "宗地", "29", "D", 90.0, 4.0),
        ("9", "qiaosi", "规上", "29", "不定等级", 500.0, 1.0),
    ],
    columns=["credit_code", "town", "group", "division", "grade", "tax", "land_mu"],
)


def select(firms, **keys):
    """The firms of a frame; ``keys``: of these towns, divisions … only."""
    frame = firms.assign(**{k: v for k, v in DEFAULTS.items() if k not in firms}, score=0.0, rank=1)
    return all_firms(firm_columns(frame)).filter(keys)
