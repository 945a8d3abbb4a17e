"""Answers of the facts engine as the frames that pages read: typed, in the catalogue's units, names from the register."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cockpit.cube import DIMENSIONS, BoolArray, Filter
from data.facts.engine import Rows
from data.facts.tables import UNKNOWN
from data.statements import SUMMED

_PLACE = dict.fromkeys(DIMENSIONS, "str")
_CHAIN_FIRM = ("credit_code", "name", "town", "division", "stage", "role", "land_mu")


def frame(rows: Rows, types: Mapping[str, str], units: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Rows whose columns are those of ``types`` in their order; ``units`` divide what they name."""
    made = pd.DataFrame(rows, columns=list(types), dtype=object).astype(dict(types))
    for name in ("stage", "role"):
        if name in types:
            made[name] = made[name].where(made[name] != UNKNOWN, "")
    for name, unit in (units or {}).items():
        made[name] /= unit
    return made


def cube_frame(rows: Rows) -> pd.DataFrame:
    """Rows of the cube as ``cockpit.cube.build_cube`` reads them."""
    measures = dict.fromkeys((*SUMMED, "staff_months"), "float64")
    return frame(rows, {"month": "int64", **_PLACE, "max_span": "int64", **measures, "rows": "int64"}).drop(columns="rows")


def firm_totals(rows: Rows, names: pd.DataFrame, unit: float) -> pd.DataFrame:
    """Columns of ``Repository.firm_totals``, largest first, then by code. Firms that the register lacks are left out."""
    types = {"credit_code": "str", **_PLACE, "value": "float64", "base": "float64"}
    found = frame(rows, types, {"value": unit, "base": unit}).join(names, on="credit_code", how="inner")
    found = found.sort_values(["value", "credit_code"], ascending=[False, True]).reset_index(drop=True)
    return found[["credit_code", "name", "land_mu", *DIMENSIONS, "value", "base"]]


def restricted(rows: pd.DataFrame, where: Filter) -> pd.DataFrame:
    """The rows that every restricted dimension keeps."""
    keep: BoolArray = np.ones(len(rows), dtype=bool)
    for dimension, keys in where.items():
        keep &= rows[dimension].isin(keys).to_numpy(dtype=bool)
    return rows if keep.all() else rows[keep].reset_index(drop=True)


def chain_firms(rows: Rows, names: pd.DataFrame, units: Mapping[str, float]) -> pd.DataFrame:
    """Columns of ``Repository.chain_firms``, by code."""
    found = frame(rows, {"credit_code": "str", **_PLACE, **dict.fromkeys(units, "float64")}, units)
    found = found.join(names, on="credit_code", how="inner").sort_values("credit_code").reset_index(drop=True)
    return found[[*_CHAIN_FIRM, *units]]
