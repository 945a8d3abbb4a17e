"""The same facts in another engine give the same cube, firms and pages as in the own database, hostile ones included."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest

from cockpit.calendar.months import span
from cockpit.cube.counted_rows import CountedRows
from cockpit.cube.cube import MEASURES, Filter
from cockpit.enterprise_file import MONTH_MEASURES
from data.database.engine import open_engine
from data.evaluation.evaluations import publish_evaluation
from data.evaluation.policies import district_policies
from data.facts.client import open_facts_client
from data.facts.firm_files import FirmFiles
from data.facts.refresh import refresh
from data.facts.repository import FactsRepository
from data.publishing.publishing import publish
from data.repository.repository import DatabaseRepository
from tests.app.test_pages import CHAINS, PATHS, QUERIES, ask, texts
from tests.conftest import DIALECTS
from tests.facts.conftest import fresh_database
from tests.facts.copying import copy, follow, own_database, same_cube
from tests.firms import frame_of
from tests.integration.test_publishing import batch, firm, month

HOSTILE = {
    "enterprise": [
        firm(1, stage=None, role=None),
        firm(2, town="donghu", industry_code="3311", chain="new-materials", stage="成衣加工", role="链主", land_mu=0.01),
        firm(3, kind="宗地", town="nanyuan", platform_member=True, park="一号园", founded_on=pd.Timestamp("2011-02-28")),
        firm(4, name="never, reported"),
        firm(5),
    ],
    "monthly": [
        # Joint January-February, beside another that reports both months; a negative tax; nothing but nulls.
        month(1, 202202, 240, span=2, tax_fen=-99, staff=30.0),
        month(2, 202201, 70),
        month(2, 202202, 80, tax_fen=-1, energy_tce=1e-9),
        month(2, 202302, 9_000_000_000_000_000, energy_tce=0.1 + 0.2, staff=None),
        month(3, 202212, None, tax_fen=None, staff=None),
        month(1, 202302, 0, span=2, tax_fen=0, energy_tce=0.0),
        month(5, 201912, 5),
        month(5, 202302, 6, tax_fen=None),
    ],
}
TIME = re.compile(r"\d\d:\d\d")
PERIODS = ((span(202201, 202212), span(202101, 202112)), ((202302,), (202202,)), (span(201901, 202312), ()))
FILTERS = (
    Filter(),
    Filter(towns=("tangqi", "donghu")),
    Filter(stages=("",)),
    Filter(chains=("new-materials",), roles=("链主",), industries=("33",)),
    Filter(towns=("none",)),
    Filter(kind="宗地"),
)


@pytest.fixture
def both(source, own, target, repository, facts, district):
    """Repositories over the hostile facts: own months, and months elsewhere."""
    publish(source, batch("a", **HOSTILE), who="李")
    copy(source, target)
    assert follow(own, facts).version == 1
    return DatabaseRepository(source, district), repository


def alike(actual, expected):
    """Frames with the same rows; sums of measured values differ in the last digit by the order of adding."""
    pd.testing.assert_frame_equal(actual, expected[list(actual.columns)], rtol=1e-12)
    assert set(actual.columns) == set(expected.columns)


def test_the_cube(both):
    expected, actual = (r.snapshot() for r in both)
    same_cube(actual.cube, expected.cube)
    pd.testing.assert_frame_equal(actual.ledgers["enterprise"], expected.ledgers["enterprise"])


def test_firm_totals(both):
    own, elsewhere = ((r, r.snapshot()) for r in both)
    for measure in MEASURES:
        for months, base in PERIODS:
            expected, actual = (r.firm_totals(s, measure, months, base) for r, s in (own, elsewhere))
            assert len(expected) > 1
            for where in FILTERS:
                alike(frame_of(actual.filter(where)), frame_of(expected.filter(where)))
                alike(frame_of(actual.filter(where).in_both_periods), frame_of(expected.filter(where).in_both_periods))


@pytest.mark.parametrize(("months", "base"), [((202302,), (202202,)), ((202302,), (202201,)), ((202301,), (202201,))])
def test_comparable(both, months, base):
    expected, actual = (r.snapshot().counted(CountedRows(months, base, comparable=True)) for r in both)
    for side in (0, 1):
        same_cube(actual[side].cube, expected[side].cube)


def test_enterprises(both):
    own, elsewhere = ((r, r.snapshot()) for r in both)
    for code in (*own[1].ledgers["enterprise"]["credit_code"], "1" * 18):
        expected, actual = (r.enterprise(s, code) for r, s in (own, elsewhere))
        if expected is None:
            assert actual is None
            continue
        alike(actual.monthly, expected.monthly)
        assert [(o.table, o.key) for o in actual.origins] == [(o.table, o.key) for o in expected.origins]
        assert {o.who for o in actual.origins} == {"事实库"}


def test_firms_and_medians_of_a_chain(both):
    own, elsewhere = ((r, r.snapshot()) for r in both)
    for chain in ("fashion", "new-materials", "none"):
        windows = ((202201, 202212), (202302, 202302), (202001, 202012))
        expected, actual = (r.chain_firms(s, chain, windows) for r, s in (own, elsewhere))
        alike(actual, expected)
        for measure in MONTH_MEASURES:
            expected, actual = (r.chain_medians(s, chain, measure, (202201, 202312)) for r, s in (own, elsewhere))
            alike(actual, expected)


@pytest.fixture(scope="module", params=DIALECTS)
def sample_elsewhere(request, graded_url, sample_batch, district, tmp_path_factory):
    """The graded sample with its months in another engine."""
    home = tmp_path_factory.mktemp("facts")
    url = f"sqlite:///{home}/f.sqlite3"
    if request.param == "postgresql":
        url = fresh_database(request.getfixturevalue("postgres_url"))
    source, target, facts = open_engine(graded_url), open_engine(url), open_facts_client(url, 60)
    copy(source, target)
    with own_database(home / "own.sqlite3") as own:
        files = FirmFiles(home / "columns", facts)
        refresh(own, facts, files)
        rows = {t: r for t, r in sample_batch.rows.items() if t not in ("enterprise", "monthly")}
        publish(own, dataclasses.replace(sample_batch, rows=rows), who="测试", facts_elsewhere=True)
        for year in (2020, 2021, 2022):
            publish_evaluation(own, district_policies("linping")[0], year=year, who="测试")
        yield FactsRepository(own, district, facts, files)
    for engine in (source, target):
        engine.dispose()
    facts.dispose()


def test_the_sample_district(sample_elsewhere, graded_repository):
    actual, expected = sample_elsewhere.snapshot(), graded_repository.snapshot()
    same_cube(actual.cube, expected.cube)
    year, before = span(202201, 202212), span(202101, 202112)
    for where in (Filter(), Filter(towns=("tangqi",), chains=("fashion",))):
        alike(
            frame_of(sample_elsewhere.firm_totals(actual, "output", year, before).filter(where)),
            frame_of(graded_repository.firm_totals(expected, "output", year, before).filter(where)),
        )


@pytest.mark.parametrize("query", [QUERIES[0], QUERIES[1], QUERIES[3]])
def test_pages_say_the_same(sample_elsewhere, graded_repository, shape, query):
    for path in (*PATHS, "/projects", "/space", "/innovation"):
        shown = [page(r, shape, path, query) for r in (sample_elsewhere, graded_repository)]
        assert len(without_origin(shown[0])) > (3 if path == "/glossary" else 30), path
        assert without_origin(shown[0]) == without_origin(shown[1]), path


def test_the_page_of_an_enterprise_says_the_same(sample_elsewhere, graded_repository, shape):
    codes = graded_repository.snapshot().ledgers["enterprise"]["credit_code"]
    for code in codes[:: len(codes) // 3]:
        shown = [page(r, shape, f"/enterprise/{code}", "") for r in (sample_elsewhere, graded_repository)]
        assert "事实库" in "".join(shown[0])
        known = set(shown[1])
        # No file and no row to be named: the refresh that brought the facts, with its number.
        unknown_texts = [t for t in without_origin(shown[0]) if t not in {*known, "—"} and "事实库" not in t and not t.isdigit()]
        assert "|".join(unknown_texts) == "", code


def page(repository, shape, path, query):
    return list(texts(ask(repository, shape, path, query).body))


def without_origin(texts_shown):
    """Without data version, time and publisher: these are different."""
    return [w for w in texts_shown if "数据版本" not in w and "发布" not in w and not TIME.search(w)]


def test_large_money_is_exact(both):
    cube = both[1].snapshot().cube
    assert np.nansum(cube.values["output"]) == 9_000_000_000_000_000 + 240 + 70 + 80 + 5 + 6
    assert len(CHAINS) == 6
