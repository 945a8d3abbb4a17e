"""Text inside figures, where nothing wraps by itself."""

from __future__ import annotations


def wrapped(text: str, width: int = 24) -> str:
    """``text`` in lines of at most ``width`` characters."""
    return "<br>".join(text[i : i + width] for i in range(0, len(text), width))


def apart(falling: list[float], least: float, low: float) -> list[float]:
    """Places for labels of falling values, at least ``least`` apart and none under ``low``."""
    places: list[float] = []
    for value in falling:
        places.append(min([value, *(p - least for p in places[-1:])]))
    floor = low
    for i in reversed(range(len(places))):
        places[i] = max(places[i], floor)
        floor = places[i] + least
    return places
