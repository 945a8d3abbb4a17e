"""Requests that write wait for another writer one at a time: the threads that answer readers are not used up."""

from __future__ import annotations

import threading
import time

import pytest

from cockpit.district.playlist import Command
from cockpit.errors import DatabaseBusyError
from data import walls
from data.database import transactions
from data.database.transactions import new_version, transaction, utc_now
from data.evaluation.commands import DatabaseEvaluationCommands


def attempts(engine):
    commands = DatabaseEvaluationCommands(engine)
    return [
        lambda: walls.send_command(engine, "大厅", Command(action="next")),
        lambda: commands.delete("没有的方案"),
    ]


@pytest.mark.parametrize("number", [0, 1])
def test_only_one_request_waits_for_another_writer(engine, number):
    """Nothing is measured in seconds: what came second is refused while what came first still waits."""
    walls.issue_token(engine, "大厅")
    with transaction(engine) as connection:
        new_version(connection, "facts", utc_now())  # what writers on PostgreSQL take turns by
    begun, errors = threading.Event(), []

    def wait():
        begun.set()
        try:
            walls.send_command(engine, "大厅", Command(action="next"))
        except DatabaseBusyError as error:
            errors.append(error)

    first = threading.Thread(target=wait)
    with transaction(engine):
        first.start()
        begun.wait()
        while not transactions._TURN.locked():
            time.sleep(0.01)
        for _ in range(2):
            with pytest.raises(DatabaseBusyError, match="另一个操作写入"):
                attempts(engine)[number]()
        assert first.is_alive()
        assert errors == []
    first.join()
    assert errors == []
    assert walls.find_by_name(engine, "大厅").command_number == 1
    attempts(engine)[number]()
