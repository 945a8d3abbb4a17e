from __future__ import annotations

from datetime import date

import pytest

from cockpit.provenance import freshness
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
    assert (stamp.published, stamp.version, stamp.is_demonstration) == ("2023-07-16 09:30", 1, False)


def test_demonstration_data_are_never_overdue(district):
    stamp = freshness(newest(district, "2022-12"), date(2030, 1, 1))
    assert (stamp.overdue_days, stamp.is_demonstration) == (0, True)


def test_nothing_published_is_neither_fresh_nor_late(real):
    stamp = freshness(snapshot({"企业名录": [], "月度经营": []}, real), date(2030, 1, 1))
    assert (stamp.data_month, stamp.overdue_days, stamp.due_month) == ("暂无数据", 0, "")
