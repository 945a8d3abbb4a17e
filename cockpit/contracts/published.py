"""What the checks of a new batch may query of the data already published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pandas as pd


class PublishedData(Protocol):
    """Read access to the newest data version; empty before the first publication."""

    def enterprises(self) -> pd.DataFrame:
        """Return the register, one row an enterprise: ``credit_code, name, town, kind, land_mu,
        founded_on`` (datetime64) and ``platform_member`` (boolean)."""
        ...

    def monthly(self, first: int, last: int, codes: Sequence[str]) -> pd.DataFrame:
        """Return rows of ``monthly`` of these enterprises from month ``first`` to ``last`` (yyyymm, both included).

        Columns ``credit_code, month, basis, span`` and every measure of ``contracts.sheets.MONTHLY`` as stored
        (``*_fen`` nullable Int64, others float64).
        """
        ...

    def months(self) -> list[int]:
        """Return the months (yyyymm) that published rows cover, rising."""
        ...

    def rows(self, table: str, codes: Sequence[str] | None) -> pd.DataFrame:
        """Return the rows of a sheet's table other than ``monthly``, all its fields; ``codes``: of these enterprises only."""
        ...

    def year_sums(self, year: int, codes: Sequence[str]) -> pd.DataFrame:
        """Return the sums of a year's monthly rows, of the enterprises for which they cover twelve months.

        Columns ``credit_code`` and every measure as float64 (staff: the mean), NaN where a month lacks it.
        """
        ...
