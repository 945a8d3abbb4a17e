"""Published rows for the checks of a new batch: ``cockpit.contracts.published.PublishedData`` over the database."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Engine, select

from data.database import reader
from data.database.engine import connect
from data.database.tables import enterprise, monthly
from data.publishing.cube_table import in_chunks


class PublishedRows:
    """Current rows of the database; each call is one short transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def enterprises(self) -> pd.DataFrame:
        """See ``PublishedData``."""
        types = {"credit_code": "str", "name": "str", "town": "str", "kind": "str", "land_mu": "float64"}
        types["founded_on"] = "datetime64[s]"
        with connect(self._engine) as connection:
            return reader.read_frame(connection, select(*(enterprise.c[name] for name in types)), types)

    def monthly(self, first: int, last: int, codes: Sequence[str]) -> pd.DataFrame:
        """See ``PublishedData``."""
        types = {k: v for k, v in reader.dtypes("monthly").items() if k != "basis"}
        rows = select(*(monthly.c[name] for name in types)).where(monthly.c.month.between(first, last))
        with connect(self._engine) as connection:
            statements = (rows.where(monthly.c.credit_code.in_(chunk)) for chunk in in_chunks(codes))
            return reader.read_concatenated(connection, statements, types)
