"""What the own database holds of the facts engine: the register, and which months each enterprise reported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, select

from cockpit import months as m
from data.bulk import load_rows
from data.cube_table import chunks
from data.facts import statements
from data.facts.engine import Facts
from data.facts.statements import Versions
from data.facts.tables import UNKNOWN
from data.tables import ORIGIN, enterprise, firm_presence

_EPOCH = 200001
_YEARS_AT_ONCE = 5
_REGISTER = ("credit_code", "name", "town", "industry_code", "chain", "stage", "role", "kind", "land_mu", "park", "founded_on",
             "platform_member")  # fmt: skip


def copy_register(connection: Connection, facts: Facts, after: int, upto: int, batch_id: int) -> tuple[int, int]:
    """Bring the register from facts version ``after`` to ``upto``; returns how many were added, and changed or taken out."""
    newest = {row.credit_code: row for row in facts.ask(statements.register_changes(after, upto), patient=True)}
    known = set(connection.execute(select(enterprise.c.credit_code)).scalars())
    # At first the engine's register takes the place of whatever is here.
    old = sorted(known & newest.keys() if after else known)
    _forget(connection, enterprise, old, len(known))
    rows = ((*_register_row(row), batch_id, 0) for row in newest.values() if row.active)
    load_rows(connection, enterprise, (*_REGISTER, *ORIGIN), rows)
    return sum(1 for code, row in newest.items() if row.active and code not in known), len(old)


def copy_presence(connection: Connection, facts: Facts, chosen: Versions, touched: Sequence[int]) -> None:
    """Bring the presence bits of the touched months' years up to date (a row never reaches into another year)."""
    found: defaultdict[str, int] = defaultdict(int)
    years = sorted({m.year_of(month) for month in touched if month >= _EPOCH})
    area = 0
    for start in range(0, len(years), _YEARS_AT_ONCE):
        some = years[start : start + _YEARS_AT_ONCE]
        months = [month for year in some for month in m.span(m.month(year, 1), m.month(year, 12))]
        places = [m.distance(_EPOCH, month) for month in months]
        area |= sum(1 << place for place in places)
        for code, span, bits in facts.ask(statements.presence(chosen, months), chosen, patient=True):
            found[code] |= _covered(int(bits), span, places)
    _write_presence(connection, found, area)


def _covered(bits: int, span: int, places: Sequence[int]) -> int:
    """All months covered by the rows of ``bits`` (bit i = ``places[i]``), each ``span`` months long up to its own."""
    covered = 0
    while bits:
        low = bits & -bits
        last = places[low.bit_length() - 1]
        covered |= ((1 << span) - 1) << (last - span + 1)
        bits ^= low
    return covered


def _write_presence(connection: Connection, found: Mapping[str, int], area: int) -> None:
    """Within ``area`` bits are as found, outside as they were; only what is different is written."""
    stored = {code: int.from_bytes(bits, "little") for code, bits in connection.execute(select(firm_presence))}
    wanted = {code: stored.get(code, 0) & ~area | found.get(code, 0) for code in {*stored, *found}}
    different = sorted(code for code, bits in wanted.items() if bits != stored.get(code, 0))
    _forget(connection, firm_presence, [code for code in different if code in stored], len(stored))
    rows = ((c, wanted[c].to_bytes((wanted[c].bit_length() + 7) // 8, "little")) for c in different if wanted[c])
    load_rows(connection, firm_presence, ("credit_code", "bits"), rows)


def _forget(connection: Connection, table: Any, codes: Sequence[str], stored: int) -> None:
    """Delete the rows of these enterprises, all at once where that is what is meant."""
    if codes and len(codes) == stored:
        connection.execute(delete(table))
        return
    for some in chunks(codes):
        connection.execute(delete(table).where(table.c.credit_code.in_(some)))


def _register_row(row: Any) -> Iterator[Any]:
    """The values of ``_REGISTER`` as the own table has them."""
    for name in _REGISTER:
        value = getattr(row, name)
        if value is None or (name in ("stage", "role") and value == UNKNOWN):
            yield None
        elif name == "founded_on":
            yield date(value // 10000, value // 100 % 100, value % 100)
        else:
            yield bool(value) if name == "platform_member" else value
