"""Keeping the stored cube and the presence bitmaps in step with the facts, within the publishing transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import TypeVar

from sqlalchemy import Connection, delete, insert, select

from cockpit.calendar import months as m
from data.database import statements
from data.database.tables import cube, firm_presence, monthly

_EPOCH = 200001
_ROWS_AT_ONCE = 5_000
#: Values that any engine takes in one IN.
LONGEST_LIST = 500
_T = TypeVar("_T")


def refresh_cube(connection: Connection, months: Collection[int]) -> None:
    """Recompute the cube's rows of these months from the facts."""
    for some in chunks(sorted(months)):
        connection.execute(delete(cube).where(cube.c.month.in_(some)))
        rows = statements.cube_rows().where(monthly.c.month.in_(some))
        connection.execute(insert(cube).from_select(list(cube.columns.keys()), rows))


def refresh_presence(connection: Connection, codes: Collection[str]) -> None:
    """Recompute the presence bits of these enterprises: bit i = month 2000-01 + i covered by a row."""
    for some in chunks(sorted(codes)):
        connection.execute(delete(firm_presence).where(firm_presence.c.credit_code.in_(some)))
        rows = connection.execute(
            select(monthly.c.credit_code, monthly.c.month, monthly.c.span).where(monthly.c.credit_code.in_(some))
        )
        bits: defaultdict[str, int] = defaultdict(int)
        for part in rows.partitions(_ROWS_AT_ONCE):
            for code, month, span in part:
                bits[code] |= _covered(month, span)
        found = [{"credit_code": c, "bits": b.to_bytes((b.bit_length() + 7) // 8, "little")} for c, b in bits.items()]
        if found:
            connection.execute(insert(firm_presence), found)


@cache
def _covered(month: int, span: int) -> int:
    last = m.distance(_EPOCH, month)
    return sum(1 << i for i in range(max(last - span + 1, 0), last + 1))


def months_of(connection: Connection, codes: Collection[str]) -> set[int]:
    """All months in which these enterprises have rows."""
    found: set[int] = set()
    for some in chunks(sorted(codes)):
        found |= set(connection.execute(select(monthly.c.month).where(monthly.c.credit_code.in_(some)).distinct()).scalars())
    return found


def chunks(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """Parts short enough for any engine's IN."""
    for start in range(0, len(items), LONGEST_LIST):
        yield items[start : start + LONGEST_LIST]
