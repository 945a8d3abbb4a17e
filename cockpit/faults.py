"""Faults that a reader meets: a sentence says what is wrong, and a number leads the administrator to the log."""

from __future__ import annotations

import logging
import re
import uuid

from cockpit.errors import CockpitError, DistrictError, StaleSnapshotError

log = logging.getLogger(__name__)

_UPDATING = "数据正在更新，请稍后再试。"
_MISCONFIGURED = "区县配置与数据对不上，请管理员处理。"
_UNEXPECTED = "程序出现意外。"
#: In a message that says itself when to try again: it isn't said twice.
_SAYS_WHEN = re.compile("再试|重试")


def log_fault(where: str) -> str:
    """Log the exception that is being handled, and return the number under which the log has it."""
    number = uuid.uuid4().hex[:8].upper()
    log.exception("fault %s: %s", number, where)
    return number


def describe(error: Exception) -> str:
    """Describe an error in Chinese: its own message for a ``CockpitError``, else a general sentence.

    A stale snapshot is reported as what it means for the reader; a faulty pack only to the administrator, in the log.
    """
    if isinstance(error, StaleSnapshotError):
        return _UPDATING
    if isinstance(error, DistrictError):
        return _MISCONFIGURED
    return str(error) if isinstance(error, CockpitError) else _UNEXPECTED


def report(error: Exception, where: str) -> str:
    """Log the exception that is being handled and return the message for the reader, with its number in the log."""
    text, number = describe(error), log_fault(where)
    return f"{text}编号 {number}。" if _SAYS_WHEN.search(text) else f"{text}请稍后再试，编号 {number}。"
