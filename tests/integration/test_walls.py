"""Walls in both databases: seen, commanded, given a token, revoked."""

from __future__ import annotations

import pytest

from cockpit.district.playlist import Command
from cockpit.errors import UsageError
from data import walls


def test_a_wall_is_known_once_it_was_seen(engine):
    first = walls.seen(engine, "大厅", "overview")
    again = walls.seen(engine, "大厅", "overview")
    assert again.seen_at == first.seen_at, "being alive is not written each second"
    assert walls.seen(engine, "大厅", "land").scene == "land"
    assert [w.name for w in walls.walls(engine)] == ["大厅"]


def test_commands_are_numbered(engine):
    walls.seen(engine, "大厅", "overview")
    assert walls.command(engine, "大厅", Command(action="next")) == 1
    assert walls.command(engine, "大厅", Command(action="show", scene="land")) == 2
    held = walls.named(engine, "大厅")
    assert held.command_number == 2
    assert held.command == Command(action="show", scene="land")
    with pytest.raises(UsageError, match="没有名为“楼顶”的大屏"):
        walls.command(engine, "楼顶", Command(action="next"))


def test_tokens_are_kept_as_hashes_and_end(engine):
    token = walls.add(engine, "大厅")
    assert walls.of_token(engine, token).name == "大厅"
    assert walls.of_token(engine, token + "x") is None
    newer = walls.add(engine, "大厅")
    assert walls.of_token(engine, token) is None
    with engine.connect() as connection:
        stored = str(connection.exec_driver_sql("select token_sha256 from wall").scalar())
    assert newer not in stored
    walls.revoke(engine, "大厅")
    assert walls.of_token(engine, newer) is None
    assert walls.named(engine, "大厅").revoked_at is not None
    with pytest.raises(UsageError):
        walls.revoke(engine, "没有")


@pytest.mark.parametrize("name", ["", "  ", "长" * 41])
def test_names_have_a_length(engine, name):
    with pytest.raises(UsageError, match="40字以内"):
        walls.seen(engine, name, "overview")
