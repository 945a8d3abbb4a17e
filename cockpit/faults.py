"""Faults that a reader meets: a sentence says what is wrong, and a number leads the administrator to the log."""

from __future__ import annotations

import logging
import uuid

from cockpit.errors import CockpitError, StaleSnapshotError

log = logging.getLogger(__name__)

_UPDATING = "数据正在更新，请稍后重试。"
_UNEXPECTED = "程序出现意外。"


def log_fault(where: str) -> str:
    """Log the exception that is being handled, and return the number under which the log has it."""
    number = uuid.uuid4().hex[:8].upper()
    log.exception("fault %s: %s", number, where)
    return number


def describe(error: Exception) -> str:
    """Say in plain Chinese what is wrong; an error that isn't made for readers shows nothing of itself."""
    if isinstance(error, StaleSnapshotError):
        return _UPDATING
    return str(error) if isinstance(error, CockpitError) else _UNEXPECTED


def report(error: Exception, where: str) -> str:
    """Log a fault and return what the reader is told of it, with its number."""
    return f"{describe(error)}请稍后再试，编号 {log_fault(where)}。"
