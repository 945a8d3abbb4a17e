"""Sessions: how long they last, whatever the clock does, and how they end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from data.access import sessions
from data.access.sessions import Client
from data.database.transactions import transaction
from tests.integration.access.conftest import ADMIN, NOW, audited, minutes, stored_text

HERE = Client("10.0.0.1", "Firefox")


@pytest.fixture
def begin(store):
    def begins(one, now=NOW, client=HERE):
        with store.audit.transaction() as connection:
            return sessions.begin(connection, one.id, client, now)

    return begins


@pytest.mark.parametrize(
    ("role", "idle"), [("leader", 30), ("clerk", 15), ("system-admin", 15), ("auditor", 15), ("evaluator", 30)]
)
def test_an_unused_session_ends(store, add, begin, role, idle):
    one = add("张三", role, has_second_factor=True)
    token = begin(one)
    assert sessions.find_session(store, token, NOW + minutes(idle) - timedelta(seconds=1)) is not None
    assert sessions.find_session(store, begin(one), NOW + minutes(idle)) is None


def test_a_used_session_ends_after_eight_hours(store, add, begin):
    token = begin(add("张三", "leader"))
    for at in range(1, 24):
        assert sessions.find_session(store, token, NOW + minutes(20 * at)) is not None
    assert sessions.find_session(store, token, NOW + minutes(479)) is not None
    assert sessions.find_session(store, token, NOW + minutes(480)) is None


def test_a_clock_that_jumps_makes_no_session_longer(store, add, begin):
    one = add("张三", "leader")
    token = begin(one)
    assert sessions.find_session(store, token, NOW + minutes(25)) is not None
    for back in (timedelta(minutes=-2), timedelta(hours=-1), timedelta(days=-400), timedelta(days=400)):
        assert sessions.find_session(store, token, NOW + minutes(25) + back) is None
    assert sessions.find_session(store, token, NOW + minutes(25) - timedelta(seconds=30)) is not None, "as clocks are set"


def test_unknown_tokens_have_no_session(store, add, begin):
    token = begin(add("张三", "leader"))
    for other in ("", token + "x", token[:-1], token.upper(), "\ud800", "x" * 100_000):
        assert sessions.find_session(store, other, NOW) is None
    assert token not in stored_text(store)


def test_sessions_are_listed_and_ended(store, add, begin):
    one, other = add("张三", "leader"), add("李四", "leader")
    token = begin(one, NOW)
    begin(one, NOW + minutes(1), Client("10.0.0.2", "Chrome" * 100))
    foreign = begin(other, NOW)
    session = sessions.find_session(store, token, NOW)
    summaries = sessions.list_sessions(store, one.id, NOW + minutes(1))
    assert [(s.client.address, s.created_at) for s in summaries] == [("10.0.0.2", NOW + minutes(1)), ("10.0.0.1", NOW)]
    assert sessions.list_sessions(store, one.id, NOW + minutes(500)) == []
    assert sessions.end_others(store, session, ADMIN, NOW) == 1
    assert [s.id for s in sessions.list_sessions(store, one.id, NOW)] == [session.id]
    sessions.log_out(store, session, ADMIN, NOW)
    assert sessions.find_session(store, token, NOW) is None
    assert sessions.find_session(store, foreign, NOW) is not None
    assert [row[1] for row in audited(store)][-2:] == ["session", "logout"]


def test_a_session_that_was_left_unused_is_not_listed(store, add, begin):
    one = add("李四", "clerk", has_second_factor=True)
    session = sessions.find_session(store, begin(one, NOW), NOW)
    idle = sessions.idle_limit(session.access.permissions)
    assert idle == sessions.SENSITIVE_IDLE
    assert len(sessions.list_sessions(store, one.id, NOW + minutes(14), idle)) == 1
    assert sessions.list_sessions(store, one.id, NOW + minutes(15), idle) == []
    assert sessions.list_sessions(store, one.id, NOW + minutes(30)) == []


def test_old_rows_go_with_the_next_login(store, add, begin):
    one = add("张三", "leader")
    begin(one)
    begin(one, NOW + minutes(481))
    assert len(sessions.list_sessions(store, one.id, NOW)) == 1


def test_a_request_does_not_wait_for_a_publication(store, add, begin):
    token = begin(add("张三", "leader"))
    with transaction(store.engine):
        assert sessions.find_session(store, token, NOW + minutes(5)) is not None
