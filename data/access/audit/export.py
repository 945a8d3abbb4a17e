"""Export the audit: all of it or some days, as JSON lines whose hashes can be checked again, or as a workbook."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from itertools import chain
from pathlib import Path

from sqlalchemy import select

from cockpit.access.audit import Actor, AuditAction, AuditEntry, AuditRecord, Detail
from cockpit.errors import UsageError
from data.access.audit.audit_workbook import build_audit_workbook
from data.access.audit.log import AuditLog, records_between
from data.access.audit.search import AuditFilter, count_records, find_records
from data.database.access_tables import audit_head
from data.database.engine import read_connection

_WORKBOOK = ".xlsx"
#: Records of a workbook that a page hands out: some seconds of work.
MAX_ROWS = 20_000


def export(audit: AuditLog, file: Path, actor: Actor, now: datetime, since: str = "", until: str = "") -> tuple[int, str]:
    """Write the records of the days from ``since`` up to ``until`` (UTC, yyyy-mm-dd); returns how many, and the SHA-256.

    A workbook where the file's name ends in .xlsx, else JSON lines. The export itself is recorded first. Raises ``UsageError``
    when the file can't be written.
    """
    records = _read(audit, since, until)
    if file.suffix.lower() == _WORKBOOK:
        content = build_audit_workbook(records)
    else:
        lines = (json.dumps(asdict(record), ensure_ascii=False, sort_keys=True) + "\n" for record in records)
        content = "".join(lines).encode()
    digest = hashlib.sha256(content).hexdigest()
    detail: dict[Detail, str | int] = {Detail.SINCE: since, Detail.UNTIL: until, Detail.ROWS: len(records), Detail.SHA256: digest}
    audit.record(AuditEntry(now, actor, AuditAction.AUDIT, "导出", detail=detail))
    try:
        file.write_bytes(content)
    except OSError as error:
        raise UsageError(f"审计记录存不到 {file}：{error.strerror}。请检查路径和权限。") from error
    return len(records), digest


def export_selected(audit: AuditLog, which: AuditFilter, described: Mapping[Detail, str], actor: Actor, now: datetime) -> bytes:
    """Build the workbook of the records in the database that a filter selects, the newest first; recorded before it is returned.

    ``described``: the filter in words. Raises ``UsageError`` for more records than a page's workbook takes.
    """
    number = count_records(audit, which)
    if number > MAX_ROWS:
        raise UsageError(f"符合条件的记录有{number:,}条，一次最多导出{MAX_ROWS:,}条。请缩短日期范围，分几次导出。")
    content = build_audit_workbook(find_records(audit, which, limit=MAX_ROWS))
    detail: dict[Detail, str | int] = {**described, Detail.ROWS: number, Detail.SHA256: hashlib.sha256(content).hexdigest()}
    audit.record(AuditEntry(now, actor, AuditAction.AUDIT, "导出", detail=detail))
    return content


def _read(audit: AuditLog, since: str, until: str) -> list[AuditRecord]:
    """Read the records of these days, those in the archive included."""
    with read_connection(audit.engine) as connection:
        head = connection.execute(select(audit_head)).one()
        archived = audit.archive_files(head.chain).records(head.archived_number)
        everything = chain(archived, records_between(connection, head.archived_number, head.number))
        return [r for r in everything if since <= r.at and (not until or r.at[: len(until)] <= until)]
