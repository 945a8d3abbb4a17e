"""Text inside figures, where nothing wraps by itself."""

from __future__ import annotations


def wrapped(text: str, width: int = 24) -> str:
    """``text`` in lines of at most ``width`` characters."""
    return "<br>".join(text[i : i + width] for i in range(0, len(text), width))
