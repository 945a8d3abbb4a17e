"""What callbacks may ask of the response cache (`server/response_cache.py`)."""

from __future__ import annotations

from typing import Protocol

from cockpit.snapshot import Snapshot


class CacheControl(Protocol):
    """The response cache as a callback sees it: equal requests get the stored response until the data version or day changes."""

    def snapshot(self) -> Snapshot | None:
        """Return the snapshot in whose version this request was looked up; ``None`` when the data can't be read."""
        ...

    def mark_cacheable(self) -> None:
        """Declare that this request's response depends only on the request, the data version and the day."""
        ...
