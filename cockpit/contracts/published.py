"""What the checks of a new batch may query of the data already published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pandas as pd


class PublishedData(Protocol):
    """Read access to the newest data version; empty before the first publication."""

    def enterprises(self) -> pd.DataFrame:
        """Return the register, one row an enterprise: ``credit_code, name, town, kind, land_mu, founded_on`` (datetime64)."""
        ...

    def monthly(self, first: int, last: int, codes: Sequence[str]) -> pd.DataFrame:
        """Return rows of ``monthly`` of these enterprises from month ``first`` to ``last`` (yyyymm, both included).

        Columns ``credit_code, month, span`` and every measure of ``contracts.sheets.MONTHLY`` as stored
        (``*_fen`` nullable Int64, others float64).
        """
        ...
