"""Quotas: count what an account does, over all workers, and refuse what is too much."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, update

from cockpit.access.quotas import LIMITS, QuotaKind
from cockpit.errors import QuotaError
from data.access.limits.counters import locked_row, remove_old, subject_digest
from data.database.access_tables import quota
from data.database.transactions import write_transaction

_FORGOTTEN_AFTER = timedelta(days=1)


def take(engine: Engine, kind: QuotaKind, subject: str, now: datetime) -> None:
    """Count a request of an account or address. Raises ``QuotaError`` with the time to wait when its quota is used up."""
    with write_transaction(engine) as connection:
        seconds = _take(connection, kind, subject, now)
    if seconds:
        limit = LIMITS[kind]
        minutes = int(limit.period.total_seconds()) // 60
        wait = f"{math.ceil(seconds / 60)}分钟" if seconds > 60 else f"{seconds}秒"
        raise QuotaError(f"{limit.name}太频繁：{minutes}分钟内最多{limit.number}次。请{wait}后再试。", seconds)


def _take(connection: Connection, kind: QuotaKind, subject: str, now: datetime) -> int:
    """Count a request; returns the seconds to wait, 0 where it is allowed."""
    limit, key = LIMITS[kind], {"kind": kind.value, "subject": subject_digest(subject)}
    row = locked_row(connection, quota, key, {"started_at": now, "used": 0})
    started, used = row.started_at, row.used
    if not started <= now < started + limit.period:  # also where the clock was set back
        started, used = now, 0
        remove_old(connection, quota, quota.c.started_at.name, now - _FORGOTTEN_AFTER)
    if used >= limit.number:
        seconds: float = (started + limit.period - now).total_seconds()
        return max(1, math.ceil(seconds))
    same = (quota.c.kind == key["kind"], quota.c.subject == key["subject"])
    connection.execute(update(quota).where(*same).values(started_at=started, used=used + 1))
    return 0
