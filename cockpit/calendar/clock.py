"""The day it is for a district, whatever zone the machine keeps: the only place of the product that asks for today."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

#: IANA zone of a district that names none: all of China keeps it.
CHINA = "Asia/Shanghai"


def today(zone: str) -> date:
    """Return the day in an IANA time zone; raises ``KeyError`` for an unknown one."""
    return datetime.now(ZoneInfo(zone)).date()


def day_begins(day: date, zone: str = CHINA) -> datetime:
    """Return the moment (UTC) at which a day begins in an IANA time zone."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
