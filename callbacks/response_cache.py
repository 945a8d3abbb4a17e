"""Answers that are kept for whoever asks the same: by data version, day, and all that was asked."""

from __future__ import annotations

from collections.abc import Hashable
from contextlib import suppress
from datetime import date
from typing import Protocol

from cockpit.snapshot import Repository, Snapshot


class Kept(Protocol):
    """Keeps what requests were answered with (`server/response_cache.py`). A question of ``None`` has no answer that lasts."""

    def has(self, question: Hashable) -> bool:
        """Whether the answer is at hand; this request is then answered with it, whatever else is said."""

    def keep(self, question: Hashable) -> None:
        """Keep what this request is going to be answered with."""


def newest(repository: Repository) -> Snapshot | None:
    """The newest data version, looked up once for a request; ``None`` without: the answer then tells what is wrong."""
    with suppress(Exception):
        return repository.snapshot()
    return None


def question(data: Snapshot | None, *asked: Hashable) -> Hashable:
    """What an answer from ``data`` is kept under."""
    return (data.version.number, date.today(), *asked) if data else None
