"""Facts partitioned among PostgreSQL servers (postgres_fdw): summed on their server, in parallel; complete results or none."""

from __future__ import annotations

import pytest

from bench.clusters import Cluster, join_shards, shards_of
from cockpit.calendar.months import span
from cockpit.cube.counted_rows import CountedRows
from cockpit.cube.cube import Filter
from cockpit.errors import DatabaseError
from data.database.engine import open_engine
from data.facts import statements
from data.facts.client import open_facts_client
from data.facts.firm_files import FirmFiles
from data.facts.refresh import refresh
from data.facts.repository import FactsRepository
from data.facts.tables import fact
from data.repository.repository import DatabaseRepository
from data.synthetic.district import fill_database
from tests.conftest import server_folder
from tests.facts.copying import copy, follow, own_database, same_cube
from tests.facts.test_equal_results import alike
from tests.firms import frame_of

pytestmark = pytest.mark.postgres
YEAR, BEFORE = span(202201, 202212), span(202101, 202112)


class Shards:
    """A coordinator and two nodes with the synthetic district's facts, and a cockpit over them."""

    def __init__(self, home, district):
        towns = [t.key for t in district.towns]
        divided = {"n1": towns[: len(towns) // 2], "n2": towns[len(towns) // 2 :]}
        self.coordinator = Cluster(home / "c")
        self.nodes = {name: Cluster(home / name) for name in divided}
        self.towns = divided
        self.writer = open_engine(self.coordinator.url)
        join_shards(self.writer, self.nodes, divided)
        self.stores = shards_of(self.nodes, divided)
        self.facts = open_facts_client(self.coordinator.url, 20)

    def stop(self):
        self.facts.dispose()
        for engine in (self.writer, *self.stores.values()):
            engine.dispose()
        for cluster in (self.coordinator, *self.nodes.values()):
            cluster.stop()


@pytest.fixture(scope="module")
def shards(district):
    with server_folder() as folder:
        made = Shards(folder, district)
        yield made
        made.stop()


@pytest.fixture(scope="module")
def source(shards, tmp_path_factory, district):
    """The same synthetic district in one database."""
    with own_database(tmp_path_factory.mktemp("source") / "s.sqlite3") as engine:
        fill_database(engine, district, firms=300, months=14, seed=2, progress=lambda *_: None)
        copy(engine, shards.writer, shards=shards.stores)
        yield engine


@pytest.fixture(scope="module")
def cockpit(shards, source, tmp_path_factory, district):
    with own_database(tmp_path_factory.mktemp("own") / "o.sqlite3") as own:
        files = FirmFiles(tmp_path_factory.mktemp("columns"), shards.facts)
        refresh(own, shards.facts, files)
        yield FactsRepository(own, district, shards.facts, files)


def plan(shards, statement):
    with shards.facts.engine.connect() as connection:
        text = str(statement.compile(dialect=shards.writer.dialect, compile_kwargs={"literal_binds": True}))
        return "\n".join(connection.exec_driver_sql(f"explain (verbose) {text.replace('%', '%%')}").scalars())


def of_towns(chosen, towns):
    return statements.select_cube(chosen, YEAR).where(fact.c.area.in_(towns))


def test_the_nodes_hold_different_towns(shards, source):
    for name, towns in shards.towns.items():
        with shards.stores[towns[0]].connect() as connection:
            actual = set(connection.exec_driver_sql("select distinct town from fact").scalars())
        assert actual
        assert actual <= set(towns), name


def test_sums_are_made_by_the_nodes_at_the_same_time(shards, cockpit):
    chosen = shards.facts.version_numbers()
    for what, statement in {
        "cube": statements.select_cube(chosen, sorted(chosen)[1:]),
        "newest month": statements.select_cube(chosen, [202212]),
    }.items():
        query_plan = plan(shards, statement)
        for name in shards.nodes:
            assert f"Relations: Aggregate on (public.fact_{name} " in query_plan, f"{what}:\n{query_plan}"
        assert query_plan.count("Async Foreign Scan") == 2, f"{what}:\n{query_plan}"
        assert query_plan.count("GROUP BY") == 2, f"{what}:\n{query_plan}"


def test_the_same_as_from_one_database(shards, source, cockpit, district):
    one = DatabaseRepository(source, district)
    actual, expected = cockpit.snapshot(), one.snapshot()
    same_cube(actual.cube, expected.cube)
    for where in (Filter(), Filter(towns=("tangqi", "linping")), Filter(kind="宗地")):
        alike(
            frame_of(cockpit.firm_totals(actual, "tax", YEAR, BEFORE).filter(where)),
            frame_of(one.firm_totals(expected, "tax", YEAR, BEFORE).filter(where)),
        )
    counted = CountedRows(tuple(YEAR), tuple(BEFORE), comparable=True)
    for one_side, other_side in zip(actual.counted(counted), expected.counted(counted), strict=True):
        same_cube(one_side.cube, other_side.cube)
    arguments = ("fashion", [(202201, 202212)])
    alike(cockpit.chain_firms(actual, *arguments), one.chain_firms(expected, *arguments))
    medians = ("fashion", "output", (202201, 202212))
    alike(cockpit.chain_medians(actual, *medians), one.chain_medians(expected, *medians))


def test_a_town_of_one_node_is_queried_there_only(shards, cockpit):
    chosen = shards.facts.version_numbers()
    query_plan = plan(shards, of_towns(chosen, shards.towns["n1"][:1]))
    assert "fact_n1" in query_plan
    assert "fact_n2" not in query_plan


def test_a_month_is_read_from_all_nodes_at_the_same_time(shards, cockpit):
    query_plan = plan(shards, statements.select_month_rows(202212, shards.facts.version_numbers()[202212]))
    assert query_plan.count("Async Foreign Scan") == 2, query_plan


def test_a_dead_node_gives_an_error_and_never_a_part(shards, cockpit, district, tmp_path):
    """Without the columns on file; with them, firms are still known."""
    snapshot, bare = cockpit.snapshot(), FactsRepository(cockpit._own, district, shards.facts, FirmFiles(tmp_path, shards.facts))
    shards.nodes["n2"].kill()
    try:
        for months in (YEAR[:2], YEAR[2:4]):
            with pytest.raises(DatabaseError, match=r"事实库没有回答.*n2|事实库没有回答.*server closed"):
                bare.firm_totals(snapshot, "rd", months, ())
        assert not list(tmp_path.glob("*.np*"))
        assert len(cockpit.firm_totals(snapshot, "rd", YEAR[:2], ())) > 100
        with pytest.raises(DatabaseError):
            shards.facts.query(statements.select_cube(shards.facts.version_numbers(), [202212]))
        # What needs the other node only goes on.
        assert len(shards.facts.query(of_towns(shards.facts.version_numbers(), shards.towns["n1"]))) > 50
    finally:
        shards.nodes["n2"].start()
    alike(*(frame_of(r.firm_totals(snapshot, "rd", YEAR[:2], ())) for r in (bare, cockpit)))
    assert cockpit.snapshot().cube.newest_month == 202212


def test_a_refresh_over_a_dead_node_changes_nothing(shards, source, cockpit):
    copy(source, shards.writer, shards=shards.stores, months=[202212])
    before = cockpit.snapshot().version
    shards.nodes["n1"].kill()
    try:
        with pytest.raises(DatabaseError, match="事实库没有回答"):
            follow(cockpit._own, shards.facts)
        assert cockpit.snapshot().version == before
    finally:
        shards.nodes["n1"].start()
    assert follow(cockpit._own, shards.facts).months == (202212,)
    assert cockpit.snapshot().version.number == before.number + 1
