"""The register of the facts engine as the own database holds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, select

from data.database.bulk import load_rows
from data.database.tables import ORIGIN, enterprise
from data.facts import statements
from data.facts.engine import FactsClient
from data.facts.tables import UNKNOWN
from data.publishing.cube_table import in_chunks

_REGISTER = ("credit_code", "name", "town", "industry_code", "chain", "stage", "role", "kind", "land_mu", "park", "founded_on",
             "platform_member")  # fmt: skip


def copy_register(connection: Connection, facts: FactsClient, after: int, upto: int, batch_id: int) -> tuple[int, int]:
    """Bring the register from facts version ``after`` to ``upto``; returns how many were added, and changed or taken out."""
    newest = {row.credit_code: row for row in facts.query(statements.select_register_changes(after, upto), long_running=True)}
    if after and not newest:
        return 0, 0
    known = set(connection.execute(select(enterprise.c.credit_code)).scalars())
    # At first the engine's register takes the place of whatever is here.
    old = sorted(known & newest.keys() if after else known)
    forget(connection, enterprise, old, len(known))
    rows = ((*_register_row(row), batch_id, 0) for row in newest.values() if row.active)
    load_rows(connection, enterprise, (*_REGISTER, *ORIGIN), rows)
    return sum(1 for code, row in newest.items() if row.active and code not in known), len(old)


def forget(connection: Connection, table: Any, codes: Sequence[str], stored: int) -> None:
    """Delete the rows of these enterprises, all at once where that is what is meant."""
    if codes and len(codes) == stored:
        connection.execute(delete(table))
        return
    for some in in_chunks(codes):
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
