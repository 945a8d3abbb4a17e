"""The current snapshot of a process: loaded once a data version, by a prefetch thread where there is one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from cockpit.snapshot import DataVersion, Snapshot
from data.database import reader

#: Seconds for which requests may use the old version while a prefetch thread loads a new one.
MAX_LAG_SECONDS = 30.0

SnapshotLoader = Callable[[Connection, DataVersion, Snapshot | None], Snapshot]


class SnapshotHolder:
    """The newest snapshot. ``load`` loads that of a version, given a read transaction and the snapshot before it."""

    def __init__(self, load: SnapshotLoader) -> None:
        self._load = load
        self._snapshot: Snapshot | None = None
        self._unreachable: Snapshot | None = None
        self._load_lock = threading.Lock()
        self._minimum_version = 0
        # When the snapshot was last known to be the newest, and when a prefetch thread last called. The monotonic clock is the
        # same in all processes: a worker that is forked late knows that the snapshot it inherited may be old.
        self._current_at = self._watched_at = -MAX_LAG_SECONDS

    def current(self, number: int | None) -> Snapshot | None:
        """Return the snapshot if it is that of ``number``, the newest version; else ``None``."""
        snapshot = self._snapshot
        if snapshot is None or snapshot.version.number != number:
            return None
        self._current_at = time.monotonic()
        self._unreachable = None
        return snapshot

    def in_memory(self, unreachable_since: datetime | None = None) -> Snapshot | None:
        """Return the snapshot in memory, however old; with ``unreachable_since`` a copy that has it. ``None`` without one."""
        snapshot = self._snapshot
        if snapshot is None or unreachable_since is None:
            return snapshot
        copy = self._unreachable
        if copy is None or copy.version != snapshot.version or copy.unreachable_since != unreachable_since:
            copy = self._unreachable = replace(snapshot, unreachable_since=unreachable_since)
        return copy

    def newest(self, connection: Connection) -> Snapshot:
        """Return the snapshot of the newest version, or of the one before while a prefetch thread loads the newest.

        A newly published evaluation is loaded at once: its publisher expects to see it, and it loads in milliseconds.
        """
        version = reader.current_version(connection)
        if (current := self.current(version.number)) is not None:
            return current
        previous = self._snapshot
        if previous is not None and self._is_being_prepared(version) and reader.data_changed(connection, previous.version.number):
            return previous
        return self._load_once(connection, version)

    def watch(self, number: int | None) -> Snapshot | None:
        """Record a call of the prefetch thread, one each second, and return as ``current``."""
        self._watched_at = time.monotonic()
        return self.current(number)

    def prepare(self, connection: Connection) -> None:
        """Load the newest version, unless it is loaded already, for the prefetch thread: requests don't wait for it."""
        self._watched_at = time.monotonic()
        version = reader.current_version(connection)
        if self.current(version.number) is None:
            self._load_once(connection, version)
        self._current_at = time.monotonic()

    def require_at_least(self, number: int) -> None:
        """Never return a version before ``number`` from now on: queries about an older one are refused as stale."""
        self._minimum_version = max(self._minimum_version, number)

    def _is_being_prepared(self, version: DataVersion) -> bool:
        now = time.monotonic()
        is_recent = now - self._watched_at < MAX_LAG_SECONDS and now - self._current_at < MAX_LAG_SECONDS
        return is_recent and version.number > self._minimum_version

    def _load_once(self, connection: Connection, version: DataVersion) -> Snapshot:
        with self._load_lock:
            snapshot = self._snapshot
            if snapshot is None or snapshot.version.number < version.number:
                snapshot = self._snapshot = self._load(connection, version, snapshot)
            return snapshot
