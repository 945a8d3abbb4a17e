"""Text inside figures, where nothing wraps by itself."""

from __future__ import annotations


def wrapped(text: str, width: int = 24) -> str:
    """Break ``text`` into lines of at most ``width`` characters."""
    return "<br>".join(text[i : i + width] for i in range(0, len(text), width))


def apart(falling: list[float], least: float, low: float) -> list[float]:
    """Move falling positions of labels to at least ``least`` apart, none under ``low``."""
    positions: list[float] = []
    for value in falling:
        positions.append(min([value, *(p - least for p in positions[-1:])]))
    floor = low
    for i in reversed(range(len(positions))):
        positions[i] = max(positions[i], floor)
        floor = positions[i] + least
    return positions
