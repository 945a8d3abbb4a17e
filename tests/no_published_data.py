"""A district before its first batch."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cockpit.contracts.sheets import MONTHLY_MEASURES, SHEET_BY_TABLE


class NoPublishedData:
    """``PublishedData`` of an empty database."""

    def enterprises(self) -> pd.DataFrame:
        """Return an empty register with the columns of ``PublishedData``."""
        return pd.DataFrame({c: pd.Series(dtype="str") for c in ("credit_code", "name", "town", "kind")}).assign(
            land_mu=pd.Series(dtype="float64"),
            founded_on=pd.Series(dtype="datetime64[s]"),
            platform_member=pd.Series(dtype="boolean"),
        )

    def monthly(self, first: int, last: int, codes: Sequence[str]) -> pd.DataFrame:
        """Return no rows."""
        measures = {c.field: pd.Series(dtype="Int64" if c.field.endswith("_fen") else "float64") for c in MONTHLY_MEASURES}
        return pd.DataFrame(
            {
                "credit_code": pd.Series(dtype="str"),
                "month": pd.Series(dtype="int64"),
                "basis": pd.Series(dtype="str"),
                "span": pd.Series(dtype="int64"),
                **measures,
            }
        )

    def months(self) -> list[int]:
        """Return none."""
        return []

    def rows(self, table: str, codes: Sequence[str] | None) -> pd.DataFrame:
        """Return no rows."""
        return pd.DataFrame({name: pd.Series(dtype=object) for name in SHEET_BY_TABLE[table].fields})

    def year_sums(self, year: int, codes: Sequence[str]) -> pd.DataFrame:
        """Return none."""
        return pd.DataFrame(
            {"credit_code": pd.Series(dtype="str"), **{c.field: pd.Series(dtype="float64") for c in MONTHLY_MEASURES}}
        )
