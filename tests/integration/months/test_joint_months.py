"""January and February reported together: stored once, compared with the same two months, neither alone has a figure."""

from __future__ import annotations

import pytest

from cockpit.metric_query import parse_query, query_rows
from data.loaders import read_batch
from data.publishing.published_rows import PublishedRows
from data.publishing.publishing import publish
from data.repository.repository import DatabaseRepository
from tests import workbooks
from tests.conftest import TODAY
from tests.no_published_data import NoPublishedData


@pytest.fixture
def repository(engine, district, tmp_path):
    """One enterprise: 2022 by month (100, 110, 120 …), 2023 cumulative: February 240, March 380."""
    base = [workbooks.month(1, f"2022-{n:02d}", output=90.0 + 10 * n) for n in range(1, 13)]
    publish(
        engine,
        read(engine, district, workbooks.write(tmp_path / "a.xlsx", {"企业名录": [workbooks.firm(1)], "月度经营": base})),
        who="t",
    )
    later = [
        workbooks.month(1, "2023-02", output=240.0, basis="累计", **{"平均用工人数（人）": 30}),
        workbooks.month(1, "2023-03", output=380.0, basis="累计", **{"平均用工人数（人）": 60}),
    ]
    batch = read(engine, district, workbooks.write(tmp_path / "b.xlsx", {"月度经营": later}))
    publish(engine, batch, who="t", accept_warnings=True)
    return DatabaseRepository(engine, district)


def read(engine, district, file):
    published = PublishedRows(engine)
    return read_batch(file, district, published, today=TODAY)


def ask(repository, district, metric, period, by="", compare="yoy"):
    query = parse_query(metric, by, towns=(), industries=(), chains=(), period=period, compare=compare, district=district)
    return query_rows(repository, query)


def test_both_months_together_are_compared_with_the_same_two(repository, district):
    [row] = ask(repository, district, "工业总产值", "2023-01..2023-02")
    assert row["value"] == 240
    assert row["base"] == 100 + 110
    assert row["change"] == pytest.approx(30 / 210)


def test_march_is_the_difference_of_the_cumulative_figures(repository, district):
    [row] = ask(repository, district, "工业总产值", "2023-03")
    assert (row["value"], row["base"]) == (140, 120)


@pytest.mark.parametrize("month", ["2023-01", "2023-02"])
def test_neither_month_alone_has_a_figure(repository, district, month):
    [row] = ask(repository, district, "工业总产值", month)
    assert row["value"] is None


def test_year_to_date_compares_three_months_with_three(repository, district):
    [row] = ask(repository, district, "工业总产值", "2023-01..2023-03")
    assert (row["value"], row["base"]) == (380, 100 + 110 + 120)


def test_by_month_the_joint_months_are_listed_once(repository, district):
    rows = ask(repository, district, "工业总产值", "2023-01..2023-03", by="month")
    assert [(r["month"], r["months"], r["value"]) for r in rows] == [("2023-02", 2, 240), ("2023-03", 1, 140)]


def test_staff_counts_twice_for_two_months(repository, district):
    [row] = ask(repository, district, "平均用工人数", "2023-01..2023-03")
    assert row["value"] == pytest.approx((30 * 2 + 60) / 3)


def test_twelve_months_that_end_in_the_middle_of_a_joint_report_leave_it_out(repository, district):
    whole, cut, after = (ask(repository, district, "亩均税收", month)[0]["value"] for month in ("2022-12", "2023-01", "2023-03"))
    assert cut == pytest.approx(whole * 11 / 12)  # February to December, each with the same tax; never annualised
    assert after is not None


def test_nothing_published_is_reported(engine, district):
    from cockpit.errors import UsageError

    with pytest.raises(UsageError, match="还没有发布"):
        ask(DatabaseRepository(engine, district), district, "工业总产值", "2023")
    assert NoPublishedData().enterprises().empty
