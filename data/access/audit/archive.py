"""Move old months of the audit into the archive."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from cockpit.access.audit import Actor, AuditAction, AuditEntry, ChainPoint, Detail
from cockpit.errors import UsageError
from data.access.audit.archive_files import archive_name
from data.access.audit.log import AuditLog, records_between
from data.database.access_tables import audit_head, audit_record

#: How long records stay in the database at least, and by default.
MIN_DAYS, DEFAULT_DAYS = 180, 3 * 366
_MONTH = func.substr(audit_record.c["at"], 1, 7)


def archive(audit: AuditLog, actor: Actor, now: datetime, days: int = DEFAULT_DAYS) -> list[str]:
    """Move the whole months that are older than ``days`` out of the database into files; returns these months (yyyy-mm).

    The file is on disk before its records leave the database. Raises ``UsageError`` for fewer days than ``MIN_DAYS`` and for a
    faulty chain, ``AuditError`` when a file can't be written; then nothing is moved.
    """
    if days < MIN_DAYS:
        raise UsageError(f"审计记录至少保留{MIN_DAYS}天，不能只留{days}天。")
    if (fault := audit.verify().fault) is not None:
        raise UsageError(f"审计链有问题，没有存档：{fault.message}。请先查明原因。")
    cutoff, moved = (now - timedelta(days=days)).strftime("%Y-%m"), []
    while (month := _move_month(audit, actor, now, cutoff)) is not None:
        moved.append(month)
    return moved


def _move_month(audit: AuditLog, actor: Actor, now: datetime, cutoff: str) -> str | None:
    """Move the first records in the database that are of one month before ``cutoff``; ``None`` when there are none.

    Only from the beginning on: the chain stays in one piece even where a clock once dated a record wrongly.
    """
    with audit.transaction() as connection:
        head = connection.execute(select(audit_head).with_for_update()).one()
        first = connection.scalar(select(_MONTH).where(audit_record.c.number == head.archived_number + 1))
        if first is None or first >= cutoff:
            return None
        behind = audit_record.c.number > head.archived_number
        other = connection.scalar(select(func.min(audit_record.c.number)).where(behind, first != _MONTH))
        last = head.number if other is None else other - 1
        digest = connection.scalar(select(audit_record.c.hash).where(audit_record.c.number == last))
        point = ChainPoint(last, str(digest))
        name = archive_name(head.archived_number + 1, first)
        count = audit.archive_files(head.chain).write(name, records_between(connection, head.archived_number, last))
        connection.execute(delete(audit_record).where(audit_record.c.number <= last))
        connection.execute(update(audit_head).values(archived_number=point.number, archived_hash=point.hash))
        audit.append(
            connection, AuditEntry(now, actor, AuditAction.AUDIT, "存档", detail={Detail.ARCHIVE: name, Detail.ROWS: count})
        )
        audit.write_archived(head.chain, point)
    return str(first)
