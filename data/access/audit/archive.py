"""Move old months of the audit into the archive, and export what is asked for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from sqlalchemy import Connection, delete, func, select, update

from cockpit.access.audit import Actor, AuditAction, AuditEntry, AuditRecord, ChainPoint
from cockpit.errors import UsageError
from data.access.audit.archive_files import archive_name
from data.access.audit.log import AuditLog, pages
from data.database.access_tables import audit_head, audit_record
from data.database.engine import read_connection

#: How long records stay in the database at least, and by default.
MIN_DAYS, DEFAULT_DAYS = 180, 3 * 366
_MONTH = func.substr(audit_record.c["at"], 1, 7)


def archive(audit: AuditLog, actor: Actor, now: datetime, days: int = DEFAULT_DAYS) -> list[str]:
    """Move the whole months that are older than ``days`` out of the database into files; returns these months (yyyy-mm).

    The file is on disk before its records leave the database. Raises ``UsageError`` for fewer days than ``MIN_DAYS``,
    ``AuditError`` when the chain is faulty or a file can't be written; then nothing is moved.
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
        count = audit.archive_files(head.chain).write(name, _records(connection, head.archived_number, last))
        connection.execute(delete(audit_record).where(audit_record.c.number <= last))
        connection.execute(update(audit_head).values(archived_number=point.number, archived_hash=point.hash))
        audit.append(connection, AuditEntry(now, actor, AuditAction.AUDIT, "存档", detail={"archive": name, "rows": count}))
        audit.write_archived(head.chain, point)
    return str(first)


def _records(connection: Connection, after: int, end: int) -> Iterator[AuditRecord]:
    for page in pages(connection, after, end):
        yield from page


def export(audit: AuditLog, file: Path, actor: Actor, now: datetime, since: str = "", until: str = "") -> tuple[int, str]:
    """Write the records of the days from ``since`` up to ``until`` (UTC, yyyy-mm-dd) as JSON lines; returns number and SHA-256.

    The export itself is recorded first. Raises ``UsageError`` when the file can't be written.
    """
    digest, count = hashlib.sha256(), 0
    with read_connection(audit.engine) as connection:
        head = connection.execute(select(audit_head)).one()
        archived = audit.archive_files(head.chain).records(head.archived_number)
        everything = chain(archived, _records(connection, head.archived_number, head.number))
        chosen = (r for r in everything if since <= r.at[: len(since)] and (not until or r.at[: len(until)] <= until))
        lines = [json.dumps(asdict(record), ensure_ascii=False, sort_keys=True) + "\n" for record in chosen]
    for line in lines:
        digest.update(line.encode())
        count += 1
    detail: dict[str, str | int] = {"since": since, "until": until, "rows": count, "sha256": digest.hexdigest()}
    audit.record(AuditEntry(now, actor, AuditAction.AUDIT, "导出", detail=detail))
    try:
        file.write_text("".join(lines), "utf-8")
    except OSError as error:
        raise UsageError(f"审计记录存不到 {file}：{error.strerror}。请检查路径和权限。") from error
    return count, digest.hexdigest()
