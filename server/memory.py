"""How glibc's allocator gives memory back: what a data version took is free again for the system once the next one is shown."""

from __future__ import annotations

import ctypes

_M_ARENA_MAX = -8  # of <malloc.h>
#: Arenas of a process. By default each thread gets one of its own, and what one frees no other can use: half as much again at
#: the sample after a few publications (docs/performance.md). Threads of Python seldom allocate at the same time.
_ARENAS = 1


def limit_arenas() -> None:
    """Bound the arenas of this process, and of those that it forks; before the first thread. Without glibc nothing happens."""
    if (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)) is not None:
        mallopt(_M_ARENA_MAX, _ARENAS)


def release_free_memory() -> None:
    """Give free pages back to the system; glibc itself does so at the end of the heap only."""
    if (malloc_trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        malloc_trim(0)
