"""What makes a publication cost by its own rows, and not by what is there already: which rows each statement touches."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event, select

from cockpit.calendar.months import span
from data.database.tables import firm_presence
from data.facts import statements
from data.facts.refresh import refresh
from data.facts.tables import fact
from data.facts.writer import FACT_COLUMNS, FactsWriter
from data.synthetic.district import fill_database
from tests.facts.copying import copy
from tests.facts.test_refresh import with_months

MONTHS = span(202111, 202212)


@pytest.fixture
def shown(source, own, target, facts, files, district):
    """Fourteen months of a synthetic district, the newest of them in its second version."""
    fill_database(source, district, firms=60, months=len(MONTHS), seed=2, progress=lambda *_: None)
    copy(source, target)
    refresh(own, facts, files)
    copy(source, target, months=[202212], codes=[])
    refresh(own, facts, files)
    return facts.version_numbers()


def plan(facts, statement, *settings):
    """How the engine goes about it."""
    dialect = facts.engine.dialect
    text = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True})).replace("%", "%%")
    with facts.engine.connect() as connection:
        for setting in settings if dialect.name == "postgresql" else ():
            connection.exec_driver_sql(setting)
        how = "explain (costs off)" if dialect.name == "postgresql" else "explain query plan"
        return "\n".join(row[-1] for row in connection.exec_driver_sql(f"{how} {text}"))


def test_a_months_statements_touch_that_month_only(shown, facts):
    queries = [statements.select_month_rows(202212, 2), statements.select_cube(shown, [202212])]
    for query_plan in (plan(facts, statement) for statement in queries):
        if facts.engine.dialect.name == "postgresql":
            assert set(re.findall(r"fact_\d+", query_plan)) <= {"fact_202212", "fact_202212_pkey"}, query_plan
        else:
            assert re.search(r"SEARCH fact USING PRIMARY KEY \(month=\?", query_plan), query_plan


def test_the_months_of_a_firm_are_selected_by_the_key(shown, facts):
    query_plan = plan(facts, statements.select_firm_months(shown, "1" * 18), "set enable_seqscan = off")
    assert "Seq Scan" not in query_plan
    if facts.engine.dialect.name == "postgresql":
        conditions = re.findall(r"Index Cond: (.*)", query_plan)
        assert len(conditions) == len(MONTHS)
        assert all("credit_code" in condition for condition in conditions)
    else:
        assert re.search(r"SEARCH fact USING PRIMARY KEY \(month=\? AND credit_code=\?", query_plan), query_plan


def test_a_month_has_a_table_with_nothing_but_its_key(shown, target):
    if target.dialect.name == "postgresql":
        with target.connect() as connection:
            actual = connection.exec_driver_sql("select indexname from pg_indexes where tablename like 'fact\\_2%%'").scalars()
            assert sorted(actual) == [f"fact_{month}_pkey" for month in MONTHS]
    assert not fact.indexes


def test_a_first_refresh_reads_each_month_twice(source, own, target, facts, files, district):
    """Once for the firms' columns, once for the sums; no query is about several months."""
    fill_database(source, district, firms=60, months=len(MONTHS), seed=2, progress=lambda *_: None)
    copy(source, target)
    queries = []
    with_months(queries, facts)
    refresh(own, facts, files)
    of_facts = [values for statement, values in queries if re.search(r"FROM fact\b(?!_)", statement)]
    months = [{value for value in values if value in MONTHS} for values in of_facts]
    assert sorted(map(min, months)) == sorted([*MONTHS, *MONTHS])
    assert all(len(some) == 1 for some in months)


def test_a_month_more_costs_the_same_however_many_are_there(shown, own, source, target, facts, files):
    copy(source, target, months=[202211], codes=[])
    queries, written = [], []
    with_months(queries, facts)
    event.listen(own, "before_cursor_execute", lambda _c, _k, text, parameters, *_: written.append((text, parameters)))
    assert refresh(own, facts, files).months == (202211,)
    of_facts = [values for statement, values in queries if re.search(r"FROM fact\b(?!_)", statement)]
    assert len(of_facts) == 2
    assert all(202211 in values and not {*MONTHS} - {202211} & {*values} for values in of_facts)
    # Nobody reports in other months than before, and the register is the same: neither is written.
    assert not [text for text, _ in written if re.match(r"(?i)(insert|delete).*(firm_presence|enterprise)", text)]
    for table in ("cube", "cube_digest"):
        [gone] = [parameters for text, parameters in written if re.match(rf"(?i)delete from {table}\b", text)]
        assert [*(gone.values() if isinstance(gone, dict) else gone)] == [202211]


def test_a_firm_that_stops_reporting_is_the_only_one_written(shown, own, target, facts, files):
    presence = select(firm_presence)
    with own.connect() as connection:
        before = dict(connection.execute(presence).all())
    left = facts.query(statements.select_month_rows(202212, shown[202212]))[0].credit_code
    newest = select(*(fact.c[name] for name in FACT_COLUMNS)).where(statements.rows_in_versions(shown, [202212]))
    with target.connect() as connection:
        rows = connection.execute(newest.where(fact.c.credit_code != left)).all()
    writer = FactsWriter(target)
    writer.month(202212, [[(*row[:2], writer.number, *row[3:]) for row in rows]])
    writer.finish([202212])
    written = []
    event.listen(own, "before_cursor_execute", lambda _c, _k, text, parameters, *_: written.append((text, parameters)))
    refresh(own, facts, files)
    [(_, lines)] = [each for each in written if re.match(r"(?i)insert into .?firm_presence", each[0])]
    assert lines[0] == left if isinstance(lines, tuple) else [line[0] for line in lines] == [left]
    with own.connect() as connection:
        after = dict(connection.execute(presence).all())
    assert {code for code in before if before[code] != after[code]} == {left}
