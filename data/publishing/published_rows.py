"""Published rows for the checks of a new batch: ``cockpit.contracts.published.PublishedData`` over the database."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Engine, case, func, select

from cockpit.calendar import months as m
from cockpit.contracts.sheets import MONTHLY_MEASURES
from data.database import reader
from data.database.engine import connect
from data.database.tables import CURRENT, cube, enterprise, monthly
from data.publishing.cube_table import in_chunks


class PublishedRows:
    """Current rows of the database; each call is one short transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def enterprises(self) -> pd.DataFrame:
        """See ``PublishedData``."""
        types = {"credit_code": "str", "name": "str", "town": "str", "kind": "str", "land_mu": "float64"}
        types |= {"founded_on": "datetime64[s]", "platform_member": "boolean"}
        with connect(self._engine) as connection:
            return reader.read_frame(connection, select(*(enterprise.c[name] for name in types)), types)

    def monthly(self, first: int, last: int, codes: Sequence[str]) -> pd.DataFrame:
        """See ``PublishedData``."""
        types = reader.dtypes("monthly")
        rows = select(*(monthly.c[name] for name in types)).where(monthly.c.month.between(first, last))
        with connect(self._engine) as connection:
            statements = (rows.where(monthly.c.credit_code.in_(chunk)) for chunk in in_chunks(codes))
            return reader.read_concatenated(connection, statements, types)

    def months(self) -> list[int]:
        """See ``PublishedData``."""
        with connect(self._engine) as connection:
            spans = connection.execute(select(cube.c.month, func.max(cube.c.max_span)).group_by(cube.c.month)).all()
        return sorted({covered for month, span in spans for covered in m.span(m.shift(month, 1 - span), month)})

    def rows(self, table: str, codes: Sequence[str] | None) -> pd.DataFrame:
        """See ``PublishedData``."""
        current, types = CURRENT[table], reader.dtypes(table)
        rows = select(*(current.c[name] for name in types))
        with connect(self._engine) as connection:
            if codes is None:
                return reader.read_frame(connection, rows, types)
            statements = (rows.where(current.c.credit_code.in_(chunk)) for chunk in in_chunks(codes))
            return reader.read_concatenated(connection, statements, types)

    def year_sums(self, year: int, codes: Sequence[str]) -> pd.DataFrame:
        """See ``PublishedData``."""
        span, sums = monthly.c.span, []
        for field in (c.field for c in MONTHLY_MEASURES):
            value = monthly.c[field]
            total = func.sum(value * span) / 12 if field == "staff" else func.sum(value)
            months = func.sum(case((value.is_not(None), span), else_=0))
            sums.append(case((months == m.MONTHS_OF_YEAR, total)).label(field))
        rows = (
            select(monthly.c.credit_code, *sums)
            .where(monthly.c.month.between(m.month(year, 1), m.month(year, m.MONTHS_OF_YEAR)))
            .group_by(monthly.c.credit_code)
            .having(func.sum(span) == m.MONTHS_OF_YEAR)
        )
        types = {"credit_code": "str", **{c.field: "float64" for c in MONTHLY_MEASURES}}
        with connect(self._engine) as connection:
            statements = (rows.where(monthly.c.credit_code.in_(chunk)) for chunk in in_chunks(codes))
            return reader.read_concatenated(connection, statements, types)
