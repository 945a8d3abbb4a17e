"""Wall screens in both databases: online, commanded, with a token, revoked."""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from cockpit.district.playlist import Command
from cockpit.errors import UsageError
from data import walls
from data.database.transactions import new_version, transaction


def last_online(engine, name):
    return next(w.last_online for w in walls.list_walls(engine) if w.name == name)


def test_only_registered_walls_are_recorded_and_seldom(engine):
    walls.issue_token(engine, "大厅")
    walls.record_online(engine, {"大厅": "overview", "谁都可以": "land"})
    first = last_online(engine, "大厅")
    assert first is not None
    assert [w.name for w in walls.list_walls(engine)] == ["大厅"]
    walls.record_online(engine, {"大厅": "land"})
    assert last_online(engine, "大厅") == first, "being alive is not written each time"


def test_commands_are_numbered(engine):
    walls.issue_token(engine, "大厅")
    assert walls.send_command(engine, "大厅", Command(action="next")) == 1
    assert walls.send_command(engine, "大厅", Command(action="show", scene="land")) == 2
    screen = walls.find_by_name(engine, "大厅")
    assert screen.command_number == 2
    assert screen.command == Command(action="show", scene="land")
    with pytest.raises(UsageError, match="没有名为“楼顶”的大屏"):
        walls.send_command(engine, "楼顶", Command(action="next"))
    assert walls.send_command(engine, "楼顶", Command(action="next"), is_online=True) == 1
    assert walls.find_by_name(engine, "楼顶").command == Command(action="next")


def test_there_are_no_more_rows_than_there_may_be(engine):
    for number in range(walls.MAX_WALLS):
        walls.send_command(engine, f"屏{number}", Command(action="next"), is_online=True)
    with pytest.raises(UsageError, match="已登记"):
        walls.send_command(engine, "再一块", Command(action="next"), is_online=True)
    with pytest.raises(UsageError, match="已登记"):
        walls.issue_token(engine, "再一块")
    assert walls.send_command(engine, "屏7", Command(action="next")) == 2


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


@pytest.mark.parametrize("name", ["", "  ", "长" * 41, "一\n二", "\x1b[31m红", "反\u202e向", "a\tb"])
def test_names_have_a_length_and_no_control_characters(engine, name):
    with pytest.raises(UsageError, match="大屏名称"):
        walls.issue_token(engine, name)
    with pytest.raises(UsageError, match="大屏名称"):
        walls.send_command(engine, name, Command(action="next"), is_online=True)


def test_recording_does_not_wait_for_a_publication(engine):
    walls.issue_token(engine, "一楼大厅")
    with transaction(engine) as connection:
        new_version(connection, "publish", datetime(2022, 1, 1))
    with transaction(engine):
        begin = time.monotonic()
        walls.record_online(engine, {"一楼大厅": "空间"})
        assert time.monotonic() - begin < 5
        assert walls.find_by_name(engine, "一楼大厅").last_online is None
    walls.record_online(engine, {"一楼大厅": "空间"})
    assert walls.find_by_name(engine, "一楼大厅").scene == "空间"


def test_spaces_around_a_name_are_no_part_of_it(engine):
    token = walls.issue_token(engine, " 一楼大厅 ")
    assert [w.name for w in walls.list_walls(engine)] == ["一楼大厅"]
    assert walls.find_by_token(engine, token).name == "一楼大厅"
    assert walls.send_command(engine, "一楼大厅 ", Command(action="next")) == 1
    walls.revoke_token(engine, "　一楼大厅")
    assert len(walls.list_walls(engine)) == 1
    assert walls.find_by_token(engine, token) is None
