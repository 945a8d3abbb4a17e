"""Answers of the facts engine as the frames that pages read: typed, in the catalogue's units, names from the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from cockpit.arrays import FloatArray
from cockpit.cube import DIMENSIONS
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
    return frame(rows, {"month": "int64", **_PLACE, "max_span": "int64", **measures, "row_count": "int64"}).drop(
        columns="row_count"
    )


def firm_sums(rows: Rows, codes: Sequence[str]) -> tuple[FloatArray, FloatArray]:
    """Value and base of each of the enterprises ``codes``, NaN = nothing reported; the towns of one that moved together."""
    found = pd.DataFrame.from_records(rows, columns=["credit_code", "value", "base"], index="credit_code", coerce_float=True)
    found = found.astype("float64")
    if not found.index.is_unique:
        found = found.groupby(level=0).sum(min_count=1)
    found = found.reindex(list(codes))
    return found["value"].to_numpy(), found["base"].to_numpy()


def chain_firms(rows: Rows, names: pd.DataFrame, units: Mapping[str, float]) -> pd.DataFrame:
    """Columns of ``Repository.chain_firms``, by code."""
    found = frame(rows, {"credit_code": "str", **_PLACE, **dict.fromkeys(units, "float64")}, units)
    found = found.join(names, on="credit_code", how="inner").sort_values("credit_code").reset_index(drop=True)
    return found[[*_CHAIN_FIRM, *units]]
