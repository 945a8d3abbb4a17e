"""Find records of the audit, for its page and its workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from cockpit.access.audit import RECORD_FIELDS, AuditAction, AuditRecord, Result
from data.access.audit.log import AuditLog
from data.database.access_tables import audit_record
from data.database.engine import read_connection


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which records: from ``since`` up to ``until`` (UTC, yyyy-mm-dd or a moment; "" = any), of one account, some actions
    (none = all) and one result.
    """

    since: str = ""
    until: str = ""
    account: str = ""
    actions: Sequence[AuditAction] = ()
    result: Result | None = None


def count_records(audit: AuditLog, which: AuditFilter) -> int:
    """Count the records in the database that a filter selects."""
    with read_connection(audit.engine) as connection:
        return int(connection.scalar(_filtered(select(func.count()).select_from(audit_record), which)) or 0)


def find_records(audit: AuditLog, which: AuditFilter, *, limit: int, before: int = 0) -> list[AuditRecord]:
    """Return the records in the database that a filter selects, the newest first; ``before``: those before this number (0 = all).

    By number, not by how many came first: looking at a page is itself recorded, and would move the next one.
    """
    columns = select(*(audit_record.c[name] for name in RECORD_FIELDS))
    if before:
        columns = columns.where(audit_record.c.number < before)
    newest_first = _filtered(columns, which).order_by(audit_record.c.number.desc())
    with read_connection(audit.engine) as connection:
        return [AuditRecord(*row) for row in connection.execute(newest_first.limit(limit))]


def _filtered(statement: Select[Any], which: AuditFilter) -> Select[Any]:
    conditions = []
    if which.since:
        conditions.append(audit_record.c["at"] >= which.since)
    if which.until:
        conditions.append(func.substr(audit_record.c["at"], 1, len(which.until)) <= which.until)
    if which.account:
        conditions.append(audit_record.c.account == which.account)
    if which.result is not None:
        conditions.append(audit_record.c.result == which.result.value)
    if which.actions:
        conditions.append(audit_record.c.action.in_([action.value for action in which.actions]))
    return statement.where(*conditions)
