"""Small policies and firms for tests: whatever a test doesn't say is harmless.

A firm has one mu of land, so that with the indicator as made here its score is its tax: 100 points at 100 万元/亩.
"""

from __future__ import annotations

import pandas as pd

from cockpit.evaluation.grading.engine import IDENTITY_COLUMNS, VALUE_COLUMNS, evaluate_policy
from cockpit.evaluation.policy.validation import validate_policy

QUOTAS = {"A": 20, "B": 60, "C": 95}


def indicator(key="tax_per_mu", weight=100, numerator="评价税收", denominator="用地面积", baseline=100.0, **more):
    """An indicator; ``baseline`` a number (fixed) or a mapping."""
    level = baseline if isinstance(baseline, dict) else {"of": "fixed", "value": baseline}
    own = {"name": key, "unit": "万元/亩", "weight": weight, "numerator": numerator, "denominator": denominator}
    return {"key": key, **own, "baseline": level, **more}


def group(*indicators, key="规上", kind="规上", cuts=None, **more):
    return {
        "key": key,
        "kind": kind,
        "indicators": list(indicators or (indicator(),)),
        "cuts": cuts or {"quotas": QUOTAS},
        **more,
    }


def content(*groups, **more):
    """A policy as its file has it."""
    return {"name": "某办法", "place": "某区", "year": 2022, "groups": list(groups or (group(),)), **more}


def policy(*groups, **more):
    return validate_policy(content(*groups, **more))


def number(n):
    """The credit code of the ``n``-th firm; a larger ``n`` comes later."""
    return f"{n:018d}"


def firm(n, tax=None, **more):
    own = {
        "credit_code": number(n),
        "name": f"企业{n}",
        "town": "tangqi",
        "division": "17",
        "chain": "fashion",
        "stage": "成衣加工",
    }
    return {**own, "role": "一般", "kind": "规上", "founded_on": "2000-01-01", "tax": tax, "land_mu": 1.0, "bonus": 0.0, **more}


def frame(rows):
    """Firms as the database gives them: the same columns and dtypes."""
    types = dict.fromkeys(IDENTITY_COLUMNS, "str") | {"founded_on": "datetime64[s]"} | dict.fromkeys(VALUE_COLUMNS, "float64")
    cells = {column: pd.Series([row.get(column) for row in rows], dtype=object) for column in types}
    return pd.DataFrame(cells).astype(types)


def graded(rule, rows, last_year=()):
    """The evaluation of these firms."""
    return evaluate_policy(rule, frame(rows), frame(list(last_year)))


def scoring(values, rule=None, **more):
    """The evaluation of firms 1, 2, 3 … with these scores."""
    return graded(rule or policy(), [firm(n, value, **more) for n, value in enumerate(values, 1)])


def column(evaluation, name):
    """A column of the evaluation's firms by credit code, as a list."""
    return evaluation.firms[name].to_list()


def grades(evaluation):
    return "".join(g if len(g) == 1 else "-" for g in column(evaluation, "grade"))


def points(evaluation):
    """Points of each indicator, firm by firm, of the first group; nine decimals."""
    return [[round(x, 9) for x in row] for row in evaluation.groups[0].scores.points.tolist()]
