"""Synthetic data: the same values for the same seed, a cube that equals its rows, nothing visible before the end."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from cockpit.contracts.credit_code import credit_code_fault
from cockpit.errors import PublishingError
from cockpit.selection import Selection
from cockpit.views.context import resolve_context
from cockpit.views.overview import panels as overview
from data.database import reader, statements
from data.database.bulk import load_rows
from data.database.engine import open_engine, upgrade_schema
from data.database.tables import cube, enterprise, firm_presence, monthly
from data.evaluation.evaluations import publish_evaluation
from data.evaluation.policies import district_policies
from data.publishing.cube_table import refresh_presence
from data.publishing.publishing import list_batches, publish
from data.repository.repository import DatabaseRepository
from data.synthetic import district as synthetic
from tests.integration.test_publishing import FIRST, batch, state


def fill(engine, district, *, firms=90, months=14, seed=3, tell=lambda *_: None):
    return synthetic.fill_database(engine, district, firms=firms, months=months, seed=seed, progress=tell)


def rows(connection, statement):
    """Rows in one order; sums of measured values to nine digits: engines add in different orders."""
    plain = [tuple(round(v, 9) if isinstance(v, float) else v for v in row) for row in connection.execute(statement)]
    return sorted(map(repr, plain))


def test_cube_and_presence_equal_those_made_from_the_rows(engine, district):
    written = fill(engine, district)
    with engine.connect() as connection:
        assert len(rows(connection, select(monthly.c.month))) == written
        stored = rows(connection, select(cube))
        assert stored == rows(connection, statements.select_cube())
        assert len(stored) > 14 * 10
        bits = rows(connection, select(firm_presence))
        codes = list(connection.execute(select(enterprise.c.credit_code)).scalars())
        connection.rollback()
        with connection.begin():
            refresh_presence(connection, codes)
            assert rows(connection, select(firm_presence)) == bits
    assert len(codes) == len(set(codes)) == 90
    assert not [c for c in codes if credit_code_fault(c)]


def test_the_same_seed_gives_the_same_whatever_the_chunks(tmp_path, district, monkeypatch):
    actual = []
    for chunk, seed in ((20_000, 3), (7, 3), (7, 4)):
        monkeypatch.setattr(synthetic, "_CHUNK_ROWS", chunk)
        engine = open_engine(f"sqlite:///{tmp_path}/{chunk}-{seed}.sqlite3")
        upgrade_schema(engine)
        fill(engine, district, seed=seed)
        actual.append(state(engine))
        engine.dispose()
    assert actual[0] == actual[1]
    assert actual[0] != actual[2]
    assert len(set(actual[0]["enterprise"])) == 90


def test_an_interrupted_run_shows_nothing_and_the_next_one_is_whole(engine, district):
    def interrupt(description, done, _of):
        if description.startswith("汇总") and done == 3:
            raise KeyboardInterrupt

    repository = DatabaseRepository(engine, district)
    with pytest.raises(KeyboardInterrupt):
        fill(engine, district, tell=interrupt)
    assert repository.snapshot().version.number == 0
    assert repository.snapshot().cube.is_empty
    fill(engine, district)
    assert repository.snapshot().version.number == 1
    assert len(repository.snapshot().cube.months) == 14
    assert "合成演示数据（90家，14个月" in list_batches(engine)[0].name


def test_published_data_are_never_touched(engine, district):
    publish(engine, batch("a", **FIRST), who="李")
    before = state(engine)
    with pytest.raises(PublishingError, match="空数据库"):
        fill(engine, district)
    assert state(engine) == before


def test_pages_and_the_evaluation_have_what_they_need(tmp_path, district):
    engine = open_engine(f"sqlite:///{tmp_path}/s.sqlite3")
    upgrade_schema(engine)
    fill(engine, district, firms=400, months=26)
    record = publish_evaluation(engine, district_policies("linping")[0], year=2022, who="演示").record
    assert record.year == 2022
    ctx = resolve_context(DatabaseRepository(engine, district), Selection())
    headline = {k.metric.key: k.compared for k in overview.summary(ctx)}
    assert 0 < headline["tax"].value < headline["value_added"].value < headline["output"].value
    assert -0.2 < headline["output"].change < 0.4
    assert headline["ab_share"].value > 0
    with engine.connect() as connection:
        names = reader.read_table(connection, "enterprise")["name"]
    assert names.is_unique
    assert names.str.startswith("演示").all()
    engine.dispose()


def test_rows_are_loaded_alike_by_every_method(engine):
    """The quick ways of the engines against SQLAlchemy's own, with missing values and letters of all kinds."""
    lines = [("1" * 18, b"\x01\x00"), ("2" * 18, b"\\N\t\n'")]
    with engine.begin() as connection:
        load_rows(connection, firm_presence, ("credit_code", "bits"), iter(lines))
        load_rows(connection, firm_presence, ("credit_code", "bits"), [])
        quick = connection.execute(select(firm_presence).order_by(firm_presence.c.credit_code)).all()
    assert [tuple(r) for r in quick] == lines
    with engine.begin() as connection:
        connection.execute(firm_presence.delete())
        connection.execute(insert(firm_presence), [{"credit_code": c, "bits": b} for c, b in lines])
        assert connection.execute(select(firm_presence).order_by(firm_presence.c.credit_code)).all() == quick
