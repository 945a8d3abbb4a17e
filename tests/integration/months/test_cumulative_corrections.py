"""A corrected earlier month changes the months beside it; a cumulative figure that was published later stays as reported."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cockpit.errors import PublishingError
from data.database.tables import monthly
from data.loaders import read_batch
from data.publishing.published_rows import PublishedRows
from data.publishing.publishing import publish, withdraw
from tests import workbooks
from tests.conftest import TODAY


def load(engine, district, folder, name, rows, **more):
    file = workbooks.write(folder / f"{name}.xlsx", {**more, "月度经营": rows})
    return publish(engine, read_batch(file, district, PublishedRows(engine), today=TODAY), who="t", accept_warnings=True)


def cumulative(when, output, **more):
    return workbooks.month(1, when, output=output, tax=output / 10, basis="累计", **more)


def outputs(engine):
    """Month -> output in 万元 and how many months the row covers."""
    with engine.connect() as connection:
        rows = connection.execute(select(monthly.c.month, monthly.c.output_fen, monthly.c.span).order_by(monthly.c.month))
        return {row.month: (row.output_fen / 1e6, row.span) for row in rows}


@pytest.fixture
def half_year(engine, district, tmp_path):
    """100 a month, January to June 2022, all cumulative."""
    rows = [cumulative(f"2022-{n:02d}", 100.0 * n) for n in range(1, 7)]
    load(engine, district, tmp_path, "half year", rows, 企业名录=[workbooks.firm(1)])
    return {202200 + n: (100.0, 1) for n in range(1, 7)}


def test_a_corrected_cumulative_figure_changes_the_two_months_beside_it(engine, district, tmp_path, half_year):
    result = load(engine, district, tmp_path, "may", [cumulative("2022-05", 510.0)])
    assert outputs(engine) == half_year | {202205: (110.0, 1), 202206: (90.0, 1)}
    withdraw(engine, result.batch_id, who="t")
    assert outputs(engine) == half_year


def test_so_does_a_corrected_month_of_its_own(engine, district, tmp_path, half_year):
    rest = dict.fromkeys(("综合能耗（吨标准煤）", "用电量（万千瓦时）", "绿色能源投资（万元）", "研发费用（万元）"), 0.0)
    load(engine, district, tmp_path, "march", [workbooks.month(1, "2022-03", output=130.0, tax=13.0, **rest)])
    assert outputs(engine) == half_year | {202203: (130.0, 1), 202204: (70.0, 1)}


def test_several_corrections_are_taken_from_the_next_month_that_stays(engine, district, tmp_path, half_year):
    load(engine, district, tmp_path, "two", [cumulative("2022-02", 220.0), cumulative("2022-03", 330.0)])
    assert outputs(engine) == half_year | {202202: (120.0, 1), 202203: (110.0, 1), 202204: (70.0, 1)}


def test_a_month_that_comes_later_is_no_part_of_the_joint_one_any_more(engine, district, tmp_path):
    load(engine, district, tmp_path, "feb", [cumulative("2022-02", 240.0)], 企业名录=[workbooks.firm(1)])
    assert outputs(engine) == {202202: (240.0, 2)}
    load(engine, district, tmp_path, "jan", [workbooks.month(1, "2022-01", output=100.0, tax=10.0)])
    assert outputs(engine) == {202201: (100.0, 1), 202202: (140.0, 1)}


def test_months_of_their_own_and_other_years_stay(engine, district, tmp_path):
    rows = [workbooks.month(1, f"2022-{n:02d}", output=100.0) for n in range(1, 4)] + [cumulative("2023-02", 150.0)]
    load(engine, district, tmp_path, "base", rows, 企业名录=[workbooks.firm(1)])
    load(engine, district, tmp_path, "feb", [workbooks.month(1, "2022-02", output=150.0)])
    assert outputs(engine) == {202201: (100.0, 1), 202202: (150.0, 1), 202203: (100.0, 1), 202302: (150.0, 2)}


def test_a_correction_that_would_make_a_month_negative_is_refused(engine, district, tmp_path, half_year):
    with pytest.raises(PublishingError, match="2022-06“工业总产值”"):
        load(engine, district, tmp_path, "may", [cumulative("2022-05", 610.0)])
    assert outputs(engine) == half_year
