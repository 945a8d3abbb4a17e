"""Answers kept by question, the longest unused let go first; shared by the threads of a process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

_T = TypeVar("_T")


class Answers:
    """At most ``most`` answers. Two threads that ask the same at once may both find out; both answers are right."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, question: Hashable, find: Callable[[], _T], lasts: Callable[[_T], bool] = lambda _: True) -> _T:
        """The answer kept, else what ``find`` gives; one that doesn't last is given and not kept."""
        with self._lock:
            if question in self._kept:
                self._kept.move_to_end(question)
                return self._kept[question]  # type: ignore[no-any-return]
        answer = find()
        if not lasts(answer):
            return answer
        with self._lock:
            self._kept[question] = answer
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return answer
