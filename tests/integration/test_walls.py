"""Wall screens in both databases: online, commanded, with a token, revoked."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from cockpit.district.playlist import Command
from cockpit.errors import UsageError
from data import walls
from data.database.tables import wall
from data.database.transactions import new_version, transaction


def test_a_wall_is_listed_once_it_was_online(engine):
    first = walls.mark_online(engine, "大厅", "overview")
    again = walls.mark_online(engine, "大厅", "overview")
    assert again.last_online == first.last_online, "being alive is not written each second"
    assert walls.mark_online(engine, "大厅", "land").scene == "land"
    assert [w.name for w in walls.list_walls(engine)] == ["大厅"]


def test_commands_are_numbered(engine):
    walls.mark_online(engine, "大厅", "overview")
    assert walls.send_command(engine, "大厅", Command(action="next")) == 1
    assert walls.send_command(engine, "大厅", Command(action="show", scene="land")) == 2
    screen = walls.find_by_name(engine, "大厅")
    assert screen.command_number == 2
    assert screen.command == Command(action="show", scene="land")
    with pytest.raises(UsageError, match="没有名为“楼顶”的大屏"):
        walls.send_command(engine, "楼顶", Command(action="next"))


def test_tokens_are_stored_as_hashes_and_revoked(engine):
    token = walls.issue_token(engine, "大厅")
    assert walls.find_by_token(engine, token).name == "大厅"
    assert walls.find_by_token(engine, token + "x") is None
    newer = walls.issue_token(engine, "大厅")
    assert walls.find_by_token(engine, token) is None
    with engine.connect() as connection:
        stored = str(connection.exec_driver_sql("select token_sha256 from wall").scalar())
    assert newer not in stored
    walls.revoke_token(engine, "大厅")
    assert walls.find_by_token(engine, newer) is None
    assert walls.find_by_name(engine, "大厅").revoked_at is not None
    with pytest.raises(UsageError):
        walls.revoke_token(engine, "没有")


@pytest.mark.parametrize("name", ["", "  ", "长" * 41])
def test_names_have_a_length(engine, name):
    with pytest.raises(UsageError, match="40字以内"):
        walls.mark_online(engine, name, "overview")


def test_a_wall_does_not_wait_for_a_publication(engine):
    """It polls each second: that it is online is recorded when the database is free again."""
    walls.mark_online(engine, "一楼大厅", "总览")
    walls.send_command(engine, "一楼大厅", Command(action="next"))
    with transaction(engine) as connection:
        new_version(connection, "publish", datetime(2022, 1, 1))
    with transaction(engine):
        begin = time.monotonic()
        known, new = walls.mark_online(engine, "一楼大厅", "空间"), walls.mark_online(engine, "二楼", "空间")
        assert time.monotonic() - begin < 5
    assert (known.scene, known.command_number) == ("总览", 1)
    assert (new.name, new.command_number, new.command) == ("二楼", 0, None)
    assert walls.mark_online(engine, "一楼大厅", "空间").scene == "空间"


def test_spaces_around_a_name_are_no_part_of_it(engine):
    token = walls.issue_token(engine, " 一楼大厅 ")
    assert [w.name for w in walls.list_walls(engine)] == ["一楼大厅"]
    assert walls.find_by_token(engine, token).name == walls.mark_online(engine, "一楼大厅　", "总览").name == "一楼大厅"
    assert walls.send_command(engine, "一楼大厅 ", Command(action="next")) == 1
    walls.revoke_token(engine, "　一楼大厅")
    assert len(walls.list_walls(engine)) == 1
    assert walls.find_by_token(engine, token) is None


def test_a_wall_is_offline_a_minute_after_it_was_last_online(engine):
    def is_online(seconds):
        last = datetime.now(UTC).replace(tzinfo=None) - timedelta(seconds=seconds)
        with engine.begin() as connection:
            connection.execute(update(wall).values({"seen_at": last}))
        return walls.find_by_name(engine, "大厅").is_online()

    walls.issue_token(engine, "大厅")
    assert not walls.find_by_name(engine, "大厅").is_online()  # never yet
    assert walls.mark_online(engine, "大厅", "overview").is_online()
    assert is_online(50)
    assert not is_online(70)


def test_a_paused_wall_is_known_as_paused(engine):
    assert walls.mark_online(engine, "大厅", "town:tangqi/output", is_paused=True).is_paused
    [paused] = walls.list_walls(engine)
    assert (paused.scene, paused.is_paused) == ("town:tangqi/output", True)
    assert not walls.mark_online(engine, "大厅", "town:tangqi/output").is_paused
    assert walls.mark_online(engine, "二楼", "x" * 200, is_paused=True).is_paused
