"""What a worker does by itself, each in a thread: load a new data version before a request needs it, record online walls, and
give free memory back."""

from __future__ import annotations

import ctypes
import logging
import threading
from collections.abc import Callable

from cockpit.errors import CockpitError

log = logging.getLogger(__name__)

_M_ARENA_MAX = -8  # of <malloc.h>
#: Arenas of a process. By default each thread gets one of its own, and what one frees no other can use: half as much again at
#: the sample after a few publications (docs/performance.md). Threads of Python seldom allocate at the same time.
_ARENAS = 1


def repeat_in_background(task: Callable[[], None], failure: str, seconds: float = 1.0) -> threading.Event:
    """Call ``task`` every ``seconds`` seconds until the event that is returned is set.

    A fault is logged as ``failure`` when it begins, not at each call; requests meet it, too, and report it.
    """
    stop = threading.Event()

    def watch() -> None:
        well = True
        while not stop.wait(seconds):
            try:
                task()
            except CockpitError as error:
                if well:
                    log.warning("%s: %s", failure, error)
                well = False
            except Exception:
                if well:
                    log.exception("%s", failure)
                well = False
            else:
                well = True

    threading.Thread(target=watch, name="background", daemon=True).start()
    return stop


def limit_arenas() -> None:
    """Bound the arenas of this process, and of those that it forks; before the first thread. Without glibc nothing happens."""
    if (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)) is not None:
        mallopt(_M_ARENA_MAX, _ARENAS)


def release_free_memory() -> None:
    """Give free pages back to the system; glibc itself does so at the end of the heap only."""
    if (malloc_trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        malloc_trim(0)
