"""Without the facts engine: pages render, with firms as long as their column files exist; what needs the engine reports it."""

from __future__ import annotations

import pytest

from cockpit.cube.counted_rows import CountedRows
from cockpit.errors import DatabaseError
from cockpit.metric_query import parse_query, query_rows
from data.facts.client import open_facts_client
from data.facts.firm_files import FirmFiles
from data.facts.refresh import refresh
from data.facts.repository import FactsRepository
from data.publishing.publishing import publish
from tests.app.test_pages import CHAINS, ask, texts
from tests.conftest import free_port
from tests.facts.copying import copy, follow
from tests.integration.test_publishing import batch, month
from tests.integration.test_publishing import firm as register_firm

#: Number of panels that name firms, which fail without column files: of the overview the contributions to growth and the
#: briefing; of a chain the firms of its stages, its leading firms and the list.
BROKEN = {"/": 2, "/chain/fashion": 3}
#: What a page says that has nothing to show, since nothing of its kind was published.
EMPTY = {"/land": "还没有发布任何一年的评价"}
GONE = {
    "no server": lambda _: f"postgresql+psycopg://u:secret@127.0.0.1:{free_port()}/facts",
    "no file": lambda home: f"sqlite:///{home}/nowhere.sqlite3",
}


@pytest.fixture(params=GONE)
def gone(request, tmp_path):
    """An engine that isn't there."""
    client = open_facts_client(GONE[request.param](tmp_path), 20)
    yield client
    client.dispose()


@pytest.fixture
def down(gone, source, own, target, facts, files, district, tmp_path):
    """A cockpit that has shown the facts once, and whose engine is gone, and the columns with it."""
    show(source, own, target, facts, files)
    return FactsRepository(own, district, gone, FirmFiles(tmp_path / "none", gone))


@pytest.fixture
def filed(gone, source, own, target, facts, files, district, tmp_path):
    """The same with the columns on file."""
    show(source, own, target, facts, files)
    return FactsRepository(own, district, gone, FirmFiles(tmp_path / "columns", gone))


def show(source, own, target, facts, files):
    rows = [month(n, m, 100 + n + m % 7) for n in (1, 2) for m in (*range(202201, 202213), *range(202101, 202113))]
    publish(source, batch("a", enterprise=[register_firm(1), register_firm(2, town="donghu")], monthly=rows), who="李")
    copy(source, target)
    refresh(own, facts, files)


def test_cube_values_remain_available(down, district):
    query = parse_query("工业总产值", "town", towns=(), industries=(), chains=(), period="2022", compare="yoy", district=district)
    assert len(query_rows(down, query)) > 1
    assert down.snapshot().cube.newest_month == 202212


@pytest.mark.parametrize("path", ["/", "/land", "/glossary", "/projects", "/space", *(f"/chain/{c}" for c in CHAINS[:1])])
def test_pages_render_without_the_engine(down, shape, path):
    body = list(texts(ask(down, shape, path).body))
    assert "暂时无法显示" not in body
    broken = sum(w.startswith("编号 ") for w in body)
    assert EMPTY[path] in body if path in EMPTY else len(body) > 20
    assert broken == BROKEN.get(path, 0)


@pytest.mark.parametrize("path", BROKEN)
def test_pages_name_firms_from_the_files(filed, shape, path):
    body = list(texts(ask(filed, shape, path).body))
    assert not [w for w in body if w.startswith("编号 ")]
    assert any("企业1" in w for w in body)


def test_firm_queries_are_served_from_the_files(filed):
    snapshot = filed.snapshot()
    assert sorted(filed.firm_totals(snapshot, "output", (202212,), ()).value) == [104 / 1e6, 105 / 1e6]
    comparable, _ = snapshot.counted(CountedRows((202212,), (202112,), comparable=True))
    assert sorted(comparable.cube.values["output"][:, -1]) == [104, 105]
    assert len(filed.chain_firms(snapshot, "fashion", [(202201, 202212)])) == 2
    assert filed.chain_medians(snapshot, "fashion", "output", (202212, 202212))["median"].tolist() == [104.5 / 1e6]
    with pytest.raises(DatabaseError, match=r"事实库没有回答"):
        filed.enterprise(snapshot, snapshot.ledgers["enterprise"]["credit_code"][0])


def test_firm_queries_explain_the_error_without_the_password(down):
    snapshot = down.snapshot()
    queries = (
        lambda: down.firm_totals(snapshot, "output", (202212,), ()),
        lambda: snapshot.counted(CountedRows((202212,), (202112,), comparable=True)),
        lambda: down.enterprise(snapshot, snapshot.ledgers["enterprise"]["credit_code"][0]),
        lambda: down.chain_firms(snapshot, "fashion", [(202201, 202212)]),
        lambda: down.chain_medians(snapshot, "fashion", "output", (202201, 202212)),
    )
    for run in queries:
        with pytest.raises(DatabaseError, match=r"事实库没有回答.*只看汇总的页面不受影响.*请数据中心检查") as raised:
            run()
        assert "secret" not in str(raised.value)


def test_a_refresh_says_so_and_changes_nothing(down, own):
    with pytest.raises(DatabaseError, match="事实库没有回答"):
        follow(own, down._facts)
    assert down.snapshot().version.number == 1


@pytest.mark.parametrize("url", ["nonsense", "sqlite://", "nosuch://x/y", "sqlite:///:memory:"])
def test_an_address_that_is_none(url):
    with pytest.raises(DatabaseError, match="COCKPIT_FACTS_URL"):
        open_facts_client(url, 20)
