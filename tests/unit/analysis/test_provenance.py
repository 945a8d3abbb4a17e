from __future__ import annotations

from datetime import date

import pytest

from cockpit.analysis.provenance import coverage_notice, freshness
from cockpit.calendar.periods import Period, PeriodKind
from cockpit.cube.cube import Filter
from tests.factories import snapshot
from tests.workbooks import firm, month


@pytest.fixture
def real(district):
    return district.model_copy(update={"demonstration": False})


def newest(district, when):
    return snapshot({"企业名录": [firm(1)], "月度经营": [month(1, when)]}, district)


@pytest.mark.parametrize(
    ("today", "overdue"), [(date(2023, 3, 22), 0), (date(2023, 3, 23), 1), (date(2023, 4, 1), 10), (date(2022, 12, 31), 0)]
)
def test_the_next_month_is_due_fifty_days_after_its_end(real, today, overdue):
    """After December the January figures are due: 50 days after its end, by 22 March."""
    stamp = freshness(newest(real, "2022-12"), today)
    assert (stamp.data_month, stamp.due_month, stamp.overdue_days) == ("2022年12月", "2023年1月", overdue)
    assert (stamp.published, stamp.version, stamp.is_demonstration) == ("2023年7月16日 09:30", 1, False)


def test_demonstration_data_are_never_overdue(district):
    stamp = freshness(newest(district, "2022-12"), date(2030, 1, 1))
    assert (stamp.overdue_days, stamp.is_demonstration) == (0, True)


def test_nothing_published_is_neither_fresh_nor_late(real):
    stamp = freshness(snapshot({"企业名录": [], "月度经营": []}, real), date(2030, 1, 1))
    assert (stamp.data_month, stamp.overdue_days, stamp.due_month) == ("暂无数据", 0, "")


@pytest.mark.parametrize(("reported", "notice"), [(9, ""), (8, "2022年2月只有8家规上企业有数据（上月10家）"), (0, "")])
def test_a_month_that_a_tenth_of_the_enterprises_lack_is_reported(district, reported, notice):
    rows = [month(n, "2022-01") for n in range(10)] + [month(n, "2022-02") for n in range(reported)]
    data = snapshot({"企业名录": [firm(n) for n in range(10)], "月度经营": rows}, district)
    last = Period(PeriodKind.MONTH, 202202, 202202)
    assert coverage_notice(data, last, Filter()).startswith(notice)
    assert bool(coverage_notice(data, last, Filter())) == bool(notice)
    assert coverage_notice(data, last, Filter(towns=("donghu",))) == ""
