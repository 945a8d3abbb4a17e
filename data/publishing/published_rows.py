"""The published data as the checks of a new batch ask for them (``cockpit.contracts.published.Published``)."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Engine, select

from data.database import reader
from data.database.engine import connect
from data.database.tables import enterprise, monthly
from data.publishing.cube_table import chunks


class PublishedRows:
    """Reads the current rows; each call is one short transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def enterprises(self) -> pd.DataFrame:
        """See ``Published``."""
        types = {"credit_code": "str", "name": "str", "town": "str", "kind": "str", "land_mu": "float64"}
        with connect(self._engine) as connection:
            return reader.frame(connection, select(*(enterprise.c[name] for name in types)), types)

    def monthly(self, first: int, last: int, codes: Sequence[str]) -> pd.DataFrame:
        """See ``Published``."""
        types = {k: v for k, v in reader.dtypes("monthly").items() if k != "basis"}
        wanted = select(*(monthly.c[name] for name in types)).where(monthly.c.month.between(first, last))
        with connect(self._engine) as connection:
            return reader.frames(connection, (wanted.where(monthly.c.credit_code.in_(some)) for some in chunks(codes)), types)
