"""The migrations make the tables that the program works with."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from cockpit.access.audit import chain_start
from data.database.access_tables import audit_head, metadata
from data.database.engine import open_engine, upgrade_schema


def test_migrations_and_tables_agree(engine):
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
        assert {table.name for table in metadata.sorted_tables} > {"account", "audit_record", "monthly"}
    assert differences == []


def test_each_database_begins_a_chain_of_its_own(tmp_path):
    heads = []
    for name in ("a", "b"):
        database = open_engine(f"sqlite:///{tmp_path}/{name}.sqlite3")
        upgrade_schema(database)
        with database.connect() as connection:
            heads.append(connection.execute(audit_head.select()).one())
    assert heads[0].chain != heads[1].chain
    assert all((0, h.hash) == (h.number, chain_start(h.chain).hash) for h in heads)
