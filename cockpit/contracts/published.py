"""What the checks of a new batch may query of the data already published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pandas as pd

from cockpit.contracts.sheets import MONTHLY_MEASURES


class PublishedData(Protocol):
    """Read access to the newest data version; implemented on the database and, empty, for a first batch."""

    def enterprises(self) -> pd.DataFrame:
        """Return the register: columns ``credit_code, name, town, kind, land_mu``, one row an enterprise."""
        ...

    def monthly(self, first: int, last: int, codes: Sequence[str]) -> pd.DataFrame:
        """Return rows of ``monthly`` of these enterprises from month ``first`` to ``last`` (yyyymm, both included).

        Columns ``credit_code, month, span`` and every measure of ``contracts.sheets.MONTHLY`` as stored
        (``*_fen`` nullable Int64, others float64).
        """
        ...


class NoPublishedData:
    """The state before the first batch."""

    def enterprises(self) -> pd.DataFrame:
        """Return an empty register with the columns of ``PublishedData``."""
        return pd.DataFrame({c: pd.Series(dtype="str") for c in ("credit_code", "name", "town", "kind")}).assign(
            land_mu=pd.Series(dtype="float64")
        )

    def monthly(self, first: int, last: int, codes: Sequence[str]) -> pd.DataFrame:
        """Return no rows."""
        measures = {c.field: pd.Series(dtype="Int64" if c.field.endswith("_fen") else "float64") for c in MONTHLY_MEASURES}
        return pd.DataFrame(
            {
                "credit_code": pd.Series(dtype="str"),
                "month": pd.Series(dtype="int64"),
                "span": pd.Series(dtype="int64"),
                **measures,
            }
        )
