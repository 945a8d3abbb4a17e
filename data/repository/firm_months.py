"""The enterprises' months of the cockpit's database as columns: read when they are first used, cached within a bound."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from sqlalchemy import Connection, select

from cockpit.cache import FIRM_COLUMNS, Cache
from cockpit.cube.arrays import FloatArray, IntArray
from cockpit.cube.firm_months import MonthlyScan
from cockpit.snapshot import Snapshot
from data.database.tables import monthly

_ROWS_AT_ONCE = 10_000


def database_firm_months(cache: Cache, connection: Connection, snapshot: Snapshot) -> DatabaseFirmMonths:
    """Return the months of the snapshot's enterprises, read in the connection's transaction, which must see its version.

    ``cache`` is that of the version.
    """
    return DatabaseFirmMonths(cache, connection, snapshot, None)


class DatabaseFirmMonths:
    """``cockpit.cube.firm_months.FirmMonths`` over the cockpit's database."""

    def __init__(self, cache: Cache, connection: Connection, snapshot: Snapshot, firms: IntArray | None) -> None:
        """``firms``: positions among the cube's enterprises; ``None`` = all of them."""
        self._cache, self._connection, self._snapshot, self._firms = cache, connection, snapshot, firms
        self._cube = snapshot.cube

    def __len__(self) -> int:
        return len(self._cube.firm_code if self._firms is None else self._firms)

    def take(self, firms: IntArray) -> DatabaseFirmMonths:
        """See ``FirmMonths``."""
        indices = firms if self._firms is None else self._firms[firms]
        return DatabaseFirmMonths(self._cache, self._connection, self._snapshot, indices)

    def scan(self, names: Sequence[str], months: Collection[int]) -> MonthlyScan:
        """See ``FirmMonths``. One statement for all months that are not cached."""
        size = len(self._cube.firm_code)
        return MonthlyScan(size, np.arange(size) if self._firms is None else self._firms, self._months(names, months))

    def _months(self, names: Sequence[str], months: Collection[int]) -> Iterator[tuple[int, Sequence[FloatArray]]]:
        known = [month for month in self._cube.months if month in months]
        cached = {
            month: [self._cache.get(FIRM_COLUMNS, (self._snapshot.district.area, name, month)) for name in names]
            for month in known
        }
        missing = [month for month, columns in cached.items() if any(column is None for column in columns)]
        fetched, is_missing = self._fetch(names, missing), frozenset(missing)
        for month in known:
            columns = cached.pop(month)
            if month in is_missing:
                columns = next(fetched)
                for name, column in zip(names, columns, strict=True):
                    self._cache.put(FIRM_COLUMNS, (self._snapshot.district.area, name, month), column)
            yield month, columns

    def _fetch(self, names: Sequence[str], months: Sequence[int]) -> Iterator[list[FloatArray]]:
        """Read the columns of each of the months, all enterprises."""
        if not months:
            return
        statement = (
            select(monthly.c.month, monthly.c.credit_code, *(monthly.c[name] for name in names))
            .where(monthly.c.month.in_(list(months)))
            .order_by(monthly.c.month)
        )
        rows = self._connection.execute(statement, execution_options={"yield_per": _ROWS_AT_ONCE})
        by_month = groupby(rows, key=itemgetter(0))
        month, month_rows = next(by_month, (0, iter(())))
        for each in months:
            yield self._to_columns(names, list(month_rows) if month == each else [])
            if month == each:
                month, month_rows = next(by_month, (0, iter(())))

    def _to_columns(self, names: Sequence[str], rows: Sequence[Any]) -> list[FloatArray]:
        """Build an array [firm] for each name; rows of enterprises that were removed from the register don't count."""
        position = self._cube.firm_position
        indices = np.array([position.get(row[1], -1) for row in rows], dtype=np.int64)
        known, indices = indices >= 0, indices[indices >= 0]
        columns = [np.full(len(position), 0.0 if name == "span" else np.nan) for name in names]
        for i, column in enumerate(columns, 2):
            column[indices] = np.array([row[i] for row in rows], dtype=np.float64)[known]
        return columns
