"""A corrected earlier month changes the months beside it; a cumulative figure that was published later stays as reported."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from cockpit.errors import PublishingError
from data.database.tables import monthly
from data.loaders import read_batch
from data.publishing.published_rows import PublishedRows
from data.publishing.publishing import publish, withdraw
from tests import workbooks
from tests.conftest import TODAY

OUTPUT = "工业总产值（万元）"


def check(engine, district, folder, rows, name="check", **more):
    file = workbooks.write(folder / f"{name}.xlsx", {**more, "月度经营": rows})
    return read_batch(file, district, PublishedRows(engine), today=TODAY)


def load(engine, district, folder, name, rows, **more):
    batch = check(engine, district, folder, rows, name, **more)
    return publish(engine, batch, who="t", accept_warnings=True)


def corrections(batch):
    return [f for f in batch.findings if f.code == "W313"]


def cumulative(when, output, stable_tax=None, **more):
    """A cumulative row; ``stable_tax``: the output alone is corrected, tax, revenue and value added are these tenths of it."""
    row = workbooks.month(1, when, output=output, tax=output / 10, basis="累计", **more)
    return (
        row
        if stable_tax is None
        else workbooks.month(1, when, output=stable_tax * 10, tax=stable_tax, basis="累计") | {OUTPUT: output}
    )


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


def test_a_month_that_states_nothing_takes_no_change(engine, district, tmp_path):
    rows = [cumulative("2022-04", 400.0), cumulative("2022-05", 500.0) | {OUTPUT: None}, cumulative("2022-06", 600.0)]
    load(engine, district, tmp_path, "base", rows, 企业名录=[workbooks.firm(1)])
    load(engine, district, tmp_path, "april", [cumulative("2022-04", 430.0)])
    with engine.connect() as connection:
        assert connection.execute(select(func.sum(monthly.c.output_fen))).scalar() == 600_000_000


def test_the_check_names_both_months_and_by_how_much(engine, district, tmp_path, half_year):
    [finding] = corrections(check(engine, district, tmp_path, [cumulative("2022-05", 510.0, stable_tax=50.0)]))
    assert (finding.row, finding.column) == (2, OUTPUT)
    assert "2022-05由100万元变为110万元，已发布的2022-06由100万元变为90万元，1—6月累计不变" in finding.message


def test_several_corrected_months_are_one_finding(engine, district, tmp_path, half_year):
    rows = [cumulative("2022-02", 220.0, stable_tax=20.0), cumulative("2022-03", 330.0, stable_tax=30.0)]
    [finding] = corrections(check(engine, district, tmp_path, rows))
    assert finding.row == 3
    assert "2022-02由100万元变为120万元、2022-03由100万元变为110万元，已发布的2022-04由100万元变为70万元" in finding.message


def test_a_late_month_says_what_it_takes_from_the_joint_one(engine, district, tmp_path):
    load(engine, district, tmp_path, "feb", [cumulative("2022-02", 240.0)], 企业名录=[workbooks.firm(1)])
    rows = [workbooks.month(1, "2022-01", output=100.0, tax=10.0)]
    [finding] = [f for f in corrections(check(engine, district, tmp_path, rows)) if f.column == OUTPUT]
    assert "2022-01为100万元，已发布的2022-02由240万元变为140万元，1—2月累计不变" in finding.message


def test_no_finding_where_the_later_month_is_reported_anew_or_not_cumulative(engine, district, tmp_path, half_year):
    again = [cumulative("2022-05", 510.0), cumulative("2022-06", 610.0)]
    assert corrections(check(engine, district, tmp_path, again)) == []
    same = [cumulative(f"2022-{n:02d}", 100.0 * n) for n in (4, 5)]
    assert corrections(check(engine, district, tmp_path, same)) == []
    load(engine, district, tmp_path, "own", [workbooks.month(1, "2022-07"), workbooks.month(1, "2022-08")])
    assert corrections(check(engine, district, tmp_path, [workbooks.month(1, "2022-07", output=120.0)])) == []


def test_many_corrections_are_one_finding(engine, district, tmp_path):
    firms = range(1, 25)
    rows = [
        workbooks.month(n, when, output=output, basis="累计")
        for n in firms
        for when, output in (("2022-05", 50), ("2022-06", 60))
    ]
    load(engine, district, tmp_path, "base", rows, 企业名录=[workbooks.firm(n) for n in firms])
    rows = [workbooks.month(n, "2022-05", output=51, basis="累计") for n in firms]
    [finding] = [f for f in corrections(check(engine, district, tmp_path, rows)) if f.column == OUTPUT]
    assert finding.row is None
    assert "24家企业2022-05的“工业总产值”合计增加24万元，已发布的2022-06随之减少同样多" in finding.message


def test_a_correction_that_would_make_a_month_negative_is_an_error(engine, district, tmp_path, half_year):
    batch = check(engine, district, tmp_path, [cumulative("2022-05", 610.0)])
    [finding] = [f for f in batch.findings if f.code == "E111" and f.column == OUTPUT]
    assert (finding.row, finding.value) == (2, "610")
    assert "2022-06当月的“工业总产值”为-10万元" in finding.message


def test_and_is_refused_where_the_later_month_came_after_the_check(engine, district, tmp_path):
    rows = [cumulative(f"2022-{n:02d}", 100.0 * n) for n in range(1, 5)]
    load(engine, district, tmp_path, "base", rows, 企业名录=[workbooks.firm(1)])
    batch = check(engine, district, tmp_path, [cumulative("2022-05", 610.0)])
    load(engine, district, tmp_path, "june", [cumulative("2022-06", 600.0)])
    before = outputs(engine)
    with pytest.raises(PublishingError, match="2022-06“工业总产值”"):
        publish(engine, batch, who="t", accept_warnings=True)
    assert outputs(engine) == before
