"""Answers that are kept for whoever asks the same, as compressed JSON: by data version, day, and all that was asked."""

from __future__ import annotations

import json
import zlib
from collections.abc import Hashable
from contextlib import suppress
from datetime import date
from typing import Any

from dash._utils import to_json

from cockpit.answers import Answers
from cockpit.snapshot import Repository, Snapshot


class Kept:
    """The ``most`` last used answers; some 15 KB each."""

    def __init__(self, most: int) -> None:
        self._answers = Answers(most)

    def find(self, question: Hashable) -> Any:
        """The answer as JSON has it, anew each time; ``None`` when there is none."""
        packed = self._answers.kept(question)
        return json.loads(zlib.decompress(packed)) if packed else None

    def keep(self, question: Hashable, answer: Any) -> None:
        """Keep an answer, written as Dash writes it. A question of ``None`` has no answer that lasts."""
        if question is not None:
            self._answers.keep(question, zlib.compress(to_json(answer).encode(), 1))


def newest(repository: Repository) -> Snapshot | None:
    """The newest data version, looked up once for a request; ``None`` without: the answer then tells what is wrong."""
    with suppress(Exception):
        return repository.snapshot()
    return None


def question(data: Snapshot | None, *asked: Hashable) -> Hashable:
    """What an answer from ``data`` is kept under."""
    return (data.version.number, date.today(), *asked) if data else None
