"""The snapshot that a process holds: loaded once a data version, and prepared beside the requests when someone watches."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from sqlalchemy import Connection

from cockpit.snapshot import DataVersion, Snapshot
from data.database import reader

#: While a watcher prepares a new version, requests go on with the old one for at most so many seconds.
MAY_LAG = 30.0

Load = Callable[[Connection, DataVersion, Snapshot | None], Snapshot]


class SnapshotHolder:
    """The newest snapshot; ``load`` makes that of a version from the connection's one read transaction and the one held."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._snapshot: Snapshot | None = None
        self._loading = threading.Lock()
        self._minimum_version = 0
        # Both by the machine's clock: a worker that is forked late knows that what it inherited may be old.
        self._current_at = self._watched_at = -MAY_LAG

    def current(self, number: int | None) -> Snapshot | None:
        """What is held when it is the version of this number, the newest; else ``None``."""
        held = self._snapshot
        if held is None or held.version.number != number:
            return None
        self._current_at = time.monotonic()
        return held

    def newest(self, connection: Connection) -> Snapshot:
        """The newest version's snapshot; the version before it while a watcher prepares the new one.

        Published evaluations are shown at once: whoever published wants to see them, and they are loaded in no time.
        """
        version = reader.current_version(connection)
        if (same := self.current(version.number)) is not None:
            return same
        held = self._snapshot
        if held is not None and self._is_being_prepared(version) and reader.data_changed(connection, held.version.number):
            return held
        return self._loaded(connection, version)

    def watch(self, number: int | None) -> bool:
        """Whether this version, the newest, is held: what a watcher asks each second, and mostly all that it does."""
        self._watched_at = time.monotonic()
        return self.current(number) is not None

    def prepare(self, connection: Connection) -> None:
        """Load a version that is not held yet; it spares the requests the wait."""
        self._watched_at = time.monotonic()
        version = reader.current_version(connection)
        if self.current(version.number) is None:
            self._loaded(connection, version)
        self._current_at = time.monotonic()
        self._current_at = time.monotonic()

    def require_at_least(self, number: int) -> None:
        """From now on nobody gets a version before ``number``: an older one can't be answered from any more."""
        self._minimum_version = max(self._minimum_version, number)

    def _is_being_prepared(self, version: DataVersion) -> bool:
        now = time.monotonic()
        lately = now - self._watched_at < MAY_LAG and now - self._current_at < MAY_LAG
        return lately and version.number > self._minimum_version

    def _loaded(self, connection: Connection, version: DataVersion) -> Snapshot:
        with self._loading:
            held = self._snapshot
            if held is None or held.version.number < version.number:
                held = self._snapshot = self._load(connection, version, held)
            return held
