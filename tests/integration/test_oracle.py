"""Every metric by every grouping, through workbook, loaders, database, cube and selection, equals the oracle."""

from __future__ import annotations

import math

import pytest

from cockpit.catalogue.dimensions import Grouping
from cockpit.catalogue.metrics import METRICS
from cockpit.metric_query import parse_query, query_rows
from data.loaders import read_batch
from data.publishing.publishing import publish
from data.repository.repository import DatabaseRepository
from tests import messy, oracle, workbooks
from tests.conftest import DIALECTS, TODAY
from tests.no_published_data import NoPublishedData

PERIODS = {
    "2022": oracle.span("2022-01", "2022-12"),
    "2022-03": ["2022-03"],
    "2022-01..2022-06": oracle.span("2022-01", "2022-06"),
    "2021-11..2023-02": oracle.span("2021-11", "2023-02"),
    "ttm": oracle.span("2022-07", "2023-06"),
    "2021-02": ["2021-02"],
}
FILTERS = (
    {},
    {"towns": ("塘栖镇",)},
    {"towns": ("塘栖镇", "东湖街道"), "divisions": ("17", "34")},
    {"chains": ("绿色能源",)},
    {"towns": ("乔司街道",), "divisions": ("18",), "chains": ("高端装备",)},
)
COVERED = {"2022", "2022-03", "2021-02"}


@pytest.fixture(scope="module")
def sheets():
    return messy.rows()


@pytest.fixture(scope="module")
def expected(sheets):
    return oracle.Oracle(sheets)


@pytest.fixture(scope="module", params=DIALECTS)
def repository(request, sheets, district, tmp_path_factory):
    from data.database.engine import open_engine, upgrade_schema

    folder = tmp_path_factory.mktemp("messy")
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{folder}/m.sqlite3")
    else:
        engine = open_engine(request.getfixturevalue("postgres_url"))
    upgrade_schema(engine)
    file = workbooks.write(folder / "messy.xlsx", sheets)
    batch = read_batch(file, district, NoPublishedData(), today=TODAY)
    assert not [f for f in batch.findings if f.code[0] == "E"]
    publish(engine, batch, who="t", accept_warnings=True)
    yield DatabaseRepository(engine, district)
    engine.dispose()


def ask(repository, district, metric, by, period, where, **more):
    query = parse_query(
        metric,
        by,
        towns=where.get("towns", ()),
        industries=where.get("divisions", ()),
        chains=where.get("chains", ()),
        period=period,
        compare=more.pop("compare", "none"),
        district=district,
    )
    return query_rows(repository, query, **more)


def honours(metric, where):
    groupings = {"towns": Grouping.TOWN, "divisions": Grouping.INDUSTRY, "chains": Grouping.CHAIN}
    return all(groupings[k] in metric.groupings for k in where)


def same(got, want):
    if want is None:
        return got is None
    return got is not None and math.isclose(got, want, rel_tol=1e-9, abs_tol=1e-9)


CASES = [
    pytest.param(metric, by, id=f"{metric.key}-{by or 'whole'}")
    for metric in METRICS.values()
    if metric.key != "ab_share"
    for by in ("", "town", "industry", "chain", "month")
    if not by or Grouping(by) in metric.groupings
]


@pytest.mark.parametrize(("metric", "by"), CASES)
def test_metric_equals_oracle(repository, expected, district, metric, by):
    compared = 0
    for period, months in PERIODS.items():
        for where in FILTERS:
            if not honours(metric, where):
                continue
            rows = ask(repository, district, metric.name, by, period, where)
            if not by:
                want = expected.value(metric.name, months, **where)
                assert same(rows[0]["value"], want), (period, where, rows, want)
                compared += 1
                continue
            got = {r[by]: r["value"] for r in rows}
            if by == "industry":
                from cockpit.catalogue.dimensions import industry_name

                want = {industry_name(k): v for k, v in expected.groups(metric.name, months, by, **where).items()}
            else:
                want = expected.groups(metric.name, months, by, **where)
            for name in want.keys() | got.keys():
                # A group that has no figure may be left out; one that has must be there and equal.
                expected_value = want.get(name)
                actual = got.get(name)
                if name not in got and expected_value in (None, 0, 0.0):
                    continue
                assert same(actual, expected_value), (period, where, name, actual, expected_value)
                compared += 1
    # What was invested is known as of now only: in no single month of these periods.
    assert compared or (metric.key, by) == ("investment_completion", "month")


@pytest.mark.parametrize("metric", ["工业总产值", "入库税收", "亩均税收", "研发强度"])
@pytest.mark.parametrize("where", FILTERS, ids=str)
def test_growth_equals_oracle(repository, expected, district, metric, where):
    for period in COVERED - {"2021-02"}:
        months = PERIODS[period]
        [row] = ask(repository, district, metric, "", period, where, compare="yoy")
        assert same(row["change"], expected.growth(metric, months, **where)), (period, row)


def test_month_on_month_compares_with_the_month_before(repository, expected, district):
    [row] = ask(repository, district, "工业总产值", "", "2022-03", {}, compare="mom")
    assert same(row["base"], expected.value("工业总产值", ["2022-02"]))


def test_growth_without_an_earlier_year_is_missing_not_zero(repository, district):
    [row] = ask(repository, district, "工业总产值", "", "2021-02", {}, compare="yoy")
    assert row["value"] > 0
    assert row["base"] is None
    assert row["change"] is None


@pytest.mark.parametrize("where", FILTERS[:4], ids=str)
def test_comparable_growth_counts_only_firms_present_in_both(repository, expected, district, where):
    [row] = ask(repository, district, "工业总产值", "", "2022", where, compare="yoy", comparable=True)
    assert same(row["change"], expected.comparable_growth("工业总产值", PERIODS["2022"], **where))
    [all_firms] = ask(repository, district, "工业总产值", "", "2022", where, compare="yoy")
    if not where:
        assert (row["value"], row["base"]) != (all_firms["value"], all_firms["base"]), "可比口径没有起作用"
