"""A refresh: only what changed is summed again, whole or not at all, and it equals making everything anew."""

from __future__ import annotations

import re
import threading

import pytest
from sqlalchemy import delete, event, insert, select, update
from sqlalchemy.exc import DBAPIError, OperationalError

from cockpit.cube.counted_rows import CountedRows
from cockpit.errors import DatabaseError, PublishingError, StaleSnapshotError
from data.database.engine import open_engine
from data.database.reader import NO_VERSION
from data.database.tables import batch as batch_table
from data.database.tables import cube, data_version, enterprise, facts_month, firm_presence
from data.database.transactions import new_version
from data.facts import client as facts_client
from data.facts import repository as facts_repository
from data.facts import statements
from data.facts.firm_files import FirmFiles
from data.facts.repository import FactsRepository
from data.facts.tables import fact, fact_version
from data.facts.writer import FactsWriter
from data.publishing.publishing import list_batches, publish, withdraw
from tests.facts.copying import copy, follow, own_database
from tests.faults import fail_at
from tests.integration.test_publishing import batch, firm, month
from tests.workbooks import code

FIRST = {
    "enterprise": [firm(1), firm(2, town="donghu", stage="成衣加工"), firm(3, kind="宗地", role=None)],
    "monthly": [
        month(1, 202212, 100),
        month(1, 202302, 30, span=2),
        month(2, 202301, 50),
        month(2, 202302, 20, tax_fen=-3),
        month(3, 202112, None),
    ],
}


@pytest.fixture
def shown(source, own, target, facts):
    """The first version, published and shown."""
    publish(source, batch("a", **FIRST), who="李")
    copy(source, target)
    return follow(own, facts)


def state(engine):
    """Everything that pages read, without numbers of batches."""
    actual = {}
    with engine.connect() as connection:
        for table in (cube, firm_presence, enterprise):
            rows = connection.execute(select(*(c for c in table.columns if c.name != "batch_id")))
            actual[table.name] = sorted(map(repr, rows))
    return actual


def bookkeeping(engine):
    with engine.connect() as connection:
        return [connection.execute(select(t)).all() for t in (data_version, facts_month, batch_table)]


def correct(source):
    """A month corrected, a joint report taken apart, a month withdrawn, a firm new and one moved."""
    change = {
        "enterprise": [firm(2, town="qiaosi", name="moved"), firm(4)],
        "monthly": [month(2, 202301, 51), month(1, 202301, 14), month(1, 202302, 16), month(4, 202303, 8, energy_tce=None)],
    }
    publish(source, batch("b", **change), who="李")


def test_the_first_shows_all_as_one_batch_and_one_version(shown, own):
    assert (shown.version, shown.number, shown.months, shown.rows, shown.firms) == (1, 1, (202112, 202212, 202301, 202302), 5, 3)
    [line] = list_batches(own)
    assert (line.name, line.published_by) == ("事实库第 1 版（2023-02 等4个月）", "事实库")
    assert [(s.table, s.added, s.replaced) for s in line.sheets] == [("enterprise", 3, 0), ("monthly", 5, 0)]


def test_it_equals_the_own_cube_and_presence(shown, own, source):
    assert state(own) == of_no_file(state(source))


def of_no_file(actual):
    """The register's rows as they are without a file: row 0."""
    return actual | {"enterprise": sorted(re.sub(r", \d+\)$", ", 0)", row) for row in actual["enterprise"])}


def test_an_increment_equals_everything_anew(shown, own, source, target, facts, tmp_path):
    correct(source)
    # Firm 2 moved, so all of its months are written again; December 2021 is not touched.
    copy(source, target, months=[202301, 202302, 202303], codes=[code(2), code(4)])
    done = follow(own, facts)
    assert (done.version, done.number, done.months, done.firms) == (2, 2, (202301, 202302, 202303), 2)
    with own_database(tmp_path / "anew.sqlite3") as anew:
        follow(anew, facts)
        assert state(own) == state(anew)
    assert state(own) == of_no_file(state(source))
    assert follow(own, facts) is None


def test_an_own_database_of_each_kind(engine, source, tmp_path):
    """The copies are written by the fast method of each engine."""
    publish(source, batch("a", **FIRST), who="李")
    url = f"sqlite:///{tmp_path}/elsewhere.sqlite3"
    target, facts = open_engine(url), facts_client.open_facts_client(url, 20)
    for step in (lambda: None, lambda: correct(source)):
        step()
        copy(source, target)
        follow(engine, facts)
        assert state(engine) == of_no_file(state(source))
    target.dispose()
    facts.dispose()


def test_a_month_without_rows_any_more_is_empty(shown, own, target, facts):
    writer = FactsWriter(target)
    writer.finish([202112])
    follow(own, facts)
    with own.connect() as connection:
        assert connection.execute(select(cube.c.month).where(cube.c.month == 202112)).all() == []
        assert code(3) not in connection.execute(select(firm_presence.c.credit_code)).scalars().all()


def test_only_changed_months_are_queried(shown, own, source, target, facts):
    queries = []
    correct(source)
    copy(source, target, months=[202303], codes=[])
    with_months(queries, facts)
    assert follow(own, facts).months == (202303,)
    [sums] = [a for a in queries if "max_span" in a[0]]
    assert 202303 in sums[1]
    assert not {202112, 202212, 202301, 202302} & set(sums[1])


def with_months(queries, facts):
    """Note each statement with its parameters."""

    def note(_connection, _cursor, statement, parameters, *_rest):
        values = parameters.values() if isinstance(parameters, dict) else parameters
        queries.append((statement, tuple(v for v in values if isinstance(v, int))))

    event.listen(facts.engine, "before_cursor_execute", note)


def test_the_register_alone(shown, own, source, target, facts):
    publish(source, batch("b", enterprise=[firm(1, name="renamed")]), who="李")
    copy(source, target, months=(), codes=[code(1)])
    done = follow(own, facts)
    assert (done.months, done.firms) == ((), 1)
    with own.connect() as connection:
        names = connection.execute(select(enterprise.c.name)).scalars().all()
    assert sorted(names) == ["renamed", "企业2", "企业3"]


@pytest.mark.parametrize("where", ["own", "facts"])
def test_a_fault_at_any_statement_leaves_before_or_after(shown, own, source, target, facts, where):
    correct(source)
    copy(source, target, months=[202301, 202302, 202303], codes=[code(2), code(4)])
    before, books = state(own), bookkeeping(own)
    engine = own if where == "own" else facts.engine
    for number in range(1, 200):
        count, stop = fail_at(engine, number)
        try:
            follow(own, facts)
        except (DatabaseError, OperationalError):
            stop()
            assert state(own) == before, f"语句 {number} 之后"
            assert bookkeeping(own) == books
        else:
            stop()
            assert count[0] < number
            break
    assert number > 5
    assert state(own) != before


def test_an_interrupted_load_is_invisible_and_repeated(shown, own, source, target, facts):
    before = state(own)
    correct(source)
    broken = FactsWriter(target)
    broken.month(202303, [[]])
    with target.begin() as connection:
        row = dict(connection.execute(select(fact).limit(1)).mappings().one())
        connection.execute(insert(fact), {**row, "version": broken.number, "output_fen": 10**9})
    assert follow(own, facts) is None
    assert state(own) == before
    copy(source, target)
    follow(own, facts)
    assert state(own) == of_no_file(state(source))


def test_two_at_the_same_time_make_one_version(shown, own, source, target, facts):
    correct(source)
    copy(source, target)
    done = []
    threads = [threading.Thread(target=lambda: done.append(follow(own, facts))) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(d is None for d in done) == [False, True]
    assert len(list_batches(own)) == 2


def test_facts_that_went_backwards_are_refused(shown, own, target, facts):
    before = state(own)
    with target.begin() as connection:
        connection.execute(delete(fact_version))
    with pytest.raises(DatabaseError, match="版本倒退"):
        follow(own, facts)
    assert state(own) == before


def test_a_row_that_reaches_into_another_year_is_refused(shown, own, target, facts, source):
    before = state(own)
    copy(source, target)
    with target.begin() as connection:
        connection.execute(update(fact).where(fact.c.version == 2, fact.c.month == 202301).values(span=2))
    with pytest.raises(DatabaseError, match="超出了当年"):
        follow(own, facts)
    assert state(own) == before


def reported(totals):
    return sorted(value for value in totals.value if value == value)


def test_queries_use_the_version_of_the_page(shown, own, source, target, facts, repository):
    snapshot = repository.snapshot()
    correct(source)
    copy(source, target)
    arguments = ("output", (202301,), ())
    assert reported(repository.firm_totals(snapshot, *arguments)) == [50 / 1e6]
    follow(own, facts)
    with pytest.raises(StaleSnapshotError):
        snapshot.counted(CountedRows((202301,), (202212,), comparable=True))
    new = repository.snapshot()
    assert reported(repository.firm_totals(new, *arguments)) == [14 / 1e6, 51 / 1e6]


def test_deleted_versions_give_no_partial_result(shown, source, target, repository):
    snapshot = repository.snapshot()
    correct(source)
    copy(source, target)
    with target.begin() as connection:
        connection.execute(delete(fact_version).where(fact_version.c.number == 1, fact_version.c.month == 202301))
    with pytest.raises(StaleSnapshotError, match="事实库已换上"):
        repository.firm_totals(snapshot, "output", (202301,), ())


def test_the_prefetch_thread_refreshes_and_an_error_blocks_nothing(shown, own, source, target, facts, repository, monkeypatch):
    monkeypatch.setattr(facts_repository, "CHECK_EVERY", -100.0)
    repository.prepare()
    assert repository.snapshot().version.number == 1
    correct(source)
    copy(source, target)
    repository.prepare()
    repository.prepare()
    assert repository.snapshot().version.number == 2
    with own.begin() as connection:
        new_version(connection, "evaluate", NO_VERSION.published_at.replace(tzinfo=None))
    monkeypatch.setattr(facts, "month_versions", lambda: (_ for _ in ()).throw(DatabaseError("weg")))
    for _ in range(2):
        with pytest.raises(DatabaseError, match="weg"):
            repository.prepare()
    assert repository.snapshot().version.number == 3


def test_workbooks_with_months_or_register_are_refused(own, shown):
    for sheets, named in ((FIRST, "“月度经营”、“企业名录”"), ({"monthly": FIRST["monthly"]}, "“月度经营”由数据中心")):
        with pytest.raises(PublishingError, match=named):
            publish(own, batch("x", **sheets), who="李")
    with pytest.raises(PublishingError, match="请由数据中心在事实库发布更正的版本"):
        withdraw(own, 1, who="李")
    inputs = [{"credit_code": code(1), "year": 2022, "tax_fen": 5, "land_mu": 1.0}]
    assert publish(own, batch("y", evaluation_input=inputs), who="李", facts_elsewhere=True).version == 2
    assert withdraw(own, 2, who="李").version == 3


def test_workbooks_are_refused_before_the_first_refresh_too(own):
    with pytest.raises(PublishingError, match="COCKPIT_FACTS_URL"):
        publish(own, batch("x", **FIRST), who="李", facts_elsewhere=True)
    assert list_batches(own) == ()


def test_own_months_and_a_facts_engine_do_not_mix(own, source, target, facts):
    publish(source, batch("a", **FIRST), who="李")
    copy(source, target)
    publish(own, batch("a", **FIRST), who="李")
    before = state(own)
    with pytest.raises(PublishingError, match="另用一个数据库"):
        follow(own, facts)
    assert state(own) == before


def test_an_engine_without_tables_says_what_is_missing(own, facts, target):
    with target.connect():
        pass
    with pytest.raises(DatabaseError, match=r"三张表是否齐全.*fact_version"):
        follow(own, facts)


def test_the_engine_is_only_read(shown, facts):
    with facts.engine.connect() as connection, pytest.raises(DBAPIError, match=r"read-?only"):
        connection.execute(delete(fact))


def test_a_query_without_a_result_times_out_and_is_reported(shown, own, district, facts_url, tmp_path):
    slow = facts_client.open_facts_client(facts_url, 0.3)
    release = threading.Event()

    def wait(*_rest):
        release.wait(10)

    event.listen(slow.engine, "before_cursor_execute", wait)
    repository = FactsRepository(own, district, slow, FirmFiles(tmp_path / "slow", slow))
    snapshot = repository.snapshot()
    with pytest.raises(DatabaseError, match=r"0\.3 秒内没有回答"):
        repository.firm_totals(snapshot, "output", (202301,), ())
    release.set()
    event.remove(slow.engine, "before_cursor_execute", wait)
    assert reported(repository.firm_totals(snapshot, "output", (202301,), ())) == [50 / 1e6]
    end(slow)


def test_queries_that_never_end_do_not_pile_up(shown, facts_url, monkeypatch):
    monkeypatch.setattr(facts_client, "_MAX_CONCURRENT", 2)
    monkeypatch.setattr(facts_client, "_QUEUE_SECONDS", 0.05)
    slow = facts_client.open_facts_client(facts_url, 0.1)
    release = threading.Event()
    event.listen(slow.engine, "before_cursor_execute", lambda *_: release.wait(10))
    for message in ("没有回答，查询已停止", "没有回答，查询已停止", "还没有回答前面的2个查询"):
        with pytest.raises(DatabaseError, match=message):
            slow.query(statements.select_month_versions())
    release.set()
    end(slow)


def end(facts):
    """When no writer waits any more."""
    for thread in threading.enumerate():
        if thread.name.startswith("facts"):
            thread.join(20)
    facts.dispose()
