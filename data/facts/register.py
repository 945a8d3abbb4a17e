"""Copies the register of the facts engine into the cockpit's database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, select

from cockpit.contracts.sheets import ENTERPRISES
from data.database.bulk import load_rows
from data.database.tables import ORIGIN, enterprise
from data.facts import statements
from data.facts.client import FactsClient
from data.facts.tables import UNKNOWN
from data.publishing.cube_table import in_chunks


def copy_register(connection: Connection, facts: FactsClient, after: int, upto: int, batch_id: int) -> tuple[int, int]:
    """Update the register from facts version ``after`` to ``upto``.

    Returns how many enterprises were added, and how many changed or removed.
    """
    newest = {row.credit_code: row for row in facts.query(statements.select_register_changes(after, upto), long_running=True)}
    if after and not newest:
        return 0, 0
    known = set(connection.execute(select(enterprise.c.credit_code)).scalars())
    # The first time, the engine's register replaces everything stored.
    outdated = sorted(known & newest.keys() if after else known)
    delete_firms(connection, enterprise, outdated, len(known))
    rows = ((*_register_row(row), batch_id, 0) for row in newest.values() if row.active)
    load_rows(connection, enterprise, (*ENTERPRISES.fields, *ORIGIN), rows)
    return sum(1 for code, row in newest.items() if row.active and code not in known), len(outdated)


def delete_firms(connection: Connection, table: Any, codes: Sequence[str], stored: int) -> None:
    """Delete the rows of these enterprises; in one statement when they are all of the ``stored`` rows."""
    if codes and len(codes) == stored:
        connection.execute(delete(table))
        return
    for chunk in in_chunks(codes):
        connection.execute(delete(table).where(table.c.credit_code.in_(chunk)))


def _register_row(row: Any) -> Iterator[Any]:
    """Yield the values of ``ENTERPRISES.fields`` as the table ``enterprise`` stores them."""
    for name in ENTERPRISES.fields:
        value = getattr(row, name)
        if value is None or (name in ("stage", "role") and value == UNKNOWN):
            yield None
        elif name == "founded_on":
            yield date(value // 10000, value // 100 % 100, value % 100)
        else:
            yield bool(value) if name == "platform_member" else value
