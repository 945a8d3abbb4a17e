"""Questions about one firm and its chain, on both databases: equal to plain loops, few statements, true origins."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import pytest
from sqlalchemy import event

from cockpit.enterprise_file import MONTH_MEASURES
from cockpit.errors import StaleSnapshotError
from cockpit.selection import Selection
from cockpit.views.context import resolve_context
from data.loaders import read_batch
from data.publishing.published_rows import PublishedRows
from data.publishing.publishing import publish, withdraw
from data.repository.repository import DatabaseRepository
from layouts.enterprise.page import PAGE
from tests import messy, workbooks
from tests.conftest import TODAY
from tests.factories import RowsRepository
from tests.no_published_data import NoPublishedData
from tests.workbooks import code, firm, month

WINDOWS = ((202201, 202212), (202101, 202112))
PROJECT = {"产业链": "时尚产业", "所属镇街": "塘栖镇", "计划总投资（万元）": 3000.0, "签约日期": datetime(2022, 5, 1)}


@pytest.fixture(scope="module")
def sheets():
    """The untidy district with a project, a remediation and yearly figures of firm 1."""
    made = messy.rows(seed=5, firms=24)
    name = made["企业名录"][0]["企业名称"]
    made["项目台账"] = [
        PROJECT | {"项目编号": "P1", "项目名称": "厂房", "投资主体": name},
        PROJECT | {"项目编号": "P2", "项目名称": "别家", "投资主体": "别家"},
    ]
    made["低效整治"] = [{"统一社会信用代码": code(1), "整治类型": "D类提升", "状态": "在治", "列入日期": datetime(2022, 3, 1)}]
    made["年度评价"] = [
        {"统一社会信用代码": code(1), "年份": y, "评价税收（万元）": 5.0, "用地面积（亩）": 9.0} for y in (2021, 2022)
    ]
    return {title: rows for title, rows in made.items() if rows and title in SHEETS_USED}


SHEETS_USED = ("企业名录", "月度经营", "项目台账", "低效整治", "年度评价")


def publish_rows(engine, district, tmp_path, sheets, published=None, name="报表"):
    file = workbooks.write(tmp_path / f"{name}.xlsx", sheets)
    batch = read_batch(file, district, published or NoPublishedData(), today=TODAY)
    assert not [f for f in batch.findings if f.code[0] == "E"], batch.findings[:3]
    return publish(engine, batch, who="王", accept_warnings=True)


@pytest.fixture
def repository(engine, district, tmp_path, sheets):
    publish_rows(engine, district, tmp_path, sheets)
    return DatabaseRepository(engine, district)


def test_results_equal_plain_loops(repository, district, sheets):
    plain, data = RowsRepository(sheets, district), repository.snapshot()
    for number in (1, 2, 17):
        actual, expected = repository.enterprise(data, code(number)), plain.enterprise(None, code(number))
        pd.testing.assert_frame_equal(actual.monthly, expected.monthly, rtol=1e-12)
        actual_origins = {(o.table, o.key): (o.sheet, o.row) for o in actual.origins}
        assert actual_origins == {(o.table, o.key): (o.sheet, o.row) for o in expected.origins}
    for chain in {p["chain"] for p in plain.cells.values()}:
        columns = list(plain.chain_firms(None, chain, WINDOWS).columns)
        actual = repository.chain_firms(data, chain, WINDOWS)[columns]
        expected = plain.chain_firms(None, chain, WINDOWS)
        pd.testing.assert_frame_equal(actual, expected, rtol=1e-12, check_dtype=False)
        for measure in MONTH_MEASURES:
            medians = repository.chain_medians(data, chain, measure, (202101, 202212))
            pd.testing.assert_frame_equal(medians, plain.chain_medians(None, chain, measure, (202101, 202212)), rtol=1e-12)


@pytest.mark.parametrize("firms", [1, 2, 3, 4, 5, 6, 7])
def test_the_median_of_few_firms(engine, district, tmp_path, firms):
    """1, 10, 100, 1000 …: the middle one, or the mean of the middle two."""
    rows = {
        "企业名录": [firm(n) for n in range(firms)],
        "月度经营": [month(n, "2022-05", output=10.0**n) for n in range(firms)],
    }
    publish_rows(engine, district, tmp_path, rows)
    repository = DatabaseRepository(engine, district)
    [row] = repository.chain_medians(repository.snapshot(), "fashion", "output", (202205, 202205)).to_dict("records")
    low, high = 10.0 ** ((firms - 1) // 2), 10.0 ** (firms // 2)
    assert (row["median"], row["firms"], row["span"]) == ((low + high) / 2, firms, 1)


def test_unknown_codes_and_chains(repository):
    data = repository.snapshot()
    assert repository.enterprise(data, code(999)) is None
    assert repository.chain_firms(data, "none", WINDOWS).empty
    assert repository.chain_medians(data, "none", "output", (202101, 202212)).empty


def test_a_replaced_row_names_the_later_batch_and_withdrawal_the_earlier(engine, district, tmp_path, repository, sheets):
    name = sheets["企业名录"][0]["企业名称"]
    more = {
        "企业名录": [sheets["企业名录"][1], {**sheets["企业名录"][0], "用地面积（亩）": 77.0}],
        "月度经营": [month(1, "2022-12", output=123.0)],
    }
    published = publish_rows(engine, district, tmp_path, more, PublishedRows(engine), name="更正")
    actual = repository.enterprise(repository.snapshot(), code(1))
    origin = actual.newest("enterprise")
    assert (origin.batch, origin.file, origin.sheet, origin.row, origin.who) == (2, "更正.xlsx", "企业名录", 3, "王")
    december = next(o for o in actual.origins if (o.table, o.key) == ("monthly", "202212"))
    assert (december.batch, december.row) == (2, 2)
    assert {o.batch for o in actual.origins if o.table == "monthly" and o.key != "202212"} == {1}
    assert [(o.key, o.batch) for o in actual.origins if o.table == "project"] == [("P1", 1)], name
    assert float(actual.monthly.set_index("month").loc[202212, "output"]) == 123.0
    withdraw(engine, published.batch_id, who="李")
    assert repository.enterprise(repository.snapshot(), code(1)).newest("enterprise").batch == 1


def test_a_query_about_an_older_version_is_refused(engine, district, tmp_path, repository):
    old = repository.snapshot()
    publish_rows(engine, district, tmp_path, {"月度经营": [month(1, "2022-12", output=1.0)]}, PublishedRows(engine), "新")
    for ask in (
        lambda: repository.enterprise(old, code(1)),
        lambda: repository.chain_firms(old, "fashion", WINDOWS),
        lambda: repository.chain_medians(old, "fashion", "output", (202201, 202212)),
    ):
        with pytest.raises(StaleSnapshotError):
            ask()


def test_a_page_needs_few_queries(engine, repository):
    """The first view of a firm takes three queries, each with the check of the version; the next only that of the version.

    The latter goes through the driver and isn't counted here.
    """
    repository.snapshot()
    queries = []
    event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_: queries.append(statement))

    def views(number):
        queries.clear()
        ctx = resolve_context(repository, Selection(firm=code(number), period="2022"))
        for spec in PAGE.panels:
            spec.compute(ctx)
        return len([s for s in queries if s.lstrip().upper().startswith(("SELECT", "WITH"))])

    assert views(1) <= 3 + 2 + 2  # file: check, origins, months; firms of the chain; medians
    assert views(1) == 0
    chain = {c: p["chain"] for c, p in zip(*_chains(repository), strict=True)}
    other = next(n for n in range(2, 24) if chain[code(n)] == chain[code(1)])
    assert views(other) <= 3  # the chain's results are shared


def _chains(repository):
    register = repository.snapshot().ledgers["enterprise"]
    return register["credit_code"], register[["chain"]].to_dict("records")
