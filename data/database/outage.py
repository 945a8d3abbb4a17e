"""Whether the database answers, known to all threads of a process: while it doesn't, no request waits for it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Pool

from cockpit.errors import DatabaseError

log = logging.getLogger(__name__)

_T = TypeVar("_T")
#: Seconds for which nobody but the prefetch thread asks again.
_RETRY_SECONDS = 2.0
#: Seconds that a thread waits for the answer that another one is waiting for.
_WAIT_SECONDS = 1.0


class Outage:
    """The database's silence. One thread at a time asks whether it is over: if the question hangs, so does one thread only."""

    def __init__(self) -> None:
        self._asking = threading.Lock()
        self._retry_at = 0.0
        #: When it began (UTC); ``None`` while the database answers.
        self.since: datetime | None = None

    def is_open(self) -> bool:
        """Return whether the database didn't answer a moment ago: then nobody need ask again."""
        return self.since is not None and time.monotonic() < self._retry_at

    def ask(self, question: Callable[[], _T]) -> _T:
        """Return the database's answer. Raises ``DatabaseError``, also when another thread has been waiting for one."""
        if not self._asking.acquire(timeout=_WAIT_SECONDS):
            raise DatabaseError("数据库没有回答。请稍后再试。")
        try:
            return question()
        finally:
            self._asking.release()

    def begin(self, error: Exception) -> None:
        """Note that the database doesn't answer; logged once."""
        if self.since is None:
            log.warning("the database doesn't answer, the version in memory is served: %s", error)
            self.since = datetime.now(UTC)
        self._retry_at = time.monotonic() + _RETRY_SECONDS

    def end(self) -> None:
        """Note that the database answers."""
        if self.since is not None:
            log.warning("the database answers again, after %s", datetime.now(UTC) - self.since)
            self.since = None


_OUTAGES: WeakKeyDictionary[Pool, Outage] = WeakKeyDictionary()


def outage_of(engine: Engine) -> Outage:
    """Return what the process knows about the engine's database."""
    return _OUTAGES.setdefault(engine.pool, Outage())
