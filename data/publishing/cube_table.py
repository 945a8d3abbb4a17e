"""Updates the stored cube and the presence bitmaps from the facts, within the publishing transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import TypeVar

from sqlalchemy import Connection, Engine, delete, insert, select

from cockpit.calendar import months as m
from cockpit.cube.cube import PRESENCE_EPOCH
from cockpit.errors import DamagedCubeError
from data.database import statements
from data.database.digests import record_digests
from data.database.tables import cube, firm_presence, monthly
from data.database.transactions import transaction

_ROWS_AT_ONCE = 5_000
#: Values that any database engine accepts in one IN list.
MAX_IN_LIST = 500
_T = TypeVar("_T")


def refresh_cube(connection: Connection, months: Collection[int]) -> None:
    """Recompute the cube's rows of these months from the facts."""
    for chunk in in_chunks(sorted(months)):
        connection.execute(delete(cube).where(cube.c.month.in_(chunk)))
        rows = statements.select_cube().where(monthly.c.month.in_(chunk))
        connection.execute(insert(cube).from_select(list(cube.columns.keys()), rows))
        record_digests(connection, chunk)


def rebuild_cube(engine: Engine, months: Collection[int]) -> None:
    """Sum damaged months from the monthly rows again; the data version stays, since nothing that was published changes.

    Raises ``DamagedCubeError`` where a month has no monthly rows here, as when the facts are in another engine.
    """
    with transaction(engine) as connection:
        known = connection.scalars(select(monthly.c.month).where(monthly.c.month.in_(list(months))).distinct())
        if missing := sorted(set(months) - set(known)):
            raise DamagedCubeError(missing)
        refresh_cube(connection, months)


def refresh_presence(connection: Connection, codes: Collection[str]) -> None:
    """Recompute the presence bits of these enterprises: bit i = month 2000-01 + i covered by a row."""
    for chunk in in_chunks(sorted(codes)):
        connection.execute(delete(firm_presence).where(firm_presence.c.credit_code.in_(chunk)))
        rows = connection.execute(
            select(monthly.c.credit_code, monthly.c.month, monthly.c.span).where(monthly.c.credit_code.in_(chunk))
        )
        bits: defaultdict[str, int] = defaultdict(int)
        for partition in rows.partitions(_ROWS_AT_ONCE):
            for code, month, span in partition:
                bits[code] |= _covered_bits(month, span)
        records = [{"credit_code": c, "bits": b.to_bytes((b.bit_length() + 7) // 8, "little")} for c, b in bits.items()]
        if records:
            connection.execute(insert(firm_presence), records)


@cache
def _covered_bits(month: int, span: int) -> int:
    """Return the bits of the ``span`` months up to ``month``."""
    last = m.distance(PRESENCE_EPOCH, month)
    return sum(1 << i for i in range(max(last - span + 1, 0), last + 1))


def months_of(connection: Connection, codes: Collection[str]) -> set[int]:
    """Return all months in which these enterprises have rows."""
    months: set[int] = set()
    for chunk in in_chunks(sorted(codes)):
        months |= set(connection.execute(select(monthly.c.month).where(monthly.c.credit_code.in_(chunk)).distinct()).scalars())
    return months


def in_chunks(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """Yield slices of at most ``MAX_IN_LIST`` items, short enough for any engine's IN."""
    for start in range(0, len(items), MAX_IN_LIST):
        yield items[start : start + MAX_IN_LIST]
