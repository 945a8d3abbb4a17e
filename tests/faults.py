"""Faults put into a database at any statement."""

from __future__ import annotations

from sqlalchemy import event
from sqlalchemy.exc import OperationalError


class Stop(Exception):
    """The injected fault."""


def fail_at(engine, number):
    """Let the ``number``-th statement from now on fail; returns how many ran, and a way to stop."""
    count = [0]

    def before(_connection, _cursor, statement, parameters, *_rest):
        count[0] += 1
        if count[0] == number:
            raise OperationalError(statement, parameters, Stop())

    event.listen(engine, "before_cursor_execute", before)
    return count, lambda: event.remove(engine, "before_cursor_execute", before)
