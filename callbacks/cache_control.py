"""What callbacks need of the cache of responses (`server/response_cache.py`)."""

from __future__ import annotations

from typing import Protocol

from cockpit.snapshot import Snapshot


class CacheControl(Protocol):
    """Sends a response again to whoever sends the same request, until there is another data version or day."""

    def snapshot(self) -> Snapshot | None:
        """Return the latest snapshot, which this request was looked up with; ``None`` where it can't be had."""
        ...

    def mark_cacheable(self) -> None:
        """Say that this request's response depends on nothing but the request, the data version and the day."""
        ...
