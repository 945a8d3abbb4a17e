"""Today is the district's: the machine's zone has no say."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from cockpit.calendar import clock
from cockpit.district.district import District


@pytest.fixture(params=["Etc/GMT+10", "UTC", "Pacific/Kiritimati"])
def machine_zone(request, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


def frozen(monkeypatch, moment):
    class Frozen(datetime):
        @classmethod
        def now(cls, tz=None):
            return moment.astimezone(tz)

    monkeypatch.setattr(clock, "datetime", Frozen)


@pytest.mark.parametrize(("hour", "day"), [(15, 30), (16, 31), (23, 31)])
def test_the_day_changes_at_midnight_of_the_district(machine_zone, monkeypatch, district, hour, day):
    frozen(monkeypatch, datetime(2026, 5, 30, hour, 59 if hour < 16 else 0, tzinfo=UTC))
    assert district.today() == date(2026, 5, day)


def test_a_pack_may_name_its_own_zone(monkeypatch, district):
    frozen(monkeypatch, datetime(2026, 5, 30, 17, 0, tzinfo=UTC))
    assert district.model_copy(update={"timezone": "Asia/Urumqi"}).today() == date(2026, 5, 30)


@pytest.mark.parametrize("zone", ["Beijing", "", "../../etc/passwd", "x" * 5000])
def test_an_unknown_zone_is_refused(district, zone):
    with pytest.raises(ValidationError, match="时区"):
        District.model_validate({name: getattr(district, name) for name in District.model_fields} | {"timezone": zone})
