"""When a day begins, in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime

from cockpit.calendar.clock import day_begins


def test_a_day_begins_eight_hours_earlier_in_utc():
    assert day_begins(date(2026, 12, 1)) == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert day_begins(date(2026, 12, 1), "UTC") == datetime(2026, 12, 1, tzinfo=UTC)
