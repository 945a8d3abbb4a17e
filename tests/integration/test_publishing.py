"""Publishing and withdrawing on both databases: whole or nothing, and back to what it was."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import pytest
from sqlalchemy import delete, insert, inspect, select, text
from sqlalchemy.exc import OperationalError

from cockpit.contracts.batch import Batch, BatchSource
from cockpit.contracts.findings import Finding
from cockpit.contracts.sheets import SHEET_BY_TABLE
from cockpit.errors import CockpitError, DatabaseError, PublishingError
from data.database import reader, statements
from data.database.engine import open_engine, upgrade_schema, write_connection
from data.database.tables import CURRENT, HISTORY, cube, evaluation, evaluation_grade, firm_presence, metadata
from data.publishing.publishing import list_batches, preview, publish, withdraw
from tests.faults import fail_at
from tests.workbooks import code


def frame(table, rows):
    types = reader.dtypes(table)
    columns = {f: pd.Series([r.get(f) for r in rows], dtype=object).astype(t) for f, t in types.items()}
    return pd.DataFrame(columns).assign(source_row=range(2, len(rows) + 2))


class FrameRows:
    """Rows of a sheet that are a frame already, returned two at a time."""

    def __init__(self, frame):
        self._frame = frame

    def parts(self):
        for start in range(0, max(len(self._frame), 1), 2):
            yield self._frame.iloc[start : start + 2]

    def whole(self):
        return self._frame


def firm(n, **more):
    return {
        "credit_code": code(n),
        "name": f"企业{n}",
        "town": "tangqi",
        "industry_code": "1751",
        "chain": "fashion",
        "role": "一般",
        "kind": "规上",
        "land_mu": 10.0,
        **more,
    }


def month(n, when, output, **more):
    return {
        "credit_code": code(n),
        "month": when,
        "basis": "当月",
        "output_fen": output,
        "tax_fen": 7,
        "staff": 5.0,
        "span": 1,
        **more,
    }


def batch(name, findings=(), without=(), **tables):
    frames = {t: frame(t, rows) for t, rows in tables.items()}
    fields = {t: frozenset(f.columns) - frozenset(without) for t, f in frames.items()}
    names = {t: SHEET_BY_TABLE[t].title for t in tables}
    rows = {t: FrameRows(f) for t, f in frames.items()}
    return Batch(BatchSource(f"{name}.xlsx", name.ljust(64, "0"), 1), rows, fields, names, tuple(findings))


FIRST = {
    "enterprise": [firm(1), firm(2, town="donghu", stage="成衣加工")],
    "monthly": [month(1, 202301, 100), month(2, 202301, 50), month(1, 202302, 30)],
}


def state(engine):
    """Everything that readers see, without batch bookkeeping."""
    actual = {}
    with engine.connect() as connection:
        for name, table in {**CURRENT, "cube": cube, "presence": firm_presence}.items():
            actual[name] = sorted(map(repr, connection.execute(select(table))))
    return actual


def test_counts_and_sums(engine):
    done = publish(engine, batch("a", **FIRST), who="李")
    assert [(s.table, s.added, s.replaced, s.unchanged) for s in done.sheets] == [("enterprise", 2, 0, 0), ("monthly", 3, 0, 0)]
    with engine.connect() as connection:
        rows = reader.read_cube(connection)
    assert rows.groupby("month")["output_fen"].sum().to_dict() == {202301: 150, 202302: 30}


def test_replaced_unchanged_and_added_are_counted(engine):
    publish(engine, batch("a", **FIRST), who="李")
    done = publish(engine, batch("b", monthly=[month(1, 202301, 100), month(2, 202301, 60), month(2, 202302, 5)]), who="李")
    [sheet] = done.sheets
    assert (sheet.added, sheet.replaced, sheet.unchanged) == (1, 1, 1)


def test_a_field_that_the_source_lacks_keeps_its_value(engine):
    publish(engine, batch("a", **FIRST), who="李")
    publish(engine, batch("b", without=("tax_fen", "staff"), monthly=[month(1, 202301, 999, tax_fen=None, staff=None)]), who="李")
    with engine.connect() as connection:
        row = connection.execute(select(CURRENT["monthly"]).where(CURRENT["monthly"].c.output_fen == 999)).one()
    assert (row.tax_fen, row.staff) == (7, 5.0)


def test_the_same_file_twice_changes_nothing_and_says_so(engine):
    publish(engine, batch("a", **FIRST), who="李")
    before = state(engine)
    again = publish(engine, batch("a", **FIRST), who="李")
    assert again.batch_id is None
    assert "已经发布过" in again.message
    other = publish(engine, batch("b", **FIRST), who="李")
    assert other.batch_id is None
    assert "完全相同" in other.message
    assert state(engine) == before
    assert len(list_batches(engine)) == 1


@pytest.mark.parametrize(("code_", "accepted"), [("E103", True), ("W301", False)])
def test_errors_and_unaccepted_warnings_are_refused(engine, code_, accepted):
    finding = Finding(code_, "月度经营", 2, None, None, None, "…")
    with pytest.raises(PublishingError):
        publish(engine, batch("a", findings=[finding], **FIRST), who="李", accept_warnings=accepted)
    assert list_batches(engine) == ()


def test_withdraw_brings_back_what_was(engine):
    publish(engine, batch("a", **FIRST), who="李")
    before = state(engine)
    publish(
        engine,
        batch("b", enterprise=[firm(1, town="qiaosi"), firm(3)], monthly=[month(1, 202301, 77), month(3, 202303, 8)]),
        who="李",
    )
    assert state(engine) != before
    assert withdraw(engine, 2, who="王").version == 3
    assert state(engine) == before
    assert list_batches(engine)[0].withdrawn_by == "王"


def test_later_batches_must_be_withdrawn_first(engine):
    publish(engine, batch("a", **FIRST), who="李")
    publish(engine, batch("b", monthly=[month(1, 202301, 77)]), who="李")
    publish(engine, batch("c", monthly=[month(2, 202304, 5)]), who="李")
    with pytest.raises(PublishingError, match="3、2"):
        withdraw(engine, 1, who="王")
    withdraw(engine, 3, who="王")
    withdraw(engine, 2, who="王")
    withdraw(engine, 1, who="王")
    assert all(not rows for rows in state(engine).values())


def test_a_batch_confirmed_by_a_later_one_stays(engine):
    publish(engine, batch("a", **FIRST), who="李")
    publish(engine, batch("b", monthly=[month(1, 202301, 100), month(2, 202305, 5)]), who="李")
    with pytest.raises(PublishingError, match="批次 2"):
        withdraw(engine, 1, who="王")


@pytest.mark.parametrize("number", [9, 1])
def test_withdrawing_what_is_not_there_is_refused(engine, number):
    publish(engine, batch("a", **FIRST), who="李")
    withdraw(engine, 1, who="王")
    with pytest.raises(PublishingError):
        withdraw(engine, number, who="王")


def test_preview_changes_nothing(engine):
    publish(engine, batch("a", **FIRST), who="李")
    before = state(engine)
    changes = preview(engine, batch("b", monthly=[month(1, 202301, 40_000_100)]))
    assert (changes.before["output"], changes.after["output"]) == (pytest.approx(150 / 1e6), pytest.approx(40.00015))
    assert changes.months == (202301,)
    assert state(engine) == before


def test_increment_equals_rebuild(engine):
    publish(engine, batch("a", **FIRST), who="李")
    publish(
        engine,
        batch("b", enterprise=[firm(2, town="qiaosi")], monthly=[month(1, 202302, 31), month(2, 202303, 9, span=2)]),
        who="李",
    )
    with engine.connect() as connection:
        rows_before = sorted(map(repr, connection.execute(select(cube))))
    with write_connection(engine) as connection, connection.begin():
        connection.execute(delete(cube))
        connection.execute(insert(cube).from_select(list(cube.columns.keys()), statements.select_cube()))
        assert sorted(map(repr, connection.execute(select(cube)))) == rows_before


def test_presence_bits_cover_joint_months(engine):
    publish(engine, batch("a", enterprise=[firm(1)], monthly=[month(1, 200002, 5, span=2), month(1, 200005, 5)]), who="李")
    with engine.connect() as connection:
        [row] = reader.read_presence(connection).to_dict("records")
    assert list(row["bits"]) == [0b10011]


@pytest.mark.parametrize("what", ["publish", "withdraw"])
def test_a_fault_at_any_statement_leaves_everything_or_nothing(engine, what):
    publish(engine, batch("a", **FIRST), who="李")
    change = batch("b", enterprise=[firm(1, town="qiaosi")], monthly=[month(1, 202301, 77), month(2, 202306, 1)])
    if what == "withdraw":
        publish(engine, change, who="李")
    before = state(engine)
    for number in range(1, 200):
        count, stop = fail_at(engine, number)
        try:
            if what == "publish":
                publish(engine, change, who="李")
            else:
                withdraw(engine, 2, who="王")
        except (DatabaseError, OperationalError):
            stop()
            assert state(engine) == before, f"语句 {number} 之后"
        else:
            stop()
            assert count[0] < number
            break
    assert number > 5
    assert state(engine) != before


def test_readers_see_the_old_until_the_commit(engine):
    publish(engine, batch("a", **FIRST), who="李")
    with write_connection(engine) as writer, writer.begin():
        writer.execute(delete(CURRENT["monthly"]))
        with engine.connect() as other:
            assert len(other.execute(select(CURRENT["monthly"])).all()) == 3
        writer.rollback()


def test_migrations_make_the_tables_of_the_metadata(engine):
    actual = inspect(engine)
    names = set(actual.get_table_names()) - {"alembic_version"}
    assert names == set(metadata.tables)
    for table in metadata.tables.values():
        columns = {c["name"]: (c["nullable"], c["type"].python_type) for c in actual.get_columns(table.name)}
        assert columns == {c.name: (c.nullable, c.type.python_type) for c in table.columns}, table.name
        assert actual.get_pk_constraint(table.name)["constrained_columns"] == [c.name for c in table.primary_key.columns]


def test_a_newer_schema_is_refused(engine):
    with write_connection(engine) as connection, connection.begin():
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(DatabaseError, match="更新版本"):
        upgrade_schema(engine)


@pytest.mark.parametrize(
    "url",
    ["postgresql+psycopg://me:secret@127.0.0.1:1/none", "nonsense", "sqlite:////proc/none/x.db", "mysql+none://x"],
)
def test_an_unreachable_database_is_reported_in_chinese_without_the_password(url):
    with pytest.raises(CockpitError) as caught:
        upgrade_schema(open_engine(url))
    assert "数据库" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_reported(tmp_path):
    (tmp_path / "x.db").write_text("你好，这不是数据库" * 100)
    with pytest.raises(DatabaseError, match="SQLite"):
        upgrade_schema(open_engine(f"sqlite:///{tmp_path}/x.db"))


def test_history_contains_the_replaced_rows(engine):
    publish(engine, batch("a", **FIRST), who="李")
    publish(engine, batch("b", monthly=[month(1, 202301, 77)]), who="李")
    with engine.connect() as connection:
        [old] = connection.execute(select(HISTORY["monthly"])).all()
    assert (old.output_fen, old.batch_id, old.replaced_by) == (100, 1, 2)


def test_grades_are_those_of_the_newest_published_evaluation_of_each_year(engine):
    publish(engine, batch("a", **FIRST), who="李")
    runs = [(1, 2022, "C"), (2, 2022, "A"), (3, 2021, "D")]
    with write_connection(engine) as connection, connection.begin():
        for number, year, grade in runs:
            row = {"id": number, "year": year, "policy": "p", "policy_sha256": "0" * 64, "data_version": 1, "published_by": "李"}
            connection.execute(insert(evaluation).values(**row, summary="{}", published_at=datetime(2023, 1, number)))
            firms = ((code(1), grade), (code(2), None))
            lines = [{"evaluation_id": number, "credit_code": c, "evaluation_group": "规上", "grade": g} for c, g in firms]
            connection.execute(insert(evaluation_grade), lines)
    with engine.connect() as connection:
        actual = reader.read_grades(connection)
    assert {year: rows[["credit_code", "grade", "town"]].values.tolist() for year, rows in actual.items()} == {
        2021: [[code(1), "D", "tangqi"]],
        2022: [[code(1), "A", "tangqi"]],
    }
