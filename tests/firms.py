"""Sums of enterprises as a frame: for comparisons with an oracle or another engine."""

from __future__ import annotations

import pandas as pd

from cockpit.cube.firm_totals import FirmTotals


def frame_of(totals: FirmTotals) -> pd.DataFrame:
    """Largest ``value`` first: ``credit_code, name, town, division, chain, stage, role, kind, land_mu, value, base``."""
    ranked = totals.sorted_by_value()
    areas = ranked.cube.cells.iloc[ranked.cube.firm_cell[ranked.indices]].reset_index(drop=True)
    known = {"credit_code": ranked.credit_codes(), "name": ranked.names()}
    return pd.DataFrame(known, dtype="str").assign(**areas, land_mu=ranked.land, value=ranked.value, base=ranked.base)
