"""Answers kept by question, the longest unused let go first; shared by the threads of a process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

_T = TypeVar("_T")
_NONE = object()


class Answers:
    """At most ``most`` answers, or answers of together that ``size`` (the newest is always kept).

    Two threads that ask the same at once may both find out; both answers are right.
    """

    def __init__(self, most: int, size: Callable[[Any], int] = lambda _: 1) -> None:
        self._most, self._size = most, size
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._held = 0
        self._lock = threading.Lock()

    def get(self, question: Hashable, find: Callable[[], _T]) -> _T:
        """The answer kept, else what ``find`` gives."""
        answer = self.kept(question, _NONE)
        if answer is _NONE:
            answer = find()
            self.keep(question, answer)
        return answer  # type: ignore[no-any-return]

    def kept(self, question: Hashable, missing: Any = None) -> Any:
        """The answer kept, ``missing`` when there is none: ``None`` may be an answer."""
        with self._lock:
            if question in self._kept:
                self._kept.move_to_end(question)
            return self._kept.get(question, missing)

    def keep(self, question: Hashable, answer: Any) -> None:
        """Keep an answer, and let go of the longest unused ones."""
        with self._lock:
            if question in self._kept:
                self._held -= self._size(self._kept.pop(question))
            self._kept[question] = answer
            self._held += self._size(answer)
            while self._held > self._most and len(self._kept) > 1:
                self._held -= self._size(self._kept.popitem(last=False)[1])
