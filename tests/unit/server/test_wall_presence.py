"""Walls that are online: shared by processes, bounded, gone after a minute."""

from __future__ import annotations

import os

import pytest

from server import wall_presence
from server.wall_presence import WallPresence


@pytest.fixture
def clock(monkeypatch):
    now = [1_000_000.0]
    monkeypatch.setattr(wall_presence.time, "time", lambda: now[0])
    return now


def test_a_wall_is_online_for_a_minute(clock):
    presence = WallPresence()
    presence.mark("大厅", "overview", is_registered=False)
    presence.mark("大厅", "land", is_registered=True)
    assert presence.online()["大厅"].scene == "land"
    clock[0] += 59
    assert list(presence.online()) == ["大厅"]
    clock[0] += 2
    assert presence.online() == {}


def test_a_paused_wall_is_known_as_paused(clock):
    presence = WallPresence()
    presence.mark("大厅", "town:tangqi/output", is_registered=True, is_paused=True)
    paused = presence.online()["大厅"]
    assert (paused.scene, paused.is_paused) == ("town:tangqi/output", True)
    presence.mark("大厅", "town:tangqi/output", is_registered=True)
    assert not presence.online()["大厅"].is_paused


def test_strangers_are_bounded_and_keep_no_registered_wall_out(clock):
    presence = WallPresence()
    for number in range(1000):
        clock[0] += 0.001
        presence.mark(f"谁{number}", "x" * 80, is_registered=False)
    assert len(presence.online()) == 128
    presence.mark("一楼", "land", is_registered=True)
    online = presence.online()
    assert len(online) == 128
    assert online["一楼"].is_registered


def test_the_longest_name_and_scene_fit(clock):
    presence = WallPresence()
    presence.mark("𠀀" * 40, "𠀀" * 80, is_registered=True, is_paused=True)
    presence.mark("二", "land", is_registered=True)
    assert presence.online()["𠀀" * 40].scene == "𠀀" * 80


def test_another_process_sees_it():
    presence = WallPresence()
    child = os.fork()
    if not child:
        presence.mark("孩子", "land", is_registered=False)
        os._exit(0)
    os.waitpid(child, 0)
    assert list(presence.online()) == ["孩子"]
