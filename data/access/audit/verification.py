"""Verify the audit, which is itself recorded."""

from __future__ import annotations

from datetime import datetime

from cockpit.access.audit import Actor, AuditAction, AuditEntry, ChainCheck, Detail, Result
from data.access.audit.log import AuditLog


def verify_recorded(audit: AuditLog, actor: Actor, now: datetime) -> ChainCheck:
    """Check the whole chain and record who did, with the first faulty record. Raises ``AuditError``."""
    check = audit.verify()
    fault = check.fault
    result, detail = (Result.DONE, {}) if fault is None else (Result.FAILED, {Detail.RECORD: fault.record})
    audit.record(AuditEntry(now, actor, AuditAction.AUDIT, "检查", result=result, detail=detail))
    return check


def verification_text(check: ChainCheck) -> str:
    """Say what a check came to, and what to do where something was changed."""
    if check.fault is None:
        return f"{check.records:,}条审计记录完好。"
    return f"审计记录有问题：{check.fault.message}。请保留现场，查明是谁改动了数据库，再从备份恢复。"
