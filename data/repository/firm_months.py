"""The enterprises' months of the own database as columns: read as they are asked for, kept within a bound."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from sqlalchemy import Connection, select

from cockpit.cache import Answers
from cockpit.cube.arrays import FloatArray, IntArray
from cockpit.cube.cube import Cube
from cockpit.cube.firm_months import MonthlyScan
from cockpit.snapshot import Snapshot
from data.database.tables import monthly

#: Bytes of columns that a process keeps: all months and measures of a few thousand firms, or the usual ones of ten times more.
_KEPT = 24 * 2**20
_ROWS_AT_ONCE = 10_000


class ColumnCache:
    """Columns kept by data version, area, name and month, the longest unused let go first."""

    def __init__(self) -> None:
        self._kept = Answers(_KEPT, lambda column: int(column.nbytes))

    def firm_months(self, connection: Connection, snapshot: Snapshot) -> DatabaseFirmMonths:
        """The months of the snapshot's enterprises, read in the connection's transaction, which must see its version."""
        return DatabaseFirmMonths(self._kept, connection, (snapshot.version.number, snapshot.district.area), snapshot.cube, None)


class DatabaseFirmMonths:
    """``cockpit.cube.firm_months.FirmMonths`` over the own database."""

    def __init__(self, kept: Answers, connection: Connection, place: Hashable, cube: Cube, firms: IntArray | None) -> None:
        """``place``: the data version and area that the columns are kept for.

        ``firms``: places among the cube's enterprises; ``None`` = all of them.
        """
        self._kept, self._connection, self._whose, self._cube, self._firms = kept, connection, place, cube, firms

    def __len__(self) -> int:
        return len(self._cube.firm_code if self._firms is None else self._firms)

    def take(self, firms: IntArray) -> DatabaseFirmMonths:
        """See ``FirmMonths``."""
        chosen = firms if self._firms is None else self._firms[firms]
        return DatabaseFirmMonths(self._kept, self._connection, self._whose, self._cube, chosen)

    def scan(self, names: Sequence[str], months: Collection[int]) -> MonthlyScan:
        """See ``FirmMonths``. One statement for all months that are not kept."""
        size = len(self._cube.firm_code)
        return MonthlyScan(size, np.arange(size) if self._firms is None else self._firms, self._months(names, months))

    def _months(self, names: Sequence[str], months: Collection[int]) -> Iterator[tuple[int, Sequence[FloatArray]]]:
        wanted = [month for month in self._cube.months if month in months]
        held = {month: [self._kept.kept((self._whose, name, month)) for name in names] for month in wanted}
        missing = [month for month, columns in held.items() if any(column is None for column in columns)]
        fetched, late = self._fetched(names, missing), frozenset(missing)
        for month in wanted:
            columns = held.pop(month)
            if month in late:
                columns = next(fetched)
                for name, column in zip(names, columns, strict=True):
                    self._kept.keep((self._whose, name, month), column)
            yield month, columns

    def _fetched(self, names: Sequence[str], months: Sequence[int]) -> Iterator[list[FloatArray]]:
        """The columns of each of the months, all enterprises."""
        if not months:
            return
        asked = (
            select(monthly.c.month, monthly.c.credit_code, *(monthly.c[name] for name in names))
            .where(monthly.c.month.in_(list(months)))
            .order_by(monthly.c.month)
        )
        rows = self._connection.execute(asked, execution_options={"yield_per": _ROWS_AT_ONCE})
        found = groupby(rows, key=itemgetter(0))
        month, here = next(found, (0, iter(())))
        for each in months:
            yield self._columns(names, list(here) if month == each else [])
            if month == each:
                month, here = next(found, (0, iter(())))

    def _columns(self, names: Sequence[str], rows: Sequence[Any]) -> list[FloatArray]:
        """A column a name; rows of enterprises that the register doesn't know any more don't count."""
        place = self._place()
        at = np.array([place.get(row[1], -1) for row in rows], dtype=np.int64)
        known, at = at >= 0, at[at >= 0]
        found = [np.full(len(place), 0.0 if name == "span" else np.nan) for name in names]
        for i, column in enumerate(found, 2):
            column[at] = np.array([row[i] for row in rows], dtype=np.float64)[known]
        return found

    def _place(self) -> Mapping[str, int]:
        """Code -> place among the cube's enterprises."""
        cube = self._cube
        return cube.keep("place of code", lambda: {code: i for i, code in enumerate(cube.firm_code)})
