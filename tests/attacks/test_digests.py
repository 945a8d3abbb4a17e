"""The digest of the stored cube: damage is found before anything is shown, and mended from the facts, in both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update

from cockpit.errors import DamagedCubeError
from data.database.digests import damaged_months, month_digests
from data.database.reader import read_cube
from data.database.tables import cube, cube_digest, monthly
from data.publishing.publishing import publish, withdraw
from data.repository.repository import DatabaseRepository


@pytest.fixture
def published(engine, sample_batch):
    publish(engine, sample_batch, who="测试")
    return engine


def damaged(engine):
    with engine.connect() as connection:
        return damaged_months(connection, read_cube(connection))


def output(repository):
    return float(repository.snapshot().cube.values["output"].sum())


def test_a_month_that_was_changed_is_named_and_summed_again(published, district, caplog):
    right = output(DatabaseRepository(published, district))
    with published.begin() as connection:
        connection.execute(update(cube).where(cube.c.month == 202205).values(output_fen=cube.c.output_fen * 10))
    assert damaged(published) == (202205,)
    assert output(DatabaseRepository(published, district)) == pytest.approx(right, rel=1e-12)
    assert damaged(published) == ()
    assert "2022-05" in caplog.text


def test_rows_that_are_missing_are_noticed(published, district):
    with published.begin() as connection:
        connection.execute(delete(cube).where(cube.c.month == 202101))
    assert damaged(published) == (202101,)
    DatabaseRepository(published, district).prepare()
    assert damaged(published) == ()


def test_what_cannot_be_summed_again_is_reported_and_not_shown(published, district):
    with published.begin() as connection:
        connection.execute(delete(monthly).where(monthly.c.month == 202101))
        connection.execute(update(cube).where(cube.c.month == 202101).values(tax_fen=1))
    repository = DatabaseRepository(published, district)
    with pytest.raises(DamagedCubeError, match="2021-01"):
        repository.snapshot()


def test_a_version_in_memory_goes_on_over_a_damaged_new_one(published, district):
    repository = DatabaseRepository(published, district)
    before = repository.snapshot()
    withdraw(published, 1, who="测试")
    with published.begin() as connection:
        connection.execute(cube_digest.insert().values(month=202101, digest="0-0"))
    after = repository.snapshot()
    assert after.version == before.version
    assert after.unreachable_since is not None


def test_publishing_and_withdrawing_keep_the_digests(published):
    with published.connect() as connection:
        stored = {row.month: row.digest for row in connection.execute(select(cube_digest))}
        assert stored == month_digests(read_cube(connection)) != {}
    withdraw(published, 1, who="测试")
    with published.connect() as connection:
        assert connection.execute(select(cube_digest)).all() == []


def test_the_order_of_rows_does_not_matter(published):
    with published.connect() as connection:
        rows = read_cube(connection)
    assert month_digests(rows.sample(frac=1, random_state=1)) == month_digests(rows)
