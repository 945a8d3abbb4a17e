"""Industrial parks (产业园区) of a year: each as the sheet has it, and together as sums and ratios of sums."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.contracts.sheets import FEN_PER_WAN


@dataclass(frozen=True, slots=True)
class Park:
    """A park in a year: ``floor`` 万平方米, ``land``, ``smallest_plot`` 亩, ``tax`` 万元, ``occupancy`` a fraction; NaN: none."""

    name: str
    town: str
    mode: str
    floor: float
    land: float
    owners: float
    smallest_plot: float
    occupancy: float
    tenants: float
    tax: float

    @property
    def tax_per_mu(self) -> float:
        """Tax ÷ land in 万元/亩; NaN where either is missing."""
        return self.tax / self.land


@dataclass(frozen=True, slots=True)
class ParkTotals:
    """Parks together. ``tax_per_mu`` (万元/亩) is tax over land, ``occupancy`` weighted by floor space; units as ``Park``."""

    parks: int
    floor: float
    land: float
    tenants: float
    tax: float
    tax_per_mu: float
    occupancy: float


def latest_year(years: Iterable[int], day: pd.Timestamp) -> int:
    """Return the newest of the years that was over on ``day``; 0 = none."""
    return max((year for year in years if pd.Timestamp(year, 12, 31) <= day), default=0)


def parks_in_year(rows: pd.DataFrame, year: int) -> dict[str, Park]:
    """Return the parks of a year by name; ``rows`` has the columns of ``contracts.sheets.PARKS``."""
    selected = rows[rows["year"] == year]
    numbers = selected[["floor_wan_m2", "land_mu", "owners", "smallest_plot_mu", "occupancy_pct", "tenants", "tax_fen"]]
    # Land and percentages that the checks refuse never come here; a missing cell is NaN.
    values = numbers.astype("float64").to_numpy() / np.array([1, 1, 1, 1, 100, 1, FEN_PER_WAN])
    texts = selected[["name", "town", "mode"]].astype("str").fillna("").to_numpy()
    return {str(t[0]): Park(str(t[0]), str(t[1]), str(t[2]), *map(float, v)) for t, v in zip(texts, values, strict=True)}


def park_totals(parks: Sequence[Park]) -> ParkTotals:
    """Total the parks; a ratio counts the parks for which both its parts are known."""
    taxed = [p for p in parks if not math.isnan(p.tax_per_mu)]
    occupied = [p for p in parks if not math.isnan(p.floor * p.occupancy)]
    floor, land, tenants, tax = (_total([getattr(p, k) for p in parks]) for k in ("floor", "land", "tenants", "tax"))
    per_mu = _ratio(sum(p.tax for p in taxed), sum(p.land for p in taxed))
    return ParkTotals(
        len(parks),
        floor,
        land,
        tenants,
        tax,
        per_mu,
        _ratio(sum(p.floor * p.occupancy for p in occupied), sum(p.floor for p in occupied)),
    )


def _total(values: Sequence[float]) -> float:
    known = [v for v in values if not math.isnan(v)]
    return sum(known) if known else math.nan


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
